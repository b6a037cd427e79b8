//! Who holds premises in which role from when to when (A3).
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::ident::Id;

/// The whole of a property, in millionths: what all owners' shares of one day may add up to.
pub const WHOLE_PPM: u32 = 1_000_000;

/// As what a customer holds premises.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum TenureRole {
    /// Owns it, alone or with others.
    Owner,
    /// Rents it.
    Tenant,
    /// Lives in the owner's or tenant's household.
    Household,
    /// Uses it by another agreement.
    Occupant,
}

impl TenureRole {
    /// The code used in JSON.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Tenant => "tenant",
            Self::Household => "household",
            Self::Occupant => "occupant",
        }
    }
}

/// A customer's holding of premises, by the community's own dates.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Tenure {
    /// Who.
    pub customer: Id,
    /// As what.
    pub role: TenureRole,
    /// The first day.
    pub from: NaiveDate,
    /// The day after the last; none while it goes on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<NaiveDate>,
    /// An owner's part in millionths, 1 to [`WHOLE_PPM`]; none where owners hold undivided or nobody said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub share_ppm: Option<u32>,
}

impl Tenure {
    /// Whether it holds on a day.
    pub fn covers(&self, day: NaiveDate) -> bool {
        covers(self.days(), day)
    }

    /// Whether both are of one customer in one role and share a day.
    pub fn overlaps(&self, other: &Self) -> bool {
        self.is_of(&other.customer, other.role) && share_a_day(self.days(), other.days())
    }

    /// Whether this customer holds by it in this role.
    pub(super) fn is_of(&self, customer: &Id, role: TenureRole) -> bool {
        self.customer == *customer && self.role == role
    }

    fn days(&self) -> Days {
        (self.from, self.to)
    }
}

/// The first day, and the day after the last where there is one.
pub(super) type Days = (NaiveDate, Option<NaiveDate>);

/// Whether a day is one of these.
pub(super) fn covers(days: Days, day: NaiveDate) -> bool {
    days.0 <= day && goes_beyond(days, day)
}

/// Whether one day is both of these and of those.
pub(super) fn share_a_day(these: Days, those: Days) -> bool {
    goes_beyond(these, those.0) && goes_beyond(those, these.0)
}

/// Whether these have not ended before `day` or with it.
fn goes_beyond((_, to): Days, day: NaiveDate) -> bool {
    to.is_none_or(|to| day < to)
}
