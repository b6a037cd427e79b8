//! A person or firm with a file, whatever the tenure.
use serde::{Deserialize, Serialize};

use crate::cell::Cell;
use crate::ident::{Code, Id};

/// Flat columns of a customer.
pub const CUSTOMER: [&str; 1] = ["kind"];

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

/// What may be known of a customer without the vault.
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
}

impl Customer {
    /// The flat columns, in the order of [`CUSTOMER`].
    pub fn cells(&self) -> [Cell; CUSTOMER.len()] {
        [Cell::text(Some(self.kind.code()))]
    }
}
