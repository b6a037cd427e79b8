//! When days are announced: rulebooks come to know them, and due times that rested on not knowing them are computed anew.
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::error::DeskError;
use super::{Desk, WAKES_A_WRITE};
use crate::calendar::{Instant, NewDays};
use crate::ident::Id;
use crate::rulebook::Rulebook;
use crate::store::tables;

/// What an announcement did to the cases that waited for it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Retimed {
    /// Cases that were computed anew: a row of the journal each.
    pub cases: u64,
    /// Those of them of which a due time moved; the row has both values.
    pub moved: u64,
}

/// Rulebooks by the pins of the cases that live under them.
pub(super) type Books = BTreeMap<Box<str>, Rulebook>;

impl Desk {
    /// Adds announced days to the holiday tables of all rulebooks that the store holds: that in force and those that cases
    /// live under. Whatever a case computes from then on, it computes by the grown one; due times that had rested on not
    /// knowing the days are computed anew, a row of the journal each. A desk that is opened later finds the days in the store.
    ///
    /// # Errors
    /// Days that contradict a table, with all problems, or a `now` that lies before what the journal knows or beyond the
    /// years of calendars: nothing is changed then. A failure of the store.
    pub fn extend(&mut self, days: &NewDays, now: Instant) -> Result<Retimed, DeskError> {
        self.refuse_time(now)?;
        let known = self.grown.clone();
        let mut grown: Books = BTreeMap::new();
        for book in known.values().chain([&self.current]) {
            if !grown.contains_key(book.pin()) {
                grown.insert(book.pin().into(), book.extend(days).map_err(DeskError::Days)?);
            }
        }
        for book in grown.values() {
            self.keep(book)?;
        }
        self.regrow();
        self.retime_from(&known, now)
    }

    /// Computes due times anew that rested on days not announced when they were set: after a rulebook that knows them was
    /// adopted, or this library has brought a table that does.
    ///
    /// # Errors
    /// A `now` that lies before what the journal knows, or a failure of the store.
    pub fn retime(&mut self, now: Instant) -> Result<Retimed, DeskError> {
        self.refuse_time(now)?;
        let own = self.books.clone();
        self.retime_from(&own, now)
    }

    /// Days are announced once a year: a walk through all cases serves.
    fn retime_from(&mut self, known: &Books, now: Instant) -> Result<Retimed, DeskError> {
        self.advance(now, usize::MAX)?;
        let cases = self.cases()?;
        let mut total = Retimed::default();
        for cases in cases.chunk_by(|(one, _), (next, _)| one == next) {
            for share in cases.chunks(WAKES_A_WRITE) {
                let Some((community, _)) = share.first() else { continue };
                let done = self.transact(community, share.len(), |round| {
                    let mut done = Retimed::default();
                    for (_, case_id) in share {
                        let moved = round.retime(case_id, known, now)?;
                        done.cases = done.cases.saturating_add(u64::from(moved.is_some()));
                        done.moved = done.moved.saturating_add(u64::from(moved.is_some_and(|moved| moved > 0)));
                    }
                    Ok(done)
                })?;
                total.cases = total.cases.saturating_add(done.cases);
                total.moved = total.moved.saturating_add(done.moved);
            }
        }
        Ok(total)
    }

    /// Communities and ids of all cases, in order.
    fn cases(&mut self) -> Result<Vec<(Id, Id)>, DeskError> {
        let mut cases = Vec::new();
        self.store.read(&mut |view| {
            cases.clear();
            view.each(&tables::SERVICE_CASE, &mut |row| cases.push((row.community.clone(), row.id.clone())))
        })?;
        cases.sort();
        Ok(cases)
    }

    /// What each rulebook of the store has grown to: of those that differ from it in announced days alone, the one that
    /// knows most.
    pub(super) fn regrow(&mut self) {
        let latest = |book: &Rulebook| {
            let grown = self.books.values().filter(|other| other.grew_from(book));
            grown.fold(book.clone(), |most, other| if other.grew_from(&most) { other.clone() } else { most })
        };
        self.grown = self.books.iter().map(|(pin, book)| (pin.clone(), latest(book))).collect();
        self.current = latest(&self.current);
    }
}
