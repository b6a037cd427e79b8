//! The clocks of a case as rules see them: what time alone will bring, and the flat columns.
use super::event::{Event, Told};
use super::notice::{Happened, Occasion, announce, notices};
use super::rules::{On, Rules, TargetRule};
use super::state::{State, Status};
use crate::calendar::{CalendarError, Instant};
use crate::cell::Cell;
use crate::ident::Code;
use crate::refusal::Refusal;
use crate::sla::{Alarms, Clock, ClockExplanation, Held, Metric, Outcome, Standing, evaluate, standings};

/// When time alone has something to tell of a case; never, if there is nothing to wait for.
///
/// # Errors
/// When a calendar of the rulebook has no answer.
pub fn wake_at(state: &State, rules: &Rules) -> Result<Option<Instant>, Refusal> {
    Ok(Outlook::of(state, rules)?.wake_at())
}

/// What time alone brings at `at`, the instant that [`wake_at`] gave.
///
/// # Errors
/// When a calendar of the rulebook has no answer.
pub fn wake(state: &State, rules: &Rules, at: Instant) -> Result<Vec<Happened>, Refusal> {
    Ok(Outlook::of(state, rules)?.happens(at))
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
    rules: &'a Rules,
    clocks: Vec<Seen<'a>>,
}

#[derive(Debug)]
struct Seen<'a> {
    /// Since when its target holds: what lay in the past then falls at that beginning.
    since: Instant,
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
    pub fn of(state: &'a State, rules: &'a Rules) -> Result<Self, Refusal> {
        let mut clocks = Vec::with_capacity(state.attached.len());
        for (rule, since, held) in held(state, rules) {
            for standing in standings(&state.line, &rule.target, held)? {
                let alarms = rule.target.alarms(&standing)?;
                clocks.push(Seen { since, rule, standing, alarms });
            }
        }
        Ok(Self { state, rules, clocks })
    }

    /// When time alone has something to tell.
    pub fn wake_at(&self) -> Option<Instant> {
        let returns = self.state.until.filter(|_| self.state.status == Status::Suspended);
        self.alarms().map(|alarm| alarm.at).chain(returns).min()
    }

    /// What is not told yet, clock by clock.
    fn alarms(&self) -> impl Iterator<Item = Alarm<'_>> {
        self.clocks.iter().flat_map(move |seen| {
            let levels = seen.alarms.levels.iter().enumerate().map(|(level, at)| (*at, Some(level)));
            let alarms = levels.chain([(seen.alarms.breach, None)]);
            alarms.filter_map(move |(reached, level)| {
                let reached = reached?;
                let at = reached.max(seen.since);
                (!self.is_told(seen, level)).then_some(Alarm { at, reached, seen, level })
            })
        })
    }

    /// A level is told once per exchange; a breach again if a late entry moved the due time beyond the one that was told.
    fn is_told(&self, seen: &Seen<'_>, level: Option<usize>) -> bool {
        let disproved =
            |told: Option<Instant>| level.is_none() && told.is_some_and(|told| Some(told) < seen.standing.due);
        self.state.told.iter().any(|told| {
            told.target == *seen.rule.id()
                && told.exchange == seen.standing.exchange
                && told.level.map(usize::try_from) == level.map(Ok)
                && !disproved(told.due)
        })
    }

    /// What time alone brings at `at`: the suspension's end first, then levels and breaches in the order of their targets.
    pub fn happens(&self, at: Instant) -> Vec<Happened> {
        let mut all = Vec::new();
        if self.state.status == Status::Suspended && self.state.until.is_some_and(|until| until <= at) {
            all.push(Event::Returned.into());
        }
        let mut due: Vec<Alarm<'_>> = self.alarms().filter(|alarm| alarm.at <= at).collect();
        for clock in due.chunk_by_mut(|one, next| std::ptr::eq(one.seen, next.seen)) {
            clock.sort_by_key(|alarm| alarm.reached);
            // Of levels overdue together all are recorded; only the highest tells anybody. A breach tells for itself.
            let highest = clock.iter().rposition(|alarm| alarm.level.is_some());
            for (n, alarm) in clock.iter().enumerate() {
                all.extend(self.tell(alarm, highest == Some(n)));
            }
        }
        all
    }

    fn tell(&self, alarm: &Alarm<'_>, highest: bool) -> Vec<Happened> {
        let (seen, rule) = (alarm.seen, alarm.seen.rule);
        let told = |level| Told { target: rule.id().clone(), exchange: seen.standing.exchange, level, due: None };
        let owner = self.state.owner.as_ref();
        match (alarm.level, seen.standing.due) {
            (Some(level), due) => {
                let to = rule.target.levels.get(level).filter(|_| highest).map_or(&[][..], |level| &level.tell);
                let path = format!("targets.{}.levels[{level}]", rule.id());
                let event = Event::Warned { told: told(u32::try_from(level).ok()), due };
                vec![Happened { event, notices: notices(&path, to, owner) }]
            }
            (None, Some(due)) => {
                let (labels, channel) = (&self.state.labels, &self.state.channel);
                let metric = Some(rule.target.metric);
                let event = Event::Breached { told: told(None), due };
                announce(event, On::Breached, Occasion { labels, channel, owner, metric, before: None }, self.rules)
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
        let all = self.evaluated(now)?.into_iter().map(|(clock, rule, held)| {
            let explanation = rule.target.explain(&self.state.line, clock.exchange, now, held);
            Explained { explanation: explanation.transpose(), clock, rule }
        });
        Ok(all.collect())
    }

    fn evaluated(&self, now: Instant) -> Result<Vec<(Clock, &'a TargetRule, Held)>, Refusal> {
        let mut all = Vec::with_capacity(self.clocks.len());
        for (rule, _, held) in held(self.state, self.rules) {
            for mut clock in evaluate(&self.state.line, &rule.target, now, held)? {
                let breach =
                    |told: &Told| told.target == *rule.id() && told.exchange == clock.exchange && told.level.is_none();
                if clock.outcome == Outcome::Met && self.state.told.iter().any(breach) {
                    clock.outcome = Outcome::MetRecordedLate;
                }
                all.push((clock, rule, held));
            }
        }
        Ok(all)
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
        let void = |outcome| matches!(outcome, Outcome::Superseded | Outcome::Cancelled);
        let judged = of_metric.filter(|seen| !void(seen.standing.outcome(Instant::MIN)));
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

/// The targets that hold or held, since when, and which exchanges are theirs: what was over when a target of the same
/// metric gave way remains that one's.
fn held<'a>(state: &'a State, rules: &'a Rules) -> impl Iterator<Item = (&'a TargetRule, Instant, Held)> {
    state.attached.iter().enumerate().filter_map(move |(n, attached)| {
        let rule = rules.target(&attached.target)?;
        let same_metric =
            |other: &Code| rules.target(other).is_some_and(|other| other.target.metric == rule.target.metric);
        // Targets seldom give way: those that did are looked for first.
        let before = state.attached.iter().take(n).filter_map(|other| other.until.map(|until| (other, until)));
        let since = before.filter(|(other, _)| same_metric(&other.target)).map(|(_, until)| until).max();
        Some((rule, attached.since, Held { since, until: attached.until }))
    })
}

fn instant(at: Option<Instant>) -> Cell {
    Cell::int(at.map(Instant::micros))
}
