//! Rulebooks.
use std::ffi::{CString, c_char};

use guanjia::ops::{Context, call};
use guanjia::rulebook::Rulebook;

use crate::boundary::{borrowed, give, give_text, guard, optional_text, taken, text};
use crate::error::{gj_error, gj_status, terminated};
use crate::text::gj_text;

/// A compiled rulebook. Shared freely.
pub struct gj_rulebook(pub(crate) Rulebook, CString);

/// Reads and compiles a rulebook, TOML or JSON. An error carries all its problems, as JSON with path and line.
///
/// # Safety
/// `data` points to `len` bytes; `out_rulebook` is writable; `out_error` is NULL or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gj_rulebook_load(
    data: *const c_char,
    len: usize,
    out_rulebook: *mut *mut gj_rulebook,
    out_error: *mut *mut gj_error,
) -> gj_status {
    // SAFETY: the caller's promise above.
    unsafe {
        give(out_rulebook, None);
        guard(out_error, || {
            let book = Rulebook::from_text(text(data, len, "data")?)?;
            let pin = terminated(book.pin());
            give(out_rulebook, Some(gj_rulebook(book, pin)));
            Ok(())
        })
    }
}

/// Checks a rulebook and runs its scenarios (NULL, 0 for none): JSON with `ok`, `problems` and `rehearsal`. A rulebook that
/// is wrong is an answer, not an error.
///
/// # Safety
/// `data` and `scenarios` point to so many bytes; `out_result` is writable; `out_error` is NULL or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gj_rulebook_check(
    data: *const c_char,
    len: usize,
    scenarios: *const c_char,
    scenarios_len: usize,
    out_result: *mut *mut gj_text,
    out_error: *mut *mut gj_error,
) -> gj_status {
    // SAFETY: the caller's promise above.
    unsafe {
        give(out_result, None);
        guard(out_error, || {
            let book = text(data, len, "data")?;
            let scenarios = optional_text(scenarios, scenarios_len, "scenarios")?;
            let args = serde_json::json!({ "text": book, "scenarios": scenarios }).to_string();
            let result = call(&Context::standard(), "rulebook.check", &args)?;
            give(out_result, Some(gj_text::new(&result)));
            Ok(())
        })
    }
}

/// Name, version and hash of a rulebook, such as `standard@1#0011223344556677`.
///
/// # Safety
/// `rulebook` is NULL or ours; `out_len` is NULL or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gj_rulebook_pin(rulebook: *const gj_rulebook, out_len: *mut usize) -> *const c_char {
    // SAFETY: the caller's promise above.
    unsafe { give_text(borrowed(rulebook).map(|book| book.1.as_c_str()), out_len) }
}

/// Frees a rulebook; NULL is fine.
///
/// # Safety
/// `rulebook` is NULL or a rulebook of ours that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gj_rulebook_free(rulebook: *mut gj_rulebook) {
    // SAFETY: the caller's promise above.
    drop(unsafe { taken(rulebook) });
}
