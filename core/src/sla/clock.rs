//! One clock per exchange: what was allowed, counted and paused, when it is due and how it ended.
use serde::{Deserialize, Serialize};

use super::exchange::{Cut, Exchange, Marks, exchanges};
use super::level::Level;
use super::line::Line;
use super::metric::{Metric, OnReopen};
use super::pause::{Bucket, Pause, Paused, paused};
use crate::calendar::{Budget, Calendar, CalendarError, Instant, Length};

/// What a metric is held to: a budget on a schedule, with its pauses and warning levels.
#[derive(Debug, Clone)]
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
    marks: Marks,
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
    /// Another clock or exchange took its place before it was due.
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
    /// The budget as working time.
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
}

/// An exchange and its due time: what can be said without knowing the time of day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// Which round of the metric, from 0.
    pub exchange: u32,
    /// When it began.
    pub start: Instant,
    /// When it was answered.
    pub stop: Option<Instant>,
    /// When the budget is used up; none while paused.
    pub due: Option<Instant>,
    /// What was left when the pause began that still holds.
    left: Length,
    until: Option<Instant>,
    cut: Option<Cut>,
    pauses: Vec<Paused>,
}

/// The instants at which time alone has something to tell of a clock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alarms {
    /// Per level of the target, in its order; none if the clock is paused or over before it is reached.
    pub levels: Vec<Option<Instant>>,
    /// The first instant after the due time, if the clock was still running then.
    pub breach: Option<Instant>,
}

/// The exchanges of `target` on `line` with their due times. `superseded` is the instant at which another target took
/// this one's place.
///
/// # Errors
/// When the schedule has no answer: no working time within its range.
pub fn standings(line: &Line, target: &Target, superseded: Option<Instant>) -> Result<Vec<Standing>, CalendarError> {
    exchanges(line, target.metric, &target.marks, target.on_reopen)
        .into_iter()
        .zip(0_u32..)
        .filter(|(one, _)| superseded.is_none_or(|at| one.start <= at))
        .map(|(one, number)| standing(line, target, one, number, superseded))
        .collect()
}

/// The clocks of `target` on `line` as they stand at `now`, one per exchange.
///
/// # Errors
/// When the schedule has no answer: no working time within its range.
pub fn evaluate(
    line: &Line,
    target: &Target,
    now: Instant,
    superseded: Option<Instant>,
) -> Result<Vec<Clock>, CalendarError> {
    standings(line, target, superseded)?.into_iter().map(|standing| clock(target, &standing, now)).collect()
}

impl Standing {
    /// When it ended, by a stop or without one.
    fn end(&self) -> Option<Instant> {
        self.stop.or(self.cut.map(|(Cut::Replaced(at) | Cut::Cancelled(at))| at))
    }

    /// How it stands at `now`.
    pub fn outcome(&self, now: Instant) -> Outcome {
        let late = |at: Instant| self.due.is_some_and(|due| at > due);
        match (self.stop, self.cut) {
            (Some(stop), _) if late(stop) => Outcome::Breached,
            (Some(_), _) => Outcome::Met,
            (None, Some(Cut::Replaced(at) | Cut::Cancelled(at))) if late(at) => Outcome::Breached,
            (None, Some(Cut::Replaced(_))) => Outcome::Superseded,
            (None, Some(Cut::Cancelled(_))) => Outcome::Cancelled,
            (None, None) if self.due.is_none() => Outcome::Paused,
            (None, None) if late(now) => Outcome::Breached,
            (None, None) => Outcome::Running,
        }
    }
}

impl Target {
    /// When the levels and the breach of an exchange fall, or fell.
    ///
    /// # Errors
    /// When the schedule has no answer.
    pub fn alarms(&self, standing: &Standing) -> Result<Alarms, CalendarError> {
        let end = standing.end();
        let running_at = |at: &Instant| end.is_none_or(|end| *at <= end);
        let breach = standing.due.map(|due| due + Length::MICROSECOND).filter(running_at);
        if self.levels.is_empty() {
            return Ok(Alarms { levels: Vec::new(), breach });
        }
        let budget = self.allowed(standing)?;
        let reached = |level: &Level| {
            walk(&self.schedule, standing.start, level.at.counted(budget), &standing.pauses)
                .map(|walked| walked.reached().filter(running_at))
        };
        Ok(Alarms { levels: self.levels.iter().map(reached).collect::<Result<_, _>>()?, breach })
    }

    /// The budget as working time: a day budget, or a promise, is as long as the hours it spans.
    fn allowed(&self, standing: &Standing) -> Result<Length, CalendarError> {
        match (standing.until, &self.budget) {
            (Some(until), _) => self.schedule.elapsed(standing.start, until),
            (None, Budget::Length(length)) => Ok(*length),
            (None, days) => {
                let planned = self.schedule.deadline(standing.start, days)?.at;
                self.schedule.elapsed(standing.start, planned)
            }
        }
    }
}

/// Where a walk through working time less pauses ended.
#[derive(Debug, Clone, Copy)]
enum Walk {
    Reached(Instant),
    /// In a pause that still holds, with so much left.
    Left(Length),
}

impl Walk {
    fn reached(self) -> Option<Instant> {
        match self {
            Self::Reached(at) => Some(at),
            Self::Left(_) => None,
        }
    }
}

/// The earliest instant at which the time counted from `start` reaches `budget`.
fn walk(schedule: &Calendar, start: Instant, budget: Length, pauses: &[Paused]) -> Result<Walk, CalendarError> {
    let (mut from, mut left) = (start, budget);
    for pause in pauses {
        let free = schedule.elapsed(from, pause.from)?;
        if free >= left {
            break;
        }
        left = left - free;
        match pause.to {
            Some(to) => from = to,
            None => return Ok(Walk::Left(left)),
        }
    }
    schedule.after(from, left).map(Walk::Reached)
}

/// A day budget moves by the working time paused before it is due, then lands again.
fn walk_days(target: &Target, start: Instant, pauses: &[Paused]) -> Result<Walk, CalendarError> {
    let schedule = &target.schedule;
    let planned = schedule.deadline(start, &target.budget)?.at;
    let (mut due, mut moved) = (planned, Length::ZERO);
    for pause in pauses {
        if pause.from >= due {
            break;
        }
        let Some(to) = pause.to else {
            return schedule.elapsed(pause.from, due).map(Walk::Left);
        };
        moved = moved + schedule.elapsed(pause.from, to)?;
        due = schedule.land(schedule.after(planned, moved)?, &target.budget)?;
    }
    Ok(Walk::Reached(due))
}

fn standing(
    line: &Line,
    target: &Target,
    one: Exchange,
    number: u32,
    superseded: Option<Instant>,
) -> Result<Standing, CalendarError> {
    let stop = one.stop.filter(|stop| superseded.is_none_or(|at| *stop <= at));
    let cut = match stop {
        Some(_) => None,
        None => one.cut.or(superseded.map(Cut::Replaced)),
    };
    let mut standing = Standing {
        exchange: number,
        start: one.start,
        stop,
        due: one.until,
        left: Length::ZERO,
        until: one.until,
        cut,
        pauses: Vec::new(),
    };
    if one.until.is_none() {
        standing.pauses = paused(line, &target.pauses, one.start, standing.end());
        let walked = match &target.budget {
            Budget::Length(length) => walk(&target.schedule, one.start, *length, &standing.pauses)?,
            _ => walk_days(target, one.start, &standing.pauses)?,
        };
        match walked {
            Walk::Reached(due) => standing.due = Some(due),
            Walk::Left(left) => standing.left = left,
        }
    }
    Ok(standing)
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
            Some(due) => remainder(schedule, seen, due, &standing.pauses)?,
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

/// Working time from `at` to `due` less the pauses between, zero once due.
fn remainder(schedule: &Calendar, at: Instant, due: Instant, pauses: &[Paused]) -> Result<Length, CalendarError> {
    if at >= due {
        return Ok(Length::ZERO);
    }
    let between = schedule.elapsed(at, due)?;
    let held: Length = pauses.iter().map(|pause| open_within(schedule, pause, at, due)).sum::<Result<_, _>>()?;
    Ok(between - held)
}

fn late(schedule: &Calendar, due: Instant, at: Instant, pauses: &[Paused]) -> Result<Late, CalendarError> {
    let working = schedule.elapsed(due, at)?;
    let held: Length = pauses.iter().map(|pause| open_within(schedule, pause, due, at)).sum::<Result<_, _>>()?;
    Ok(Late { working: working - held, wall: at - due })
}

/// The open time of `pause` within `[from, to)`.
fn open_within(schedule: &Calendar, pause: &Paused, from: Instant, to: Instant) -> Result<Length, CalendarError> {
    let (begin, end) = (pause.from.max(from), pause.to.unwrap_or(to).min(to));
    if begin < end { schedule.elapsed(begin, end) } else { Ok(Length::ZERO) }
}

fn buckets(schedule: &Calendar, from: Instant, to: Instant, pauses: &[Paused]) -> Result<Buckets, CalendarError> {
    let open = schedule.elapsed(from, to)?;
    let mut buckets = Buckets { off_hours: (to - from) - open, counted: open, ..Buckets::default() };
    for pause in pauses {
        let held = open_within(schedule, pause, from, to)?;
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
