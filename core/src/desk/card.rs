//! What is told of a customer: the file as far as it is seen, premises, cases and promises.
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::ops::ControlFlow;

use chrono::NaiveDate;
use serde::Serialize;

use super::answer::{Books, LedgerLine, line, people_state};
use super::error::DeskError;
use super::keys::{forged, key_of};
use super::records::{HOLDER, MERGED, REPRESENTED, data, kept};
use crate::access::Grant;
use crate::calendar::Instant;
use crate::case::{DISSATISFIED, Outlook, State, is_zero};
use crate::cell::Cell;
use crate::clause::Words;
use crate::courtesy::{self, Given};
use crate::envelope::Record;
use crate::ident::{Code, Id};
use crate::people::{self, Customer, CustomerKind, Field, Premises, PremisesKind, Representative, TenureRole};
use crate::rulebook::{Pinned, Sight};
use crate::seal::{Plain, SubjectKey, Vault};
use crate::sla::{Clock, Metric};
use crate::store::{Scan, View, tables};
use crate::text;

/// How many cases of a customer are looked at, the latest first.
const CASES: usize = 50;
/// How many files one may stand for.
const MOST_MERGED: usize = 50;
/// How many that are over are shown.
const RECENT: usize = 10;

/// Whoever may be calling.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ContactCard {
    /// All who were found, by id: more than one where a phone or a surname is shared.
    pub callers: Vec<KnownCaller>,
    /// More customers were found than the twenty that are shown: ask for something less common.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub more: bool,
}

/// A customer at the second contact (A8).
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct KnownCaller {
    /// The file.
    pub file: CustomerFile,
    /// Files of the same customer that this one stands for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub merged: Vec<Id>,
    /// Who may speak for the customer today.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub representatives: Vec<Representative>,
    /// For whom the customer may speak today, and in what.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub speaks_for: Vec<SpeaksFor>,
    /// What to say: with the name, where it may be seen in plain.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub greeting: Option<Words>,
    /// What the customer holds now.
    pub premises: Vec<Holding>,
    /// Cases that are open, the latest first.
    pub open: Vec<OpenCase>,
    /// The last cases that are over.
    pub recent: Vec<LedgerLine>,
    /// Counts of the last cases.
    pub facts: Facts,
}

/// For whom a customer may speak.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SpeaksFor {
    /// The customer spoken for.
    pub customer_id: Id,
    /// In what.
    pub scope: Vec<Code>,
    /// The day after the last; none while it goes on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<NaiveDate>,
}

/// A customer's file as far as it is seen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CustomerFile {
    /// The customer.
    pub customer_id: Id,
    /// Person or firm.
    pub kind: CustomerKind,
    /// How to address the customer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub form_of_address: Option<Code>,
    /// The language to speak.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<Code>,
    /// Fields, each with how much of it is seen.
    pub fields: BTreeMap<Field, Seen>,
    /// Fields that are there and not seen.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub withheld: Vec<Field>,
    /// What a complete file has and this one has not.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<Field>,
    /// When the file was last gone through with the customer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verified: Option<Instant>,
    /// When it was erased.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub erased: Option<Instant>,
}

/// The values of a field, and how much of them is seen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Seen {
    /// In plain, or with stars.
    pub sight: Sight,
    /// The values, in order.
    pub values: Vec<Plain>,
}

/// Premises that a customer holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Holding {
    /// The premises.
    pub premises_id: Id,
    /// The community.
    pub community: Id,
    /// The building.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub building: Option<Id>,
    /// The unit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<Id>,
    /// The number on the door.
    pub room: people::Name,
    /// What they are for.
    pub kind: PremisesKind,
    /// As what.
    pub role: TenureRole,
    /// Since when.
    pub from: NaiveDate,
}

/// An open case, its clocks and what was promised.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct OpenCase {
    /// The case.
    #[serde(flatten)]
    pub case: LedgerLine,
    /// Clocks that run or were broken.
    pub clocks: Vec<Clock>,
    /// Times that were promised and are still to be kept, the earliest first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub promised: Vec<Instant>,
}

/// What is counted of a customer's last cases: facts, no judgement of a person.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Facts {
    /// Cases looked at: the last 50.
    pub cases: u32,
    /// Of them open.
    pub open: u32,
    /// Open with a clock that is past due.
    pub overdue: u32,
    /// Scored 1 or 2 at the last revisit.
    pub dissatisfied: u32,
    /// When the last revisit reached the customer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_revisit: Option<Instant>,
    /// Its score.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_score: Option<u8>,
    /// Cases of the customer that the one who asks has nothing to do with (C9): they are not shown and not counted.
    #[serde(skip_serializing_if = "is_zero")]
    pub withheld: u32,
}

impl CustomerFile {
    /// What was shown of it, for the record.
    pub(super) fn shown(&self) -> BTreeMap<Box<str>, Sight> {
        self.fields.iter().map(|(field, seen)| (field.code().into(), seen.sight)).collect()
    }
}

/// Whoever reads, and by what right.
pub(super) struct Reader<'a> {
    pub(super) view: &'a dyn View,
    pub(super) vault: &'a Vault,
    pub(super) grant: &'a Grant,
    pub(super) books: &'a Books<'a>,
    pub(super) actor: &'a Id,
    pub(super) at: Instant,
}

/// What was shown of whom.
pub(super) type ShownOf = Vec<(Id, BTreeMap<Box<str>, Sight>)>;

impl Reader<'_> {
    /// The key of a subject; none if it was destroyed, or never made.
    pub(super) fn key(&self, subject: &Id) -> Result<Option<SubjectKey>, DeskError> {
        key_of(self.view, self.vault, subject)
    }

    pub(super) fn card(&self, customers: &[Customer], more: bool) -> Result<(ContactCard, ShownOf), DeskError> {
        let callers = customers.iter().map(|customer| self.caller(customer)).collect::<Result<Vec<_>, _>>()?;
        let shown = callers.iter().map(|caller| (caller.file.customer_id.clone(), caller.file.shown())).collect();
        Ok((ContactCard { callers, more }, shown))
    }

    fn caller(&self, customer: &Customer) -> Result<KnownCaller, DeskError> {
        let file = self.file(customer)?;
        let merged = self.merged(&customer.customer_id)?;
        let all: Vec<&Id> = std::iter::once(&customer.customer_id).chain(&merged).collect();
        let (open, recent, facts) = self.cases(&all)?;
        Ok(KnownCaller {
            greeting: self.greeting(&file),
            premises: self.premises(&all)?,
            merged: merged.clone(),
            representatives: self.representatives(customer),
            speaks_for: self.speaks_for(&customer.customer_id)?,
            open,
            recent,
            facts,
            file,
        })
    }

    /// The file as far as it is seen.
    pub(super) fn file(&self, customer: &Customer) -> Result<CustomerFile, DeskError> {
        let mut fields = BTreeMap::new();
        let mut withheld = Vec::new();
        let key = if customer.file.is_empty() { None } else { self.key(&customer.customer_id)? };
        for (field, values) in &customer.file {
            match (self.grant.sight(field.class()), &key) {
                (Some(sight), Some(key)) => {
                    let open = |value| key.open(field.code(), value).map(|plain| seen(*field, plain, sight));
                    let values = values.iter().map(open).collect::<Result<Vec<_>, _>>();
                    let values = values.map_err(|error| DeskError::from(forged(&error)))?;
                    fields.insert(*field, Seen { sight, values });
                }
                _ => withheld.push(*field),
            }
        }
        Ok(CustomerFile {
            customer_id: customer.customer_id.clone(),
            kind: customer.kind,
            form_of_address: customer.form_of_address.clone(),
            language: customer.language.clone(),
            fields,
            withheld,
            missing: customer.missing(),
            verified: customer.verified,
            erased: customer.erased,
        })
    }

    /// The phrase of the greeting, with the surname where the name is seen in plain.
    fn greeting(&self, file: &CustomerFile) -> Option<Words> {
        let book = self.books.current;
        let local = book.time_zone().local(self.at);
        let name = file.fields.get(&Field::Name).filter(|seen| seen.sight == Sight::Plain)?.values.first()?;
        let surname = text::surname(name.as_str()).unwrap_or_else(|| name.as_str().to_owned());
        let address = match file.form_of_address.as_ref().map(Code::as_str) {
            Some("mr") => "先生",
            Some("ms") => "女士",
            _ => return None,
        };
        let given = Given {
            customer: Some(courtesy::Customer {
                name: courtesy::Name::Same(surname),
                address: Some(address.to_owned()),
            }),
            greeting: Some(book.courtesy().greeting(local, book.holidays())),
            ..Given::default()
        };
        book.courtesy().phrase("greeting", &given).ok().map(|phrase| phrase.say)
    }

    /// The files that one stands for: those merged into it, into those, and so on.
    fn merged(&self, customer: &Id) -> Result<Vec<Id>, DeskError> {
        let mut all = Vec::new();
        let mut next = vec![customer.clone()];
        while let Some(into) = next.pop() {
            for id in self.view.find(MERGED, into.as_str().as_bytes(), None)? {
                if id != *customer && !all.contains(&id) && all.len() < MOST_MERGED {
                    all.push(id.clone());
                    next.push(id);
                }
            }
        }
        all.sort_unstable();
        Ok(all)
    }

    pub(super) fn today(&self) -> NaiveDate {
        self.books.current.time_zone().local(self.at).date()
    }

    fn representatives(&self, customer: &Customer) -> Vec<Representative> {
        let today = self.today();
        customer.representatives.iter().filter(|one| one.covers(today)).cloned().collect()
    }

    fn speaks_for(&self, representative: &Id) -> Result<Vec<SpeaksFor>, DeskError> {
        let today = self.today();
        let mut all = Vec::new();
        for id in self.view.find(REPRESENTED, representative.as_str().as_bytes(), None)? {
            let people::State::Customer(customer) = people_state(self.view, &tables::CUSTOMER, &id)? else { continue };
            let ours = |one: &&Representative| one.representative == *representative && one.covers(today);
            all.extend(customer.representatives.iter().filter(ours).map(|one| SpeaksFor {
                customer_id: id.clone(),
                scope: one.scope.clone(),
                to: one.to,
            }));
        }
        Ok(all)
    }

    fn premises(&self, customers: &[&Id]) -> Result<Vec<Holding>, DeskError> {
        let day = self.today();
        let mut held = Vec::new();
        for customer in customers {
            for id in self.view.find(HOLDER, customer.as_str().as_bytes(), None)? {
                let Some(stored) = self.view.record(&tables::PREMISES, &id)? else { continue };
                let Record::People(people::State::Premises(premises)) = kept(&tables::PREMISES, &id, &stored)?.record
                else {
                    continue;
                };
                held.extend(holdings(&premises, &stored.community, customer, day));
            }
        }
        Ok(held)
    }

    /// The last cases of all these, the latest first.
    fn last_cases(&self, customers: &[&Id]) -> Result<Vec<(LedgerLine, State)>, DeskError> {
        let mut cases = Vec::new();
        for customer in customers {
            let scan = Scan::new(&tables::SERVICE_CASE, "customer")
                .equal(vec![Cell::Text(customer.shared())])
                .descending()
                .limit(CASES);
            self.view.scan(&scan, &mut |row| {
                let state = serde_json::from_str::<State>(&row.state).map_err(|error| data(&row.id, error.to_string()));
                cases.push((line(row, self.books.current.time_zone()), state));
                ControlFlow::Continue(())
            })?;
        }
        let mut cases = cases
            .into_iter()
            .map(|(line, state)| Ok((line, state?)))
            .collect::<Result<Vec<(LedgerLine, State)>, DeskError>>()?;
        let registered = |state: &State| state.line.last("registered").map(|mark| mark.at);
        cases.sort_by_cached_key(|(_, state)| Reverse(registered(state)));
        cases.truncate(CASES);
        Ok(cases)
    }

    fn cases(&self, customers: &[&Id]) -> Result<(Vec<OpenCase>, Vec<LedgerLine>, Facts), DeskError> {
        let (mut open, mut recent, mut facts) = (Vec::new(), Vec::new(), Facts::default());
        for (case, state) in self.last_cases(customers)? {
            if state.may_handle(self.actor).is_err() {
                facts.withheld = facts.withheld.saturating_add(1);
                continue;
            }
            facts.count(&state);
            if state.status.is_open() {
                let case = self.open_case(case, &state)?;
                facts.overdue = facts.overdue.saturating_add(u32::from(case.is_overdue(self.at)));
                open.push(case);
            } else if recent.len() < RECENT {
                recent.push(case);
            }
        }
        Ok((open, recent, facts))
    }

    fn open_case(&self, case: LedgerLine, state: &State) -> Result<OpenCase, DeskError> {
        let pinned = Pinned::of(state, |pin| self.books.of(self.view, pin))?;
        let outlook = Outlook::of(state, pinned.books(self.books.current))?;
        let mut clocks = outlook.clocks(self.at)?;
        clocks.retain(|clock| clock.stop.is_none());
        let promise = |clock: &&Clock| clock.metric == Metric::Promise;
        let mut promised: Vec<Instant> = clocks.iter().filter(promise).filter_map(|clock| clock.due).collect();
        promised.sort_unstable();
        Ok(OpenCase { case, clocks, promised })
    }
}

impl OpenCase {
    fn is_overdue(&self, now: Instant) -> bool {
        self.clocks.iter().any(|clock| clock.due.is_some_and(|due| due < now))
    }
}

impl Facts {
    fn count(&mut self, state: &State) {
        let one_more = |count: &mut u32, counts: bool| *count = count.saturating_add(u32::from(counts));
        one_more(&mut self.cases, true);
        one_more(&mut self.open, state.status.is_open());
        one_more(&mut self.dissatisfied, state.score.is_some_and(|score| score <= DISSATISFIED));
        let revisited = state.line.last("revisited").map(|mark| mark.at);
        if revisited > self.last_revisit {
            (self.last_revisit, self.last_score) = (revisited, state.score);
        }
    }
}

/// A value as far as it is seen.
fn seen(field: Field, plain: Plain, sight: Sight) -> Plain {
    match (sight, field.kind()) {
        (Sight::Plain, _) => plain,
        (Sight::Masked, Some(kind)) => Plain::from(text::mask_value(kind, plain.as_str()).as_str()),
        // Of free text every word may be telling.
        (Sight::Masked, None) => Plain::from("***"),
    }
}

fn holdings(premises: &Premises, community: &Id, customer: &Id, day: NaiveDate) -> Vec<Holding> {
    let held = premises.as_of(day).into_iter().filter(|tenure| tenure.customer == *customer);
    held.map(|tenure| Holding {
        premises_id: premises.premises_id.clone(),
        community: community.clone(),
        building: premises.building.clone(),
        unit: premises.unit.clone(),
        room: premises.room.clone(),
        kind: premises.kind,
        role: tenure.role,
        from: tenure.from,
    })
    .collect()
}
