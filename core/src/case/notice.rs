//! Who is told when something happens.
use serde::{Deserialize, Serialize};

use super::event::{Event, Told, Withheld};
use super::labels::Labels;
use super::rules::{NoticeRule, On, Rules};
use crate::calendar::{Calendar, Instant};
use crate::ident::{Code, Id};
use crate::sla::Metric;

/// The recipient code that stands for the person responsible for the case.
pub(crate) const OWNER: &str = "owner";

/// Something to be told to somebody; the host drains notices and sends them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
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

/// What happened and whom it tells: later, where they read only in hours that are closed now.
pub(super) fn tell(
    event: Event,
    notices: Vec<Notice>,
    schedule: Option<&Calendar>,
    (told, now): (Option<&Told>, Instant),
) -> Vec<Happened> {
    match opening(schedule, now).filter(|_| !notices.is_empty()) {
        None => vec![Happened { event, notices }],
        Some(until) => vec![event.into(), withheld(until, told, notices)],
    }
}

fn withheld(until: Instant, told: Option<&Told>, notices: Vec<Notice>) -> Happened {
    Event::Withheld(Withheld { until, told: told.cloned(), notices }).into()
}

/// When the hours of those who read begin; none if they are open. Hours that never begin hold nothing up.
fn opening(schedule: Option<&Calendar>, now: Instant) -> Option<Instant> {
    schedule?.next_open(now).ok().filter(|open| *open > now)
}

/// What notice rules ask of a case.
#[derive(Debug, Clone, Copy)]
pub(super) struct Occasion<'a> {
    pub(super) labels: &'a Labels,
    pub(super) channel: &'a Code,
    pub(super) owner: Option<&'a Id>,
    /// Which clock tells, where one does.
    pub(super) metric: Option<Metric>,
    /// The labels before: a rule that held for them has told already.
    pub(super) before: Option<&'a Labels>,
    /// When it is told.
    pub(super) now: Instant,
}

/// What the notice rules make of an occasion: notices on the event itself, and an escalation for each rule that sends
/// the matter up.
pub(super) fn announce(event: Event, on: On, case: Occasion<'_>, rules: &Rules) -> Vec<Happened> {
    let mut all = vec![Happened::from(event)];
    for rule in rules.notices.iter().filter(|rule| rule.on == on && holds(rule, case)) {
        let told = notices(&format!("notices.{}", rule.id), &rule.to, case.owner);
        let schedule = rule.schedule.as_ref();
        if rule.escalate {
            let event = Event::Escalated { rule: rule.id.clone(), to: rule.to.clone() };
            all.extend(tell(event, told, schedule, (None, case.now)));
        } else if let Some(until) = opening(schedule, case.now).filter(|_| !told.is_empty()) {
            all.push(withheld(until, None, told));
        } else if let Some(first) = all.first_mut() {
            first.notices.extend(told);
        }
    }
    all
}

fn holds(rule: &NoticeRule, case: Occasion<'_>) -> bool {
    (rule.metric.is_none() || rule.metric == case.metric)
        && rule.when.holds(case.labels, case.channel)
        && !case.before.is_some_and(|before| rule.when.holds(before, case.channel))
}
