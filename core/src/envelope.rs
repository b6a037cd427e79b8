//! One step of any record: permitted? wake, classify, decide, apply; out come state, journal rows, notices, `wake_at` and
//! columns.
//!
//! [`step`] and [`wake`] are pure: a host with tables of its own keeps what they return in one transaction and wakes what
//! is due by `WHERE wake_at <= now` before it steps. Our desk does the same and nothing else. Since due comes before done,
//! the journal does not depend on how often anybody polls.
mod command;
mod entry;
mod record;
mod rehearsal;

use std::borrow::Cow;

use crate::calendar::{self, Instant, Length};
use crate::case::{self, Happened, Moment, Moved, Notice, Outlook, Stamp};
use crate::classify::Classifier;
use crate::ident::{Code, Id};
use crate::people::{self, SealedFile, check_file};
use crate::refusal::Refusal;
use crate::rulebook::{Pinned, Rulebook};
use crate::seal::{Sealed, SubjectKey, Vault};

pub use crate::cell::Cell;
pub(crate) use command::KEYED;
pub use command::{Action, Actor, Command};
pub use entry::{Entry, Head};
pub use record::{Body, Record, ReplayError};
pub use rehearsal::{Miss, Rehearsal, rehearse};

/// Who is said to have done what time alone brought.
pub(crate) const TIME: &str = "time";

/// A record as it is kept: its state and how many steps made it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// The state.
    pub record: Record,
    /// The number of steps so far.
    pub version: i64,
    /// When time alone has something to tell of it.
    pub wake_at: Option<Instant>,
}

/// What a step is taken under.
#[derive(Debug, Clone)]
pub struct Context<'a> {
    /// The open vault, and the key of the command's subject: see [`Command::subject`].
    pub sealing: Option<Sealing<'a>>,
    /// The rulebook in force: permissions, and the rules of new records.
    pub current: &'a Rulebook,
    /// The rulebooks that the record is pinned to; the one in force for a new record.
    pub pinned: &'a Pinned,
    /// What gives the labels that nobody stated.
    pub classifier: &'a Classifier,
}

/// What personal data are sealed with.
#[derive(Debug, Clone, Copy)]
pub struct Sealing<'a> {
    /// The vault.
    pub vault: &'a Vault,
    /// The subject's key; none for a command that tells nothing personal.
    pub key: Option<&'a SubjectKey>,
}

/// What a step made: to be kept in one transaction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// The record after the step.
    pub kept: Kept,
    /// Its journal rows, chained after the head that went in.
    pub entries: Vec<Entry>,
    /// Its flat columns.
    pub cells: Vec<Cell>,
}

impl Outcome {
    /// A record to which nothing has happened yet.
    fn untouched(kept: Kept) -> Self {
        Self { kept, entries: Vec::new(), cells: Vec::new() }
    }
}

/// Takes one command: `head` is where the community's chain stands, and is moved on. What time alone brought up to the
/// entering of the command comes first, as rows of its own; so does, after it, what a late entry has made due.
///
/// # Errors
/// A refusal; `head` is then as it was.
pub fn step(
    before: Option<Kept>,
    command: &Command,
    context: &Context<'_>,
    head: &mut Head,
) -> Result<Outcome, Refusal> {
    permit(command, context.current)?;
    permitted_step(before, command, context, head)
}

/// [`step`] for a command of which [`permit`] was asked already.
pub(crate) fn permitted_step(
    before: Option<Kept>,
    command: &Command,
    context: &Context<'_>,
    head: &mut Head,
) -> Result<Outcome, Refusal> {
    let (now, at) = (command.recorded_at, command.happened_at());
    let mut moved = *head;
    let woken = |outcome, pinned: &Pinned, told: Option<Instant>, head: &mut Head| {
        catch_up(outcome, &command.community, pinned, (now, told), head)
    };
    let after = rebased(before.as_ref(), command, context);
    let before = before.map(|kept| woken(Outcome::untouched(kept), context.pinned, None, &mut moved)).transpose()?;
    let (before, mut entries) = before.map_or((None, Vec::new()), |woken| (Some(woken.kept), woken.entries));
    let mut pen = Pen::of_command((command, context), &moved, before);
    match &command.action {
        Action::Case(action) => {
            pen.case().map_or(Ok(()), |state| state.may_handle(&command.actor.id))?;
            let sealed = sealed_text(command, context);
            let action = prepared(action, context);
            let moment = Moment { at, recorded_at: now };
            let mut happened = case::decide(pen.case(), &action, context.pinned.books(context.current), moment)?;
            if let Some(case::Event::Registered(first)) = happened.first_mut().map(|first| &mut first.event) {
                first.text = sealed;
            }
            pen.write_case(&happened, at, &after)?;
        }
        Action::People(action) => {
            let file = sealed_file(command, context)?;
            let happened = people::decide(pen.people(), action, file, context.current.people())?;
            pen.write_people(&happened, at)?;
        }
    }
    let done = pen.outcome(&mut moved)?;
    // What a late entry has made due is known from its entering on, and told then.
    let done = woken(done, &after, Some(now), &mut moved)?;
    entries.extend(done.entries);
    moved.woken_to = moved.woken_to.max(now);
    *head = moved;
    Ok(Outcome { entries, ..done })
}

/// The rulebooks of the record after the command: a rebase goes over to the one in force.
fn rebased<'a>(before: Option<&Kept>, command: &Command, context: &Context<'a>) -> Cow<'a, Pinned> {
    match (&command.action, before.map(|kept| &kept.record)) {
        (Action::Case(case::Command::Rebase { .. }), Some(Record::Case(state))) => {
            Cow::Owned(context.pinned.rebased(&state.pin.0, context.current))
        }
        _ => Cow::Borrowed(context.pinned),
    }
}

/// Computes a case's clocks anew after days were announced: by the `grown` rulebooks what was computed by the `known` ones.
/// Only what was provisional can have moved; how many due times did is told beside the outcome. None if nothing has moved
/// and the case is as its columns say.
///
/// # Errors
/// When a calendar has no answer.
pub fn retime(
    (before, columns): (Kept, &[Cell]),
    community: &Id,
    (known, grown): (&Pinned, &Pinned),
    now: Instant,
    head: &mut Head,
) -> Result<Option<(Outcome, usize)>, Refusal> {
    let Record::Case(state) = &before.record else { return Ok(None) };
    let outlook = Outlook::of(state, grown.books(grown.book()))?;
    let moved = if known.book().pin() == grown.book().pin() {
        // The table that comes with the library has grown: how it was before is known from the columns alone.
        outlook.moved_since(columns)
    } else {
        Moved::between(&Outlook::of(state, known.books(known.book()))?.judged(), &outlook.judged())
    };
    if moved.is_empty() && outlook.cells() == *columns {
        return Ok(None);
    }
    let count = moved.len();
    let rulebook = (*state.pin.0 != *grown.book().pin()).then(|| grown.book().pin().into());
    let mut pen = Pen::of_time(community, state.case_id.clone(), before, now, head)?;
    pen.write_case(&[case::Event::Retimed { rulebook, moved }.into()], now, grown)?;
    Ok(Some((pen.outcome(head)?, count)))
}

/// What time alone brings to a record at the earliest instant up to `now`; none if it is nothing.
///
/// # Errors
/// When a calendar has no answer.
pub fn wake(
    before: Kept,
    community: &Id,
    pinned: &Pinned,
    now: Instant,
    head: &mut Head,
) -> Result<Option<Outcome>, Refusal> {
    woken(before, community, pinned, (now, None), head)
}

/// [`wake`] of what is told at a given instant, or if there is none when it happens.
fn woken(
    before: Kept,
    community: &Id,
    pinned: &Pinned,
    (now, told): (Instant, Option<Instant>),
    head: &mut Head,
) -> Result<Option<Outcome>, Refusal> {
    let Record::Case(state) = &before.record else { return Ok(None) };
    let Some(at) = before.wake_at.filter(|at| *at <= now) else { return Ok(None) };
    let happened = case::wake(state, pinned.books(pinned.book()), (at, told.unwrap_or(at)))?;
    if happened.is_empty() {
        return Ok(None);
    }
    let mut pen = Pen::of_time(community, state.case_id.clone(), before, now, head)?;
    pen.write_case(&happened, at, pinned)?;
    pen.outcome(head).map(Some)
}

/// Wakes a record until nothing is due at `now`; what that brings is told at the other instant, or when it happens.
pub(crate) fn catch_up(
    mut outcome: Outcome,
    community: &Id,
    pinned: &Pinned,
    (now, told): (Instant, Option<Instant>),
    head: &mut Head,
) -> Result<Outcome, Refusal> {
    while outcome.kept.wake_at.is_some_and(|at| at <= now) {
        let Some(woken) = woken(outcome.kept.clone(), community, pinned, (now, told), head)? else { break };
        outcome.entries.extend(woken.entries);
        (outcome.kept, outcome.cells) = (woken.kept, woken.cells);
    }
    Ok(outcome)
}

/// May the actor's role do this, and date it so? Asked before time goes on: a command that nobody may give moves nothing.
///
/// # Errors
/// The refusal, with the rule.
pub fn permit(command: &Command, rulebook: &Rulebook) -> Result<(), Refusal> {
    let code = &command.actor.role;
    let Some(role) = rulebook.role(code) else {
        return Err(Refusal::new(
            "envelope.unknown_role",
            format!("制度中没有“{code}”这一角色"),
            format!("the rulebook has no role `{code}`"),
        ));
    };
    let name = command.action.name();
    let rule = format!("roles.{code}.may");
    if !role.may(name) {
        return Err(Refusal::new(
            "envelope.not_permitted",
            format!("“{}”无权执行 {name}", role.label.zh),
            format!("the role `{code}` may not give `{name}`"),
        )
        .by(rule, role.clause.as_ref()));
    }
    if !calendar::covers(command.recorded_at) || !calendar::covers(command.happened_at()) {
        return Err(Refusal::new(
            "envelope.out_of_range",
            "时间超出日历范围",
            format!(
                "`{}` or `{}` lies beyond the years that calendars cover",
                command.happened_at(),
                command.recorded_at
            ),
        ));
    }
    let ago = command.recorded_at - command.happened_at();
    if ago < Length::ZERO {
        return Err(Refusal::new(
            "envelope.future",
            "发生时间晚于录入时间",
            format!("`{}` is after it was entered, `{}`", command.happened_at(), command.recorded_at),
        ));
    }
    if ago > role.late {
        return Err(Refusal::new(
            "envelope.too_late",
            format!("补录已超过该角色的时限 {}", role.late),
            format!("the role `{code}` may date back by `{}` at most, this is `{ago}`", role.late),
        )
        .by(format!("roles.{code}.late"), role.clause.as_ref()));
    }
    Ok(())
}

/// Where the text of a case is sealed.
pub(crate) const TEXT: &str = "text";

/// What the customer said, under seal; without a vault it is not kept.
fn sealed_text(command: &Command, context: &Context<'_>) -> Option<Sealed> {
    let Action::Case(case::Command::Register(registration)) = &command.action else { return None };
    let key = context.sealing?.key?;
    registration.text.as_ref().map(|text| key.seal(TEXT, command.id.as_str(), text))
}

/// What the command tells of a person, under seal.
fn sealed_file(command: &Command, context: &Context<'_>) -> Result<SealedFile, Refusal> {
    let Action::People(action) = &command.action else { return Ok(SealedFile::new()) };
    let Some(file) = action.file() else { return Ok(SealedFile::new()) };
    check_file(file)?;
    let Some(key) = context.sealing.and_then(|sealing| sealing.key) else {
        return Err(Refusal::new(
            "vault.locked",
            "保险库未打开,不能写入个人资料",
            "personal data are kept under seal only: open the vault first",
        ));
    };
    let sealed = file.iter().map(|(field, values)| {
        // Each place of a list has a salt of its own, so that two equal values do not look alike.
        let value = |(n, value)| key.seal(field.code(), &format!("{}#{n}", command.id), value);
        (*field, values.0.iter().enumerate().map(value).collect())
    });
    Ok(sealed.collect())
}

/// Fills the labels that nobody stated from the text; the text goes no further.
fn prepared<'c>(action: &'c case::Command, context: &Context<'_>) -> Cow<'c, case::Command> {
    let case::Command::Register(registration) = action else { return Cow::Borrowed(action) };
    let Some(text) = &registration.text else { return Cow::Borrowed(action) };
    let read = context.classifier.classify(text.as_str());
    let rules = context.current.case();
    let mut registration = registration.clone();
    registration.text = None;
    if !read.known {
        // The text says nothing that the lexicon knows: the rulebook's defaults hold.
        return Cow::Owned(case::Command::Register(registration));
    }
    let labels = &mut registration.labels;
    let mut used = false;
    let mut fill = |slot: &mut Option<Id>, code: &Id, known: bool| {
        if slot.is_none() && known {
            *slot = Some(code.clone());
            used = true;
        }
    };
    fill(&mut labels.kind, &read.kind, rules.kinds.contains_key(read.kind.as_str()));
    fill(&mut labels.topic, &read.topic, rules.topics.contains_key(read.topic.as_str()));
    fill(&mut labels.urgency, &read.urgency, rules.urgencies.contains_key(read.urgency.as_str()));
    if labels.major.is_none() {
        labels.major = Some(read.major);
        used = true;
    }
    if used {
        labels.model = Some(read.model.as_str().into());
    }
    Cow::Owned(case::Command::Register(registration))
}

/// Writes the journal rows of one step and folds its events.
struct Pen {
    community: Id,
    command: Id,
    digest: Option<String>,
    actor: Id,
    recorded_at: Instant,
    head: Head,
    n: u32,
    record_id: Id,
    kept: Option<Kept>,
    entries: Vec<Entry>,
    cells: Vec<Cell>,
}

impl Pen {
    fn of_command((command, context): (&Command, &Context<'_>), head: &Head, kept: Option<Kept>) -> Self {
        Self {
            community: command.community.clone(),
            command: command.id.clone(),
            digest: Some(command.digest(context.sealing.map(|sealing| sealing.vault))),
            actor: command.actor.id.clone(),
            recorded_at: command.recorded_at,
            head: *head,
            n: 0,
            record_id: command.record_id(),
            kept,
            entries: Vec::new(),
            cells: Vec::new(),
        }
    }

    /// What time writes has an id that follows from the record and the number of its steps.
    fn of_time(community: &Id, record_id: Id, kept: Kept, now: Instant, head: &Head) -> Result<Self, Refusal> {
        let version = u32::try_from(kept.version).unwrap_or(u32::MAX);
        Ok(Self {
            community: community.clone(),
            command: record_id.derive("wake", version),
            digest: None,
            actor: Id::new(TIME).map_err(|error| Refusal::new("envelope.actor", "无效的操作者", error.to_string()))?,
            recorded_at: now,
            head: *head,
            n: 0,
            record_id,
            kept: Some(kept),
            entries: Vec::new(),
            cells: Vec::new(),
        })
    }

    fn case(&self) -> Option<&case::State> {
        match &self.kept {
            Some(Kept { record: Record::Case(state), .. }) => Some(state),
            _ => None,
        }
    }

    fn people(&self) -> Option<&people::State> {
        match &self.kept {
            Some(Kept { record: Record::People(state), .. }) => Some(state),
            _ => None,
        }
    }

    fn write_case(&mut self, happened: &[Happened], at: Instant, pinned: &Pinned) -> Result<(), Refusal> {
        for Happened { event, notices } in happened {
            let body = Body { digest: self.digest.take(), event, notices };
            let stamp = self.write(event.name(), &body, at)?;
            let before = self.kept.take().map(|kept| (kept.record, kept.version));
            let (state, version) = match (before, event) {
                (Some((Record::Case(state), version)), event) => (state.apply(event, stamp), version),
                (_, case::Event::Registered(first)) => {
                    (case::State::registered(self.record_id.clone(), first, stamp), 0)
                }
                _ => return Err(Refusal::new("case.unknown", "没有这个工单", "there is no case with this id")),
            };
            self.kept = Some(Kept { record: Record::Case(state), version, wake_at: None });
        }
        self.look_out(pinned)
    }

    /// When to wake the case that the events have made, and its columns: its clocks are computed once for both.
    fn look_out(&mut self, pinned: &Pinned) -> Result<(), Refusal> {
        if let Some(Kept { record: Record::Case(state), wake_at, .. }) = &mut self.kept {
            let outlook = Outlook::of(state, pinned.books(pinned.book()))?;
            let (at, cells) = (outlook.wake_at(), outlook.cells());
            *wake_at = at;
            self.cells = cells.into();
        }
        Ok(())
    }

    fn write_people(&mut self, happened: &[people::Event], at: Instant) -> Result<(), Refusal> {
        for event in happened {
            let body: Body<'_, people::Event> = Body { digest: self.digest.take(), event, notices: &[] };
            let stamp = self.write(event.name(), &body, at)?;
            let version = self.kept.as_ref().map_or(0, |kept| kept.version);
            let state = match self.kept.take().map(|kept| kept.record) {
                Some(Record::People(state)) => Some(state.apply(event, stamp.at)),
                _ => people::State::begin(self.record_id.clone(), event),
            };
            let Some(state) = state else {
                return Err(Refusal::new("people.unknown", "没有这条记录", "there is no such record"));
            };
            self.cells = state.cells();
            self.kept = Some(Kept { record: Record::People(state), version, wake_at: None });
        }
        Ok(())
    }

    fn write<E: serde::Serialize>(
        &mut self,
        kind: &'static str,
        body: &Body<'_, E>,
        at: Instant,
    ) -> Result<Stamp, Refusal> {
        let notices = u32::try_from(body.notices.len()).unwrap_or(u32::MAX);
        let body = serde_json::to_string(body)
            .map_err(|error| Refusal::new("envelope.body", "事件无法写成文本", error.to_string()))?;
        let entry = Entry {
            community: self.community.clone(),
            seq: 0,
            command: self.command.clone(),
            n: self.n,
            at,
            recorded_at: self.recorded_at,
            actor: self.actor.clone(),
            record: self.record_id.clone(),
            kind: kind.into(),
            version: 1,
            notices,
            body_hash: Entry::digest(&body),
            body: Some(body.into()),
            hash: [0; 32],
        }
        .next_of(&mut self.head);
        let stamp = Stamp { at, place: entry.seq };
        self.n = self.n.saturating_add(1);
        self.entries.push(entry);
        Ok(stamp)
    }

    /// What was made, once something was; the chain stands after it.
    fn outcome(self, head: &mut Head) -> Result<Outcome, Refusal> {
        let Some(kept) = self.kept else {
            return Err(Refusal::new("envelope.nothing", "没有发生任何事", "the command made no record"));
        };
        let kept = Kept { version: kept.version.saturating_add(1), ..kept };
        (head.seq, head.hash) = (self.head.seq, self.head.hash);
        Ok(Outcome { kept, entries: self.entries, cells: self.cells })
    }
}

/// The due times that a journal row says have moved.
pub fn moved(entry: &Entry) -> Vec<Moved> {
    match carried(entry, &["case.rebased", "case.retimed"]) {
        Some(case::Event::Rebased(rebased)) => rebased.moved,
        Some(case::Event::Retimed { moved, .. }) => moved,
        _ => Vec::new(),
    }
}

/// The labels that a journal row says a case has from then on, and why, where a reason was given. With the text that the host
/// kept they are an example to learn from.
pub fn corrected(entry: &Entry) -> Option<(case::Labels, Option<Code>)> {
    match carried(entry, &["case.relabelled"])? {
        case::Event::Relabelled { labels, reason, .. } => Some((labels, reason)),
        _ => None,
    }
}

/// The event of a journal row, if it is one of these kinds.
fn carried(entry: &Entry, kinds: &[&str]) -> Option<case::Event> {
    #[derive(serde::Deserialize)]
    struct Carried {
        event: case::Event,
    }
    let body = entry.body.as_deref().filter(|_| kinds.contains(&entry.kind.as_ref()))?;
    serde_json::from_str::<Carried>(body).ok().map(|carried| carried.event)
}

/// The notices that a journal row carries.
pub fn notices(entry: &Entry) -> Vec<Notice> {
    #[derive(serde::Deserialize)]
    struct Carried {
        #[serde(default)]
        notices: Vec<Notice>,
    }
    let body = entry.body.as_deref().unwrap_or("{}");
    serde_json::from_str::<Carried>(body).map(|carried| carried.notices).unwrap_or_default()
}
