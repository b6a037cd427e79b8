//! What learning and loading refuse.
use crate::problem::Problems;

/// Why a model cannot be had.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ModelError {
    /// The examples teach nothing, or not what was asked: every problem with its row.
    #[error("the examples are wrong: {0}")]
    Examples(Problems),
    /// The bytes are no model file of this kind, or were damaged.
    #[error("this is no model file of ours: {0}")]
    Bytes(String),
    /// A later version of the library wrote it.
    #[error("the model file has format {found}, this library reads up to {known}")]
    Format {
        /// What the file says.
        found: u32,
        /// The latest that is understood.
        known: u32,
    },
}
