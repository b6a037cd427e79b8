//! Working time, one value at a time and over arrays.
use std::ffi::c_char;
use std::mem::MaybeUninit;

use chrono::NaiveDate;
use guanjia::calendar::operations::{CalendarRef, extended};
use guanjia::calendar::{Budget, Calendar, CalendarError, CalendarRules, Instant, Length};
use guanjia::ops::{OpError, read_json};

use crate::boundary::{free, guard, needed, object, optional_slice_mut, put, slice, slice_mut, text, value};
use crate::context::gj_context;
use crate::error::{GJ_E_ARGUMENT, GJ_E_DATA, GJ_OK, gj_error, gj_status};

/// No value: a row of an array that is absent or has no answer. INT64_MIN.
pub const GJ_NULL: i64 = i64::MIN;

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
            let out = slice_mut(out_at, n, "out_at")?;
            let status = optional_slice_mut(out_status, n, "out_status")?;
            let rows = starts.iter().zip(lengths).map(|(start, length)| match (row(*start), *length) {
                (None, _) | (_, GJ_NULL) => Ok(None),
                (Some(start), length) => found(calendar.after(start?, Length::from_micros(length)), Instant::micros),
            });
            fill(rows, out, status);
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
            let out = slice_mut(out_due, n, "out_due")?;
            let mut provisional = optional_slice_mut(out_provisional, n, "out_provisional")?.map(|out| out.iter_mut());
            let status = optional_slice_mut(out_status, n, "out_status")?;
            let rows = starts.iter().map(|start| {
                let due = row(*start).map_or(Ok(None), |start| found(calendar.deadline(start?, &budget), |due| due));
                if let Some(out) = provisional.as_mut().and_then(Iterator::next) {
                    out.write(i32::from(due.is_ok_and(|due| due.is_some_and(|due| due.provisional))));
                }
                due.map(|due| due.map(|due| due.at.micros()))
            });
            fill(rows, out, status);
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
            let out = slice_mut(out_elapsed, n, "out_elapsed")?;
            let status = optional_slice_mut(out_status, n, "out_status")?;
            let rows = from.iter().zip(to).map(|(from, to)| match (row(*from), row(*to)) {
                (Some(from), Some(to)) => found(calendar.elapsed(from?, to?), Length::micros),
                _ => Ok(None),
            });
            fill(rows, out, status);
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

/// What a row comes to: an answer, nothing for nothing, or the status of its failure.
type Row<T> = Result<Option<T>, gj_status>;

/// The instant of a row, if it has one.
fn row(micros: i64) -> Option<Result<Instant, gj_status>> {
    (micros != GJ_NULL).then(|| within(micros).ok_or(GJ_E_ARGUMENT))
}

fn found<T, U>(answer: Result<T, CalendarError>, form: impl FnOnce(T) -> U) -> Row<U> {
    answer.map(|answer| Some(form(answer))).map_err(|_| GJ_E_DATA)
}

fn fill(
    rows: impl Iterator<Item = Row<i64>>,
    out: &mut [MaybeUninit<i64>],
    status: Option<&mut [MaybeUninit<gj_status>]>,
) {
    let mut status = status.map(|status| status.iter_mut());
    for (row, out) in rows.zip(out) {
        if let Some(status) = status.as_mut().and_then(Iterator::next) {
            status.write(row.err().unwrap_or(GJ_OK));
        }
        out.write(row.ok().flatten().unwrap_or(GJ_NULL));
    }
}

const _: () = {
    const fn shared<T: Send + Sync>() {}
    shared::<gj_calendar>();
};
