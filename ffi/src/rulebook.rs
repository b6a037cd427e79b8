//! Rulebooks.
use std::ffi::{CString, c_char};

use guanjia::ops::{Context, OpError, call};
use guanjia::rulebook::Rulebook;

use crate::boundary::{borrowed, free, give_text, needed, object, optional_text, text};
use crate::error::{gj_error, gj_status, terminated};
use crate::text::gj_text;

/// A compiled rulebook. Immutable: any threads may share it.
pub struct gj_rulebook {
    pub(crate) book: Rulebook,
    pin: CString,
}

/// Reads and compiles a rulebook.
///
/// @param data TOML, or JSON, which begins with a brace
/// @param len bytes of `data`
/// @param out_rulebook gets the rulebook, yours to free with gj_rulebook_free
/// @param out_error gets what went wrong; may be NULL
/// @return GJ_OK; GJ_E_DATA if it is wrong: gj_error_json lists all its problems, each with path, line and what
/// would be right
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gj_rulebook_load(
    data: *const c_char,
    len: usize,
    out_rulebook: *mut *mut gj_rulebook,
    out_error: *mut *mut gj_error,
) -> gj_status {
    // SAFETY: the caller's pointers are as the header asks.
    unsafe {
        object((out_rulebook, "out_rulebook"), out_error, || {
            let book = Rulebook::from_text(text((data, len), "data")?)?;
            let pin = terminated(book.pin());
            Ok(gj_rulebook { book, pin })
        })
    }
}

/// Checks a rulebook and runs its scenarios. A rulebook that is wrong is an answer here, not an error.
///
/// @param data TOML, or JSON, which begins with a brace
/// @param len bytes of `data`
/// @param scenarios TOML or JSON; (NULL, 0) for none
/// @param scenarios_len bytes of `scenarios`
/// @param out_result gets JSON with `ok`, `problems`, `scenario_problems` and `rehearsal`, yours to free with
/// gj_text_free
/// @param out_error gets what went wrong; may be NULL
/// @return GJ_OK; GJ_E_ARGUMENT for a wrong call
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gj_rulebook_check(
    data: *const c_char,
    len: usize,
    scenarios: *const c_char,
    scenarios_len: usize,
    out_result: *mut *mut gj_text,
    out_error: *mut *mut gj_error,
) -> gj_status {
    // SAFETY: the caller's pointers are as the header asks.
    unsafe {
        object((out_result, "out_result"), out_error, || {
            let book = text((data, len), "data")?;
            let scenarios = optional_text((scenarios, scenarios_len), "scenarios")?;
            let args = serde_json::json!({ "text": book, "scenarios": scenarios }).to_string();
            Ok(gj_text::new(&call(&Context::standard(), "rulebook.check", &args)?))
        })
    }
}

/// What a rulebook allows but probably does not mean: targets that never attach or run, budgets and levels that cannot
/// be reached, cases without a target, notices that are never sent.
///
/// @param rulebook the rulebook
/// @param out_result gets JSON: an array of findings, each with `path`, `line` where it was read from TOML, `message`
/// and `expected`; yours to free with gj_text_free
/// @param out_error gets what went wrong; may be NULL
/// @return GJ_OK; GJ_E_ARGUMENT for a wrong call
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gj_rulebook_lint(
    rulebook: *const gj_rulebook,
    out_result: *mut *mut gj_text,
    out_error: *mut *mut gj_error,
) -> gj_status {
    // SAFETY: the caller's pointers are as the header asks.
    unsafe {
        object((out_result, "out_result"), out_error, || {
            let findings = serde_json::to_string(&needed(rulebook, "rulebook")?.book.lint());
            findings.map(|json| gj_text::new(&json)).map_err(|error| OpError::internal(&error.to_string()))
        })
    }
}

/// Name, version and hash of a rulebook, by which cases are pinned to it.
///
/// @param rulebook may be NULL
/// @param out_len gets the bytes of the text; may be NULL
/// @return terminated text such as "standard@1#0011223344556677", which lives as long as the rulebook; empty for
/// NULL
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gj_rulebook_pin(rulebook: *const gj_rulebook, out_len: *mut usize) -> *const c_char {
    // SAFETY: the caller's pointers are as the header asks.
    unsafe { give_text(borrowed(rulebook).map(|rulebook| rulebook.pin.as_c_str()), out_len) }
}

/// Frees a rulebook. Contexts and desks made with it keep what they need.
///
/// @param rulebook may be NULL
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gj_rulebook_free(rulebook: *mut gj_rulebook) {
    // SAFETY: the caller's pointer is as the header asks.
    unsafe { free(rulebook) };
}
