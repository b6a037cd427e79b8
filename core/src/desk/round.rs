//! One transaction of a community: what is due is woken, commands are taken, the chain row moves on.
use std::collections::BTreeMap;

use serde::Deserialize;

use super::Receipt;
use super::error::DeskError;
use crate::calendar::Instant;
use crate::case;
use crate::classify::Classifier;
use crate::envelope::{Action, Command, Context, Entry, Head, Kept, Outcome, Record, step, wake};
use crate::ident::Id;
use crate::people;
use crate::refusal::Refusal;
use crate::rulebook::Rulebook;
use crate::store::{Row, Stored, StoreError, Table, Tx, Which, tables};

/// The kind of key under which a record is found by the host's own number.
pub(super) const EXTERNAL: &str = "external";

/// What time alone brought.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Woken {
    pub(super) wakes: usize,
    pub(super) events: u64,
    pub(super) notices: u64,
    pub(super) more: bool,
}

pub(super) struct Round<'a> {
    tx: &'a mut dyn Tx,
    community: &'a Id,
    current: &'a Rulebook,
    books: &'a BTreeMap<Box<str>, Rulebook>,
    classifier: &'a Classifier,
    head: Head,
    began: Head,
    next: Next,
}

/// What is to be woken first in the community, as far as this transaction knows without asking the store.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Next {
    Unknown,
    Never,
    At(Instant, Id),
}

impl Next {
    /// A record's time to be woken is now `wake_at`.
    fn moved(&mut self, id: &Id, wake_at: Option<Instant>) {
        match self {
            Self::At(_, first) if first == id => *self = Self::Unknown,
            Self::At(at, first) => {
                if let Some(wake_at) = wake_at.filter(|wake_at| (wake_at, id) < (&*at, &*first)) {
                    *self = Self::At(wake_at, id.clone());
                }
            }
            Self::Never => {
                if let Some(wake_at) = wake_at {
                    *self = Self::At(wake_at, id.clone());
                }
            }
            Self::Unknown => {}
        }
    }
}

impl<'a> Round<'a> {
    pub(super) fn begin(
        tx: &'a mut dyn Tx,
        community: &'a Id,
        current: &'a Rulebook,
        books: &'a BTreeMap<Box<str>, Rulebook>,
        classifier: &'a Classifier,
    ) -> Result<Self, StoreError> {
        let head = tx.head(community)?;
        Ok(Self { tx, community, current, books, classifier, head, began: head, next: Next::Unknown })
    }

    /// Writes the chain row if it moved.
    pub(super) fn finish(&mut self) -> Result<(), DeskError> {
        self.head.rulebook = self.current.hash();
        if self.head != self.began {
            self.tx.set_head(self.community, &self.head)?;
        }
        Ok(())
    }

    /// Takes a command: answers it if it is known, else wakes what is due and steps.
    pub(super) fn take(&mut self, command: &Command) -> Result<Result<Receipt, Refusal>, DeskError> {
        if let Some(answer) = self.known(command)? {
            return Ok(answer);
        }
        if command.recorded_at + self.current.tolerance() < self.head.woken_to {
            return Ok(Err(backwards(command.recorded_at, self.community, self.head.woken_to)));
        }
        self.wake_due(command.recorded_at, usize::MAX)?;
        let record_id = command.record_id();
        let table = table_of(&command.action);
        let before = self.load(table, &record_id)?;
        let new = before.is_none();
        let pinned = self.pinned(before.as_ref())?.clone();
        let context = Context { current: self.current, pinned: &pinned, classifier: self.classifier };
        let outcome = match step(before, command, &context, &mut self.head) {
            Ok(outcome) => outcome,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let receipt = Receipt::new(&command.id, &record_id, &outcome.entries, false);
        self.save(table, record_id, outcome, new)?;
        Ok(Ok(receipt))
    }

    /// The answer to a command that was taken before.
    fn known(&mut self, command: &Command) -> Result<Option<Result<Receipt, Refusal>>, DeskError> {
        #[derive(Deserialize)]
        struct First {
            digest: Option<String>,
        }
        let mut entries: Vec<Entry> = Vec::new();
        self.tx.journal(&Which::Command(&command.id), &mut |entry| {
            entries.push(entry.clone());
            std::ops::ControlFlow::Continue(())
        })?;
        let Some(first) = entries.first() else { return Ok(None) };
        let digest = first.body.as_deref().and_then(|body| serde_json::from_str::<First>(body).ok()?.digest);
        if digest.is_some_and(|digest| digest != command.digest()) {
            return Ok(Some(Err(Refusal::new(
                "desk.command_reused",
                format!("命令号“{}”已被另一内容使用", command.id),
                format!("the command id `{}` was used for another content", command.id),
            ))));
        }
        Ok(Some(Ok(Receipt::new(&command.id, &first.record, &entries, true))))
    }

    /// Wakes what is due up to `now`, at most `limit` times. Each wake tells the earliest instant of the community, so the
    /// journal is the same however often time is advanced.
    pub(super) fn wake_due(&mut self, now: Instant, limit: usize) -> Result<Woken, DeskError> {
        let mut woken = Woken::default();
        loop {
            let Some(id) = self.first_due(now)? else { break };
            if woken.wakes == limit {
                woken.more = true;
                return Ok(woken);
            }
            let outcome = self.wake_one(&id, now)?;
            for entry in &outcome.entries {
                woken.events = woken.events.saturating_add(1);
                woken.notices = woken.notices.saturating_add(u64::from(entry.notices));
            }
            self.save(&tables::SERVICE_CASE, id, outcome, false)?;
            woken.wakes = woken.wakes.saturating_add(1);
        }
        self.head.woken_to = self.head.woken_to.max(now);
        Ok(woken)
    }

    /// The record to be woken first, if that is up to `now`.
    fn first_due(&mut self, now: Instant) -> Result<Option<Id>, StoreError> {
        if self.next == Next::Unknown {
            let first = self.tx.due(&tables::SERVICE_CASE, Some(self.community), Instant::MAX, 1)?;
            self.next = first.into_iter().next().map_or(Next::Never, |(at, _, id)| Next::At(at, id));
        }
        Ok(match &self.next {
            Next::At(at, id) if *at <= now => Some(id.clone()),
            _ => None,
        })
    }

    fn wake_one(&mut self, id: &Id, now: Instant) -> Result<Outcome, DeskError> {
        let data = |message: &str| DeskError::Data { record: id.as_str().into(), message: message.to_owned() };
        let before = self.load(&tables::SERVICE_CASE, id)?.ok_or_else(|| data("is listed as due but is not there"))?;
        let pinned = self.pinned(Some(&before))?.clone();
        wake(before, self.community, &pinned, now, &mut self.head)
            .map_err(|refusal| DeskError::Refused(Box::new(refusal)))?
            .ok_or_else(|| data("is listed as due but has nothing to tell"))
    }

    fn load(&mut self, table: &'static Table, id: &Id) -> Result<Option<Kept>, DeskError> {
        let Some(stored) = self.tx.record(table, id)? else { return Ok(None) };
        if stored.community != *self.community && table.name == tables::SERVICE_CASE.name {
            return Err(DeskError::Refused(Box::new(Refusal::new(
                "desk.other_community",
                format!("“{id}”属于另一个小区"),
                format!("`{id}` belongs to the community `{}`", stored.community),
            ))));
        }
        kept(table, id, &stored).map(Some)
    }

    fn pinned(&self, before: Option<&Kept>) -> Result<&Rulebook, DeskError> {
        match before {
            Some(Kept { record: Record::Case(state), .. }) => {
                self.books.get(&state.pin.0).ok_or_else(|| DeskError::Data {
                    record: state.case_id.as_str().into(),
                    message: format!("its rulebook `{}` is not in the store", state.pin.0),
                })
            }
            _ => Ok(self.current),
        }
    }

    fn save(&mut self, table: &'static Table, id: Id, outcome: Outcome, new: bool) -> Result<(), DeskError> {
        for entry in &outcome.entries {
            self.tx.append(entry)?;
        }
        let state = outcome
            .kept
            .record
            .to_json()
            .map_err(|error| DeskError::Data { record: id.as_str().into(), message: error.to_string() })?;
        let row = Row {
            community: self.community.clone(),
            id,
            version: outcome.kept.version,
            wake_at: outcome.kept.wake_at,
            columns: outcome.cells,
            state: state.into(),
        };
        // The host's own number is said when a record begins, and stays.
        let external = outcome.kept.record.external().filter(|_| new);
        let key = external.map(|external| [(EXTERNAL, external.as_str().as_bytes())]);
        self.tx.put(table, &row, key.as_ref().map(|key| key.as_slice()))?;
        if table.name == tables::SERVICE_CASE.name {
            self.next.moved(&row.id, row.wake_at);
        }
        Ok(())
    }
}

/// Reads a kept record.
pub(super) fn kept(table: &Table, id: &Id, stored: &Stored) -> Result<Kept, DeskError> {
    let unreadable =
        |error: serde_json::Error| DeskError::Data { record: id.as_str().into(), message: error.to_string() };
    let record = if table.name == tables::SERVICE_CASE.name {
        Record::Case(serde_json::from_str::<case::State>(&stored.state).map_err(unreadable)?)
    } else {
        Record::People(serde_json::from_str::<people::State>(&stored.state).map_err(unreadable)?)
    };
    Ok(Kept { record, version: stored.version, wake_at: stored.wake_at })
}

fn table_of(action: &Action) -> &'static Table {
    let Action::People(action) = action else { return &tables::SERVICE_CASE };
    match action.name() {
        "people.open_community" => &tables::COMMUNITY_FILE,
        "people.add_building" | "people.add_unit" => &tables::PLACE,
        "people.add_customer" => &tables::CUSTOMER,
        "people.add_staff" | "people.change_staff" | "people.retire_staff" => &tables::STAFF,
        _ => &tables::PREMISES,
    }
}

/// The refusal of a time that lies before what a community's journal already knows.
pub(super) fn backwards(now: Instant, community: &Id, woken_to: Instant) -> Refusal {
    Refusal::new(
        "desk.clock_backwards",
        format!("时间倒退:{now} 早于小区“{community}”已推进到的 {woken_to}"),
        format!("`{now}` is before `{woken_to}`, up to which the community `{community}` has been told"),
    )
}
