//! What a command makes of a record: events, or a refusal that says why.
use std::collections::BTreeSet;

use super::command::Command;
use super::customer::Customer;
use super::event::Event;
use super::file::SealedFile;
use super::premises::Premises;
use super::representative::Representative;
use super::staff::{Posting, Staff};
use super::state::State;
use super::tenure::Tenure;
use crate::ident::{Code, Id};
use crate::refusal::Refusal;

/// Everything that people ask of a rulebook.
#[derive(Debug, Clone, Default)]
pub struct Rules {
    /// What staff may be: director, supervisor, agent, ...
    pub roles: BTreeSet<Code>,
    /// Where staff may be.
    pub departments: BTreeSet<Code>,
}

/// Decides a command on the record that it names: `state` is none if there is no such record. The events are to be folded
/// in order; a refusal changes nothing. What the command tells of a person comes beside it under seal: nothing here looks at
/// it in plain text.
///
/// # Errors
/// A [`Refusal`] when the record is there already or is not there, when a code is not the rulebook's, or when the tenures
/// of the premises or the standing of the member of staff forbid it.
pub fn decide(
    state: Option<&State>,
    command: &Command,
    file: SealedFile,
    rules: &Rules,
) -> Result<Vec<Event>, Refusal> {
    let event = match command.clone() {
        Command::OpenCommunity { name } => fresh(state, Event::CommunityOpened { name }),
        Command::AddBuilding { name, .. } => fresh(state, Event::BuildingAdded { name }),
        Command::AddUnit { building_id: building, name, .. } => fresh(state, Event::UnitAdded { building, name }),
        Command::AddPremises { building_id: building, unit_id: unit, room, kind, area, .. } => {
            fresh(state, Event::PremisesAdded { building, unit, room, kind, area })
        }
        Command::AddCustomer { kind, form_of_address, language, .. } => {
            plain_code("form_of_address", form_of_address.as_ref())?;
            plain_code("language", language.as_ref())?;
            fresh(state, Event::CustomerAdded { kind, form_of_address, language, file })
        }
        Command::ChangeCustomer { customer_id, form_of_address, language, .. } => {
            let customer = on_file(state, &customer_id)?;
            plain_code("form_of_address", form_of_address.as_ref())?;
            plain_code("language", language.as_ref())?;
            let form_of_address = form_of_address.filter(|new| customer.form_of_address.as_ref() != Some(new));
            let language = language.filter(|new| customer.language.as_ref() != Some(new));
            if form_of_address.is_none() && language.is_none() && file.is_empty() {
                return Err(Refusal::new("people.unchanged", "客户档案没有变化", "nothing of the file changes"));
            }
            Ok(Event::CustomerChanged { form_of_address, language, file })
        }
        Command::VerifyCustomer { customer_id } => on_file(state, &customer_id).map(|_| Event::CustomerVerified),
        Command::AppointRepresentative { customer_id, representative_id: representative, scope, from, to } => {
            let customer = on_file(state, &customer_id)?;
            scope.iter().try_for_each(|code| plain_code("scope", Some(code)))?;
            let one = Representative { representative, scope, from, to };
            one.check(&customer_id, &customer.representatives)?;
            Ok(Event::RepresentativeAppointed(one))
        }
        Command::DismissRepresentative { customer_id, representative_id: representative, to } => {
            let customer = on_file(state, &customer_id)?;
            let nobody = || {
                Refusal::new(
                    "people.no_mandate",
                    format!("“{representative}”在“{to}”前后并未持续代理"),
                    format!("`{representative}` does not speak for the customer both before and after `{to}`"),
                )
            };
            customer.speaks_on(&representative, to).ok_or_else(nobody)?;
            Ok(Event::RepresentativeDismissed { representative, to })
        }
        Command::MergeCustomer { customer_id, into } => {
            let customer = on_file(state, &customer_id)?;
            if into == customer_id {
                return Err(Refusal::new(
                    "people.itself",
                    "客户档案不能并入自身",
                    format!("the file `{customer_id}` cannot be merged into itself"),
                ));
            }
            if let Some(other) = &customer.merged_into {
                return Err(Refusal::new(
                    "people.merged",
                    format!("该档案已并入“{other}”"),
                    format!("the file is merged into `{other}` already: split it first"),
                ));
            }
            Ok(Event::CustomerMerged { into })
        }
        Command::SplitCustomer { customer_id } => {
            let customer = on_file(state, &customer_id)?;
            let alone =
                || Refusal::new("people.not_merged", "该档案未并入其他档案", "the file is merged into no other");
            customer.merged_into.as_ref().map(|_| Event::CustomerSplit).ok_or_else(alone)
        }
        Command::EraseCustomer { customer_id } => on_file(state, &customer_id).map(|_| Event::CustomerErased),
        Command::BeginTenure { premises_id, customer_id: customer, role, from, share_ppm } => {
            let tenure = Tenure { customer, role, from, to: None, share_ppm };
            premises(state, &premises_id)?.may_begin(&tenure)?;
            Ok(Event::TenureBegun(tenure))
        }
        Command::EndTenure { premises_id, customer_id: customer, role, to } => {
            premises(state, &premises_id)?.may_end(&customer, role, to)?;
            Ok(Event::TenureEnded { customer, role, to })
        }
        Command::AddStaff { staff_id, role, department, stand_in } => {
            known(Some(&role), department.as_ref(), rules)?;
            another(staff_id.as_ref(), stand_in.as_ref())?;
            fresh(state, Event::StaffAdded(Posting { role, department, stand_in }))
        }
        Command::ChangeStaff { staff_id, role, department, stand_in } => {
            let staff = serving(state, &staff_id)?;
            known(role.as_ref(), department.as_ref(), rules)?;
            another(Some(&staff_id), stand_in.as_ref())?;
            changed(&staff.posting, (role, department, stand_in)).map(Event::StaffChanged)
        }
        Command::RetireStaff { staff_id } => serving(state, &staff_id).map(|_| Event::StaffRetired),
    }?;
    Ok(vec![event])
}

/// The event that begins a record, if there is none yet.
fn fresh(state: Option<&State>, event: Event) -> Result<Event, Refusal> {
    let Some(state) = state else { return Ok(event) };
    let id = state.id();
    Err(Refusal::new(
        "people.exists",
        format!("编号“{id}”已有登记"),
        format!("a record with the id `{id}` is there already"),
    ))
}

fn premises<'a>(state: Option<&'a State>, id: &Id) -> Result<&'a Premises, Refusal> {
    match state {
        Some(State::Premises(premises)) => Ok(premises),
        _ => Err(Refusal::new(
            "people.unknown",
            format!("没有编号为“{id}”的房屋"),
            format!("there are no premises with the id `{id}`"),
        )),
    }
}

fn on_file<'a>(state: Option<&'a State>, id: &Id) -> Result<&'a Customer, Refusal> {
    match state {
        Some(State::Customer(Customer { erased: Some(erased), .. })) => Err(Refusal::new(
            "people.erased",
            format!("客户“{id}”的档案已于“{erased}”销毁"),
            format!("the file of the customer `{id}` was erased at `{erased}`"),
        )),
        Some(State::Customer(customer)) => Ok(customer),
        _ => Err(Refusal::new(
            "people.unknown",
            format!("没有编号为“{id}”的客户"),
            format!("there is no customer with the id `{id}`"),
        )),
    }
}

fn serving<'a>(state: Option<&'a State>, id: &Id) -> Result<&'a Staff, Refusal> {
    match state {
        Some(State::Staff(Staff { retired: Some(retired), .. })) => Err(Refusal::new(
            "people.retired",
            format!("员工“{id}”已于“{retired}”离职"),
            format!("the member of staff `{id}` retired at `{retired}`"),
        )),
        Some(State::Staff(staff)) => Ok(staff),
        _ => Err(Refusal::new(
            "people.unknown",
            format!("没有编号为“{id}”的员工"),
            format!("there is no member of staff with the id `{id}`"),
        )),
    }
}

/// Asks only of what a command sets: a code that a later rulebook dropped may stay until it is changed.
fn known(role: Option<&Code>, department: Option<&Code>, rules: &Rules) -> Result<(), Refusal> {
    if let Some(role) = role.filter(|role| !rules.roles.contains(*role)) {
        return Err(Refusal::unknown("people", ("role", "岗位"), role, &rules.roles));
    }
    if let Some(department) = department.filter(|department| !rules.departments.contains(*department)) {
        return Err(Refusal::unknown("people", ("department", "部门"), department, &rules.departments));
    }
    Ok(())
}

fn another(staff: Option<&Id>, stand_in: Option<&Id>) -> Result<(), Refusal> {
    match stand_in {
        Some(stand_in) if staff == Some(stand_in) => Err(Refusal::new(
            "people.itself",
            "员工不能做自己的替岗人",
            format!("`{stand_in}` cannot stand in for itself: name another member of staff"),
        )),
        _ => Ok(()),
    }
}

fn changed(
    old: &Posting,
    (role, department, stand_in): (Option<Code>, Option<Code>, Option<Id>),
) -> Result<Posting, Refusal> {
    let new = Posting {
        role: role.unwrap_or_else(|| old.role.clone()),
        department: department.or_else(|| old.department.clone()),
        stand_in: stand_in.or_else(|| old.stand_in.clone()),
    };
    if new == *old {
        return Err(Refusal::new(
            "people.unchanged",
            "岗位、部门和替岗人没有变化",
            "these are the role, department and stand-in of record",
        ));
    }
    Ok(new)
}

/// A code of a customer is letters, digits, `_` and `-`, so that no name of a person slips in where nothing is sealed.
fn plain_code(field: &str, code: Option<&Code>) -> Result<(), Refusal> {
    let plain = |code: &Code| code.as_str().bytes().all(|c| c.is_ascii_alphanumeric() || c == b'_' || c == b'-');
    if code.is_none_or(plain) {
        return Ok(());
    }
    // The value is not repeated: it may be what must not be kept.
    Err(Refusal::new(
        "people.no_code",
        format!("“{field}”须为由字母、数字、“_”和“-”组成的代码"),
        format!("`{field}` is no code: it is made of ASCII letters, digits, `_` and `-`, such as `mr` or `zh`"),
    ))
}

#[cfg(test)]
mod tests;
