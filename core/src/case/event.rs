//! What happened to a case.
use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::labels::Labels;
use super::notice::Notice;
use crate::calendar::Instant;
use crate::ident::{Code, Id};
use crate::seal::Sealed;
use crate::sla::Metric;

/// The due times of running clocks, by metric and round.
pub(crate) type DueTimes = BTreeMap<(Metric, u32), Option<Instant>>;

/// One thing that happened. An event carries all that folding it needs, so that replay asks no rulebook.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Event {
    /// The case began.
    #[serde(rename = "case.registered")]
    Registered(Box<Registered>),
    /// It went to a department and a person.
    #[serde(rename = "case.assigned")]
    Assigned {
        /// To whom.
        department: Code,
        /// The person responsible.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        owner: Option<Id>,
    },
    /// They took it.
    #[serde(rename = "case.accepted")]
    Accepted,
    /// They sent it back.
    #[serde(rename = "case.refused")]
    Refused {
        /// Why.
        reason: Code,
    },
    /// Work began.
    #[serde(rename = "case.begun")]
    Begun,
    /// The worker came.
    #[serde(rename = "case.arrived")]
    Arrived,
    /// We spoke to the customer.
    #[serde(rename = "case.told")]
    Told,
    /// The customer spoke.
    #[serde(rename = "case.heard")]
    Heard,
    /// A plan was made.
    #[serde(rename = "case.planned")]
    Planned {
        /// Its next date, a promise.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        next: Option<Instant>,
    },
    /// A time was given.
    #[serde(rename = "case.promised")]
    Promised {
        /// By when.
        until: Instant,
    },
    /// It was kept.
    #[serde(rename = "case.kept")]
    Kept,
    /// Labels changed, and with them the targets that hold.
    #[serde(rename = "case.relabelled")]
    Relabelled {
        /// All labels from now on.
        labels: Labels,
        /// Why, where a reason was given.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<Code>,
        /// Targets that begin to hold.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        attach: Vec<Code>,
        /// Targets that no longer hold.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        supersede: Vec<Code>,
    },
    /// It waits.
    #[serde(rename = "case.suspended")]
    Suspended {
        /// Why.
        reason: Code,
        /// When it returns by itself.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        until: Option<Instant>,
    },
    /// Work went on.
    #[serde(rename = "case.resumed")]
    Resumed,
    /// Somebody has no more to do with it.
    #[serde(rename = "case.recused")]
    Recused {
        /// Who.
        staff: Id,
    },
    /// A measure was taken.
    #[serde(rename = "case.measured")]
    Measured {
        /// Which.
        measure: Code,
    },
    /// The escalation was seen.
    #[serde(rename = "case.acknowledged")]
    Acknowledged,
    /// It was solved or declined.
    #[serde(rename = "case.resolved")]
    Resolved {
        /// How.
        outcome: Code,
    },
    /// It ended.
    #[serde(rename = "case.closed")]
    Closed,
    /// It was none.
    #[serde(rename = "case.cancelled")]
    Cancelled {
        /// Why.
        reason: Code,
    },
    /// Another case goes on for it.
    #[serde(rename = "case.merged")]
    Merged {
        /// Which.
        into: Id,
    },
    /// It was not solved after all.
    #[serde(rename = "case.reopened")]
    Reopened {
        /// Why.
        reason: Code,
    },
    /// The customer was called after the work.
    #[serde(rename = "case.revisited")]
    Revisited {
        /// Somebody answered.
        reached: bool,
        /// Solved, by the customer's word.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        solved: Option<bool>,
        /// 1 to 5.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        score: Option<u8>,
    },
    /// A warning level was reached: time alone brought it.
    #[serde(rename = "case.warned")]
    Warned {
        /// Of which clock.
        told: Told,
        /// The due time warned of.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        due: Option<Instant>,
    },
    /// A due time passed: time alone brought it.
    #[serde(rename = "case.breached")]
    Breached {
        /// Of which clock.
        told: Told,
        /// The due time that passed.
        due: Instant,
    },
    /// It went up.
    #[serde(rename = "case.escalated")]
    Escalated {
        /// The rule that sent it.
        rule: Code,
        /// To which roles.
        to: Vec<Code>,
    },
    /// The suspension ended by itself: time alone brought it.
    #[serde(rename = "case.returned")]
    Returned,
    /// It was moved to another rulebook.
    #[serde(rename = "case.rebased")]
    Rebased(Box<Rebased>),
    /// Days were announced on which due times had rested: what was provisional is so no longer, or moved.
    #[serde(rename = "case.retimed")]
    Retimed {
        /// The rulebook that holds the announced days, where they are a rulebook's own.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        rulebook: Option<Box<str>>,
        /// Due times that moved.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        moved: Vec<Moved>,
    },
    /// Somebody is told later, when his hours begin.
    #[serde(rename = "case.withheld")]
    Withheld(Withheld),
    /// The hours began for which notices were held: time alone brought it.
    #[serde(rename = "case.delivered")]
    Delivered {
        /// The instant for which they were held.
        until: Instant,
        /// The clock that they warn of is over: nobody is told any more.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        lapsed: bool,
    },
}

/// A case moved to another rulebook.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Rebased {
    /// The rulebook under which it lives from now on.
    pub rulebook: Box<str>,
    /// The one it leaves.
    pub from: Box<str>,
    /// Targets of the new one that begin to hold.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attach: Vec<Code>,
    /// Targets of the old one that hold no longer; a target that is alike in both goes on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub supersede: Vec<Code>,
    /// The clocks that run, with their due times before and after.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub moved: Vec<Moved>,
}

/// A due time that another rulebook, or another holiday table, has moved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Moved {
    /// What is measured.
    pub metric: Metric,
    /// The due time before; none if no clock ran, or it was paused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<Instant>,
    /// The due time after; none if no clock runs any more, or it is paused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<Instant>,
}

impl Moved {
    /// How due times differ, by metric and round.
    pub(crate) fn between(before: &DueTimes, after: &DueTimes) -> Vec<Self> {
        let keys: BTreeSet<_> = before.keys().chain(after.keys()).collect();
        let pairs =
            keys.into_iter().map(|key| (key.0, before.get(key).copied().flatten(), after.get(key).copied().flatten()));
        let moved = pairs.filter(|(_, before, after)| before != after);
        moved.map(|(metric, before, after)| Self { metric, before, after }).collect()
    }
}

/// Notices held for their readers' hours.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Withheld {
    /// When the hours begin.
    pub until: Instant,
    /// The warning, where it is one: it lapses with its clock.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub told: Option<Told>,
    /// Who is told then.
    pub notices: Vec<Notice>,
}

/// The beginning of a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Registered {
    /// What it is about.
    pub labels: Labels,
    /// The model behind labels that nobody stated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<Box<str>>,
    /// What the customer said, under seal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<Sealed>,
    /// How the customer came.
    pub channel: Code,
    /// The customer was answered in person or by phone at intake (D1).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub answered: bool,
    /// Who asks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer: Option<Id>,
    /// Where.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub premises: Option<Id>,
    /// The host's number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub external: Option<Id>,
    /// The department that the topic belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub department: Option<Code>,
    /// Targets that hold.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attach: Vec<Code>,
    /// The rulebook and version under which it lives.
    pub rulebook: Box<str>,
}

/// Which clock told what: a level by its number, or the breach.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Told {
    /// The target's id.
    pub target: Code,
    /// The round of the metric.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub exchange: u32,
    /// The level's number in its target; none for the breach.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<u32>,
    /// The due time that passed, where a state keeps a breach: one that a late entry disproved may come again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<Instant>,
    /// The rulebook of the target, where the case was rebased to another since.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rulebook: Option<Box<str>>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands references")]
pub(crate) fn is_zero(number: &u32) -> bool {
    *number == 0
}

impl Event {
    /// The event's name in the journal.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Registered(_) => "case.registered",
            Self::Assigned { .. } => "case.assigned",
            Self::Accepted => "case.accepted",
            Self::Refused { .. } => "case.refused",
            Self::Begun => "case.begun",
            Self::Arrived => "case.arrived",
            Self::Told => "case.told",
            Self::Heard => "case.heard",
            Self::Planned { .. } => "case.planned",
            Self::Promised { .. } => "case.promised",
            Self::Kept => "case.kept",
            Self::Relabelled { .. } => "case.relabelled",
            Self::Suspended { .. } => "case.suspended",
            Self::Resumed => "case.resumed",
            Self::Recused { .. } => "case.recused",
            Self::Measured { .. } => "case.measured",
            Self::Acknowledged => "case.acknowledged",
            Self::Resolved { .. } => "case.resolved",
            Self::Closed => "case.closed",
            Self::Cancelled { .. } => "case.cancelled",
            Self::Merged { .. } => "case.merged",
            Self::Reopened { .. } => "case.reopened",
            Self::Revisited { .. } => "case.revisited",
            Self::Warned { .. } => "case.warned",
            Self::Breached { .. } => "case.breached",
            Self::Escalated { .. } => "case.escalated",
            Self::Returned => "case.returned",
            Self::Rebased(_) => "case.rebased",
            Self::Retimed { .. } => "case.retimed",
            Self::Withheld(_) => "case.withheld",
            Self::Delivered { .. } => "case.delivered",
        }
    }
}
