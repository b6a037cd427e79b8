//! What is asked of people and places.
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::area::Area;
use super::customer::CustomerKind;
use super::file::PlainFile;
use super::name::Name;
use super::premises::PremisesKind;
use super::tenure::TenureRole;
use crate::ident::{Code, Id};

/// Everything that can be asked. What adds a record may leave its id to follow from the command's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub enum Command {
    /// The community's file begins (A2).
    #[serde(rename = "people.open_community")]
    OpenCommunity {
        /// What it is called.
        name: Name,
    },
    /// A building comes.
    #[serde(rename = "people.add_building")]
    AddBuilding {
        /// The host's own id of it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        building_id: Option<Id>,
        /// What it is called.
        name: Name,
    },
    /// A unit comes.
    #[serde(rename = "people.add_unit")]
    AddUnit {
        /// The host's own id of it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        unit_id: Option<Id>,
        /// The building it is part of.
        building_id: Id,
        /// What it is called.
        name: Name,
    },
    /// Premises come.
    #[serde(rename = "people.add_premises")]
    AddPremises {
        /// The host's own id of them.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        premises_id: Option<Id>,
        /// The building, where there is one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        building_id: Option<Id>,
        /// The unit, where there is one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        unit_id: Option<Id>,
        /// The number on the door.
        room: Name,
        /// What they are for.
        kind: PremisesKind,
        /// How large they are: square metres as text.
        area: Area,
    },
    /// A customer's file begins.
    #[serde(rename = "people.add_customer")]
    AddCustomer {
        /// The host's own id of the customer.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        customer_id: Option<Id>,
        /// Person or firm.
        kind: CustomerKind,
        /// How to address the customer: `mr`, `ms` or a code of the host's, never a name.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        form_of_address: Option<Code>,
        /// The language to speak, such as `zh` or `en`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        language: Option<Code>,
        /// What is known of the customer; it needs an open vault.
        #[serde(default, skip_serializing_if = "PlainFile::is_empty")]
        file: PlainFile,
    },
    /// A customer's file changes (A1): what is absent stays, an empty list clears a field.
    #[serde(rename = "people.change_customer")]
    ChangeCustomer {
        /// The customer.
        customer_id: Id,
        /// How to address the customer.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        form_of_address: Option<Code>,
        /// The language to speak.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        language: Option<Code>,
        /// The fields that change; they need an open vault.
        #[serde(default, skip_serializing_if = "PlainFile::is_empty")]
        file: PlainFile,
    },
    /// The file was gone through with the customer, and is right (A1).
    #[serde(rename = "people.verify_customer")]
    VerifyCustomer {
        /// The customer.
        customer_id: Id,
    },
    /// Another customer may speak for this one, in what is named (A12).
    #[serde(rename = "people.appoint_representative")]
    AppointRepresentative {
        /// The customer.
        customer_id: Id,
        /// Who may speak.
        representative_id: Id,
        /// In what: codes of the company's, such as `repairs` or `fees`.
        scope: Vec<Code>,
        /// The first day.
        from: NaiveDate,
        /// The day after the last, where it is known.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        to: Option<NaiveDate>,
    },
    /// A representative speaks for the customer no more.
    #[serde(rename = "people.dismiss_representative")]
    DismissRepresentative {
        /// The customer.
        customer_id: Id,
        /// Who spoke.
        representative_id: Id,
        /// The day after the last.
        to: NaiveDate,
    },
    /// The file is one of two of the same customer: the other one stands for both from now on. Nothing of either goes.
    #[serde(rename = "people.merge_customer")]
    MergeCustomer {
        /// The file that steps back.
        customer_id: Id,
        /// The one that stands for both.
        into: Id,
    },
    /// The two files were of two customers after all.
    #[serde(rename = "people.split_customer")]
    SplitCustomer {
        /// The file that had stepped back.
        customer_id: Id,
    },
    /// The customer's key is destroyed: the file, and all that was ever sealed under it, can never be read again (A12). What
    /// was counted stays counted.
    #[serde(rename = "people.erase_customer")]
    EraseCustomer {
        /// The customer.
        customer_id: Id,
    },
    /// A customer moves in, buys or is named (A3).
    #[serde(rename = "people.begin_tenure")]
    BeginTenure {
        /// The premises.
        premises_id: Id,
        /// Who.
        customer_id: Id,
        /// As what.
        role: TenureRole,
        /// The first day.
        from: NaiveDate,
        /// An owner's part, in millionths.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        share_ppm: Option<u32>,
    },
    /// A customer moves out, sells or leaves (A3).
    #[serde(rename = "people.end_tenure")]
    EndTenure {
        /// The premises.
        premises_id: Id,
        /// Who.
        customer_id: Id,
        /// As what.
        role: TenureRole,
        /// The day after the last.
        to: NaiveDate,
    },
    /// A member of staff comes (A5).
    #[serde(rename = "people.add_staff")]
    AddStaff {
        /// The host's own id of the member.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        staff_id: Option<Id>,
        /// The role, from the rulebook.
        role: Code,
        /// The department, from the rulebook.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        department: Option<Code>,
        /// The member of staff who takes over in absence.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        stand_in: Option<Id>,
    },
    /// Role, department or stand-in change; what is absent stays.
    #[serde(rename = "people.change_staff")]
    ChangeStaff {
        /// The member of staff.
        staff_id: Id,
        /// The role, from the rulebook.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        role: Option<Code>,
        /// The department, from the rulebook.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        department: Option<Code>,
        /// The member of staff who takes over in absence.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        stand_in: Option<Id>,
    },
    /// A member of staff leaves.
    #[serde(rename = "people.retire_staff")]
    RetireStaff {
        /// The member of staff.
        staff_id: Id,
    },
}

impl Command {
    /// All names, for rulebooks to be checked against.
    pub const NAMES: [&'static str; 17] = [
        "people.open_community",
        "people.add_building",
        "people.add_unit",
        "people.add_premises",
        "people.add_customer",
        "people.change_customer",
        "people.verify_customer",
        "people.appoint_representative",
        "people.dismiss_representative",
        "people.merge_customer",
        "people.split_customer",
        "people.erase_customer",
        "people.begin_tenure",
        "people.end_tenure",
        "people.add_staff",
        "people.change_staff",
        "people.retire_staff",
    ];

    /// The code by which roles are permitted, such as `people.add_premises`.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::OpenCommunity { .. } => "people.open_community",
            Self::AddBuilding { .. } => "people.add_building",
            Self::AddUnit { .. } => "people.add_unit",
            Self::AddPremises { .. } => "people.add_premises",
            Self::AddCustomer { .. } => "people.add_customer",
            Self::ChangeCustomer { .. } => "people.change_customer",
            Self::VerifyCustomer { .. } => "people.verify_customer",
            Self::AppointRepresentative { .. } => "people.appoint_representative",
            Self::DismissRepresentative { .. } => "people.dismiss_representative",
            Self::MergeCustomer { .. } => "people.merge_customer",
            Self::SplitCustomer { .. } => "people.split_customer",
            Self::EraseCustomer { .. } => "people.erase_customer",
            Self::BeginTenure { .. } => "people.begin_tenure",
            Self::EndTenure { .. } => "people.end_tenure",
            Self::AddStaff { .. } => "people.add_staff",
            Self::ChangeStaff { .. } => "people.change_staff",
            Self::RetireStaff { .. } => "people.retire_staff",
        }
    }

    /// The table in which its record stands: see [`State::table`](super::State::table).
    pub const fn table(&self) -> &'static str {
        match self {
            Self::OpenCommunity { .. } => "community_file",
            Self::AddBuilding { .. } | Self::AddUnit { .. } => "place",
            Self::AddPremises { .. } | Self::BeginTenure { .. } | Self::EndTenure { .. } => "premises",
            Self::AddCustomer { .. }
            | Self::ChangeCustomer { .. }
            | Self::VerifyCustomer { .. }
            | Self::AppointRepresentative { .. }
            | Self::DismissRepresentative { .. }
            | Self::MergeCustomer { .. }
            | Self::SplitCustomer { .. }
            | Self::EraseCustomer { .. } => "customer",
            Self::AddStaff { .. } | Self::ChangeStaff { .. } | Self::RetireStaff { .. } => "staff",
        }
    }

    /// What it tells of a person, which is sealed before anything is decided; none if it tells nothing.
    pub fn file(&self) -> Option<&PlainFile> {
        match self {
            Self::AddCustomer { file, .. } | Self::ChangeCustomer { file, .. } => {
                Some(file).filter(|file| !file.is_empty())
            }
            _ => None,
        }
    }

    /// The record it names. The community's file has the community's id; a new record's id follows from `command` unless
    /// the host gave one.
    pub fn record_id(&self, command: &Id, community: &Id) -> Id {
        let given_or = |given: &Option<Id>, kind| given.clone().unwrap_or_else(|| command.derive(kind, 0));
        match self {
            Self::OpenCommunity { .. } => community.clone(),
            Self::AddBuilding { building_id, .. } => given_or(building_id, "building"),
            Self::AddUnit { unit_id, .. } => given_or(unit_id, "unit"),
            Self::AddPremises { premises_id, .. } => given_or(premises_id, "premises"),
            Self::AddCustomer { customer_id, .. } => given_or(customer_id, "customer"),
            Self::ChangeCustomer { customer_id, .. }
            | Self::VerifyCustomer { customer_id }
            | Self::AppointRepresentative { customer_id, .. }
            | Self::DismissRepresentative { customer_id, .. }
            | Self::MergeCustomer { customer_id, .. }
            | Self::SplitCustomer { customer_id }
            | Self::EraseCustomer { customer_id } => customer_id.clone(),
            Self::AddStaff { staff_id, .. } => given_or(staff_id, "staff"),
            Self::BeginTenure { premises_id, .. } | Self::EndTenure { premises_id, .. } => premises_id.clone(),
            Self::ChangeStaff { staff_id, .. } | Self::RetireStaff { staff_id } => staff_id.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One of each, in the order of the names, and the table and record it is for.
    const ALL: [(&str, &str, &str); 17] = [
        (r#"{"people.open_community":{"name":"湖畔花园"}}"#, "community_file", "lakeside"),
        (r#"{"people.add_building":{"building_id":"b7","name":"7号楼"}}"#, "place", "b7"),
        (r#"{"people.add_unit":{"unit_id":"b7-2","building_id":"b7","name":"2单元"}}"#, "place", "b7-2"),
        (
            r#"{"people.add_premises":{"premises_id":"p","building_id":"b7","unit_id":"b7-2","room":"1201","kind":"parking_space","area":"12.50"}}"#,
            "premises",
            "p",
        ),
        (
            r#"{"people.add_customer":{"customer_id":"k","kind":"firm","form_of_address":"ms","language":"zh"}}"#,
            "customer",
            "k",
        ),
        (
            r#"{"people.change_customer":{"customer_id":"k","language":"en","file":{"name":["王芳"],"plate":[]}}}"#,
            "customer",
            "k",
        ),
        (r#"{"people.verify_customer":{"customer_id":"k"}}"#, "customer", "k"),
        (
            r#"{"people.appoint_representative":{"customer_id":"k","representative_id":"l","scope":["fees"],"from":"2026-01-01","to":"2027-01-01"}}"#,
            "customer",
            "k",
        ),
        (
            r#"{"people.dismiss_representative":{"customer_id":"k","representative_id":"l","to":"2026-06-01"}}"#,
            "customer",
            "k",
        ),
        (r#"{"people.merge_customer":{"customer_id":"k","into":"l"}}"#, "customer", "k"),
        (r#"{"people.split_customer":{"customer_id":"k"}}"#, "customer", "k"),
        (r#"{"people.erase_customer":{"customer_id":"k"}}"#, "customer", "k"),
        (
            r#"{"people.begin_tenure":{"premises_id":"p","customer_id":"k","role":"owner","from":"2026-02-28","share_ppm":500000}}"#,
            "premises",
            "p",
        ),
        (
            r#"{"people.end_tenure":{"premises_id":"p","customer_id":"k","role":"household","to":"2026-03-01"}}"#,
            "premises",
            "p",
        ),
        (r#"{"people.add_staff":{"staff_id":"s","role":"agent","department":"service","stand_in":"t"}}"#, "staff", "s"),
        (r#"{"people.change_staff":{"staff_id":"s","role":"supervisor"}}"#, "staff", "s"),
        (r#"{"people.retire_staff":{"staff_id":"s"}}"#, "staff", "s"),
    ];

    #[test]
    fn each_command_reads_and_prints_alike_under_its_name() {
        let (key, community) = (Id::new("c-1").unwrap(), Id::new("lakeside").unwrap());
        for ((json, table, record), name) in ALL.into_iter().zip(Command::NAMES) {
            let command: Command = serde_json::from_str(json).unwrap();
            assert_eq!(serde_json::to_string(&command).unwrap(), json);
            assert_eq!((command.name(), command.table()), (name, table));
            assert_eq!(command.record_id(&key, &community).as_str(), record);
            assert!(json.starts_with(&format!("{{\"{name}\"")));
        }
    }

    #[test]
    fn ids_that_the_host_leaves_out_follow_from_the_command() {
        let (key, community) = (Id::new("c-1").unwrap(), Id::new("lakeside").unwrap());
        for (json, kind) in [
            (r#"{"people.add_building":{"name":"7"}}"#, "building"),
            (r#"{"people.add_unit":{"building_id":"b7","name":"2"}}"#, "unit"),
            (r#"{"people.add_premises":{"room":"1201","kind":"office","area":"1"}}"#, "premises"),
            (r#"{"people.add_customer":{"customer_id":null,"kind":"person"}}"#, "customer"),
            (r#"{"people.add_staff":{"role":"agent"}}"#, "staff"),
        ] {
            let command: Command = serde_json::from_str(json).unwrap();
            assert_eq!(command.record_id(&key, &community), key.derive(kind, 0));
        }
    }

    #[test]
    fn what_a_command_does_not_know_is_an_error_and_no_name_of_a_person_is_known() {
        for (json, wanted) in [
            (r#"{"people.add_customer":{"kind":"person","name":"x"}}"#, "unknown field `name`"),
            (r#"{"people.add_staff":{"role":"agent","phone":"x"}}"#, "unknown field `phone`"),
            (r#"{"people.add_premises":{"room":"1","kind":"barn","area":"1"}}"#, "unknown variant `barn`"),
            (r#"{"people.add_premises":{"room":"1","kind":"office","area":"1.234"}}"#, "`1.234` is no area"),
            (
                r#"{"people.end_tenure":{"premises_id":"p","customer_id":"k","role":"owner","to":"2026-02-30"}}"#,
                "out of range",
            ),
        ] {
            let error = serde_json::from_str::<Command>(json).unwrap_err().to_string();
            assert!(error.contains(wanted), "{error}");
        }
    }
}
