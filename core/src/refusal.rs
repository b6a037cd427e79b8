//! Why a command changes nothing.
use serde::{Deserialize, Serialize};

use crate::clause::{Clause, Words};

/// A command refused: nothing was changed, and this is why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[error("{}", words.en)]
pub struct Refusal {
    /// Stable id of the reason, such as `case.wrong_status`.
    pub code: Box<str>,
    /// The reason for a person.
    pub words: Words,
    /// The rule behind it: its path in the rulebook.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<Box<str>>,
    /// The article behind the rule.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clause: Option<Box<Clause>>,
}

impl Refusal {
    /// A refusal by the nature of things, not by a rule.
    pub fn new(code: &str, zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self { code: code.into(), words: Words::new(zh, en), rule: None, clause: None }
    }

    /// Cites the rule behind it.
    #[must_use]
    pub fn by(mut self, rule: impl Into<Box<str>>, clause: Option<&Clause>) -> Self {
        self.rule = Some(rule.into());
        self.clause = clause.cloned().map(Box::new);
        self
    }
}
