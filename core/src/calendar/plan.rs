//! Compiled rules: which hours a date has and why, and what is open on the line of instants.
use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate, Weekday};
use serde::Serialize;

use super::china;
use super::conventions::{Conventions, LengthMeans, NightShiftHoliday};
use super::segment::Segment;
use super::steady::Clocks;
use super::zone::Zone;
use super::{Instant, Length};
use crate::clause::Words;

/// What kind of day a date is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum DayKind {
    /// An ordinary working day of the week.
    Working,
    /// A make-up working day.
    MakeUp,
    /// A date with hours of its own, perhaps none.
    OwnHours,
    /// A holiday.
    Holiday,
    /// A weekday without hours.
    DayOff,
}

/// A date of a calendar.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Day {
    /// Why it has the hours it has.
    pub kind: DayKind,
    /// Name of the holiday, or of the one a make-up day is worked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<Words>,
    /// Its hours before breaks; a shift that runs over midnight belongs to the day on which it opens.
    pub hours: Vec<Segment>,
}

/// Days that come every year, as month and day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Yearly {
    pub(super) from: (u32, u32),
    pub(super) to: (u32, u32),
    pub(super) name: Option<Words>,
}

/// A piece of the line in microseconds, `[from, to)`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Piece {
    pub(super) from: i64,
    pub(super) to: i64,
}

/// Compiled rules. All hours are sorted.
#[derive(Debug, Clone)]
pub(super) struct Plan {
    pub(super) zone: Zone,
    pub(super) week: [Vec<Segment>; 7],
    pub(super) workday_hours: Vec<Segment>,
    /// What a make-up day has when its weekday has no hours and `workday_hours` none either.
    pub(super) ordinary: Vec<Segment>,
    pub(super) own: BTreeMap<NaiveDate, Vec<Segment>>,
    pub(super) breaks: BTreeMap<NaiveDate, Vec<Segment>>,
    pub(super) holidays: BTreeMap<NaiveDate, Option<Words>>,
    pub(super) yearly: Vec<Yearly>,
    pub(super) workdays: BTreeMap<NaiveDate, Option<Words>>,
    pub(super) china: bool,
    pub(super) conventions: Conventions,
}

/// What the rules say about a date.
#[derive(Debug, Clone, Copy)]
pub(super) struct Dated<'a> {
    pub(super) kind: DayKind,
    pub(super) name: Option<&'a Words>,
    pub(super) hours: &'a [Segment],
}

impl Plan {
    /// What the rules say, in one text for equal rules however they were written.
    pub(super) fn canonical(&self) -> String {
        use std::fmt::Write;
        let mut text = format!("{}\n{:?}\n{:?}\n", self.zone, self.week, self.workday_hours);
        for (list, dated) in [("own", &self.own), ("breaks", &self.breaks)] {
            // Writing to a text cannot fail.
            let _ = dated.iter().try_for_each(|(date, hours)| writeln!(text, "{list} {date} {hours:?}"));
        }
        let days = self.holidays.keys().map(|date| ("holiday", date));
        for (list, date) in days.chain(self.workdays.keys().map(|date| ("workday", date))) {
            let _ = writeln!(text, "{list} {date}");
        }
        let mut yearly: Vec<_> = self.yearly.iter().map(|days| (days.from, days.to)).collect();
        yearly.sort_unstable();
        let _ = writeln!(text, "{yearly:?}\n{:?}", self.conventions);
        text
    }

    /// What the rules say about a date: its own hours win over a make-up day, this over a holiday, this over the week.
    pub(super) fn day(&self, date: NaiveDate) -> Dated<'_> {
        let table = if self.china { china::special(date) } else { None };
        if let Some(hours) = self.own.get(&date) {
            return Dated { kind: DayKind::OwnHours, name: None, hours };
        }
        let weekday = self.weekday(date.weekday());
        if let Some(name) = self.workdays.get(&date) {
            return Dated { kind: DayKind::MakeUp, name: name.as_ref(), hours: self.make_up_hours(weekday) };
        }
        if let Some(special) = table.filter(|special| special.works) {
            return Dated { kind: DayKind::MakeUp, name: Some(&special.name), hours: self.make_up_hours(weekday) };
        }
        if let Some(name) = self.holiday(date) {
            return Dated { kind: DayKind::Holiday, name, hours: &[] };
        }
        if let Some(special) = table {
            return Dated { kind: DayKind::Holiday, name: Some(&special.name), hours: &[] };
        }
        let kind = if weekday.is_empty() { DayKind::DayOff } else { DayKind::Working };
        Dated { kind, name: None, hours: weekday }
    }

    pub(super) fn weekday(&self, weekday: Weekday) -> &[Segment] {
        usize::try_from(weekday.num_days_from_monday()).ok().and_then(|n| self.week.get(n)).map_or(&[], Vec::as_slice)
    }

    fn make_up_hours<'a>(&'a self, weekday: &'a [Segment]) -> &'a [Segment] {
        match (self.workday_hours.is_empty(), weekday.is_empty()) {
            (false, _) => &self.workday_hours,
            (true, false) => weekday,
            (true, true) => &self.ordinary,
        }
    }

    /// The outer option says whether `date` is a holiday of the rules, the inner one its name.
    fn holiday(&self, date: NaiveDate) -> Option<Option<&Words>> {
        let listed = self.holidays.get(&date).map(Option::as_ref);
        listed.or_else(|| self.yearly.iter().find(|days| days.cover(date)).map(|days| days.name.as_ref()))
    }

    /// Whether no date can have hours.
    pub(super) fn never_opens(&self) -> bool {
        self.week.iter().chain(self.own.values()).all(Vec::is_empty)
            && (self.workday_hours.is_empty() || (self.workdays.is_empty() && !self.china))
    }

    /// What is open of the hours that belong to `date`, sorted, apart, breaks cut out.
    pub(super) fn open_on(&self, date: NaiveDate) -> Vec<Piece> {
        self.open_by(date, Clocks::Zone(self.line_zone()))
    }

    /// [`Plan::open_on`] with clocks that may be read faster.
    pub(super) fn open_by(&self, date: NaiveDate, clocks: Clocks) -> Vec<Piece> {
        let mut open = self.hours_on(date, clocks);
        if !open.is_empty() {
            open = cut(union(open), &self.breaks_around(date, clocks));
        }
        open
    }

    /// What breaks take of the hours that belong to `date`, sorted.
    pub(super) fn broken_on(&self, date: NaiveDate) -> Vec<Piece> {
        let clocks = Clocks::Zone(self.line_zone());
        let breaks = self.breaks_around(date, clocks);
        if breaks.is_empty() {
            return breaks;
        }
        let hours = union(self.hours_on(date, clocks));
        let open = cut(hours.clone(), &breaks);
        cut(hours, &open)
    }

    /// Whether `date` is a working day: some of its hours are open.
    pub(super) fn works(&self, date: NaiveDate) -> bool {
        let day = self.day(date);
        !day.hours.is_empty() && (self.breaks.is_empty() || !self.open_on(date).is_empty())
    }

    /// The pieces of the hours that belong to `date`, before breaks.
    fn hours_on(&self, date: NaiveDate, clocks: Clocks) -> Vec<Piece> {
        let day = self.day(date);
        if self.conventions.night_shift_holiday == NightShiftHoliday::ShiftStart {
            return pieces(date, day.hours.iter().copied(), clocks);
        }
        self.hours_by_calendar_date(date, day, clocks)
    }

    /// A holiday takes its own 24 hours: the evening of its own night shift, the morning of the shift before it.
    fn hours_by_calendar_date(&self, date: NaiveDate, day: Dated<'_>, clocks: Clocks) -> Vec<Piece> {
        let next = date.succ_opt().unwrap_or(date);
        let morning_works = !self.closes(next);
        let (evening, hours) = match day.kind {
            DayKind::Holiday => (false, self.weekday(date.weekday())),
            _ => (true, day.hours),
        };
        if evening && morning_works {
            pieces(date, hours.iter().copied(), clocks)
        } else if evening {
            pieces(date, hours.iter().map(|hours| hours.before_midnight()), clocks)
        } else if morning_works {
            pieces(next, hours.iter().filter_map(|hours| hours.after_midnight()), clocks)
        } else {
            Vec::new()
        }
    }

    fn closes(&self, date: NaiveDate) -> bool {
        let day = self.day(date);
        match day.kind {
            DayKind::Holiday => true,
            DayKind::OwnHours => day.hours.is_empty(),
            _ => false,
        }
    }

    fn breaks_around(&self, date: NaiveDate, clocks: Clocks) -> Vec<Piece> {
        if self.breaks.is_empty() {
            return Vec::new();
        }
        let (from, to) = (date.pred_opt().unwrap_or(date), date.succ_opt().unwrap_or(date));
        let around = self.breaks.range(from..=to);
        union(around.flat_map(|(day, breaks)| pieces(*day, breaks.iter().copied(), clocks)).collect())
    }

    /// The place on the line of a wall-clock time of `date`.
    pub(super) fn mark(&self, date: NaiveDate, second: u32) -> i64 {
        Clocks::Zone(self.line_zone()).mark(date, second)
    }

    /// Where an instant lies on the line: at its own microsecond, or at what the wall clock shows.
    pub(super) fn to_line(&self, at: Instant) -> i64 {
        match self.conventions.length_means {
            LengthMeans::Elapsed => at.micros(),
            LengthMeans::WallClock => self.zone.local(at).and_utc().timestamp_micros(),
        }
    }

    /// The instant at a place of the line.
    pub(super) fn at_place(&self, place: i64) -> Instant {
        let at = Instant::from_micros(place);
        match self.conventions.length_means {
            LengthMeans::Elapsed => at,
            LengthMeans::WallClock => self.zone.instant(at.to_utc().naive_utc()),
        }
    }

    /// The local date at a place of the line.
    pub(super) fn date(&self, place: i64) -> NaiveDate {
        self.line_zone().local(Instant::from_micros(place)).date()
    }

    /// The zone in which places of the line are read: on a line of wall-clock time no clock ever changes.
    pub(super) fn line_zone(&self) -> Zone {
        match self.conventions.length_means {
            LengthMeans::Elapsed => self.zone,
            LengthMeans::WallClock => Zone::UTC,
        }
    }
}

impl Yearly {
    fn cover(&self, date: NaiveDate) -> bool {
        let day = (date.month(), date.day());
        if self.from <= self.to { self.from <= day && day <= self.to } else { day >= self.from || day <= self.to }
    }
}

impl Piece {
    pub(super) fn length(self) -> Length {
        Length::from_micros(self.to.saturating_sub(self.from))
    }

    /// What lies within `[from, to)`, if anything.
    pub(super) fn within(self, from: i64, to: i64) -> Option<Self> {
        Some(Self { from: self.from.max(from), to: self.to.min(to) }).filter(|piece| piece.from < piece.to)
    }
}

/// The hours of `date` as pieces of the line; what a change of clocks empties is dropped.
fn pieces(date: NaiveDate, hours: impl Iterator<Item = Segment>, clocks: Clocks) -> Vec<Piece> {
    hours
        .map(|hours| Piece {
            from: clocks.mark(date, hours.open_second()),
            to: clocks.mark(date, hours.close_second()),
        })
        .filter(|piece| piece.from < piece.to)
        .collect()
}

/// Sorted pieces that neither overlap nor touch.
pub(super) fn union(mut pieces: Vec<Piece>) -> Vec<Piece> {
    pieces.sort_unstable();
    pieces.dedup_by(|later, earlier| {
        let one = later.from <= earlier.to;
        if one {
            earlier.to = earlier.to.max(later.to);
        }
        one
    });
    pieces
}

/// What of `pieces` lies in no hole; both sorted and apart.
pub(super) fn cut(pieces: Vec<Piece>, holes: &[Piece]) -> Vec<Piece> {
    if holes.is_empty() {
        return pieces;
    }
    let mut left = Vec::with_capacity(pieces.len());
    for piece in pieces {
        let mut from = piece.from;
        for hole in holes.iter().filter(|hole| hole.from < piece.to && piece.from < hole.to) {
            left.extend(Piece { from, to: hole.from }.within(piece.from, piece.to));
            from = hole.to;
        }
        left.extend(Piece { from, to: piece.to }.within(piece.from, piece.to));
    }
    left
}
