//! Contexts and operations.
use std::ffi::c_char;

use guanjia::ops::{self, Context};
use guanjia::rulebook::Rulebook;

use crate::boundary::{borrowed, give, guard, needed, text};
use crate::error::{gj_error, gj_status};
use crate::rulebook::gj_rulebook;
use crate::text::gj_text;

/// What operations run in: rulebooks, their calendars, a classifier. Shared freely.
pub struct gj_context(Context);

/// Makes a context under a rulebook; the standard one if `rulebook` is NULL.
///
/// # Safety
/// `rulebook` is NULL or a rulebook of ours; `out_context` is writable; `out_error` is NULL or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gj_context_new(
    rulebook: *const gj_rulebook,
    out_context: *mut *mut gj_context,
    out_error: *mut *mut gj_error,
) -> gj_status {
    // SAFETY: the caller's promise above.
    unsafe {
        give(out_context, None);
        guard(out_error, || {
            let book = borrowed(rulebook).map_or_else(Rulebook::standard, |book| book.0.clone());
            give(out_context, Some(gj_context(Context::with_rulebook(book))));
            Ok(())
        })
    }
}

/// Makes a context that holds a further rulebook, to be named as `id@version`; `context` stays as it is.
///
/// # Safety
/// `context` and `rulebook` are ours; `out_context` is writable; `out_error` is NULL or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gj_context_with(
    context: *const gj_context,
    rulebook: *const gj_rulebook,
    out_context: *mut *mut gj_context,
    out_error: *mut *mut gj_error,
) -> gj_status {
    // SAFETY: the caller's promise above.
    unsafe {
        give(out_context, None);
        guard(out_error, || {
            let book = needed(rulebook, "rulebook")?.0.clone();
            let more = needed(context, "context")?.0.clone().and_rulebook(book);
            give(out_context, Some(gj_context(more)));
            Ok(())
        })
    }
}

/// Frees a context; NULL is fine.
///
/// # Safety
/// `context` is NULL or a context of ours that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gj_context_free(context: *mut gj_context) {
    // SAFETY: the caller's promise above.
    drop(unsafe { crate::boundary::taken(context) });
}

/// Runs an operation by name: JSON arguments in, JSON result out. `operations.list` names them all; a NULL `context` means
/// the standards.
///
/// # Safety
/// `context` is NULL or ours; `name` and `args` point to so many bytes; `out_result` is writable; `out_error` is NULL or
/// writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gj_call(
    context: *const gj_context,
    name: *const c_char,
    name_len: usize,
    args: *const c_char,
    args_len: usize,
    out_result: *mut *mut gj_text,
    out_error: *mut *mut gj_error,
) -> gj_status {
    // SAFETY: the caller's promise above.
    unsafe {
        give(out_result, None);
        guard(out_error, || {
            let (name, args) = (text(name, name_len, "name")?, text(args, args_len, "args")?);
            let result = match borrowed(context) {
                Some(context) => ops::call(&context.0, name, args)?,
                None => ops::call(&Context::standard(), name, args)?,
            };
            give(out_result, Some(gj_text::new(&result)));
            Ok(())
        })
    }
}
