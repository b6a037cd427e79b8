//! Columns of instants, lengths and dates as others keep them, read in place, and the columns of answers.
//!
//! What the core can read as it lies (microseconds without a null) is handed to it as it lies. Everything else passes in
//! blocks through a scratch that stays in the cache, so that no column is copied as a whole.
use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, NaiveDateTime};
use guanjia::calendar::{Instant, NULL, NULL_DATE, Zone};
use guanjia::ops::OpError;
use pyo3::buffer::PyBuffer;
use pyo3::prelude::*;

use crate::arrow::{Lent, Lot, Unread};
use crate::doorway::{argument, raised, run};

/// Rows that pass through a scratch at once.
const BLOCK: usize = 4096;

/// What a number counts.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unit {
    Second,
    Milli,
    Micro,
    Nano,
    Day,
}

impl Unit {
    /// As Arrow's format strings have it.
    pub(crate) fn letter(self) -> char {
        match self {
            Self::Second => 's',
            Self::Milli => 'm',
            Self::Micro => 'u',
            Self::Nano => 'n',
            Self::Day => 'D',
        }
    }

    /// Microseconds in one; of nanoseconds a thousand make one.
    fn micros(self) -> i64 {
        match self {
            Self::Second => 1_000_000,
            Self::Milli => 1_000,
            Self::Micro | Self::Nano | Self::Day => 1,
        }
    }
}

impl fmt::Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Second => "s",
            Self::Milli => "ms",
            Self::Micro => "us",
            Self::Nano => "ns",
            Self::Day => "D",
        })
    }
}

impl FromStr for Unit {
    type Err = OpError;
    fn from_str(text: &str) -> Result<Self, OpError> {
        [Self::Second, Self::Milli, Self::Micro, Self::Nano, Self::Day]
            .into_iter()
            .find(|unit| unit.to_string() == text)
            .ok_or_else(|| OpError::internal(&format!("no unit `{text}`")))
    }
}

/// A column of instants, lengths or dates.
#[pyclass(frozen, module = "guanjia._native")]
pub(crate) struct Column {
    unit: Unit,
    /// Arrow's label of the zone; empty without one.
    label: String,
    /// Where the wall clocks hang that the column has instead of instants.
    naive: Option<Zone>,
    rows: usize,
    values: Values,
}

enum Values {
    Own(Vec<i64>),
    Buffer(PyBuffer<i64>),
    Lent(Lent),
}

impl fmt::Debug for Column {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Column").field("rows", &self.rows).finish_non_exhaustive()
    }
}

#[pymethods]
impl Column {
    /// Numbers in a buffer of 64-bit integers that nobody changes meanwhile; the least integer is a null.
    #[staticmethod]
    #[pyo3(signature = (buffer, unit, naive=None))]
    fn of_buffer(py: Python<'_>, buffer: PyBuffer<i64>, unit: &str, naive: Option<&str>) -> PyResult<Self> {
        if buffer.as_slice_ptr().is_none() {
            return Err(raised(py, &OpError::internal("a buffer that is not contiguous")));
        }
        let (unit, naive) = run(py, || Ok((unit.parse()?, zone(naive)?)))?;
        Ok(Self { unit, label: String::new(), naive, rows: buffer.item_count(), values: Values::Buffer(buffer) })
    }

    /// Numbers of a list, or none.
    #[staticmethod]
    fn of_list(py: Python<'_>, numbers: Vec<Option<i64>>, unit: &str) -> PyResult<Self> {
        let values = numbers.into_iter().map(|number| number.unwrap_or(NULL)).collect();
        run(py, || Ok(Self { unit: unit.parse()?, ..Self::own(values) }))
    }

    /// What an object lends by Arrow's protocol: timestamps, durations or dates, as `kind` says.
    #[staticmethod]
    #[pyo3(signature = (given, kind, path, naive=None))]
    fn of_arrow(given: &Bound<'_, PyAny>, kind: &str, path: &str, naive: Option<&str>) -> PyResult<Self> {
        let lent = Lent::of(given)?;
        run(given.py(), || Self::lent(lent, kind, path, naive))
    }

    /// What a number counts: `s`, `ms`, `us`, `ns` or `D`.
    #[getter]
    fn unit(&self) -> String {
        self.unit.to_string()
    }

    fn __len__(&self) -> usize {
        self.rows
    }
}

impl Column {
    /// Microseconds of ours.
    pub(crate) fn own(values: Vec<i64>) -> Self {
        let (unit, label, rows) = (Unit::Micro, String::new(), values.len());
        Self { unit, label, naive: None, rows, values: Values::Own(values) }
    }

    fn lent(lent: Result<Lent, Unread>, kind: &str, path: &str, naive: Option<&str>) -> Result<Self, OpError> {
        let broken = |why: &str| {
            argument(path, &format!("Arrow data cannot be read: {why}"), &format!("无法读取 Arrow 数据:{why}"))
        };
        let refuse = |(en, zh): (String, String)| {
            let (needed, needed_zh) = wanted(kind);
            argument(path, &format!("{needed} is needed, not {en}"), &format!("需要{needed_zh},而不是{zh}"))
        };
        let lent = lent.map_err(|unread| match unread {
            Unread::Broken(why) => broken(&why),
            Unread::Columns(count) => refuse((format!("a table of {count} columns"), format!(" {count} 列的表"))),
        })?;
        let other = || refuse((format!("Arrow's type `{}`", lent.format), format!(" Arrow 类型“{}”", lent.format)));
        let (unit, label) = match lent.format.as_bytes() {
            [b't', b's', unit, b':', label @ ..] if kind == "instants" => {
                (*unit, String::from_utf8_lossy(label).into_owned())
            }
            [b't', b'D', unit] if kind == "lengths" => (*unit, String::new()),
            [b't', b'd', b'D'] if kind == "dates" => (b'D', String::new()),
            _ => return Err(other()),
        };
        let unit = match unit {
            b's' => Unit::Second,
            b'm' => Unit::Milli,
            b'u' => Unit::Micro,
            b'n' => Unit::Nano,
            b'D' => Unit::Day,
            _ => return Err(other()),
        };
        if !lent.is_primitive() {
            return Err(broken("its buffers do not fit its type"));
        }
        let aligned = if unit == Unit::Day { lent.is_aligned::<i32>() } else { lent.is_aligned::<i64>() };
        if !aligned {
            return Err(broken("its values do not lie aligned, copy the array first"));
        }
        let naive = if kind == "instants" && label.is_empty() { zone(naive)? } else { None };
        let rows = if unit == Unit::Day { count(lent.lots::<i32>()) } else { count(lent.lots::<i64>()) };
        Ok(Self { unit, label, naive, rows, values: Values::Lent(lent) })
    }

    /// How many rows.
    pub(crate) fn rows(&self) -> usize {
        self.rows
    }

    /// The form of instants that answer this column's, in a unit.
    pub(crate) fn form(&self, unit: Unit) -> Form {
        Form { unit, naive: self.naive, arrow: format!("ts{}:{}", unit.letter(), self.label) }
    }

    /// Reads it from the first row on.
    pub(crate) fn reader<T: Cell>(&self) -> Reader<'_, T> {
        let pieces = match &self.values {
            Values::Own(values) => vec![Piece::Long(Lot { values, present: None })],
            Values::Buffer(buffer) => vec![Piece::Long(Lot { values: lent_slice(buffer), present: None })],
            Values::Lent(lent) if self.unit == Unit::Day => lent.lots().map(Piece::Short).collect(),
            Values::Lent(lent) => lent.lots().map(Piece::Long).collect(),
        };
        let mut reader = Reader {
            pieces: pieces.into_iter(),
            piece: Piece::Short(NOTHING),
            row: 0,
            column: self,
            scratch: Vec::new(),
        };
        reader.turn();
        reader
    }

    /// Microseconds since the epoch, or of a length, of a value that is no null; days of a date. What is finer than a
    /// microsecond is cut off; what 64 bits do not hold is the largest they do, which no calendar covers.
    fn counted(&self, value: i64) -> i64 {
        let counted = match self.unit {
            Unit::Nano => value.div_euclid(1_000),
            Unit::Second | Unit::Milli | Unit::Micro | Unit::Day => value.saturating_mul(self.unit.micros()),
        };
        match self.naive {
            Some(zone) => zone.instant(wall(counted)).micros(),
            None => counted.max(NULL + 1),
        }
    }
}

const NOTHING: Lot<'static, i32> = Lot { values: &[], present: None };

fn wanted(kind: &str) -> (&'static str, &'static str) {
    match kind {
        "instants" => ("a column of timestamps", "时间戳列"),
        "lengths" => ("a column of durations", "时长列"),
        _ => ("a column of dates (date32)", "日期列(date32)"),
    }
}

fn count<'a, T: 'a>(lots: impl Iterator<Item = Lot<'a, T>>) -> usize {
    lots.map(|lot| lot.values.len()).sum()
}

fn zone(name: Option<&str>) -> Result<Option<Zone>, OpError> {
    name.map(|name| name.parse().map_err(|error| OpError::argument("naive", &format!("{error}")))).transpose()
}

fn wall(micros: i64) -> NaiveDateTime {
    Instant::from_micros(micros).to_utc().naive_utc()
}

fn lent_slice(buffer: &PyBuffer<i64>) -> &[i64] {
    match buffer.as_slice_ptr() {
        // SAFETY: the exporter keeps its memory where it is as long as `buffer` holds it. Who writes to an array while
        // another thread computes with it gets a mixture of old and new numbers, as with every function of numpy.
        Some(slice) => unsafe { slice.as_ref() },
        None => &[],
    }
}

/// A number that the core reads in slices.
pub(crate) trait Cell: Copy + Send {
    /// What stands for no value.
    const NONE: Self;
    /// From days or microseconds.
    fn of(counted: i64) -> Self;
    /// The values of a piece if they can be read as they lie.
    fn direct<'a>(piece: &Piece<'a>, column: &Column) -> Option<&'a [Self]>;
}

impl Cell for i64 {
    const NONE: Self = NULL;
    fn of(counted: i64) -> Self {
        counted
    }
    fn direct<'a>(piece: &Piece<'a>, column: &Column) -> Option<&'a [Self]> {
        match piece {
            Piece::Long(Lot { values, present: None }) if column.unit == Unit::Micro && column.naive.is_none() => {
                Some(values)
            }
            _ => None,
        }
    }
}

impl Cell for i32 {
    const NONE: Self = NULL_DATE;
    fn of(counted: i64) -> Self {
        let beyond = if counted < 0 { Self::MIN + 1 } else { Self::MAX };
        Self::try_from(counted).unwrap_or(beyond).max(Self::MIN + 1)
    }
    fn direct<'a>(piece: &Piece<'a>, _: &Column) -> Option<&'a [Self]> {
        match piece {
            Piece::Short(Lot { values, present: None }) => Some(values),
            _ => None,
        }
    }
}

/// A stretch of a column that lies in one piece.
pub(crate) enum Piece<'a> {
    Long(Lot<'a, i64>),
    Short(Lot<'a, i32>),
}

impl Piece<'_> {
    fn rows(&self) -> usize {
        match self {
            Self::Long(lot) => lot.values.len(),
            Self::Short(lot) => lot.values.len(),
        }
    }
}

/// Reads a column block by block.
pub(crate) struct Reader<'a, T> {
    pieces: std::vec::IntoIter<Piece<'a>>,
    piece: Piece<'a>,
    row: usize,
    column: &'a Column,
    scratch: Vec<T>,
}

impl<T: Cell> Reader<'_, T> {
    /// How many rows can be taken at once; none at the end.
    pub(crate) fn ready(&self) -> usize {
        let left = self.piece.rows() - self.row;
        if T::direct(&self.piece, self.column).is_some() { left } else { left.min(BLOCK) }
    }

    /// The next rows, at most as many as are ready.
    pub(crate) fn take(&mut self, rows: usize) -> &[T] {
        let range = self.row..self.row + rows;
        let direct = T::direct(&self.piece, self.column).and_then(|values| values.get(range.clone()));
        if direct.is_none() {
            self.scratch.clear();
            let column = self.column;
            match &self.piece {
                Piece::Long(lot) => {
                    fill(&mut self.scratch, lot, range, |value| (*value != NULL).then(|| column.counted(*value)))
                }
                Piece::Short(lot) => fill(&mut self.scratch, lot, range, |value| Some(i64::from(*value))),
            }
        }
        self.row += rows;
        self.turn();
        direct.unwrap_or(&self.scratch)
    }

    /// Goes on to the next piece where one is used up.
    fn turn(&mut self) {
        while self.row == self.piece.rows() {
            let Some(next) = self.pieces.next() else { return };
            self.piece = next;
            self.row = 0;
        }
    }
}

fn fill<S, T: Cell>(
    scratch: &mut Vec<T>,
    lot: &Lot<'_, S>,
    rows: std::ops::Range<usize>,
    counted: impl Fn(&S) -> Option<i64>,
) {
    let values = lot.values.get(rows.clone()).unwrap_or_default();
    let cell = |value: &S| counted(value).map_or(T::NONE, T::of);
    match lot.present {
        None => scratch.extend(values.iter().map(cell)),
        Some(present) => scratch
            .extend(values.iter().zip(rows).map(|(value, row)| if present.has(row) { cell(value) } else { T::NONE })),
    }
}

/// How answers are written: their unit, and the wall clocks they are shown on.
#[derive(Clone)]
pub(crate) struct Form {
    pub(crate) unit: Unit,
    pub(crate) naive: Option<Zone>,
    /// Arrow's format string.
    pub(crate) arrow: String,
}

impl Form {
    /// Of lengths.
    pub(crate) fn lengths(unit: Unit) -> Self {
        Self { unit, naive: None, arrow: format!("tD{}", unit.letter()) }
    }

    /// Of numbers.
    pub(crate) fn counts() -> Self {
        Self { unit: Unit::Micro, naive: None, arrow: "l".to_owned() }
    }

    /// Turns microseconds of a block that begins at row `first` into its numbers.
    ///
    /// # Errors
    /// Where the unit cannot write an answer, with its row.
    pub(crate) fn write(&self, block: &mut [i64], first: usize) -> Result<(), OpError> {
        if let Some(zone) = self.naive {
            for value in block.iter_mut().filter(|value| **value != NULL) {
                *value = zone.local(Instant::from_micros(*value)).and_utc().timestamp_micros();
            }
        }
        if self.unit == Unit::Micro {
            return Ok(());
        }
        for (n, value) in block.iter_mut().enumerate().filter(|(_, value)| **value != NULL) {
            *value = self.scaled(*value).ok_or_else(|| self.unwritable(*value, first + n))?;
        }
        Ok(())
    }

    fn scaled(&self, micros: i64) -> Option<i64> {
        match self.unit {
            Unit::Nano => micros.checked_mul(1_000),
            unit => (micros % unit.micros() == 0).then(|| micros / unit.micros()),
        }
    }

    fn unwritable(&self, micros: i64, row: usize) -> OpError {
        let shown = match DateTime::from_timestamp_micros(micros) {
            Some(at) if self.arrow.starts_with("ts") => at.naive_utc().to_string(),
            _ => format!("{micros} us"),
        };
        let en = format!("the answer {shown} cannot be written in `{}`: give microseconds", self.unit);
        let zh = format!("结果 {shown} 无法以“{}”为单位表示:请给微秒", self.unit);
        argument(&format!("[{row}]"), &en, &zh)
    }
}
