//! Who works here, as what and where, and who stands in (A5, A6).
use serde::{Deserialize, Serialize};

use crate::calendar::Instant;
use crate::cell::Cell;
use crate::ident::{Code, Id};

/// Flat columns of a member of staff.
pub const STAFF: [&str; 3] = ["role", "department", "status"];

/// What a member of staff does and where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Posting {
    /// The role, from the rulebook.
    pub role: Code,
    /// The department, from the rulebook.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub department: Option<Code>,
    /// The member of staff who takes over in absence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stand_in: Option<Id>,
}

/// A member of staff. The host knows the name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Staff {
    /// Version of this form.
    pub v: u32,
    /// The id.
    pub staff_id: Id,
    /// What and where.
    #[serde(flatten)]
    pub posting: Posting,
    /// Since when no longer at work here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retired: Option<Instant>,
}

impl Staff {
    /// `active` or `retired`.
    pub fn status(&self) -> &'static str {
        if self.retired.is_none() { "active" } else { "retired" }
    }

    /// The flat columns, in the order of [`STAFF`].
    pub fn cells(&self) -> [Cell; STAFF.len()] {
        let posting = &self.posting;
        [Cell::id(Some(&posting.role)), Cell::id(posting.department.as_ref()), Cell::text(Some(self.status()))]
    }
}
