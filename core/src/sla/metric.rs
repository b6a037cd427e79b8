//! What is measured: which marks start and stop a clock, and what a repeated start does.
use serde::{Deserialize, Serialize};

/// A metric of service. `answer` is measured per contact, the others per case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Metric {
    /// From ring or arrival until picked up or greeted.
    Answer,
    /// From registration to our first word to the customer.
    Respond,
    /// From assignment until the department or person accepts; per hop.
    Accept,
    /// From registration, or the appointment's start, to arrival.
    Arrive,
    /// From registration to a plan with a date.
    Plan,
    /// From the oldest unanswered word of the customer to our next.
    Reply,
    /// From our word to our next word, until resolved.
    Update,
    /// From registration until resolved.
    Resolve,
    /// From escalation until seen by whom it went to.
    Acknowledge,
    /// From a time given until it is kept: an instant, never paused or moved.
    Promise,
    /// From resolved or closed until revisited.
    Revisit,
}

/// What a start does while an exchange of the metric is running.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Repeat {
    /// The metric has one exchange; a revisit one for each time the matter was resolved.
    Once,
    /// The running exchange goes on: the oldest start counts.
    Oldest,
    /// The running exchange is replaced.
    Replace,
    /// Each start has an exchange of its own.
    Each,
}

/// What reopening does to the clock of a resolution that had stopped. The other clocks that run when a matter is resolved
/// sleep until it is reopened, whatever is said here.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum OnReopen {
    /// It goes on; the closed time is a pause.
    #[default]
    Resume,
    /// A new exchange begins at the reopening.
    Restart,
    /// It stays finished.
    Keep,
}

impl Metric {
    /// All metrics, in the order of the table in the docs.
    pub const ALL: [Self; 11] = [
        Self::Answer,
        Self::Respond,
        Self::Accept,
        Self::Arrive,
        Self::Plan,
        Self::Reply,
        Self::Update,
        Self::Resolve,
        Self::Acknowledge,
        Self::Promise,
        Self::Revisit,
    ];

    /// The code used in rulebooks, JSON and columns.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Answer => "answer",
            Self::Respond => "respond",
            Self::Accept => "accept",
            Self::Arrive => "arrive",
            Self::Plan => "plan",
            Self::Reply => "reply",
            Self::Update => "update",
            Self::Resolve => "resolve",
            Self::Acknowledge => "acknowledge",
            Self::Promise => "promise",
            Self::Revisit => "revisit",
        }
    }

    /// The bit of the metric in the column `broken`.
    pub const fn bit(self) -> i64 {
        1 << self as u8
    }

    pub(crate) const fn starts(self) -> &'static [&'static str] {
        match self {
            Self::Answer => &["rang", "came"],
            Self::Respond | Self::Plan | Self::Resolve => &["registered"],
            Self::Accept => &["assigned"],
            Self::Arrive => &["registered", "appointed"],
            Self::Reply => &["heard"],
            Self::Update => &["told"],
            Self::Acknowledge => &["escalated"],
            Self::Promise => &["promised"],
            Self::Revisit => &["resolved", "closed"],
        }
    }

    pub(crate) const fn stops(self) -> &'static [&'static str] {
        match self {
            Self::Answer => &["answered", "greeted"],
            Self::Respond => &["told"],
            // Whoever sets to work has taken it.
            Self::Accept => &["accepted", "begun", "arrived"],
            Self::Arrive => &["arrived"],
            Self::Plan => &["planned", "resolved"],
            Self::Reply | Self::Update => &["told", "resolved"],
            Self::Resolve => &["resolved"],
            Self::Acknowledge => &["acknowledged"],
            Self::Promise => &["kept", "resolved"],
            Self::Revisit => &["revisited"],
        }
    }

    /// The marks after which nobody waits for the stop any more: the caller rang off, the assignment was sent back.
    pub(crate) const fn drops(self) -> &'static [&'static str] {
        match self {
            Self::Answer => &["abandoned"],
            Self::Accept => &["refused"],
            _ => &[],
        }
    }

    pub(crate) const fn repeat(self) -> Repeat {
        match self {
            Self::Respond | Self::Plan | Self::Resolve | Self::Answer | Self::Revisit => Repeat::Once,
            Self::Reply | Self::Update | Self::Acknowledge => Repeat::Oldest,
            Self::Accept | Self::Arrive => Repeat::Replace,
            Self::Promise => Repeat::Each,
        }
    }
}

impl std::fmt::Display for Metric {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.code())
    }
}
