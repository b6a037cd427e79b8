//! A case as its events have made it.
use serde::{Deserialize, Serialize};

use super::event::{Event, Rebased, Registered, Told, Withheld};
use super::labels::Labels;
use crate::calendar::Instant;
use crate::ident::{Code, Id};
use crate::refusal::Refusal;
use crate::seal::Sealed;
use crate::sla::Line;

/// The marks that a rulebook may ask for before a case is resolved or closed.
pub const FACTS: [&str; 12] = [
    "told",
    "heard",
    "assigned",
    "accepted",
    "begun",
    "arrived",
    "planned",
    "promised",
    "kept",
    "measured",
    "acknowledged",
    "revisited",
];

/// Where a case stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Entered, with nobody responsible yet but who took it.
    Registered,
    /// With a department or person.
    Assigned,
    /// Being worked on.
    InProgress,
    /// Waiting, with a reason.
    Suspended,
    /// Solved or declined, not yet confirmed.
    Resolved,
    /// Ended.
    Closed,
    /// It was none.
    Cancelled,
    /// Another case goes on for it.
    Merged,
}

impl Status {
    /// The code used in JSON and columns.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Registered => "registered",
            Self::Assigned => "assigned",
            Self::InProgress => "in_progress",
            Self::Suspended => "suspended",
            Self::Resolved => "resolved",
            Self::Closed => "closed",
            Self::Cancelled => "cancelled",
            Self::Merged => "merged",
        }
    }

    /// Whether work is still owed.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Registered | Self::Assigned | Self::InProgress | Self::Suspended)
    }
}

/// When and where in the journal an event stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamp {
    /// When it happened.
    pub at: Instant,
    /// Its place in the journal of its community.
    pub place: u64,
}

/// The rulebook that a case lives under.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(transparent)]
pub struct Pin(pub Box<str>);

/// A target that holds, or held, for a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Attached {
    /// Its id in the pinned rulebook.
    pub target: Code,
    /// Since when.
    pub since: Instant,
    /// Until when, if another took its place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Instant>,
    /// The rulebook it is a target of, where the case was rebased to another since.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rulebook: Option<Box<str>>,
}

impl Attached {
    fn new(target: &Code, since: Instant) -> Self {
        Self { target: target.clone(), since, until: None, rulebook: None }
    }
}

/// A matter that went up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Escalation {
    /// The rule that sent it.
    pub rule: Code,
    /// To which roles.
    pub to: Vec<Code>,
    /// When.
    pub at: Instant,
    /// When it was seen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acknowledged: Option<Instant>,
}

/// A case: the fold of its events.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct State {
    /// Version of this form.
    pub v: u32,
    /// Its id.
    pub case_id: Id,
    /// Its number: the place of its registration in the community's journal.
    pub number: u64,
    /// The rulebook it lives under.
    pub pin: Pin,
    /// Where it stands.
    pub status: Status,
    /// What it is about.
    pub labels: Labels,
    /// The model behind labels that nobody stated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<Box<str>>,
    /// How the customer came.
    pub channel: Code,
    /// The customer was answered at intake.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub answered: bool,
    /// Who asks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer: Option<Id>,
    /// Where.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub premises: Option<Id>,
    /// The host's number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub external: Option<Id>,
    /// Who deals with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub department: Option<Code>,
    /// The person responsible.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<Id>,
    /// What the customer said, under the key of the customer, or of the case where none is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<Sealed>,
    /// Those who are complained about or have an interest: they neither read nor handle it (C9).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub recused: Vec<Id>,
    /// Marks and spans.
    pub line: Line,
    /// Targets that hold or held.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attached: Vec<Attached>,
    /// Levels and breaches that were told: each once.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub told: Vec<Told>,
    /// What went up.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub escalations: Vec<Escalation>,
    /// Notices held for their readers' hours.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub withheld: Vec<Withheld>,
    /// When the suspension ends by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Instant>,
    /// The status to which it returns from a suspension.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<Status>,
    /// How it was resolved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<Code>,
    /// The score of the last revisit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub score: Option<u8>,
    /// The case that goes on for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub into: Option<Id>,
}

impl State {
    /// A case as it begins.
    pub fn registered(case_id: Id, event: &Registered, stamp: Stamp) -> Self {
        let mut line = Line::default();
        line.mark("registered", stamp.at, stamp.place);
        if event.answered {
            line.mark("told", stamp.at, stamp.place);
        }
        Self {
            v: 1,
            case_id,
            number: stamp.place,
            pin: Pin(event.rulebook.clone()),
            status: Status::Registered,
            labels: event.labels.clone(),
            model: event.model.clone(),
            channel: event.channel.clone(),
            answered: event.answered,
            customer: event.customer.clone(),
            premises: event.premises.clone(),
            external: event.external.clone(),
            department: event.department.clone(),
            owner: None,
            text: event.text.clone(),
            recused: Vec::new(),
            line,
            attached: event.attach.iter().map(|target| Attached::new(target, stamp.at)).collect(),
            told: Vec::new(),
            escalations: Vec::new(),
            withheld: Vec::new(),
            until: None,
            before: None,
            outcome: None,
            score: None,
            into: None,
        }
    }

    /// Refuses whoever is complained about or has an interest (C9).
    ///
    /// # Errors
    /// The refusal.
    pub fn may_handle(&self, staff: &Id) -> Result<(), Refusal> {
        if !self.recused.contains(staff) {
            return Ok(());
        }
        Err(Refusal::new(
            "case.recused",
            format!("“{staff}”是被投诉人或与此事有利害关系,须回避"),
            format!("`{staff}` is complained about or has an interest, and has nothing to do with this case"),
        ))
    }

    /// Folds an event. The first event of a case makes its state: see [`State::registered`].
    #[must_use]
    pub fn apply(mut self, event: &Event, stamp: Stamp) -> Self {
        match event {
            // A case is registered once; decide refuses a second time.
            Event::Registered(_) => {}
            Event::Assigned { department, owner } => {
                if self.is_latest(&["assigned", "refused"], stamp) {
                    self.department = Some(department.clone());
                    self.owner.clone_from(owner);
                }
                self.work("assigned", Status::Assigned, stamp);
            }
            Event::Accepted => self.mark("accepted", stamp),
            Event::Refused { .. } => {
                self.owner = None;
                self.work("refused", Status::Registered, stamp);
            }
            Event::Begun => self.work("begun", Status::InProgress, stamp),
            Event::Arrived => self.work("arrived", Status::InProgress, stamp),
            Event::Told => self.mark("told", stamp),
            Event::Heard => self.mark("heard", stamp),
            Event::Planned { next } => {
                if let Some(next) = next {
                    self.mark("planned", stamp);
                    self.line.promise("promised", stamp.at, stamp.place, *next);
                }
            }
            Event::Promised { until } => self.line.promise("promised", stamp.at, stamp.place, *until),
            Event::Kept => self.mark("kept", stamp),
            Event::Relabelled { labels, attach, supersede, .. } => self.relabel(labels, attach, supersede, stamp),
            Event::Suspended { reason, until } => self.suspend(reason, *until, stamp),
            Event::Resumed | Event::Returned => self.resume(stamp),
            Event::Recused { staff } => {
                if self.owner.as_ref() == Some(staff) {
                    self.owner = None;
                }
                self.recused.push(staff.clone());
            }
            Event::Measured { .. } => self.mark("measured", stamp),
            Event::Acknowledged => {
                self.mark("acknowledged", stamp);
                let seen = self.escalations.iter_mut().filter(|one| one.at <= stamp.at);
                seen.for_each(|one| _ = one.acknowledged.get_or_insert(stamp.at));
            }
            Event::Resolved { outcome } => {
                self.outcome = Some(outcome.clone());
                self.end("resolved", Status::Resolved, stamp);
            }
            Event::Closed => self.end("closed", Status::Closed, stamp),
            Event::Cancelled { .. } => self.end("cancelled", Status::Cancelled, stamp),
            Event::Merged { into } => {
                self.into = Some(into.clone());
                self.end("merged", Status::Merged, stamp);
            }
            Event::Reopened { .. } => self.reopen(stamp),
            Event::Revisited { reached, score, .. } => {
                self.mark(if *reached { "revisited" } else { "revisit_failed" }, stamp);
                self.score = score.or(self.score);
            }
            Event::Warned { told, .. } => self.told.push(told.clone()),
            Event::Breached { told, due } => self.told.push(Told { due: Some(*due), ..told.clone() }),
            Event::Escalated { rule, to } => {
                self.mark("escalated", stamp);
                let (rule, to) = (rule.clone(), to.clone());
                self.escalations.push(Escalation { rule, to, at: stamp.at, acknowledged: None });
            }
            Event::Rebased(rebased) => self.rebase(rebased, stamp),
            Event::Retimed { rulebook, .. } => {
                if let Some(rulebook) = rulebook {
                    self.pin = Pin(rulebook.clone());
                }
            }
            Event::Withheld(held) => self.withheld.push(held.clone()),
            Event::Delivered { until, .. } => {
                if let Some(first) = self.withheld.iter().position(|held| held.until == *until) {
                    self.withheld.remove(first);
                }
            }
        }
        self
    }

    fn mark(&mut self, mark: &str, stamp: Stamp) {
        self.line.mark(mark, stamp.at, stamp.place);
    }

    fn is_latest(&self, marks: &[&str], stamp: Stamp) -> bool {
        self.line.last_of(marks, Instant::MAX).is_none_or(|last| (last.at, last.place) < (stamp.at, stamp.place))
    }

    /// What is told late moves the status only if nothing later moved it. A change of hands while suspended takes effect
    /// when the suspension ends; one of the time before the case ended changes nothing.
    fn work(&mut self, mark: &str, status: Status, stamp: Stamp) {
        let moves = self.is_latest(&["assigned", "refused", "begun", "arrived", "reopened"], stamp);
        match self.status {
            _ if !moves => {}
            Status::Suspended => self.before = Some(status),
            open if open.is_open() => self.status = status,
            _ => {}
        }
        self.mark(mark, stamp);
    }

    fn relabel(&mut self, labels: &Labels, attach: &[Code], supersede: &[Code], stamp: Stamp) {
        if self.labels.complexity != labels.complexity {
            self.line.mark("declared_complexity", stamp.at, stamp.place);
        }
        if labels.major && !self.labels.major {
            self.line.mark("declared_major", stamp.at, stamp.place);
        }
        self.labels = labels.clone();
        self.hold(attach, supersede, stamp);
    }

    /// Targets give way to others; those that were there already go on.
    fn hold(&mut self, attach: &[Code], supersede: &[Code], stamp: Stamp) {
        for one in self.attached.iter_mut().filter(|one| one.until.is_none() && supersede.contains(&one.target)) {
            one.until = Some(stamp.at.max(one.since));
        }
        self.attached.extend(attach.iter().map(|target| Attached::new(target, stamp.at)));
    }

    /// What gave way, and what was told of it, stays with the rulebook it came from; what goes on is alike in both.
    fn rebase(&mut self, rebased: &Rebased, stamp: Stamp) {
        self.hold(&[], &rebased.supersede, stamp);
        let from = &self.pin.0;
        let over = self.attached.iter_mut().filter(|one| one.until.is_some() && one.rulebook.is_none());
        over.for_each(|one| one.rulebook = Some(from.clone()));
        let goes_on = |told: &Told| self.attached.iter().any(|one| one.until.is_none() && one.target == told.target);
        let gave_way = |told: &Told| self.attached.iter().any(|one| one.until.is_some() && one.target == told.target);
        let theirs = |told: &Told| Told { rulebook: Some(from.clone()), ..told.clone() };
        let own = |told: &&Told| told.rulebook.is_none();
        // What was told of a target that gave way and came back is known of both.
        let both: Vec<Told> =
            self.told.iter().filter(own).filter(|told| goes_on(told) && gave_way(told)).map(theirs).collect();
        let held = self.withheld.iter_mut().filter_map(|held| held.told.as_mut());
        let over = self.told.iter_mut().chain(held).filter(|told| told.rulebook.is_none() && !goes_on(told));
        over.for_each(|told| *told = theirs(told));
        self.told.extend(both);
        self.hold(&rebased.attach, &[], stamp);
        self.pin = Pin(rebased.rulebook.clone());
    }

    fn suspend(&mut self, reason: &Code, until: Option<Instant>, stamp: Stamp) {
        self.mark("suspended", stamp);
        self.line.open(Status::Suspended.code(), Some(reason.as_str()), stamp.at);
        self.before = Some(self.status);
        self.status = Status::Suspended;
        self.until = until;
    }

    fn resume(&mut self, stamp: Stamp) {
        self.mark("resumed", stamp);
        self.line.close(Status::Suspended.code(), stamp.at);
        self.status = self.before.take().unwrap_or(Status::InProgress);
        self.until = None;
    }

    /// Resolving, closing, cancelling and merging end a suspension.
    fn end(&mut self, mark: &str, status: Status, stamp: Stamp) {
        if self.status == Status::Suspended {
            self.line.close(Status::Suspended.code(), stamp.at);
            (self.before, self.until) = (None, None);
        }
        self.mark(mark, stamp);
        self.status = status;
    }

    fn reopen(&mut self, stamp: Stamp) {
        self.mark("reopened", stamp);
        self.status = if self.department.is_some() { Status::Assigned } else { Status::Registered };
        self.outcome = None;
    }
}
