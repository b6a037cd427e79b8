//! What a role may do, ask and see.
use std::collections::BTreeMap;

use super::sight::Sight;
use crate::calendar::Length;
use crate::clause::{Clause, Words};
use crate::ident::Code;
use crate::people::FieldClass;

/// The questions about persons, for rulebooks to be checked against.
pub const QUESTIONS: [&str; 6] = ["contact_card", "customer", "case_text", "accesses", "access_log", "files_due"];

/// A role: who may do what, and how far back he may date it.
#[derive(Debug, Clone)]
pub struct Role {
    /// Its name.
    pub label: Words,
    /// The article behind it.
    pub clause: Option<Clause>,
    /// How long after it happened something may still be entered.
    pub late: Length,
    pub(super) may: Vec<Box<str>>,
    pub(super) asks: Vec<Box<str>>,
    pub(super) sees: BTreeMap<FieldClass, Sight>,
    pub(super) purposes: Vec<Code>,
}

impl Role {
    /// Whether the role may give a command: by its name, by its family (`case.*`), or everything (`*`).
    pub fn may(&self, command: &str) -> bool {
        self.may.iter().any(|pattern| covers(pattern, command))
    }

    /// Whether the role may ask a question about persons.
    pub fn asks(&self, question: &str) -> bool {
        self.asks.iter().any(|pattern| covers(pattern, question))
    }

    /// Whether the role may read personal data for a purpose.
    pub fn has_purpose(&self, purpose: &Code) -> bool {
        self.purposes.contains(purpose)
    }

    /// How much the role sees of a class of fields: masked at most where no purpose is stated.
    pub fn sight(&self, class: FieldClass, purpose: Option<&Code>) -> Option<Sight> {
        let most = *self.sees.get(&class)?;
        match purpose {
            Some(purpose) if self.has_purpose(purpose) => Some(most),
            _ => Some(Sight::Masked),
        }
    }
}

/// Whether `pattern` covers `command`.
pub(super) fn covers(pattern: &str, command: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(prefix) => command.starts_with(prefix),
        None => pattern == command,
    }
}
