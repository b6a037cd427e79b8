//! Operations on a single case, for a host that keeps cases in tables of its own.
use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Context, OpError};
use crate::calendar::Instant;
use crate::case::{COLUMNS, Outlook, State};
use crate::cell::Cell;
use crate::envelope::{self, Command, Head, Kept, Outcome, Record};
use crate::ident::{Id, hex, unhex};
use crate::rulebook::{Pinned, Rulebook};
use crate::sla::Clock;

/// What `case.step` takes.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct StepArgs {
    /// The case before; absent for a registration.
    #[serde(default)]
    pub state: Option<State>,
    /// How many steps made it.
    #[serde(default)]
    pub version: i64,
    /// Where the community's journal stands.
    #[serde(default)]
    pub head: HeadJson,
    /// The command.
    pub command: Command,
    /// The rulebook in force, such as `standard@1`; the context's own if absent.
    #[serde(default)]
    pub rulebook: Option<String>,
}

/// What `case.wake` takes.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct WakeArgs {
    /// The case.
    pub state: State,
    /// How many steps made it.
    pub version: i64,
    /// Where the community's journal stands.
    #[serde(default)]
    pub head: HeadJson,
    /// Its community.
    pub community: Id,
    /// Up to when.
    pub now: Instant,
    /// The rulebook it is pinned to; the context's own if absent.
    #[serde(default)]
    pub rulebook: Option<String>,
}

/// Where a journal stands: the place and the hash of its last row, as hexadecimal text.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct HeadJson {
    /// Place of the last row, 0 before the first.
    pub seq: u64,
    /// Its hash; empty before the first.
    pub hash: String,
}

/// What a host keeps of a step, in one transaction of its own.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct StepResult {
    /// The case after.
    pub state: State,
    /// How many steps made it.
    pub version: i64,
    /// Journal rows to append.
    pub events: Vec<EventJson>,
    /// When to wake it, in an indexed column of the host's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wake_at: Option<Instant>,
    /// Flat columns by name; instants in microseconds.
    pub columns: BTreeMap<&'static str, serde_json::Value>,
    /// Where the journal stands after.
    pub head: HeadJson,
}

/// A journal row.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct EventJson {
    /// Its place.
    pub seq: u64,
    /// When it happened.
    pub at: Instant,
    /// When it was entered.
    pub recorded_at: Instant,
    /// The command behind it.
    pub command: Id,
    /// Its name.
    pub event: Cow<'static, str>,
    /// The event and its notices.
    pub body: serde_json::Value,
    /// Hash of the row, chained to the row before.
    pub hash: String,
}

/// `case.step`.
pub(super) fn step(context: &Context, args: StepArgs) -> Result<StepResult, OpError> {
    let current = context.rulebook(args.rulebook.as_deref())?;
    let pinned = match &args.state {
        Some(state) => pinned(context, current, state)?,
        None => current.clone().into(),
    };
    if !matches!(args.command.action, envelope::Action::Case(_)) {
        return Err(OpError::argument("command.do", "is not a command to a case"));
    }
    if let Some(state) = args.state.as_ref().filter(|state| state.case_id != args.command.record_id()) {
        let message =
            format!("names the case `{}`, the state is that of `{}`", args.command.record_id(), state.case_id);
        return Err(OpError::argument("command.do", &message));
    }
    let before = args.state.map(|state| as_kept(state, args.version, &pinned)).transpose()?;
    let mut head = args.head.read()?;
    let under = envelope::Context { sealing: None, current, pinned: &pinned, classifier: context.classifier() };
    let outcome = envelope::step(before, &args.command, &under, &mut head)?;
    kept(outcome, &head)
}

/// `case.wake`: everything up to `now`, each instant in its turn.
pub(super) fn wake(context: &Context, args: WakeArgs) -> Result<StepResult, OpError> {
    let current = context.rulebook(args.rulebook.as_deref())?;
    let book = pinned(context, current, &args.state)?;
    let mut head = args.head.read()?;
    let cells = Outlook::of(&args.state, book.books(current))?.cells().into();
    let before = as_kept(args.state, args.version, &book)?;
    let asleep = Outcome { kept: before, entries: Vec::new(), cells };
    let outcome = envelope::catch_up(asleep, &args.community, &book, (args.now, None), &mut head)?;
    kept(outcome, &head)
}

/// A case as a step takes it: when to wake it follows from its state.
fn as_kept(state: State, version: i64, pinned: &Pinned) -> Result<Kept, OpError> {
    let wake_at = crate::case::wake_at(&state, pinned.books(pinned.book()))?;
    Ok(Kept { record: Record::Case(state), version, wake_at })
}

/// The rulebooks a case lives under, if the context holds them.
fn pinned(context: &Context, current: &Rulebook, state: &State) -> Result<Pinned, OpError> {
    Pinned::of(state, |pin| {
        if current.pin() == pin {
            return Ok(current.clone());
        }
        let book = context.rulebook(Some(pin.split('#').next().unwrap_or_default()))?;
        if book.pin() == pin {
            return Ok(book.clone());
        }
        let message = format!("the case lives under `{pin}`, the context holds `{}`", book.pin());
        Err(OpError::argument("state.pin", &message))
    })
}

fn kept(outcome: Outcome, head: &Head) -> Result<StepResult, OpError> {
    let Record::Case(state) = outcome.kept.record else {
        return Err(OpError::internal("a step of a case made another record"));
    };
    let columns = COLUMNS.iter().zip(&outcome.cells).filter_map(|(name, cell)| match cell {
        Cell::Null => None,
        Cell::Int(number) => Some((*name, serde_json::Value::from(*number))),
        Cell::Text(text) => Some((*name, serde_json::Value::from(&**text))),
    });
    let events = outcome.entries.into_iter().map(|entry| EventJson {
        seq: entry.seq,
        at: entry.at,
        recorded_at: entry.recorded_at,
        command: entry.command,
        event: entry.kind,
        body: entry.body.as_deref().and_then(|body| serde_json::from_str(body).ok()).unwrap_or_default(),
        hash: hex(&entry.hash),
    });
    Ok(StepResult {
        state,
        version: outcome.kept.version,
        events: events.collect(),
        wake_at: outcome.kept.wake_at,
        columns: columns.collect(),
        head: HeadJson { seq: head.seq, hash: hex(&head.hash) },
    })
}

impl HeadJson {
    fn read(&self) -> Result<Head, OpError> {
        let mut hash = [0_u8; 32];
        if !self.hash.is_empty() {
            let error = || OpError::argument("head.hash", "is not 64 hexadecimal digits");
            hash = unhex(&self.hash).and_then(|bytes| bytes.try_into().ok()).ok_or_else(error)?;
        }
        Ok(Head { seq: self.seq, hash, ..Head::default() })
    }
}

/// What `case.clocks` takes.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ClocksArgs {
    /// The case.
    pub state: State,
    /// The instant asked about.
    pub now: Instant,
}

/// The clocks of a case.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ClocksResult {
    /// One per exchange.
    pub clocks: Vec<Clock>,
}

/// `case.clocks`.
pub(super) fn clocks(context: &Context, args: &ClocksArgs) -> Result<ClocksResult, OpError> {
    let book = pinned(context, context.current(), &args.state)?;
    let outlook = Outlook::of(&args.state, book.books(context.current()))?;
    Ok(ClocksResult { clocks: outlook.clocks(args.now)? })
}
