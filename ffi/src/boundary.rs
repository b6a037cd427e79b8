//! The one place where pointers become values and values become pointers.
use std::ffi::{CStr, c_char};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr;

use guanjia::ops::OpError;

use crate::error::{GJ_E_INTERNAL, GJ_OK, gj_error, gj_status};

/// Runs a call: what it refuses goes to `out_error`, a panic becomes an internal error.
///
/// # Safety
/// `out_error` is NULL or writable.
pub(crate) unsafe fn guard(out_error: *mut *mut gj_error, work: impl FnOnce() -> Result<(), OpError>) -> gj_status {
    // SAFETY: the caller's promise above.
    unsafe { give(out_error, None) };
    let error = match catch_unwind(AssertUnwindSafe(work)) {
        Ok(Ok(())) => return GJ_OK,
        Ok(Err(error)) => error,
        Err(panic) => OpError::internal(&panicked(panic.as_ref())),
    };
    // Writing the error out may itself meet a panic: a status is then all we can give.
    match catch_unwind(AssertUnwindSafe(|| gj_error::from(error))) {
        Ok(error) => {
            let status = error.status;
            // SAFETY: the caller's promise above.
            unsafe { give(out_error, Some(error)) };
            status
        }
        Err(_) => GJ_E_INTERNAL,
    }
}

fn panicked(panic: &(dyn std::any::Any + Send)) -> String {
    let said = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    said.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_else(|| "a panic without words".to_owned())
}

/// Gives an object away, or NULL; an `out` of NULL is passed over and the object dropped.
///
/// # Safety
/// `out` is NULL or writable.
pub(crate) unsafe fn give<T>(out: *mut *mut T, object: Option<T>) {
    if !out.is_null() {
        let pointer = object.map_or(ptr::null_mut(), |object| Box::into_raw(Box::new(object)));
        // SAFETY: not NULL, and writable by the caller's promise.
        unsafe { out.write(pointer) };
    }
}

/// Writes a plain value; an `out` of NULL is passed over.
///
/// # Safety
/// `out` is NULL or writable.
pub(crate) unsafe fn put<T>(out: *mut T, value: T) {
    if !out.is_null() {
        // SAFETY: not NULL, and writable by the caller's promise.
        unsafe { out.write(value) };
    }
}

/// Takes an object back.
///
/// # Safety
/// `object` is NULL or came from [`give`] and was not taken before.
pub(crate) unsafe fn taken<T>(object: *mut T) -> Option<Box<T>> {
    if object.is_null() {
        return None;
    }
    // SAFETY: it came from Box::into_raw in `give`, by the caller's promise.
    Some(unsafe { Box::from_raw(object) })
}

/// Borrows an object.
///
/// # Safety
/// `object` is NULL or points to an object of ours that lives as long as the borrow.
pub(crate) unsafe fn borrowed<'a, T>(object: *const T) -> Option<&'a T> {
    // SAFETY: the caller's promise above.
    unsafe { object.as_ref() }
}

/// Borrows an object that must be there.
///
/// # Errors
/// When it is NULL.
///
/// # Safety
/// As for [`borrowed`].
pub(crate) unsafe fn needed<'a, T>(object: *const T, name: &str) -> Result<&'a T, OpError> {
    // SAFETY: the caller's promise above.
    unsafe { borrowed(object) }.ok_or_else(|| OpError::argument(name, "is NULL"))
}

/// Reads text: UTF-8, not NULL unless it is empty.
///
/// # Errors
/// NULL with a length, a length no memory has, or bytes that are not UTF-8.
///
/// # Safety
/// `data` is NULL or points to `len` readable bytes.
pub(crate) unsafe fn text<'a>(data: *const c_char, len: usize, name: &str) -> Result<&'a str, OpError> {
    // SAFETY: the caller's promise above.
    let bytes = unsafe { slice(data.cast::<u8>(), len, name) }?;
    std::str::from_utf8(bytes).map_err(|error| {
        let at = error.valid_up_to();
        OpError::argument(name, &format!("is not UTF-8 at byte {at}; convert from GBK or GB18030 first"))
    })
}

/// Reads text that may be absent: (NULL, 0).
///
/// # Errors
/// As for [`text`].
///
/// # Safety
/// As for [`text`].
pub(crate) unsafe fn optional_text<'a>(
    data: *const c_char,
    len: usize,
    name: &str,
) -> Result<Option<&'a str>, OpError> {
    if data.is_null() && len == 0 {
        return Ok(None);
    }
    // SAFETY: the caller's promise above.
    unsafe { text(data, len, name) }.map(Some)
}

/// Borrows an array; NULL is fine if it is empty.
///
/// # Errors
/// NULL with a length, or a length no memory has.
///
/// # Safety
/// `data` is NULL or points to `len` readable values.
pub(crate) unsafe fn slice<'a, T>(data: *const T, len: usize, name: &str) -> Result<&'a [T], OpError> {
    if len == 0 {
        return Ok(&[]);
    }
    check_array(data, len, name)?;
    // SAFETY: not NULL, of a length that memory can have, readable by the caller's promise.
    Ok(unsafe { std::slice::from_raw_parts(data, len) })
}

/// Borrows an array to write to; NULL is fine if it is empty.
///
/// # Errors
/// As for [`slice`].
///
/// # Safety
/// `data` is NULL or points to `len` writable, initialised values that nothing else refers to.
pub(crate) unsafe fn slice_mut<'a, T>(data: *mut T, len: usize, name: &str) -> Result<&'a mut [T], OpError> {
    if len == 0 {
        return Ok(&mut []);
    }
    check_array(data, len, name)?;
    // SAFETY: not NULL, of a length that memory can have, writable and ours alone by the caller's promise.
    Ok(unsafe { std::slice::from_raw_parts_mut(data, len) })
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
///
/// # Safety
/// `out_len` is NULL or writable.
pub(crate) unsafe fn give_text(text: Option<&CStr>, out_len: *mut usize) -> *const c_char {
    // SAFETY: the caller's promise above.
    unsafe { put(out_len, text.map_or(0, CStr::count_bytes)) };
    text.map_or(c"".as_ptr(), CStr::as_ptr)
}
