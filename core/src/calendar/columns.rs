//! Working time over whole columns: one call for a million rows, each answered as its scalar call would answer it.
use chrono::NaiveDate;

use super::conventions::{AtClosing, LengthMeans};
use super::table::{Side, Table};
use super::{Budget, Calendar, CalendarError, Compiled, Instant, Length};

/// How many rows are answered before the choice of the table is looked at again.
const BLOCK: usize = 4_096;

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
        let rolls = self.0.plan.conventions.at_closing == AtClosing::Roll;
        if let [length] = lengths {
            let rows = starts.iter().map(|start| (*start, *length));
            return Ok(self.after_rows(rows, due, rolls));
        }
        as_many("lengths", lengths.len(), starts.len())?;
        Ok(self.after_rows(starts.iter().copied().zip(lengths.iter().copied()), due, rolls))
    }

    fn after_rows(&self, rows: impl Iterator<Item = (i64, i64)>, due: &mut [i64], rolls: bool) -> Unanswered {
        let exact = |calendar: &Self, (start, length): (i64, i64)| {
            let start = given(start).filter(|_| length != NULL)?;
            Some(calendar.after(start, Length::from_micros(length)).map(Instant::micros))
        };
        if rolls {
            self.answer(rows, due, |table, (start, length)| table.rolled(start, length), exact)
        } else {
            self.answer(rows, due, |table, (start, length)| table.landed(start, length), exact)
        }
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
        let exact = |calendar: &Self, start| {
            given(start).map(|start| calendar.deadline(start, budget).map(|due| due.at.micros()))
        };
        let mut misses = Misses::new(self, exact);
        for (row, (start, due)) in starts.iter().zip(due).enumerate() {
            *due = misses.ask(*start, row);
        }
        Ok(misses.unanswered)
    }

    /// [`Calendar::elapsed`] for each row.
    ///
    /// # Errors
    /// [`ColumnError::Rows`].
    pub fn elapsed_each(&self, from: &[i64], to: &[i64], elapsed: &mut [i64]) -> Result<Unanswered, ColumnError> {
        as_many("to", to.len(), from.len())?;
        as_many("elapsed", elapsed.len(), from.len())?;
        let rows = from.iter().copied().zip(to.iter().copied());
        let fast = |table: &Table, (from, to)| table.elapsed(from, to);
        Ok(self.answer(rows, elapsed, fast, |calendar, (from, to)| {
            let (from, to) = (given(from)?, given(to)?);
            Some(calendar.elapsed(from, to).map(Length::micros))
        }))
    }

    /// [`Calendar::is_open`] for each row: 1 or 0, and -1 for a row without instant or answer.
    ///
    /// # Errors
    /// [`ColumnError::Rows`].
    pub fn open_each(&self, at: &[i64], open: &mut [i8]) -> Result<Unanswered, ColumnError> {
        as_many("open", open.len(), at.len())?;
        let fast = |table: &Table, at| table.is_open(at).map(i8::from);
        let exact = |calendar: &Self, at| given(at).map(|at| calendar.is_open(at).map(i8::from));
        Ok(self.answer(at.iter().copied(), open, fast, exact))
    }

    /// [`Calendar::next_open`] for each row.
    ///
    /// # Errors
    /// [`ColumnError::Rows`].
    pub fn next_open_each(&self, at: &[i64], out: &mut [i64]) -> Result<Unanswered, ColumnError> {
        as_many("out", out.len(), at.len())?;
        let fast = |table: &Table, at| table.beside(at, Side::Latest);
        let exact = |calendar: &Self, at| given(at).map(|at| calendar.next_open(at).map(Instant::micros));
        Ok(self.answer(at.iter().copied(), out, fast, exact))
    }

    /// [`Calendar::prev_close`] for each row.
    ///
    /// # Errors
    /// [`ColumnError::Rows`].
    pub fn prev_close_each(&self, at: &[i64], out: &mut [i64]) -> Result<Unanswered, ColumnError> {
        as_many("out", out.len(), at.len())?;
        let fast = |table: &Table, at| table.beside(at, Side::Earliest);
        let exact = |calendar: &Self, at| given(at).map(|at| calendar.prev_close(at).map(Instant::micros));
        Ok(self.answer(at.iter().copied(), out, fast, exact))
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

    /// Answers block by block: most rows from a table in one pass without a jump, the others as scalar calls.
    #[inline(always)]
    fn answer<Q: Copy, A: Blank>(
        &self,
        mut questions: impl Iterator<Item = Q>,
        answers: &mut [A],
        fast: impl Fn(&Table, Q) -> Option<A>,
        exact: impl Fn(&Self, Q) -> Option<Result<A, CalendarError>>,
    ) -> Unanswered {
        let mut misses = Misses::new(self, exact);
        let mut tables = Tables::new(&self.0, answers.len());
        let mut row = 0;
        for block in answers.chunks_mut(BLOCK) {
            misses.asked = 0;
            let table = tables.current;
            for (question, answer) in questions.by_ref().zip(block.iter_mut()) {
                *answer = match table.and_then(|table| fast(table, question)) {
                    Some(found) => found,
                    None => misses.ask(question, row),
                };
                row += 1;
            }
            tables.missed(misses.asked, block.len());
        }
        misses.unanswered
    }
}

/// Which table the next rows are looked up in.
struct Tables<'a> {
    compiled: &'a Compiled,
    current: Option<&'a Table>,
}

impl<'a> Tables<'a> {
    fn new(compiled: &'a Compiled, rows: usize) -> Self {
        // Places of a line of wall-clock time are no instants.
        let by_instant = compiled.plan.conventions.length_means == LengthMeans::Elapsed;
        let current = if by_instant { compiled.line.near(&compiled.plan, rows) } else { None };
        Self { compiled, current }
    }

    /// Goes on with the table of all years where the near one has missed many rows.
    fn missed(&mut self, missed: usize, of: usize) {
        if self.current.is_some() && missed > of / 8 {
            self.current = self.compiled.line.far(&self.compiled.plan, missed).or(self.current);
        }
    }
}

/// The rows that no table answers.
struct Misses<'a, E> {
    calendar: &'a Calendar,
    exact: E,
    unanswered: Unanswered,
    asked: usize,
}

impl<'a, E> Misses<'a, E> {
    fn new(calendar: &'a Calendar, exact: E) -> Self {
        Self { calendar, exact, unanswered: Unanswered::default(), asked: 0 }
    }

    #[cold]
    #[inline(never)]
    fn ask<Q, A: Blank>(&mut self, question: Q, row: usize) -> A
    where
        E: Fn(&Calendar, Q) -> Option<Result<A, CalendarError>>,
    {
        let answer = (self.exact)(self.calendar, question);
        self.asked += usize::from(answer.is_some());
        match answer {
            Some(Ok(found)) => found,
            Some(Err(_)) => {
                self.unanswered.note(row);
                A::BLANK
            }
            None => A::BLANK,
        }
    }
}

/// What a column holds where it holds nothing.
trait Blank {
    const BLANK: Self;
}

impl Blank for i64 {
    const BLANK: Self = NULL;
}

impl Blank for i8 {
    const BLANK: Self = NULL_FLAG;
}

fn given(micros: i64) -> Option<Instant> {
    (micros != NULL).then(|| Instant::from_micros(micros))
}

fn as_many(column: &'static str, found: usize, rows: usize) -> Result<(), ColumnError> {
    if found == rows { Ok(()) } else { Err(ColumnError::Rows { column, found, rows }) }
}
