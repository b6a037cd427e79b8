//! Contexts and operations.
use std::ffi::c_char;

use guanjia::ops::{self, Context};
use guanjia::rulebook::Rulebook;

use crate::boundary::{borrowed, free, needed, object, text};
use crate::error::{gj_error, gj_status};
use crate::rulebook::gj_rulebook;
use crate::text::gj_text;

/// What operations run in: rulebooks, their calendars, a classifier. Immutable: any threads may share it.
pub struct gj_context(Context);

impl gj_context {
    /// Runs `work` in a context, in that of the standards for NULL.
    pub(crate) unsafe fn within<T>(context: *const Self, work: impl FnOnce(&Context) -> T) -> T {
        // SAFETY: the caller's pointer is as the header asks.
        match unsafe { borrowed(context) } {
            Some(context) => work(&context.0),
            None => work(&Context::standard()),
        }
    }
}

/// Makes a context under a rulebook.
///
/// @param rulebook the one in force; NULL for the standard one
/// @param out_context gets the context, yours to free with gj_context_free
/// @param out_error gets what went wrong; may be NULL
/// @return GJ_OK; GJ_E_ARGUMENT for a wrong call
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gj_context_new(
    rulebook: *const gj_rulebook,
    out_context: *mut *mut gj_context,
    out_error: *mut *mut gj_error,
) -> gj_status {
    // SAFETY: the caller's pointers are as the header asks.
    unsafe {
        object((out_context, "out_context"), out_error, || {
            let book = borrowed(rulebook).map_or_else(Rulebook::standard, |rulebook| rulebook.book.clone());
            Ok(gj_context(Context::with_rulebook(book)))
        })
    }
}

/// Makes a context that holds a further rulebook, for operations that name one as "id@version".
///
/// @param context stays as it is, and yours; NULL for the standards
/// @param rulebook the further one
/// @param out_context gets the new context, yours to free with gj_context_free
/// @param out_error gets what went wrong; may be NULL
/// @return GJ_OK; GJ_E_ARGUMENT for a wrong call
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gj_context_with(
    context: *const gj_context,
    rulebook: *const gj_rulebook,
    out_context: *mut *mut gj_context,
    out_error: *mut *mut gj_error,
) -> gj_status {
    // SAFETY: the caller's pointers are as the header asks.
    unsafe {
        object((out_context, "out_context"), out_error, || {
            let book = needed(rulebook, "rulebook")?.book.clone();
            Ok(gj_context(gj_context::within(context, Context::clone).and_rulebook(book)))
        })
    }
}

/// Frees a context.
///
/// @param context may be NULL
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gj_context_free(context: *mut gj_context) {
    // SAFETY: the caller's pointer is as the header asks.
    unsafe { free(context) };
}

/// Runs an operation by name. "operations.list" names them all; guanjia.schema.json describes arguments and
/// results.
///
/// @param context NULL for the standards
/// @param name such as "calendar.deadline"
/// @param name_len bytes of `name`
/// @param args JSON; (NULL, 0) for none
/// @param args_len bytes of `args`
/// @param out_result gets JSON, yours to free with gj_text_free
/// @param out_error gets what went wrong; may be NULL
/// @return GJ_OK; GJ_E_ARGUMENT for an unknown name or arguments that do not fit; GJ_E_DATA for what the operation
/// refuses
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
    // SAFETY: the caller's pointers are as the header asks.
    unsafe {
        object((out_result, "out_result"), out_error, || {
            let (name, args) = (text((name, name_len), "name")?, text((args, args_len), "args")?);
            Ok(gj_text::new(&gj_context::within(context, |context| ops::call(context, name, args))?))
        })
    }
}

const _: () = {
    const fn shared<T: Send + Sync>() {}
    shared::<gj_context>();
    shared::<gj_rulebook>();
    shared::<gj_text>();
    shared::<gj_error>();
};
