//! What pauses a clock: the union of the spans of status that its target names.
use serde::{Deserialize, Serialize};

use super::line::{Line, Span};
use crate::calendar::Instant;

/// Where paused time is told apart; off hours come before all of them, counted time after.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Bucket {
    /// Between resolving and reopening.
    Closed,
    /// Waiting for somebody outside.
    ThirdParty,
    /// Waiting for the customer, or for a date.
    Waiting,
}

/// A status, with its reasons, in which a clock does not run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Pause {
    /// The status.
    pub status: Box<str>,
    /// Only for these reasons; every reason if empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reasons: Vec<Box<str>>,
    /// Where its time is told.
    pub bucket: Bucket,
}

impl Pause {
    fn holds(&self, span: &Span) -> bool {
        self.status == span.status
            && (self.reasons.is_empty() || span.reason.as_ref().is_some_and(|reason| self.reasons.contains(reason)))
    }
}

/// A paused stretch; `to` is none while it holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Paused {
    pub(super) from: Instant,
    pub(super) to: Option<Instant>,
    pub(super) bucket: Bucket,
}

/// The disjoint paused stretches of `[start, end)`, in order. Where pauses overlap, the first bucket takes the time.
pub(super) fn paused(line: &Line, pauses: &[Pause], start: Instant, end: Option<Instant>) -> Vec<Paused> {
    let covering: Vec<Paused> = line
        .spans()
        .iter()
        .filter_map(|span| {
            let bucket = pauses.iter().filter(|pause| pause.holds(span)).map(|pause| pause.bucket).min()?;
            let from = span.from.max(start);
            let to = match (span.to, end) {
                (Some(to), Some(end)) => Some(to.min(end)),
                (to, end) => to.or(end),
            };
            to.is_none_or(|to| from < to).then_some(Paused { from, to, bucket })
        })
        .collect();
    if covering.len() < 2 {
        return covering;
    }
    disjoint(&covering)
}

/// Cuts overlapping stretches at every edge and joins neighbours of one bucket.
fn disjoint(covering: &[Paused]) -> Vec<Paused> {
    let far = |to: Option<Instant>| to.unwrap_or(Instant::MAX);
    let mut edges: Vec<Instant> = covering.iter().flat_map(|one| [one.from, far(one.to)]).collect();
    edges.sort_unstable();
    edges.dedup();
    let mut result: Vec<Paused> = Vec::new();
    for (from, to) in edges.iter().zip(edges.iter().skip(1)) {
        let over = covering.iter().filter(|one| one.from <= *from && far(one.to) >= *to);
        let Some(bucket) = over.map(|one| one.bucket).min() else { continue };
        let to = (*to != Instant::MAX).then_some(*to);
        match result.last_mut() {
            Some(last) if last.bucket == bucket && last.to == Some(*from) => last.to = to,
            _ => result.push(Paused { from: *from, to, bucket }),
        }
    }
    result
}
