//! Running the scenarios of a rulebook.
use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{Action, Actor, Command, Context, Entry, Head, Record, notices, step};
use crate::case::{self, Outlook};
use crate::classify::Classifier;
use crate::ident::{Code, Id};
use crate::rulebook::{Pinned, Rulebook, Scenario, Scenarios};

/// How the scenarios of a rulebook went.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Rehearsal {
    /// Scenarios that came out as expected.
    pub passed: u32,
    /// What came out otherwise.
    pub missed: Vec<Miss>,
}

/// One expectation that was not met.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Miss {
    /// The scenario.
    pub scenario: Code,
    /// What was asked: `kind`, `told`, `due.respond`, ...
    pub what: String,
    /// What was expected.
    pub expected: String,
    /// What came.
    pub got: String,
}

/// Registers each scenario's contact under `rulebook`, as the first role that may, and compares what comes of it.
pub fn rehearse(rulebook: &Rulebook, scenarios: &Scenarios, classifier: &Classifier) -> Rehearsal {
    let mut rehearsal = Rehearsal::default();
    for scenario in &scenarios.scenarios {
        let misses = play(rulebook, scenario, classifier);
        if misses.is_empty() {
            rehearsal.passed = rehearsal.passed.saturating_add(1);
        }
        rehearsal.missed.extend(misses.into_iter().map(|(what, expected, got)| Miss {
            scenario: scenario.id.clone(),
            what,
            expected,
            got,
        }));
    }
    rehearsal
}

type Difference = (String, String, String);

fn play(rulebook: &Rulebook, scenario: &Scenario, classifier: &Classifier) -> Vec<Difference> {
    let failed = |got: String| vec![("registered".to_owned(), "a case".to_owned(), got)];
    let roles = rulebook.raw().roles.keys();
    let Some(role) = roles.into_iter().find(|code| rulebook.role(code).is_some_and(|role| role.may("case.register")))
    else {
        return failed("no role may register a case".to_owned());
    };
    let Ok(place) = Id::new("rehearsal") else { return Vec::new() };
    let command = Command {
        id: scenario.id.clone(),
        community: place.clone(),
        actor: Actor { id: place, role: role.clone() },
        purpose: None,
        at: None,
        recorded_at: scenario.at,
        action: Action::Case(case::Command::Register(Box::new(scenario.contact.clone()))),
    };
    let pinned = Pinned::from(rulebook.clone());
    let context = Context { sealing: None, current: rulebook, pinned: &pinned, classifier };
    match step(None, &command, &context, &mut Head::default()) {
        Err(refusal) => failed(refusal.to_string()),
        Ok(outcome) => match &outcome.kept.record {
            Record::Case(state) => compare(rulebook, scenario, state, &outcome.entries),
            Record::People(_) => Vec::new(),
        },
    }
}

fn compare(rulebook: &Rulebook, scenario: &Scenario, state: &case::State, entries: &[Entry]) -> Vec<Difference> {
    let expect = &scenario.expect;
    let mut differences = Vec::new();
    let mut differ = |what: &str, expected: Option<String>, got: String| {
        if let Some(expected) = expected.filter(|expected| *expected != got) {
            differences.push((what.to_owned(), expected, got));
        }
    };
    let text = |code: &Option<Code>| code.as_ref().map(ToString::to_string);
    differ("kind", text(&expect.kind), state.labels.kind.to_string());
    differ("topic", text(&expect.topic), state.labels.topic.to_string());
    differ("urgency", text(&expect.urgency), state.labels.urgency.to_string());
    differ("major", expect.major.map(|major| major.to_string()), state.labels.major.to_string());
    differ("department", text(&expect.department), text(&state.department).unwrap_or_default());
    if let Some(told) = &expect.told {
        let wanted: BTreeSet<String> = told.iter().map(ToString::to_string).collect();
        let got: BTreeSet<String> = entries.iter().flat_map(notices).map(|notice| notice.to.to_string()).collect();
        differ("told", Some(joined(&wanted)), joined(&got));
    }
    let clocks = Outlook::of(state, rulebook.case()).and_then(|outlook| outlook.clocks(scenario.at));
    for (target, due) in &expect.due {
        let clock = clocks.iter().flatten().find(|clock| *clock.target == *target.as_str());
        let got = clock.and_then(|clock| clock.due).map(|due| rulebook.time_zone().format(due));
        differ(
            &format!("due.{target}"),
            Some(rulebook.time_zone().format(*due)),
            got.unwrap_or_else(|| "none".to_owned()),
        );
    }
    differences
}

fn joined(roles: &BTreeSet<String>) -> String {
    roles.iter().cloned().collect::<Vec<_>>().join(", ")
}
