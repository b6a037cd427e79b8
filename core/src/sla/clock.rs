//! One clock per exchange: what was allowed, counted and paused, when it is due and how it ended.
use serde::{Deserialize, Serialize};

use super::exchange::Marks;
use super::level::Level;
use super::line::Line;
use super::metric::{Metric, OnReopen};
use super::pause::{Bucket, Pause, Paused};
use super::standing::{Held, Standing, counted, held_within, standings};
use crate::calendar::{Budget, Calendar, CalendarError, Instant, Length};

/// What a metric is held to: a budget on a schedule, with its pauses and warning levels.
#[derive(Debug, Clone, PartialEq)]
pub struct Target {
    /// Its id in the rulebook.
    pub id: Box<str>,
    /// What is measured.
    pub metric: Metric,
    /// How long it may take. A promise has none: its instant is the one that was given.
    pub budget: Budget,
    /// The hours that count.
    pub schedule: Calendar,
    /// In what it does not run.
    pub pauses: Vec<Pause>,
    /// Warning levels, in the order of the rulebook.
    pub levels: Vec<Level>,
    /// What reopening does.
    pub on_reopen: OnReopen,
    pub(super) marks: Marks,
}

/// How a clock stands or ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Running, not yet due.
    Running,
    /// Not running: there is a remainder and no due time.
    Paused,
    /// Stopped at or before the due time.
    Met,
    /// After the due time, stopped or not.
    Breached,
    /// Stopped in time, but a breach had been told before that was known.
    MetRecordedLate,
    /// Another target or exchange took its place, or nobody waited for it any more, before it was due.
    Superseded,
    /// The matter was cancelled or merged.
    Cancelled,
}

/// How late, in the schedule's hours and on the wall.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Late {
    /// In the hours of the schedule, pauses left out.
    pub working: Length,
    /// On the wall.
    pub wall: Length,
}

/// Where the time from start to stop went; the parts sum to wall time.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Buckets {
    /// Outside the schedule's hours.
    pub off_hours: Length,
    /// Between resolving and reopening.
    pub closed: Length,
    /// Waiting for somebody outside.
    pub third_party: Length,
    /// Waiting for the customer, or for a date.
    pub waiting: Length,
    /// What the budget is spent on.
    pub counted: Length,
}

/// One exchange of one target at an instant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Clock {
    /// The target's id.
    pub target: Box<str>,
    /// What is measured.
    pub metric: Metric,
    /// Which round of the metric, from 0.
    pub exchange: u32,
    /// When it began.
    pub start: Instant,
    /// When it was answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stop: Option<Instant>,
    /// When the budget is used up; none while paused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<Instant>,
    /// The budget as working time; that of days is as long as the hours they span.
    pub allowed: Length,
    /// What is left of the budget at the instant asked about, never negative.
    pub remainder: Length,
    /// How it stands or ended.
    pub outcome: Outcome,
    /// How late, once it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub late: Option<Late>,
    /// Where the time went.
    pub buckets: Buckets,
    /// The due time rests on days that are not announced yet.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub provisional: bool,
}

impl Target {
    /// A target without pauses and levels, on the metric's own marks.
    pub fn new(id: &str, metric: Metric, budget: Budget, schedule: Calendar) -> Self {
        Self {
            id: id.into(),
            metric,
            budget,
            schedule,
            pauses: Vec::new(),
            levels: Vec::new(),
            on_reopen: OnReopen::default(),
            marks: Marks::default(),
        }
    }

    /// The same target on marks of the caller's own: for a host without cases.
    #[must_use]
    pub fn with_marks(mut self, start: Vec<Box<str>>, stop: Vec<Box<str>>) -> Self {
        self.marks = Marks { start, stop };
        self
    }

    /// Whether a mark of this name starts it.
    pub fn is_started_by(&self, mark: &str) -> bool {
        self.marks.starts(self.metric, mark)
    }

    /// Whether a mark of this name stops it.
    pub fn is_stopped_by(&self, mark: &str) -> bool {
        self.marks.stops(self.metric, mark)
    }
}

/// The clocks of `target` on `line` as they stand at `now`, one per exchange, as far as the target held. What lies after
/// `now` has not happened yet.
///
/// # Errors
/// When the schedule has no answer: no working time within its range.
pub fn evaluate(line: &Line, target: &Target, now: Instant, held: Held) -> Result<Vec<Clock>, CalendarError> {
    let held = Held { until: held.until.filter(|until| *until <= now), ..held };
    let standings = standings(&line.as_of(now), target, held)?;
    standings.iter().map(|standing| clock(target, standing, now)).collect()
}

fn clock(target: &Target, standing: &Standing, now: Instant) -> Result<Clock, CalendarError> {
    let schedule = &target.schedule;
    let seen = standing.end().unwrap_or(now).max(standing.start);
    let outcome = standing.outcome(now);
    Ok(Clock {
        target: target.id.clone(),
        metric: target.metric,
        exchange: standing.exchange,
        start: standing.start,
        stop: standing.stop,
        due: standing.due,
        allowed: target.allowed(standing)?,
        remainder: match standing.due {
            Some(due) if seen < due => counted(schedule, seen, due, &standing.pauses)?,
            Some(_) => Length::ZERO,
            None => standing.left,
        },
        outcome,
        late: match standing.due {
            Some(due) if outcome == Outcome::Breached => Some(late(schedule, due, seen, &standing.pauses)?),
            _ => None,
        },
        buckets: buckets(schedule, standing.start, seen, &standing.pauses)?,
        provisional: standing.until.is_none() && standing.due.is_some_and(|due| schedule.provisional(due)),
    })
}

fn late(schedule: &Calendar, due: Instant, at: Instant, pauses: &[Paused]) -> Result<Late, CalendarError> {
    Ok(Late { working: counted(schedule, due, at, pauses)?, wall: at - due })
}

fn buckets(schedule: &Calendar, from: Instant, to: Instant, pauses: &[Paused]) -> Result<Buckets, CalendarError> {
    let open = schedule.elapsed(from, to)?;
    let mut buckets = Buckets { off_hours: (to - from) - open, counted: open, ..Buckets::default() };
    for pause in pauses {
        let held = held_within(schedule, pause, from, to)?;
        let bucket = match pause.bucket {
            Bucket::Closed => &mut buckets.closed,
            Bucket::ThirdParty => &mut buckets.third_party,
            Bucket::Waiting => &mut buckets.waiting,
        };
        *bucket = *bucket + held;
        buckets.counted = buckets.counted - held;
    }
    Ok(buckets)
}
