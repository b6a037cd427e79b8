//! The embedded store: one SQLite file.
mod schema;
mod statements;
mod view;

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, OpenFlags, TransactionBehavior};
use serde::Deserialize;

use super::error::StoreError;
use super::{Store, View, Work};
use crate::ident::Id;
use statements::Statements;
use view::Session;

/// What a commit survives.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Durability {
    /// A power cut.
    #[default]
    Full,
    /// A crash of the program; a power cut may lose the last moments, the file stays whole.
    Normal,
}

/// How a file is opened.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SqliteOptions {
    /// What a commit survives.
    pub durability: Durability,
    /// How long another process is waited for, in milliseconds.
    pub busy_timeout_ms: u64,
    /// The most pages the file may have: a quota.
    pub max_pages: Option<u32>,
}

impl Default for SqliteOptions {
    fn default() -> Self {
        Self { durability: Durability::Full, busy_timeout_ms: 5000, max_pages: None }
    }
}

/// A store in an SQLite file, in write-ahead mode. Other processes may read at any time and write in turn.
#[derive(Debug)]
pub struct SqliteStore {
    connection: Connection,
    kept: Kept,
}

/// What is kept beside a connection.
#[derive(Debug)]
struct Kept {
    names: RefCell<Names>,
    statements: BTreeMap<&'static str, Statements>,
    waited_ms: u64,
    durability: Durability,
}

/// Communities have small numbers in the file; both ways are remembered.
#[derive(Debug, Default)]
struct Names {
    ids: HashMap<i64, Id>,
    numbers: HashMap<Id, i64>,
}

impl SqliteStore {
    /// Opens a file, and makes it if it is not there.
    ///
    /// # Errors
    /// When the file is not ours, was written by a later version, is in use, or cannot be read or written.
    pub fn open(path: &str, options: &SqliteOptions) -> Result<Self, StoreError> {
        if path.is_empty() {
            // SQLite would take it for a database that is gone when it is closed.
            return Err(StoreError::Failed("the path is empty".into()));
        }
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
            | OpenFlags::SQLITE_OPEN_CREATE
            | OpenFlags::SQLITE_OPEN_NO_MUTEX
            | OpenFlags::SQLITE_OPEN_EXRESCODE;
        let connection = Connection::open_with_flags(path, flags).map_err(|error| failed(&error, 0))?;
        Self::ready(connection, path, options)
    }

    /// A database in memory, gone when it is dropped.
    ///
    /// # Errors
    /// When SQLite fails.
    pub fn in_memory(options: &SqliteOptions) -> Result<Self, StoreError> {
        let connection = Connection::open_in_memory().map_err(|error| failed(&error, 0))?;
        Self::ready(connection, ":memory:", options)
    }

    fn ready(mut connection: Connection, path: &str, options: &SqliteOptions) -> Result<Self, StoreError> {
        // SQLite counts milliseconds in 32 bits.
        let waited_ms = options.busy_timeout_ms.min(u64::from(i32::MAX.unsigned_abs()));
        let prepared = connection
            .busy_timeout(Duration::from_millis(waited_ms))
            .and_then(|()| schema::prepare(&mut connection, options));
        match prepared {
            Ok(Ok(())) => {}
            Ok(Err(unfit)) => return Err(unfit.of(path)),
            Err(error) => return Err(opening(&error, path, waited_ms)),
        }
        connection.set_prepared_statement_cache_capacity(64);
        Ok(Self {
            connection,
            kept: Kept {
                names: RefCell::default(),
                statements: statements::all(),
                waited_ms,
                durability: options.durability,
            },
        })
    }
}

impl Store for SqliteStore {
    fn write(&mut self, community: &Id, work: Work<'_>) -> Result<(), StoreError> {
        let waited_ms = self.kept.waited_ms;
        let transaction = self
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .map_err(|error| failed(&error, waited_ms))?;
        let mut session = Session::new(&transaction, &self.kept);
        let result = session.take(community).and_then(|()| work(&mut session)).and_then(|()| session.write_heads());
        // It holds statements of the transaction.
        drop(session);
        let done = match result {
            Ok(()) => transaction.commit().map_err(|error| failed(&error, waited_ms)),
            // Dropping the transaction rolls it back.
            Err(error) => Err(error),
        };
        if done.is_err() {
            // A community that was numbered in what was rolled back has no number.
            *self.kept.names.borrow_mut() = Names::default();
        }
        done
    }

    fn write_soon(&mut self, community: &Id, work: Work<'_>) -> Result<(), StoreError> {
        let set = |store: &Self, mode: &str| {
            store
                .connection
                .pragma_update(None, "synchronous", mode)
                .map_err(|error| failed(&error, store.kept.waited_ms))
        };
        if self.kept.durability == Durability::Normal {
            return self.write(community, work);
        }
        set(self, "NORMAL")?;
        let done = self.write(community, work);
        set(self, "FULL")?;
        done
    }

    fn wipe(&mut self) -> Result<(), StoreError> {
        let waited_ms = self.kept.waited_ms;
        // Whoever reads an older snapshot keeps the log alive.
        let busy: i64 = self
            .connection
            .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))
            .map_err(|error| failed(&error, waited_ms))?;
        if busy == 0 { Ok(()) } else { Err(StoreError::Busy { waited_ms }) }
    }

    fn read(&mut self, work: &mut dyn FnMut(&dyn View) -> Result<(), StoreError>) -> Result<(), StoreError> {
        let waited_ms = self.kept.waited_ms;
        let transaction = self
            .connection
            .transaction_with_behavior(TransactionBehavior::Deferred)
            .map_err(|error| failed(&error, waited_ms))?;
        work(&Session::new(&transaction, &self.kept))
    }
}

/// The error of ours that a failure of SQLite is.
fn failed(error: &rusqlite::Error, waited_ms: u64) -> StoreError {
    match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => StoreError::Busy { waited_ms },
        Some(ErrorCode::DiskFull) => StoreError::Full,
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => StoreError::Damaged(error.to_string().into()),
        _ => StoreError::Failed(error.to_string().into()),
    }
}

fn opening(error: &rusqlite::Error, path: &str, waited_ms: u64) -> StoreError {
    match error.sqlite_error_code() {
        Some(ErrorCode::NotADatabase) => {
            StoreError::NotOurs { path: path.into(), reason: "it is not an SQLite file".into() }
        }
        _ => failed(error, waited_ms),
    }
}
