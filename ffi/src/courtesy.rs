//! Civil language.
use std::ffi::c_char;

use guanjia::courtesy::{Courtesy, Finding, Severity, TextKind};
use guanjia::ops::OpError;

use crate::boundary::{borrowed, filled, free, guard, needed, object, slice, text};
use crate::error::{gj_error, gj_status};
use crate::rulebook::gj_rulebook;
use crate::text::gj_text;

/// A text that the agent writes or says to a customer.
pub const GJ_REPLY: i32 = 0;

/// A note of what was said and done; what the caller says in it is not the agent's.
pub const GJ_CALL_NOTE: i32 = 1;

/// Lines with a label each, such as "客服:" and "业主:".
pub const GJ_TRANSCRIPT: i32 = 2;

/// Set phrases, greetings and forbidden words. Immutable: any threads may share it.
pub struct gj_courtesy(Courtesy);

/// The courtesy of a rulebook. Phrases and greetings are had by the operations "courtesy.phrase" and
/// "courtesy.greeting".
///
/// @param rulebook NULL for the standard one
/// @param out_courtesy gets the courtesy, yours to free with gj_courtesy_free
/// @param out_error gets what went wrong; may be NULL
/// @return GJ_OK; GJ_E_ARGUMENT for a wrong call
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gj_courtesy_new(
    rulebook: *const gj_rulebook,
    out_courtesy: *mut *mut gj_courtesy,
    out_error: *mut *mut gj_error,
) -> gj_status {
    // SAFETY: the caller's pointers are as the header asks.
    unsafe {
        object((out_courtesy, "out_courtesy"), out_error, || {
            let of_book = |rulebook: &gj_rulebook| rulebook.book.courtesy().clone();
            Ok(gj_courtesy(borrowed(rulebook).map_or_else(Courtesy::standard, of_book)))
        })
    }
}

/// Frees a courtesy.
///
/// @param courtesy may be NULL
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gj_courtesy_free(courtesy: *mut gj_courtesy) {
    // SAFETY: the caller's pointer is as the header asks.
    unsafe { free(courtesy) };
}

/// What in a text should not have been said.
///
/// @param courtesy the rules
/// @param data the text, UTF-8
/// @param len bytes of `data`
/// @param kind GJ_REPLY, GJ_CALL_NOTE or GJ_TRANSCRIPT
/// @param out_result gets JSON: an array of findings, each with `start` and `end` in characters, `text`, `rule`, `kind`,
/// `severity`, `clause`, `why` and `instead`; yours to free with gj_text_free
/// @param out_error gets what went wrong; may be NULL
/// @return GJ_OK, whatever is found; GJ_E_ARGUMENT for a wrong call
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gj_courtesy_check(
    courtesy: *const gj_courtesy,
    data: *const c_char,
    len: usize,
    kind: i32,
    out_result: *mut *mut gj_text,
    out_error: *mut *mut gj_error,
) -> gj_status {
    // SAFETY: the caller's pointers are as the header asks.
    unsafe {
        object((out_result, "out_result"), out_error, || {
            let courtesy = &needed(courtesy, "courtesy")?.0;
            let kind = text_kind(kind)?;
            let findings = serde_json::to_string(&courtesy.check(text((data, len), "data")?, kind));
            findings.map(|json| gj_text::new(&json)).map_err(|error| OpError::internal(&error.to_string()))
        })
    }
}

/// How many findings each of many texts has, and how grave the gravest is: to pick those that gj_courtesy_check is asked
/// about.
///
/// @param courtesy the rules
/// @param data `n` texts, UTF-8; NULL for one that is absent, which has no finding
/// @param lens bytes of each
/// @param n how many
/// @param kind GJ_REPLY, GJ_CALL_NOTE or GJ_TRANSCRIPT, of all of them
/// @param out_findings gets `n` numbers of findings
/// @param out_severity gets `n` numbers: 0 for none, 1 minor, 2 serious, 3 grave
/// @param out_error gets what went wrong; may be NULL
/// @return GJ_OK; GJ_E_ARGUMENT for a wrong call or a text that is not UTF-8, whose place the error names; all rows are
/// 0 then
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gj_courtesy_check_many(
    courtesy: *const gj_courtesy,
    data: *const *const c_char,
    lens: *const usize,
    n: usize,
    kind: i32,
    out_findings: *mut i32,
    out_severity: *mut i32,
    out_error: *mut *mut gj_error,
) -> gj_status {
    // SAFETY: the caller's pointers are as the header asks.
    unsafe {
        guard(out_error, || {
            let courtesy = &needed(courtesy, "courtesy")?.0;
            let (data, lens) = (slice(data, n, "data")?, slice(lens, n, "lens")?);
            let counts = filled(out_findings, n, 0, "out_findings")?;
            let severities = filled(out_severity, n, 0, "out_severity")?;
            let kind = text_kind(kind)?;
            let mut texts = Vec::with_capacity(n);
            for (row, (data, len)) in data.iter().zip(lens).enumerate() {
                let absent = data.is_null() && *len == 0;
                texts.push(if absent { "" } else { text((*data, *len), &format!("data[{row}]"))? });
            }
            for ((found, count), severity) in courtesy.check_many(texts, kind).iter().zip(counts).zip(severities) {
                *count = i32::try_from(found.len()).unwrap_or(i32::MAX);
                *severity = gravest(found);
            }
            Ok(())
        })
    }
}

fn gravest(found: &[Finding]) -> i32 {
    match found.iter().map(|one| one.severity).max() {
        None => 0,
        Some(Severity::Minor) => 1,
        Some(Severity::Serious) => 2,
        Some(Severity::Grave) => 3,
    }
}

fn text_kind(kind: i32) -> Result<TextKind, OpError> {
    match kind {
        GJ_REPLY => Ok(TextKind::Reply),
        GJ_CALL_NOTE => Ok(TextKind::CallNote),
        GJ_TRANSCRIPT => Ok(TextKind::Transcript),
        _ => Err(OpError::argument("kind", &format!("is {kind}, not GJ_REPLY, GJ_CALL_NOTE or GJ_TRANSCRIPT"))),
    }
}

const _: () = {
    const fn shared<T: Send + Sync>() {}
    shared::<gj_courtesy>();
};
