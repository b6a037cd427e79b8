//! A person or firm with a file, whatever the tenure.
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::file::{Field, SealedFile};
use super::representative::Representative;
use crate::calendar::Instant;
use crate::cell::Cell;
use crate::ident::{Code, Id};

/// Flat columns of a customer.
pub const CUSTOMER: [&str; 4] = ["kind", "verified", "checked", "erased"];

/// What a customer is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum CustomerKind {
    /// A human being.
    Person,
    /// A company or another body.
    Firm,
}

impl CustomerKind {
    /// The code used in JSON and columns.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::Firm => "firm",
        }
    }
}

/// A customer: what may be known without the vault, and the file under seal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Customer {
    /// Version of this form.
    pub v: u32,
    /// The customer's id.
    pub customer_id: Id,
    /// Person or firm.
    pub kind: CustomerKind,
    /// How to address the customer: `mr`, `ms` or a code of the host's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub form_of_address: Option<Code>,
    /// The language to speak, such as `zh` or `en`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<Code>,
    /// The file, each value under the customer's own key.
    #[serde(default, skip_serializing_if = "SealedFile::is_empty")]
    pub file: SealedFile,
    /// When the file was last gone through with the customer (A1).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verified: Option<Instant>,
    /// Who may speak for the customer, and who might; none ever leaves.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub representatives: Vec<Representative>,
    /// The file that stands for this one: both are of one customer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub merged_into: Option<Id>,
    /// When the key was destroyed (A12).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub erased: Option<Instant>,
}

impl Customer {
    /// A customer with the fields of `file` in the place of those of record; what is empty goes.
    pub(super) fn refile(&mut self, file: &SealedFile) {
        for (field, values) in file {
            if values.is_empty() {
                self.file.remove(field);
            } else {
                self.file.insert(*field, values.clone());
            }
        }
    }

    /// The representative who goes on beyond a day, having spoken before it.
    pub(super) fn speaks_on(&self, representative: &Id, day: NaiveDate) -> Option<usize> {
        let goes_on = |one: &Representative| one.representative == *representative && one.from < day && one.covers(day);
        self.representatives.iter().position(goes_on)
    }

    pub(super) fn dismiss(&mut self, representative: &Id, to: NaiveDate) {
        if let Some(one) = self.speaks_on(representative, to).and_then(|place| self.representatives.get_mut(place)) {
            one.to = Some(to);
        }
    }

    /// The fields that a complete file has and this one has not: a name and a phone. Of an erased file nothing is missing.
    pub fn missing(&self) -> Vec<Field> {
        if self.erased.is_some() {
            return Vec::new();
        }
        [Field::Name, Field::Phone].into_iter().filter(|field| !self.file.contains_key(field)).collect()
    }

    /// Since when the file is known to be right: never, where nobody went through it or it lacks something; none where there
    /// is nothing to go through, since it was erased or another stands for it.
    pub fn checked(&self) -> Option<Instant> {
        if self.erased.is_some() || self.merged_into.is_some() {
            return None;
        }
        Some(self.verified.filter(|_| self.missing().is_empty()).unwrap_or(Instant::MIN))
    }

    /// The flat columns, in the order of [`CUSTOMER`].
    pub fn cells(&self) -> [Cell; CUSTOMER.len()] {
        let at = |instant: Option<Instant>| instant.map_or(Cell::Null, |at| Cell::Int(at.micros()));
        [Cell::text(Some(self.kind.code())), at(self.verified), at(self.checked()), at(self.erased)]
    }
}
