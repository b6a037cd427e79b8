//! The desk.
use std::ffi::c_char;
use std::sync::{Mutex, PoisonError};

use guanjia::calendar::Instant;
use guanjia::classify::Classifier;
use guanjia::desk::Desk;
use guanjia::ops::{OpError, desk as face, read_json};
use guanjia::rulebook::Rulebook;
use guanjia::store::{MemoryStore, SqliteOptions, SqliteStore, Store};

use crate::boundary::{borrowed, give, guard, needed, optional_text, taken, text};
use crate::error::{gj_error, gj_status};
use crate::rulebook::gj_rulebook;
use crate::text::gj_text;

/// A desk over a store. Callers from any thread queue. After `GJ_E_INTERNAL` it refuses further calls: close it and open
/// it again; what was committed is there.
pub struct gj_desk(Mutex<Desk>);

/// Opens a desk on an SQLite file, which is made if it is not there; in memory for (NULL, 0). A NULL `rulebook` means the
/// standard one. `options` is JSON, or (NULL, 0): `{"durability": "full" | "normal", "busy_timeout_ms": 5000}`.
///
/// # Safety
/// `path` and `options` point to so many bytes; `rulebook` is NULL or ours; `out_desk` is writable; `out_error` is NULL or
/// writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gj_desk_open(
    path: *const c_char,
    path_len: usize,
    rulebook: *const gj_rulebook,
    options: *const c_char,
    options_len: usize,
    out_desk: *mut *mut gj_desk,
    out_error: *mut *mut gj_error,
) -> gj_status {
    // SAFETY: the caller's promise above.
    unsafe {
        give(out_desk, None);
        guard(out_error, || {
            let book = borrowed(rulebook).map_or_else(Rulebook::standard, |book| book.0.clone());
            let options = match optional_text(options, options_len, "options")? {
                Some(options) => read_json::<SqliteOptions>(options)?,
                None => SqliteOptions::default(),
            };
            let store: Box<dyn Store> = match optional_text(path, path_len, "path")? {
                Some(path) => Box::new(SqliteStore::open(path, &options).map_err(guanjia::desk::DeskError::from)?),
                None => Box::new(MemoryStore::default()),
            };
            let desk = Desk::open_with(store, book, Classifier::standard())?;
            give(out_desk, Some(gj_desk(Mutex::new(desk))));
            Ok(())
        })
    }
}

/// Takes one command, as JSON, in one transaction: its receipt. A repeat gets the receipt of the first.
///
/// # Safety
/// `desk` is ours; `command` points to `len` bytes; `out_receipt` is writable; `out_error` is NULL or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gj_desk_submit(
    desk: *const gj_desk,
    command: *const c_char,
    len: usize,
    out_receipt: *mut *mut gj_text,
    out_error: *mut *mut gj_error,
) -> gj_status {
    // SAFETY: the caller's promise above.
    unsafe { answered(desk, out_receipt, out_error, |desk| face::submit(desk, text(command, len, "command")?)) }
}

/// Takes a JSON array of commands; neighbours of one community share a transaction. The answer is an array in the same
/// order, of `{"receipt": ...}` or `{"refusal": ...}`.
///
/// # Safety
/// `desk` is ours; `commands` points to `len` bytes; `out_answers` is writable; `out_error` is NULL or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gj_desk_submit_all(
    desk: *const gj_desk,
    commands: *const c_char,
    len: usize,
    out_answers: *mut *mut gj_text,
    out_error: *mut *mut gj_error,
) -> gj_status {
    // SAFETY: the caller's promise above.
    unsafe { answered(desk, out_answers, out_error, |desk| face::submit_all(desk, text(commands, len, "commands")?)) }
}

/// Tells what time alone has brought up to `now`, at most `limit` wakes: `{"events": ..., "notices": ..., "more": ...}`.
///
/// # Safety
/// `desk` is ours; `out_advanced` is writable; `out_error` is NULL or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gj_desk_advance(
    desk: *const gj_desk,
    now: i64,
    limit: usize,
    out_advanced: *mut *mut gj_text,
    out_error: *mut *mut gj_error,
) -> gj_status {
    // SAFETY: the caller's promise above.
    unsafe { answered(desk, out_advanced, out_error, |desk| face::advance(desk, Instant::from_micros(now), limit)) }
}

/// Answers a question, as JSON, from one snapshot.
///
/// # Safety
/// `desk` is ours; `query` points to `len` bytes; `out_answer` is writable; `out_error` is NULL or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gj_desk_query(
    desk: *const gj_desk,
    query: *const c_char,
    len: usize,
    out_answer: *mut *mut gj_text,
    out_error: *mut *mut gj_error,
) -> gj_status {
    // SAFETY: the caller's promise above.
    unsafe { answered(desk, out_answer, out_error, |desk| face::query(desk, text(query, len, "query")?)) }
}

/// Closes a desk; NULL is fine. No call may be under way.
///
/// # Safety
/// `desk` is NULL or a desk of ours that was not closed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gj_desk_close(desk: *mut gj_desk) {
    // SAFETY: the caller's promise above.
    drop(unsafe { taken(desk) });
}

/// # Safety
/// `desk` is NULL or ours; `out` and `out_error` are NULL or writable.
unsafe fn answered(
    desk: *const gj_desk,
    out: *mut *mut gj_text,
    out_error: *mut *mut gj_error,
    work: impl FnOnce(&mut Desk) -> Result<String, OpError>,
) -> gj_status {
    // SAFETY: the caller's promise above.
    unsafe {
        give(out, None);
        guard(out_error, || {
            let mut desk = needed(desk, "desk")?.0.lock().map_err(|_: PoisonError<_>| {
                OpError::internal("an earlier call failed inside the desk; close it and open it again")
            })?;
            let answer = work(&mut desk)?;
            give(out, Some(gj_text::new(&answer)));
            Ok(())
        })
    }
}

// Calendars, rulebooks and contexts are shared freely; a desk is locked.
const _: () = {
    const fn shared<T: Send + Sync>() {}
    shared::<gj_desk>();
    shared::<gj_rulebook>();
};
