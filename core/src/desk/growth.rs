//! When days are announced: rulebooks come to know them, and due times that rested on not knowing them are computed anew.
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::error::DeskError;
use super::records::kept;
use super::round::book_of;
use super::{Desk, WAKES_A_WRITE};
use crate::calendar::{Instant, NewDays};
use crate::case::{COLUMNS, Pin};
use crate::cell::Cell;
use crate::envelope::Record;
use crate::ident::Id;
use crate::problem::Problems;
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

/// A case with a due time that rests on days not announced yet, and the rulebook it lives under.
struct Provisional {
    community: Id,
    case_id: Id,
    pin: Box<str>,
}

impl Desk {
    /// Adds announced days to the holiday tables: to that of the rulebook in force, which the grown one follows, and for the
    /// cases whose due times rested on them to that of their own. Those due times alone are computed anew.
    ///
    /// # Errors
    /// Days that contradict a table, with all problems; a `now` that lies before what the journal knows; a failure of the
    /// store.
    pub fn extend(&mut self, days: &NewDays, now: Instant) -> Result<Retimed, DeskError> {
        let grow = |book: &Rulebook| book.extend(days);
        let grown = grow(&self.current).map_err(DeskError::Days)?;
        self.refuse_backwards(now)?;
        self.adopt(grown)?;
        self.retime_by(now, &grow)
    }

    /// Computes due times anew that rested on days not announced when they were set: after the rulebook in force, or the
    /// table that comes with this library, has learnt of them.
    ///
    /// # Errors
    /// A `now` that lies before what the journal knows, or a failure of the store.
    pub fn retime(&mut self, now: Instant) -> Result<Retimed, DeskError> {
        let current = self.current.clone();
        self.retime_by(now, &|book| Ok(if current.grew_from(book) { current.clone() } else { book.clone() }))
    }

    fn retime_by(
        &mut self,
        now: Instant,
        grow: &dyn Fn(&Rulebook) -> Result<Rulebook, Problems>,
    ) -> Result<Retimed, DeskError> {
        self.advance(now, usize::MAX)?;
        let waiting = self.provisional()?;
        let grown = self.grown(&waiting, grow)?;
        let mut total = Retimed::default();
        for cases in waiting.chunk_by(|one, next| one.community == next.community) {
            for share in cases.chunks(WAKES_A_WRITE) {
                let Some(first) = share.first() else { continue };
                let done = self.transact(&first.community, share.len(), |round| {
                    let mut done = Retimed::default();
                    for case in share {
                        let moved = round.retime(&case.case_id, &grown, now)?;
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

    /// The cases that wait, by community. Days are announced once a year: a walk through all cases serves.
    fn provisional(&mut self) -> Result<Vec<Provisional>, DeskError> {
        let column = COLUMNS.iter().position(|name| *name == "provisional");
        let is_provisional = |cells: &[Cell]| column.and_then(|at| cells.get(at)) == Some(&Cell::Int(1));
        let mut waiting = Vec::new();
        let mut failed = None;
        self.store.read(&mut |view| {
            waiting.clear();
            view.each(&tables::SERVICE_CASE, &mut |row| {
                if is_provisional(&row.columns) {
                    match kept(&tables::SERVICE_CASE, &row.id, &row.stored()) {
                        Ok(found) => waiting.extend(case_of(row.community.clone(), &row.id, found.record)),
                        Err(error) => failed = Some(error),
                    }
                }
            })
        })?;
        waiting.sort_by(|one, next| (&one.community, &one.case_id).cmp(&(&next.community, &next.case_id)));
        failed.map_or(Ok(waiting), Err)
    }

    /// What the rulebooks of these cases have grown to, by their pins; each is kept.
    fn grown(
        &mut self,
        waiting: &[Provisional],
        grow: &dyn Fn(&Rulebook) -> Result<Rulebook, Problems>,
    ) -> Result<BTreeMap<Box<str>, Rulebook>, DeskError> {
        let mut grown = BTreeMap::new();
        for pin in waiting.iter().map(|case| &case.pin) {
            if !grown.contains_key(pin) {
                let known = self.book(pin)?;
                let book = grow(&known).map_err(DeskError::Days)?;
                self.keep(&book)?;
                grown.insert(pin.clone(), book);
            }
        }
        Ok(grown)
    }

    /// The rulebook under a pin; another process may have brought it after this desk was opened.
    fn book(&mut self, pin: &str) -> Result<Rulebook, DeskError> {
        if let Some(book) = self.books.get(pin) {
            return Ok(book.clone());
        }
        let mut found = None;
        self.store.read(&mut |view| {
            found = Some(book_of(view, pin));
            Ok(())
        })?;
        found.unwrap_or_else(|| Err(DeskError::Missing { what: "rulebook", id: pin.into() }))
    }
}

fn case_of(community: Id, case_id: &Id, record: Record) -> Option<Provisional> {
    let Record::Case(state) = record else { return None };
    let Pin(pin) = state.pin;
    Some(Provisional { community, case_id: case_id.clone(), pin })
}
