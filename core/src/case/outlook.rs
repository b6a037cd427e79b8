//! The clocks of a case as rules see them: what time alone will bring, and the flat columns.
use super::books::Books;
use super::event::{DueTimes, Event, Moved, Told, Withheld};
use super::notice::{Happened, Occasion, announce, notices, tell};
use super::rules::{On, TargetRule};
use super::state::{Attached, State, Status};
use crate::calendar::{CalendarError, Instant};
use crate::cell::Cell;
use crate::refusal::Refusal;
use crate::sla::{Alarms, Clock, ClockExplanation, Held, Metric, Outcome, Standing, evaluate, standings};

/// When time alone has something to tell of a case; never, if there is nothing to wait for.
///
/// # Errors
/// When a calendar of the rulebook has no answer.
pub fn wake_at<'a>(state: &'a State, books: impl Into<Books<'a>>) -> Result<Option<Instant>, Refusal> {
    Ok(Outlook::of(state, books)?.wake_at())
}

/// What time alone brings at `at`, the instant that [`wake_at`] gave, and tells at `told`: the same, or the entering of what
/// made it due.
///
/// # Errors
/// When a calendar of the rulebook has no answer.
pub fn wake<'a>(
    state: &'a State,
    books: impl Into<Books<'a>>,
    (at, told): (Instant, Instant),
) -> Result<Vec<Happened>, Refusal> {
    Ok(Outlook::of(state, books)?.happens(at, told))
}

/// The columns of a case, in order: what is filtered, sorted and reported.
pub const COLUMNS: [&str; 25] = [
    "number",
    "kind",
    "status",
    "topic",
    "urgency",
    "complexity",
    "major",
    "channel",
    "department",
    "owner",
    "customer",
    "premises",
    "external",
    "registered",
    "responded",
    "resolved",
    "closed",
    "due",
    "due_metric",
    "due_respond",
    "due_plan",
    "due_resolve",
    "broken",
    "running",
    "provisional",
];

/// All clocks of a case with their alarms, computed once.
#[derive(Debug)]
pub struct Outlook<'a> {
    state: &'a State,
    books: Books<'a>,
    clocks: Vec<Seen<'a>>,
}

#[derive(Debug)]
struct Seen<'a> {
    /// Since when its target holds: what lay in the past then falls at that beginning.
    attached: &'a Attached,
    rule: &'a TargetRule,
    standing: Standing,
    alarms: Alarms,
}

/// A clock, the target that holds it to account, and why it is what it is.
#[derive(Debug)]
pub struct Explained<'a> {
    /// The clock.
    pub clock: Clock,
    /// Its target.
    pub rule: &'a TargetRule,
    /// The pin of the rulebook that the target is from.
    pub rulebook: &'a str,
    /// The target holds for the case still.
    pub holds: bool,
    /// Why; an error if that would be too long to read.
    pub explanation: Option<Result<ClockExplanation, CalendarError>>,
}

/// A level or a breach that was not told yet.
struct Alarm<'a> {
    /// When it is told.
    at: Instant,
    /// When it was reached, perhaps before its target began to hold.
    reached: Instant,
    seen: &'a Seen<'a>,
    level: Option<usize>,
}

impl From<CalendarError> for Refusal {
    fn from(error: CalendarError) -> Self {
        Self::new("case.calendar", format!("工作日历无法计算:{error}"), format!("the calendar has no answer: {error}"))
    }
}

impl<'a> Outlook<'a> {
    /// The clocks of `state` under the rules it is pinned to.
    ///
    /// # Errors
    /// When a calendar of the rulebook has no answer.
    pub fn of(state: &'a State, books: impl Into<Books<'a>>) -> Result<Self, Refusal> {
        let books = books.into();
        let mut clocks = Vec::with_capacity(state.attached.len());
        for (attached, rule, held) in held(state, &books) {
            for standing in standings(&state.line, &rule.target, held)? {
                let alarms = rule.target.alarms(&standing)?;
                clocks.push(Seen { attached, rule, standing, alarms });
            }
        }
        Ok(Self { state, books, clocks })
    }

    /// When time alone has something to tell.
    pub fn wake_at(&self) -> Option<Instant> {
        let returns = self.state.until.filter(|_| self.state.status == Status::Suspended);
        let held = self.state.withheld.iter().map(|held| held.until);
        self.alarms().map(|alarm| alarm.at).chain(returns).chain(held).min()
    }

    /// What is not told yet, clock by clock.
    fn alarms(&self) -> impl Iterator<Item = Alarm<'_>> {
        self.clocks.iter().flat_map(move |seen| {
            let levels = seen.alarms.levels.iter().enumerate().map(|(level, at)| (*at, Some(level)));
            let alarms = levels.chain([(seen.alarms.breach, None)]);
            alarms.filter_map(move |(reached, level)| {
                let reached = reached?;
                let at = reached.max(seen.attached.since);
                (!self.is_told(seen, level)).then_some(Alarm { at, reached, seen, level })
            })
        })
    }

    /// A level is told once per exchange; a breach again if a late entry moved the due time beyond the one that was told.
    fn is_told(&self, seen: &Seen<'_>, level: Option<usize>) -> bool {
        let disproved =
            |told: Option<Instant>| level.is_none() && told.is_some_and(|told| Some(told) < seen.standing.due);
        self.state
            .told
            .iter()
            .any(|told| seen.is_of(told) && told.level.map(usize::try_from) == level.map(Ok) && !disproved(told.due))
    }

    /// What time alone brings at `at`: the suspension's end first, then notices that were held, then levels and breaches
    /// in the order of their targets.
    pub fn happens(&self, at: Instant, told: Instant) -> Vec<Happened> {
        let mut all = Vec::new();
        if self.state.status == Status::Suspended && self.state.until.is_some_and(|until| until <= at) {
            all.push(Event::Returned.into());
        }
        let held = self.state.withheld.iter().filter(|held| held.until <= at);
        all.extend(held.map(|held| self.deliver(held, at)));
        let mut due: Vec<Alarm<'_>> = self.alarms().filter(|alarm| alarm.at <= at).collect();
        for clock in due.chunk_by_mut(|one, next| std::ptr::eq(one.seen, next.seen)) {
            clock.sort_by_key(|alarm| alarm.reached);
            // Of levels overdue together all are recorded; only the highest tells anybody. A breach tells for itself.
            let highest = clock.iter().rposition(|alarm| alarm.level.is_some());
            for (n, alarm) in clock.iter().enumerate() {
                all.extend(self.tell(alarm, highest == Some(n), told));
            }
        }
        all
    }

    /// A warning of a clock that is over by now tells nobody any more.
    fn deliver(&self, held: &Withheld, at: Instant) -> Happened {
        let over =
            |told: &Told| self.clocks.iter().find(|seen| seen.is_of(told)).is_none_or(|seen| seen.standing.is_over(at));
        let lapsed = held.told.as_ref().is_some_and(over);
        let notices = if lapsed { Vec::new() } else { held.notices.clone() };
        Happened { event: Event::Delivered { until: held.until, lapsed }, notices }
    }

    fn tell(&self, alarm: &Alarm<'_>, highest: bool, now: Instant) -> Vec<Happened> {
        let (seen, rule) = (alarm.seen, alarm.seen.rule);
        let told = |level| seen.told(level);
        let owner = self.state.owner.as_ref();
        match (alarm.level, seen.standing.due) {
            (Some(level), due) => {
                let rung = rule.target.levels.get(level).filter(|_| highest);
                let path = format!("targets.{}.levels[{level}]", rule.id());
                let told = told(u32::try_from(level).ok());
                let notices = notices(&path, rung.map_or(&[][..], |rung| &rung.tell), owner);
                let schedule = rung.and_then(|rung| rung.schedule.as_ref());
                tell(Event::Warned { told: told.clone(), due }, notices, schedule, (Some(&told), now))
            }
            (None, Some(due)) => {
                let (labels, channel) = (&self.state.labels, &self.state.channel);
                let metric = Some(rule.target.metric);
                let event = Event::Breached { told: told(None), due };
                announce(
                    event,
                    On::Breached,
                    Occasion { labels, channel, owner, metric, before: None, now },
                    self.books.pinned,
                )
            }
            (None, None) => Vec::new(),
        }
    }

    /// The due time of a breach that was told, which a suspension for `reason` from `at` on would undo; without a reason,
    /// which an end of the clock at `at` would.
    pub(super) fn told_breach_undone(&self, reason: Option<&str>, at: Instant) -> Option<Instant> {
        let touched = |seen: &&Seen<'_>| {
            let target = &seen.rule.target;
            let paused = |reason| target.pauses.iter().any(|pause| pause.holds(Status::Suspended.code(), Some(reason)));
            reason.is_none_or(|reason| target.metric != Metric::Promise && paused(reason))
        };
        let told = self.clocks.iter().filter(touched).filter(|seen| self.is_broken(seen) && self.is_told(seen, None));
        told.filter_map(|seen| seen.standing.due).find(|due| *due > at)
    }

    /// The clocks in full, as they stand at `now`, with the breach that a late entry disproved told apart.
    ///
    /// # Errors
    /// When a calendar of the rulebook has no answer.
    pub fn clocks(&self, now: Instant) -> Result<Vec<Clock>, Refusal> {
        Ok(self.evaluated(now)?.into_iter().map(|(clock, ..)| clock).collect())
    }

    /// The same clocks, each with why it is what it is.
    ///
    /// # Errors
    /// When a calendar of the rulebook has no answer.
    pub fn explained(&self, now: Instant) -> Result<Vec<Explained<'a>>, Refusal> {
        let all = self.evaluated(now)?.into_iter().map(|(clock, rule, rulebook, held)| {
            let holds = held.until.is_none();
            let explanation = rule.target.explain(&self.state.line, clock.exchange, now, held);
            Explained { explanation: explanation.transpose(), clock, rule, rulebook, holds }
        });
        Ok(all.collect())
    }

    fn evaluated(&self, now: Instant) -> Result<Vec<(Clock, &'a TargetRule, &'a str, Held)>, Refusal> {
        let mut all = Vec::with_capacity(self.clocks.len());
        for (attached, rule, held) in held(self.state, &self.books) {
            let rulebook = attached.rulebook.as_deref().unwrap_or(&self.state.pin.0);
            for mut clock in evaluate(&self.state.line, &rule.target, now, held)? {
                let breach = |told: &Told| told.is_of(attached, clock.exchange) && told.level.is_none();
                if clock.outcome == Outcome::Met && self.state.told.iter().any(breach) {
                    clock.outcome = Outcome::MetRecordedLate;
                }
                all.push((clock, rule, rulebook, held));
            }
        }
        Ok(all)
    }

    /// The due times of the clocks that run or wait, by metric and round.
    pub(crate) fn due_times(&self) -> DueTimes {
        self.due_times_of(|standing| !standing.is_over(Instant::MAX))
    }

    /// The due times of all clocks that nothing took over and nobody cancelled, by metric and round.
    pub(crate) fn judged(&self) -> DueTimes {
        self.due_times_of(|standing| !is_void(standing))
    }

    fn due_times_of(&self, wanted: impl Fn(&Standing) -> bool) -> DueTimes {
        let wanted = self.clocks.iter().filter(|seen| wanted(&seen.standing));
        wanted.map(|seen| ((seen.rule.target.metric, seen.standing.exchange), seen.standing.due)).collect()
    }

    /// The due times that differ from what the columns of the case say.
    pub(crate) fn moved_since(&self, columns: &[Cell]) -> Vec<Moved> {
        let told = |name: &str| {
            let at = COLUMNS.iter().position(|column| *column == name)?;
            match columns.get(at)? {
                Cell::Int(micros) => Some(Instant::from_micros(*micros)),
                _ => None,
            }
        };
        let due = [("due_respond", Metric::Respond), ("due_plan", Metric::Plan), ("due_resolve", Metric::Resolve)];
        let pairs = due.into_iter().map(|(name, metric)| Moved { metric, before: told(name), after: self.due(metric) });
        pairs.filter(|moved| moved.before != moved.after).collect()
    }

    /// The flat columns, in the order of [`COLUMNS`].
    pub fn cells(&self) -> [Cell; COLUMNS.len()] {
        let state = self.state;
        let first = |mark: &str| state.line.first(mark).map(|mark| mark.at);
        let ended = |mark: &str, statuses: &[Status]| {
            state.line.last(mark).filter(|_| statuses.contains(&state.status)).map(|mark| mark.at)
        };
        let running =
            |seen: &&Seen<'_>| seen.standing.outcome(Instant::MIN) == Outcome::Running && !seen.standing.sleeps();
        let running = self.clocks.iter().filter(running);
        let nearest = running.filter_map(|seen| Some((seen.standing.due?, seen))).min_by_key(|(due, _)| *due);
        [
            Cell::int(i64::try_from(state.number).ok()),
            Cell::id(Some(&state.labels.kind)),
            Cell::text(Some(state.status.code())),
            Cell::id(Some(&state.labels.topic)),
            Cell::id(Some(&state.labels.urgency)),
            Cell::id(Some(&state.labels.complexity)),
            Cell::Int(i64::from(state.labels.major)),
            Cell::id(Some(&state.channel)),
            Cell::id(state.department.as_ref()),
            Cell::id(state.owner.as_ref()),
            Cell::id(state.customer.as_ref()),
            Cell::id(state.premises.as_ref()),
            Cell::id(state.external.as_ref()),
            instant(first("registered")),
            instant(first("told")),
            instant(ended("resolved", &[Status::Resolved, Status::Closed])),
            instant(ended("closed", &[Status::Closed])),
            instant(nearest.map(|(due, _)| due)),
            Cell::text(nearest.map(|(_, seen)| seen.rule.target.metric.code())),
            instant(self.due(Metric::Respond)),
            instant(self.due(Metric::Plan)),
            instant(self.due(Metric::Resolve)),
            Cell::Int(self.broken()),
            Cell::Int(self.running()),
            Cell::Int(i64::from(self.provisional())),
        ]
    }

    /// The due time of the last exchange of a metric, running or over, that was neither taken over nor cancelled.
    fn due(&self, metric: Metric) -> Option<Instant> {
        let of_metric = self.clocks.iter().filter(|seen| seen.rule.target.metric == metric);
        let judged = of_metric.filter(|seen| !is_void(&seen.standing));
        judged.max_by_key(|seen| seen.standing.exchange).and_then(|seen| seen.standing.due)
    }

    /// A bit per metric that has a broken exchange.
    fn broken(&self) -> i64 {
        let broken = self.clocks.iter().filter(|seen| self.is_broken(seen));
        broken.fold(0, |bits, seen| bits | seen.rule.target.metric.bit())
    }

    /// A bit per metric that has an exchange which neither stopped nor waits.
    fn running(&self) -> i64 {
        let running = self.clocks.iter().filter(|seen| seen.standing.outcome(Instant::MIN) == Outcome::Running);
        running.fold(0, |bits, seen| bits | seen.rule.target.metric.bit())
    }

    /// Over and late, or running and told as broken; a breach that a late entry disproved is none.
    fn is_broken(&self, seen: &Seen<'_>) -> bool {
        match seen.standing.outcome(Instant::MIN) {
            Outcome::Breached => true,
            Outcome::Running => self.is_told(seen, None),
            _ => false,
        }
    }

    fn provisional(&self) -> bool {
        self.clocks.iter().any(|seen| {
            let running = seen.standing.outcome(Instant::MIN) == Outcome::Running;
            running && seen.standing.due.is_some_and(|due| seen.rule.target.schedule.provisional(due))
        })
    }
}

impl Seen<'_> {
    fn told(&self, level: Option<u32>) -> Told {
        Told {
            target: self.attached.target.clone(),
            exchange: self.standing.exchange,
            level,
            due: None,
            rulebook: self.attached.rulebook.clone(),
        }
    }

    fn is_of(&self, told: &Told) -> bool {
        told.is_of(self.attached, self.standing.exchange)
    }
}

impl Told {
    /// Whether it was told of this round of a target.
    fn is_of(&self, attached: &Attached, exchange: u32) -> bool {
        self.target == attached.target && self.exchange == exchange && self.rulebook == attached.rulebook
    }
}

/// The targets that hold or held, and which exchanges are theirs: what was over when a target of the same metric gave way
/// remains that one's.
fn held<'a>(state: &'a State, books: &Books<'a>) -> impl Iterator<Item = (&'a Attached, &'a TargetRule, Held)> {
    state.attached.iter().enumerate().filter_map(move |(n, attached)| {
        let rule = books.rule(attached)?;
        let same_metric =
            |other: &Attached| books.rule(other).is_some_and(|other| other.target.metric == rule.target.metric);
        // Targets seldom give way: those that did are looked for first.
        let before = state.attached.iter().take(n).filter_map(|other| other.until.map(|until| (other, until)));
        let since = before.filter(|(other, _)| same_metric(other)).map(|(_, until)| until).max();
        Some((attached, rule, Held { since, until: attached.until }))
    })
}

/// Whether something took it over, or somebody cancelled it.
fn is_void(standing: &Standing) -> bool {
    matches!(standing.outcome(Instant::MIN), Outcome::Superseded | Outcome::Cancelled)
}

fn instant(at: Option<Instant>) -> Cell {
    Cell::int(at.map(Instant::micros))
}
