//! Answers to questions: composed from rows of one snapshot.
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;

use chrono::NaiveDate;
use serde::Serialize;

use super::error::DeskError;
use super::query::{PAGE, Query};
use super::records::{EXTERNAL, kept};
use super::round::book_of;
use crate::access::{Access, emergency_words};
use crate::calendar::{Instant, Zone, moment};
use crate::case::{self, COLUMNS, Explained, Lost, Outlook, State, TargetRule, Untargeted};
use crate::cell::Cell;
use crate::clause::{Basis, Clause, Words};
use crate::envelope::{Entry, Record, TIME, corrected, notices};
use crate::ident::{Code, Id, hex};
use crate::people::{self, Tenure};
use crate::refusal::Refusal;
use crate::report::{self, CaseFacts, MonthReport};
use crate::rulebook::{Pinned, Rulebook};
use crate::sla::{Clock, ClockExplanation, Target};
use crate::store::{Row, Scan, Table, View, Which, tables, verify_chain};

/// What was asked for.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// A case.
    Case(Box<CaseCard>),
    /// Journal rows of a case.
    Timeline(Vec<TimelineLine>),
    /// A page of the ledger.
    Ledger(Vec<LedgerLine>),
    /// The cases with a number of the host's.
    Find(Vec<LedgerLine>),
    /// Overdue cases.
    Overdue(Vec<LedgerLine>),
    /// Notices to be sent.
    Outbox(Vec<NoticeLine>),
    /// Corrected labels, in the order of the journal.
    Corrections(Vec<CorrectionLine>),
    /// Destroyed keys, in the order of the journal.
    Erasures(Vec<ErasureLine>),
    /// The month report.
    Month(Box<MonthReport>),
    /// Whether the journal holds.
    Verify(Verified),
    /// Who holds a premises.
    Tenures(Vec<Tenure>),
}

/// A case with its clocks.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CaseCard {
    /// The case.
    pub case: State,
    /// Its clocks as they stand.
    pub clocks: Vec<ClockCard>,
    /// Metrics of the rulebook by which such a case is not measured.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub untargeted: Vec<Untargeted>,
}

/// A clock and why it is what it is.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ClockCard {
    /// The clock.
    #[serde(flatten)]
    pub clock: Clock,
    /// The case may still be reopened, and the result change.
    pub preliminary: bool,
    /// Rule, clause, inputs and steps.
    pub basis: Basis,
    /// The stretches counted, skipped and paused as data; absent if they are too many to read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub explanation: Option<ClockExplanation>,
    /// The targets of the metric that do not hold for the case as it is labelled, each with why; none for a clock whose
    /// own target gave way.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub lost: Vec<Lost>,
    /// What was entered after the fact and bears on the clock, with both times.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub entered_late: Vec<LateEntry>,
}

/// Something that was entered after it had happened.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct LateEntry {
    /// The event.
    pub event: Cow<'static, str>,
    /// When it happened: clocks judge by it.
    pub at: Instant,
    /// When it was entered.
    pub recorded_at: Instant,
    /// The same for people.
    pub words: Words,
}

/// A journal row for a reader.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TimelineLine {
    /// Its place.
    pub seq: u64,
    /// When it happened.
    pub at: Instant,
    /// When it was entered.
    pub recorded_at: Instant,
    /// Who did it.
    pub actor: Id,
    /// The event.
    pub event: Cow<'static, str>,
    /// Its body.
    pub body: serde_json::Value,
}

/// A case in a list.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct LedgerLine {
    /// The case.
    pub case_id: Id,
    /// Its community.
    pub community: Id,
    /// Its flat columns by name; instants in the zone of the rulebook, absent ones left out.
    #[serde(flatten)]
    pub columns: BTreeMap<&'static str, serde_json::Value>,
}

/// A notice to be sent.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct NoticeLine {
    /// The place of its journal row: the cursor.
    pub seq: u64,
    /// When it happened.
    pub at: Instant,
    /// The case; of a read in an emergency, whose file it was.
    pub case_id: Id,
    /// The event behind it.
    pub event: Cow<'static, str>,
    /// A role, or `owner`.
    pub to: Id,
    /// The person, where it is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub person: Option<Id>,
    /// The rule that tells.
    pub rule: Box<str>,
    /// What is told.
    pub words: Words,
    /// The article behind it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clause: Option<Clause>,
}

/// Labels of a case after a person corrected them; of several lines of a case the last counts.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CorrectionLine {
    /// The place of its journal row: the cursor.
    pub seq: u64,
    /// When it happened.
    pub at: Instant,
    /// The case.
    pub case_id: Id,
    /// All its labels from then on.
    pub labels: case::Labels,
    /// Why, where a reason was given: a case declared major or complex.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<Code>,
}

/// A customer whose key was destroyed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ErasureLine {
    /// The place of its journal row: the cursor.
    pub seq: u64,
    /// When.
    pub at: Instant,
    /// The customer.
    pub customer_id: Id,
}

/// Whether a journal's chain holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Verified {
    /// Every row follows from the one before.
    pub holds: bool,
    /// Rows looked at.
    pub rows: u64,
    /// The first row that does not, and why.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub broken: Option<String>,
}

/// The rulebooks by which answers are given.
pub(super) struct Books<'a> {
    pub(super) current: &'a Rulebook,
    pub(super) pinned: &'a BTreeMap<Box<str>, Rulebook>,
}

impl Books<'_> {
    /// The rulebook under a pin; another process may have brought it after this desk was opened.
    pub(super) fn of(&self, view: &dyn View, pin: &str) -> Result<Rulebook, DeskError> {
        self.pinned.get(pin).map_or_else(|| book_of(view, pin), |book| Ok(book.clone()))
    }
}

pub(super) fn answer(view: &dyn View, query: &Query, books: &Books<'_>) -> Result<Answer, DeskError> {
    match query {
        Query::Case { case_id, now } => {
            let state = case_state(view, case_id)?;
            card(view, state, books, *now).map(|card| Answer::Case(Box::new(card)))
        }
        Query::Timeline { case_id } => timeline(view, case_id).map(Answer::Timeline),
        Query::Ledger { community, from, to, status, after, limit } => {
            if let Some(after) =
                after.as_ref().filter(|after| !matches!(view.record(&tables::SERVICE_CASE, after), Ok(Some(_))))
            {
                return Err(missing("case", after));
            }
            let lower = from.map(|from| Cell::Int(from.micros()));
            let upper = to.map(|to| Cell::Int(to.micros()));
            let status = status.as_ref().map(|status| ("status", Cell::Text(status.shared())));
            let scan = Scan::new(&tables::SERVICE_CASE, "ledger")
                .equal(vec![Cell::Text(community.shared())])
                .range(lower, upper)
                .filters(status.into_iter().collect())
                .after(after.clone())
                .limit(page(*limit)?);
            lines(view, &scan, books.current.time_zone()).map(Answer::Ledger)
        }
        Query::Find { community, external } => {
            let ids = view.find(EXTERNAL, external.as_str().as_bytes(), community.as_ref())?;
            let rows = ids.iter().map(|id| view.row(&tables::SERVICE_CASE, id)).collect::<Result<Vec<_>, _>>()?;
            Ok(Answer::Find(rows.iter().flatten().map(|row| line(row, books.current.time_zone())).collect()))
        }
        Query::Overdue { community, now, limit } => {
            let of_community = community.as_ref().map(|id| ("community", Cell::Text(id.shared())));
            let scan = Scan::new(&tables::SERVICE_CASE, "due")
                .range(None, Some(Cell::Int(now.micros())))
                .filters(of_community.into_iter().collect())
                .limit(page(*limit)?);
            lines(view, &scan, books.current.time_zone()).map(Answer::Overdue)
        }
        Query::Outbox { community, after, limit } => {
            outbox(view, community, *after, page(*limit)?, books).map(Answer::Outbox)
        }
        Query::Corrections { community, after, limit } => {
            let corrected = |entry: &Entry| {
                let (labels, reason) = corrected(entry)?;
                Some(CorrectionLine { seq: entry.seq, at: entry.at, case_id: entry.record.clone(), labels, reason })
            };
            picked(view, community, *after, page(*limit)?, corrected).map(Answer::Corrections)
        }
        Query::Erasures { community, after, limit } => {
            let erased = |entry: &Entry| {
                let (seq, at, customer_id) = (entry.seq, entry.at, entry.record.clone());
                (entry.kind == "people.customer_erased").then_some(ErasureLine { seq, at, customer_id })
            };
            picked(view, community, *after, page(*limit)?, erased).map(Answer::Erasures)
        }
        Query::Month { community, month, now } => {
            let mut facts: Vec<CaseFacts> = Vec::new();
            view.each(&tables::SERVICE_CASE, &mut |row| {
                if row.community == *community {
                    facts.push(CaseFacts::new(&row.columns));
                }
            })?;
            let report = report::month(community, &facts, *month, *now, books.current);
            Ok(Answer::Month(Box::new(report)))
        }
        Query::Verify { community } => {
            let rows = view.head(community)?.seq;
            let broken = verify_chain(view, community)?.map(|broken| broken.to_string());
            Ok(Answer::Verify(Verified { holds: broken.is_none(), rows, broken }))
        }
        Query::Tenures { premises_id, on } => match people_state(view, &tables::PREMISES, premises_id)? {
            people::State::Premises(premises) => {
                Ok(Answer::Tenures(premises.as_of(*on).into_iter().cloned().collect()))
            }
            _ => Err(missing("premises", premises_id)),
        },
    }
}

pub(super) fn page(limit: usize) -> Result<usize, DeskError> {
    if (1..=PAGE).contains(&limit) {
        return Ok(limit);
    }
    Err(Refusal::new(
        "desk.limit",
        format!("每页行数须在1至{PAGE}之间"),
        format!("a limit lies between 1 and {PAGE}, this one is {limit}"),
    )
    .into())
}

pub(super) fn missing(what: &'static str, id: &Id) -> DeskError {
    DeskError::Missing { what, id: id.as_str().into() }
}

pub(super) fn case_state(view: &dyn View, id: &Id) -> Result<State, DeskError> {
    let stored = view.record(&tables::SERVICE_CASE, id)?.ok_or_else(|| missing("case", id))?;
    match kept(&tables::SERVICE_CASE, id, &stored)?.record {
        Record::Case(state) => Ok(state),
        Record::People(_) => Err(missing("case", id)),
    }
}

pub(super) fn people_state(view: &dyn View, table: &'static Table, id: &Id) -> Result<people::State, DeskError> {
    let stored = view.record(table, id)?.ok_or_else(|| missing("record", id))?;
    match kept(table, id, &stored)?.record {
        Record::People(state) => Ok(state),
        Record::Case(_) => Err(missing("record", id)),
    }
}

/// Who holds a premises on a day, each once.
pub(super) fn holders(view: &dyn View, premises_id: &Id, day: NaiveDate) -> Result<Vec<Id>, DeskError> {
    let people::State::Premises(premises) = people_state(view, &tables::PREMISES, premises_id)? else {
        return Err(missing("premises", premises_id));
    };
    let holders: BTreeSet<Id> = premises.as_of(day).into_iter().map(|tenure| tenure.customer.clone()).collect();
    Ok(holders.into_iter().collect())
}

fn card(view: &dyn View, state: State, books: &Books<'_>, now: Instant) -> Result<CaseCard, DeskError> {
    let pinned = Pinned::of(&state, |pin| books.of(view, pin))?;
    let outlook = Outlook::of(&state, pinned.books(books.current))?;
    let late = late_entries(view, &state.case_id, pinned.book().time_zone())?;
    let explained = outlook.explained(now)?;
    let clocks = explained.into_iter().map(|one| clock_card(&state, one, pinned.book(), &late)).collect();
    let untargeted = pinned.book().case().untargeted(&state.labels, &state.channel);
    Ok(CaseCard { case: state, clocks, untargeted })
}

fn clock_card(state: &State, one: Explained<'_>, book: &Rulebook, late: &[LateEntry]) -> ClockCard {
    let Explained { clock, rule, rulebook, holds, explanation } = one;
    let preliminary = matches!(state.status, case::Status::Resolved | case::Status::Closed);
    let entered_late: Vec<LateEntry> =
        late.iter().filter(|entry| bears_on(entry, &clock, &rule.target)).cloned().collect();
    let mut steps = vec![rule.label.clone()];
    let explanation = match explanation {
        Some(Ok(told)) => {
            steps.extend(told.words.iter().cloned());
            Some(told)
        }
        Some(Err(error)) => {
            steps.push(Words::new(format!("无法说明:{error}"), format!("no explanation: {error}")));
            None
        }
        None => None,
    };
    steps.extend(entered_late.iter().map(|entry| entry.words.clone()));
    ClockCard {
        preliminary: preliminary && clock.stop.is_some(),
        basis: basis(&clock, (rule, rulebook), steps, book.time_zone()),
        lost: if holds { book.case().losers(rule, &state.labels, &state.channel) } else { Vec::new() },
        explanation,
        entered_late,
        clock,
    }
}

/// Why a clock is what it is: the rule, its article, what went in and the stretches of time counted and skipped.
fn basis(clock: &Clock, (rule, rulebook): (&TargetRule, &str), steps: Vec<Words>, zone: Zone) -> Basis {
    let mut inputs = BTreeMap::from([
        ("start".to_owned(), zone.format(clock.start)),
        ("budget".to_owned(), rule.target.budget.to_string()),
        ("rulebook".to_owned(), rulebook.to_owned()),
        ("calendar".to_owned(), hex(&rule.target.schedule.fingerprint())),
    ]);
    if let Some(due) = clock.due {
        inputs.insert("due".to_owned(), zone.format(due));
    }
    Basis { rule: format!("targets.{}", clock.target), clause: rule.clause.clone(), inputs, steps }
}

/// What people entered after the fact, in the order of the journal. What time alone brought is told whenever somebody asks
/// and is never late.
fn late_entries(view: &dyn View, case_id: &Id, zone: Zone) -> Result<Vec<LateEntry>, DeskError> {
    let mut late = Vec::new();
    view.journal(&Which::Record(case_id), &mut |entry| {
        if entry.kind.starts_with("case.") && entry.at < entry.recorded_at && entry.actor.as_str() != TIME {
            late.push(LateEntry {
                event: entry.kind.clone(),
                at: entry.at,
                recorded_at: entry.recorded_at,
                words: late_words(entry, zone),
            });
        }
        ControlFlow::Continue(())
    })?;
    Ok(late)
}

fn late_words(entry: &Entry, zone: Zone) -> Words {
    let (at, recorded_at) = (moment(zone, entry.at), moment(zone, entry.recorded_at));
    Words::new(
        format!("补录:{} 发生于{},{}录入", entry.kind, at.zh, recorded_at.zh),
        format!("entered late: {} of {}, entered {}", entry.kind, at.en, recorded_at.en),
    )
}

/// Whether what happened then may have started, stopped or paused the clock.
fn bears_on(entry: &LateEntry, clock: &Clock, target: &Target) -> bool {
    let end = clock.stop.or(clock.due).unwrap_or(Instant::MAX);
    let mark = entry.event.strip_prefix("case.").unwrap_or_default();
    let moves = match mark {
        "resolved" | "closed" | "reopened" | "cancelled" | "merged" => true,
        "suspended" | "resumed" => !target.pauses.is_empty(),
        _ => target.is_started_by(mark) || target.is_stopped_by(mark),
    };
    moves && clock.start <= entry.at && entry.at <= end
}

fn timeline(view: &dyn View, case_id: &Id) -> Result<Vec<TimelineLine>, DeskError> {
    let mut lines = Vec::new();
    view.journal(&Which::Record(case_id), &mut |entry| {
        // A customer or premises may have the same id.
        if !entry.kind.starts_with("case.") {
            return ControlFlow::Continue(());
        }
        lines.push(TimelineLine {
            seq: entry.seq,
            at: entry.at,
            recorded_at: entry.recorded_at,
            actor: entry.actor.clone(),
            event: entry.kind.clone(),
            body: entry.body.as_deref().and_then(|body| serde_json::from_str(body).ok()).unwrap_or_default(),
        });
        ControlFlow::Continue(())
    })?;
    if lines.is_empty() { Err(missing("case", case_id)) } else { Ok(lines) }
}

fn lines(view: &dyn View, scan: &Scan<'_>, zone: Zone) -> Result<Vec<LedgerLine>, DeskError> {
    let mut lines = Vec::new();
    view.scan(scan, &mut |row| {
        lines.push(line(row, zone));
        ControlFlow::Continue(())
    })?;
    Ok(lines)
}

pub(super) fn line(row: &Row, zone: Zone) -> LedgerLine {
    let columns = COLUMNS.iter().zip(&row.columns).filter_map(|(name, cell)| {
        let value = match cell {
            Cell::Null => return None,
            Cell::Text(text) => serde_json::Value::from(&**text),
            Cell::Int(number) if is_instant(name) => zone.format(Instant::from_micros(*number)).into(),
            Cell::Int(number) if matches!(*name, "major" | "provisional") => (*number != 0).into(),
            Cell::Int(number) => (*number).into(),
        };
        Some((*name, value))
    });
    LedgerLine { case_id: row.id.clone(), community: row.community.clone(), columns: columns.collect() }
}

fn is_instant(column: &str) -> bool {
    matches!(column, "registered" | "responded" | "resolved" | "closed" | "due")
        || (column.starts_with("due_") && column != "due_metric")
}

fn outbox(
    view: &dyn View,
    community: &Id,
    after: u64,
    limit: usize,
    books: &Books<'_>,
) -> Result<Vec<NoticeLine>, DeskError> {
    let mut entries: Vec<Entry> = Vec::new();
    view.journal(&Which::After { community, seq: after, notices_only: true }, &mut |entry| {
        entries.push(entry.clone());
        if entries.len() < limit { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    })?;
    let mut lines = Vec::new();
    for entry in &entries {
        if entry.kind.starts_with("access.") {
            lines.extend(emergency_lines(entry, books.current));
            continue;
        }
        // What is told is said in the words of the rulebook that the case lives under, or lived under then.
        let pinned = Pinned::of(&case_state(view, &entry.record)?, |pin| books.of(view, pin))?;
        lines.extend(notice_lines(entry, &pinned));
    }
    Ok(lines)
}

/// The break-glass reads that a row of the chain of accesses tells of.
fn emergency_lines(entry: &Entry, book: &Rulebook) -> Vec<NoticeLine> {
    let access = entry.body.as_deref().and_then(|body| serde_json::from_str::<Access>(body).ok());
    let Some(access) = access else { return Vec::new() };
    let purpose = access.purpose.as_ref().and_then(|code| book.purpose(code));
    let line = |notice: case::Notice| {
        let clause = purpose.and_then(|purpose| purpose.clause.clone());
        notice_line(entry, notice, purpose.map(emergency_words).unwrap_or_default(), clause)
    };
    access.notices.into_iter().map(line).collect()
}

/// What `pick` finds in the journal rows after a place, at most so many.
pub(super) fn picked<T>(
    view: &dyn View,
    community: &Id,
    after: u64,
    limit: usize,
    pick: impl Fn(&Entry) -> Option<T>,
) -> Result<Vec<T>, DeskError> {
    let mut lines = Vec::new();
    view.journal(&Which::After { community, seq: after, notices_only: false }, &mut |entry| {
        lines.extend(pick(entry));
        if lines.len() < limit { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    })?;
    Ok(lines)
}

fn notice_lines(entry: &Entry, pinned: &Pinned) -> Vec<NoticeLine> {
    let line = |notice: case::Notice| {
        let rule = pinned.rule(&notice.rule);
        let words = rule.map(|(words, _)| words.clone()).unwrap_or_default();
        notice_line(entry, notice, words, rule.and_then(|(_, clause)| clause.cloned()))
    };
    notices(entry).into_iter().map(line).collect()
}

fn notice_line(entry: &Entry, notice: case::Notice, words: Words, clause: Option<Clause>) -> NoticeLine {
    NoticeLine {
        seq: entry.seq,
        at: entry.at,
        case_id: entry.record.clone(),
        event: entry.kind.clone(),
        to: notice.to,
        person: notice.person,
        rule: notice.rule,
        words,
        clause,
    }
}
