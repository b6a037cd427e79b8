//! Working time, one value at a time and over arrays.
use std::ffi::c_char;
use std::mem::MaybeUninit;

use chrono::NaiveDate;
use guanjia::calendar::operations::{CalendarRef, extended};
use guanjia::calendar::{Budget, Calendar, CalendarRules, ColumnError, Instant, Length, Unanswered};
use guanjia::ops::{OpError, read_json};

use crate::boundary::{filled, free, guard, needed, object, optional_slice_mut, put, slice, text, value};
use crate::context::gj_context;
use crate::error::{GJ_E_ARGUMENT, GJ_E_DATA, GJ_OK, gj_error, gj_status};

/// No value: a row of an array that is absent or has no answer. INT64_MIN.
pub const GJ_NULL: i64 = i64::MIN;

/// No date: a row of an array of dates that is absent. INT32_MIN.
pub const GJ_NULL_DATE: i32 = i32::MIN;

/// A compiled working calendar: half-open intervals of open time. Immutable: any threads may share it.
pub struct gj_calendar(Calendar);

/// Compiles a calendar from its rules.
///
/// @param rules JSON such as {"time_zone": "Asia/Shanghai", "table": "china", "hours": {"mon-fri": ["08:30-17:30"]}}
/// @param len bytes of `rules`
/// @param out_calendar gets the calendar, yours to free with gj_calendar_free
/// @param out_error gets what went wrong; may be NULL
/// @return GJ_OK; GJ_E_ARGUMENT for JSON that does not fit; GJ_E_DATA with every problem of the rules
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gj_calendar_new(
    rules: *const c_char,
    len: usize,
    out_calendar: *mut *mut gj_calendar,
    out_error: *mut *mut gj_error,
) -> gj_status {
    // SAFETY: the caller's pointers are as the header asks.
    unsafe {
        object((out_calendar, "out_calendar"), out_error, || {
            let rules: CalendarRules = read_json(text((rules, len), "rules")?)?;
            Ok(gj_calendar(Calendar::compile(&rules)?))
        })
    }
}

/// A calendar of a rulebook, by name.
///
/// @param context NULL for the standards
/// @param name such as "office" of the rulebook in force, or "standard@1/office" of another one that the context
/// holds
/// @param len bytes of `name`
/// @param out_calendar gets the calendar, yours to free with gj_calendar_free
/// @param out_error gets what went wrong; may be NULL
/// @return GJ_OK; GJ_E_ARGUMENT if there is no such calendar
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gj_calendar_named(
    context: *const gj_context,
    name: *const c_char,
    len: usize,
    out_calendar: *mut *mut gj_calendar,
    out_error: *mut *mut gj_error,
) -> gj_status {
    // SAFETY: the caller's pointers are as the header asks.
    unsafe {
        object((out_calendar, "out_calendar"), out_error, || {
            let name = CalendarRef::Name(text((name, len), "name")?.to_owned());
            let found = gj_context::within(context, |context| name.resolve(&|name| context.calendar(name)));
            Ok(gj_calendar(found?))
        })
    }
}

/// A calendar with new days of its holiday table, the day the next year is announced. The one given stays as it is; the
/// operation "calendar.extend" gives the rules to be kept, and takes a version and the last day known.
///
/// @param calendar whose table is to grow
/// @param days the text of a file: iCalendar, or JSON such as [{"date": "2027-01-01", "kind": "holiday", "name": "元旦"}]
/// @param len bytes of `days`
/// @param out_calendar gets the grown calendar, yours to free with gj_calendar_free
/// @param out_error gets what went wrong; may be NULL
/// @return GJ_OK; GJ_E_DATA with every mistake of the text and every contradiction
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gj_calendar_extend(
    calendar: *const gj_calendar,
    days: *const c_char,
    len: usize,
    out_calendar: *mut *mut gj_calendar,
    out_error: *mut *mut gj_error,
) -> gj_status {
    // SAFETY: the caller's pointers are as the header asks.
    unsafe {
        object((out_calendar, "out_calendar"), out_error, || {
            let calendar = &needed(calendar, "calendar")?.0;
            let days = text((days, len), "days")?.to_owned().into();
            Ok(gj_calendar(extended(calendar, &days, |days| days)?))
        })
    }
}

/// Frees a calendar.
///
/// @param calendar may be NULL
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gj_calendar_free(calendar: *mut gj_calendar) {
    // SAFETY: the caller's pointer is as the header asks.
    unsafe { free(calendar) };
}

/// The instant at which a length of working time has passed: the earliest, so that work due at the end of Friday is
/// due on Friday.
///
/// @param calendar the hours that count
/// @param start where it begins, in microseconds UTC
/// @param length in microseconds; counts backwards if negative; 0 gives `start`
/// @param out_at gets the instant, in microseconds UTC
/// @param out_error gets what went wrong; may be NULL
/// @return GJ_OK; GJ_E_ARGUMENT for an instant outside of the years 1 to 9999; GJ_E_DATA if the calendar has no
/// answer: it never opens, or the result lies outside of the years 1900 to 2200
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gj_calendar_after(
    calendar: *const gj_calendar,
    start: i64,
    length: i64,
    out_at: *mut i64,
    out_error: *mut *mut gj_error,
) -> gj_status {
    // SAFETY: the caller's pointers are as the header asks.
    unsafe {
        value((out_at, "out_at"), out_error, || {
            let calendar = &needed(calendar, "calendar")?.0;
            let start = instant(start, "start")?;
            if length == GJ_NULL {
                return Err(OpError::argument("length", "is GJ_NULL"));
            }
            Ok(calendar.after(start, Length::from_micros(length))?.micros())
        })
    }
}

/// gj_calendar_after over arrays. A row that cannot be answered does not hinder the others.
///
/// @param calendar the hours that count
/// @param starts `n` instants in microseconds UTC, or GJ_NULL
/// @param lengths `n` lengths in microseconds, or GJ_NULL
/// @param n rows
/// @param out_at gets `n` instants in microseconds UTC; GJ_NULL where `starts` or `lengths` has it or there is no
/// answer
/// @param out_status gets `n` statuses, as gj_calendar_after returns them; may be NULL
/// @param out_error gets what went wrong with the call as a whole; may be NULL
/// @return GJ_OK, whatever the rows are; GJ_E_ARGUMENT for a wrong call
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gj_calendar_after_many(
    calendar: *const gj_calendar,
    starts: *const i64,
    lengths: *const i64,
    n: usize,
    out_at: *mut i64,
    out_status: *mut gj_status,
    out_error: *mut *mut gj_error,
) -> gj_status {
    // SAFETY: the caller's pointers are as the header asks.
    unsafe {
        guard(out_error, || {
            let calendar = &needed(calendar, "calendar")?.0;
            let (starts, lengths) = (slice(starts, n, "starts")?, slice(lengths, n, "lengths")?);
            let out = filled(out_at, n, GJ_NULL, "out_at")?;
            let status = optional_slice_mut(out_status, n, "out_status")?;
            // A slice of one length would be one for all rows: of one row that is the same.
            let unanswered = calendar.after_each(starts, lengths, out).map_err(|error| misfit(&error))?;
            let given = |row: usize| Some([*starts.get(row)?]).filter(|_| lengths.get(row) != Some(&GJ_NULL));
            tell(status, unanswered, |row| out.get(row) == Some(&GJ_NULL), |row| refused(given(row)));
            Ok(())
        })
    }
}

/// When a budget is used up.
///
/// @param calendar the hours that count
/// @param start where it begins, in microseconds UTC
/// @param budget text such as "4 h", "PT4H", "5 working_days", "3 days", or a JSON record such as {"working_days":
/// 5, "land": "close"}
/// @param budget_len bytes of `budget`
/// @param out_due gets the instant, in microseconds UTC
/// @param out_provisional gets 1 if it rests on holidays not announced yet, else 0; may be NULL
/// @param out_error gets what went wrong; may be NULL
/// @return GJ_OK; GJ_E_ARGUMENT for no budget, or an instant outside of the years 1 to 9999; GJ_E_DATA if the
/// calendar has no answer
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gj_calendar_deadline(
    calendar: *const gj_calendar,
    start: i64,
    budget: *const c_char,
    budget_len: usize,
    out_due: *mut i64,
    out_provisional: *mut i32,
    out_error: *mut *mut gj_error,
) -> gj_status {
    // SAFETY: the caller's pointers are as the header asks.
    unsafe {
        put(out_provisional, 0);
        value((out_due, "out_due"), out_error, || {
            let calendar = &needed(calendar, "calendar")?.0;
            let start = instant(start, "start")?;
            let due = calendar.deadline(start, &read_budget(text((budget, budget_len), "budget")?)?)?;
            put(out_provisional, i32::from(due.provisional));
            Ok(due.at.micros())
        })
    }
}

/// gj_calendar_deadline over an array of instants. A row that cannot be answered does not hinder the others.
///
/// @param calendar the hours that count
/// @param starts `n` instants in microseconds UTC, or GJ_NULL
/// @param n rows
/// @param budget as gj_calendar_deadline takes it
/// @param budget_len bytes of `budget`
/// @param out_due gets `n` instants in microseconds UTC; GJ_NULL where `starts` has it or there is no answer
/// @param out_provisional gets for each row 1 if it rests on holidays not announced yet, else 0; may be NULL
/// @param out_status gets `n` statuses, as gj_calendar_deadline returns them; may be NULL
/// @param out_error gets what went wrong with the call as a whole; may be NULL
/// @return GJ_OK, whatever the rows are; GJ_E_ARGUMENT for a wrong call
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gj_calendar_deadlines(
    calendar: *const gj_calendar,
    starts: *const i64,
    n: usize,
    budget: *const c_char,
    budget_len: usize,
    out_due: *mut i64,
    out_provisional: *mut i32,
    out_status: *mut gj_status,
    out_error: *mut *mut gj_error,
) -> gj_status {
    // SAFETY: the caller's pointers are as the header asks.
    unsafe {
        guard(out_error, || {
            let calendar = &needed(calendar, "calendar")?.0;
            let starts = slice(starts, n, "starts")?;
            let budget = read_budget(text((budget, budget_len), "budget")?)?;
            let out = filled(out_due, n, GJ_NULL, "out_due")?;
            let provisional = optional_slice_mut(out_provisional, n, "out_provisional")?;
            let status = optional_slice_mut(out_status, n, "out_status")?;
            let unanswered = calendar.deadline_each(starts, &budget, out).map_err(|error| misfit(&error))?;
            for ((start, due), out) in starts.iter().zip(&*out).zip(provisional.into_iter().flatten()) {
                let rests_on = Instant::from_micros(*start.max(due));
                out.write(i32::from(*due != GJ_NULL && calendar.provisional(rests_on)));
            }
            tell(
                status,
                unanswered,
                |row| out.get(row) == Some(&GJ_NULL),
                |row| refused(starts.get(row).map(|start| [*start])),
            );
            Ok(())
        })
    }
}

/// The working time from one instant to another.
///
/// @param calendar the hours that count
/// @param from in microseconds UTC
/// @param to in microseconds UTC
/// @param out_elapsed gets the length, in microseconds; negative if `to` comes first
/// @param out_error gets what went wrong; may be NULL
/// @return GJ_OK; GJ_E_ARGUMENT for an instant outside of the years 1 to 9999; GJ_E_DATA for one outside of 1900 to
/// 2200
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gj_calendar_elapsed(
    calendar: *const gj_calendar,
    from: i64,
    to: i64,
    out_elapsed: *mut i64,
    out_error: *mut *mut gj_error,
) -> gj_status {
    // SAFETY: the caller's pointers are as the header asks.
    unsafe {
        value((out_elapsed, "out_elapsed"), out_error, || {
            let calendar = &needed(calendar, "calendar")?.0;
            Ok(calendar.elapsed(instant(from, "from")?, instant(to, "to")?)?.micros())
        })
    }
}

/// gj_calendar_elapsed over arrays. A row that cannot be answered does not hinder the others.
///
/// @param calendar the hours that count
/// @param from `n` instants in microseconds UTC, or GJ_NULL
/// @param to `n` instants in microseconds UTC, or GJ_NULL
/// @param n rows
/// @param out_elapsed gets `n` lengths in microseconds; GJ_NULL where `from` or `to` has it or there is no answer
/// @param out_status gets `n` statuses, as gj_calendar_elapsed returns them; may be NULL
/// @param out_error gets what went wrong with the call as a whole; may be NULL
/// @return GJ_OK, whatever the rows are; GJ_E_ARGUMENT for a wrong call
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gj_calendar_elapsed_many(
    calendar: *const gj_calendar,
    from: *const i64,
    to: *const i64,
    n: usize,
    out_elapsed: *mut i64,
    out_status: *mut gj_status,
    out_error: *mut *mut gj_error,
) -> gj_status {
    // SAFETY: the caller's pointers are as the header asks.
    unsafe {
        guard(out_error, || {
            let calendar = &needed(calendar, "calendar")?.0;
            let (from, to) = (slice(from, n, "from")?, slice(to, n, "to")?);
            let out = filled(out_elapsed, n, GJ_NULL, "out_elapsed")?;
            let status = optional_slice_mut(out_status, n, "out_status")?;
            let unanswered = calendar.elapsed_each(from, to, out).map_err(|error| misfit(&error))?;
            tell(status, unanswered, |row| out.get(row) == Some(&GJ_NULL), |row| refused(pair(from, to, row)));
            Ok(())
        })
    }
}

/// Whether an instant is working time. The opening instant is, the closing one is not.
///
/// @param calendar the hours that count
/// @param at in microseconds UTC
/// @param out_open gets 1 or 0
/// @param out_error gets what went wrong; may be NULL
/// @return GJ_OK; GJ_E_ARGUMENT for an instant outside of the years 1 to 9999; GJ_E_DATA for one outside of 1900 to
/// 2200
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gj_calendar_is_open(
    calendar: *const gj_calendar,
    at: i64,
    out_open: *mut i32,
    out_error: *mut *mut gj_error,
) -> gj_status {
    // SAFETY: the caller's pointers are as the header asks.
    unsafe {
        value((out_open, "out_open"), out_error, || {
            Ok(i32::from(needed(calendar, "calendar")?.0.is_open(instant(at, "at")?)?))
        })
    }
}

/// gj_calendar_is_open over an array. A row that cannot be answered does not hinder the others.
///
/// @param calendar the hours that count
/// @param at `n` instants in microseconds UTC, or GJ_NULL
/// @param n rows
/// @param out_open gets for each row 1 or 0; -1 where `at` has no instant or there is no answer
/// @param out_status gets `n` statuses, as gj_calendar_is_open returns them; may be NULL
/// @param out_error gets what went wrong with the call as a whole; may be NULL
/// @return GJ_OK, whatever the rows are; GJ_E_ARGUMENT for a wrong call
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gj_calendar_is_open_many(
    calendar: *const gj_calendar,
    at: *const i64,
    n: usize,
    out_open: *mut i8,
    out_status: *mut gj_status,
    out_error: *mut *mut gj_error,
) -> gj_status {
    // SAFETY: the caller's pointers are as the header asks.
    unsafe { instants_many(calendar, (at, n), (out_open, -1, "out_open"), out_status, out_error, Calendar::open_each) }
}

/// The instant itself if it is working time, else the next opening.
///
/// @param calendar the hours that count
/// @param at in microseconds UTC
/// @param out_at gets the instant, in microseconds UTC
/// @param out_error gets what went wrong; may be NULL
/// @return GJ_OK; GJ_E_ARGUMENT for an instant outside of the years 1 to 9999; GJ_E_DATA if there is no opening
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gj_calendar_next_open(
    calendar: *const gj_calendar,
    at: i64,
    out_at: *mut i64,
    out_error: *mut *mut gj_error,
) -> gj_status {
    // SAFETY: the caller's pointers are as the header asks.
    unsafe {
        value((out_at, "out_at"), out_error, || {
            Ok(needed(calendar, "calendar")?.0.next_open(instant(at, "at")?)?.micros())
        })
    }
}

/// gj_calendar_next_open over an array. A row that cannot be answered does not hinder the others.
///
/// @param calendar the hours that count
/// @param at `n` instants in microseconds UTC, or GJ_NULL
/// @param n rows
/// @param out_at gets `n` instants in microseconds UTC; GJ_NULL where `at` has it or there is no answer
/// @param out_status gets `n` statuses, as gj_calendar_next_open returns them; may be NULL
/// @param out_error gets what went wrong with the call as a whole; may be NULL
/// @return GJ_OK, whatever the rows are; GJ_E_ARGUMENT for a wrong call
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gj_calendar_next_open_many(
    calendar: *const gj_calendar,
    at: *const i64,
    n: usize,
    out_at: *mut i64,
    out_status: *mut gj_status,
    out_error: *mut *mut gj_error,
) -> gj_status {
    // SAFETY: the caller's pointers are as the header asks.
    unsafe {
        instants_many(calendar, (at, n), (out_at, GJ_NULL, "out_at"), out_status, out_error, Calendar::next_open_each)
    }
}

/// The instant itself if work goes on just before it, else the last closing.
///
/// @param calendar the hours that count
/// @param at in microseconds UTC
/// @param out_at gets the instant, in microseconds UTC
/// @param out_error gets what went wrong; may be NULL
/// @return GJ_OK; GJ_E_ARGUMENT for an instant outside of the years 1 to 9999; GJ_E_DATA if there is no closing
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gj_calendar_prev_close(
    calendar: *const gj_calendar,
    at: i64,
    out_at: *mut i64,
    out_error: *mut *mut gj_error,
) -> gj_status {
    // SAFETY: the caller's pointers are as the header asks.
    unsafe {
        value((out_at, "out_at"), out_error, || {
            Ok(needed(calendar, "calendar")?.0.prev_close(instant(at, "at")?)?.micros())
        })
    }
}

/// gj_calendar_prev_close over an array. A row that cannot be answered does not hinder the others.
///
/// @param calendar the hours that count
/// @param at `n` instants in microseconds UTC, or GJ_NULL
/// @param n rows
/// @param out_at gets `n` instants in microseconds UTC; GJ_NULL where `at` has it or there is no answer
/// @param out_status gets `n` statuses, as gj_calendar_prev_close returns them; may be NULL
/// @param out_error gets what went wrong with the call as a whole; may be NULL
/// @return GJ_OK, whatever the rows are; GJ_E_ARGUMENT for a wrong call
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gj_calendar_prev_close_many(
    calendar: *const gj_calendar,
    at: *const i64,
    n: usize,
    out_at: *mut i64,
    out_status: *mut gj_status,
    out_error: *mut *mut gj_error,
) -> gj_status {
    // SAFETY: the caller's pointers are as the header asks.
    unsafe {
        instants_many(calendar, (at, n), (out_at, GJ_NULL, "out_at"), out_status, out_error, Calendar::prev_close_each)
    }
}

/// The working days from one date to another, the second not counted.
///
/// @param calendar whose working days
/// @param from_days the first date, in days since 1970-01-01
/// @param to_days the second date, in days since 1970-01-01
/// @param out_days gets the number; negative if the second date comes first
/// @param out_error gets what went wrong; may be NULL
/// @return GJ_OK; GJ_E_ARGUMENT for no date; GJ_E_DATA for one outside of the years 1900 to 2200
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gj_calendar_working_days_between(
    calendar: *const gj_calendar,
    from_days: i32,
    to_days: i32,
    out_days: *mut i64,
    out_error: *mut *mut gj_error,
) -> gj_status {
    // SAFETY: the caller's pointers are as the header asks.
    unsafe {
        value((out_days, "out_days"), out_error, || {
            let calendar = &needed(calendar, "calendar")?.0;
            Ok(calendar.working_days_between(date(from_days, "from_days")?, date(to_days, "to_days")?)?)
        })
    }
}

/// gj_calendar_working_days_between over arrays. A row that cannot be answered does not hinder the others.
///
/// @param calendar whose working days
/// @param from_days `n` dates in days since 1970-01-01, or GJ_NULL_DATE
/// @param to_days `n` dates in days since 1970-01-01, or GJ_NULL_DATE
/// @param n rows
/// @param out_days gets `n` numbers; GJ_NULL where `from_days` or `to_days` has no date or there is no answer
/// @param out_status gets `n` statuses, as gj_calendar_working_days_between returns them; may be NULL
/// @param out_error gets what went wrong with the call as a whole; may be NULL
/// @return GJ_OK, whatever the rows are; GJ_E_ARGUMENT for a wrong call
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gj_calendar_working_days_between_many(
    calendar: *const gj_calendar,
    from_days: *const i32,
    to_days: *const i32,
    n: usize,
    out_days: *mut i64,
    out_status: *mut gj_status,
    out_error: *mut *mut gj_error,
) -> gj_status {
    // SAFETY: the caller's pointers are as the header asks.
    unsafe {
        guard(out_error, || {
            let calendar = &needed(calendar, "calendar")?.0;
            let (from, to) = (slice(from_days, n, "from_days")?, slice(to_days, n, "to_days")?);
            let out = filled(out_days, n, GJ_NULL, "out_days")?;
            let status = optional_slice_mut(out_status, n, "out_status")?;
            let unanswered = calendar.working_days_each(from, to, out).map_err(|error| misfit(&error))?;
            tell(
                status,
                unanswered,
                |row| out.get(row) == Some(&GJ_NULL),
                |row| match pair(from, to, row) {
                    Some(dates) if dates.contains(&GJ_NULL_DATE) => GJ_OK,
                    Some(dates) if dates.iter().all(|days| NaiveDate::from_epoch_days(*days).is_some()) => GJ_E_DATA,
                    _ => GJ_E_ARGUMENT,
                },
            );
            Ok(())
        })
    }
}

/// An instant that prints; others are refused, not moved to the nearest.
pub(crate) fn instant(micros: i64, name: &str) -> Result<Instant, OpError> {
    within(micros).ok_or_else(|| {
        let (first, last) = (Instant::MIN.micros(), Instant::MAX.micros());
        OpError::argument(name, &format!("`{micros}` is no instant: microseconds lie between {first} and {last}"))
    })
}

fn within(micros: i64) -> Option<Instant> {
    Some(Instant::from_micros(micros)).filter(|instant| instant.micros() == micros)
}

fn date(days: i32, name: &str) -> Result<NaiveDate, OpError> {
    NaiveDate::from_epoch_days(days)
        .ok_or_else(|| OpError::argument(name, &format!("`{days}` is no number of days since 1970-01-01")))
}

/// A budget in either of its forms, with the errors of the operations that take one.
fn read_budget(text: &str) -> Result<Budget, OpError> {
    if text.trim_start().starts_with('{') {
        read_json(text).map_err(|error| {
            let path = if error.path.is_empty() { "budget".into() } else { format!("budget.{}", error.path).into() };
            OpError { path, ..error }
        })
    } else {
        text.parse().map_err(|error: guanjia::calendar::BudgetError| OpError::argument("budget", &error.to_string()))
    }
}

/// What a column form of the core is.
type Each<T> = fn(&Calendar, &[i64], &mut [T]) -> Result<Unanswered, ColumnError>;

/// A question about each instant of an array.
unsafe fn instants_many<T: Copy + PartialEq>(
    calendar: *const gj_calendar,
    (at, n): (*const i64, usize),
    (out, blank, name): (*mut T, T, &str),
    out_status: *mut gj_status,
    out_error: *mut *mut gj_error,
    each: Each<T>,
) -> gj_status {
    // SAFETY: the caller's pointers are as the header asks.
    unsafe {
        guard(out_error, || {
            let calendar = &needed(calendar, "calendar")?.0;
            let at = slice(at, n, "at")?;
            let out = filled(out, n, blank, name)?;
            let status = optional_slice_mut(out_status, n, "out_status")?;
            let unanswered = each(calendar, at, out).map_err(|error| misfit(&error))?;
            let blank = |row: usize| out.get(row) == Some(&blank);
            tell(status, unanswered, blank, |row| refused(at.get(row).map(|at| [*at])));
            Ok(())
        })
    }
}

/// The values of a row of two columns.
fn pair<T: Copy>(one: &[T], other: &[T], row: usize) -> Option<[T; 2]> {
    Some([*one.get(row)?, *other.get(row)?])
}

/// The status of a row without answer: none was asked for, an instant is none, or the calendar knows none.
fn refused<const N: usize>(instants: Option<[i64; N]>) -> gj_status {
    match instants {
        Some(instants) if instants.contains(&GJ_NULL) => GJ_OK,
        Some(instants) if instants.iter().all(|micros| within(*micros).is_some()) => GJ_E_DATA,
        Some(_) => GJ_E_ARGUMENT,
        None => GJ_OK,
    }
}

/// Writes the statuses of the rows; `why` is that of a row left blank.
fn tell(
    status: Option<&mut [MaybeUninit<gj_status>]>,
    unanswered: Unanswered,
    blank: impl Fn(usize) -> bool,
    why: impl Fn(usize) -> gj_status,
) {
    for (row, status) in status.into_iter().flatten().enumerate() {
        let failed = unanswered.first.is_some_and(|first| first <= row) && blank(row);
        status.write(if failed { why(row) } else { GJ_OK });
    }
}

/// All columns of a call are borrowed with one length.
fn misfit(error: &ColumnError) -> OpError {
    OpError::internal(&error.to_string())
}

const _: () = {
    const fn shared<T: Send + Sync>() {}
    shared::<gj_calendar>();
};
