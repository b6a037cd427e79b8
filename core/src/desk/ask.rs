//! Questions about persons: granted or refused, recorded, then answered.
use std::collections::BTreeMap;
use std::ops::ControlFlow;

use serde::Serialize;

use super::answer::{Books, case_state, holders, missing, page, people_state, picked};
use super::card::{ContactCard, CustomerFile, Reader, ShownOf};
use super::error::DeskError;
use super::keys::Open;
use super::vault::locked;
use super::{Desk, named, seen};
use crate::access::{self, Access, Caller, Grant, Question, Request, grant};
use crate::calendar::Instant;
use crate::case::{self, Notice};
use crate::cell::Cell;
use crate::envelope::{Entry, Head, TEXT};
use crate::ident::{Code, Id};
use crate::people::{self, Customer, Field, FieldClass};
use crate::refusal::Refusal;
use crate::rulebook::Sight;
use crate::seal::Plain;
use crate::store::{Scan, Store, StoreError, View, Which, tables};

/// What was asked of persons.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Told {
    /// Who is calling.
    ContactCard(Box<ContactCard>),
    /// A customer's file.
    Customer(Box<CustomerFile>),
    /// What a case says.
    CaseText(CaseText),
    /// Who looked at a file, the last first.
    Accesses(Vec<AccessLine>),
    /// Reads and refusals.
    AccessLog(Vec<AccessLine>),
    /// Files to go through.
    FilesDue(Vec<FileDue>),
}

/// What a case says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CaseText {
    /// The case.
    pub case_id: Id,
    /// What the customer said; absent if nothing is kept, or its key was destroyed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<Plain>,
    /// It was kept, and its key was destroyed.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub erased: bool,
}

/// One read, or a refusal of one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AccessLine {
    /// Its place in the chain: the cursor.
    pub seq: u64,
    /// When.
    pub at: Instant,
    /// Who.
    pub actor: Id,
    /// The customer, or the case.
    pub subject: Id,
    /// What, in which role, for what purpose, and how much was shown.
    #[serde(flatten)]
    pub access: Access,
}

/// A file to go through.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct FileDue {
    /// The customer.
    pub customer_id: Id,
    /// When it was last gone through.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verified: Option<Instant>,
    /// What it lacks.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<Field>,
}

/// An answer, and what is recorded of it.
type Answered = (Told, ShownOf);

impl Desk {
    /// Answers a question about persons, once the read is recorded: nothing is told of which no record is kept. A refusal is
    /// recorded as well.
    ///
    /// # Errors
    /// A refusal by the rulebook or of a closed vault, a record that is not there, or a failure of the store.
    pub fn ask(&mut self, request: &Request) -> Result<Told, DeskError> {
        let answered = grant(request, &self.current)
            .map_err(DeskError::from)
            .and_then(|grant| self.answered(request, &grant).map(|answered| (grant, answered)));
        match answered {
            Ok((grant, (told, shown))) => {
                self.record(request, &grant.tells, shown, None)?;
                Ok(told)
            }
            Err(DeskError::Refused(refusal)) => {
                self.record(request, &[], shown_nothing(subject(&request.ask)?), Some(&refusal))?;
                Err(DeskError::Refused(refusal))
            }
            Err(error) => Err(error),
        }
    }

    fn answered(&mut self, request: &Request, grant: &Grant) -> Result<Answered, DeskError> {
        let Some(Open { vault, .. }) = &self.open else { return Err(locked().into()) };
        let books = Books { current: &self.current, pinned: &self.grown };
        seen(&mut *self.store, |view| {
            Reader { view, vault, grant, books: &books, actor: &request.actor.id, at: request.at }.answer(&request.ask)
        })
    }

    /// Keeps a row for each person of whom something was told or refused.
    fn record(
        &mut self,
        request: &Request,
        tells: &[Code],
        shown_of: ShownOf,
        refused: Option<&Refusal>,
    ) -> Result<(), DeskError> {
        let purpose = request.purpose.as_ref();
        let notice = |to: &Code| Notice {
            to: to.clone(),
            rule: format!("purposes.{}", purpose.map_or("", Code::as_str)).into(),
            person: None,
        };
        let access = |shown| Access {
            ask: request.ask.name().into(),
            role: request.actor.role.clone(),
            purpose: purpose.cloned(),
            shown,
            refused: refused.map(|refusal| refusal.code.clone()),
            notices: tells.iter().map(notice).collect(),
        };
        let accesses: Vec<(Id, Access)> = shown_of.into_iter().map(|(id, shown)| (id, access(shown))).collect();
        append(&mut *self.store, request, &accesses)
    }
}

/// Appends rows to the chain of accesses.
fn append(store: &mut dyn Store, request: &Request, accesses: &[(Id, Access)]) -> Result<(), DeskError> {
    let chain = named(access::CHAIN)?;
    Ok(store.write_soon(&chain, &mut |tx| {
        let mut head = tx.head(&chain)?;
        accesses
            .iter()
            .try_for_each(|(subject, access)| tx.append(&entry(&chain, request, subject, access, &mut head)?))
    })?)
}

fn entry(chain: &Id, request: &Request, subject: &Id, access: &Access, head: &mut Head) -> Result<Entry, StoreError> {
    let body = serde_json::to_string(access).map_err(|error| StoreError::Failed(error.to_string().into()))?;
    // An id of its own that follows from the place.
    let command = Id::new(format!("{chain}/{}", head.next_place()));
    let entry = Entry {
        community: chain.clone(),
        seq: 0,
        command: command.map_err(|error| StoreError::Failed(error.to_string().into()))?,
        n: 0,
        at: request.at,
        recorded_at: request.at,
        actor: request.actor.id.clone(),
        record: subject.clone(),
        kind: access.event().into(),
        version: 1,
        notices: u32::try_from(access.notices.len()).unwrap_or(u32::MAX),
        body_hash: Entry::digest(&body),
        body: Some(body.into()),
        hash: [0; 32],
    };
    Ok(entry.next_of(head))
}

/// Whom or what a question is about, where it says so; else the chain itself.
fn subject(question: &Question) -> Result<Id, DeskError> {
    match question {
        Question::ContactCard { by: Caller::Customer(id) | Caller::Premises(id) } => Ok(id.clone()),
        Question::Customer { customer_id } | Question::Accesses { customer_id, .. } => Ok(customer_id.clone()),
        Question::CaseText { case_id } => Ok(case_id.clone()),
        Question::ContactCard { .. } | Question::AccessLog { .. } | Question::FilesDue { .. } => named(access::CHAIN),
    }
}

/// The record of an answer that shows nothing of anybody.
fn shown_nothing(subject: Id) -> ShownOf {
    vec![(subject, BTreeMap::new())]
}

impl Reader<'_> {
    fn answer(&self, question: &Question) -> Result<Answered, DeskError> {
        let view = self.view;
        let told = match question {
            Question::ContactCard { by } => {
                let (callers, more) = self.callers(by)?;
                let (card, shown) = self.card(&callers, more)?;
                let told = Told::ContactCard(Box::new(card));
                // That nobody was found is an answer as well.
                return Ok((told, if shown.is_empty() { shown_nothing(subject(question)?) } else { shown }));
            }
            Question::Customer { customer_id } => {
                let file = self.file(&customer(view, customer_id)?)?;
                let shown = file.shown();
                return Ok((Told::Customer(Box::new(file)), vec![(customer_id.clone(), shown)]));
            }
            Question::CaseText { case_id } => {
                let state = case_state(view, case_id)?;
                state.may_handle(self.actor)?;
                let text = self.case_text(&state)?;
                let shown = text.text.as_ref().map(|_| (TEXT_SHOWN.into(), Sight::Plain));
                let whose = state.customer.unwrap_or_else(|| case_id.clone());
                return Ok((Told::CaseText(text), vec![(whose, shown.into_iter().collect())]));
            }
            Question::Accesses { customer_id, limit } => {
                let mut lines = of_record(view, customer_id)?;
                lines.reverse();
                lines.truncate(page(*limit)?);
                Told::Accesses(lines)
            }
            Question::AccessLog { after, limit } => {
                Told::AccessLog(picked(view, &named(access::CHAIN)?, *after, page(*limit)?, access_line)?)
            }
            Question::FilesDue { before, after, limit } => {
                Told::FilesDue(files_due(view, *before, after.as_ref(), page(*limit)?)?)
            }
        };
        Ok((told, shown_nothing(subject(question)?)))
    }

    /// The customers that a caller may be, by id, and whether there are more than are looked at. Where a file is merged into
    /// another, that one stands for it.
    fn callers(&self, by: &Caller) -> Result<(Vec<Customer>, bool), DeskError> {
        let view = self.view;
        let ids = match by {
            // An id that nobody has is a mistake of the host's, not an answer.
            Caller::Customer(id) => vec![customer(view, id)?.customer_id],
            Caller::Premises(id) => holders(view, id, self.today())?,
            _ => match by.indexed().and_then(|(kind, value)| Some((kind, self.vault.blind(kind, value)?))) {
                Some((kind, key)) => view.find(kind.code(), &key, None)?,
                None => {
                    return Err(Refusal::new(
                        "access.nothing_to_find",
                        "查询的内容中没有可以查找的部分",
                        "there is nothing in the value to look up: a phone has digits, a surname an ideograph",
                    )
                    .into());
                }
            },
        };
        // Tenures and tables of the host may name customers that have no file.
        let found = ids.iter().take(CALLERS).filter_map(|id| standing_for(view, id));
        let callers: BTreeMap<Id, Customer> = found.map(|customer| (customer.customer_id.clone(), customer)).collect();
        Ok((callers.into_values().collect(), ids.len() > CALLERS))
    }

    fn case_text(&self, state: &case::State) -> Result<CaseText, DeskError> {
        let case_id = state.case_id.clone();
        let Some(sealed) = &state.text else { return Ok(CaseText { case_id, text: None, erased: false }) };
        if self.grant.sight(FieldClass::Note) != Some(Sight::Plain) {
            return Err(Refusal::new(
                "access.not_seen",
                "按制度不得查看工单原文",
                "what a case says is free text: the role sees none of it without a purpose that shows `note` in plain",
            )
            .into());
        }
        let key = self.key(state.customer.as_ref().unwrap_or(&state.case_id))?;
        let text = key.as_ref().map(|key| key.open(TEXT, sealed)).transpose()?;
        Ok(CaseText { case_id, erased: text.is_none(), text })
    }
}

/// How many callers a card shows.
const CALLERS: usize = 20;
/// How many merges are followed from one file to the next; a circle ends there.
const MERGES: usize = 8;
/// Under which name the text of a case stands in a record of what was shown.
const TEXT_SHOWN: &str = "case_text";

/// The file that stands for a customer: its own, or the one it was merged into, and so on.
fn standing_for(view: &dyn View, id: &Id) -> Option<Customer> {
    let mut found = customer(view, id).ok()?;
    for _ in 0..MERGES {
        let Some(into) = &found.merged_into else { break };
        let Ok(next) = customer(view, into) else { break };
        found = next;
    }
    Some(found)
}

fn customer(view: &dyn View, id: &Id) -> Result<Customer, DeskError> {
    match people_state(view, &tables::CUSTOMER, id)? {
        people::State::Customer(customer) => Ok(customer),
        _ => Err(missing("customer", id)),
    }
}

fn access_line(entry: &Entry) -> Option<AccessLine> {
    let access = serde_json::from_str(entry.body.as_deref()?).ok()?;
    let (seq, at) = (entry.seq, entry.at);
    Some(AccessLine { seq, at, actor: entry.actor.clone(), subject: entry.record.clone(), access })
}

fn of_record(view: &dyn View, subject: &Id) -> Result<Vec<AccessLine>, DeskError> {
    let mut lines = Vec::new();
    view.journal(&Which::Record(subject), &mut |entry| {
        if entry.kind.starts_with("access.") {
            lines.extend(access_line(entry));
        }
        ControlFlow::Continue(())
    })?;
    Ok(lines)
}

fn files_due(view: &dyn View, before: Instant, after: Option<&Id>, limit: usize) -> Result<Vec<FileDue>, DeskError> {
    if let Some(after) = after {
        // Said before the scan does, which would take it for a mistake of the store's.
        customer(view, after)?;
    }
    let scan = Scan::new(&tables::CUSTOMER, "checked")
        .range(None, Some(Cell::Int(before.micros())))
        .after(after.cloned())
        .limit(limit);
    let mut ids = Vec::new();
    view.scan(&scan, &mut |row| {
        ids.push(row.id.clone());
        ControlFlow::Continue(())
    })?;
    let line = |id: Id| {
        let customer = customer(view, &id)?;
        Ok(FileDue { customer_id: id, verified: customer.verified, missing: customer.missing() })
    };
    ids.into_iter().map(line).collect()
}
