//! What the crate promises as a whole: the vectors that three languages run, the order of its modules, the laws of the
//! desk, and what it does with hostile input.
#![expect(clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

#[path = "suite/files.rs"]
mod files;
#[path = "suite/host.rs"]
mod host;
#[path = "suite/layers.rs"]
mod layers;
#[path = "suite/laws.rs"]
mod laws;
#[path = "suite/vectors.rs"]
mod vectors;
#[path = "suite/walk.rs"]
mod walk;
