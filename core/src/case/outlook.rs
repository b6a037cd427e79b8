//! The clocks of a case as rules see them: what time alone will bring, and the flat columns.
use super::event::{Event, Told};
use super::notice::{Happened, announce, notices};
use super::rules::{On, Rules, TargetRule};
use super::state::{Attached, State, Status};
use crate::calendar::{CalendarError, Instant};
use crate::cell::Cell;
use crate::refusal::Refusal;
use crate::sla::{Alarms, Clock, Metric, Outcome, Standing, evaluate, standings};

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
pub const COLUMNS: [&str; 24] = [
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
    attached: &'a Attached,
    rule: &'a TargetRule,
    standing: Standing,
    alarms: Alarms,
}

/// A level or a breach that was not told yet.
struct Alarm<'a> {
    at: Instant,
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
        for attached in &state.attached {
            let Some(rule) = rules.target(&attached.target) else { continue };
            for standing in standings(&state.line, &rule.target, attached.until)? {
                let alarms = rule.target.alarms(&standing)?;
                clocks.push(Seen { attached, rule, standing, alarms });
            }
        }
        Ok(Self { state, rules, clocks })
    }

    /// When time alone has something to tell.
    pub fn wake_at(&self) -> Option<Instant> {
        let returns = self.state.until.filter(|_| self.state.status == Status::Suspended);
        self.alarms().map(|alarm| alarm.at).chain(returns).min()
    }

    /// What is not told yet. An alarm that lay in the past when its target began to hold falls at that beginning.
    fn alarms(&self) -> impl Iterator<Item = Alarm<'_>> {
        self.clocks.iter().flat_map(move |seen| {
            let levels = seen.alarms.levels.iter().enumerate().map(|(level, at)| (*at, Some(level)));
            let alarms = levels.chain([(seen.alarms.breach, None)]);
            alarms.filter_map(move |(at, level)| {
                let at = at?.max(seen.attached.since);
                (!self.is_told(seen, level)).then_some(Alarm { at, seen, level })
            })
        })
    }

    fn is_told(&self, seen: &Seen<'_>, level: Option<usize>) -> bool {
        self.state.told.iter().any(|told| {
            told.target == *seen.rule.id()
                && told.exchange == seen.standing.exchange
                && told.level.map(usize::try_from) == level.map(Ok)
        })
    }

    /// What time alone brings at `at`: the suspension's end first, then levels and breaches in the order of their targets.
    pub fn happens(&self, at: Instant) -> Vec<Happened> {
        let mut all = Vec::new();
        if self.state.status == Status::Suspended && self.state.until.is_some_and(|until| until <= at) {
            all.push(Event::Returned.into());
        }
        let due: Vec<Alarm<'_>> = self.alarms().filter(|alarm| alarm.at <= at).collect();
        for (n, alarm) in due.iter().enumerate() {
            // Of levels overdue together all are recorded; only the last of a clock, the highest, tells anybody.
            let next = due.get(n + 1);
            let highest = next.is_none_or(|next| !std::ptr::eq(next.seen, alarm.seen));
            all.extend(self.tell(alarm, highest));
        }
        all
    }

    fn tell(&self, alarm: &Alarm<'_>, highest: bool) -> Vec<Happened> {
        let (seen, rule) = (alarm.seen, alarm.seen.rule);
        let told = |level| Told { target: rule.id().clone(), exchange: seen.standing.exchange, level };
        let owner = self.state.owner.as_ref();
        match (alarm.level, seen.standing.due) {
            (Some(level), due) => {
                let to = rule.target.levels.get(level).filter(|_| highest).map_or(&[][..], |level| &level.tell);
                let path = format!("targets.{}.levels[{level}]", rule.id());
                let event = Event::Warned { told: told(u32::try_from(level).ok()), due };
                vec![Happened { event, notices: notices(&path, to, owner) }]
            }
            (None, Some(due)) => {
                let case = (&self.state.labels, &self.state.channel, owner);
                let event = Event::Breached { told: told(None), due };
                announce(event, (On::Breached, Some(rule.target.metric)), case, self.rules)
            }
            (None, None) => Vec::new(),
        }
    }

    /// The due time of a breach that was told and lies after `at`.
    pub(super) fn told_breach_after(&self, at: Instant) -> Option<Instant> {
        let told = self.clocks.iter().filter(|seen| seen.standing.stop.is_none() && self.is_told(seen, None));
        told.filter_map(|seen| seen.standing.due).find(|due| *due >= at)
    }

    /// The clocks in full, as they stand at `now`, with the breach that a late entry disproved told apart.
    ///
    /// # Errors
    /// When a calendar of the rulebook has no answer.
    pub fn clocks(&self, now: Instant) -> Result<Vec<Clock>, Refusal> {
        let mut all = Vec::with_capacity(self.clocks.len());
        for attached in &self.state.attached {
            let Some(rule) = self.rules.target(&attached.target) else { continue };
            for mut clock in evaluate(&self.state.line, &rule.target, now, attached.until)? {
                let told = Told { target: rule.id().clone(), exchange: clock.exchange, level: None };
                if clock.outcome == Outcome::Met && self.state.told.contains(&told) {
                    clock.outcome = Outcome::MetRecordedLate;
                }
                all.push(clock);
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
        let running = self.clocks.iter().filter(|seen| seen.standing.outcome(Instant::MIN) == Outcome::Running);
        let nearest = running.filter_map(|seen| Some((seen.standing.due?, seen))).min_by_key(|(due, _)| *due);
        [
            Cell::int(i64::try_from(state.number).ok()),
            Cell::text(Some(state.labels.kind.as_str())),
            Cell::text(Some(state.status.code())),
            Cell::text(Some(state.labels.topic.as_str())),
            Cell::text(Some(state.labels.urgency.as_str())),
            Cell::text(Some(state.labels.complexity.as_str())),
            Cell::Int(i64::from(state.labels.major)),
            Cell::text(Some(state.channel.as_str())),
            Cell::text(state.department.as_ref().map(|code| code.as_str())),
            Cell::text(state.owner.as_ref().map(|id| id.as_str())),
            Cell::text(state.customer.as_ref().map(|id| id.as_str())),
            Cell::text(state.premises.as_ref().map(|id| id.as_str())),
            Cell::text(state.external.as_ref().map(|id| id.as_str())),
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
            Cell::Int(i64::from(self.provisional())),
        ]
    }

    /// The due time of the last exchange of a metric, running or over.
    fn due(&self, metric: Metric) -> Option<Instant> {
        let of_metric = self.clocks.iter().filter(|seen| seen.rule.target.metric == metric);
        of_metric.filter(|seen| seen.attached.until.is_none()).last().and_then(|seen| seen.standing.due)
    }

    /// A bit per metric that has a broken exchange: told as broken, or over and late.
    fn broken(&self) -> i64 {
        let broken = self.clocks.iter().filter(|seen| match seen.standing.outcome(Instant::MIN) {
            Outcome::Breached => true,
            Outcome::Met => false,
            _ => self.is_told(seen, None),
        });
        broken.fold(0, |bits, seen| bits | seen.rule.target.metric.bit())
    }

    fn provisional(&self) -> bool {
        self.clocks.iter().any(|seen| {
            let running = seen.standing.outcome(Instant::MIN) == Outcome::Running;
            running && seen.standing.due.is_some_and(|due| seen.rule.target.schedule.provisional(due))
        })
    }
}

fn instant(at: Option<Instant>) -> Cell {
    Cell::int(at.map(Instant::micros))
}
