//! How much of a personal field is seen.
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::clause::{Clause, Words};
use crate::ident::Code;
use crate::people::FieldClass;

/// How much of a personal field is seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Sight {
    /// With stars in the place of most of it; of free text nothing.
    Masked,
    /// As it is.
    Plain,
}

/// What personal data may be read for.
#[derive(Debug, Clone)]
pub struct Purpose {
    /// Its name.
    pub label: Words,
    /// Whom each use is told, where it is an emergency.
    pub tells: Vec<Code>,
    /// What is seen in an emergency, whatever the role sees otherwise.
    pub sees: BTreeMap<FieldClass, Sight>,
    /// The article behind it.
    pub clause: Option<Clause>,
}

impl Purpose {
    /// Whether it breaks the glass.
    pub fn is_emergency(&self) -> bool {
        !self.tells.is_empty()
    }
}
