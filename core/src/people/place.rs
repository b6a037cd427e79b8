//! Where premises stand: community, building, unit (A2).
use serde::{Deserialize, Serialize};

use super::name::Name;
use crate::cell::Cell;
use crate::ident::Id;

/// Flat columns of a community.
pub const COMMUNITY: [&str; 1] = ["name"];
/// Flat columns of buildings and units.
pub const PLACE: [&str; 3] = ["kind", "parent", "name"];

/// A managed site.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Community {
    /// Version of this form.
    pub v: u32,
    /// Its id, that of the journal's chain as well.
    pub community_id: Id,
    /// What it is called.
    pub name: Name,
}

/// A building of a community.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Building {
    /// Version of this form.
    pub v: u32,
    /// Its id.
    pub building_id: Id,
    /// What it is called.
    pub name: Name,
}

/// A unit of a building: what one entrance leads to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Unit {
    /// Version of this form.
    pub v: u32,
    /// Its id.
    pub unit_id: Id,
    /// The building it is part of.
    pub building: Id,
    /// What it is called.
    pub name: Name,
}

impl Community {
    /// The flat columns, in the order of [`COMMUNITY`].
    pub fn cells(&self) -> [Cell; COMMUNITY.len()] {
        [Cell::text(Some(self.name.as_str()))]
    }
}

impl Building {
    /// The flat columns, in the order of [`PLACE`].
    pub fn cells(&self) -> [Cell; PLACE.len()] {
        [Cell::text(Some("building")), Cell::Null, Cell::text(Some(self.name.as_str()))]
    }
}

impl Unit {
    /// The flat columns, in the order of [`PLACE`].
    pub fn cells(&self) -> [Cell; PLACE.len()] {
        [Cell::text(Some("unit")), Cell::id(Some(&self.building)), Cell::text(Some(self.name.as_str()))]
    }
}
