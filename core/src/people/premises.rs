//! What is held and billed: a flat, a shop, an office, a parking space, with all who held it (A2, A3).
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::area::Area;
use super::name::Name;
use super::tenure::{Tenure, TenureRole, WHOLE_PPM};
use crate::cell::Cell;
use crate::ident::Id;
use crate::refusal::Refusal;

/// Flat columns of premises.
pub const PREMISES: [&str; 5] = ["building", "unit", "room", "kind", "area_dm2"];

/// What premises are for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum PremisesKind {
    /// To live in.
    Residential,
    /// To trade in.
    Commercial,
    /// To work in.
    Office,
    /// To park on.
    ParkingSpace,
}

impl PremisesKind {
    /// The code used in JSON and columns.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Residential => "residential",
            Self::Commercial => "commercial",
            Self::Office => "office",
            Self::ParkingSpace => "parking_space",
        }
    }
}

/// Premises and the history of who held them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Premises {
    /// Version of this form.
    pub v: u32,
    /// Their id.
    pub premises_id: Id,
    /// The building, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub building: Option<Id>,
    /// The unit of the building, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<Id>,
    /// The number on the door.
    pub room: Name,
    /// What they are for.
    pub kind: PremisesKind,
    /// How large they are.
    pub area: Area,
    /// All tenures, in the order in which they were entered; none ever leaves.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tenures: Vec<Tenure>,
}

impl Premises {
    /// The tenures that hold on a day, in the order in which they were entered.
    pub fn as_of(&self, day: NaiveDate) -> Vec<&Tenure> {
        self.tenures.iter().filter(|tenure| tenure.covers(day)).collect()
    }

    /// The tenure of this customer in this role that goes on.
    pub fn open_tenure(&self, customer: &Id, role: TenureRole) -> Option<&Tenure> {
        self.tenures.iter().find(|tenure| tenure.to.is_none() && tenure.is_of(customer, role))
    }

    /// The flat columns, in the order of [`PREMISES`].
    pub fn cells(&self) -> [Cell; PREMISES.len()] {
        [
            Cell::id(self.building.as_ref()),
            Cell::id(self.unit.as_ref()),
            Cell::text(Some(self.room.as_str())),
            Cell::text(Some(self.kind.code())),
            Cell::Int(self.area.dm2()),
        ]
    }

    /// Refuses a tenure that may not begin beside those of record.
    pub(super) fn may_begin(&self, new: &Tenure) -> Result<(), Refusal> {
        right_share(new)?;
        if let Some(held) = self.tenures.iter().find(|held| held.overlaps(new)) {
            return Err(overlap(held));
        }
        self.shares_fit(new)
    }

    /// Refuses the end of a tenure that is not there or would not have had a day.
    pub(super) fn may_end(&self, customer: &Id, role: TenureRole, to: NaiveDate) -> Result<(), Refusal> {
        let Some(open) = self.open_tenure(customer, role) else { return Err(not_open(customer, role)) };
        if open.from < to {
            return Ok(());
        }
        let from = open.from;
        Err(Refusal::new(
            "people.empty_tenure",
            format!("退出日期“{to}”须晚于起始日期“{from}”"),
            format!("`{to}` is not after `{from}`, the first day of the tenure; `to` is the day after its last"),
        ))
    }

    /// The sum changes upwards only where a tenure begins, so those days are all that need a look.
    fn shares_fit(&self, new: &Tenure) -> Result<(), Refusal> {
        let Some(share) = new.share_ppm else { return Ok(()) };
        let begins = self.tenures.iter().map(|held| held.from).filter(|day| *day > new.from);
        let with_new = |day| (day, self.owned_ppm(day).saturating_add(u64::from(share)));
        let over = std::iter::once(new.from).chain(begins).map(with_new);
        match over.filter(|(_, sum)| *sum > u64::from(WHOLE_PPM)).min() {
            None => Ok(()),
            Some((day, sum)) => Err(Refusal::new(
                "people.shares",
                format!("自“{day}”起业主份额合计为百万分之{sum},超过整体"),
                format!("on `{day}` the owners' shares would be `{sum}` millionths; the whole is {WHOLE_PPM}"),
            )),
        }
    }

    /// What the owners of a day hold together, in millionths, as far as shares were said.
    fn owned_ppm(&self, day: NaiveDate) -> u64 {
        let shares = self.tenures.iter().filter(|held| held.covers(day)).filter_map(|held| held.share_ppm);
        shares.fold(0, |sum, share| sum.saturating_add(u64::from(share)))
    }

    pub(super) fn begin(&mut self, tenure: Tenure) {
        self.tenures.push(tenure);
    }

    pub(super) fn end(&mut self, customer: &Id, role: TenureRole, to: NaiveDate) {
        let mut open = self.tenures.iter_mut().filter(|held| held.to.is_none() && held.is_of(customer, role));
        if let Some(open) = open.next() {
            open.to = Some(to);
        }
    }
}

fn right_share(new: &Tenure) -> Result<(), Refusal> {
    let Some(share) = new.share_ppm else { return Ok(()) };
    if new.role != TenureRole::Owner {
        let role = new.role.code();
        return Err(Refusal::new(
            "people.share_of_owner",
            "只有业主才有份额",
            format!("only an `owner` has a share, not a tenure as `{role}`"),
        ));
    }
    if (1..=WHOLE_PPM).contains(&share) {
        return Ok(());
    }
    Err(Refusal::new(
        "people.share",
        format!("份额“{share}”须为百万分之1至{WHOLE_PPM}"),
        format!("`{share}` is no share: it lies between 1 and {WHOLE_PPM} millionths"),
    ))
}

fn overlap(held: &Tenure) -> Refusal {
    let (customer, role, from) = (&held.customer, held.role.code(), held.from);
    let (until_zh, until_en) = held.to.map_or_else(
        || ("尚未退出".to_owned(), "goes on".to_owned()),
        |to| (format!("至“{to}”前"), format!("ends before `{to}`")),
    );
    Refusal::new(
        "people.overlap",
        format!("客户“{customer}”已以“{role}”身份自“{from}”起占有,{until_zh}"),
        format!("customer `{customer}` is `{role}` from `{from}` already, which {until_en}"),
    )
}

fn not_open(customer: &Id, role: TenureRole) -> Refusal {
    let role = role.code();
    Refusal::new(
        "people.no_tenure",
        format!("客户“{customer}”没有身份为“{role}”且未退出的占有关系"),
        format!("customer `{customer}` has no tenure as `{role}` that goes on"),
    )
}
