//! What pauses a clock: the union of the spans of status that its target names.
use serde::{Deserialize, Serialize};

use super::exchange::Exchange;
use super::line::Line;
use super::metric::Metric;
use crate::calendar::{Instant, Preset};

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
    /// Whether a clock with this pause stands still in such a status.
    pub(crate) fn holds(&self, status: &str, reason: Option<&str>) -> bool {
        *self.status == *status
            && (self.reasons.is_empty() || self.reasons.iter().any(|one| reason.is_some_and(|reason| **one == *reason)))
    }
}

/// What pauses a clock of this metric in the products that a preset stands for, where the target itself does not say:
/// Zammad pauses every clock but a promise in a suspended case, the others only that of the resolution.
pub fn pauses_of(preset: Preset, metric: Metric) -> Vec<Pause> {
    let paused = match preset {
        Preset::Default => false,
        Preset::Zammad => metric != Metric::Promise,
        Preset::Zendesk | Preset::Glpi | Preset::Frappe => metric == Metric::Resolve,
    };
    let suspended = Pause { status: "suspended".into(), reasons: Vec::new(), bucket: Bucket::Waiting };
    if paused { vec![suspended] } else { Vec::new() }
}

/// A paused stretch; `to` is none while it holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Paused {
    pub(super) from: Instant,
    pub(super) to: Option<Instant>,
    pub(super) bucket: Bucket,
}

/// The disjoint paused stretches of an exchange up to `end`, in order. Where pauses overlap, the first bucket takes the
/// time.
pub(super) fn paused(line: &Line, pauses: &[Pause], exchange: &Exchange, end: Option<Instant>) -> Vec<Paused> {
    let spans = line.spans().iter().filter_map(|span| {
        let held = pauses.iter().filter(|pause| pause.holds(&span.status, span.reason.as_deref()));
        let bucket = held.map(|pause| pause.bucket).min()?;
        Some(Paused { from: span.from, to: span.to, bucket })
    });
    let closed = exchange.closed.iter().map(|(from, to)| Paused { from: *from, to: *to, bucket: Bucket::Closed });
    let covering: Vec<Paused> = closed.chain(spans).filter_map(|one| one.within(exchange.start, end)).collect();
    if covering.len() < 2 {
        return covering;
    }
    disjoint(&covering)
}

impl Paused {
    /// What of it lies in `[start, end)`.
    pub(super) fn within(self, start: Instant, end: Option<Instant>) -> Option<Self> {
        let from = self.from.max(start);
        let to = match (self.to, end) {
            (Some(to), Some(end)) => Some(to.min(end)),
            (to, end) => to.or(end),
        };
        to.is_none_or(|to| from < to).then_some(Self { from, to, bucket: self.bucket })
    }
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
