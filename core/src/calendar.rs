//! Working time on the line of instants.
mod instant;
mod length;

pub use instant::{Instant, InstantError};
pub use length::{Length, LengthError};
