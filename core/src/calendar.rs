//! Working time on the line of instants.
mod instant;
mod length;
mod stub;

pub use instant::{Instant, InstantError};
pub use length::{Length, LengthError};
pub use stub::*;
