//! The desk.
use std::ffi::c_char;
use std::sync::{Mutex, PoisonError};

use guanjia::classify::Classifier;
use guanjia::desk::{Desk, DeskError};
use guanjia::ops::{OpError, desk as face, read_json};
use guanjia::rulebook::Rulebook;
use guanjia::store::{MemoryStore, SqliteOptions, SqliteStore, Store};

use crate::boundary::{borrowed, free, needed, object, optional_text, text};
use crate::calendar::instant;
use crate::error::{gj_error, gj_status};
use crate::rulebook::gj_rulebook;
use crate::text::gj_text;

/// A desk over a store. Any thread may call it; its callers queue. After a panic inside it refuses further calls
/// with GJ_E_INTERNAL: close it and open it again, what was committed is there.
pub struct gj_desk(Mutex<Desk>);

/// Opens a desk. Cases that the store holds go on under the rulebooks they were registered under.
///
/// @param path an SQLite file, UTF-8, which is made if it is not there; (NULL, 0) for a desk in memory
/// @param path_len bytes of `path`
/// @param rulebook the one in force; NULL for the standard one
/// @param options JSON: `durability` "full" (default: a commit survives a power cut) or "normal", `busy_timeout_ms`
/// (5000) to wait for another process, `max_pages` of 4096 bytes that the file may have; (NULL, 0) for the
/// defaults. They are checked but mean nothing to a desk in memory
/// @param options_len bytes of `options`
/// @param out_desk gets the desk, yours to close with gj_desk_close
/// @param out_error gets what went wrong; may be NULL
/// @return GJ_OK; GJ_E_ARGUMENT for a wrong call; GJ_E_STORAGE if the file is not ours, newer, in use or cannot be
/// written
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
    // SAFETY: the caller's pointers are as the header asks.
    unsafe {
        object((out_desk, "out_desk"), out_error, || {
            let path = optional_text((path, path_len), "path")?;
            let book = borrowed(rulebook).map_or_else(Rulebook::standard, |rulebook| rulebook.book.clone());
            let options = match optional_text((options, options_len), "options")? {
                Some(options) => read_json::<SqliteOptions>(options)?,
                None => SqliteOptions::default(),
            };
            let store: Box<dyn Store> = match path {
                Some(path) if path.is_empty() || path.contains('\0') => {
                    return Err(OpError::argument("path", "is empty or holds a NUL"));
                }
                Some(path) => Box::new(SqliteStore::open(path, &options).map_err(DeskError::from)?),
                None => Box::new(MemoryStore::default()),
            };
            let desk = Desk::open_with(store, book, Classifier::standard())?;
            Ok(gj_desk(Mutex::new(desk)))
        })
    }
}

/// Takes one command in one transaction. A repeat of a command is answered with the receipt of the first.
///
/// @param desk the desk
/// @param command JSON, `desk.command` of guanjia.schema.json
/// @param len bytes of `command`
/// @param out_receipt gets JSON, `desk.receipt`, yours to free with gj_text_free
/// @param out_error gets what went wrong; may be NULL
/// @return GJ_OK; GJ_E_ARGUMENT for no command; GJ_E_DATA for a refusal, whose code is the error's id;
/// GJ_E_STORAGE. Nothing of a command that failed is written
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gj_desk_submit(
    desk: *const gj_desk,
    command: *const c_char,
    len: usize,
    out_receipt: *mut *mut gj_text,
    out_error: *mut *mut gj_error,
) -> gj_status {
    // SAFETY: the caller's pointers are as the header asks.
    unsafe {
        answered((out_receipt, "out_receipt"), out_error, desk, || {
            let command = text((command, len), "command")?;
            Ok(|desk: &mut Desk| face::submit(desk, command))
        })
    }
}

/// Takes many commands, each for itself. Neighbours of one community share a transaction.
///
/// @param desk the desk
/// @param commands a JSON array of `desk.command`
/// @param len bytes of `commands`
/// @param out_answers gets a JSON array of {"receipt": ...} or {"refusal": ...} in the same order, yours to free
/// with gj_text_free
/// @param out_error gets what went wrong; may be NULL
/// @return GJ_OK, refusals or not; GJ_E_ARGUMENT for no array of commands: none is taken; GJ_E_STORAGE: those
/// before may have been taken, and repeating all is safe
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gj_desk_submit_all(
    desk: *const gj_desk,
    commands: *const c_char,
    len: usize,
    out_answers: *mut *mut gj_text,
    out_error: *mut *mut gj_error,
) -> gj_status {
    // SAFETY: the caller's pointers are as the header asks.
    unsafe {
        answered((out_answers, "out_answers"), out_error, desk, || {
            let commands = text((commands, len), "commands")?;
            Ok(|desk: &mut Desk| face::submit_all(desk, commands))
        })
    }
}

/// Tells what time alone has brought: warnings, breaches, escalations. Call it from a timer; the journal does not
/// depend on how often.
///
/// @param desk the desk
/// @param now in microseconds UTC
/// @param limit at most so many wakes
/// @param out_advanced gets JSON, `desk.advanced`: `events`, `notices`, and `more` if the limit was reached, yours
/// to free with gj_text_free
/// @param out_error gets what went wrong; may be NULL
/// @return GJ_OK; GJ_E_ARGUMENT for an instant outside of the years 1 to 9999; GJ_E_DATA for one before what was
/// told; GJ_E_STORAGE
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gj_desk_advance(
    desk: *const gj_desk,
    now: i64,
    limit: usize,
    out_advanced: *mut *mut gj_text,
    out_error: *mut *mut gj_error,
) -> gj_status {
    // SAFETY: the caller's pointers are as the header asks.
    unsafe {
        answered((out_advanced, "out_advanced"), out_error, desk, || {
            let now = instant(now, "now")?;
            Ok(move |desk: &mut Desk| face::advance(desk, now, limit))
        })
    }
}

/// Puts another rulebook in force: for new cases, and for those that `case.rebase` moves to it. All others go on
/// under the one they are pinned to.
///
/// @param desk the desk
/// @param rulebook the one in force from now on
/// @param out_adopted gets JSON, `desk.adopted`, with the rulebook's pin, yours to free with gj_text_free
/// @param out_error gets what went wrong; may be NULL
/// @return GJ_OK; GJ_E_ARGUMENT for a wrong call; GJ_E_STORAGE: the rulebook before stays in force
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gj_desk_adopt(
    desk: *const gj_desk,
    rulebook: *const gj_rulebook,
    out_adopted: *mut *mut gj_text,
    out_error: *mut *mut gj_error,
) -> gj_status {
    // SAFETY: the caller's pointers are as the header asks.
    unsafe {
        answered((out_adopted, "out_adopted"), out_error, desk, || {
            let book = needed(rulebook, "rulebook")?.book.clone();
            Ok(|desk: &mut Desk| face::adopt(desk, book))
        })
    }
}

/// Adds announced days to the holiday tables, the day they are announced: the rulebook in force grows, and so do those
/// of the cases whose due times rested on them. Those due times alone are computed anew, each with a journal row that
/// has both values.
///
/// @param desk the desk
/// @param days the text of an iCalendar or JSON file, as the operation `calendar.extend` takes it
/// @param len bytes of `days`
/// @param now in microseconds UTC
/// @param out_retimed gets JSON, `desk.retimed`: `cases` computed anew, and how many of them `moved`, yours to free
/// with gj_text_free
/// @param out_error gets what went wrong; may be NULL
/// @return GJ_OK; GJ_E_ARGUMENT for a wrong call; GJ_E_DATA for days that cannot be read or contradict a table, with
/// all problems, and for a `now` before what was told; GJ_E_STORAGE
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gj_desk_extend(
    desk: *const gj_desk,
    days: *const c_char,
    len: usize,
    now: i64,
    out_retimed: *mut *mut gj_text,
    out_error: *mut *mut gj_error,
) -> gj_status {
    // SAFETY: the caller's pointers are as the header asks.
    unsafe {
        answered((out_retimed, "out_retimed"), out_error, desk, || {
            let days = text((days, len), "days")?;
            let now = instant(now, "now")?;
            Ok(move |desk: &mut Desk| face::extend(desk, days, now))
        })
    }
}

/// Computes due times anew that rested on days not announced when they were set: after the rulebook in force, or the
/// table that comes with this library, has learnt of them.
///
/// @param desk the desk
/// @param now in microseconds UTC
/// @param out_retimed gets JSON, `desk.retimed`, yours to free with gj_text_free
/// @param out_error gets what went wrong; may be NULL
/// @return GJ_OK; GJ_E_ARGUMENT for an instant outside of the years 1 to 9999; GJ_E_DATA for one before what was
/// told; GJ_E_STORAGE
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gj_desk_retime(
    desk: *const gj_desk,
    now: i64,
    out_retimed: *mut *mut gj_text,
    out_error: *mut *mut gj_error,
) -> gj_status {
    // SAFETY: the caller's pointers are as the header asks.
    unsafe {
        answered((out_retimed, "out_retimed"), out_error, desk, || {
            let now = instant(now, "now")?;
            Ok(move |desk: &mut Desk| face::retime(desk, now))
        })
    }
}

/// Answers a question from one snapshot: a case with its clocks, the ledger, the outbox, the month report and so
/// on.
///
/// @param desk the desk
/// @param query JSON, `desk.query`
/// @param len bytes of `query`
/// @param out_answer gets JSON, `desk.answer`, yours to free with gj_text_free
/// @param out_error gets what went wrong; may be NULL
/// @return GJ_OK; GJ_E_ARGUMENT for no question; GJ_E_DATA if the record is not there; GJ_E_STORAGE
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gj_desk_query(
    desk: *const gj_desk,
    query: *const c_char,
    len: usize,
    out_answer: *mut *mut gj_text,
    out_error: *mut *mut gj_error,
) -> gj_status {
    // SAFETY: the caller's pointers are as the header asks.
    unsafe {
        answered((out_answer, "out_answer"), out_error, desk, || {
            let query = text((query, len), "query")?;
            Ok(|desk: &mut Desk| face::query(desk, query))
        })
    }
}

/// Opens the vault of the store, and makes it where there is none: from then on personal data can be written, and read
/// by gj_desk_ask.
///
/// @param desk the desk
/// @param opener JSON, `desk.opener`: {"key": 64 hexadecimal digits} or {"passphrase": ...}. The library wipes its
/// copies; yours is yours to wipe
/// @param len bytes of `opener`
/// @param out_unlocked gets JSON, `desk.unlocked`: `created`, `epoch`, yours to free with gj_text_free
/// @param out_error gets what went wrong; may be NULL
/// @return GJ_OK; GJ_E_ARGUMENT for no opener; GJ_E_DATA for a key or passphrase that does not open it; GJ_E_STORAGE
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gj_desk_unlock(
    desk: *const gj_desk,
    opener: *const c_char,
    len: usize,
    out_unlocked: *mut *mut gj_text,
    out_error: *mut *mut gj_error,
) -> gj_status {
    // SAFETY: the caller's pointers are as the header asks.
    unsafe {
        answered((out_unlocked, "out_unlocked"), out_error, desk, || {
            let opener = text((opener, len), "opener")?;
            let seed = random()?;
            Ok(move |desk: &mut Desk| face::unlock(desk, opener, seed))
        })
    }
}

/// Closes the vault: nothing personal is read or written until it is opened again.
///
/// @param desk the desk
/// @param out_locked gets `{}`, yours to free with gj_text_free
/// @param out_error gets what went wrong; may be NULL
/// @return GJ_OK; GJ_E_ARGUMENT for a wrong call
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gj_desk_lock(
    desk: *const gj_desk,
    out_locked: *mut *mut gj_text,
    out_error: *mut *mut gj_error,
) -> gj_status {
    // SAFETY: the caller's pointers are as the header asks.
    unsafe { answered((out_locked, "out_locked"), out_error, desk, || Ok(face::lock)) }
}

/// Gives the vault another key or passphrase. Every customer's key is wrapped anew in one transaction; no history is
/// rewritten, and the old key opens nothing of the store any more.
///
/// @param desk the desk, its vault open
/// @param opener JSON, `desk.opener`: what opens it from now on
/// @param len bytes of `opener`
/// @param out_rotated gets JSON, `desk.rotated`: `keys`, `epoch`, yours to free with gj_text_free
/// @param out_error gets what went wrong; may be NULL
/// @return GJ_OK; GJ_E_ARGUMENT for no opener; GJ_E_DATA if the vault is closed or a key in it was forged: then
/// nothing is changed; GJ_E_STORAGE
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gj_desk_rotate(
    desk: *const gj_desk,
    opener: *const c_char,
    len: usize,
    out_rotated: *mut *mut gj_text,
    out_error: *mut *mut gj_error,
) -> gj_status {
    // SAFETY: the caller's pointers are as the header asks.
    unsafe {
        answered((out_rotated, "out_rotated"), out_error, desk, || {
            let opener = text((opener, len), "opener")?;
            Ok(|desk: &mut Desk| face::rotate(desk, opener))
        })
    }
}

/// Answers a question about persons by the rulebook's permissions: who is calling, a file, what a case says, who looked
/// at a file. The read, or its refusal, is recorded before anything is told.
///
/// @param desk the desk, its vault open
/// @param request JSON, `desk.request`: `actor`, `purpose`, `at`, `ask`
/// @param len bytes of `request`
/// @param out_told gets JSON, `desk.told`, yours to free with gj_text_free. It holds personal data and is wiped when it is freed: wipe what you copy
/// @param out_error gets what went wrong; may be NULL
/// @return GJ_OK; GJ_E_ARGUMENT for no request; GJ_E_DATA for a refusal, or a record that is not there; GJ_E_STORAGE
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gj_desk_ask(
    desk: *const gj_desk,
    request: *const c_char,
    len: usize,
    out_told: *mut *mut gj_text,
    out_error: *mut *mut gj_error,
) -> gj_status {
    // SAFETY: the caller's pointers are as the header asks.
    unsafe {
        answered((out_told, "out_told"), out_error, desk, || {
            let request = text((request, len), "request")?;
            Ok(|desk: &mut Desk| face::ask(desk, request))
        })
    }
}

/// Random bytes of the system's.
fn random() -> Result<[u8; 32], OpError> {
    let mut seed = [0; 32];
    getrandom::fill(&mut seed).map_err(|error| OpError::internal(&format!("no random bytes: {error}")))?;
    Ok(seed)
}

/// Closes a desk. No call may be under way.
///
/// @param desk may be NULL
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gj_desk_close(desk: *mut gj_desk) {
    // SAFETY: the caller's pointer is as the header asks.
    unsafe { free(desk) };
}

/// Reads what was asked, then does it at the desk: who asks wrongly does not queue.
unsafe fn answered<W: FnOnce(&mut Desk) -> Result<String, OpError>>(
    out: (*mut *mut gj_text, &str),
    out_error: *mut *mut gj_error,
    desk: *const gj_desk,
    asked: impl FnOnce() -> Result<W, OpError>,
) -> gj_status {
    // SAFETY: the caller's pointers are as the header asks.
    unsafe {
        object(out, out_error, || {
            let desk = needed(desk, "desk")?;
            let work = asked()?;
            let mut desk = desk.0.lock().map_err(|_: PoisonError<_>| {
                OpError::internal("an earlier call failed inside the desk; close it and open it again")
            })?;
            Ok(gj_text::new(&work(&mut desk)?))
        })
    }
}

const _: () = {
    const fn shared<T: Send + Sync>() {}
    shared::<gj_desk>();
};

#[cfg(test)]
mod tests {
    use std::ptr;

    use super::*;
    use crate::error::{GJ_E_INTERNAL, GJ_OK};

    #[test]
    fn after_a_panic_a_desk_refuses_further_calls_and_closes() {
        let (mut desk, mut answer) = (ptr::null_mut(), ptr::null_mut());
        // SAFETY: pointers to locals, and the desk that the first call gives, closed once.
        unsafe {
            let none = (ptr::null(), 0);
            let opened = gj_desk_open(none.0, none.1, ptr::null(), none.0, none.1, &raw mut desk, ptr::null_mut());
            assert_eq!(opened, GJ_OK);
            let out = (&raw mut answer, "out_answer");
            let quiet = answered(out, ptr::null_mut(), desk, || Ok(|_: &mut Desk| Ok("{}".to_owned())));
            assert_eq!(quiet, GJ_OK);
            crate::text::gj_text_free(answer);
            for said in ["first", "then"] {
                let status = answered(out, ptr::null_mut(), desk, || {
                    Ok(|_: &mut Desk| if said == "first" { panic!("inside the desk") } else { Ok("{}".to_owned()) })
                });
                assert_eq!((status, answer.is_null()), (GJ_E_INTERNAL, true));
            }
            gj_desk_close(desk);
        }
    }
}
