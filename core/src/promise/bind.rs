//! From a time as it is said to an instant on the calendar.
use chrono::{Datelike, Days, Months, NaiveDate, NaiveTime, TimeDelta};

use super::letters::Number;
use super::said::{Bound, Clock, Day, Edge, Festival, Moment, Said, Tenth, Unit, Vague, What};
use super::{Form, Hours, Note, Part};
use crate::calendar::{
    Budget, Calendar, CalendarError, DayBudget, Instant, Length, Segment, TableDayKind, Zone, china,
};
use crate::clause::Words;

const HOUR: u32 = 3_600;
const DAY: u32 = 24 * HOUR;
/// How long after opening 一上班 lasts.
const AFTER_OPENING: u32 = HOUR;
/// A date gone by no longer than this is past, an earlier one is next year's.
const PAST_DAYS: i64 = 92;
/// So many working days after a holiday are looked for.
const MOST_WORKING_DAYS: u32 = 60;

/// Where and when a text was said.
pub(super) struct Ground<'a> {
    at: Instant,
    calendar: &'a Calendar,
    hours: &'a Hours,
    today: NaiveDate,
    /// The day said before in the sentence: 明天上午电话联系,下午上门.
    pub(super) day: Option<NaiveDate>,
}

/// A time bound to instants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Binding {
    pub(super) form: Option<Form>,
    pub(super) from: Option<Instant>,
    pub(super) until: Option<Instant>,
    pub(super) or_until: Option<Instant>,
    pub(super) notes: Vec<Note>,
    pub(super) rule: Rule,
    pub(super) provisional: bool,
}

/// The rule by which a time is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rule {
    Vague,
    Length,
    WorkingTime,
    WorkingDays,
    Days,
    Clock,
    PartOfDay,
    Opening,
    Closing,
    Day,
    Period,
    Holiday,
    Range,
}

impl Rule {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Vague => "promise.vague",
            Self::Length => "promise.length",
            Self::WorkingTime => "promise.working_time",
            Self::WorkingDays => "promise.working_days",
            Self::Days => "promise.days",
            Self::Clock => "promise.clock",
            Self::PartOfDay => "promise.part_of_day",
            Self::Opening => "promise.opening",
            Self::Closing => "promise.closing",
            Self::Day => "promise.day",
            Self::Period => "promise.period",
            Self::Holiday => "promise.holiday",
            Self::Range => "promise.range",
        }
    }

    pub(super) fn words(self) -> Words {
        let (zh, en) = match self {
            Self::Vague => ("话里没有可以算出的时间", "the words give no time that can be told"),
            Self::Length => {
                ("小时和分钟按自然时间,从说的时候起算", "hours and minutes pass by the clock from when it was said")
            }
            Self::WorkingTime => ("工作小时按日历的工作时间计", "working hours are those of the calendar"),
            Self::WorkingDays => (
                "工作日按日历计,含调休,当天不计",
                "working days are the calendar's, make-up days among them; the first day does not count",
            ),
            Self::Days => (
                "天按自然日计,当天不计,末日休息则顺延",
                "all days count but the first; a last day that is off moves on",
            ),
            Self::Clock => ("钟点按日历的时区", "a time of day on the calendar's clocks"),
            Self::PartOfDay => (
                "一天中的时段,上午和下午不超出当天的工作时间",
                "a part of the day; morning and afternoon keep within the day's hours",
            ),
            Self::Opening => ("上班指当天开始工作的时刻", "the opening of that day"),
            Self::Closing => ("下班指当天结束工作的时刻", "the closing of that day"),
            Self::Day => ("当天上班到下班", "that day from opening to closing"),
            Self::Period => {
                ("那段日子里第一次上班到最后一次下班", "those days from their first opening to their last closing")
            }
            Self::Holiday => ("节假日按公布的放假安排", "holidays as they are announced"),
            Self::Range => ("从前一个时间到后一个时间", "from the first time to the second"),
        };
        Words::new(zh, en)
    }
}

impl Binding {
    fn new(rule: Rule) -> Self {
        Self { form: None, from: None, until: None, or_until: None, notes: Vec::new(), rule, provisional: false }
    }

    fn asked(rule: Rule, note: Note) -> Self {
        Self { notes: vec![note], ..Self::new(rule) }
    }

    fn too_far() -> Self {
        Self::asked(Rule::Vague, Note::TooFar)
    }

    fn deadline(rule: Rule, until: Instant) -> Self {
        Self { form: Some(Form::Deadline), until: Some(until), ..Self::new(rule) }
    }

    fn time(rule: Rule, until: Instant) -> Self {
        Self { form: Some(Form::Time), until: Some(until), ..Self::new(rule) }
    }

    fn window(rule: Rule, from: Instant, until: Instant) -> Self {
        Self { form: Some(Form::Window), from: Some(from), until: Some(until), ..Self::new(rule) }
    }

    fn noted(mut self, note: Note) -> Self {
        if !self.notes.contains(&note) {
            self.notes.push(note);
        }
        self
    }

    fn or(mut self, until: Instant) -> Self {
        self.or_until = Some(until).filter(|or| Some(*or) != self.until);
        self
    }

    /// Nothing binds to an instant that has passed.
    pub(super) fn or_past(self, passed: bool) -> Self {
        if passed { Self::asked(self.rule, Note::Past) } else { self }
    }
}

/// Days in a row, and what was assumed to find them.
#[derive(Debug, Clone)]
struct Dates {
    first: NaiveDate,
    last: NaiveDate,
    notes: Vec<Note>,
    /// The last day by the other reading.
    or: Option<NaiveDate>,
    rule: Rule,
    /// 月底: the days end with it, so a bound changes nothing.
    is_end: bool,
    provisional: bool,
}

impl Dates {
    fn one(date: NaiveDate) -> Self {
        Self::of(date, date, Rule::Day)
    }

    fn of(first: NaiveDate, last: NaiveDate, rule: Rule) -> Self {
        Self { first, last, notes: Vec::new(), or: None, rule, is_end: false, provisional: false }
    }

    fn noted(mut self, note: Note) -> Self {
        self.notes.push(note);
        self
    }
}

impl<'a> Ground<'a> {
    pub(super) fn new(at: Instant, calendar: &'a Calendar, hours: &'a Hours) -> Result<Self, CalendarError> {
        // An instant outside of the calendar's years is refused here, once.
        calendar.elapsed(at, at)?;
        let today = calendar.time_zone().local(at).date();
        Ok(Self { at, calendar, hours, today, day: None })
    }

    pub(super) fn at(&self) -> Instant {
        self.at
    }

    pub(super) fn zone(&self) -> Zone {
        self.calendar.time_zone()
    }

    pub(super) fn provisional(&self, until: Instant, guessed: bool) -> bool {
        guessed || self.calendar.provisional(until)
    }

    /// The instants of a time; none if it lies in the past by its words.
    pub(super) fn bind(&mut self, said: &Said) -> Result<Option<Binding>, CalendarError> {
        let bound = match &said.what {
            What::Past => None,
            What::Vague(vague) => Some(Binding::asked(Rule::Vague, vague_note(*vague))),
            What::Stretch(number, unit) => match self.stretch(*number, *unit, said) {
                Err(CalendarError::TooFar { .. }) => Some(Binding::too_far()),
                bound => bound?,
            },
            What::Moment(moment) => Some(self.moment(moment, said.bound, said.latest)),
            What::Range(first, last) => Some(self.range(first, last)),
            What::Choice(first, last) => Some(self.choice(first, last, said)),
        };
        Ok(bound.map(|bound| if self.covers(&bound) { bound } else { Binding::too_far() }))
    }

    /// Whether the calendar knows the years of its instants.
    fn covers(&self, bound: &Binding) -> bool {
        let known = |at: Instant| self.calendar.elapsed(at, at).is_ok();
        [bound.from, bound.until, bound.or_until].into_iter().flatten().all(known)
    }

    fn instant(&self, date: NaiveDate, second: u32) -> Instant {
        let midnight = date.and_time(NaiveTime::MIN);
        let wall = midnight.checked_add_signed(TimeDelta::seconds(i64::from(second))).unwrap_or(midnight);
        self.zone().instant(wall)
    }

    fn date(&self, days: i64) -> NaiveDate {
        moved(self.today, days)
    }

    fn is_open(&self, at: Instant) -> bool {
        self.calendar.is_open(at).unwrap_or(false) || self.calendar.prev_close(at) == Ok(at)
    }

    // --- stretches of time -----------------------------------------------------------------------------------------

    fn stretch(&self, number: Number, unit: Unit, said: &Said) -> Result<Option<Binding>, CalendarError> {
        if said.bound == Bound::Before && !said.latest {
            // 三天前 lies behind.
            return Ok(None);
        }
        if number.half && !matches!(unit, Unit::Hour | Unit::WorkingHour) {
            return Ok(None);
        }
        let mut bound = self.counted(number.high, number.half, unit, said.bound)?;
        if number.low < number.high {
            let low = self.counted(number.low, number.half, unit, said.bound)?;
            bound = bound.noted(Note::LaterEnd);
            if let Some(until) = low.until {
                bound = bound.or(until);
            }
        }
        Ok(Some(if said.bound == Bound::About { bound.noted(Note::Approximate) } else { bound }))
    }

    fn counted(&self, count: u32, half: bool, unit: Unit, bound: Bound) -> Result<Binding, CalendarError> {
        let minutes = |each: i64| {
            let half = if half { each / 2 } else { 0 };
            Length::from_minutes(i64::from(count).saturating_mul(each).saturating_add(half))
        };
        let days = |count: u32| i32::try_from(count).unwrap_or(i32::MAX);
        Ok(match unit {
            Unit::Minute => self.passing(minutes(1), bound),
            Unit::Quarter => self.passing(minutes(15), bound),
            Unit::Hour => self.passing(minutes(60), bound),
            Unit::WorkingHour => Binding::deadline(Rule::WorkingTime, self.calendar.after(self.at, minutes(60))?),
            Unit::WorkingDay if bound == Bound::After => {
                let date = self.working_day(self.today, count).unwrap_or(self.today);
                self.whole(&Dates::of(date, date, Rule::WorkingDays), Bound::None, false).noted(Note::OpenEnd)
            }
            Unit::WorkingDay => {
                let due = self.calendar.deadline(self.at, &Budget::WorkingDays(DayBudget::new(days(count))))?;
                Binding::deadline(Rule::WorkingDays, due.at)
            }
            Unit::Day => self.days(count, bound)?,
            Unit::Week => self.days(count.saturating_mul(7), bound)?,
            Unit::Month => {
                let date = self.today.checked_add_months(Months::new(count)).unwrap_or(NaiveDate::MAX);
                let ahead = date.signed_duration_since(self.today).num_days();
                self.days(u32::try_from(ahead).unwrap_or(0), bound)?
            }
        })
    }

    /// Hours and minutes pass whether anybody works or not.
    fn passing(&self, length: Length, bound: Bound) -> Binding {
        let until = self.at + length;
        if bound == Bound::After { Binding::time(Rule::Length, until) } else { Binding::deadline(Rule::Length, until) }
    }

    fn days(&self, count: u32, bound: Bound) -> Result<Binding, CalendarError> {
        let date = self.date(i64::from(count));
        if bound == Bound::After {
            return Ok(self.whole(&Dates::of(date, date, Rule::Days), Bound::None, false));
        }
        let budget = Budget::Days(DayBudget::new(i32::try_from(count).unwrap_or(i32::MAX)));
        let due = self.calendar.deadline(self.at, &budget)?;
        let binding = Binding::deadline(Rule::Days, due.at);
        let moved_on = !self.calendar.is_working_day(date);
        Ok(if moved_on { binding.noted(Note::MovedOn).or(self.instant(date, DAY)) } else { binding })
    }

    // --- moments ---------------------------------------------------------------------------------------------------

    fn moment(&mut self, moment: &Moment, bound: Bound, latest: bool) -> Binding {
        let dates = match moment.day.map(|day| self.dates(day)) {
            Some(Err(note)) => return Binding::asked(Rule::Day, note),
            Some(Ok(dates)) => Some(dates),
            None => None,
        };
        let binding = match (&dates, moment) {
            (_, Moment { clock: Some(clock), .. }) => self.clocked(dates.as_ref(), *clock, moment, bound, latest),
            (_, Moment { edge: Some(edge), .. }) => self.at_edge(dates.as_ref(), *edge, bound),
            (_, Moment { part: Some(part), .. }) => self.parted(dates.as_ref(), *part, bound, latest),
            (Some(dates), _) => self.whole(dates, bound, latest),
            (None, _) => Binding::asked(Rule::Vague, Note::SomeDay),
        };
        self.finished(binding, dates, moment)
    }

    /// Adds what was assumed about the day, and keeps the day for times after it.
    fn finished(&mut self, mut binding: Binding, dates: Option<Dates>, moment: &Moment) -> Binding {
        let Some(dates) = dates else { return binding };
        self.day = Some(dates.first);
        let wrong = moment.weekday.is_some_and(|day| day != dates.first.weekday().number_from_monday());
        for note in dates.notes.iter().copied().chain(wrong.then_some(Note::WrongWeekday)) {
            binding = binding.noted(note);
        }
        binding.provisional |= dates.provisional;
        binding
    }

    /// A time of day. Without a day it is today's, or tomorrow's if that has passed.
    fn clocked(&self, dates: Option<&Dates>, clock: Clock, moment: &Moment, bound: Bound, latest: bool) -> Binding {
        let said = dates.map(|dates| dates.last).or(self.day);
        let seconds = seconds_of(clock.hour, clock, moment.part);
        let (date, second, next) = match said {
            Some(date) => (date, self.chosen(date, &seconds), false),
            None => self.next_of(&seconds),
        };
        let at = self.instant(date, second);
        let mut binding = match bound {
            Bound::After => {
                let end = moment.part.map_or(DAY, |part| self.hours.of(part).close_second());
                let close = if moment.part.is_some() { self.instant(date, end) } else { self.span(date, date).1 };
                let until = if close > at { close } else { self.instant(date, DAY.max(second)) };
                Binding::window(Rule::Clock, at, until).noted(Note::OpenEnd)
            }
            Bound::Before | Bound::Within => Binding::deadline(Rule::Clock, at),
            Bound::About => Binding::time(Rule::Clock, at).noted(Note::Approximate),
            Bound::None if latest => Binding::deadline(Rule::Clock, at),
            Bound::None => Binding::time(Rule::Clock, at),
        };
        let by_day = (8 * HOUR..20 * HOUR).contains(&second) && self.is_open(at);
        let doubtful = seconds.len() > 1 && (second >= 13 * HOUR || !by_day);
        let notes = [(Note::HalfOfDay, doubtful), (Note::NextDay, next), (Note::OffHours, !self.is_open(at))];
        for (note, _) in notes.into_iter().filter(|(_, holds)| *holds) {
            binding = binding.noted(note);
        }
        if let Some(hour) = clock.or_hour {
            let seconds = seconds_of(hour, clock, moment.part);
            binding = binding.noted(Note::LaterEnd).or(self.instant(date, self.chosen(date, &seconds)));
        }
        binding
    }

    /// Of the times of a day that an hour may mean: one still to come, in open time if there is one, else by day.
    fn chosen(&self, date: NaiveDate, seconds: &[u32]) -> u32 {
        let ahead = || seconds.iter().copied().filter(|second| self.instant(date, *second) > self.at);
        let open = ahead().find(|second| self.is_open(self.instant(date, *second)) && is_by_day(*second));
        let by_day = || ahead().find(|second| is_by_day(*second));
        let first = || seconds.iter().copied().find(|second| is_by_day(*second)).or_else(|| seconds.first().copied());
        open.or_else(by_day).or_else(|| ahead().next()).or_else(first).unwrap_or(0)
    }

    /// The next of the times an hour may mean, and whether that is tomorrow.
    fn next_of(&self, seconds: &[u32]) -> (NaiveDate, u32, bool) {
        let is_ahead = seconds.iter().any(|second| self.instant(self.today, *second) > self.at);
        if is_ahead {
            (self.today, self.chosen(self.today, seconds), false)
        } else {
            (self.date(1), self.chosen(self.date(1), seconds), true)
        }
    }

    /// The opening or the closing of a day.
    fn at_edge(&self, dates: Option<&Dates>, edge: Edge, bound: Bound) -> Binding {
        match edge {
            Edge::Closing => {
                let date = dates.map(|dates| dates.last).or(self.day).unwrap_or(self.today);
                let (closing, note) = self.closing(date);
                let binding = if bound == Bound::After {
                    let end = self.instant(date, self.hours.of(Part::Evening).close_second());
                    Binding::window(Rule::Closing, closing, end.max(closing)).noted(Note::OpenEnd)
                } else {
                    Binding::deadline(Rule::Closing, closing)
                };
                note.into_iter().fold(binding, Binding::noted)
            }
            Edge::Opening => {
                let said = dates.map(|dates| dates.first).or(self.day);
                let opening = match said {
                    Some(date) => self.opening(date),
                    None => self.next_opening(),
                };
                let binding = if bound == Bound::Before {
                    Binding::deadline(Rule::Opening, opening)
                } else {
                    let end = opening + Length::from_minutes(i64::from(AFTER_OPENING / 60));
                    Binding::window(Rule::Opening, opening, end)
                };
                if said.is_none() { binding.noted(Note::NextDay) } else { binding }
            }
        }
    }

    fn segments(&self, date: NaiveDate) -> Vec<Segment> {
        self.calendar.day(date).hours
    }

    fn closing(&self, date: NaiveDate) -> (Instant, Option<Note>) {
        let last = self.segments(date).last().map(|hours| hours.close_second()).filter(|close| *close != DAY);
        match last {
            Some(close) => (self.instant(date, close), None),
            None => (self.instant(date, self.hours.of(Part::Afternoon).close_second()), Some(Note::NoClosing)),
        }
    }

    fn opening(&self, date: NaiveDate) -> Instant {
        let first = self.segments(date).first().map(|hours| hours.open_second()).filter(|open| *open != 0);
        self.instant(date, first.unwrap_or_else(|| self.hours.of(Part::Morning).open_second()))
    }

    /// The next opening to come, on this day or a later one that works.
    fn next_opening(&self) -> Instant {
        let today = self.opening(self.today);
        if today > self.at && self.calendar.is_working_day(self.today) {
            return today;
        }
        self.opening(self.working_day(self.today, 1).unwrap_or_else(|| self.date(1)))
    }

    /// A part of a day.
    fn parted(&self, dates: Option<&Dates>, part: Part, bound: Bound, latest: bool) -> Binding {
        let said = dates.map(|dates| dates.last).or(self.day);
        let date = said.unwrap_or(self.today);
        let (mut from, mut until, mut off) = self.part(date, part);
        let passed = if bound == Bound::Before { from } else { until } <= self.at;
        let next = said.is_none() && passed;
        if next {
            (from, until, off) = self.part(self.date(1), part);
        }
        let noon = |date| self.instant(date, 12 * HOUR);
        let binding = match bound {
            Bound::Before if part == Part::Noon => {
                Binding::deadline(Rule::PartOfDay, noon(if next { self.date(1) } else { date }))
            }
            Bound::Before => Binding::deadline(Rule::PartOfDay, from).or(until).noted(Note::DayNotCounted),
            Bound::Within => Binding::deadline(Rule::PartOfDay, until),
            _ if latest => Binding::deadline(Rule::PartOfDay, until),
            _ => Binding::window(Rule::PartOfDay, from.max(self.at), until),
        };
        let binding = if off { binding.noted(Note::OffHours) } else { binding };
        let binding = match dates.and_then(|dates| dates.or) {
            Some(or) => binding.or(self.part(or, part).1),
            None => binding,
        };
        if next { binding.noted(Note::NextDay) } else { binding }
    }

    /// The bounds of a part of a day, and whether they lie outside of business hours.
    fn part(&self, date: NaiveDate, part: Part) -> (Instant, Instant, bool) {
        let bounds = self.hours.of(part);
        let (from, until) = (self.instant(date, bounds.open_second()), self.instant(date, bounds.close_second()));
        let (Ok(open), Ok(close)) = (self.calendar.next_open(from), self.calendar.prev_close(until)) else {
            return (from, until, true);
        };
        if open >= close || open >= until || close <= from {
            return (from, until, true);
        }
        if part.is_of_business() { (open, close, false) } else { (from, until, !self.is_open(until)) }
    }

    /// Whole days.
    fn whole(&self, dates: &Dates, bound: Bound, latest: bool) -> Binding {
        let (from, until, note) = self.span_noted(dates.first, dates.last);
        let or = dates.or.map(|or| self.span(or, or).1);
        let window = |form: Form| {
            let binding = match form {
                Form::Window => Binding::window(dates.rule, from.max(self.at), until),
                _ => Binding::deadline(dates.rule, until),
            };
            let binding = note.into_iter().fold(binding, Binding::noted);
            or.into_iter().fold(binding, Binding::or)
        };
        match bound {
            _ if dates.is_end && bound != Bound::After => window(Form::Deadline),
            Bound::Before if dates.last == self.today => window(Form::Deadline),
            Bound::Before => self.before(dates, until),
            Bound::After => {
                let begin = self.instant(dates.last, DAY);
                Binding { from: self.calendar.next_open(begin).ok(), ..Binding::asked(dates.rule, Note::OpenEnd) }
            }
            Bound::Within => window(Form::Deadline),
            Bound::None if latest => window(Form::Deadline),
            Bound::About => window(Form::Window).noted(Note::Approximate),
            Bound::None => window(Form::Window),
        }
    }

    /// By the last closing before the days begin, if it is still to come.
    fn before(&self, dates: &Dates, by_their_end: Instant) -> Binding {
        let begin = self.instant(dates.first, 0);
        let closing = self.calendar.prev_close(begin).ok().filter(|closing| *closing > self.at);
        let binding = Binding::deadline(dates.rule, closing.unwrap_or(begin));
        let binding = if closing.is_none() { binding.noted(Note::OffHours) } else { binding };
        // 下周前 has one reading, 周五前 and 15号前 have two.
        if dates.rule == Rule::Day { binding.or(by_their_end).noted(Note::DayNotCounted) } else { binding }
    }

    fn span(&self, first: NaiveDate, last: NaiveDate) -> (Instant, Instant) {
        let (from, until, _) = self.span_noted(first, last);
        (from, until)
    }

    /// From the first opening to the last closing of days; their midnights where nobody works.
    fn span_noted(&self, first: NaiveDate, last: NaiveDate) -> (Instant, Instant, Option<Note>) {
        let (begin, end) = (self.instant(first, 0), self.instant(last, DAY));
        let open = self.calendar.next_open(begin).ok().filter(|open| *open < end);
        let close = self.calendar.prev_close(end).ok().filter(|close| *close > begin);
        match (open, close) {
            (Some(_), Some(close)) if close <= self.at && self.at < end => {
                let note = if self.calendar.is_working_day(self.today) { Note::AfterClosing } else { Note::ClosedDay };
                (begin, end, Some(note))
            }
            (Some(open), Some(close)) => (open, close, None),
            _ => (begin, end, Some(Note::ClosedDay)),
        }
    }

    // --- two moments -----------------------------------------------------------------------------------------------

    fn range(&mut self, first: &Moment, last: &Moment) -> Binding {
        let (begin, mut end) = self.both(first, last);
        if let (Some(until), Some(from)) = (end.until, begin.from.or(begin.until))
            && until <= from
            && last.part.is_none()
            && first.part.is_some()
        {
            // 上午10点到2点: the part of the day does not reach so far.
            end = self.moment(last, Bound::None, false);
        }
        match (begin.from.or(begin.until), end.until) {
            (Some(from), Some(until)) if from < until => {
                let window = Binding::window(Rule::Range, from.max(self.at), until);
                let window = begin.notes.iter().chain(&end.notes).copied().fold(window, Binding::noted);
                Binding { provisional: begin.provisional || end.provisional, ..window }
            }
            _ => Binding { rule: Rule::Range, ..end },
        }
    }

    fn choice(&mut self, first: &Moment, last: &Moment, said: &Said) -> Binding {
        let (begin, end) = self.both(first, last);
        // 上午或下周 on the last afternoon before a holiday: the first said may be the later one.
        let crossed = matches!((begin.until, end.until), (Some(one), Some(other)) if one > other);
        let (early, late) = if crossed { (end, begin) } else { (begin, end) };
        let late = if said.bound == Bound::None && !said.latest {
            late
        } else {
            Binding { form: Some(Form::Deadline), from: None, ..late }
        };
        let late = match early.until {
            Some(until) => late.or(until),
            None => late,
        };
        Binding { from: if late.form == Some(Form::Window) { early.from } else { late.from }, ..late }
            .noted(Note::LaterEnd)
    }

    /// The second takes the day and the part of the day from the first where it has none.
    fn both(&mut self, first: &Moment, last: &Moment) -> (Binding, Binding) {
        let begin = self.moment(first, Bound::None, false);
        let mut second = *last;
        second.part = last.part.or(first.part.filter(|_| last.day.is_none() && last.clock.is_some()));
        if let (Some(Day::Weekday { week: Some(week), .. }), Some(Day::Weekday { week: None, day, or })) =
            (first.day, last.day)
        {
            second.day = Some(Day::Weekday { week: Some(week), day, or });
        }
        if self.day.is_none() && last.day.is_none() {
            // 两点到四点 without a day: both on the day of the first.
            self.day = begin.until.map(|until| self.zone().local(until).date());
        }
        let end = self.moment(&second, Bound::None, false);
        (begin, end)
    }

    // --- days ------------------------------------------------------------------------------------------------------

    fn dates(&self, day: Day) -> Result<Dates, Note> {
        Ok(match day {
            Day::In(days) => Dates::one(self.date(days)),
            Day::Either(first, last) => {
                let or = Some(self.date(first));
                Dates { or, ..Dates::of(self.date(first), self.date(last), Rule::Day) }.noted(Note::LaterEnd)
            }
            Day::Weekday { week, day, or } => self.weekday(week, day, or),
            Day::Week(week) => {
                let monday = self.monday(week);
                Dates::of(monday, moved(monday, 6), Rule::Period)
            }
            Day::Weekend(week) => {
                let saturday = moved(self.monday(week), 5);
                Dates::of(saturday, moved(saturday, 1), Rule::Period)
            }
            Day::Date { year, month, day } => self.dated(year, month, day)?,
            Day::OfMonth { ahead, day } => {
                let (year, month) = self.month_in(ahead);
                Dates::one(NaiveDate::from_ymd_opt(year, month, day).ok_or(Note::NoSuchDate)?)
            }
            Day::Month(ahead, tenth) => {
                let (year, month) = self.month_in(ahead);
                let dates = tenth_of(year, month, tenth)?;
                // 月初 said when it has passed is the next month's.
                if dates.last < self.today && ahead == 0 {
                    let (year, month) = self.month_in(1);
                    tenth_of(year, month, tenth)?.noted(Note::NextMonth)
                } else {
                    dates
                }
            }
            Day::Named { year, month, tenth } => {
                let this = year.unwrap_or(self.today.year());
                let dates = tenth_of(this, month, tenth)?;
                if year.is_none() && dates.last < self.today {
                    tenth_of(this.saturating_add(1), month, tenth)?.noted(Note::NextYear)
                } else {
                    dates
                }
            }
            Day::YearEnd(years) => {
                let year = self.today.year().saturating_add(i32::try_from(years).unwrap_or(0));
                let last = NaiveDate::from_ymd_opt(year, 12, 31).ok_or(Note::NoSuchDate)?;
                Dates { is_end: true, ..Dates::of(self.today, last, Rule::Period) }
            }
            Day::Working(count) => Dates {
                rule: Rule::WorkingDays,
                ..Dates::one(self.working_day(self.today, count).ok_or(Note::NoSuchDate)?)
            },
            Day::AfterHoliday { .. } | Day::BeforeHoliday(_) | Day::During(_) => self.beside_holiday(day)?,
        })
    }

    fn monday(&self, week: i64) -> NaiveDate {
        let since = i64::from(self.today.weekday().num_days_from_monday());
        self.date(week.saturating_mul(7).saturating_sub(since))
    }

    /// A weekday of a week, or the next to come: today while today lasts.
    fn weekday(&self, week: Option<i64>, day: u32, or: Option<u32>) -> Dates {
        let last = or.unwrap_or(day);
        let date = |week: i64, day: u32| moved(self.monday(week), i64::from(day).saturating_sub(1));
        let week_said = week;
        let week = week.unwrap_or_else(|| i64::from(date(0, last) < self.today));
        let dates = Dates { or: or.map(|_| date(week, day)), ..Dates::one(date(week, last)) };
        let dates = if or.is_some() { dates.noted(Note::LaterEnd) } else { dates };
        if week_said.is_none() && dates.last == self.today {
            let next = moved(dates.last, 7);
            return Dates { or: dates.or.or(Some(next)), ..dates }.noted(Note::SameWeekday);
        }
        dates
    }

    /// A date of which the year, or the month too, was left out.
    fn dated(&self, year: Option<i32>, month: Option<u32>, day: u32) -> Result<Dates, Note> {
        let (this_year, this_month) = (self.today.year(), self.today.month());
        let date = |year, month| NaiveDate::from_ymd_opt(year, month, day);
        let Some(month) = month else {
            let this = date(this_year, this_month).filter(|date| *date >= self.today);
            let next = || {
                let (year, month) = self.month_in(1);
                date(year, month).map(|date| Dates::one(date).noted(Note::NextMonth))
            };
            return this.map(Dates::one).or_else(next).ok_or(Note::NoSuchDate);
        };
        let this = date(year.unwrap_or(this_year), month).ok_or(Note::NoSuchDate)?;
        let gone = self.today.signed_duration_since(this).num_days();
        if year.is_none() && gone > PAST_DAYS {
            let next = date(this_year.saturating_add(1), month).ok_or(Note::NoSuchDate)?;
            return Ok(Dates::one(next).noted(Note::NextYear));
        }
        Ok(Dates::one(this))
    }

    fn month_in(&self, ahead: i64) -> (i32, u32) {
        let first = self.today.with_day(1).unwrap_or(self.today);
        let month = first.checked_add_months(Months::new(u32::try_from(ahead).unwrap_or(0))).unwrap_or(first);
        (month.year(), month.month())
    }

    /// The so-manieth working day after a date.
    fn working_day(&self, after: NaiveDate, count: u32) -> Option<NaiveDate> {
        let works = |date: &NaiveDate| self.calendar.is_working_day(*date);
        let count = usize::try_from(count.min(MOST_WORKING_DAYS)).ok()?;
        // Three times a fortnight off in a row is no holiday any more.
        after
            .succ_opt()?
            .iter_days()
            .take(count.saturating_mul(3).saturating_add(40))
            .filter(works)
            .nth(count.checked_sub(1)?)
    }

    fn beside_holiday(&self, day: Day) -> Result<Dates, Note> {
        let (Day::AfterHoliday { festival, .. } | Day::BeforeHoliday(festival) | Day::During(festival)) = day else {
            return Err(Note::NotAnnounced);
        };
        let begins_ahead = matches!(day, Day::BeforeHoliday(_));
        let (first, last, guessed) = self.holiday(festival, begins_ahead).ok_or(Note::NotAnnounced)?;
        let dates = match day {
            Day::BeforeHoliday(_) => {
                let eve = self.calendar.prev_close(self.instant(first, 0)).ok();
                let eve = eve.map_or(first, |eve| self.zone().local(eve - Length::MICROSECOND).date());
                Dates { is_end: true, ..Dates::of(eve.min(moved(first, -1)), moved(first, -1), Rule::Holiday) }
            }
            Day::AfterHoliday { count, working: false, .. } => {
                let date = moved(last, i64::from(count.max(1)));
                Dates::of(date, date, Rule::Holiday)
            }
            Day::AfterHoliday { count, .. } => {
                let date = self.working_day(last, count.max(1)).ok_or(Note::NoSuchDate)?;
                let dates = Dates::of(date, date, Rule::Holiday);
                if count == 0 { dates.noted(Note::OpenEnd) } else { dates }
            }
            _ => Dates::of(first, last, Rule::Holiday),
        };
        Ok(Dates { provisional: guessed, ..dates })
    }

    /// The days of a holiday to come, or going on, and whether they are only known by the statute.
    fn holiday(&self, festival: Option<Festival>, begins_ahead: bool) -> Option<(NaiveDate, NaiveDate, bool)> {
        let table = self.calendar.table().unwrap_or_else(|| china::table());
        let named = |name: &str| festival.is_none_or(|festival| name.contains(festival.name()));
        let mut block: Option<(NaiveDate, NaiveDate)> = None;
        let mut name = String::new();
        // A holiday that goes on began at most a fortnight ago.
        let from = self.date(-14);
        let days = table.days().rev().take_while(|(date, _)| *date >= from).collect::<Vec<_>>();
        for (date, day) in days.into_iter().rev().filter(|(_, day)| day.kind == TableDayKind::Holiday) {
            match block {
                Some((first, last)) if last.succ_opt() == Some(date) && day.name.zh == name => {
                    block = Some((first, date))
                }
                Some((first, last)) if self.is_to_come(first, last, begins_ahead) => break,
                _ if named(&day.name.zh) => {
                    block = Some((date, date));
                    name.clone_from(&day.name.zh);
                }
                _ => {}
            }
        }
        let known = block.filter(|(first, last)| self.is_to_come(*first, *last, begins_ahead));
        known.map(|(first, last)| (first, last, false)).or_else(|| self.statutory(festival?))
    }

    fn is_to_come(&self, first: NaiveDate, last: NaiveDate, begins_ahead: bool) -> bool {
        if begins_ahead { first > self.today } else { last >= self.today }
    }

    /// The one day that the statute fixes, where the days around it are not announced.
    fn statutory(&self, festival: Festival) -> Option<(NaiveDate, NaiveDate, bool)> {
        let (month, day) = match festival {
            Festival::NewYear => (1, 1),
            Festival::Labour => (5, 1),
            Festival::National => (10, 1),
            _ => return None,
        };
        let date = |year| NaiveDate::from_ymd_opt(year, month, day);
        let date = date(self.today.year()).filter(|date| *date > self.today).or_else(|| date(self.today.year() + 1))?;
        Some((date, date, true))
    }
}

impl Festival {
    fn name(self) -> &'static str {
        match self {
            Self::NewYear => "元旦",
            Self::Spring => "春节",
            Self::Qingming => "清明",
            Self::Labour => "劳动",
            Self::DragonBoat => "端午",
            Self::MidAutumn => "中秋",
            Self::National => "国庆",
        }
    }
}

fn vague_note(vague: Vague) -> Note {
    match vague {
        Vague::Soon => Note::Soon,
        Vague::SomeDay => Note::SomeDay,
        Vague::AtLeisure => Note::AtLeisure,
        Vague::Meal => Note::Meal,
        Vague::AfterEvent => Note::AfterEvent,
    }
}

fn moved(date: NaiveDate, days: i64) -> NaiveDate {
    let count = Days::new(days.unsigned_abs());
    if days < 0 { date.checked_sub_days(count) } else { date.checked_add_days(count) }.unwrap_or(date)
}

/// Between eight in the morning and eight in the evening; eight itself too.
fn is_by_day(second: u32) -> bool {
    (7 * HOUR..=19 * HOUR).contains(&second)
}

/// The seconds after midnight that an hour may mean; more than a day lies on the next.
fn seconds_of(hour: u32, clock: Clock, part: Option<Part>) -> Vec<u32> {
    let hours: Vec<u32> = match (part, hour) {
        (_, 13..) => vec![hour],
        (Some(Part::Evening | Part::Night), 0) => vec![24],
        (_, 0) => vec![0],
        (None, _) if clock.exact => vec![hour],
        (None, 12) => vec![12, 24],
        (None, _) => vec![hour, hour + 12],
        (Some(Part::Dawn), 12) => vec![0],
        (Some(Part::Dawn | Part::Early | Part::Morning), _) => vec![hour],
        (Some(Part::Noon), 10..=12) => vec![hour],
        (Some(Part::Afternoon | Part::Dusk), 12) => vec![12],
        (Some(Part::Noon | Part::Afternoon | Part::Dusk), _) => vec![hour + 12],
        (Some(Part::Evening | Part::Night), 5..=11) => vec![hour + 12],
        (Some(Part::Evening | Part::Night), 12) => vec![24],
        (Some(Part::Evening | Part::Night), _) => vec![hour + 24],
    };
    hours.into_iter().map(|hour| hour * HOUR + clock.minute * 60).collect()
}

/// A month, or a part of it.
fn tenth_of(year: i32, month: u32, tenth: Tenth) -> Result<Dates, Note> {
    let first = NaiveDate::from_ymd_opt(year, month, 1).ok_or(Note::NoSuchDate)?;
    let last = first.checked_add_months(Months::new(1)).map_or(first, |next| moved(next, -1));
    let (from, to) = match tenth {
        Tenth::Whole | Tenth::End => (first, last),
        Tenth::First => (first, moved(first, 9)),
        Tenth::Second => (moved(first, 10), moved(first, 19)),
        Tenth::Third => (moved(first, 20), last),
    };
    Ok(Dates { is_end: tenth == Tenth::End, ..Dates::of(from, to, Rule::Period) })
}
