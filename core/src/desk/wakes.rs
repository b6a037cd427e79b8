//! What is to be woken first in a community, asked of the store as seldom as can be.
use std::collections::BTreeSet;

use crate::calendar::Instant;
use crate::ident::Id;

/// The most that are asked for at once, and how many more each time.
const MOST: usize = 1024;
const GROWTH: usize = 4;

/// The next to be woken, complete up to a horizon.
#[derive(Debug)]
pub(super) struct Wakes {
    next: BTreeSet<(Instant, Id)>,
    horizon: Horizon,
    /// How many to ask for next.
    ask: usize,
}

#[derive(Debug)]
enum Horizon {
    /// Nothing is known yet.
    Unknown,
    /// What lies beyond this is not known.
    Until(Instant, Id),
    /// All is known.
    Open,
}

impl Horizon {
    fn covers(&self, at: Instant, id: &Id) -> bool {
        match self {
            Self::Unknown => false,
            Self::Until(last, last_id) => (at, id) <= (*last, last_id),
            Self::Open => true,
        }
    }
}

impl Wakes {
    /// For about so many commands or wakes: a single one needs one, a long batch many.
    pub(super) fn new(about: usize) -> Self {
        Self { next: BTreeSet::new(), horizon: Horizon::Unknown, ask: about.clamp(1, MOST) }
    }

    /// How many of the next to be woken the store must be asked for before [`Wakes::first`] can answer.
    pub(super) fn wants(&self) -> Option<usize> {
        let lacking = match self.horizon {
            Horizon::Unknown => true,
            Horizon::Until(..) => self.next.is_empty(),
            Horizon::Open => false,
        };
        lacking.then_some(self.ask)
    }

    /// The store's answer to so many asked for.
    pub(super) fn know(&mut self, next: impl Iterator<Item = (Instant, Id)>, asked: usize) {
        self.ask = asked.saturating_mul(GROWTH).min(MOST);
        self.next = next.collect();
        self.horizon = match self.next.last() {
            Some((at, id)) if self.next.len() >= asked => Horizon::Until(*at, id.clone()),
            _ => Horizon::Open,
        };
    }

    /// A record is to be woken at another time than before.
    pub(super) fn moved(&mut self, id: &Id, before: Option<Instant>, after: Option<Instant>) {
        if let Some(before) = before {
            self.next.remove(&(before, id.clone()));
        }
        if let Some(after) = after.filter(|after| self.horizon.covers(*after, id)) {
            self.next.insert((after, id.clone()));
        }
    }

    /// The first to be woken.
    pub(super) fn first(&self) -> Option<&(Instant, Id)> {
        self.next.first()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// Whatever moves, the first is the first of all.
        #[test]
        fn the_first_is_the_first_of_all(
            begin in prop::collection::vec(prop::option::of(0_i64..50), 1..12),
            about in 1_usize..5,
            moves in prop::collection::vec((0_usize..12, prop::option::of(0_i64..50)), 0..40),
        ) {
            let id = |n: usize| Id::new(format!("k{n:02}")).unwrap();
            let mut all: Vec<Option<Instant>> = begin.iter().map(|at| at.map(Instant::from_micros)).collect();
            let mut wakes = Wakes::new(about);
            for (n, after) in moves {
                let of_all = |all: &[Option<Instant>]| {
                    let mut due: Vec<_> = all.iter().enumerate().filter_map(|(n, at)| Some(((*at)?, id(n)))).collect();
                    due.sort();
                    due
                };
                if let Some(limit) = wakes.wants() {
                    wakes.know(of_all(&all).into_iter().take(limit), limit);
                }
                prop_assert_eq!(wakes.first().cloned(), of_all(&all).into_iter().next());
                if let Some(slot) = all.get_mut(n) {
                    let after = after.map(Instant::from_micros);
                    wakes.moved(&id(n), *slot, after);
                    *slot = after;
                }
            }
        }
    }
}
