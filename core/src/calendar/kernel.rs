//! Arithmetic on the line: intervals of one year at a time, with running sums.
//!
//! Years are local, begin at midnight of 1 January and divide the line without gap, so an interval over New Year is
//! two halves that touch. A year is built when it is first asked for. A calendar that is asked often gets tables, which
//! answer the same in a step or two; what lies outside of them is answered by the years.
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use chrono::{Datelike, NaiveDate};

use super::plan::{Piece, Plan, union};
use super::steady::Dates;
use super::table::{Side, Table};

/// The first year whose hours are known.
pub(super) const FIRST_YEAR: i32 = 1900;
/// The last year whose hours are known.
pub(super) const LAST_YEAR: i32 = 2200;

/// The years of the near table: those that most questions are about.
const NEAR_YEARS: (i32, i32) = (2004, 2035);
/// After how many questions the near table pays for itself.
const NEAR_AFTER: usize = 128;
/// After how many questions outside of the near table one of all years does.
const FAR_AFTER: usize = 8_192;

const MICROS_PER_YEAR: i64 = 31_556_952_000_000;

/// Why there is no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Beyond {
    /// The question lies outside of the years known.
    Outside,
    /// The search ended with them.
    Exhausted {
        /// Whether it met any open time on its way.
        met_open: bool,
    },
}

/// The open time of a calendar.
#[derive(Debug)]
pub(super) struct Line {
    /// Where each year begins, and where the last one ends.
    begins: Vec<i64>,
    years: Vec<OnceLock<Year>>,
    near: Asked<Table>,
    far: Asked<Table>,
}

/// What is built once it was asked for often enough.
#[derive(Debug)]
struct Asked<T> {
    built: OnceLock<T>,
    questions: AtomicUsize,
    enough: usize,
}

impl<T> Asked<T> {
    fn after(enough: usize) -> Self {
        Self { built: OnceLock::new(), questions: AtomicUsize::new(0), enough }
    }

    #[inline(always)]
    fn get(&self, questions: usize, build: impl FnOnce() -> T) -> Option<&T> {
        self.built.get().or_else(|| self.ask(questions, build))
    }

    /// Counts in any order: the count decides what is fast, never what is answered.
    #[cold]
    fn ask(&self, questions: usize, build: impl FnOnce() -> T) -> Option<&T> {
        let before = self.questions.fetch_add(questions, Ordering::Relaxed);
        (before.saturating_add(questions) >= self.enough).then(|| self.built.get_or_init(build))
    }
}

/// One local year.
#[derive(Debug)]
struct Year {
    opens: Vec<i64>,
    closes: Vec<i64>,
    /// Open time of the year before each interval.
    before: Vec<i64>,
    /// Open time of the whole year.
    total: i64,
    /// Ordinals of its working days, from 1.
    working: Vec<u32>,
}

impl Line {
    /// An empty line; `plan` must be the same in every call.
    pub(super) fn new(plan: &Plan) -> Self {
        let begin = |year| NaiveDate::from_ymd_opt(year, 1, 1).map_or(0, |date| plan.mark(date, 0));
        let begins: Vec<i64> = (FIRST_YEAR..=LAST_YEAR.saturating_add(1)).map(begin).collect();
        let years = (FIRST_YEAR..=LAST_YEAR).map(|_| OnceLock::new()).collect();
        Self { begins, years, near: Asked::after(NEAR_AFTER), far: Asked::after(FAR_AFTER) }
    }

    /// The table of the years around now, once so many questions more make it worth building.
    #[inline(always)]
    pub(super) fn near(&self, plan: &Plan, questions: usize) -> Option<&Table> {
        self.near.get(questions, || self.table(plan, NEAR_YEARS.0, NEAR_YEARS.1))
    }

    /// The table of all years, once so many questions more outside of the near one make it worth building.
    pub(super) fn far(&self, plan: &Plan, questions: usize) -> Option<&Table> {
        self.far.get(questions, || self.table(plan, FIRST_YEAR, LAST_YEAR))
    }

    fn table(&self, plan: &Plan, first: i32, last: i32) -> Table {
        let index = |year: i32| usize::try_from(year.saturating_sub(FIRST_YEAR)).unwrap_or(0);
        let begin = |year| self.begins.get(index(year)).copied().unwrap_or(0);
        let (begin, end) = (begin(first), begin(last.saturating_add(1)));
        let mut pieces = Vec::new();
        let mut dates = Dates::new(plan);
        for date in days_touching(index(first), index(last)) {
            let (open, _) = dates.open_on(date);
            pieces.extend(open.into_iter().filter_map(|piece| piece.within(begin, end)));
        }
        Table::new(begin, end, &union(pieces))
    }

    /// What the tables answer, if they do.
    #[inline(always)]
    pub(super) fn fast<A>(&self, plan: &Plan, answer: impl Fn(&Table) -> Option<A>) -> Option<A> {
        let near = self.near(plan, 1)?;
        answer(near).or_else(|| self.far(plan, 1).and_then(answer))
    }

    /// Open time from `from` to `to`, negative if `to` comes first.
    #[inline]
    pub(super) fn elapsed(&self, plan: &Plan, from: i64, to: i64) -> Result<i64, Beyond> {
        match self.fast(plan, |table| table.elapsed(from, to)) {
            Some(elapsed) => Ok(elapsed),
            None => self.elapsed_by_years(plan, from, to),
        }
    }

    pub(super) fn elapsed_by_years(&self, plan: &Plan, from: i64, to: i64) -> Result<i64, Beyond> {
        let (first, last) = (self.place(from)?, self.place(to)?);
        let (begin, end) = (self.year(plan, first)?.open_before(from), self.year(plan, last)?.open_before(to));
        let mut between = end.saturating_sub(begin);
        for index in first.min(last)..first.max(last) {
            let total = self.year(plan, index)?.total;
            between = if first < last { between.saturating_add(total) } else { between.saturating_sub(total) };
        }
        Ok(between)
    }

    /// For `length > 0` the earliest place with that much open time after `start`, for `length < 0` the latest with
    /// that much before it, `start` itself for none.
    #[inline]
    pub(super) fn after(&self, plan: &Plan, start: i64, length: i64) -> Result<i64, Beyond> {
        match self.fast(plan, |table| table.after(start, length, false)) {
            Some(place) => Ok(place),
            None => self.after_by_years(plan, start, length),
        }
    }

    pub(super) fn after_by_years(&self, plan: &Plan, start: i64, length: i64) -> Result<i64, Beyond> {
        let index = self.place(start)?;
        let target = self.year(plan, index)?.open_before(start).saturating_add(length);
        match length {
            0 => Ok(start),
            1.. => self.forward(plan, index, target),
            _ => self.backward(plan, index, target),
        }
    }

    fn forward(&self, plan: &Plan, from: usize, mut target: i64) -> Result<i64, Beyond> {
        let mut met_open = false;
        for index in from..self.years.len() {
            let year = self.year(plan, index)?;
            if let Some(place) = year.earliest(target) {
                return Ok(place);
            }
            met_open |= year.total > 0;
            target = target.saturating_sub(year.total);
        }
        Err(Beyond::Exhausted { met_open })
    }

    fn backward(&self, plan: &Plan, from: usize, mut target: i64) -> Result<i64, Beyond> {
        let mut met_open = false;
        for index in (0..=from).rev() {
            let year = self.year(plan, index)?;
            if index < from {
                target = target.saturating_add(year.total);
            }
            if let Some(place) = year.latest(target) {
                return Ok(place);
            }
            met_open |= year.total > 0;
        }
        Err(Beyond::Exhausted { met_open })
    }

    /// Whether `place` lies in open time.
    #[inline]
    pub(super) fn is_open(&self, plan: &Plan, place: i64) -> Result<bool, Beyond> {
        match self.fast(plan, |table| table.is_open(place)) {
            Some(open) => Ok(open),
            None => self.is_open_by_years(plan, place),
        }
    }

    pub(super) fn is_open_by_years(&self, plan: &Plan, place: i64) -> Result<bool, Beyond> {
        let year = self.year(plan, self.place(place)?)?;
        Ok(year.first_closing_after(place).is_some_and(|interval| interval.from <= place))
    }

    /// `place` if open, else the next opening.
    #[inline]
    pub(super) fn next_open(&self, plan: &Plan, place: i64) -> Result<i64, Beyond> {
        match self.fast(plan, |table| table.beside(place, Side::Latest)) {
            Some(found) => Ok(found),
            None => self.next_open_by_years(plan, place),
        }
    }

    pub(super) fn next_open_by_years(&self, plan: &Plan, place: i64) -> Result<i64, Beyond> {
        for index in self.place(place)?..self.years.len() {
            if let Some(interval) = self.year(plan, index)?.first_closing_after(place) {
                return Ok(interval.from.max(place));
            }
        }
        Err(Beyond::Exhausted { met_open: false })
    }

    /// `place` if open or a closing, else the closing before it; an opening counts as closed.
    #[inline]
    pub(super) fn prev_close(&self, plan: &Plan, place: i64) -> Result<i64, Beyond> {
        match self.fast(plan, |table| table.beside(place, Side::Earliest)) {
            Some(found) => Ok(found),
            None => self.prev_close_by_years(plan, place),
        }
    }

    pub(super) fn prev_close_by_years(&self, plan: &Plan, place: i64) -> Result<i64, Beyond> {
        for index in (0..=self.place(place)?).rev() {
            if let Some(interval) = self.year(plan, index)?.last_opening_before(place) {
                return Ok(interval.to.min(place));
            }
        }
        Err(Beyond::Exhausted { met_open: false })
    }

    /// Working days in `[from, to)`, negative if `to` comes first.
    pub(super) fn working_days(&self, plan: &Plan, from: NaiveDate, to: NaiveDate) -> Result<i64, Beyond> {
        let (first, last) = (self.index(from)?, self.index(to)?);
        let count = |index, date: NaiveDate| Ok(as_count(self.year(plan, index)?.working_before(date.ordinal())));
        let mut days = count(last, to)?.saturating_sub(count(first, from)?);
        for index in first.min(last)..first.max(last) {
            let all = as_count(self.year(plan, index)?.working.len());
            days = if first < last { days.saturating_add(all) } else { days.saturating_sub(all) };
        }
        Ok(days)
    }

    /// The `n`th working day after `date`, from 1; for negative `n` before it.
    pub(super) fn working_day(&self, plan: &Plan, date: NaiveDate, n: i32) -> Result<NaiveDate, Beyond> {
        let start = self.index(date)?;
        let steps = usize::try_from(n.unsigned_abs()).map_err(|_| Beyond::Outside)?;
        let found = if n > 0 {
            let passed = self.year(plan, start)?.working_before(date.ordinal().saturating_add(1));
            self.later_working_day(plan, start, passed.saturating_add(steps).saturating_sub(1))?
        } else {
            let passed = self.year(plan, start)?.working_before(date.ordinal());
            self.earlier_working_day(plan, start, passed, steps)?
        };
        found.ok_or(Beyond::Exhausted { met_open: false })
    }

    fn later_working_day(&self, plan: &Plan, start: usize, mut skip: usize) -> Result<Option<NaiveDate>, Beyond> {
        for index in start..self.years.len() {
            let working = &self.year(plan, index)?.working;
            if let Some(ordinal) = working.get(skip) {
                return Ok(date_of(index, *ordinal));
            }
            skip = skip.saturating_sub(working.len());
        }
        Ok(None)
    }

    fn earlier_working_day(
        &self,
        plan: &Plan,
        start: usize,
        passed: usize,
        mut steps: usize,
    ) -> Result<Option<NaiveDate>, Beyond> {
        for index in (0..=start).rev() {
            let working = &self.year(plan, index)?.working;
            let available = if index == start { passed } else { working.len() };
            if let Some(ordinal) = available.checked_sub(steps).and_then(|n| working.get(n)) {
                return Ok(date_of(index, *ordinal));
            }
            steps = steps.saturating_sub(available);
        }
        Ok(None)
    }

    /// Which year a place lies in.
    fn place(&self, place: i64) -> Result<usize, Beyond> {
        let mean = place.div_euclid(MICROS_PER_YEAR).saturating_add(1970 - i64::from(FIRST_YEAR));
        let near = usize::try_from(mean).map_err(|_| Beyond::Outside)?;
        // The mean year is at most two days off, so the year is this one or a neighbour.
        let within = |index: &usize| {
            let next = index.saturating_add(1);
            matches!((self.begins.get(*index), self.begins.get(next)), (Some(begin), Some(end)) if (*begin..*end).contains(&place))
        };
        [Some(near), near.checked_sub(1), near.checked_add(1)].into_iter().flatten().find(within).ok_or(Beyond::Outside)
    }

    fn index(&self, date: NaiveDate) -> Result<usize, Beyond> {
        usize::try_from(date.year().saturating_sub(FIRST_YEAR))
            .ok()
            .filter(|index| *index < self.years.len())
            .ok_or(Beyond::Outside)
    }

    fn year(&self, plan: &Plan, index: usize) -> Result<&Year, Beyond> {
        let slot = self.years.get(index).ok_or(Beyond::Outside)?;
        Ok(slot.get_or_init(|| {
            let bounds = (self.begins.get(index), self.begins.get(index.saturating_add(1)));
            let (begin, end) = (bounds.0.copied().unwrap_or(0), bounds.1.copied().unwrap_or(0));
            Year::build(plan, index, begin, end)
        }))
    }
}

impl Year {
    fn build(plan: &Plan, index: usize, begin: i64, end: i64) -> Self {
        let (mut pieces, mut working) = (Vec::new(), Vec::new());
        let mut dates = Dates::new(plan);
        for date in days_touching(index, index) {
            let (open, works) = dates.open_on(date);
            if works && index_of(date) == Some(index) {
                working.push(date.ordinal());
            }
            pieces.extend(open.into_iter().filter_map(|piece| piece.within(begin, end)));
        }
        Self::new(&union(pieces), working)
    }

    fn new(intervals: &[Piece], working: Vec<u32>) -> Self {
        let mut total = 0_i64;
        let mut before = Vec::with_capacity(intervals.len());
        for interval in intervals {
            before.push(total);
            total = total.saturating_add(interval.length().micros());
        }
        let opens = intervals.iter().map(|interval| interval.from).collect();
        let closes = intervals.iter().map(|interval| interval.to).collect();
        Self { opens, closes, before, total, working }
    }

    /// Open time of the year before `place`.
    fn open_before(&self, place: i64) -> i64 {
        match self.opens.partition_point(|open| *open < place).checked_sub(1).and_then(|n| self.interval(n)) {
            Some((interval, before)) => before.saturating_add(place.min(interval.to).saturating_sub(interval.from)),
            None => 0,
        }
    }

    /// The earliest place of the year with `target > 0` open time before it.
    fn earliest(&self, target: i64) -> Option<i64> {
        if target > self.total {
            return None;
        }
        let n = self.before.partition_point(|before| *before < target).checked_sub(1)?;
        self.interval(n).map(|(interval, before)| interval.from.saturating_add(target.saturating_sub(before)))
    }

    /// The latest place of the year with `target < total` open time before it.
    fn latest(&self, target: i64) -> Option<i64> {
        let n = self.before.partition_point(|before| *before <= target).checked_sub(1)?;
        self.interval(n).map(|(interval, before)| interval.from.saturating_add(target.saturating_sub(before)))
    }

    fn first_closing_after(&self, place: i64) -> Option<Piece> {
        self.interval(self.closes.partition_point(|close| *close <= place)).map(|(interval, _)| interval)
    }

    fn last_opening_before(&self, place: i64) -> Option<Piece> {
        let n = self.opens.partition_point(|open| *open < place).checked_sub(1)?;
        self.interval(n).map(|(interval, _)| interval)
    }

    fn interval(&self, n: usize) -> Option<(Piece, i64)> {
        let (from, to) = (*self.opens.get(n)?, *self.closes.get(n)?);
        Some((Piece { from, to }, *self.before.get(n)?))
    }

    fn working_before(&self, ordinal: u32) -> usize {
        self.working.partition_point(|day| *day < ordinal)
    }
}

/// The dates whose hours can reach into these years: their own, those of a shift or a gap over New Year.
fn days_touching(first: usize, last: usize) -> impl Iterator<Item = NaiveDate> {
    let new_year = |index| date_of(index, 1).unwrap_or_default();
    let (first, last) = (new_year(first), new_year(last).year());
    let from = first.checked_sub_days(chrono::Days::new(2)).unwrap_or(first);
    from.iter_days().take_while(move |date| date.year() <= last)
}

fn date_of(index: usize, ordinal: u32) -> Option<NaiveDate> {
    let year = FIRST_YEAR.checked_add(i32::try_from(index).ok()?)?;
    NaiveDate::from_yo_opt(year, ordinal)
}

fn index_of(date: NaiveDate) -> Option<usize> {
    usize::try_from(date.year().checked_sub(FIRST_YEAR)?).ok()
}

fn as_count(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}
