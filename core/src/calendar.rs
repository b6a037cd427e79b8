//! Working time on the line of instants: hours, holidays, make-up days, budgets, deadlines.
//!
//! A calendar is a set of half-open intervals `[open, close)`. With `W(t)` the working time before `t`,
//! `elapsed(a, b) = W(b) - W(a)`, and `after(s, d)` is for `d > 0` the earliest `t` with `W(t) = W(s) + d`, for `d < 0`
//! the latest, for none `s`. So work due at the end of Friday is due on Friday, not on Monday.
pub mod china;
mod announcement;
mod budget;
mod columns;
mod compile;
mod conventions;
mod days;
mod explanation;
mod grid;
mod instant;
mod kernel;
mod length;
pub mod operations;
mod periods;
mod plan;
mod rules;
mod segment;
mod steady;
mod table;
mod zone;

use std::fmt;
use std::sync::Arc;

use chrono::{Datelike, NaiveDate};
use sha2::{Digest, Sha256};

pub use announcement::{Announcement, NewDays};
pub use budget::{Budget, BudgetError, DayBudget, Land};
pub use columns::{ColumnError, NULL, NULL_DATE, Unanswered};
#[cfg(feature = "schema")]
pub(crate) use conventions::ConventionsRecord;
pub use conventions::{AtClosing, Conventions, DayMeans, LengthMeans, NightShiftHoliday, Preset};
pub use explanation::{CountedDay, Explanation, Reason, Span};
pub(crate) use explanation::{due_words, moment};
pub use instant::{Instant, InstantError};
pub use length::{Length, LengthError};
pub use plan::{Day, DayKind};
pub use rules::{CalendarRules, DayEntry, HoursText, NamedDays, Period, TableName};
pub use segment::{Segment, SegmentError};
pub use table::{HolidayTable, TableDay, TableDayKind};
pub use zone::{Zone, ZoneError, Zoned};

use crate::problem::Problems;
use grid::{Gridded, Side};
use kernel::{Beyond, FIRST_YEAR, LAST_YEAR, Line};
use plan::Plan;

/// A compiled calendar: immutable, cheap to clone, shared freely between threads.
///
/// ```
/// use guanjia::calendar::{Budget, Calendar, CalendarRules, TableName, Zone};
/// let mut rules = CalendarRules::new(Zone::SHANGHAI);
/// rules.hours.insert("mon-fri".into(), vec!["08:30-12:00".into(), "13:30-18:00".into()]);
/// rules.table = Some(TableName::China);
/// let office = Calendar::compile(&rules)?;
/// let budget: Budget = "4 h".parse()?;
/// // Friday 17:00 before a make-up Saturday.
/// let due = office.deadline("2026-02-27T17:00:00+08:00".parse()?, &budget)?;
/// assert_eq!(office.time_zone().format(due.at), "2026-02-28T11:30:00+08:00");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Calendar(Arc<Compiled>);

struct Compiled {
    rules: CalendarRules,
    plan: Plan,
    line: Line,
    fingerprint: [u8; 32],
    /// Where knowledge of the holiday table ends on the line of instants.
    known_to: Option<Instant>,
}

/// When something is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Due {
    /// The instant.
    pub at: Instant,
    /// Whether it rests on holidays not announced yet.
    pub provisional: bool,
}

/// Why a calendar has no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CalendarError {
    /// The search ran to the end of the years known and met no open time.
    #[error("no working time from `{from}` on within the years {FIRST_YEAR} to {LAST_YEAR}: give the calendar hours")]
    NoWorkingTime {
        /// Where the search began.
        from: Zoned,
    },
    /// The budget ends outside of the years known.
    #[error("`{budget}` from `{from}` ends outside of the years {FIRST_YEAR} to {LAST_YEAR}: give a smaller budget")]
    TooFar {
        /// Where it began.
        from: Zoned,
        /// The budget.
        budget: Budget,
    },
    /// The instant lies outside of the years known.
    #[error("`{at}` lies outside of the years {FIRST_YEAR} to {LAST_YEAR} that calendars cover")]
    OutOfRange {
        /// The instant.
        at: Zoned,
    },
    /// The date lies outside of the years known.
    #[error("`{date}` lies outside of the years {FIRST_YEAR} to {LAST_YEAR} that calendars cover")]
    DateOutOfRange {
        /// The date.
        date: NaiveDate,
    },
    /// The explanation would list too many intervals.
    #[error("`{budget}` from `{from}` has more than {limit} intervals to explain: explain a smaller budget")]
    TooLong {
        /// Where it began.
        from: Zoned,
        /// The budget.
        budget: Budget,
        /// How many intervals an explanation may have.
        limit: usize,
    },
}

impl CalendarError {
    /// A stable name of the kind of error, in snake_case.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoWorkingTime { .. } => "no_working_time",
            Self::TooFar { .. } => "too_far",
            Self::OutOfRange { .. } => "out_of_range",
            Self::DateOutOfRange { .. } => "date_out_of_range",
            Self::TooLong { .. } => "too_long",
        }
    }
}

impl Calendar {
    /// Compiles rules.
    ///
    /// # Errors
    /// All problems of the rules, with their paths.
    pub fn compile(rules: &CalendarRules) -> Result<Self, Problems> {
        compile::compile(rules).map(|plan| Self::from_plan(rules.clone(), plan))
    }

    /// Always open, without holidays.
    pub fn round_the_clock(zone: Zone) -> Self {
        let rules = CalendarRules { round_the_clock: true, ..CalendarRules::new(zone) };
        let plan = compile::round_the_clock(zone);
        Self::from_plan(rules, plan)
    }

    fn from_plan(rules: CalendarRules, plan: Plan) -> Self {
        let line = Line::new(&plan);
        let fingerprint = fingerprint(&plan);
        let known_until = plan.table.as_ref().and_then(|table| table.known_until());
        let known_to =
            known_until.and_then(|date| date.succ_opt()).map(|date| plan.zone.instant(segment::wall_clock(date, 0)));
        Self(Arc::new(Compiled { rules, plan, line, fingerprint, known_to }))
    }

    /// The rules as they were given.
    pub fn rules(&self) -> &CalendarRules {
        &self.0.rules
    }

    /// Whose clocks it follows.
    pub fn time_zone(&self) -> Zone {
        self.0.plan.zone
    }

    /// SHA-256 of what the rules say, however they say it, with the days of the holiday table and how far it knows. Labels,
    /// names and versions are no part of it.
    pub fn fingerprint(&self) -> [u8; 32] {
        self.0.fingerprint
    }

    /// The last day its holiday table knows; `None` without a table: nothing is unknown then.
    pub fn known_until(&self) -> Option<NaiveDate> {
        self.table().and_then(HolidayTable::known_until)
    }

    /// The holiday table, with what was announced since.
    pub fn table(&self) -> Option<&HolidayTable> {
        self.0.plan.table.as_deref()
    }

    /// The calendar with new days of its holiday table; this one stays as it is. See [`CalendarRules::extend`].
    ///
    /// # Errors
    /// As [`CalendarRules::extend`].
    pub fn extend(&self, days: &NewDays) -> Result<Self, Problems> {
        Self::compile(&self.rules().extend(days)?)
    }

    /// Whether what lies before `at` rests on holidays not announced yet.
    pub fn provisional(&self, at: Instant) -> bool {
        self.0.known_to.is_some_and(|known_to| at > known_to)
    }

    /// Working time from `from` to `to`, negative if `to` comes first.
    ///
    /// # Errors
    /// [`CalendarError::OutOfRange`] if one lies outside of local years 1900 to 2200.
    pub fn elapsed(&self, from: Instant, to: Instant) -> Result<Length, CalendarError> {
        match self.looked_up(|table| table.elapsed(from.micros(), to.micros())) {
            Some(micros) => Ok(Length::from_micros(micros)),
            None => self.elapsed_exactly(from, to),
        }
    }

    #[cold]
    fn elapsed_exactly(&self, from: Instant, to: Instant) -> Result<Length, CalendarError> {
        let (plan, line) = (&self.0.plan, &self.0.line);
        let (begin, end) = (plan.to_line(from), plan.to_line(to));
        match line.elapsed(plan, begin, end) {
            Ok(micros) => Ok(Length::from_micros(micros)),
            Err(_) if line.elapsed(plan, begin, begin).is_err() => Err(self.outside(from)),
            Err(_) => Err(self.outside(to)),
        }
    }

    /// When a budget that starts at `start` is used up, and whether that may still move.
    ///
    /// # Errors
    /// [`CalendarError::NoWorkingTime`], [`CalendarError::TooFar`] or [`CalendarError::OutOfRange`].
    pub fn deadline(&self, start: Instant, budget: &Budget) -> Result<Due, CalendarError> {
        let at = match budget {
            Budget::Length(length) => self.after(start, *length)?,
            Budget::WorkingDays(_) | Budget::Days(_) => self.day_deadline(start, budget)?,
        };
        Ok(Due { at, provisional: self.provisional(start.max(at)) })
    }

    /// The instant at which `length` of working time has passed since `start`: the earliest for a positive length,
    /// the latest for a negative one, `start` for none. With `at_closing = roll` a result at a closing goes on to the
    /// next opening, backwards one at an opening to the closing before, and none at all to the next opening.
    ///
    /// # Errors
    /// [`CalendarError::NoWorkingTime`], [`CalendarError::TooFar`] or [`CalendarError::OutOfRange`].
    pub fn after(&self, start: Instant, length: Length) -> Result<Instant, CalendarError> {
        let rolls = self.0.plan.conventions.at_closing == AtClosing::Roll;
        match self.looked_up(|table| table.after(start.micros(), length.micros(), rolls)) {
            Some(micros) => Ok(Instant::from_micros(micros)),
            None => self.after_exactly(start, length),
        }
    }

    #[cold]
    fn after_exactly(&self, start: Instant, length: Length) -> Result<Instant, CalendarError> {
        let (plan, line) = (&self.0.plan, &self.0.line);
        if plan.never_opens() && length != Length::ZERO {
            return Err(self.no_working_time(start));
        }
        let landed = line.after(plan, plan.to_line(start), length.micros()).and_then(|place| {
            match (plan.conventions.at_closing, length.micros()) {
                (AtClosing::Land, _) => Ok(place),
                (AtClosing::Roll, 0..) => line.next_open(plan, place),
                (AtClosing::Roll, _) => line.prev_close(plan, place),
            }
        });
        match landed {
            // A length of none keeps its start, even where the wall clock shows one time twice.
            Ok(place) if place == plan.to_line(start) => Ok(start),
            Ok(place) => Ok(plan.at_place(place)),
            Err(Beyond::Outside) => Err(self.outside(start)),
            Err(Beyond::Exhausted { met_open: true }) => Err(self.too_far(start, &Budget::Length(length))),
            Err(Beyond::Exhausted { met_open: false }) => Err(self.no_working_time(start)),
        }
    }

    /// Whether business is open: the opening instant is, the closing one is not.
    ///
    /// # Errors
    /// [`CalendarError::OutOfRange`].
    pub fn is_open(&self, at: Instant) -> Result<bool, CalendarError> {
        match self.looked_up(|table| table.is_open(at.micros())) {
            Some(open) => Ok(open),
            None => self.0.line.is_open(&self.0.plan, self.0.plan.to_line(at)).map_err(|_| self.outside(at)),
        }
    }

    /// `at` itself if open, else the next opening.
    ///
    /// # Errors
    /// [`CalendarError::NoWorkingTime`] or [`CalendarError::OutOfRange`].
    pub fn next_open(&self, at: Instant) -> Result<Instant, CalendarError> {
        if let Some(micros) = self.looked_up(|table| table.beside(at.micros(), Side::Latest)) {
            return Ok(Instant::from_micros(micros));
        }
        let place = self.0.plan.to_line(at);
        self.searched(at, place, self.0.line.next_open(&self.0.plan, place))
    }

    /// `at` itself if open or a closing instant, else the closing before it; the opening instant counts as closed.
    ///
    /// # Errors
    /// [`CalendarError::NoWorkingTime`] or [`CalendarError::OutOfRange`].
    pub fn prev_close(&self, at: Instant) -> Result<Instant, CalendarError> {
        if let Some(micros) = self.looked_up(|table| table.beside(at.micros(), Side::Earliest)) {
            return Ok(Instant::from_micros(micros));
        }
        let place = self.0.plan.to_line(at);
        self.searched(at, place, self.0.line.prev_close(&self.0.plan, place))
    }

    fn searched(&self, at: Instant, from: i64, found: Result<i64, Beyond>) -> Result<Instant, CalendarError> {
        match found {
            Ok(place) if place == from => Ok(at),
            Ok(place) => Ok(self.0.plan.at_place(place)),
            Err(Beyond::Outside) => Err(self.outside(at)),
            Err(Beyond::Exhausted { .. }) => Err(self.no_working_time(at)),
        }
    }

    /// What kind of day a date is, its name and who says so, and its hours.
    pub fn day(&self, date: NaiveDate) -> Day {
        let day = self.0.plan.day(date);
        Day {
            kind: day.kind,
            name: day.name.cloned(),
            source: day.source.map(str::to_owned),
            hours: day.hours.to_vec(),
        }
    }

    /// Whether some of the hours that belong to a date are open.
    pub fn is_working_day(&self, date: NaiveDate) -> bool {
        self.0.plan.works(date)
    }

    /// Working days in `[from, to)`, negative if `to` comes first.
    ///
    /// # Errors
    /// [`CalendarError::DateOutOfRange`].
    pub fn working_days_between(&self, from: NaiveDate, to: NaiveDate) -> Result<i64, CalendarError> {
        let (plan, line) = (&self.0.plan, &self.0.line);
        line.working_days(plan, from, to).map_err(|_| {
            let date = if line.working_days(plan, from, from).is_err() { from } else { to };
            CalendarError::DateOutOfRange { date }
        })
    }

    /// What a table answers about instants. On a line of wall-clock time places are none; the line asks its tables itself.
    #[inline(always)]
    fn looked_up<A>(&self, answer: impl Fn(&Gridded) -> Option<A>) -> Option<A> {
        match self.0.plan.conventions.length_means {
            LengthMeans::Elapsed => self.0.line.fast(&self.0.plan, answer),
            LengthMeans::WallClock => None,
        }
    }

    fn zoned(&self, at: Instant) -> Zoned {
        Zoned { at, zone: self.time_zone() }
    }

    fn outside(&self, at: Instant) -> CalendarError {
        CalendarError::OutOfRange { at: self.zoned(at) }
    }

    fn no_working_time(&self, from: Instant) -> CalendarError {
        CalendarError::NoWorkingTime { from: self.zoned(from) }
    }

    fn too_far(&self, from: Instant, budget: &Budget) -> CalendarError {
        CalendarError::TooFar { from: self.zoned(from), budget: *budget }
    }
}

/// Whether an instant lies within the years that calendars cover, wherever their clocks are.
pub fn covers(at: Instant) -> bool {
    (FIRST_YEAR.saturating_add(1)..LAST_YEAR).contains(&at.to_utc().year())
}

/// Two calendars are equal if they say the same.
impl PartialEq for Calendar {
    fn eq(&self, other: &Self) -> bool {
        self.fingerprint() == other.fingerprint()
    }
}

impl Eq for Calendar {}

impl fmt::Debug for Calendar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Calendar").field(&self.0.rules).finish()
    }
}

fn fingerprint(plan: &Plan) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(b"guanjia calendar 2\n");
    if let Some(table) = &plan.table {
        hash.update(table.digest());
    }
    hash.update(plan.canonical().as_bytes());
    hash.finalize().into()
}

#[cfg(test)]
mod tests;
