//! Who is told when something happens.
use serde::{Deserialize, Serialize};

use super::event::Event;
use super::labels::Labels;
use super::rules::{NoticeRule, On, Rules};
use crate::ident::{Code, Id};
use crate::sla::Metric;

/// The recipient code that stands for the person responsible for the case.
pub(super) const OWNER: &str = "owner";

/// Something to be told to somebody; the host drains notices and sends them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Notice {
    /// A role, or `owner`.
    pub to: Code,
    /// The rule that tells: its path in the rulebook.
    pub rule: Box<str>,
    /// The person, where `to` is `owner`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<Id>,
}

/// An event and whom it tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Happened {
    /// What happened.
    pub event: Event,
    /// Who is told.
    pub notices: Vec<Notice>,
}

impl From<Event> for Happened {
    fn from(event: Event) -> Self {
        Self { event, notices: Vec::new() }
    }
}

/// The notices to `to` under the rule at `path`. Without a person responsible nobody stands for `owner`.
pub(super) fn notices(path: &str, to: &[Code], owner: Option<&Id>) -> Vec<Notice> {
    to.iter()
        .filter_map(|to| {
            let person = if to.as_str() == OWNER { Some(owner?.clone()) } else { None };
            Some(Notice { to: to.clone(), rule: path.into(), person })
        })
        .collect()
}

/// What the notice rules make of an occasion: notices on the event itself, and an escalation for each rule that sends
/// the matter up.
pub(super) fn announce(
    event: Event,
    occasion: (On, Option<Metric>),
    case: (&Labels, &Code, Option<&Id>),
    rules: &Rules,
) -> Vec<Happened> {
    let ((on, metric), (labels, channel, owner)) = (occasion, case);
    let mut all = vec![Happened::from(event)];
    for rule in rules.notices.iter().filter(|rule| rule.on == on && holds(rule, metric, labels, channel)) {
        let told = notices(&format!("notices.{}", rule.id), &rule.to, owner);
        if rule.escalate {
            let event = Event::Escalated { rule: rule.id.clone(), to: rule.to.clone() };
            all.push(Happened { event, notices: told });
        } else if let Some(first) = all.first_mut() {
            first.notices.extend(told);
        }
    }
    all
}

fn holds(rule: &NoticeRule, metric: Option<Metric>, labels: &Labels, channel: &Code) -> bool {
    (rule.metric.is_none() || rule.metric == metric) && rule.when.holds(labels, channel)
}
