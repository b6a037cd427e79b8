//! What a store cannot do.

/// Why a store failed. Nothing of the transaction was written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// Another process writes, for longer than we wait.
    #[error("the database is in use by another process: waited {waited_ms} ms")]
    Busy {
        /// How long was waited, in milliseconds.
        waited_ms: u64,
    },
    /// The disk is full, or the file may not grow.
    #[error("the disk is full: nothing of this transaction was written")]
    Full,
    /// The file is no database of ours.
    #[error("`{path}` is no guanjia database: {reason}")]
    NotOurs {
        /// The file.
        path: Box<str>,
        /// How that shows.
        reason: Box<str>,
    },
    /// The file was written by a later version.
    #[error("`{path}` has schema version {found}, this version knows up to {known}: use the newer library")]
    Newer {
        /// The file.
        path: Box<str>,
        /// Its version.
        found: i64,
        /// The latest known.
        known: i64,
    },
    /// A journal row does not follow the last one, or its command is taken.
    #[error("journal row {seq} does not follow: another writer came first")]
    Conflict {
        /// The row's place.
        seq: u64,
    },
    /// A row or a scan does not fit its table.
    #[error("table `{table}`: {reason}")]
    Misfit {
        /// The table.
        table: &'static str,
        /// How it does not fit.
        reason: Box<str>,
    },
    /// The file is damaged.
    #[error("the database is damaged: {0}")]
    Damaged(Box<str>),
    /// The file cannot be read or written.
    #[error("the database failed: {0}")]
    Failed(Box<str>),
    /// The work gave up; its own error says why.
    #[error("the transaction was abandoned")]
    Abandoned,
}

impl StoreError {
    /// Stable id of the error.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Busy { .. } => "store.busy",
            Self::Full => "store.full",
            Self::NotOurs { .. } => "store.not_ours",
            Self::Newer { .. } => "store.newer",
            Self::Conflict { .. } => "store.conflict",
            Self::Misfit { .. } => "store.misfit",
            Self::Damaged(_) => "store.damaged",
            Self::Failed(_) => "store.failed",
            Self::Abandoned => "store.abandoned",
        }
    }
}
