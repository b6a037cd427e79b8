//! Scenarios beside a rulebook: given a contact and a time, what should come of it.
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::calendar::Instant;
use crate::case::Registration;
use crate::ident::Code;
use crate::problem::{Problems, Reading};

/// A file of scenarios.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Scenarios {
    /// The scenarios.
    #[serde(default)]
    pub scenarios: Vec<Scenario>,
}

/// One contact and what should come of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// Its id.
    pub id: Code,
    /// When the contact comes.
    pub at: Instant,
    /// The contact.
    pub contact: Registration,
    /// What should come of it.
    pub expect: Expectation,
}

/// What should come of a contact; what is absent is not asked.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct Expectation {
    /// Kind.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<Code>,
    /// Topic.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub topic: Option<Code>,
    /// Urgency.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub urgency: Option<Code>,
    /// Major or not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub major: Option<bool>,
    /// Department.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub department: Option<Code>,
    /// Exactly the roles that are told at registration, in any order.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub told: Option<Vec<Code>>,
    /// Due times by target id.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub due: BTreeMap<Code, Instant>,
}

impl Scenarios {
    /// Reads TOML or JSON.
    ///
    /// # Errors
    /// All problems of the text at once.
    pub fn from_text(text: &str) -> Result<Self, Problems> {
        let reading =
            if text.trim_start().starts_with('{') { Reading::<Self>::json(text) } else { Reading::<Self>::toml(text) };
        reading.problems.or_ok(reading.value.unwrap_or_default())
    }
}
