//! One step of any record.
mod entry;
pub use crate::cell::Cell;
pub use entry::{Entry, Head};
