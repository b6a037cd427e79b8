//! A rulebook as it is written. Everything may be absent here; compiling says what must not be.
//!
//! What is absent is not written either, so that the hash of a rulebook, by which cases are pinned, does not change when a
//! later version knows more fields.
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::sight::Sight;
use crate::calendar::{Budget, CalendarRules, Length, Preset, Zone};
use crate::case::{On, When};
use crate::clause::{Clause, Words};
use crate::courtesy::CourtesyRules;
use crate::ident::Code;
use crate::people::FieldClass;
use crate::sla::{At, Metric, OnReopen, Pause};

/// A rulebook file.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct RawRulebook {
    /// Version of the format: 1.
    pub format: u32,
    /// Its id, such as `standard`.
    pub id: String,
    /// Its version, such as `1`.
    pub version: String,
    /// Its title.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<Words>,
    /// The zone in which people read times.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time_zone: Option<Zone>,
    /// The regulations that clauses cite, by code.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub regulations: BTreeMap<Code, Words>,
    /// Working calendars, by id.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub calendars: BTreeMap<Code, RawCalendar>,
    /// Roles.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub roles: BTreeMap<Code, RawRole>,
    /// What personal data may be read for.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub purposes: BTreeMap<Code, RawPurpose>,
    /// Departments.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub departments: BTreeMap<Code, RawDepartment>,
    /// Channels.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub channels: BTreeMap<Code, RawChannel>,
    /// Kinds of case.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub kinds: BTreeMap<Code, RawKind>,
    /// Topics.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub topics: BTreeMap<Code, RawTopic>,
    /// Urgencies, by code.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub urgencies: BTreeMap<Code, Words>,
    /// Complexities, by code.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub complexities: BTreeMap<Code, Words>,
    /// Reasons, by code.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub reasons: BTreeMap<Code, RawReason>,
    /// Outcomes of a resolution, by code.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub outcomes: BTreeMap<Code, Words>,
    /// Labels that neither caller nor text gives.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub defaults: Option<RawDefaults>,
    /// Targets; of each metric the first that holds for a case wins.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub targets: Vec<RawTarget>,
    /// Who is told when.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub notices: Vec<RawNotice>,
    /// Late entries and clocks that run backwards.
    pub time: RawTime,
    /// What the company adds to the standard courtesy and strikes from it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub courtesy: Option<CourtesyRules>,
}

/// A working calendar.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct RawCalendar {
    /// Its name.
    #[serde(default, skip_serializing_if = "Words::is_empty")]
    pub label: Words,
    /// The article behind it.
    pub clause: Clause,
    /// Hours, holidays and conventions.
    pub rules: CalendarRules,
}

/// A role.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct RawRole {
    /// Its name.
    #[serde(default, skip_serializing_if = "Words::is_empty")]
    pub label: Words,
    /// Commands it may give: names, families such as `case.*`, or `*`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub may: Vec<Box<str>>,
    /// Questions about persons it may ask: names, or `*`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub asks: Vec<Box<str>>,
    /// How much it sees of each class of personal fields; what is not named it does not see.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub sees: BTreeMap<FieldClass, Sight>,
    /// The purposes for which it may see them in plain; without one it sees them masked.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub purposes: Vec<Code>,
    /// How long after it happened it may still enter something; the book's own limit if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub late: Option<Length>,
    /// The article behind it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clause: Option<Clause>,
}

/// What personal data may be read for.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct RawPurpose {
    /// Its name.
    #[serde(default, skip_serializing_if = "Words::is_empty")]
    pub label: Words,
    /// An emergency: what its holder may not ask otherwise is answered all the same, and told to these roles.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tells: Vec<Code>,
    /// What is seen in such an emergency.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub sees: BTreeMap<FieldClass, Sight>,
    /// The article behind it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clause: Option<Clause>,
}

/// A department.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct RawDepartment {
    /// Its name.
    #[serde(default, skip_serializing_if = "Words::is_empty")]
    pub label: Words,
    /// The article behind it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clause: Option<Clause>,
}

/// A channel.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct RawChannel {
    /// Its name.
    #[serde(default, skip_serializing_if = "Words::is_empty")]
    pub label: Words,
    /// The customer is answered while he speaks: by phone or in person.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub answered: bool,
    /// The article behind it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clause: Option<Clause>,
}

/// A kind of case.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct RawKind {
    /// Its name.
    #[serde(default, skip_serializing_if = "Words::is_empty")]
    pub label: Words,
    /// Marks a case must have before it may be resolved.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub resolve_needs: Vec<Code>,
    /// Marks a case must have before it may be closed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub close_needs: Vec<Code>,
    /// The article behind them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clause: Option<Clause>,
}

/// A topic.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct RawTopic {
    /// Its name.
    #[serde(default, skip_serializing_if = "Words::is_empty")]
    pub label: Words,
    /// Who deals with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub department: Option<Code>,
}

/// A reason.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct RawReason {
    /// Its name.
    #[serde(default, skip_serializing_if = "Words::is_empty")]
    pub label: Words,
    /// Commands that may give it; all if empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub commands: Vec<Code>,
}

/// Labels that neither caller nor text gives.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct RawDefaults {
    /// Kind.
    pub kind: Code,
    /// Topic.
    pub topic: Code,
    /// Urgency.
    pub urgency: Code,
    /// Complexity.
    pub complexity: Code,
}

/// A target.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct RawTarget {
    /// Its id.
    pub id: Code,
    /// Its name.
    #[serde(default, skip_serializing_if = "Words::is_empty")]
    pub label: Words,
    /// What is measured.
    pub metric: Metric,
    /// How long it may take; a promise has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub budget: Option<Budget>,
    /// The calendar whose hours count.
    pub schedule: Code,
    /// The cases it holds for.
    #[serde(default, skip_serializing_if = "When::is_any")]
    pub when: When,
    /// Marks that start it, if not the metric's own.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub start: Vec<Code>,
    /// Marks that stop it, if not the metric's own.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stop: Vec<Code>,
    /// The product whose conventions on pauses it follows. Those on working time are the calendar's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub preset: Option<Preset>,
    /// In what it does not run; none: as the preset has it, else in nothing.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pauses: Vec<Pause>,
    /// Warning levels.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub levels: Vec<RawLevel>,
    /// What reopening does.
    #[serde(default, skip_serializing_if = "resumes")]
    pub on_reopen: OnReopen,
    /// The article behind it.
    pub clause: Clause,
}

/// A warning level.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct RawLevel {
    /// A part of the budget (`80%`) or an offset from the due time (`-PT1H`).
    pub at: At,
    /// Roles that are told, or `owner`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tell: Vec<Code>,
    /// The calendar in whose hours they are told; at any time if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub schedule: Option<Code>,
}

/// Somebody is told when something happens.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct RawNotice {
    /// Its id.
    pub id: Code,
    /// What is told.
    #[serde(default, skip_serializing_if = "Words::is_empty")]
    pub label: Words,
    /// What happens.
    pub on: On,
    /// Only for this metric, where a clock tells.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metric: Option<Metric>,
    /// The cases it holds for.
    #[serde(default, skip_serializing_if = "When::is_any")]
    pub when: When,
    /// Roles that are told, or `owner`.
    pub to: Vec<Code>,
    /// The matter goes up to them and waits to be acknowledged.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub escalate: bool,
    /// The calendar in whose hours they are told; at any time if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub schedule: Option<Code>,
    /// The article behind it.
    pub clause: Clause,
}

/// Late entries and clocks that run backwards.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct RawTime {
    /// How long after it happened something may still be entered by a role without a limit of its own.
    pub late: Length,
    /// How far a time may lie before the last row of a community.
    pub tolerance: Length,
}

impl Default for RawTime {
    fn default() -> Self {
        Self { late: Length::from_minutes(24 * 60), tolerance: Length::from_minutes(5) }
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands references")]
fn resumes(on_reopen: &OnReopen) -> bool {
    *on_reopen == OnReopen::default()
}
