//! The rulebooks that one case lives under.
use super::Rulebook;
use crate::case;
use crate::clause::{Clause, Words};

/// The rulebook a case is pinned to, and those of its clocks that were attached before a rebase.
#[derive(Debug, Clone)]
pub struct Pinned {
    book: Rulebook,
    /// By the pins that the case names them with.
    earlier: Vec<(Box<str>, Rulebook)>,
}

impl From<Rulebook> for Pinned {
    fn from(book: Rulebook) -> Self {
        Self { book, earlier: Vec::new() }
    }
}

impl Pinned {
    /// Those of a case, as `find` finds them by their pins.
    ///
    /// # Errors
    /// That of `find`.
    pub fn of<E>(state: &case::State, mut find: impl FnMut(&str) -> Result<Rulebook, E>) -> Result<Self, E> {
        let mut earlier: Vec<(Box<str>, Rulebook)> = Vec::new();
        for pin in state.attached.iter().filter_map(|attached| attached.rulebook.as_ref()) {
            if earlier.iter().all(|(known, _)| known != pin) {
                earlier.push((pin.clone(), find(pin)?));
            }
        }
        Ok(Self { book: find(&state.pin.0)?, earlier })
    }

    /// Those of a case that goes over from `pin`, the name of the book it lives under, to another.
    #[must_use]
    pub fn rebased(&self, pin: &str, to: &Rulebook) -> Self {
        let mut earlier = self.earlier.clone();
        earlier.push((pin.into(), self.book.clone()));
        Self { book: to.clone(), earlier }
    }

    /// What a rule that notices cite says, and its article, where the one it is pinned to knows it, or one before.
    pub fn rule(&self, path: &str) -> Option<(&Words, Option<&Clause>)> {
        let earlier = || self.earlier.iter().rev().find_map(|(_, book)| book.rule(path));
        self.book.rule(path).or_else(earlier)
    }

    /// The one it is pinned to.
    pub fn book(&self) -> &Rulebook {
        &self.book
    }

    /// The rules of cases in all of them, with those in force beside.
    pub fn books<'a>(&'a self, current: &'a Rulebook) -> case::Books<'a> {
        let earlier = self.earlier.iter().map(|(pin, book)| (&**pin, book.case())).collect();
        case::Books { pinned: self.book.case(), earlier, current: current.case() }
    }
}
