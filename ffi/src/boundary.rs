//! The one place where pointers become values and values become pointers.
//!
//! What the unsafe functions here and the exported ones ask of their callers is what the header says of pointers: one that
//! is not NULL points to so many bytes or values, or to an object of ours that was not freed.
use std::any::Any;
use std::ffi::{CStr, c_char};
use std::mem::MaybeUninit;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr;

use guanjia::ops::OpError;

use crate::error::{GJ_E_INTERNAL, GJ_OK, gj_error, gj_status};

/// Runs a call: what it refuses goes to `out_error`, a panic becomes an internal error.
pub(crate) unsafe fn guard(out_error: *mut *mut gj_error, work: impl FnOnce() -> Result<(), OpError>) -> gj_status {
    // SAFETY: the caller's pointer is as the header asks.
    unsafe { put(out_error, ptr::null_mut()) };
    let error = match catch_unwind(AssertUnwindSafe(work)) {
        Ok(Ok(())) => return GJ_OK,
        Ok(Err(error)) => error,
        Err(panic) => OpError::internal(&panicked(panic.as_ref())),
    };
    // Writing the error out may itself meet a panic: a status is then all we can give.
    match catch_unwind(AssertUnwindSafe(|| Box::new(gj_error::from(error)))) {
        Ok(error) => {
            let status = error.status;
            if usable(out_error) {
                // SAFETY: the caller's pointer is as the header asks.
                unsafe { put(out_error, Box::into_raw(error)) };
            }
            status
        }
        Err(_) => GJ_E_INTERNAL,
    }
}

fn panicked(panic: &(dyn Any + Send)) -> String {
    let said = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    said.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_else(|| "a panic without words".to_owned())
}

/// Runs a call that gives an object: `out` is NULL until it is there.
pub(crate) unsafe fn object<T>(
    (out, name): (*mut *mut T, &str),
    out_error: *mut *mut gj_error,
    work: impl FnOnce() -> Result<T, OpError>,
) -> gj_status {
    // SAFETY: the caller's pointers are as the header asks.
    unsafe {
        put(out, ptr::null_mut());
        guard(out_error, || {
            wanted(out, name)?;
            let made = work()?;
            put(out, Box::into_raw(Box::new(made)));
            Ok(())
        })
    }
}

/// Runs a call that gives a plain value: `out` is zero until it is there.
pub(crate) unsafe fn value<T: Default>(
    (out, name): (*mut T, &str),
    out_error: *mut *mut gj_error,
    work: impl FnOnce() -> Result<T, OpError>,
) -> gj_status {
    // SAFETY: the caller's pointers are as the header asks.
    unsafe {
        put(out, T::default());
        guard(out_error, || {
            wanted(out, name)?;
            let found = work()?;
            put(out, found);
            Ok(())
        })
    }
}

/// Runs a call that gives bytes into the caller's room, all of them or none: `out_len` is 0 until it is known how many there
/// are.
pub(crate) unsafe fn bytes(
    (out, out_size): (*mut c_char, usize),
    out_len: *mut usize,
    out_error: *mut *mut gj_error,
    work: impl FnOnce() -> Result<Vec<u8>, OpError>,
) -> gj_status {
    // SAFETY: the caller's pointers are as the header asks.
    unsafe {
        value((out_len, "out_len"), out_error, || {
            let room = slice_mut(out.cast::<u8>(), out_size, "out")?;
            let bytes = work()?;
            if bytes.len() <= room.len() {
                for (room, byte) in room.iter_mut().zip(&bytes) {
                    room.write(*byte);
                }
            }
            Ok(bytes.len())
        })
    }
}

fn usable<T>(out: *const T) -> bool {
    !out.is_null() && out.is_aligned()
}

/// Refuses an `out` that cannot be written to.
pub(crate) fn wanted<T>(out: *const T, name: &str) -> Result<(), OpError> {
    if usable(out) { Ok(()) } else { Err(OpError::argument(name, "is NULL or not aligned")) }
}

/// Writes a plain value; an `out` that cannot be written to is passed over.
pub(crate) unsafe fn put<T>(out: *mut T, value: T) {
    if usable(out) {
        // SAFETY: not NULL and aligned, and writable as the header asks.
        unsafe { out.write(value) };
    }
}

/// Takes an object back and drops it; NULL is fine.
pub(crate) unsafe fn free<T>(object: *mut T) {
    if !object.is_null() {
        // SAFETY: it came from Box::into_raw in `object` or `guard`, and the caller has not freed it before.
        let object = unsafe { Box::from_raw(object) };
        // A panic while dropping must not reach C; there is nobody left to tell.
        _ = catch_unwind(AssertUnwindSafe(|| drop(object)));
    }
}

/// Borrows an object, if it is there.
pub(crate) unsafe fn borrowed<'a, T>(object: *const T) -> Option<&'a T> {
    // SAFETY: NULL or an object of ours, as the header asks.
    unsafe { object.as_ref() }
}

/// Borrows an object that must be there.
pub(crate) unsafe fn needed<'a, T>(object: *const T, name: &str) -> Result<&'a T, OpError> {
    // SAFETY: NULL or an object of ours, as the header asks.
    unsafe { borrowed(object) }.ok_or_else(|| OpError::argument(name, "is NULL"))
}

/// Reads text: UTF-8, not NULL unless it is empty.
pub(crate) unsafe fn text<'a>((data, len): (*const c_char, usize), name: &str) -> Result<&'a str, OpError> {
    // SAFETY: the caller's pointer is as the header asks.
    let bytes = unsafe { slice(data.cast::<u8>(), len, name) }?;
    std::str::from_utf8(bytes).map_err(|error| {
        let at = error.valid_up_to();
        OpError::argument(
            name,
            &format!("is not UTF-8 at byte {at}; convert from GBK or GB18030 first (gj_gb18030_decode)"),
        )
    })
}

/// Reads text that may be absent: (NULL, 0).
pub(crate) unsafe fn optional_text<'a>(
    (data, len): (*const c_char, usize),
    name: &str,
) -> Result<Option<&'a str>, OpError> {
    if data.is_null() && len == 0 {
        return Ok(None);
    }
    // SAFETY: the caller's pointer is as the header asks.
    unsafe { text((data, len), name) }.map(Some)
}

/// A row of a column of texts.
pub(crate) enum Cell<'a> {
    Text(&'a str),
    Absent,
    /// Not UTF-8, or no text at all.
    Wrong,
}

/// Reads a row of a column of texts, as [`optional_text`] does, without words for what is wrong: nothing is allocated.
pub(crate) unsafe fn cell<'a>(data: *const c_char, len: usize) -> Cell<'a> {
    if data.is_null() {
        return if len == 0 { Cell::Absent } else { Cell::Wrong };
    }
    if len > isize::MAX.unsigned_abs() {
        return Cell::Wrong;
    }
    // SAFETY: not NULL, of a length that memory can have, and readable as the header asks.
    let bytes = unsafe { std::slice::from_raw_parts(data.cast::<u8>(), len) };
    std::str::from_utf8(bytes).map_or(Cell::Wrong, Cell::Text)
}

/// Borrows an array; NULL is fine if it is empty.
pub(crate) unsafe fn slice<'a, T>(data: *const T, len: usize, name: &str) -> Result<&'a [T], OpError> {
    if len == 0 {
        return Ok(&[]);
    }
    check_array(data, len, name)?;
    // SAFETY: not NULL, of a length that memory can have, and readable as the header asks.
    Ok(unsafe { std::slice::from_raw_parts(data, len) })
}

/// Borrows an array to write to, whatever it holds; NULL is fine if it is empty.
pub(crate) unsafe fn slice_mut<'a, T>(
    data: *mut T,
    len: usize,
    name: &str,
) -> Result<&'a mut [MaybeUninit<T>], OpError> {
    if len == 0 {
        return Ok(&mut []);
    }
    check_array(data, len, name)?;
    // SAFETY: not NULL, of a length that memory can have, writable and apart from all others as the header asks.
    Ok(unsafe { std::slice::from_raw_parts_mut(data.cast(), len) })
}

/// Borrows an array to write to that may be absent: NULL.
pub(crate) unsafe fn optional_slice_mut<'a, T>(
    data: *mut T,
    len: usize,
    name: &str,
) -> Result<Option<&'a mut [MaybeUninit<T>]>, OpError> {
    if data.is_null() {
        return Ok(None);
    }
    // SAFETY: the caller's pointer is as the header asks.
    unsafe { slice_mut(data, len, name) }.map(Some)
}

/// Borrows an array to write to, filled with `blank`; NULL is fine if it is empty.
pub(crate) unsafe fn filled<'a, T: Copy>(
    data: *mut T,
    len: usize,
    blank: T,
    name: &str,
) -> Result<&'a mut [T], OpError> {
    // SAFETY: the caller's pointer is as the header asks.
    let rows = unsafe { slice_mut(data, len, name) }?;
    for row in rows.iter_mut() {
        row.write(blank);
    }
    // SAFETY: every value has just been written.
    Ok(unsafe { &mut *(ptr::from_mut(rows) as *mut [T]) })
}

fn check_array<T>(data: *const T, len: usize, name: &str) -> Result<(), OpError> {
    if data.is_null() {
        return Err(OpError::argument(name, &format!("is NULL but its length is {len}")));
    }
    if !data.is_aligned() {
        return Err(OpError::argument(name, "is not aligned"));
    }
    let most = isize::MAX.unsigned_abs() / size_of::<T>().max(1);
    if len > most {
        return Err(OpError::argument(name, &format!("cannot be {len} long")));
    }
    Ok(())
}

/// Gives the text of an object, terminated, with its length.
pub(crate) unsafe fn give_text(text: Option<&CStr>, out_len: *mut usize) -> *const c_char {
    let text = text.unwrap_or_default();
    // SAFETY: the caller's pointer is as the header asks.
    unsafe { put(out_len, text.count_bytes()) };
    text.as_ptr()
}

#[cfg(test)]
mod tests {
    use std::ffi::CStr;
    use std::ptr;

    use super::*;
    use crate::error::{GJ_E_ARGUMENT, gj_error_free, gj_error_id, gj_error_message};

    fn said(error: *mut gj_error) -> (String, String) {
        // SAFETY: an error that a call below has given.
        let text = |data: *const c_char| unsafe { CStr::from_ptr(data) }.to_str().unwrap().to_owned();
        // SAFETY: as above; it is freed once, here.
        unsafe {
            let words = (text(gj_error_id(error, ptr::null_mut())), text(gj_error_message(error, ptr::null_mut())));
            gj_error_free(error);
            words
        }
    }

    #[test]
    fn a_panic_becomes_an_internal_error_with_its_words() {
        let mut error = ptr::null_mut();
        // SAFETY: a pointer to a local.
        let status = unsafe { guard(&raw mut error, || panic!("on the {}", "stairs")) };
        assert_eq!(status, GJ_E_INTERNAL);
        assert_eq!(said(error), ("internal".to_owned(), "internal error: on the stairs".to_owned()));
        // SAFETY: NULL is fine for `out_error`.
        assert_eq!(unsafe { guard(ptr::null_mut(), || panic!("unheard")) }, GJ_E_INTERNAL);
    }

    #[test]
    fn an_out_that_cannot_be_written_to_is_refused_before_anything_is_done() {
        let mut error = ptr::null_mut();
        let mut room = [0_u64; 2];
        let crooked = (&raw mut room).cast::<u8>().wrapping_add(1).cast::<i64>();
        for out in [ptr::null_mut(), crooked] {
            // SAFETY: NULL and a crooked pointer are what is tested; the error is a local.
            let status = unsafe { value((out, "out_at"), &raw mut error, || panic!("must not run")) };
            assert_eq!(status, GJ_E_ARGUMENT);
            assert_eq!(said(error).1, "out_at: is NULL or not aligned");
        }
        assert_eq!(room, [0, 0]);
    }
}
