//! A store in memory: for tests, for rehearsals, and for hosts that keep nothing.
use std::collections::{BTreeMap, BTreeSet};
use std::ops::{Bound, ControlFlow};

use super::error::StoreError;
use super::scan::Scan;
use super::table::{Row, Stored, Table};
use super::{EachEntry, EachRow, Keys, Store, Tx, View, Which, Work};
use crate::calendar::Instant;
use crate::cell::Cell;
use crate::envelope::{Entry, Head};
use crate::ident::Id;

/// Everything in ordered maps; a transaction keeps what it replaced, to put it back when it is abandoned.
#[derive(Debug, Default)]
pub struct MemoryStore {
    held: Held,
}

type Key = (&'static str, Id);
/// A row and the keys it is found by.
type Keyed = (Row, Vec<(String, Vec<u8>)>);

#[derive(Debug, Default)]
struct Held {
    rows: BTreeMap<Key, Keyed>,
    /// Per table.
    wakes: BTreeMap<&'static str, BTreeSet<(Instant, Id)>>,
    /// Per kind and key the records and their communities.
    lookup: BTreeMap<(String, Vec<u8>), BTreeMap<Id, Id>>,
    journal: BTreeMap<(Id, u64), Entry>,
    commands: BTreeMap<(Id, u32), (Id, u64)>,
    records: BTreeMap<Id, Vec<(Id, u64)>>,
    heads: BTreeMap<Id, Head>,
}

/// What a transaction replaced.
enum Undo {
    Row(Key, Option<Keyed>),
    Entry(Id, u64),
    Head(Id, Option<Head>),
}

impl Held {
    fn place(&mut self, key: Key, new: Option<Keyed>) -> Option<Keyed> {
        let old = self.rows.remove(&key);
        if let Some((row, keys)) = &old {
            if let Some(at) = row.wake_at {
                self.wakes.entry(key.0).or_default().remove(&(at, key.1.clone()));
            }
            for found in keys {
                if let Some(records) = self.lookup.get_mut(found) {
                    records.remove(&key.1);
                }
            }
        }
        if let Some((row, keys)) = new {
            if let Some(at) = row.wake_at {
                self.wakes.entry(key.0).or_default().insert((at, key.1.clone()));
            }
            for found in &keys {
                self.lookup.entry(found.clone()).or_default().insert(key.1.clone(), row.community.clone());
            }
            self.rows.insert(key, (row, keys));
        }
        old
    }

    fn forget(&mut self, community: Id, seq: u64) {
        if let Some(entry) = self.journal.remove(&(community, seq)) {
            self.commands.remove(&(entry.command, entry.n));
            if let Some(places) = self.records.get_mut(&entry.record) {
                places.pop();
            }
        }
    }

    fn undo(&mut self, done: Vec<Undo>) {
        for one in done.into_iter().rev() {
            match one {
                Undo::Row(key, old) => _ = self.place(key, old),
                Undo::Entry(community, seq) => self.forget(community, seq),
                Undo::Head(community, Some(head)) => _ = self.heads.insert(community, head),
                Undo::Head(community, None) => _ = self.heads.remove(&community),
            }
        }
    }

    fn entry(&self, place: &(Id, u64)) -> Option<&Entry> {
        self.journal.get(place)
    }
}

struct Transaction<'a> {
    held: &'a mut Held,
    done: Vec<Undo>,
}

impl Store for MemoryStore {
    fn write(&mut self, _: &Id, work: Work<'_>) -> Result<(), StoreError> {
        let mut transaction = Transaction { held: &mut self.held, done: Vec::new() };
        let result = work(&mut transaction);
        let done = transaction.done;
        if result.is_err() {
            self.held.undo(done);
        }
        result
    }

    fn read(&mut self, work: &mut dyn FnMut(&dyn View) -> Result<(), StoreError>) -> Result<(), StoreError> {
        work(&self.held)
    }
}

impl View for Held {
    fn record(&self, table: &'static Table, id: &Id) -> Result<Option<Stored>, StoreError> {
        let row = self.rows.get(&(table.name, id.clone())).map(|(row, _)| row);
        Ok(row.map(|row| Stored {
            community: row.community.clone(),
            version: row.version,
            wake_at: row.wake_at,
            state: row.state.clone(),
        }))
    }

    fn row(&self, table: &'static Table, id: &Id) -> Result<Option<Row>, StoreError> {
        Ok(self.rows.get(&(table.name, id.clone())).map(|(row, _)| row.clone()))
    }

    fn find(&self, kind: &str, key: &[u8], community: Option<&Id>) -> Result<Vec<Id>, StoreError> {
        let found = self.lookup.get(&(kind.to_owned(), key.to_vec())).into_iter().flatten();
        let of_community = |owner: &Id| community.is_none_or(|community| community == owner);
        Ok(found.filter(|(_, owner)| of_community(owner)).map(|(id, _)| id.clone()).collect())
    }

    fn due(
        &self,
        table: &'static Table,
        community: Option<&Id>,
        upto: Instant,
        limit: usize,
    ) -> Result<Vec<(Instant, Id, Id)>, StoreError> {
        let mut due = Vec::new();
        for (at, id) in self.wakes.get(table.name).into_iter().flatten() {
            if *at > upto || due.len() >= limit {
                break;
            }
            let row = self.rows.get(&(table.name, id.clone())).map(|(row, _)| &row.community);
            if let Some(owner) = row.filter(|owner| community.is_none_or(|community| community == *owner)) {
                due.push((*at, owner.clone(), id.clone()));
            }
        }
        Ok(due)
    }

    fn scan(&self, scan: &Scan<'_>, each: EachRow<'_>) -> Result<(), StoreError> {
        let (index, ranged) = scan.checked()?;
        let last = index.columns.last().copied().unwrap_or(ranged);
        let fits = |row: &Row| {
            let value = row.cell(scan.table, ranged);
            row.cell(scan.table, last) != Cell::Null
                && index.columns.iter().zip(&scan.equal).all(|(column, wanted)| row.cell(scan.table, column) == *wanted)
                && scan.lower.as_ref().is_none_or(|lower| value != Cell::Null && value >= *lower)
                && scan.upper.as_ref().is_none_or(|upper| value != Cell::Null && value < *upper)
                && scan.filters.iter().all(|(column, wanted)| row.cell(scan.table, column) == *wanted)
        };
        let of_table = self.rows.iter().filter(|((name, _), _)| *name == scan.table.name).map(|(_, (row, _))| row);
        let mut rows: Vec<&Row> = of_table.filter(|row| fits(row)).collect();
        rows.sort_by_cached_key(|row| (row.cell(scan.table, ranged), row.id.clone()));
        if scan.descending {
            rows.reverse();
        }
        let cursor = match &scan.after {
            Some(id) => Some((scan.cursor(id, self.row(scan.table, id)?.as_ref(), ranged)?, id)),
            None => None,
        };
        let passed = |row: &&Row| {
            let place = (row.cell(scan.table, ranged), &row.id);
            cursor.as_ref().is_some_and(|(cell, id)| {
                let order = place.cmp(&(cell.clone(), id));
                if scan.descending { order.is_ge() } else { order.is_le() }
            })
        };
        for row in rows.into_iter().skip_while(passed).take(scan.limit) {
            if each(row).is_break() {
                break;
            }
        }
        Ok(())
    }

    fn each(&self, table: &'static Table, each: &mut dyn FnMut(&Row)) -> Result<(), StoreError> {
        let rows = self.rows.iter().filter(|((name, _), _)| *name == table.name);
        rows.for_each(|(_, (row, _))| each(row));
        Ok(())
    }

    fn journal(&self, which: &Which<'_>, each: EachEntry<'_>) -> Result<(), StoreError> {
        match which {
            Which::Command(command) => {
                let range = ((*command).clone(), 0)..=((*command).clone(), u32::MAX);
                let entries = self.commands.range(range).filter_map(|(_, place)| self.entry(place));
                for entry in entries {
                    if each(entry) == ControlFlow::Break(()) {
                        break;
                    }
                }
            }
            Which::Record(record) => {
                for entry in self.records.get(*record).into_iter().flatten().filter_map(|place| self.entry(place)) {
                    if each(entry) == ControlFlow::Break(()) {
                        break;
                    }
                }
            }
            Which::After { community, seq, notices_only } => {
                let from = Bound::Excluded(((*community).clone(), *seq));
                let to = Bound::Included(((*community).clone(), u64::MAX));
                let wanted = self.journal.range((from, to)).filter(|(_, entry)| !notices_only || entry.notices > 0);
                for (_, entry) in wanted {
                    if each(entry) == ControlFlow::Break(()) {
                        break;
                    }
                }
            }
        }
        Ok(())
    }

    fn head(&self, community: &Id) -> Result<Head, StoreError> {
        Ok(self.heads.get(community).copied().unwrap_or_default())
    }

    fn communities(&self) -> Result<Vec<Id>, StoreError> {
        Ok(self.heads.keys().cloned().collect())
    }
}

impl View for Transaction<'_> {
    fn record(&self, table: &'static Table, id: &Id) -> Result<Option<Stored>, StoreError> {
        self.held.record(table, id)
    }
    fn row(&self, table: &'static Table, id: &Id) -> Result<Option<Row>, StoreError> {
        self.held.row(table, id)
    }
    fn find(&self, kind: &str, key: &[u8], community: Option<&Id>) -> Result<Vec<Id>, StoreError> {
        self.held.find(kind, key, community)
    }
    fn due(
        &self,
        table: &'static Table,
        community: Option<&Id>,
        upto: Instant,
        limit: usize,
    ) -> Result<Vec<(Instant, Id, Id)>, StoreError> {
        self.held.due(table, community, upto, limit)
    }
    fn scan(&self, scan: &Scan<'_>, each: EachRow<'_>) -> Result<(), StoreError> {
        self.held.scan(scan, each)
    }
    fn each(&self, table: &'static Table, each: &mut dyn FnMut(&Row)) -> Result<(), StoreError> {
        self.held.each(table, each)
    }
    fn journal(&self, which: &Which<'_>, each: EachEntry<'_>) -> Result<(), StoreError> {
        self.held.journal(which, each)
    }
    fn head(&self, community: &Id) -> Result<Head, StoreError> {
        self.held.head(community)
    }
    fn communities(&self) -> Result<Vec<Id>, StoreError> {
        self.held.communities()
    }
}

impl Transaction<'_> {
    fn keep_head(&mut self, community: &Id, head: Head) {
        let old = self.held.heads.insert(community.clone(), head);
        self.done.push(Undo::Head(community.clone(), old));
    }
}

impl Tx for Transaction<'_> {
    fn append(&mut self, entry: &Entry) -> Result<(), StoreError> {
        let head = self.held.head(&entry.community)?;
        let taken = self.held.commands.contains_key(&(entry.command.clone(), entry.n));
        if entry.seq != head.seq.saturating_add(1) || taken {
            return Err(StoreError::Conflict { seq: entry.seq });
        }
        let place = (entry.community.clone(), entry.seq);
        self.held.commands.insert((entry.command.clone(), entry.n), place.clone());
        self.held.records.entry(entry.record.clone()).or_default().push(place.clone());
        self.held.journal.insert(place.clone(), entry.clone());
        self.done.push(Undo::Entry(place.0, place.1));
        self.keep_head(&entry.community, Head { seq: entry.seq, hash: entry.hash, ..head });
        Ok(())
    }

    fn put(&mut self, table: &'static Table, row: &Row, keys: Option<Keys<'_>>) -> Result<(), StoreError> {
        if row.columns.len() != table.columns.len() {
            let reason = format!("{} cells for {} columns", row.columns.len(), table.columns.len());
            return Err(StoreError::Misfit { table: table.name, reason: reason.into() });
        }
        let key = (table.name, row.id.clone());
        let keys = match keys {
            Some(keys) => keys.iter().map(|(kind, value)| ((*kind).to_owned(), value.to_vec())).collect(),
            None => self.held.rows.get(&key).map(|(_, keys)| keys.clone()).unwrap_or_default(),
        };
        let old = self.held.place(key.clone(), Some((row.clone(), keys)));
        self.done.push(Undo::Row(key, old));
        if !self.held.heads.contains_key(&row.community) {
            self.keep_head(&row.community, Head::default());
        }
        Ok(())
    }

    fn remove(&mut self, table: &'static Table, id: &Id) -> Result<(), StoreError> {
        let key = (table.name, id.clone());
        let old = self.held.place(key.clone(), None);
        self.done.push(Undo::Row(key, old));
        Ok(())
    }

    fn set_head(&mut self, community: &Id, head: &Head) -> Result<(), StoreError> {
        let now = self.held.head(community)?;
        self.keep_head(community, Head { rulebook: head.rulebook, woken_to: head.woken_to, ..now });
        Ok(())
    }
}
