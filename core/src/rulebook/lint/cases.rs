//! Sets of cases by their labels: which a `when` holds for, and which are left.
use std::collections::BTreeSet;

use super::either;
use crate::case::When;
use crate::ident::Code;
use crate::rulebook::Rulebook;

/// More boxes than this are not worth a reader's time, nor ours.
const MOST: usize = 4_000;
/// A list longer than this is told by what it leaves out, if that is shorter.
const LONG: usize = 4;
/// Codes of one label that are told by name.
const MOST_TOLD: usize = 12;

/// The codes of one label.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Side<'a> {
    name: &'static str,
    codes: BTreeSet<&'a str>,
}

/// All cases whose every label is one of the codes: a box with six sides. Labels are given freely, so every combination of
/// codes may occur.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Cases<'a>(Vec<Side<'a>>);

impl<'a> Cases<'a> {
    /// Every case that the rulebook knows labels for.
    pub(super) fn all(book: &'a Rulebook) -> Self {
        let raw = book.raw();
        fn codes<'a>(codes: impl Iterator<Item = &'a Code>) -> BTreeSet<&'a str> {
            codes.map(|code| code.as_str()).collect()
        }
        Self(vec![
            Side { name: "kind", codes: codes(raw.kinds.keys()) },
            Side { name: "urgency", codes: codes(raw.urgencies.keys()) },
            Side { name: "complexity", codes: codes(raw.complexities.keys()) },
            Side { name: "channel", codes: codes(raw.channels.keys()) },
            Side { name: "topic", codes: codes(raw.topics.keys()) },
            Side { name: "major", codes: BTreeSet::from(["false", "true"]) },
        ])
    }

    /// Those that a rule holds for.
    pub(super) fn of(&self, when: &'a When) -> Self {
        let mut cases = self.clone();
        for side in &mut cases.0 {
            let named: Vec<&str> = match side.name {
                "kind" => when.kind.iter().map(|code| code.as_str()).collect(),
                "urgency" => when.urgency.iter().map(|code| code.as_str()).collect(),
                "complexity" => when.complexity.iter().map(|code| code.as_str()).collect(),
                "channel" => when.channel.iter().map(|code| code.as_str()).collect(),
                "topic" => when.topic.iter().map(|code| code.as_str()).collect(),
                _ => when.major.map(|major| if major { "true" } else { "false" }).into_iter().collect(),
            };
            if !named.is_empty() {
                side.codes.retain(|code| named.contains(code));
            }
        }
        cases
    }

    /// The codes of a label.
    pub(super) fn codes(&self, label: &str) -> BTreeSet<&'a str> {
        self.0.iter().find(|side| side.name == label).map(|side| side.codes.clone()).unwrap_or_default()
    }

    /// Whether a case is in both.
    pub(super) fn meets(&self, other: &Self) -> bool {
        self.0.iter().zip(&other.0).all(|(one, other)| !one.codes.is_disjoint(&other.codes))
    }

    /// What is left of `self` without `others`, in boxes that lie apart; `None` if they are too many to tell.
    pub(super) fn without(&self, others: &[Self]) -> Option<Vec<Self>> {
        others.iter().try_fold(vec![self.clone()], |left, other| {
            let left: Vec<Self> = left.into_iter().flat_map(|one| one.minus(other)).collect();
            (left.len() <= MOST).then_some(left)
        })
    }

    fn minus(self, other: &Self) -> Vec<Self> {
        if !self.meets(other) {
            return vec![self];
        }
        let mut rest = self;
        let mut left = Vec::new();
        for n in 0..rest.0.len() {
            let Some((side, taken)) = rest.0.get_mut(n).zip(other.0.get(n)) else { continue };
            let outside: BTreeSet<&str> = side.codes.difference(&taken.codes).copied().collect();
            side.codes.retain(|code| taken.codes.contains(code));
            if !outside.is_empty() {
                let mut piece = rest.clone();
                piece.0.iter_mut().skip(n).take(1).for_each(|side| side.codes.clone_from(&outside));
                left.push(piece);
            }
        }
        left
    }

    /// The same cases in fewer boxes: two that differ in one label are one.
    pub(super) fn joined(mut boxes: Vec<Self>) -> Vec<Self> {
        let mut n = 0;
        while let Some(one) = boxes.get(n) {
            let partner =
                boxes.iter().enumerate().skip(n.saturating_add(1)).find_map(|(m, other)| Some((m, one.with(other)?)));
            match partner {
                Some((m, both)) => {
                    boxes.remove(m);
                    boxes.remove(n);
                    boxes.push(both);
                    n = 0;
                }
                None => n = n.saturating_add(1),
            }
        }
        boxes
    }

    /// Both as one box, if they differ in one label alone.
    fn with(&self, other: &Self) -> Option<Self> {
        let mut differing = self.0.iter().zip(&other.0).filter(|(one, other)| one != other).map(|(one, _)| one.name);
        let name = differing.next()?;
        if differing.next().is_some() {
            return None;
        }
        let mut both = self.clone();
        both.0.iter_mut().filter(|side| side.name == name).for_each(|side| side.codes.extend(other.codes(name)));
        Some(both)
    }

    /// The labels that tell these cases from `all`: `kind `repair`, urgency any but `low``.
    pub(super) fn told(&self, all: &Self) -> String {
        let narrower = self.0.iter().zip(&all.0).filter(|(side, all)| side.codes.len() < all.codes.len());
        let told: Vec<String> = narrower.map(|(side, all)| side.told(all)).collect();
        if told.is_empty() { "any case".to_owned() } else { told.join(" with ") }
    }
}

impl Side<'_> {
    fn told(&self, all: &Self) -> String {
        let left_out: Vec<&str> = all.codes.difference(&self.codes).copied().collect();
        if self.codes.len() > LONG && left_out.len() < self.codes.len() {
            return format!("any {} but {}", self.name, super::both(left_out));
        }
        let more = self.codes.len().saturating_sub(MOST_TOLD);
        if more == 0 {
            return format!("{} {}", self.name, either(&self.codes));
        }
        let told: Vec<String> = self.codes.iter().take(MOST_TOLD).map(|code| format!("`{code}`")).collect();
        format!("{} {} or {more} others", self.name, told.join(", "))
    }
}
