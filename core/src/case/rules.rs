//! The rules of cases, compiled: what codes exist, which targets hold, who is told.
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::labels::Labels;
use crate::calendar::Calendar;
use crate::clause::{Clause, Words};
use crate::ident::Code;
use crate::sla::{Metric, Target};

/// Everything that cases ask of a rulebook.
#[derive(Debug, Clone, Default)]
pub struct Rules {
    /// The rulebook and its version, such as `standard@1`.
    pub book: Box<str>,
    /// Kinds of case.
    pub kinds: BTreeMap<Code, KindRule>,
    /// Topics.
    pub topics: BTreeMap<Code, TopicRule>,
    /// Urgencies.
    pub urgencies: BTreeMap<Code, Words>,
    /// Complexities.
    pub complexities: BTreeMap<Code, Words>,
    /// Channels.
    pub channels: BTreeMap<Code, ChannelRule>,
    /// Departments.
    pub departments: BTreeMap<Code, Words>,
    /// Reasons for suspending, cancelling, reopening, ...
    pub reasons: BTreeMap<Code, ReasonRule>,
    /// Outcomes of a resolution.
    pub outcomes: BTreeMap<Code, Words>,
    /// Targets, in the order of the rulebook.
    pub targets: Vec<TargetRule>,
    /// Who is told when, in the order of the rulebook.
    pub notices: Vec<NoticeRule>,
    /// Labels of a case that neither caller nor text gives.
    pub defaults: Option<Labels>,
}

/// A kind of case.
#[derive(Debug, Clone, Default)]
pub struct KindRule {
    /// Its name.
    pub label: Words,
    /// Marks a case must have before it may be resolved.
    pub resolve_needs: Vec<Code>,
    /// Marks a case must have before it may be closed.
    pub close_needs: Vec<Code>,
    /// The article behind them.
    pub clause: Option<Clause>,
}

/// A topic.
#[derive(Debug, Clone, Default)]
pub struct TopicRule {
    /// Its name.
    pub label: Words,
    /// Who deals with it.
    pub department: Option<Code>,
}

/// A channel.
#[derive(Debug, Clone, Default)]
pub struct ChannelRule {
    /// Its name.
    pub label: Words,
    /// The customer is answered while he speaks: by phone or in person.
    pub answered: bool,
}

/// A reason.
#[derive(Debug, Clone, Default)]
pub struct ReasonRule {
    /// Its name.
    pub label: Words,
    /// Commands that may give it.
    pub commands: Vec<Code>,
}

/// A target and the cases it holds for.
#[derive(Debug, Clone)]
pub struct TargetRule {
    /// The clock.
    pub target: Target,
    /// The cases.
    pub when: When,
    /// The article behind it.
    pub clause: Option<Clause>,
    /// Its name.
    pub label: Words,
    id: Code,
}

/// Somebody is told when something happens.
#[derive(Debug, Clone)]
pub struct NoticeRule {
    /// Its id in the rulebook.
    pub id: Code,
    /// What happens.
    pub on: On,
    /// Only for this metric, where a clock tells.
    pub metric: Option<Metric>,
    /// Only for such cases.
    pub when: When,
    /// Who: roles, or `owner`.
    pub to: Vec<Code>,
    /// The matter goes up to them and waits to be acknowledged.
    pub escalate: bool,
    /// The hours in which they read; at any time if none.
    pub schedule: Option<Calendar>,
    /// The article behind it.
    pub clause: Option<Clause>,
    /// What is told.
    pub label: Words,
}

/// What a notice rule waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum On {
    /// A case is registered, or becomes by its labels such a case.
    Registered,
    /// A case is, or becomes, major.
    Major,
    /// It is assigned.
    Assigned,
    /// A due time passes.
    Breached,
    /// It is reopened.
    Reopened,
    /// A revisit finds the customer dissatisfied or the matter unsolved.
    Dissatisfied,
}

/// Which cases a rule holds for; an empty list stands for any.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct When {
    /// Kinds.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub kind: Vec<Code>,
    /// Topics.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub topic: Vec<Code>,
    /// Urgencies.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub urgency: Vec<Code>,
    /// Complexities.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub complexity: Vec<Code>,
    /// Channels.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub channel: Vec<Code>,
    /// Major or not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub major: Option<bool>,
}

impl When {
    /// Whether it holds for every case.
    pub fn is_any(&self) -> bool {
        *self == Self::default()
    }

    /// Whether it holds for a case with these labels that came by this channel.
    pub fn holds(&self, labels: &Labels, channel: &Code) -> bool {
        let any = |codes: &[Code], code: &Code| codes.is_empty() || codes.contains(code);
        any(&self.kind, &labels.kind)
            && any(&self.topic, &labels.topic)
            && any(&self.urgency, &labels.urgency)
            && any(&self.complexity, &labels.complexity)
            && any(&self.channel, channel)
            && self.major.is_none_or(|major| major == labels.major)
    }
}

impl TargetRule {
    /// A target for such cases.
    pub fn new(id: Code, target: Target, when: When, label: Words, clause: Option<Clause>) -> Self {
        Self { target, when, clause, label, id }
    }

    /// Its id in the rulebook.
    pub fn id(&self) -> &Code {
        &self.id
    }
}

impl Rules {
    /// The target of this id.
    pub fn target(&self, id: &Code) -> Option<&TargetRule> {
        self.targets.iter().find(|rule| rule.id == *id)
    }

    /// The targets that hold for such a case: of each metric the first in the rulebook's order, so that a special rule
    /// before a general one wins.
    pub fn holding(&self, labels: &Labels, channel: &Code) -> Vec<Code> {
        let mut held: Vec<&TargetRule> = Vec::new();
        for rule in &self.targets {
            let taken = held.iter().any(|other| other.target.metric == rule.target.metric);
            if !taken && rule.when.holds(labels, channel) {
                held.push(rule);
            }
        }
        held.into_iter().map(|rule| rule.id.clone()).collect()
    }
}
