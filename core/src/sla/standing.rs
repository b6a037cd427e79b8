//! What can be said of a clock without knowing the time of day: its due time, its pauses and its alarms.
use super::clock::{Outcome, Target};
use super::exchange::{Cut, Exchange, exchanges};
use super::level::At;
use super::line::Line;
use super::pause::{Bucket, Paused, paused};
use crate::calendar::{Budget, Calendar, CalendarError, Instant, Length};

/// The stretch in which a target holds for a matter; without ends it always did and does.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Held {
    /// It took another target's place then. What was over by then remains the other's.
    pub since: Option<Instant>,
    /// Another target took its place then.
    pub until: Option<Instant>,
}

/// An exchange and its due time.
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
    pub(super) left: Length,
    /// The instant given, where it is a promise.
    pub(super) until: Option<Instant>,
    pub(super) pauses: Vec<Paused>,
    cut: Option<Cut>,
}

/// The instants at which time alone has something to tell of a clock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alarms {
    /// Per level of the target, in its order; none if the clock is paused or over before it is reached.
    pub levels: Vec<Option<Instant>>,
    /// The first instant after the due time, if the clock was still running then.
    pub breach: Option<Instant>,
}

/// The exchanges of `target` on `line` with their due times, as far as it held.
///
/// # Errors
/// When the schedule has no answer: no working time within its range.
pub fn standings(line: &Line, target: &Target, held: Held) -> Result<Vec<Standing>, CalendarError> {
    let numbered = exchanges(line, target).into_iter().zip(0_u32..);
    numbered.filter(|(one, _)| held.has(one)).map(|(one, number)| standing(line, target, one, number, held)).collect()
}

impl Held {
    /// Whether some of the exchange fell under the target.
    fn has(&self, one: &Exchange) -> bool {
        let was_over = |since: Instant| one.start < since && one.end().is_some_and(|end| end <= since);
        !self.since.is_some_and(was_over) && self.until.is_none_or(|until| one.start <= until)
    }
}

fn standing(
    line: &Line,
    target: &Target,
    mut one: Exchange,
    number: u32,
    held: Held,
) -> Result<Standing, CalendarError> {
    if let Some(until) = held.until
        && one.end().is_none_or(|end| end > until)
    {
        (one.stop, one.cut) = (None, Some(Cut::Replaced(until)));
    }
    let mut standing = Standing {
        exchange: number,
        start: one.start,
        stop: one.stop,
        due: one.until,
        left: Length::ZERO,
        until: one.until,
        pauses: Vec::new(),
        cut: one.cut,
    };
    if one.until.is_none() {
        standing.pauses = paused(line, &target.pauses, &one, one.end());
        match walk(&target.schedule, &target.budget, one.start, &standing.pauses)? {
            Walk::Reached(due) => standing.due = Some(due),
            Walk::Left(left) => standing.left = left,
        }
    }
    Ok(standing)
}

impl Standing {
    /// When it ended, by a stop or without one.
    pub(super) fn end(&self) -> Option<Instant> {
        self.stop.or(self.cut.map(Cut::at))
    }

    /// Whether the matter is resolved or closed and the clock waits for it to be reopened, broken or not.
    pub fn sleeps(&self) -> bool {
        self.pauses.last().is_some_and(|last| last.to.is_none() && last.bucket == Bucket::Closed)
    }

    /// Whether it had ended at `now`, by a stop or without one.
    pub fn is_over(&self, now: Instant) -> bool {
        self.end().is_some_and(|end| end <= now)
    }

    /// How it stands at `now`.
    pub fn outcome(&self, now: Instant) -> Outcome {
        let late = |at: Instant| self.due.is_some_and(|due| at > due);
        match (self.stop, self.cut) {
            (Some(stop), _) if late(stop) => Outcome::Breached,
            (Some(_), _) => Outcome::Met,
            (None, Some(cut)) if late(cut.at()) => Outcome::Breached,
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
        let allowed = self.allowed(standing)?;
        let reached = |at| Ok(self.reached(at, standing, allowed)?.filter(running_at));
        Ok(Alarms { levels: self.levels.iter().map(|level| reached(level.at)).collect::<Result<_, _>>()?, breach })
    }

    /// When a level is reached, if the clock is not paused before.
    fn reached(&self, at: At, standing: &Standing, allowed: Length) -> Result<Option<Instant>, CalendarError> {
        let (schedule, start) = (&self.schedule, standing.start);
        let walked = match (at.counted(allowed), at) {
            (Some(counted), _) => walk(schedule, &Budget::Length(counted), start, &standing.pauses)?,
            (None, At::Days(days)) => match standing.due {
                Some(due) if days.days().is_some_and(|days| days.count > 0) => {
                    let after: Vec<Paused> = standing.pauses.iter().filter_map(|one| one.within(due, None)).collect();
                    walk(schedule, &days, due, &after)?
                }
                Some(due) => Walk::Reached(schedule.deadline(due, &days)?.at.max(start)),
                None => Walk::Left(Length::ZERO),
            },
            (None, _) => Walk::Left(Length::ZERO),
        };
        Ok(match walked {
            Walk::Reached(at) => Some(at),
            Walk::Left(_) => None,
        })
    }

    /// The budget as working time: days, or a promise, are as long as the hours from start to due time without pauses.
    pub(super) fn allowed(&self, standing: &Standing) -> Result<Length, CalendarError> {
        let (schedule, start) = (&self.schedule, standing.start);
        match (standing.until, self.budget, standing.due) {
            (Some(until), ..) => schedule.elapsed(start, until.max(start)),
            (None, Budget::Length(length), _) => Ok(length),
            (None, _, Some(due)) => counted(schedule, start, due, &standing.pauses),
            (None, _, None) => {
                let held_from = standing.pauses.last().map_or(start, |pause| pause.from);
                Ok(counted(schedule, start, held_from, &standing.pauses)? + standing.left)
            }
        }
    }
}

/// The working time from `from` to `to` less the pauses between.
pub(super) fn counted(
    schedule: &Calendar,
    from: Instant,
    to: Instant,
    pauses: &[Paused],
) -> Result<Length, CalendarError> {
    let held: Length = pauses.iter().map(|pause| held_within(schedule, pause, from, to)).sum::<Result<_, _>>()?;
    Ok(schedule.elapsed(from, to)? - held)
}

/// The working time of `pause` within `[from, to)`.
pub(super) fn held_within(
    schedule: &Calendar,
    pause: &Paused,
    from: Instant,
    to: Instant,
) -> Result<Length, CalendarError> {
    let (begin, end) = (pause.from.max(from), pause.to.unwrap_or(to).min(to));
    if begin < end { schedule.elapsed(begin, end) } else { Ok(Length::ZERO) }
}

/// Where a walk through working time less pauses ended.
#[derive(Debug, Clone, Copy)]
enum Walk {
    Reached(Instant),
    /// In a pause that still holds, with so much left.
    Left(Length),
}

/// The earliest instant at which the time counted from `start` reaches `budget`.
fn walk(schedule: &Calendar, budget: &Budget, start: Instant, pauses: &[Paused]) -> Result<Walk, CalendarError> {
    match budget {
        Budget::Length(length) => walk_length(schedule, *length, start, pauses),
        Budget::WorkingDays(_) | Budget::Days(_) => walk_days(schedule, budget, start, pauses),
    }
}

fn walk_length(schedule: &Calendar, budget: Length, start: Instant, pauses: &[Paused]) -> Result<Walk, CalendarError> {
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
fn walk_days(schedule: &Calendar, budget: &Budget, start: Instant, pauses: &[Paused]) -> Result<Walk, CalendarError> {
    let planned = schedule.deadline(start, budget)?.at;
    let (mut due, mut moved) = (planned, Length::ZERO);
    for pause in pauses {
        if pause.from >= due {
            break;
        }
        let Some(to) = pause.to else {
            return schedule.elapsed(pause.from, due).map(Walk::Left);
        };
        let held = schedule.elapsed(pause.from, to)?;
        if held > Length::ZERO {
            moved = moved + held;
            due = schedule.land(schedule.after(planned, moved)?, budget)?;
        }
    }
    Ok(Walk::Reached(due))
}
