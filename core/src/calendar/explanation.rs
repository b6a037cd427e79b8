//! Why a due time is what it is: every stretch counted and skipped, each with its reason.
use chrono::{Datelike, NaiveDate, Timelike, Weekday};
use serde::Serialize;

use super::plan::{DayKind, Piece};
use super::{Budget, Calendar, CalendarError, DayMeans, Instant, Length, Zone};
use crate::clause::Words;

/// How many stretches an explanation may have.
const LIMIT: usize = 4_000;

/// A due time explained. A length, and days that mean hours, are explained by `spans`, whose counted ones add up to it
/// (to more if it lands at closing); other days by `days`, whose counted ones are as many as the budget says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Explanation {
    /// Where the budget starts.
    pub start: String,
    /// When it is used up.
    pub due: String,
    /// Whether that rests on holidays not announced yet.
    pub provisional: bool,
    /// How much time there is.
    pub budget: Budget,
    /// From start to due without a gap.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub spans: Vec<Span>,
    /// The days from the start's to the due time's.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub days: Vec<CountedDay>,
    /// The same for people, a line each.
    pub words: Vec<Words>,
}

/// Why a stretch of time counts or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Reason {
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
}

/// A stretch of time with one reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Span {
    /// Where it begins.
    pub from: Instant,
    /// Where it ends.
    pub to: Instant,
    /// Why it counts or not.
    pub reason: Reason,
    /// Name of the holiday, or of the one a make-up day is worked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<Words>,
    /// The notice that makes it a holiday or a make-up day, if the table knows one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// The working time in it; none if it does not count.
    pub counted: Length,
}

/// A day of a budget of days.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CountedDay {
    /// The date.
    pub date: NaiveDate,
    /// What kind of day it is.
    pub kind: DayKind,
    /// Name of the holiday, or of the one a make-up day is worked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<Words>,
    /// The notice that makes it a holiday or a make-up day, if the table knows one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// Which day of the budget it is; absent if it does not count.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub number: Option<u32>,
}

impl Calendar {
    /// The deadline of a budget with every stretch, or day, counted and skipped.
    ///
    /// # Errors
    /// As [`Calendar::deadline`], and [`CalendarError::TooLong`] if too much would have to be listed.
    pub fn explain(&self, start: Instant, budget: &Budget) -> Result<Explanation, CalendarError> {
        let due = self.deadline(start, budget)?;
        let (mut spans, mut days) = (Vec::new(), Vec::new());
        match budget.days().map(|days| (days, self.means(days))) {
            None | Some((_, DayMeans::HoursPerDay(_))) => {
                spans = self.told_spans(start.min(due.at), start.max(due.at), budget)?;
            }
            Some((day_budget, means)) => {
                let zeroth = match means {
                    DayMeans::SameTime | DayMeans::SameTimeOrClose => self.first_working(start, day_budget.count)?,
                    _ => start,
                };
                let counted = self.days_counted((start, zeroth), due.at, budget);
                days = counted.ok_or_else(|| self.too_long(start, budget))?;
            }
        }
        let mut words: Vec<Words> = spans.iter().map(|span| span.words(self.time_zone())).collect();
        words.extend(days.iter().map(CountedDay::words));
        words.push(due_words(self.time_zone(), due.at, due.provisional));
        let format = |at| self.time_zone().format(at);
        let (start, end) = (format(start), format(due.at));
        Ok(Explanation { start, due: end, provisional: due.provisional, budget: *budget, spans, days, words })
    }

    /// The stretches of `[from, to)` in order and without a gap, each as long as its reason holds; `None` if there
    /// are more than an explanation may have.
    pub fn spans(&self, from: Instant, to: Instant) -> Option<Vec<Span>> {
        let plan = &self.0.plan;
        let (begin, end) = (plan.to_line(from), plan.to_line(to));
        let mut told = Telling { calendar: self, spans: Vec::new(), cursor: begin, end };
        let (first, last) = (plan.date(begin).pred_opt()?, plan.date(end));
        for date in first.iter_days().take_while(|date| *date <= last) {
            for piece in plan.open_on(date) {
                told.open(date, piece);
            }
            if told.spans.len() > LIMIT {
                return None;
            }
        }
        told.closed_until(end);
        Some(told.spans)
    }

    /// Whether a budget is explained by its days, and not by stretches of working time.
    pub(crate) fn counts_days(&self, budget: &Budget) -> bool {
        budget.days().is_some_and(|days| !matches!(self.means(days), DayMeans::HoursPerDay(_)))
    }

    /// [`Calendar::spans`] of a budget that starts at `from`, as an error if there are too many.
    pub(crate) fn told_spans(&self, from: Instant, to: Instant, budget: &Budget) -> Result<Vec<Span>, CalendarError> {
        self.spans(from, to).ok_or_else(|| self.too_long(from, budget))
    }

    fn too_long(&self, from: Instant, budget: &Budget) -> CalendarError {
        CalendarError::TooLong { from: self.zoned(from), budget: *budget, limit: LIMIT }
    }

    /// The days on the way. That of `zeroth`, where counting begins, does not count.
    fn days_counted(
        &self,
        (start, zeroth): (Instant, Instant),
        due: Instant,
        budget: &Budget,
    ) -> Option<Vec<CountedDay>> {
        let date = |at| self.time_zone().local(at).date();
        let (first, last) = (date(start.min(due)), date(due.max(start)));
        let wanted = budget.days()?.count.unsigned_abs();
        let dates: Vec<NaiveDate> = first.iter_days().take_while(|date| *date <= last).take(LIMIT + 1).collect();
        if dates.len() > LIMIT {
            return None;
        }
        let ordered: Box<dyn Iterator<Item = NaiveDate>> =
            if start <= due { Box::new(dates.into_iter()) } else { Box::new(dates.into_iter().rev()) };
        let mut number = 0;
        Some(ordered.map(|day| self.counted_day(day, budget, wanted, date(zeroth), &mut number)).collect())
    }

    fn counted_day(
        &self,
        date: NaiveDate,
        budget: &Budget,
        wanted: u32,
        zeroth: NaiveDate,
        number: &mut u32,
    ) -> CountedDay {
        let day = self.0.plan.day(date);
        let eligible = matches!(budget, Budget::Days(_)) || self.0.plan.works(date);
        let after = if budget.days().is_some_and(|days| days.count < 0) { date < zeroth } else { date > zeroth };
        let counts = eligible && after && *number < wanted;
        if counts {
            *number = number.saturating_add(1);
        }
        let (name, source) = (day.name.cloned(), day.source.map(str::to_owned));
        CountedDay { date, kind: day.kind, name, source, number: counts.then_some(*number) }
    }
}

/// Spans on the way from one end to the other.
struct Telling<'a> {
    calendar: &'a Calendar,
    spans: Vec<Span>,
    cursor: i64,
    end: i64,
}

impl Telling<'_> {
    fn open(&mut self, date: NaiveDate, piece: Piece) {
        let Some(piece) = piece.within(self.cursor, self.end) else { return };
        self.closed_until(piece.from);
        let day = self.calendar.0.plan.day(date);
        let reason = match day.kind {
            DayKind::MakeUp => Reason::MakeUp,
            DayKind::OwnHours => Reason::OwnHours,
            DayKind::Working | DayKind::Holiday | DayKind::DayOff => Reason::Working,
        };
        // What a holiday leaves of its night is ordinary work, not the holiday's.
        let why = if reason == Reason::MakeUp { (day.name, day.source) } else { (None, None) };
        self.push(piece, reason, why);
    }

    /// What is closed is told day by day: each part with the reason of its own date.
    fn closed_until(&mut self, end: i64) {
        let plan = &self.calendar.0.plan;
        while self.cursor < end {
            let date = plan.date(self.cursor);
            let midnight = date.succ_opt().map_or(end, |next| plan.mark(next, 0)).max(self.cursor.saturating_add(1));
            let rest = Piece { from: self.cursor, to: midnight.min(end) };
            let breaks = plan.broken_on(date);
            let broken = breaks.iter().find_map(|hole| hole.within(rest.from, rest.to));
            match broken {
                Some(hole) if hole.from == rest.from => self.push(hole, Reason::Break, (None, None)),
                _ => {
                    let part = Piece { to: broken.map_or(rest.to, |hole| hole.from), ..rest };
                    let day = plan.day(date);
                    let reason = match day.kind {
                        DayKind::Holiday => Reason::Holiday,
                        _ if day.hours.is_empty() => Reason::DayOff,
                        _ => Reason::OffHours,
                    };
                    let why = if reason == Reason::Holiday { (day.name, day.source) } else { (None, None) };
                    self.push(part, reason, why);
                }
            }
        }
    }

    /// Adds a stretch with its reason, the name of its holiday and who says so.
    fn push(&mut self, piece: Piece, reason: Reason, (name, source): (Option<&Words>, Option<&str>)) {
        let plan = &self.calendar.0.plan;
        let (from, to) = (plan.at_place(piece.from), plan.at_place(piece.to));
        let counted = if reason.counts() { piece.length() } else { Length::ZERO };
        self.cursor = piece.to;
        match self.spans.last_mut() {
            Some(last) if !reason.counts() && last.reason == reason && last.name.as_ref() == name => last.to = to,
            _ => {
                let (name, source) = (name.cloned(), source.map(str::to_owned));
                self.spans.push(Span { from, to, reason, name, source, counted });
            }
        }
    }
}

impl Reason {
    /// Whether time with this reason is working time.
    pub fn counts(self) -> bool {
        matches!(self, Self::Working | Self::MakeUp | Self::OwnHours)
    }

    fn words(self) -> Words {
        match self {
            Self::Working => Words::new("工作时间", "working time"),
            Self::MakeUp => Words::new("调休上班", "make-up working day"),
            Self::OwnHours => Words::new("当日特定时间", "hours of that day"),
            Self::OffHours => Words::new("非工作时间", "outside hours"),
            Self::DayOff => Words::new("休息日", "day off"),
            Self::Holiday => Words::new("节假日", "holiday"),
            Self::Break => Words::new("临时停班", "break"),
        }
    }
}

impl Span {
    /// A line for people: from, to, counted or not, and why.
    pub fn words(&self, zone: Zone) -> Words {
        let (when, reason) = (stretch(zone, self.from, self.to), named(self.reason.words(), self.name.as_ref()));
        if self.reason.counts() {
            let counted = self.counted.words();
            Words::new(
                format!("{} 计入{}({})", when.zh, counted.zh, reason.zh),
                format!("{} counts {} ({})", when.en, counted.en, reason.en),
            )
        } else {
            Words::new(format!("{} 不计({})", when.zh, reason.zh), format!("{} not counted ({})", when.en, reason.en))
        }
    }
}

impl CountedDay {
    /// A line for people: the date, which day of the budget it is, and why it counts or not.
    pub fn words(&self) -> Words {
        let kind = match self.kind {
            DayKind::Working => Words::new("工作日", "working day"),
            DayKind::MakeUp => Reason::MakeUp.words(),
            DayKind::OwnHours => Words::new("特定日", "day with hours of its own"),
            DayKind::Holiday => Reason::Holiday.words(),
            DayKind::DayOff => Reason::DayOff.words(),
        };
        let (date, kind) = (day(self.date), named(kind, self.name.as_ref()));
        match self.number {
            Some(n) => {
                Words::new(format!("{} 第{n}日({})", date.zh, kind.zh), format!("{} day {n} ({})", date.en, kind.en))
            }
            None => {
                Words::new(format!("{} 不计({})", date.zh, kind.zh), format!("{} not counted ({})", date.en, kind.en))
            }
        }
    }
}

/// The last line of an explanation.
pub(crate) fn due_words(zone: Zone, due: Instant, provisional: bool) -> Words {
    let at = moment(zone, due);
    if provisional {
        Words::new(
            format!("到期:{}(假日安排尚未公布,暂定)", at.zh),
            format!("due {} (provisional: holidays not announced yet)", at.en),
        )
    } else {
        Words::new(format!("到期:{}", at.zh), format!("due {}", at.en))
    }
}

fn named(words: Words, name: Option<&Words>) -> Words {
    match name {
        Some(name) => Words::new(format!("{}:{}", words.zh, name.zh), format!("{}: {}", words.en, name.en)),
        None => words,
    }
}

/// Two instants as a stretch; a second one of the same date is told by its time alone.
fn stretch(zone: Zone, from: Instant, to: Instant) -> Words {
    let (begin, end) = (moment(zone, from), moment(zone, to));
    let clock = |at| clock(zone, at);
    if zone.local(from).date() == zone.local(to).date() {
        return Words::new(format!("{}–{}", begin.zh, clock(to)), format!("{}-{}", begin.en, clock(to)));
    }
    Words::new(format!("{}至{}", begin.zh, end.zh), format!("{} to {}", begin.en, end.en))
}

/// An instant as people say it: `2月13日(周五)17:00`, `Fri 13 Feb 17:00`.
pub(crate) fn moment(zone: Zone, at: Instant) -> Words {
    let (date, clock) = (day(zone.local(at).date()), clock(zone, at));
    Words::new(format!("{}{clock}", date.zh), format!("{} {clock}", date.en))
}

fn clock(zone: Zone, at: Instant) -> String {
    let time = zone.local(at).time();
    match (time.second(), time.nanosecond()) {
        (0, 0) => format!("{:02}:{:02}", time.hour(), time.minute()),
        _ => time.format("%H:%M:%S").to_string(),
    }
}

fn day(date: NaiveDate) -> Words {
    let weekday = match date.weekday() {
        Weekday::Mon => "一",
        Weekday::Tue => "二",
        Weekday::Wed => "三",
        Weekday::Thu => "四",
        Weekday::Fri => "五",
        Weekday::Sat => "六",
        Weekday::Sun => "日",
    };
    Words::new(format!("{}月{}日(周{weekday})", date.month(), date.day()), date.format("%a %-d %b").to_string())
}
