//! Text that goes out.
use std::ffi::{CString, c_char};
use std::fmt::Write;
use std::sync::OnceLock;

use zeroize::Zeroize;

use crate::boundary::{borrowed, free, give_text};
use crate::error::terminated;

/// A text of ours: JSON, where nothing else is said. Immutable: any threads may share it.
pub struct gj_text {
    utf8: CString,
    ascii: OnceLock<CString>,
}

impl gj_text {
    pub(crate) fn new(json: &str) -> Self {
        Self { utf8: terminated(json), ascii: OnceLock::new() }
    }
}

impl Drop for gj_text {
    /// Answers may hold personal data: nothing of them stays in memory that is given back.
    fn drop(&mut self) {
        let ascii = self.ascii.take().unwrap_or_default();
        for text in [std::mem::take(&mut self.utf8), ascii] {
            text.into_bytes_with_nul().zeroize();
        }
    }
}

/// The text as UTF-8.
///
/// @param text may be NULL
/// @param out_len gets its bytes; may be NULL
/// @return terminated text that lives as long as `text`; empty for NULL
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gj_text_data(text: *const gj_text, out_len: *mut usize) -> *const c_char {
    // SAFETY: the caller's pointers are as the header asks.
    unsafe { give_text(borrowed(text).map(|text| text.utf8.as_c_str()), out_len) }
}

/// The text in ASCII alone, all else as JSON escapes, so that a database column of any charset holds it.
///
/// @param text may be NULL
/// @param out_len gets its bytes; may be NULL
/// @return terminated text that lives as long as `text`; empty for NULL
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gj_text_ascii(text: *const gj_text, out_len: *mut usize) -> *const c_char {
    // SAFETY: the caller's pointers are as the header asks.
    unsafe { give_text(borrowed(text).map(|text| text.ascii.get_or_init(|| escaped(&text.utf8)).as_c_str()), out_len) }
}

/// Beyond ASCII stand only characters of JSON strings, where an escape may take their place.
fn escaped(json: &CString) -> CString {
    let mut ascii = String::new();
    for character in json.to_string_lossy().chars() {
        if character.is_ascii() {
            ascii.push(character);
        } else {
            for unit in character.encode_utf16(&mut [0; 2]) {
                _ = write!(ascii, "\\u{unit:04x}");
            }
        }
    }
    terminated(&ascii)
}

/// Frees a text.
///
/// @param text may be NULL
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gj_text_free(text: *mut gj_text) {
    // SAFETY: the caller's pointer is as the header asks.
    unsafe { free(text) };
}
