//! The C ABI of guanjia: nothing but translation.
//!
//! Every function catches panics, checks its pointers and its text, and answers with a status and, where asked, an error
//! object. What the functions mean is said in the core's documentation; what C needs to know stands beside each.
#![deny(unsafe_op_in_unsafe_fn)]
#![expect(non_camel_case_types, reason = "C names")]

mod boundary;
mod calendar;
mod context;
mod desk;
mod error;
mod rulebook;
mod text;
mod version;
