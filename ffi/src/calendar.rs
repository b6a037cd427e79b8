//! Working time, one value at a time and over arrays.
use std::ffi::c_char;

use guanjia::calendar::{Calendar, CalendarError, CalendarRules, Instant, Length};
use guanjia::ops::{OpError, read_json};

use crate::boundary::{give, guard, needed, put, slice, slice_mut, taken, text};
use crate::error::{GJ_E_DATA, GJ_OK, gj_error, gj_status};

/// No value: a row of an array that is absent, or has no answer.
pub const GJ_NULL: i64 = i64::MIN;

/// A compiled working calendar. Shared freely.
pub struct gj_calendar(Calendar);

/// Compiles a calendar from its rules as JSON: `{"zone": "Asia/Shanghai", "table": "china", "week": {"mon-fri":
/// ["08:30-12:00", "13:30-18:00"]}}`.
///
/// # Safety
/// `rules` points to `len` bytes; `out_calendar` is writable; `out_error` is NULL or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gj_calendar_new(
    rules: *const c_char,
    len: usize,
    out_calendar: *mut *mut gj_calendar,
    out_error: *mut *mut gj_error,
) -> gj_status {
    // SAFETY: the caller's promise above.
    unsafe {
        give(out_calendar, None);
        guard(out_error, || {
            let rules: CalendarRules = read_json(text(rules, len, "rules")?)?;
            give(out_calendar, Some(gj_calendar(Calendar::compile(&rules)?)));
            Ok(())
        })
    }
}

/// Frees a calendar; NULL is fine.
///
/// # Safety
/// `calendar` is NULL or a calendar of ours that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gj_calendar_free(calendar: *mut gj_calendar) {
    // SAFETY: the caller's promise above.
    drop(unsafe { taken(calendar) });
}

/// The instant at which `length` of working time that starts at `start` is used up.
///
/// # Safety
/// `calendar` is ours; `out_due` is writable; `out_provisional` (1 if it rests on days not announced yet) and `out_error`
/// are NULL or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gj_calendar_deadline(
    calendar: *const gj_calendar,
    start: i64,
    length: i64,
    out_due: *mut i64,
    out_provisional: *mut i32,
    out_error: *mut *mut gj_error,
) -> gj_status {
    // SAFETY: the caller's promise above.
    unsafe {
        put(out_due, 0);
        put(out_provisional, 0);
        guard(out_error, || {
            let calendar = &needed(calendar, "calendar")?.0;
            let due = calendar.after(Instant::from_micros(start), Length::from_micros(length))?;
            put(out_due, due.micros());
            put(out_provisional, i32::from(calendar.provisional(due)));
            Ok(())
        })
    }
}

/// The working time from one instant to another, negative if `to` comes first.
///
/// # Safety
/// `calendar` is ours; `out_elapsed` is writable; `out_error` is NULL or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gj_calendar_elapsed(
    calendar: *const gj_calendar,
    from: i64,
    to: i64,
    out_elapsed: *mut i64,
    out_error: *mut *mut gj_error,
) -> gj_status {
    // SAFETY: the caller's promise above.
    unsafe {
        put(out_elapsed, 0);
        guard(out_error, || {
            let calendar = &needed(calendar, "calendar")?.0;
            let elapsed = calendar.elapsed(Instant::from_micros(from), Instant::from_micros(to))?;
            put(out_elapsed, elapsed.micros());
            Ok(())
        })
    }
}

/// `gj_calendar_deadline` over arrays of `n`. A row with `GJ_NULL` in gives `GJ_NULL` out. A row without an answer gives
/// `GJ_NULL` and its status in `out_status`, which may be NULL; the other rows are computed all the same.
///
/// # Safety
/// `calendar` is ours; the arrays have `n` values; `out_due` does not overlap the others; `out_error` is NULL or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gj_calendar_deadlines(
    calendar: *const gj_calendar,
    starts: *const i64,
    lengths: *const i64,
    n: usize,
    out_due: *mut i64,
    out_status: *mut gj_status,
    out_error: *mut *mut gj_error,
) -> gj_status {
    // SAFETY: the caller's promise above.
    unsafe {
        guard(out_error, || {
            let calendar = &needed(calendar, "calendar")?.0;
            let pairs = (slice(starts, n, "starts")?, slice(lengths, n, "lengths")?);
            let out = (slice_mut(out_due, n, "out_due")?, statuses(out_status, n)?);
            rows(pairs, out, |start, length| {
                let due = calendar.after(Instant::from_micros(start), Length::from_micros(length))?;
                Ok(due.micros())
            });
            Ok(())
        })
    }
}

/// `gj_calendar_elapsed` over arrays of `n`, with absent rows as in `gj_calendar_deadlines`.
///
/// # Safety
/// `calendar` is ours; the arrays have `n` values; `out_elapsed` does not overlap the others; `out_error` is NULL or
/// writable.
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
    // SAFETY: the caller's promise above.
    unsafe {
        guard(out_error, || {
            let calendar = &needed(calendar, "calendar")?.0;
            let pairs = (slice(from, n, "from")?, slice(to, n, "to")?);
            let out = (slice_mut(out_elapsed, n, "out_elapsed")?, statuses(out_status, n)?);
            rows(pairs, out, |from, to| {
                Ok(calendar.elapsed(Instant::from_micros(from), Instant::from_micros(to))?.micros())
            });
            Ok(())
        })
    }
}

/// # Safety
/// `out_status` is NULL or points to `n` writable values.
unsafe fn statuses<'a>(out_status: *mut gj_status, n: usize) -> Result<Option<&'a mut [gj_status]>, OpError> {
    if out_status.is_null() {
        return Ok(None);
    }
    // SAFETY: the caller's promise above.
    unsafe { slice_mut(out_status, n, "out_status") }.map(Some)
}

fn rows(
    (left, right): (&[i64], &[i64]),
    (out, status): (&mut [i64], Option<&mut [gj_status]>),
    compute: impl Fn(i64, i64) -> Result<i64, CalendarError>,
) {
    let mut status = status.map(|status| status.iter_mut());
    for ((left, right), out) in left.iter().zip(right).zip(out) {
        let answer = if *left == GJ_NULL || *right == GJ_NULL { Ok(GJ_NULL) } else { compute(*left, *right) };
        if let Some(status) = status.as_mut().and_then(Iterator::next) {
            *status = if answer.is_ok() { GJ_OK } else { GJ_E_DATA };
        }
        *out = answer.unwrap_or(GJ_NULL);
    }
}
