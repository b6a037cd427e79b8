//! A record as its events have made it.
use serde::{Deserialize, Serialize};

use super::customer::{CUSTOMER, Customer};
use super::event::Event;
use super::place::{Building, COMMUNITY, Community, PLACE, Unit};
use super::premises::{PREMISES, Premises};
use super::staff::{STAFF, Staff};
use crate::calendar::Instant;
use crate::cell::Cell;
use crate::ident::Id;

/// The version of the records' form.
const V: u32 = 1;

/// One record: the fold of its events.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "record", rename_all = "snake_case")]
pub enum State {
    /// The file of a community.
    Community(Community),
    /// A building.
    Building(Building),
    /// A unit of a building.
    Unit(Unit),
    /// Premises and their tenures.
    Premises(Premises),
    /// A customer.
    Customer(Customer),
    /// A member of staff.
    Staff(Staff),
}

impl State {
    /// A record as its first event makes it; none if the event begins no record.
    pub fn begin(id: Id, event: &Event) -> Option<Self> {
        Some(match event.clone() {
            Event::CommunityOpened { name } => Self::Community(Community { v: V, community_id: id, name }),
            Event::BuildingAdded { name } => Self::Building(Building { v: V, building_id: id, name }),
            Event::UnitAdded { building, name } => Self::Unit(Unit { v: V, unit_id: id, building, name }),
            Event::PremisesAdded { building, unit, room, kind, area } => {
                let tenures = Vec::new();
                Self::Premises(Premises { v: V, premises_id: id, building, unit, room, kind, area, tenures })
            }
            Event::CustomerAdded { kind, form_of_address, language, file } => Self::Customer(Customer {
                v: V,
                customer_id: id,
                kind,
                form_of_address,
                language,
                file,
                verified: None,
                representatives: Vec::new(),
                merged_into: None,
                erased: None,
            }),
            Event::StaffAdded(posting) => Self::Staff(Staff { v: V, staff_id: id, posting, retired: None }),
            Event::CustomerChanged { .. }
            | Event::CustomerVerified
            | Event::RepresentativeAppointed(_)
            | Event::RepresentativeDismissed { .. }
            | Event::CustomerMerged { .. }
            | Event::CustomerSplit
            | Event::CustomerErased
            | Event::TenureBegun(_)
            | Event::TenureEnded { .. }
            | Event::StaffChanged(_)
            | Event::StaffRetired => return None,
        })
    }

    /// Folds an event that happened at `at`. The first event of a record makes its state: see [`State::begin`]. What
    /// does not belong to this record changes nothing; [`decide`](super::decide) gives no such event.
    #[must_use]
    pub fn apply(mut self, event: &Event, at: Instant) -> Self {
        match (&mut self, event) {
            (Self::Premises(premises), Event::TenureBegun(tenure)) => premises.begin(tenure.clone()),
            (Self::Premises(premises), Event::TenureEnded { customer, role, to }) => {
                premises.end(customer, *role, *to);
            }
            (Self::Customer(customer), Event::CustomerChanged { form_of_address, language, file }) => {
                customer.form_of_address = form_of_address.clone().or(customer.form_of_address.take());
                customer.language = language.clone().or(customer.language.take());
                customer.refile(file);
            }
            (Self::Customer(customer), Event::CustomerVerified) => customer.verified = Some(at),
            (Self::Customer(customer), Event::RepresentativeAppointed(one)) => {
                customer.representatives.push(one.clone())
            }
            (Self::Customer(customer), Event::RepresentativeDismissed { representative, to }) => {
                customer.dismiss(representative, *to);
            }
            (Self::Customer(customer), Event::CustomerMerged { into }) => customer.merged_into = Some(into.clone()),
            (Self::Customer(customer), Event::CustomerSplit) => customer.merged_into = None,
            (Self::Customer(customer), Event::CustomerErased) => {
                // What lies in the journal opens no more; here nothing of it is kept at all.
                customer.file.clear();
                customer.erased = Some(at);
            }
            (Self::Staff(staff), Event::StaffChanged(posting)) => staff.posting = posting.clone(),
            (Self::Staff(staff), Event::StaffRetired) => staff.retired = Some(at),
            _ => {}
        }
        self
    }

    /// The record's id.
    pub fn id(&self) -> &Id {
        match self {
            Self::Community(community) => &community.community_id,
            Self::Building(building) => &building.building_id,
            Self::Unit(unit) => &unit.unit_id,
            Self::Premises(premises) => &premises.premises_id,
            Self::Customer(customer) => &customer.customer_id,
            Self::Staff(staff) => &staff.staff_id,
        }
    }

    /// The table in which it stands.
    pub const fn table(&self) -> &'static str {
        match self {
            Self::Community(_) => "community_file",
            Self::Building(_) | Self::Unit(_) => "place",
            Self::Premises(_) => "premises",
            Self::Customer(_) => "customer",
            Self::Staff(_) => "staff",
        }
    }

    /// The names of its flat columns.
    pub const fn columns(&self) -> &'static [&'static str] {
        match self {
            Self::Community(_) => &COMMUNITY,
            Self::Building(_) | Self::Unit(_) => &PLACE,
            Self::Premises(_) => &PREMISES,
            Self::Customer(_) => &CUSTOMER,
            Self::Staff(_) => &STAFF,
        }
    }

    /// Its flat columns, in the order of [`State::columns`].
    pub fn cells(&self) -> Vec<Cell> {
        match self {
            Self::Community(community) => community.cells().into(),
            Self::Building(building) => building.cells().into(),
            Self::Unit(unit) => unit.cells().into(),
            Self::Premises(premises) => premises.cells().into(),
            Self::Customer(customer) => customer.cells().into(),
            Self::Staff(staff) => staff.cells().into(),
        }
    }
}
