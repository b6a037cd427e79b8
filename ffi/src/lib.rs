//! The C ABI of guanjia: nothing but translation.
//!
//! Every function catches panics, checks its pointers and its text, and answers with a status and, where asked, an error
//! object. What the functions mean is said in the core's documentation; what C needs to know stands beside each.
#![deny(unsafe_op_in_unsafe_fn)]
#![expect(non_camel_case_types, reason = "C names")]
#![expect(missing_debug_implementations, reason = "handles are opaque to C, and nobody prints them")]

mod boundary;
pub mod calendar;
pub mod context;
pub mod desk;
pub mod error;
pub mod rulebook;
pub mod text;
pub mod version;
