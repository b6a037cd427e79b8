//! The status of a call and the object that explains it.
use std::ffi::{CString, c_char};

use guanjia::ops::{ErrorKind, OpError};

use crate::boundary::{borrowed, give_text, taken};

/// How a call went. Ids are never reused; treat unknown values as `GJ_E_INTERNAL`.
pub type gj_status = i32;

/// All went well.
pub const GJ_OK: gj_status = 0;
/// The call is wrong: NULL, not UTF-8, a name or a field that does not exist. Your code must change.
pub const GJ_E_ARGUMENT: gj_status = 1;
/// The data are wrong, or a rule refuses. Somebody must correct or decide.
pub const GJ_E_DATA: gj_status = 2;
/// The store failed: locked, full, not ours.
pub const GJ_E_STORAGE: gj_status = 3;
/// A mistake of ours, a caught panic included. A desk that met one refuses further calls.
pub const GJ_E_INTERNAL: gj_status = 99;

/// What went wrong: a stable id, a place, a line in English and one in Chinese.
pub struct gj_error {
    pub(crate) status: gj_status,
    id: CString,
    path: CString,
    message: CString,
    message_zh: CString,
    json: CString,
}

/// Embedded terminators are dropped: C reads no further than the first.
pub(crate) fn terminated(text: &str) -> CString {
    CString::new(text.replace('\0', "")).unwrap_or_default()
}

impl From<OpError> for gj_error {
    fn from(error: OpError) -> Self {
        let status = match error.kind {
            ErrorKind::Argument => GJ_E_ARGUMENT,
            ErrorKind::Data => GJ_E_DATA,
            ErrorKind::Storage => GJ_E_STORAGE,
            ErrorKind::Internal => GJ_E_INTERNAL,
        };
        Self {
            status,
            id: terminated(&error.code),
            path: terminated(&error.path),
            message: terminated(&error.words.en),
            message_zh: terminated(&error.words.zh),
            json: terminated(&serde_json::to_string(&error).unwrap_or_default()),
        }
    }
}

/// The status that the call returned; `GJ_OK` for NULL.
///
/// # Safety
/// `error` is NULL or an error of ours that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gj_error_status(error: *const gj_error) -> gj_status {
    // SAFETY: the caller's promise above.
    unsafe { borrowed(error) }.map_or(GJ_OK, |error| error.status)
}

/// The stable id, such as `case.wrong_status`; `out_len` may be NULL.
///
/// # Safety
/// `error` is NULL or an error of ours; `out_len` is NULL or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gj_error_id(error: *const gj_error, out_len: *mut usize) -> *const c_char {
    // SAFETY: the caller's promise above.
    unsafe { give_text(borrowed(error).map(|error| error.id.as_c_str()), out_len) }
}

/// Where in the input, such as `targets[3].budget`; empty if it is nowhere in particular.
///
/// # Safety
/// `error` is NULL or an error of ours; `out_len` is NULL or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gj_error_path(error: *const gj_error, out_len: *mut usize) -> *const c_char {
    // SAFETY: the caller's promise above.
    unsafe { give_text(borrowed(error).map(|error| error.path.as_c_str()), out_len) }
}

/// A line in English.
///
/// # Safety
/// `error` is NULL or an error of ours; `out_len` is NULL or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gj_error_message(error: *const gj_error, out_len: *mut usize) -> *const c_char {
    // SAFETY: the caller's promise above.
    unsafe { give_text(borrowed(error).map(|error| error.message.as_c_str()), out_len) }
}

/// A line in Chinese.
///
/// # Safety
/// `error` is NULL or an error of ours; `out_len` is NULL or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gj_error_message_zh(error: *const gj_error, out_len: *mut usize) -> *const c_char {
    // SAFETY: the caller's promise above.
    unsafe { give_text(borrowed(error).map(|error| error.message_zh.as_c_str()), out_len) }
}

/// Everything as JSON: kind, code, path, words, all problems of a file, the refusal with its clause.
///
/// # Safety
/// `error` is NULL or an error of ours; `out_len` is NULL or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gj_error_json(error: *const gj_error, out_len: *mut usize) -> *const c_char {
    // SAFETY: the caller's promise above.
    unsafe { give_text(borrowed(error).map(|error| error.json.as_c_str()), out_len) }
}

/// Frees an error; NULL is fine.
///
/// # Safety
/// `error` is NULL or an error of ours that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gj_error_free(error: *mut gj_error) {
    // SAFETY: the caller's promise above.
    drop(unsafe { taken(error) });
}
