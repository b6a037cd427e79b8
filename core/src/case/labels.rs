//! What a case is about: the labels that rules ask for.
use serde::{Deserialize, Serialize};

use crate::ident::Code;

/// Kind, topic, urgency, complexity and whether it is major. Codes are the rulebook's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Labels {
    /// Inquiry, repair, complaint, ...
    pub kind: Code,
    /// What it is about.
    pub topic: Code,
    /// How soon harm is done.
    pub urgency: Code,
    /// General until a supervisor declares it complex.
    pub complexity: Code,
    /// Goes to the superior at once.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub major: bool,
}
