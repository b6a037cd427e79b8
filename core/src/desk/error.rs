//! What can go wrong at the desk.
use crate::problem::Problems;
use crate::refusal::Refusal;
use crate::seal::SealError;
use crate::store::StoreError;

/// Why the desk did not do what was asked. Nothing of the command was written.
#[derive(Debug, thiserror::Error)]
pub enum DeskError {
    /// A rule, or the nature of things, refuses.
    #[error("refused: {0}")]
    Refused(Box<Refusal>),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A kept rulebook no longer compiles.
    #[error("the store holds the rulebook `{pin}`, which this version cannot read: {problems}")]
    Rulebook {
        /// Its name and hash.
        pin: Box<str>,
        /// What is wrong with it.
        problems: Problems,
    },
    /// Announced days that do not fit the holiday table.
    #[error("the announced days do not fit: {0}")]
    Days(Problems),
    /// A kept record is not what it should be.
    #[error("record `{record}`: {message}")]
    Data {
        /// The record.
        record: Box<str>,
        /// What is wrong with it.
        message: String,
    },
    /// What is under seal does not open.
    #[error(transparent)]
    Sealed(#[from] SealError),
    /// There is no such record.
    #[error("there is no {what} `{id}`")]
    Missing {
        /// What was looked for.
        what: &'static str,
        /// Its id.
        id: Box<str>,
    },
}

impl DeskError {
    /// Stable id of the error: the refusal's own code, or one of the desk's.
    pub fn code(&self) -> &str {
        match self {
            Self::Refused(refusal) => &refusal.code,
            Self::Store(error) => error.code(),
            Self::Rulebook { .. } => "desk.rulebook",
            Self::Days(_) => "problems",
            Self::Data { .. } => "desk.data",
            Self::Sealed(error) => error.code(),
            Self::Missing { .. } => "desk.missing",
        }
    }
}

impl From<Refusal> for DeskError {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(Box::new(refusal))
    }
}
