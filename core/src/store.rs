//! Where journal, records and keys are kept.
//!
//! A store gives two things: [`Store::write`], one transaction of one community, and [`Store::read`], one snapshot. One
//! command, a batch and a slice of `advance` are one transaction each. A community has one writer at a time, so its journal
//! has no gaps and a cursor over it passes nothing. The journal is three things at once: the truth that every other table
//! can be rebuilt from, the memory of commands (the rows under a command's id are its receipt), and the outbox (the rows
//! that carry notices).
//!
//! Tables are declared once, as data ([`tables`]); each store derives its own form of them.
mod error;
mod memory;
mod scan;
#[cfg(feature = "sqlite")]
mod sqlite;
#[cfg(test)]
mod suite;
mod table;
pub mod tables;

use std::ops::ControlFlow;

use crate::calendar::Instant;
use crate::envelope::{Entry, Head};
use crate::ident::Id;

pub use error::StoreError;
pub use memory::MemoryStore;
pub use scan::Scan;
#[cfg(feature = "sqlite")]
pub use sqlite::{Durability, SqliteOptions, SqliteStore};
pub use table::{Column, Index, Kind, Row, Stored, Table};

/// Which journal rows are wanted.
#[derive(Debug, Clone, Copy)]
pub enum Which<'a> {
    /// Those of a command, in order: its receipt.
    Command(&'a Id),
    /// Those of a record, in order: its time line.
    Record(&'a Id),
    /// Those of a community after a place.
    After {
        /// The community.
        community: &'a Id,
        /// The place.
        seq: u64,
        /// Only rows that carry notices: the outbox.
        notices_only: bool,
    },
}

/// What a record is found by: the kind of key, such as `external`, and its value.
pub type Keys<'a> = &'a [(&'a str, &'a [u8])];
/// Looks at journal rows until told to stop.
pub type EachEntry<'a> = &'a mut dyn FnMut(&Entry) -> ControlFlow<()>;
/// Looks at rows until told to stop.
pub type EachRow<'a> = &'a mut dyn FnMut(&Row) -> ControlFlow<()>;

/// One snapshot.
pub trait View {
    /// A record as it is kept, without its columns.
    ///
    /// # Errors
    /// When the store fails.
    fn record(&self, table: &'static Table, id: &Id) -> Result<Option<Stored>, StoreError>;

    /// A record's row.
    ///
    /// # Errors
    /// When the store fails.
    fn row(&self, table: &'static Table, id: &Id) -> Result<Option<Row>, StoreError>;

    /// Records under a key, such as the host's own number, by id.
    ///
    /// # Errors
    /// When the store fails.
    fn find(&self, kind: &str, key: &[u8], community: Option<&Id>) -> Result<Vec<Id>, StoreError>;

    /// What is to be woken up to an instant, the earliest first, ties by id: at most `limit`.
    ///
    /// # Errors
    /// When the store fails.
    fn due(
        &self,
        table: &'static Table,
        community: Option<&Id>,
        upto: Instant,
        limit: usize,
    ) -> Result<Vec<(Instant, Id, Id)>, StoreError>;

    /// Rows along an index.
    ///
    /// # Errors
    /// When the store fails, or the scan names an index or a column that the table has not.
    fn scan(&self, scan: &Scan<'_>, each: EachRow<'_>) -> Result<(), StoreError>;

    /// All rows of a table, by id: for reports.
    ///
    /// # Errors
    /// When the store fails.
    fn each(&self, table: &'static Table, each: &mut dyn FnMut(&Row)) -> Result<(), StoreError>;

    /// Journal rows in order.
    ///
    /// # Errors
    /// When the store fails.
    fn journal(&self, which: &Which<'_>, each: EachEntry<'_>) -> Result<(), StoreError>;

    /// Where a community's chain stands; the beginning, if it is not known.
    ///
    /// # Errors
    /// When the store fails.
    fn head(&self, community: &Id) -> Result<Head, StoreError>;

    /// All communities, by id.
    ///
    /// # Errors
    /// When the store fails.
    fn communities(&self) -> Result<Vec<Id>, StoreError>;
}

/// One transaction of a community. Nothing of it is seen elsewhere until it is over.
pub trait Tx: View {
    /// Appends a journal row and moves the chain on.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when the row does not follow the last one or its command is taken.
    fn append(&mut self, entry: &Entry) -> Result<(), StoreError>;

    /// Writes a record's row in the place of what was there, with the keys it is found by; without keys, those that
    /// were there stay.
    ///
    /// # Errors
    /// When the store fails, or the row does not have the table's columns.
    fn put(&mut self, table: &'static Table, row: &Row, keys: Option<Keys<'_>>) -> Result<(), StoreError>;

    /// Removes a record's row and its keys.
    ///
    /// # Errors
    /// When the store fails.
    fn remove(&mut self, table: &'static Table, id: &Id) -> Result<(), StoreError>;

    /// Writes the rulebook in force and the instant a community was woken to; place and hash move by `append` alone.
    ///
    /// # Errors
    /// When the store fails.
    fn set_head(&mut self, community: &Id, head: &Head) -> Result<(), StoreError>;
}

/// What `write` runs; its error abandons the transaction.
pub type Work<'a> = &'a mut dyn FnMut(&mut dyn Tx) -> Result<(), StoreError>;

/// A store.
pub trait Store: Send {
    /// Runs `work` in a transaction as the community's only writer. An error of `work` abandons the transaction and is
    /// returned. A store may run `work` again, so it changes nothing but the transaction.
    ///
    /// # Errors
    /// What `work` returned, or a failure of the store; nothing is written then.
    fn write(&mut self, community: &Id, work: Work<'_>) -> Result<(), StoreError>;

    /// Runs `work` on one snapshot.
    ///
    /// # Errors
    /// What `work` returned, or a failure of the store.
    fn read(&mut self, work: &mut dyn FnMut(&dyn View) -> Result<(), StoreError>) -> Result<(), StoreError>;

    /// [`Store::write`] of what a power cut may take with it, a crash of the program not: records of who read what, which
    /// nobody waits a disk's turn for.
    ///
    /// # Errors
    /// As [`Store::write`].
    fn write_soon(&mut self, community: &Id, work: Work<'_>) -> Result<(), StoreError> {
        self.write(community, work)
    }

    /// Leaves no trace of what was removed: a destroyed key lies in no log and on no page from then on.
    ///
    /// # Errors
    /// When somebody reads meanwhile for longer than the store waits; what was removed is removed all the same, and the call
    /// may be repeated.
    fn wipe(&mut self) -> Result<(), StoreError> {
        Ok(())
    }
}

/// The first journal row whose hash does not follow.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("journal row {seq}: {reason}")]
pub struct Broken {
    /// Its place.
    pub seq: u64,
    /// Why it does not follow.
    pub reason: &'static str,
}

/// Walks a community's chain from its beginning: every row must follow from the one before, and the last be the head.
///
/// # Errors
/// When the store fails. A chain that does not hold is an answer.
pub fn verify_chain(view: &dyn View, community: &Id) -> Result<Option<Broken>, StoreError> {
    let (mut before, mut broken) = (Head::default(), None);
    view.journal(&Which::After { community, seq: 0, notices_only: false }, &mut |entry| {
        let body_fits = entry.body.as_deref().is_none_or(|body| Entry::digest(body) == entry.body_hash);
        let reason = if entry.seq != before.seq.saturating_add(1) {
            Some("its place does not follow")
        } else if !body_fits {
            Some("its body is not the one that was written")
        } else if entry.chained(&before.hash) != entry.hash {
            Some("its hash does not follow")
        } else {
            None
        };
        if let Some(reason) = reason {
            broken = Some(Broken { seq: entry.seq, reason });
            return ControlFlow::Break(());
        }
        (before.seq, before.hash) = (entry.seq, entry.hash);
        ControlFlow::Continue(())
    })?;
    let head = view.head(community)?;
    if broken.is_none() && (head.seq, head.hash) != (before.seq, before.hash) {
        broken = Some(Broken { seq: head.seq, reason: "the last rows are missing" });
    }
    Ok(broken)
}
