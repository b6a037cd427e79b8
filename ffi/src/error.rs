//! The status of a call and the object that explains it.
use std::ffi::{CString, c_char};

use guanjia::ops::{ErrorKind, OpError};

use crate::boundary::{borrowed, free, give_text};

/// How a call went, or a row of an array. Numbers are never reused; treat unknown ones as GJ_E_INTERNAL.
pub type gj_status = i32;

/// All went well.
pub const GJ_OK: gj_status = 0;
/// The call is wrong: NULL, not UTF-8, out of range, a name or a field that does not exist. Your code must change.
pub const GJ_E_ARGUMENT: gj_status = 1;
/// The data are wrong, or a rule refuses. Somebody must correct or decide.
pub const GJ_E_DATA: gj_status = 2;
/// The store failed: in use, full, not ours, damaged. It is safe to make the call again.
pub const GJ_E_STORAGE: gj_status = 3;
/// A mistake of ours, a caught panic included. A desk that met a panic refuses further calls.
pub const GJ_E_INTERNAL: gj_status = 99;

/// What went wrong. Immutable: any threads may share it.
pub struct gj_error {
    pub(crate) status: gj_status,
    id: CString,
    path: CString,
    message: CString,
    message_zh: CString,
    json: CString,
}

/// C reads no further than the first NUL: one inside is shown as its picture.
pub(crate) fn terminated(text: &str) -> CString {
    CString::new(text.replace('\0', "\u{2400}")).unwrap_or_default()
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

/// The status that the call returned.
///
/// @param error may be NULL
/// @return the status; GJ_OK for NULL
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gj_error_status(error: *const gj_error) -> gj_status {
    // SAFETY: the caller's pointer is as the header asks.
    unsafe { borrowed(error) }.map_or(GJ_OK, |error| error.status)
}

/// The stable id, to branch on: "argument", "operation.unknown", "calendar.no_working_time", "problems", "case.wrong_status",
/// "store.busy" and so on.
///
/// @param error may be NULL
/// @param out_len gets the bytes of the text; may be NULL
/// @return terminated text that lives as long as the error; empty for NULL
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gj_error_id(error: *const gj_error, out_len: *mut usize) -> *const c_char {
    // SAFETY: the caller's pointers are as the header asks.
    unsafe { give_text(borrowed(error).map(|error| error.id.as_c_str()), out_len) }
}

/// Where in the input: a parameter of the function, or a place in its JSON or TOML such as "targets[3].budget".
///
/// @param error may be NULL
/// @param out_len gets the bytes of the text; may be NULL
/// @return terminated text that lives as long as the error; empty if it is nowhere in particular, and for NULL
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gj_error_path(error: *const gj_error, out_len: *mut usize) -> *const c_char {
    // SAFETY: the caller's pointers are as the header asks.
    unsafe { give_text(borrowed(error).map(|error| error.path.as_c_str()), out_len) }
}

/// What went wrong, in English, for a person.
///
/// @param error may be NULL
/// @param out_len gets the bytes of the text; may be NULL
/// @return terminated text that lives as long as the error; empty for NULL
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gj_error_message(error: *const gj_error, out_len: *mut usize) -> *const c_char {
    // SAFETY: the caller's pointers are as the header asks.
    unsafe { give_text(borrowed(error).map(|error| error.message.as_c_str()), out_len) }
}

/// What went wrong, in Chinese, for a person.
///
/// @param error may be NULL
/// @param out_len gets the bytes of the text; may be NULL
/// @return terminated text that lives as long as the error; empty for NULL
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gj_error_message_zh(error: *const gj_error, out_len: *mut usize) -> *const c_char {
    // SAFETY: the caller's pointers are as the header asks.
    unsafe { give_text(borrowed(error).map(|error| error.message_zh.as_c_str()), out_len) }
}

/// Everything as JSON: `kind`, `code`, `path`, `words`, all `problems` of a file, the `refusal` with its clause.
///
/// @param error may be NULL
/// @param out_len gets the bytes of the text; may be NULL
/// @return terminated text that lives as long as the error; empty for NULL
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gj_error_json(error: *const gj_error, out_len: *mut usize) -> *const c_char {
    // SAFETY: the caller's pointers are as the header asks.
    unsafe { give_text(borrowed(error).map(|error| error.json.as_c_str()), out_len) }
}

/// Frees an error.
///
/// @param error may be NULL
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gj_error_free(error: *mut gj_error) {
    // SAFETY: the caller's pointer is as the header asks.
    unsafe { free(error) };
}
