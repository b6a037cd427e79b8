//! One transaction of a community: what is due is woken, commands are taken, the chain row moves on.
use serde::Deserialize;

use super::Receipt;
use super::error::DeskError;
use super::growth::Books;
use super::keys::{Keys, Open};
use super::records::{Records, data};
use super::vault::locked;
use crate::access;
use crate::calendar::Instant;
use crate::classify::Classifier;
use crate::envelope::{
    Action, Command, Context, Entry, Head, KEYED, Kept, Outcome, Record, Sealing, permit, permitted_step, retime, wake,
};
use crate::ident::Id;
use crate::people;
use crate::refusal::Refusal;
use crate::rulebook::{Pinned, Rulebook};
use crate::store::{StoreError, Table, Tx, View, Which, tables};

/// What time alone brought.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Woken {
    pub(super) wakes: usize,
    pub(super) events: u64,
    pub(super) notices: u64,
    pub(super) more: bool,
}

pub(super) struct Round<'a> {
    records: Records<'a>,
    community: &'a Id,
    current: &'a Rulebook,
    books: &'a Books,
    classifier: &'a Classifier,
    keys: Keys<'a>,
    head: Head,
    began: Head,
}

impl<'a> Round<'a> {
    pub(super) fn begin(
        tx: &'a mut dyn Tx,
        community: &'a Id,
        current: &'a Rulebook,
        books: &'a Books,
        (classifier, open): (&'a Classifier, Option<&'a mut Open>),
        about: usize,
    ) -> Result<Self, StoreError> {
        let head = tx.head(community)?;
        Ok(Self {
            records: Records::new(tx, community, about),
            community,
            current,
            books,
            classifier,
            keys: Keys::new(open),
            head,
            began: head,
        })
    }

    /// Writes the records that changed, and the chain row if it moved.
    pub(super) fn finish(&mut self) -> Result<(), DeskError> {
        self.records.write()?;
        self.head.rulebook = self.current.hash();
        if self.head != self.began {
            self.records.tx.set_head(self.community, &self.head)?;
        }
        Ok(())
    }

    /// Takes a command: answers it if it is known, else wakes what is due and steps.
    pub(super) fn take(&mut self, command: &Command) -> Result<Result<Receipt, Refusal>, DeskError> {
        if command.community.as_str() == access::CHAIN {
            return Ok(Err(Refusal::new(
                "desk.reserved",
                format!("“{}”是查阅记录的编号,不能用作小区", access::CHAIN),
                format!("`{}` is the chain in which reads are recorded, and no community", access::CHAIN),
            )));
        }
        if let Some(answer) = self.known(command)? {
            return Ok(answer);
        }
        if command.recorded_at + self.current.tolerance() < self.head.woken_to {
            return Ok(Err(backwards(command.recorded_at, self.community, self.head.woken_to)));
        }
        if let Err(refusal) = permit(command, self.current) {
            return Ok(Err(refusal));
        }
        if command.moves_index() && self.keys.vault().is_none() {
            // What the file is found by is written anew, which takes its values.
            return Ok(Err(locked()));
        }
        let subject = self.keys.vault().and_then(|_| command.subject());
        if self.records.first_due(command.recorded_at)?.is_some() {
            // A refused command moves nothing, time neither: it is tried on a copy before time goes on.
            if let Err(refusal) = self.tried(command, subject.as_ref(), &mut self.head.clone())? {
                return Ok(Err(refusal));
            }
            self.wake_due(command.recorded_at, usize::MAX)?;
        }
        let mut head = self.head;
        let outcome = match self.tried(command, subject.as_ref(), &mut head)? {
            Ok(outcome) => outcome,
            Err(refusal) => return Ok(Err(refusal)),
        };
        self.head = head;
        let record_id = command.record_id();
        let receipt = Receipt::new(&command.id, &record_id, &outcome.entries, false);
        self.keep(table_of(&command.action)?, &record_id, outcome)?;
        if let Some(subject) = subject {
            self.keys.keep(self.records.tx, self.community, &subject)?;
        }
        if let Action::People(people::Command::EraseCustomer { customer_id }) = &command.action {
            self.keys.destroy(self.records.tx, customer_id)?;
        }
        Ok(Ok(receipt))
    }

    /// What a command makes of its record as the transaction holds it, or the refusal; nothing is kept yet.
    fn tried(
        &mut self,
        command: &Command,
        subject: Option<&Id>,
        head: &mut Head,
    ) -> Result<Result<Outcome, Refusal>, DeskError> {
        match self.stepped(command, subject, head) {
            Ok(outcome) => Ok(Ok(outcome)),
            Err(DeskError::Refused(refusal)) => Ok(Err(*refusal)),
            Err(error) => Err(error),
        }
    }

    fn stepped(&mut self, command: &Command, subject: Option<&Id>, head: &mut Head) -> Result<Outcome, DeskError> {
        let before = self.records.get(table_of(&command.action)?, &command.record_id())?.cloned();
        let pinned = self.pinned(before.as_ref())?;
        let key = match subject {
            Some(subject) => self.keys.of(&*self.records.tx, subject)?,
            None => None,
        };
        let context = Context {
            sealing: self.keys.vault().map(|vault| Sealing { vault, key: key.as_ref() }),
            current: self.current,
            pinned: &pinned,
            classifier: self.classifier,
        };
        Ok(permitted_step(before, command, &context, head)?)
    }

    /// The answer to a command that was taken before.
    fn known(&mut self, command: &Command) -> Result<Option<Result<Receipt, Refusal>>, DeskError> {
        #[derive(Deserialize)]
        struct First {
            digest: Option<String>,
        }
        let mut entries: Vec<Entry> = Vec::new();
        self.records.tx.journal(&Which::Command(&command.id), &mut |entry| {
            entries.push(entry.clone());
            std::ops::ControlFlow::Continue(())
        })?;
        let Some(first) = entries.first() else { return Ok(None) };
        let digest = first.body.as_deref().and_then(|body| serde_json::from_str::<First>(body).ok()?.digest);
        let keyed = digest.as_ref().is_some_and(|digest| digest.starts_with(KEYED));
        let vault = self.keys.vault().filter(|_| keyed);
        if keyed && vault.is_none() {
            return Ok(Some(Err(Refusal::new(
                "vault.locked",
                format!("命令号“{}”是在保险库打开时受理的,须先打开保险库", command.id),
                format!("the command `{}` was taken with the vault open: open it to repeat the command", command.id),
            ))));
        }
        if digest.is_some_and(|digest| digest != command.digest(vault)) {
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
        while let Some(id) = self.records.first_due(now)? {
            if woken.wakes == limit {
                woken.more = true;
                return Ok(woken);
            }
            let outcome = self.wake_one(&id, now)?;
            for entry in &outcome.entries {
                woken.events = woken.events.saturating_add(1);
                woken.notices = woken.notices.saturating_add(u64::from(entry.notices));
            }
            self.keep(&tables::SERVICE_CASE, &id, outcome)?;
            woken.wakes = woken.wakes.saturating_add(1);
        }
        self.head.woken_to = self.head.woken_to.max(now);
        Ok(woken)
    }

    fn wake_one(&mut self, id: &Id, now: Instant) -> Result<Outcome, DeskError> {
        let before = self.records.get(&tables::SERVICE_CASE, id)?.cloned();
        let before = before.ok_or_else(|| data(id, "is listed as due but is not there".to_owned()))?;
        let pinned = self.pinned(Some(&before))?;
        wake(before, self.community, &pinned, now, &mut self.head)?
            .ok_or_else(|| data(id, "is listed as due but has nothing to tell".to_owned()))
    }

    /// Computes the due times of a case anew, that had been computed by the `known` rulebooks: how many of them moved; none
    /// if the case is as it was.
    pub(super) fn retime(&mut self, id: &Id, known: &Books, now: Instant) -> Result<Option<usize>, DeskError> {
        let columns = self.records.tx.row(&tables::SERVICE_CASE, id)?.map(|row| row.columns);
        let before = self.records.get(&tables::SERVICE_CASE, id)?.cloned();
        let Some((before, columns)) = before.zip(columns) else { return Ok(None) };
        let grown = self.pinned(Some(&before))?;
        let known = self.pinned_among(known, Some(&before))?;
        let retimed = retime((before, &columns), self.community, (&known, &grown), now, &mut self.head)?;
        let Some((outcome, moved)) = retimed else { return Ok(None) };
        self.keep(&tables::SERVICE_CASE, id, outcome)?;
        Ok(Some(moved))
    }

    /// The rulebooks that a record lives under. Another process may have brought it after this desk was opened.
    fn pinned(&self, before: Option<&Kept>) -> Result<Pinned, DeskError> {
        self.pinned_among(self.books, before)
    }

    fn pinned_among(&self, books: &Books, before: Option<&Kept>) -> Result<Pinned, DeskError> {
        match before {
            Some(Kept { record: Record::Case(state), .. }) => Pinned::of(state, |pin| match books.get(pin) {
                Some(book) => Ok(book.clone()),
                None => book_of(&*self.records.tx, pin),
            }),
            _ => Ok(self.current.clone().into()),
        }
    }

    fn keep(&mut self, table: &'static Table, id: &Id, outcome: Outcome) -> Result<(), DeskError> {
        for entry in &outcome.entries {
            self.records.tx.append(entry)?;
        }
        let found_by = match &outcome.kept.record {
            Record::People(people::State::Customer(customer)) => self.keys.found_by(&*self.records.tx, customer)?,
            _ => None,
        };
        self.records.set(table, id, (outcome.kept, outcome.cells), found_by);
        Ok(())
    }
}

fn table_of(action: &Action) -> Result<&'static Table, DeskError> {
    let name = match action {
        Action::Case(_) => tables::SERVICE_CASE.name,
        Action::People(action) => action.table(),
    };
    let misfit = || StoreError::Misfit { table: name, reason: "is not declared".into() };
    tables::named(name).ok_or_else(|| misfit().into())
}

/// The rulebook that the store keeps under a pin.
pub(super) fn book_of(view: &(impl View + ?Sized), pin: &str) -> Result<Rulebook, DeskError> {
    let unknown = || DeskError::Missing { what: "rulebook", id: pin.into() };
    let id = Id::new(pin).map_err(|_| unknown())?;
    let stored = view.record(&tables::RULEBOOK, &id)?.ok_or_else(unknown)?;
    Rulebook::from_json(&stored.state).map_err(|problems| DeskError::Rulebook { pin: pin.into(), problems })
}

/// The refusal of a time that lies before what a community's journal already knows.
pub(super) fn backwards(now: Instant, community: &Id, woken_to: Instant) -> Refusal {
    Refusal::new(
        "desk.clock_backwards",
        format!("时间倒退:{now} 早于小区“{community}”已推进到的 {woken_to}"),
        format!("`{now}` is before `{woken_to}`, up to which the community `{community}` has been told"),
    )
}
