//! What a role may do.
use crate::calendar::Length;
use crate::clause::{Clause, Words};

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
}

impl Role {
    /// Whether the role may give a command: by its name, by its family (`case.*`), or everything (`*`).
    pub fn may(&self, command: &str) -> bool {
        self.may.iter().any(|pattern| covers(pattern, command))
    }
}

/// Whether `pattern` covers `command`.
pub(super) fn covers(pattern: &str, command: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(prefix) => command.starts_with(prefix),
        None => pattern == command,
    }
}
