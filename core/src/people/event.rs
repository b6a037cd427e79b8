//! What happened to a record.
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::area::Area;
use super::customer::CustomerKind;
use super::file::SealedFile;
use super::name::Name;
use super::premises::PremisesKind;
use super::representative::Representative;
use super::staff::Posting;
use super::tenure::{Tenure, TenureRole};
use crate::ident::{Code, Id};

/// One thing that happened. The record's own id stands in the journal's row; all else that folding needs is here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Event {
    /// The community's file began.
    #[serde(rename = "people.community_opened")]
    CommunityOpened {
        /// What it is called.
        name: Name,
    },
    /// A building came.
    #[serde(rename = "people.building_added")]
    BuildingAdded {
        /// What it is called.
        name: Name,
    },
    /// A unit came.
    #[serde(rename = "people.unit_added")]
    UnitAdded {
        /// The building it is part of.
        building: Id,
        /// What it is called.
        name: Name,
    },
    /// Premises came.
    #[serde(rename = "people.premises_added")]
    PremisesAdded {
        /// The building.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        building: Option<Id>,
        /// The unit.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        unit: Option<Id>,
        /// The number on the door.
        room: Name,
        /// What they are for.
        kind: PremisesKind,
        /// How large they are.
        area: Area,
    },
    /// A customer's file began.
    #[serde(rename = "people.customer_added")]
    CustomerAdded {
        /// Person or firm.
        kind: CustomerKind,
        /// How to address the customer.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        form_of_address: Option<Code>,
        /// The language to speak.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        language: Option<Code>,
        /// What is known of the customer, under seal.
        #[serde(default, skip_serializing_if = "SealedFile::is_empty")]
        file: SealedFile,
    },
    /// A customer's file changed.
    #[serde(rename = "people.customer_changed")]
    CustomerChanged {
        /// How to address the customer, if that changed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        form_of_address: Option<Code>,
        /// The language to speak, if that changed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        language: Option<Code>,
        /// The fields that changed, under seal; an empty one was cleared.
        #[serde(default, skip_serializing_if = "SealedFile::is_empty")]
        file: SealedFile,
    },
    /// A customer's file was found right.
    #[serde(rename = "people.customer_verified")]
    CustomerVerified,
    /// Somebody may speak for the customer.
    #[serde(rename = "people.representative_appointed")]
    RepresentativeAppointed(Representative),
    /// A representative speaks no more.
    #[serde(rename = "people.representative_dismissed")]
    RepresentativeDismissed {
        /// Who spoke.
        representative: Id,
        /// The day after the last.
        to: NaiveDate,
    },
    /// A customer's file stepped back behind another of the same customer.
    #[serde(rename = "people.customer_merged")]
    CustomerMerged {
        /// The one that stands for both.
        into: Id,
    },
    /// It stands for itself again.
    #[serde(rename = "people.customer_split")]
    CustomerSplit,
    /// A customer's key was destroyed.
    #[serde(rename = "people.customer_erased")]
    CustomerErased,
    /// Somebody moved in, bought or was named.
    #[serde(rename = "people.tenure_begun")]
    TenureBegun(Tenure),
    /// Somebody moved out, sold or left.
    #[serde(rename = "people.tenure_ended")]
    TenureEnded {
        /// Who.
        customer: Id,
        /// As what.
        role: TenureRole,
        /// The day after the last.
        to: NaiveDate,
    },
    /// A member of staff came.
    #[serde(rename = "people.staff_added")]
    StaffAdded(Posting),
    /// Role, department or stand-in changed: all of them from now on.
    #[serde(rename = "people.staff_changed")]
    StaffChanged(Posting),
    /// A member of staff left.
    #[serde(rename = "people.staff_retired")]
    StaffRetired,
}

impl Event {
    /// The event's name in the journal.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::CommunityOpened { .. } => "people.community_opened",
            Self::BuildingAdded { .. } => "people.building_added",
            Self::UnitAdded { .. } => "people.unit_added",
            Self::PremisesAdded { .. } => "people.premises_added",
            Self::CustomerAdded { .. } => "people.customer_added",
            Self::CustomerChanged { .. } => "people.customer_changed",
            Self::CustomerVerified => "people.customer_verified",
            Self::RepresentativeAppointed(_) => "people.representative_appointed",
            Self::RepresentativeDismissed { .. } => "people.representative_dismissed",
            Self::CustomerMerged { .. } => "people.customer_merged",
            Self::CustomerSplit => "people.customer_split",
            Self::CustomerErased => "people.customer_erased",
            Self::TenureBegun(_) => "people.tenure_begun",
            Self::TenureEnded { .. } => "people.tenure_ended",
            Self::StaffAdded(_) => "people.staff_added",
            Self::StaffChanged(_) => "people.staff_changed",
            Self::StaffRetired => "people.staff_retired",
        }
    }
}
