//! The desk: commands, time and questions over a store.
//!
//! [`Desk::submit`] loads, steps and saves in one transaction; [`Desk::submit_all`] shares one among many commands.
//! [`Desk::advance`] tells what time alone has brought. The desk draws no time and no randomness: both come with the calls.
//!
//! ```
//! use guanjia::desk::Desk;
//! use guanjia::envelope::Command;
//! use guanjia::store::MemoryStore;
//!
//! let mut desk = Desk::open(Box::new(MemoryStore::default()))?;
//! let command: Command = serde_json::from_str(r#"{
//!     "id": "k-1", "community": "riverside", "actor": {"id": "wang", "role": "agent"},
//!     "recorded_at": "2026-03-02T09:00:00+08:00",
//!     "do": {"case.register": {"channel": "hotline", "text": "电梯里困住人了"}}
//! }"#)?;
//! let receipt = desk.submit(&command)?;
//! assert_eq!(receipt.events[0].event.as_ref(), "case.registered");
//! assert!(desk.submit(&command)?.repeated);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
mod answer;
mod ask;
mod card;
mod error;
mod growth;
mod keys;
mod query;
mod records;
mod round;
mod vault;
mod wakes;

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::calendar::{self, Instant};
use crate::case::Moved;
use crate::classify::Classifier;
use crate::envelope::{self, Command, Entry};
use crate::ident::{Id, hex};
use crate::refusal::Refusal;
use crate::rulebook::Rulebook;
use crate::store::{Row, Store, StoreError, Tx, View, tables};

pub use answer::{
    Answer, CaseCard, ClockCard, CorrectionLine, ErasureLine, LateEntry, LedgerLine, NoticeLine, TimelineLine, Verified,
};
pub use ask::{AccessLine, CaseText, FileDue, Told};
pub use card::{ContactCard, CustomerFile, Facts, Holding, KnownCaller, OpenCase, Seen, SpeaksFor};
pub use error::DeskError;
use growth::Books;
pub use growth::Retimed;
use keys::Open;
pub use query::Query;
use round::Round;
pub use vault::{Opener, Rotated, Unlocked};

/// The unit above the communities: what is not any community's own is kept under this id.
const COMPANY: &str = "company";
/// How many wakes share one transaction of `advance`.
const WAKES_A_WRITE: usize = 1000;

/// A desk over a store. Any thread may hold it, one at a time.
pub struct Desk {
    store: Box<dyn Store>,
    current: Rulebook,
    /// As they were when cases were pinned to them.
    books: Books,
    /// What they have grown to by the days that were announced since: by these, cases compute.
    grown: Books,
    classifier: Classifier,
    /// The vault, while it is open.
    open: Option<Open>,
}

/// What a command left behind; the same for every repeat.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Receipt {
    /// The command.
    pub command: Id,
    /// The record it concerned.
    pub record: Id,
    /// Its journal rows.
    pub events: Vec<Receipted>,
    /// The command had been taken before and was not repeated.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub repeated: bool,
}

/// One journal row of a receipt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Receipted {
    /// Its place in the community's journal.
    pub seq: u64,
    /// The event.
    pub event: Cow<'static, str>,
    /// When it happened.
    pub at: Instant,
    /// How many notices it carries.
    pub notices: u32,
    /// The due times that a rebase has moved.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub moved: Vec<Moved>,
}

/// What an `advance` did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Advanced {
    /// Journal rows that time alone brought.
    pub events: u64,
    /// Notices that they carry.
    pub notices: u64,
    /// More is due than the limit allowed: call again.
    pub more: bool,
}

impl Desk {
    /// A desk under the standard rulebook.
    ///
    /// # Errors
    /// When the store fails, or holds rulebooks that this version cannot read.
    pub fn open(store: Box<dyn Store>) -> Result<Self, DeskError> {
        Self::open_with(store, Rulebook::standard(), Classifier::standard())
    }

    /// A desk under a rulebook of the company's. Cases that the store holds go on under the rulebooks they are pinned to.
    ///
    /// # Errors
    /// When the store fails, or holds rulebooks that this version cannot read.
    pub fn open_with(store: Box<dyn Store>, rulebook: Rulebook, classifier: Classifier) -> Result<Self, DeskError> {
        let mut desk =
            Self { store, current: rulebook.clone(), books: Books::new(), grown: Books::new(), classifier, open: None };
        desk.load_books()?;
        desk.adopt(rulebook)?;
        Ok(desk)
    }

    /// Puts another rulebook in force: for new cases, and for those that `case.rebase` moves to it. All others go on under
    /// the one they are pinned to. Days that were announced to this desk's store are known to it too.
    ///
    /// # Errors
    /// A failure of the store; the rulebook before stays in force.
    pub fn adopt(&mut self, rulebook: Rulebook) -> Result<(), DeskError> {
        self.keep(&rulebook)?;
        self.current = rulebook;
        self.regrow();
        Ok(())
    }

    /// The rulebook in force.
    pub fn rulebook(&self) -> &Rulebook {
        &self.current
    }

    fn load_books(&mut self) -> Result<(), DeskError> {
        let mut texts: Vec<(Id, String)> = Vec::new();
        self.store.read(&mut |view| {
            texts.clear();
            view.each(&tables::RULEBOOK, &mut |row| texts.push((row.id.clone(), row.state.clone())))
        })?;
        for (id, text) in texts {
            let book = Rulebook::from_json(&text)
                .map_err(|problems| DeskError::Rulebook { pin: id.as_str().into(), problems })?;
            // Cases name a rulebook as it was pinned, whatever this version would make of its content.
            self.books.insert(id.as_str().into(), book);
        }
        Ok(())
    }

    /// Keeps a rulebook for the cases that will be pinned to it.
    fn keep(&mut self, book: &Rulebook) -> Result<(), DeskError> {
        if self.books.contains_key(book.pin()) {
            return Ok(());
        }
        let row = rulebook_row(book)?;
        self.store.write(&company()?, &mut |tx| tx.put(&tables::RULEBOOK, &row, None))?;
        self.books.insert(book.pin().into(), book.clone());
        Ok(())
    }

    /// Takes one command in one transaction.
    ///
    /// # Errors
    /// A refusal, or a failure of the store; nothing of the command is written then.
    pub fn submit(&mut self, command: &Command) -> Result<Receipt, DeskError> {
        match self.submit_all(std::slice::from_ref(command))?.pop() {
            Some(Ok(receipt)) => Ok(receipt),
            Some(Err(refusal)) => Err(refusal.into()),
            None => Err(Refusal::new("desk.nothing", "没有命令", "no command was given").into()),
        }
    }

    /// Takes many commands; neighbours of one community share a transaction. Each is answered for itself, in order.
    ///
    /// # Errors
    /// A failure of the store. Transactions before the failing one stay; repeating all is safe, since known commands are
    /// answered and not repeated.
    pub fn submit_all(&mut self, commands: &[Command]) -> Result<Vec<Result<Receipt, Refusal>>, DeskError> {
        let mut answers = Vec::with_capacity(commands.len());
        for group in commands.chunk_by(|one, next| one.community == next.community) {
            let Some(first) = group.first() else { continue };
            let mut erased = false;
            self.transact(&first.community, group.len(), |round| {
                group.iter().try_for_each(|command| {
                    let answer = round.take(command)?;
                    erased |= answer.is_ok() && command.erases();
                    answers.push(answer);
                    Ok(())
                })
            })?;
            if erased {
                self.store.wipe()?;
            }
        }
        Ok(answers)
    }

    /// Tells what time alone has brought up to `now`: at most `limit` wakes, the earliest of each community first.
    ///
    /// # Errors
    /// A failure of the store, or a `now` that lies before what the journal already knows.
    pub fn advance(&mut self, now: Instant, limit: usize) -> Result<Advanced, DeskError> {
        self.refuse_time(now)?;
        let mut total = Advanced::default();
        let mut left = limit;
        for community in self.communities()? {
            loop {
                let share = left.min(WAKES_A_WRITE);
                let woken = self.transact(&community, share, |round| round.wake_due(now, share))?;
                total.events = total.events.saturating_add(woken.events);
                total.notices = total.notices.saturating_add(woken.notices);
                total.more |= woken.more && share == left;
                left = left.saturating_sub(woken.wakes);
                if !woken.more || left == 0 {
                    break;
                }
            }
        }
        Ok(total)
    }

    fn communities(&mut self) -> Result<Vec<Id>, DeskError> {
        let mut communities = Vec::new();
        self.store.read(&mut |view| {
            communities = view.communities()?;
            Ok(())
        })?;
        Ok(communities)
    }

    /// A time that calendars do not cover, or that lies before what the journal knows.
    fn refuse_time(&mut self, now: Instant) -> Result<(), DeskError> {
        if !calendar::covers(now) {
            return Err(Refusal::new(
                "desk.out_of_range",
                "时间超出日历范围",
                format!("`{now}` lies beyond the years that calendars cover"),
            )
            .into());
        }
        let tolerance = self.current.tolerance();
        let mut ahead = None;
        self.store.read(&mut |view| {
            ahead = None;
            for community in view.communities()? {
                let head = view.head(&community)?;
                if now + tolerance < head.woken_to {
                    ahead = Some((community, head.woken_to));
                }
            }
            Ok(())
        })?;
        match ahead {
            None => Ok(()),
            Some((community, woken_to)) => Err(round::backwards(now, &community, woken_to).into()),
        }
    }

    /// Runs `work`, of about so many commands or wakes, in one transaction of `community`; its error abandons the
    /// transaction.
    fn transact<T>(
        &mut self,
        community: &Id,
        about: usize,
        mut work: impl FnMut(&mut Round<'_>) -> Result<T, DeskError>,
    ) -> Result<T, DeskError> {
        let (current, books, classifier, open) = (&self.current, &self.grown, &self.classifier, &mut self.open);
        written(&mut *self.store, community, |tx| {
            let mut round = Round::begin(tx, community, current, books, (classifier, open.as_mut()), about)?;
            work(&mut round).and_then(|value| round.finish().map(|()| value))
        })
    }

    /// Answers a question from one snapshot.
    ///
    /// # Errors
    /// A failure of the store, or a record that is not there.
    pub fn query(&mut self, query: &Query) -> Result<Answer, DeskError> {
        let books = answer::Books { current: &self.current, pinned: &self.grown };
        seen(&mut *self.store, |view| answer::answer(view, query, &books))
    }
}

/// Runs `work` in one transaction of `community`; its error abandons the transaction.
fn written<T>(
    store: &mut dyn Store,
    community: &Id,
    mut work: impl FnMut(&mut dyn Tx) -> Result<T, DeskError>,
) -> Result<T, DeskError> {
    let mut result = None;
    let written = store.write(community, &mut |tx| {
        let done = work(tx);
        let abandon = match &done {
            Ok(_) => Ok(()),
            // The store must see its own failures to retry a conflict or to roll back.
            Err(DeskError::Store(error)) => Err(error.clone()),
            Err(_) => Err(StoreError::Abandoned),
        };
        result = Some(done);
        abandon
    });
    match (written, result) {
        (Ok(()), Some(done)) => done,
        (Err(StoreError::Abandoned), Some(Err(error))) => Err(error),
        (Err(error), _) => Err(error.into()),
        (Ok(()), None) => Err(StoreError::Abandoned.into()),
    }
}

/// What `work` makes of one snapshot.
fn seen<T>(store: &mut dyn Store, work: impl Fn(&dyn View) -> Result<T, DeskError>) -> Result<T, DeskError> {
    let mut result = None;
    store.read(&mut |view| {
        result = Some(work(view));
        Ok(())
    })?;
    result.unwrap_or_else(|| Err(StoreError::Abandoned.into()))
}

impl std::fmt::Debug for Desk {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Desk").field("rulebook", &self.current).finish_non_exhaustive()
    }
}

impl Receipt {
    fn new(command: &Id, record: &Id, entries: &[Entry], repeated: bool) -> Self {
        // What time alone brought meanwhile stands under ids of its own.
        let events = entries
            .iter()
            .filter(|entry| entry.command == *command)
            .map(|entry| Receipted {
                seq: entry.seq,
                event: entry.kind.clone(),
                at: entry.at,
                notices: entry.notices,
                moved: envelope::moved(entry),
            })
            .collect();
        Self { command: command.clone(), record: record.clone(), events, repeated }
    }
}

fn company() -> Result<Id, DeskError> {
    named(COMPANY)
}

/// An id of ours.
fn named(name: &'static str) -> Result<Id, DeskError> {
    Id::new(name).map_err(|error| DeskError::Data { record: name.into(), message: error.to_string() })
}

fn rulebook_row(book: &Rulebook) -> Result<Row, DeskError> {
    let data = |message: String| DeskError::Data { record: book.pin().into(), message };
    let hash = hex(&book.hash());
    let cells = [book.raw().id.as_str(), book.raw().version.as_str(), &hash];
    Ok(Row {
        community: company()?,
        id: Id::new(book.pin()).map_err(|error| data(error.to_string()))?,
        version: 1,
        wake_at: None,
        columns: cells.into_iter().map(|cell| crate::cell::Cell::Text(cell.into())).collect(),
        state: serde_json::to_string(book.raw()).map_err(|error| data(error.to_string()))?,
    })
}

#[cfg(test)]
mod tests;
#[cfg(test)]
mod sealed_tests;
