//! One step of any record.
mod entry;

pub use entry::{Cell, Entry, Head};
