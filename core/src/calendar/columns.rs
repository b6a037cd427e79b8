//! Working time over whole columns: one call for a million rows, each answered as its scalar call would answer it.
use std::hint::select_unpredictable as select;
use std::iter::repeat;
use std::ops::Range;

use chrono::NaiveDate;

use super::conventions::{AtClosing, LengthMeans};
use super::table::{Side, Table};
use super::{Budget, Calendar, CalendarError, Instant, Length};

/// Rows are answered so many at a time, which the nearest memory holds.
const BLOCK: usize = 1_024;

/// No value in a column of instants or lengths, as numpy's `NaT` and C's `GJ_NULL`: nothing in gives nothing out.
pub const NULL: i64 = i64::MIN;
/// No value in a column of dates.
pub const NULL_DATE: i32 = i32::MIN;
/// No value in a column of yes and no.
const NULL_FLAG: i8 = -1;

/// The rows of a column that have no answer. They hold no value and hinder no other row; why the first of them has none
/// is the error of its scalar call. Rows without a question are not among them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Unanswered {
    /// How many they are.
    pub rows: usize,
    /// The first of them, from 0.
    pub first: Option<usize>,
}

/// Why columns cannot be answered at all.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ColumnError {
    /// Two columns differ in length.
    #[error("`{column}` has {found} rows and the first column has {rows}: give each as many")]
    Rows {
        /// The column that does not fit.
        column: &'static str,
        /// How many rows it has.
        found: usize,
        /// How many it should have.
        rows: usize,
    },
}

impl Unanswered {
    fn note(&mut self, row: usize) {
        self.rows = self.rows.saturating_add(1);
        self.first.get_or_insert(row);
    }
}

/// Instants are microseconds since 1970-01-01T00:00:00Z, lengths microseconds, dates days since 1970-01-01. What comes
/// out is written over whatever the column held. An instant beyond the years that print has no answer.
impl Calendar {
    /// [`Calendar::after`] for each row; `lengths` has one for all rows or one for each.
    ///
    /// ```
    /// use guanjia::calendar::{Calendar, Length, NULL, Zone};
    /// let always = Calendar::round_the_clock(Zone::SHANGHAI);
    /// let mut due = [0; 3];
    /// let unanswered = always.after_each(&[0, NULL, i64::MAX], &[3_600_000_000], &mut due)?;
    /// assert_eq!(due, [3_600_000_000, NULL, NULL]);
    /// assert_eq!((unanswered.rows, unanswered.first), (1, Some(2)));
    /// # Ok::<(), guanjia::calendar::ColumnError>(())
    /// ```
    ///
    /// # Errors
    /// [`ColumnError::Rows`].
    pub fn after_each(&self, starts: &[i64], lengths: &[i64], due: &mut [i64]) -> Result<Unanswered, ColumnError> {
        as_many("due", due.len(), starts.len())?;
        if let [length] = lengths {
            return Ok(self.after_rows(starts, |_| repeat(*length), due));
        }
        as_many("lengths", lengths.len(), starts.len())?;
        Ok(self.after_rows(starts, |rows| part(lengths, rows).iter().copied(), due))
    }

    fn after_rows<L>(&self, starts: &[i64], lengths: impl Fn(Range<usize>) -> L, due: &mut [i64]) -> Unanswered
    where
        L: Iterator<Item = i64>,
    {
        let rolls = self.0.plan.conventions.at_closing == AtClosing::Roll;
        let fast = |table: &Table, rows: Range<usize>, due: &mut [i64]| {
            let starts = part(starts, rows.clone());
            // Two passes over a block are faster than one: neither waits for the memory of the other.
            for ((start, length), due) in starts.iter().zip(lengths(rows.clone())).zip(due.iter_mut()) {
                *due = table.before(*start).map_or(NULL, |time| time.wrapping_add(length));
            }
            for ((start, length), due) in starts.iter().zip(lengths(rows)).zip(due) {
                let place = table.place(*due, Side::of(length, rolls));
                *due = place.map_or(NULL, |place| select((length == 0) & !rolls, *start, place));
            }
        };
        self.answer(due, fast, |row| {
            let start = asked(starts, row)?;
            let length = lengths(row..row.saturating_add(1)).next().filter(|length| *length != NULL)?;
            Some(self.after(start, Length::from_micros(length)).map(Instant::micros))
        })
    }

    /// [`Calendar::deadline`] of one budget for each row.
    ///
    /// # Errors
    /// [`ColumnError::Rows`].
    pub fn deadline_each(&self, starts: &[i64], budget: &Budget, due: &mut [i64]) -> Result<Unanswered, ColumnError> {
        if let Budget::Length(length) = budget {
            return self.after_each(starts, &[length.micros()], due);
        }
        as_many("due", due.len(), starts.len())?;
        let mut unanswered = Unanswered::default();
        unanswered
            .settle(due, |row| asked(starts, row).map(|start| self.deadline(start, budget).map(|due| due.at.micros())));
        Ok(unanswered)
    }

    /// [`Calendar::elapsed`] for each row.
    ///
    /// # Errors
    /// [`ColumnError::Rows`].
    pub fn elapsed_each(&self, from: &[i64], to: &[i64], elapsed: &mut [i64]) -> Result<Unanswered, ColumnError> {
        as_many("to", to.len(), from.len())?;
        as_many("elapsed", elapsed.len(), from.len())?;
        let fast = |table: &Table, rows: Range<usize>, elapsed: &mut [i64]| {
            for ((from, to), elapsed) in part(from, rows.clone()).iter().zip(part(to, rows)).zip(elapsed) {
                *elapsed = table.elapsed(*from, *to).unwrap_or(NULL);
            }
        };
        Ok(self.answer(elapsed, fast, |row| {
            let (from, to) = (asked(from, row)?, asked(to, row)?);
            Some(self.elapsed(from, to).map(Length::micros))
        }))
    }

    /// [`Calendar::is_open`] for each row: 1 or 0, and -1 for a row without instant or answer.
    ///
    /// # Errors
    /// [`ColumnError::Rows`].
    pub fn open_each(&self, at: &[i64], open: &mut [i8]) -> Result<Unanswered, ColumnError> {
        as_many("open", open.len(), at.len())?;
        let fast = |table: &Table, rows: Range<usize>, open: &mut [i8]| {
            for (at, open) in part(at, rows).iter().zip(open) {
                *open = table.is_open(*at).map_or(NULL_FLAG, i8::from);
            }
        };
        Ok(self.answer(open, fast, |row| asked(at, row).map(|at| self.is_open(at).map(i8::from))))
    }

    /// [`Calendar::next_open`] for each row.
    ///
    /// # Errors
    /// [`ColumnError::Rows`].
    pub fn next_open_each(&self, at: &[i64], out: &mut [i64]) -> Result<Unanswered, ColumnError> {
        self.beside_each(at, out, Side::Latest, Self::next_open)
    }

    /// [`Calendar::prev_close`] for each row.
    ///
    /// # Errors
    /// [`ColumnError::Rows`].
    pub fn prev_close_each(&self, at: &[i64], out: &mut [i64]) -> Result<Unanswered, ColumnError> {
        self.beside_each(at, out, Side::Earliest, Self::prev_close)
    }

    fn beside_each(
        &self,
        at: &[i64],
        out: &mut [i64],
        side: Side,
        exact: impl Fn(&Self, Instant) -> Result<Instant, CalendarError>,
    ) -> Result<Unanswered, ColumnError> {
        as_many("out", out.len(), at.len())?;
        let fast = |table: &Table, rows: Range<usize>, out: &mut [i64]| {
            for (at, out) in part(at, rows).iter().zip(out.iter_mut()) {
                *out = table.before(*at).unwrap_or(NULL);
            }
            for out in out {
                *out = table.place(*out, side).unwrap_or(NULL);
            }
        };
        Ok(self.answer(out, fast, |row| asked(at, row).map(|at| exact(self, at).map(Instant::micros))))
    }

    /// [`Calendar::provisional`] for each row: 1 or 0, and -1 for a row without instant. Every instant has an answer.
    ///
    /// # Errors
    /// [`ColumnError::Rows`].
    pub fn provisional_each(&self, at: &[i64], out: &mut [i8]) -> Result<Unanswered, ColumnError> {
        as_many("out", out.len(), at.len())?;
        let known_to = self.0.known_to.map_or(i64::MAX, Instant::micros);
        for (at, out) in at.iter().zip(out) {
            *out = if *at == NULL { NULL_FLAG } else { i8::from(*at > known_to) };
        }
        Ok(Unanswered::default())
    }

    /// [`Calendar::working_days_between`] for each row; a date that is [`NULL_DATE`] is none. A number of days that no
    /// date has, some 262,000 years away, has no answer.
    ///
    /// # Errors
    /// [`ColumnError::Rows`].
    pub fn working_days_each(&self, from: &[i32], to: &[i32], days: &mut [i64]) -> Result<Unanswered, ColumnError> {
        as_many("to", to.len(), from.len())?;
        as_many("days", days.len(), from.len())?;
        let mut unanswered = Unanswered::default();
        for (row, ((from, to), days)) in from.iter().zip(to).zip(days).enumerate() {
            *days = NULL;
            if *from == NULL_DATE || *to == NULL_DATE {
                continue;
            }
            let dates = NaiveDate::from_epoch_days(*from).zip(NaiveDate::from_epoch_days(*to));
            match dates.map(|(from, to)| self.working_days_between(from, to)) {
                Some(Ok(count)) => *days = count,
                _ => unanswered.note(row),
            }
        }
        Ok(unanswered)
    }

    /// Answers block by block: what a table knows in passes without a jump, what is left blank as scalar calls.
    #[inline(always)]
    fn answer<A: Blank>(
        &self,
        answers: &mut [A],
        fast: impl Fn(&Table, Range<usize>, &mut [A]),
        exact: impl Fn(usize) -> Option<Result<A, CalendarError>>,
    ) -> Unanswered {
        let (plan, line) = (&self.0.plan, &self.0.line);
        let mut unanswered = Unanswered::default();
        // Places of a line of wall-clock time are no instants.
        let by_instant = plan.conventions.length_means == LengthMeans::Elapsed;
        let near = by_instant.then(|| line.near(plan, answers.len())).flatten();
        let Some(mut table) = near else {
            unanswered.settle(answers, exact);
            return unanswered;
        };
        let mut begin = 0_usize;
        for block in answers.chunks_mut(BLOCK) {
            let end = begin.saturating_add(block.len());
            fast(table, begin..end, block);
            if block.contains(&A::BLANK) {
                let asked = unanswered.settle_blanks(begin, block, &exact);
                if asked > BLOCK / 8 {
                    table = line.far(plan, asked).unwrap_or(table);
                }
            }
            begin = end;
        }
        unanswered
    }
}

impl Unanswered {
    /// Answers all rows as scalar calls.
    fn settle<A: Blank>(&mut self, answers: &mut [A], exact: impl Fn(usize) -> Option<Result<A, CalendarError>>) {
        answers.fill(A::BLANK);
        self.settle_blanks(0, answers, exact);
    }

    /// Answers what a table has left blank; gives how many rows had a question.
    #[cold]
    fn settle_blanks<A: Blank>(
        &mut self,
        first: usize,
        answers: &mut [A],
        exact: impl Fn(usize) -> Option<Result<A, CalendarError>>,
    ) -> usize {
        let mut asked = 0_usize;
        for (row, answer) in (first..).zip(answers).filter(|(_, answer)| **answer == A::BLANK) {
            let found = exact(row);
            asked = asked.saturating_add(usize::from(found.is_some()));
            match found {
                Some(Ok(found)) => *answer = found,
                Some(Err(_)) => self.note(row),
                None => {}
            }
        }
        asked
    }
}

/// What a column holds where it holds nothing.
trait Blank: Copy + PartialEq {
    const BLANK: Self;
}

impl Blank for i64 {
    const BLANK: Self = NULL;
}

impl Blank for i8 {
    const BLANK: Self = NULL_FLAG;
}

/// Some rows of a column.
fn part<T>(column: &[T], rows: Range<usize>) -> &[T] {
    column.get(rows).unwrap_or_default()
}

/// The instant of a row, if it has one.
fn asked(column: &[i64], row: usize) -> Option<Instant> {
    column.get(row).filter(|micros| **micros != NULL).map(|micros| Instant::from_micros(*micros))
}

fn as_many(column: &'static str, found: usize, rows: usize) -> Result<(), ColumnError> {
    if found == rows { Ok(()) } else { Err(ColumnError::Rows { column, found, rows }) }
}

#[cfg(test)]
mod tests;
