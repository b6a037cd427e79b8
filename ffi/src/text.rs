//! Text that goes out.
use std::ffi::{CString, c_char};

use crate::boundary::{borrowed, give_text, taken};
use crate::error::terminated;

/// A text of ours: UTF-8, terminated.
pub struct gj_text(CString);

impl gj_text {
    pub(crate) fn new(text: &str) -> Self {
        Self(terminated(text))
    }
}

/// The bytes of a text, terminated; `out_len` (may be NULL) gets their number. Empty for NULL.
///
/// # Safety
/// `text` is NULL or a text of ours that was not freed; `out_len` is NULL or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gj_text_data(text: *const gj_text, out_len: *mut usize) -> *const c_char {
    // SAFETY: the caller's promise above.
    unsafe { give_text(borrowed(text).map(|text| text.0.as_c_str()), out_len) }
}

/// Frees a text; NULL is fine.
///
/// # Safety
/// `text` is NULL or a text of ours that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gj_text_free(text: *mut gj_text) {
    // SAFETY: the caller's promise above.
    drop(unsafe { taken(text) });
}
