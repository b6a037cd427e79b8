//! The records of one transaction: each is read once, and written once when the transaction ends.
use std::collections::hash_map::Entry as Slot;
use std::collections::{BTreeSet, HashMap};

use super::error::DeskError;
use super::wakes::Wakes;
use crate::calendar::Instant;
use crate::case;
use crate::cell::Cell;
use crate::envelope::{Kept, Record};
use crate::ident::Id;
use crate::people;
use crate::refusal::Refusal;
use crate::store::{Row, Stored, Table, Tx, tables};

/// The kind of key under which a record is found by the host's own number.
pub(super) const EXTERNAL: &str = "external";
/// The kind of key under which premises are found by whoever holds or held them.
pub(super) const HOLDER: &str = "holder";
/// The kind of key under which files are found that another one stands for.
pub(super) const MERGED: &str = "merged";
/// The kind of key under which customers are found by whoever speaks or spoke for them.
pub(super) const REPRESENTED: &str = "represented";

/// Records that the transaction has read or made, and what is to be woken first.
pub(super) struct Records<'a> {
    pub(super) tx: &'a mut dyn Tx,
    community: &'a Id,
    held: HashMap<(&'static str, Id), Held>,
    wakes: Wakes,
}

struct Held {
    table: &'static Table,
    kept: Kept,
    /// The columns, once the record has changed.
    changed: Option<Vec<Cell>>,
    /// What the record is found by, once that has changed.
    found_by: Option<Found>,
    new: bool,
}

/// What a record is found by: kinds of key, and keys.
pub(super) type Found = Vec<(&'static str, Vec<u8>)>;

impl<'a> Records<'a> {
    /// For about so many commands or wakes.
    pub(super) fn new(tx: &'a mut dyn Tx, community: &'a Id, about: usize) -> Self {
        Self { tx, community, held: HashMap::new(), wakes: Wakes::new(about) }
    }

    /// A record of the community, as the transaction has made it so far.
    pub(super) fn get(&mut self, table: &'static Table, id: &Id) -> Result<Option<&Kept>, DeskError> {
        let held = match self.held.entry((table.name, id.clone())) {
            Slot::Occupied(held) => held.into_mut(),
            Slot::Vacant(free) => {
                let Some(stored) = self.tx.record(table, id)? else { return Ok(None) };
                if stored.community != *self.community {
                    return Err(elsewhere(id, &stored.community).into());
                }
                let kept = kept(table, id, &stored)?;
                free.insert(Held { table, kept, changed: None, found_by: None, new: false })
            }
        };
        Ok(Some(&held.kept))
    }

    /// A record after a step, and what it is found by from now on, if that has changed.
    pub(super) fn set(
        &mut self,
        table: &'static Table,
        id: &Id,
        (kept, cells): (Kept, Vec<Cell>),
        found_by: Option<Found>,
    ) {
        let after = kept.wake_at;
        let before = match self.held.entry((table.name, id.clone())) {
            Slot::Occupied(mut held) => {
                let held = held.get_mut();
                held.changed = Some(cells);
                held.found_by = found_by.or(held.found_by.take());
                std::mem::replace(&mut held.kept, kept).wake_at
            }
            Slot::Vacant(free) => {
                free.insert(Held { table, kept, changed: Some(cells), found_by, new: true });
                None
            }
        };
        if table.name == tables::SERVICE_CASE.name {
            self.wakes.moved(id, before, after);
        }
    }

    /// The case to be woken first, if that is up to `now`.
    pub(super) fn first_due(&mut self, now: Instant) -> Result<Option<Id>, DeskError> {
        if let Some(limit) = self.wakes.wants() {
            // The store answers by what is written.
            self.write()?;
            let due = self.tx.due(&tables::SERVICE_CASE, Some(self.community), Instant::MAX, limit)?;
            self.wakes.know(due.into_iter().map(|(at, _, id)| (at, id)), limit);
        }
        Ok(self.wakes.first().filter(|(at, _)| *at <= now).map(|(_, id)| id.clone()))
    }

    /// Writes what has changed, in the order of tables and ids.
    pub(super) fn write(&mut self) -> Result<(), DeskError> {
        let mut changed: Vec<_> = self.held.iter_mut().filter(|(_, held)| held.changed.is_some()).collect();
        changed.sort_unstable_by_key(|(key, _)| *key);
        let mut text = Vec::new();
        for ((_, id), held) in changed {
            let Some(columns) = held.changed.take() else { continue };
            held.kept.record.write_json(&mut text).map_err(|error| data(id, error.to_string()))?;
            let mut row = Row {
                community: self.community.clone(),
                id: id.clone(),
                version: held.kept.version,
                wake_at: held.kept.wake_at,
                columns,
                state: String::from_utf8(text).map_err(|error| data(id, error.to_string()))?,
            };
            let found_by = held.found_by.take().or_else(|| found_by(&held.kept.record, held.new));
            let keys: Option<Vec<(&str, &[u8])>> =
                found_by.as_ref().map(|keys| keys.iter().map(|(kind, key)| (*kind, key.as_slice())).collect());
            self.tx.put(held.table, &row, keys.as_deref())?;
            held.new = false;
            // One buffer serves all rows.
            text = std::mem::take(&mut row.state).into_bytes();
            text.clear();
        }
        Ok(())
    }
}

/// What a record is found by that is no secret, if it can have changed.
fn found_by(record: &Record, new: bool) -> Option<Found> {
    match record {
        Record::People(people::State::Premises(premises)) => {
            let holders = premises.tenures.iter().map(|tenure| tenure.customer.as_str().as_bytes().to_vec());
            Some(holders.collect::<BTreeSet<_>>().into_iter().map(|holder| (HOLDER, holder)).collect())
        }
        // The host's own number is said when a record begins, and stays.
        _ => {
            let external = record.external().filter(|_| new)?;
            Some(vec![(EXTERNAL, external.as_str().as_bytes().to_vec())])
        }
    }
}

/// Reads a kept record.
pub(super) fn kept(table: &Table, id: &Id, stored: &Stored) -> Result<Kept, DeskError> {
    let unreadable = |error: serde_json::Error| data(id, error.to_string());
    let record = if table.name == tables::SERVICE_CASE.name {
        Record::Case(serde_json::from_str::<case::State>(&stored.state).map_err(unreadable)?)
    } else {
        Record::People(serde_json::from_str::<people::State>(&stored.state).map_err(unreadable)?)
    };
    Ok(Kept { record, version: stored.version, wake_at: stored.wake_at })
}

pub(super) fn data(record: &Id, message: String) -> DeskError {
    DeskError::Data { record: record.as_str().into(), message }
}

fn elsewhere(id: &Id, community: &Id) -> Refusal {
    Refusal::new(
        "desk.other_community",
        format!("“{id}”属于另一个小区"),
        format!("`{id}` belongs to the community `{community}`"),
    )
}
