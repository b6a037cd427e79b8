//! The C ABI of guanjia: nothing but translation.
//!
//! Every function catches panics, checks its pointers and its text, and answers with a status and, where asked, an error
//! object. What the functions mean is said in the core's documentation; the comments here are written for the readers of
//! `include/guanjia.h`, into which they go in the order of the lines below.
#![deny(unsafe_op_in_unsafe_fn)]
#![expect(non_camel_case_types, reason = "C names")]
#![expect(missing_debug_implementations, reason = "handles are opaque to C, and nobody prints them")]
#![expect(clippy::missing_safety_doc, reason = "what pointers must be is said once, at the top of the header")]

mod boundary;
pub mod version;
pub mod error;
pub mod text;
pub mod rulebook;
pub mod context;
pub mod reading;
pub mod calendar;
pub mod courtesy;
pub mod classify;
pub mod desk;
