//! Why a clock is due when it is: the stretches counted, skipped and paused, as data and as words.
use serde::Serialize;

use super::clock::Target;
use super::line::{Line, Span};
use super::metric::Metric;
use super::pause::{Bucket, Paused};
use super::standing::{Held, Standing, held_within, standings};
use crate::calendar::{self, Budget, CalendarError, CountedDay, Instant, Length, Zone, due_words, moment};
use crate::clause::Words;

/// A clock explained. A budget that is a length, or days that mean hours, is explained by `spans`: from start to due time
/// without a gap, those that count add up to the budget (to more if it lands at closing). While a pause holds, the last
/// span has no end and `left` is what the others lack. A budget of other days is explained by `days`, whose counted ones
/// are as many as it says and end at `planned`; `spans` then are the pauses, whose working time, `moved`, moves the due
/// time on from there. A promise has neither: its instant was given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ClockExplanation {
    /// The target's id.
    pub target: Box<str>,
    /// What is measured.
    pub metric: Metric,
    /// Which round of the metric, from 0.
    pub exchange: u32,
    /// When the clock began.
    pub start: Instant,
    /// When the budget is used up; none while paused.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due: Option<Instant>,
    /// How much time there is; none for a promise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub budget: Option<Budget>,
    /// Stretches in order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub spans: Vec<ClockSpan>,
    /// The days of a budget of days, from the start's on.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub days: Vec<CountedDay>,
    /// Where a budget of days ends without pauses.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub planned: Option<Instant>,
    /// The working time paused before a budget of days is due; none while a pause holds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub moved: Option<Length>,
    /// What is left while a pause holds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub left: Option<Length>,
    /// The due time rests on holidays not announced yet.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub provisional: bool,
    /// The same for people, a line each.
    pub words: Vec<Words>,
}

/// Why a stretch of a clock counts or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// Working time of an ordinary working day.
    Working,
    /// Working time of a make-up working day.
    MakeUp,
    /// Working time of a date with hours of its own.
    OwnHours,
    /// Before, between or after the hours of a day that works.
    OffHours,
    /// A weekday without hours, or a date closed by its own.
    DayOff,
    /// A holiday.
    Holiday,
    /// Cut out of what would be open.
    Break,
    /// The clock stood still.
    Paused,
}

/// A stretch of a clock with one reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ClockSpan {
    /// Where it begins.
    pub from: Instant,
    /// Where it ends; none for a pause that still holds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<Instant>,
    /// Why it counts or not.
    pub reason: Why,
    /// Name of the holiday, or of the one a make-up day is worked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<Words>,
    /// The notice that makes it a holiday or a make-up day, if the table knows one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// Where a pause is told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bucket: Option<Bucket>,
    /// The status that pauses; none between resolving and reopening.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<Box<str>>,
    /// Why that status held.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status_reason: Option<Box<str>>,
    /// What it takes of the budget; none if it does not count.
    pub counted: Length,
}

impl Target {
    /// Why the clock of an exchange stands as it does at `now`; `None` if there is no such exchange then.
    ///
    /// ```
    /// use guanjia::calendar::{Calendar, CalendarRules, Zone};
    /// use guanjia::sla::{Held, Line, Metric, Target, Why};
    /// let mut rules = CalendarRules::new(Zone::SHANGHAI);
    /// rules.hours.insert("mon-fri".into(), vec!["09:00-17:00".into()]);
    /// let target = Target::new("resolve", Metric::Resolve, "2 h".parse()?, Calendar::compile(&rules)?);
    /// let mut line = Line::default();
    /// line.mark("registered", "2026-03-02T16:00:00+08:00".parse()?, 1);
    /// let now = "2026-03-02T16:30:00+08:00".parse()?;
    /// let told = target.explain(&line, 0, now, Held::default())?.ok_or("no such clock")?;
    /// assert_eq!(told.spans.iter().map(|span| span.reason).collect::<Vec<_>>(), [Why::Working, Why::OffHours, Why::Working]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// When the schedule has no answer, or the explanation would be too long to read.
    pub fn explain(
        &self,
        line: &Line,
        exchange: u32,
        now: Instant,
        held: Held,
    ) -> Result<Option<ClockExplanation>, CalendarError> {
        let held = Held { until: held.until.filter(|until| *until <= now), ..held };
        let line = line.as_of(now);
        let standing = standings(&line, self, held)?.into_iter().find(|one| one.exchange == exchange);
        standing.map(|standing| self.explained(&line, &standing)).transpose()
    }

    fn explained(&self, line: &Line, standing: &Standing) -> Result<ClockExplanation, CalendarError> {
        let promise = self.metric == Metric::Promise;
        let mut told = ClockExplanation {
            target: self.id.clone(),
            metric: self.metric,
            exchange: standing.exchange,
            start: standing.start,
            due: standing.due,
            budget: (!promise).then_some(self.budget),
            spans: Vec::new(),
            days: Vec::new(),
            planned: None,
            moved: None,
            left: standing.due.is_none().then_some(standing.left),
            provisional: !promise && standing.due.is_some_and(|due| self.schedule.provisional(due)),
            words: Vec::new(),
        };
        if promise {
            // Its instant was given.
        } else if self.schedule.counts_days(&self.budget) {
            self.by_days(line, standing, &mut told)?;
        } else {
            self.by_spans(line, standing, &mut told)?;
        }
        told.words = told.tell(self.schedule.time_zone());
        Ok(told)
    }

    fn by_days(&self, line: &Line, standing: &Standing, told: &mut ClockExplanation) -> Result<(), CalendarError> {
        let plan = self.schedule.explain(standing.start, &self.budget)?;
        let planned = self.schedule.deadline(standing.start, &self.budget)?.at;
        let before_due = |pause: &&Paused| standing.due.is_none_or(|due| pause.from < due);
        let pauses: Vec<&Paused> = standing.pauses.iter().filter(before_due).collect();
        let within = |pause: &&Paused| held_within(&self.schedule, pause, pause.from, pause.to.unwrap_or(pause.from));
        if standing.due.is_some() {
            told.moved = Some(pauses.iter().map(within).sum::<Result<_, _>>()?);
        }
        told.spans = pauses.into_iter().flat_map(|pause| self.pieces(line, pause)).collect();
        (told.days, told.planned) = (plan.days, Some(planned));
        Ok(())
    }

    fn by_spans(&self, line: &Line, standing: &Standing, told: &mut ClockExplanation) -> Result<(), CalendarError> {
        let mut cursor = standing.start;
        let before_due = |at: Instant| standing.due.is_none_or(|due| at < due);
        for pause in standing.pauses.iter().filter(|pause| before_due(pause.from)) {
            self.unpaused(cursor, pause.from, &mut told.spans)?;
            told.spans.extend(self.pieces(line, pause));
            match pause.to {
                Some(to) => cursor = to,
                None => return Ok(()),
            }
        }
        standing.due.map_or(Ok(()), |due| self.unpaused(cursor, due, &mut told.spans))
    }

    fn unpaused(&self, from: Instant, to: Instant, spans: &mut Vec<ClockSpan>) -> Result<(), CalendarError> {
        if from < to {
            spans.extend(self.schedule.told_spans(from, to, &self.budget)?.into_iter().map(ClockSpan::from));
        }
        Ok(())
    }

    /// A paused stretch cut by the statuses behind it; where several hold it in one bucket, the one that was told first
    /// has it.
    fn pieces(&self, line: &Line, pause: &Paused) -> Vec<ClockSpan> {
        let holds = |span: &&Span| {
            let mine = self.pauses.iter().filter(|one| one.holds(&span.status, span.reason.as_deref()));
            mine.map(|one| one.bucket).min() == Some(pause.bucket)
        };
        let behind: Vec<&Span> = line.spans().iter().filter(holds).collect();
        let end = pause.to.unwrap_or(Instant::MAX);
        let ends = |span: &Span| span.to.unwrap_or(Instant::MAX);
        let (mut cursor, mut pieces) = (pause.from, Vec::new());
        while cursor < end {
            let span = behind.iter().find(|span| span.from <= cursor && cursor < ends(span));
            let next = match span {
                Some(span) => ends(span),
                None => behind.iter().map(|span| span.from).filter(|from| cursor < *from).min().unwrap_or(end),
            };
            let next = next.min(end);
            pieces.push(ClockSpan {
                from: cursor,
                to: (next != Instant::MAX).then_some(next),
                reason: Why::Paused,
                name: None,
                source: None,
                bucket: Some(pause.bucket),
                status: span.map(|span| span.status.clone()),
                status_reason: span.and_then(|span| span.reason.clone()),
                counted: Length::ZERO,
            });
            cursor = next;
        }
        pieces
    }
}

impl ClockExplanation {
    /// A line for each stretch or day, and one for the end.
    fn tell(&self, zone: Zone) -> Vec<Words> {
        let mut words: Vec<Words> = self.days.iter().map(CountedDay::words).collect();
        if let Some(planned) = self.planned.filter(|planned| self.due != Some(*planned)) {
            words.push(due_words(zone, planned, self.provisional));
        }
        words.extend(self.spans.iter().map(|span| span.words(zone)));
        words.push(match (self.due, self.left) {
            (Some(due), _) => due_words(zone, due, self.provisional),
            (None, left) => {
                let left = left.unwrap_or(Length::ZERO).words();
                Words::new(format!("暂停中,剩余{}", left.zh), format!("paused with {} left", left.en))
            }
        });
        words
    }
}

impl From<calendar::Span> for ClockSpan {
    fn from(span: calendar::Span) -> Self {
        let calendar::Span { from, to, reason, name, source, counted } = span;
        let reason = reason.into();
        Self { from, to: Some(to), reason, name, source, bucket: None, status: None, status_reason: None, counted }
    }
}

impl From<calendar::Reason> for Why {
    fn from(reason: calendar::Reason) -> Self {
        match reason {
            calendar::Reason::Working => Self::Working,
            calendar::Reason::MakeUp => Self::MakeUp,
            calendar::Reason::OwnHours => Self::OwnHours,
            calendar::Reason::OffHours => Self::OffHours,
            calendar::Reason::DayOff => Self::DayOff,
            calendar::Reason::Holiday => Self::Holiday,
            calendar::Reason::Break => Self::Break,
        }
    }
}

impl Why {
    /// What the calendar says of the stretch; none for a pause.
    fn of_calendar(self) -> Option<calendar::Reason> {
        Some(match self {
            Self::Working => calendar::Reason::Working,
            Self::MakeUp => calendar::Reason::MakeUp,
            Self::OwnHours => calendar::Reason::OwnHours,
            Self::OffHours => calendar::Reason::OffHours,
            Self::DayOff => calendar::Reason::DayOff,
            Self::Holiday => calendar::Reason::Holiday,
            Self::Break => calendar::Reason::Break,
            Self::Paused => return None,
        })
    }
}

impl ClockSpan {
    /// A line for people: from, to, counted or not, and why.
    pub fn words(&self, zone: Zone) -> Words {
        match (self.reason.of_calendar(), self.to) {
            (Some(reason), Some(to)) => {
                let (from, counted) = (self.from, self.counted);
                let (name, source) = (self.name.clone(), self.source.clone());
                calendar::Span { from, to, reason, name, source, counted }.words(zone)
            }
            _ => self.pause_words(zone),
        }
    }

    fn pause_words(&self, zone: Zone) -> Words {
        let reason = match self.bucket {
            Some(Bucket::Closed) => Words::new("办结后至重开", "resolved until reopened"),
            Some(Bucket::ThirdParty) => Words::new("等待外部单位", "waiting for somebody outside"),
            Some(Bucket::Waiting) | None => Words::new("等待客户或约定日期", "waiting for the customer or a date"),
        };
        let from = moment(zone, self.from);
        let to = self.to.map_or_else(|| Words::new("现在", "now"), |to| moment(zone, to));
        Words::new(
            format!("{}至{} 暂停({})", from.zh, to.zh, reason.zh),
            format!("{} to {} paused ({})", from.en, to.en, reason.en),
        )
    }
}
