//! Reading text: charsets, misread bytes, personal data.
use std::ffi::c_char;
use std::ptr;

use guanjia::ops::OpError;
use guanjia::problem::Problems;
use guanjia::text::personal::Kind;
use guanjia::text::{Charset, decode_gb18030, encode, mask, misread};

use crate::boundary::{bytes, guard, object, put, slice, text, wanted};
use crate::error::{gj_error, gj_status};
use crate::text::gj_text;

/// A charset that text is written out in.
pub type gj_charset = i32;

/// GB 18030: holds every character of Unicode but U+E5E5.
pub const GJ_GB18030: gj_charset = 0;
/// GBK, as code page 936 holds it: rare characters of names are not in it.
pub const GJ_GBK: gj_charset = 1;

/// Reads GB18030, and so GBK and GB 2312, which it contains.
///
/// @param bytes as they came from a file or a column
/// @param len how many
/// @param out_text gets the text, plain and not JSON, yours to free with gj_text_free
/// @param out_error gets what went wrong; may be NULL
/// @return GJ_OK; GJ_E_DATA with every place that is not GB18030: paths such as "bytes[17]", and the bytes there
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gj_gb18030_decode(
    bytes: *const c_char,
    len: usize,
    out_text: *mut *mut gj_text,
    out_error: *mut *mut gj_error,
) -> gj_status {
    // SAFETY: the caller's pointers are as the header asks.
    unsafe {
        object((out_text, "out_text"), out_error, || {
            let bytes = slice(bytes.cast::<u8>(), len, "bytes")?;
            Ok(gj_text::new(&decode_gb18030(bytes).map_err(|error| under("bytes", error))?))
        })
    }
}

/// Writes text in a charset. Call it with (NULL, 0) for `out` to learn how much room is needed.
///
/// @param text UTF-8
/// @param text_len bytes of `text`
/// @param charset GJ_GB18030 or GJ_GBK
/// @param out gets the bytes, not terminated, if there is room for all of them; NULL if `out_size` is 0
/// @param out_size bytes of room
/// @param out_len gets how many bytes there are, whether there was room or not; 0 if the text does not fit the charset
/// @param out_error gets what went wrong; may be NULL
/// @return GJ_OK, also if there is too little room: then nothing was written, and `out_len` is greater than `out_size`;
/// GJ_E_ARGUMENT for a wrong call; GJ_E_DATA with every character that the charset does not hold: paths such as
/// "text[3]", counted in characters
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gj_encode(
    text: *const c_char,
    text_len: usize,
    charset: gj_charset,
    out: *mut c_char,
    out_size: usize,
    out_len: *mut usize,
    out_error: *mut *mut gj_error,
) -> gj_status {
    // SAFETY: the caller's pointers are as the header asks.
    unsafe {
        bytes((out, out_size), out_len, out_error, || {
            let text = crate::boundary::text((text, text_len), "text")?;
            encode(text, charset_of(charset)?).map_err(|error| under("text", error))
        })
    }
}

/// The other reading of text that was probably read in the wrong charset on its way: `©ˮ` was 漏水, 鐗╀笟 was 物业. A
/// suspicion: show it to whoever can ask. The operation "text.misread" tells what happened, too.
///
/// @param data UTF-8
/// @param len bytes of `data`
/// @param out_suspect gets 1 if the text is suspect, else 0
/// @param out_reading gets the other reading, plain and not JSON, yours to free with gj_text_free; NULL if the text is
/// not suspect or its characters are lost; may be NULL
/// @param out_error gets what went wrong; may be NULL
/// @return GJ_OK; GJ_E_ARGUMENT for a wrong call
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gj_misread(
    data: *const c_char,
    len: usize,
    out_suspect: *mut i32,
    out_reading: *mut *mut gj_text,
    out_error: *mut *mut gj_error,
) -> gj_status {
    // SAFETY: the caller's pointers are as the header asks.
    unsafe {
        put(out_suspect, 0);
        put(out_reading, ptr::null_mut());
        guard(out_error, || {
            wanted(out_suspect, "out_suspect")?;
            let found = misread(text((data, len), "data")?);
            put(out_suspect, i32::from(found.is_some()));
            if let Some(reading) = found.and_then(|found| found.reading)
                && wanted(out_reading, "out_reading").is_ok()
            {
                put(out_reading, Box::into_raw(Box::new(gj_text::new(&reading))));
            }
            Ok(())
        })
    }
}

/// Text with its personal data hidden behind stars: phones, identity numbers, cards, plates, addresses of the net, names and
/// rooms. The operation "text.mask" takes many texts and chosen kinds, and puts consistent stand-ins.
///
/// @param data UTF-8
/// @param len bytes of `data`
/// @param out_text gets the text, plain and not JSON, with as many characters as before, yours to free with gj_text_free
/// @param out_error gets what went wrong; may be NULL
/// @return GJ_OK; GJ_E_ARGUMENT for a wrong call
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gj_mask(
    data: *const c_char,
    len: usize,
    out_text: *mut *mut gj_text,
    out_error: *mut *mut gj_error,
) -> gj_status {
    // SAFETY: the caller's pointers are as the header asks.
    unsafe {
        object((out_text, "out_text"), out_error, || {
            Ok(gj_text::new(&mask(text((data, len), "data")?, &Kind::ALL).text))
        })
    }
}

fn charset_of(charset: gj_charset) -> Result<Charset, OpError> {
    match charset {
        GJ_GB18030 => Ok(Charset::Gb18030),
        GJ_GBK => Ok(Charset::Gbk),
        _ => Err(OpError::argument("charset", &format!("`{charset}` is neither GJ_GB18030 nor GJ_GBK"))),
    }
}

/// Problems of a parameter.
fn under(path: &str, error: impl Into<Problems>) -> OpError {
    let mut problems = Problems::default();
    problems.extend_under(path, error.into());
    problems.into()
}
