//! Working time over columns: the core's slices over whatever lends a column.
use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use chrono::NaiveDate;
use guanjia::calendar::{Budget, Calendar, CalendarError, ColumnError, Instant, Length, NULL, Unanswered};
use guanjia::ops::OpError;
use pyo3::buffer::PyBuffer;
use pyo3::prelude::*;
use pyo3::types::{PyByteArray, PyCapsule, PyList, PyString, PyTuple};

use crate::arrow::{Buffer, Made, array_capsules, schema_capsule};
use crate::calendar::{NativeCalendar, read_budget};
use crate::columns::{Cell, Column, Form, Reader};
use crate::doorway::{argument, run};
use crate::moments::length;

/// Answers of a column, a null where the question was one.
#[pyclass(frozen, module = "guanjia._native")]
pub(crate) struct Answers {
    /// Arrow's format string.
    format: String,
    rows: usize,
    present: Option<Arc<Vec<u8>>>,
    values: Buffer,
}

impl fmt::Debug for Answers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Answers").field("rows", &self.rows).finish_non_exhaustive()
    }
}

#[pymethods]
impl Answers {
    fn __len__(&self) -> usize {
        self.rows
    }

    /// Arrow's format string of the answers.
    #[getter]
    fn format(&self) -> &str {
        &self.format
    }

    /// Arrow's protocol: the type.
    fn __arrow_c_schema__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyCapsule>> {
        schema_capsule(py, &self.format)
    }

    /// Arrow's protocol: the values, not copied. Another type than theirs is not made.
    #[pyo3(signature = (requested_schema=None))]
    fn __arrow_c_array__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyTuple>> {
        let _ = requested_schema;
        let (present, values) = (self.present.clone(), self.values.clone());
        array_capsules(py, Made { format: self.format.clone(), rows: self.rows, present, values })
    }

    /// Instants as datetimes of the calendar's zone, or none.
    fn moments<'py>(&self, py: Python<'py>, calendar: &NativeCalendar) -> PyResult<Bound<'py, PyList>> {
        self.listed(py, |value| calendar.clock.moment(py, value))
    }

    /// Lengths as timedeltas, or none.
    fn lengths<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        self.listed(py, |value| length(py, value))
    }

    /// Numbers, or none.
    fn counts<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        self.listed(py, |value| Ok(value.into_pyobject(py)?.into_any()))
    }

    /// Texts or numbers of a fraction, or none.
    fn plain<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        let none = py.None().into_bound(py);
        // Labels are few: each is made once.
        let mut made: HashMap<&str, Bound<'py, PyAny>> = HashMap::new();
        let rows = (0..self.rows).map(|row| match &self.values {
            _ if !has(self.present.as_deref(), row) => Ok(none.clone()),
            Buffer::Float(values) => Ok(values.get(row).into_pyobject(py)?.into_any()),
            Buffer::Text(places, bytes) => {
                let text = text_of(places, bytes, row);
                Ok(made.entry(text).or_insert_with(|| PyString::new(py, text).into_any()).clone())
            }
            Buffer::Long(_) | Buffer::Bits(_) => Ok(none.clone()),
        });
        PyList::new(py, rows.collect::<PyResult<Vec<_>>>()?)
    }

    /// The bytes of numbers or of yes and no, as numpy has them: not a number where there is none, no where there is none.
    fn raw<'py>(&self, py: Python<'py>) -> Bound<'py, PyByteArray> {
        match &self.values {
            Buffer::Float(values) => {
                let bytes: Vec<u8> = values.iter().flat_map(|value| value.to_ne_bytes()).collect();
                PyByteArray::new(py, &bytes)
            }
            Buffer::Bits(bits) => {
                let bytes: Vec<u8> = (0..self.rows).map(|row| u8::from(has(Some(bits), row))).collect();
                PyByteArray::new(py, &bytes)
            }
            Buffer::Long(_) | Buffer::Text(..) => PyByteArray::new(py, &[]),
        }
    }

    /// Yes and no, or none.
    fn flags(&self) -> Vec<Option<bool>> {
        let Buffer::Bits(bits) = &self.values else { return Vec::new() };
        (0..self.rows).map(|row| has(self.present.as_deref(), row).then(|| has(Some(bits), row))).collect()
    }
}

impl Answers {
    fn listed<'py>(
        &self,
        py: Python<'py>,
        shown: impl Fn(i64) -> PyResult<Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyList>> {
        let Buffer::Long(values) = &self.values else { return Ok(PyList::empty(py)) };
        let items =
            values.iter().map(|value| if *value == NULL { Ok(py.None().into_bound(py)) } else { shown(*value) });
        PyList::new(py, items.collect::<PyResult<Vec<_>>>()?)
    }

    fn long(format: String, values: Vec<i64>) -> Self {
        let present = values.contains(&NULL).then(|| packed(values.iter().map(|value| *value != NULL)));
        Self { format, rows: values.len(), present, values: Buffer::Long(Arc::new(values)) }
    }

    /// Numbers of a fraction; what is no number stands for none.
    pub(crate) fn floats(values: Vec<f32>) -> Self {
        let absent = values.iter().any(|value| value.is_nan());
        let present = absent.then(|| packed(values.iter().map(|value| !value.is_nan())));
        Self { format: "f".to_owned(), rows: values.len(), present, values: Buffer::Float(Arc::new(values)) }
    }

    /// Texts by their place among `words`; a place beyond them stands for none.
    pub(crate) fn words(places: &[u32], words: &[impl AsRef<str>]) -> Self {
        let word = |place: &u32| words.get(*place as usize).map(AsRef::as_ref);
        let (mut starts, mut bytes) = (vec![0_i64], Vec::new());
        for place in places {
            bytes.extend_from_slice(word(place).unwrap_or_default().as_bytes());
            starts.push(i64::try_from(bytes.len()).unwrap_or(i64::MAX));
        }
        let absent = places.iter().any(|place| word(place).is_none());
        let present = absent.then(|| packed(places.iter().map(|place| word(place).is_some())));
        let values = Buffer::Text(Arc::new(starts), Arc::new(bytes));
        Self { format: "U".to_owned(), rows: places.len(), present, values }
    }

    /// Yes (1), no (0) and none (-1).
    pub(crate) fn yes_and_no(values: &[i8]) -> Self {
        let present = values.contains(&-1).then(|| packed(values.iter().map(|value| *value >= 0)));
        let bits = packed(values.iter().map(|value| *value == 1));
        Self { format: "b".to_owned(), rows: values.len(), present, values: Buffer::Bits(bits) }
    }
}

fn text_of<'a>(places: &[i64], bytes: &'a [u8], row: usize) -> &'a str {
    let place = |row: usize| usize::try_from(*places.get(row)?).ok();
    let text = place(row).zip(place(row + 1)).and_then(|(start, end)| bytes.get(start..end));
    text.and_then(|text| str::from_utf8(text).ok()).unwrap_or_default()
}

fn has(bits: Option<&Vec<u8>>, row: usize) -> bool {
    bits.is_none_or(|bits| bits.get(row / 8).is_some_and(|byte| byte >> (row % 8) & 1 == 1))
}

fn packed(flags: impl ExactSizeIterator<Item = bool>) -> Arc<Vec<u8>> {
    let mut bits = vec![0; flags.len().div_ceil(8)];
    for (row, flag) in flags.enumerate() {
        if let Some(byte) = bits.get_mut(row / 8) {
            *byte |= u8::from(flag) << (row % 8);
        }
    }
    Arc::new(bits)
}

/// Where answers go: into an array of the caller's, or one of ours.
enum Out<A: pyo3::buffer::Element> {
    Lent(PyBuffer<A>),
    Own(Vec<A>),
}

impl<A: pyo3::buffer::Element + Default + Clone> Out<A> {
    fn new(lent: Option<PyBuffer<A>>, rows: usize) -> Result<Self, OpError> {
        match lent {
            None => Ok(Self::Own(vec![A::default(); rows])),
            Some(buffer) if buffer.readonly() || buffer.as_slice_ptr().is_none() || buffer.item_count() != rows => {
                Err(OpError::internal("answers do not fit into the array made for them"))
            }
            Some(buffer) => Ok(Self::Lent(buffer)),
        }
    }

    fn slice(&mut self) -> &mut [A] {
        match self {
            Self::Own(values) => values,
            Self::Lent(buffer) => match buffer.as_slice_ptr() {
                // SAFETY: the package has just made the array for these answers and nobody else knows it yet; `buffer`
                // holds its memory, contiguous and writable as `new` has checked.
                Some(mut slice) => unsafe { slice.as_mut() },
                None => &mut [],
            },
        }
    }

    fn owned(self) -> Option<Vec<A>> {
        match self {
            Self::Own(values) => Some(values),
            Self::Lent(_) => None,
        }
    }
}

/// A row without an answer, counted within its block.
struct Failed {
    row: usize,
    error: Box<OpError>,
}

impl Failed {
    fn new(row: usize, error: impl Into<OpError>) -> Self {
        Self { row, error: Box::new(error.into()) }
    }
}

/// That all rows of a block have an answer; why the first without one has none is what its scalar call says.
fn all(answered: Result<Unanswered, ColumnError>, scalar: impl FnOnce(usize) -> Option<OpError>) -> Result<(), Failed> {
    match answered {
        Err(error) => Err(Failed::new(0, OpError::internal(&error.to_string()))),
        Ok(Unanswered { first: None, .. }) => Ok(()),
        Ok(Unanswered { first: Some(row), .. }) => {
            Err(Failed::new(row, scalar(row).unwrap_or_else(|| OpError::internal("a row without an answer"))))
        }
    }
}

/// Why the scalar call of a row fails.
fn asked<const N: usize, A>(
    columns: [&[i64]; N],
    row: usize,
    ask: impl FnOnce([i64; N]) -> Result<A, CalendarError>,
) -> Option<OpError> {
    ask(columns.map(|column| column.get(row).copied().unwrap_or(NULL))).err().map(OpError::from)
}

/// Answers columns of as many rows, block by block. `finish` gets each block of answers and the row it begins at.
fn answer<T: Cell, A, const N: usize>(
    columns: [&Column; N],
    mut answers: &mut [A],
    mut work: impl FnMut([&[T]; N], &mut [A]) -> Result<(), Failed>,
    finish: impl Fn(&mut [A], usize) -> Result<(), OpError>,
) -> Result<(), OpError> {
    if columns.iter().any(|column| column.rows() != answers.len()) {
        return Err(OpError::internal("columns of different lengths"));
    }
    let mut readers = columns.map(Column::reader::<T>);
    let mut first = 0;
    loop {
        let rows = readers.iter().map(Reader::ready).min().unwrap_or(0);
        let Some((block, rest)) = std::mem::take(&mut answers).split_at_mut_checked(rows).filter(|_| rows > 0) else {
            return Ok(());
        };
        work(readers.each_mut().map(|reader| reader.take(rows)), block)
            .map_err(|failed| OpError { path: format!("[{}]", first + failed.row).into(), ..*failed.error })?;
        finish(block, first)?;
        answers = rest;
        first += rows;
    }
}

/// Answers in 64 bits.
fn long<T: Cell, const N: usize>(
    columns: [&Column; N],
    form: &Form,
    out: Option<PyBuffer<i64>>,
    work: impl FnMut([&[T]; N], &mut [i64]) -> Result<(), Failed>,
) -> Result<Option<Answers>, OpError> {
    let rows = columns.first().map_or(0, |column| column.rows());
    let mut out = Out::new(out, rows)?;
    answer(columns, out.slice(), work, |block, first| form.write(block, first))?;
    Ok(out.owned().map(|values| Answers::long(form.arrow.clone(), values)))
}

/// Answers of yes and no. An array of the caller's has no null: it says no there.
fn flags(
    at: &Column,
    out: Option<PyBuffer<i8>>,
    work: impl FnMut([&[i64]; 1], &mut [i8]) -> Result<(), Failed>,
) -> Result<Option<Answers>, OpError> {
    let mut out = Out::new(out, at.rows())?;
    let lent = matches!(out, Out::Lent(_));
    answer([at], out.slice(), work, |block, _| {
        if lent {
            block.iter_mut().for_each(|flag| *flag = (*flag).max(0));
        }
        Ok(())
    })?;
    Ok(out.owned().map(|values| Answers::yes_and_no(&values)))
}

fn after(calendar: &Calendar, [start, length]: [i64; 2]) -> Result<Instant, CalendarError> {
    calendar.after(Instant::from_micros(start), Length::from_micros(length))
}

/// The due times of lengths, one each.
#[pyfunction]
#[pyo3(signature = (calendar, starts, lengths, unit, out=None))]
pub(crate) fn after_each(
    py: Python<'_>,
    calendar: &NativeCalendar,
    starts: &Column,
    lengths: &Column,
    unit: &str,
    out: Option<PyBuffer<i64>>,
) -> PyResult<Option<Answers>> {
    let calendar = calendar.core();
    run(py, || {
        long([starts, lengths], &starts.form(unit.parse()?), out, |[starts, lengths], due| {
            all(calendar.after_each(starts, lengths, due), |row| {
                asked([starts, lengths], row, |row| after(calendar, row))
            })
        })
    })
}

/// The due times of one budget, JSON; errors in it are of the argument `within`.
#[pyfunction]
#[pyo3(signature = (calendar, starts, budget, unit, out=None))]
pub(crate) fn deadline_each(
    py: Python<'_>,
    calendar: &NativeCalendar,
    starts: &Column,
    budget: &str,
    unit: &str,
    out: Option<PyBuffer<i64>>,
) -> PyResult<Option<Answers>> {
    let calendar = calendar.core();
    run(py, || {
        let budget = read_budget(budget, "within")?;
        long([starts], &starts.form(unit.parse()?), out, |[starts], due| {
            all(calendar.deadline_each(starts, &budget, due), |row| {
                asked([starts], row, |[start]| calendar.deadline(Instant::from_micros(start), &budget))
            })
        })
    })
}

/// The due times of budgets, JSON, one each; none is none.
#[pyfunction]
#[pyo3(signature = (calendar, starts, budgets, unit, out=None))]
pub(crate) fn deadline_rows(
    py: Python<'_>,
    calendar: &NativeCalendar,
    starts: &Column,
    budgets: Vec<Option<String>>,
    unit: &str,
    out: Option<PyBuffer<i64>>,
) -> PyResult<Option<Answers>> {
    let calendar = calendar.core();
    run(py, || {
        let read = |(row, json): (usize, Option<String>)| {
            json.map(|json| read_budget(&json, &format!("within[{row}]"))).transpose()
        };
        let mut budgets =
            budgets.into_iter().enumerate().map(read).collect::<Result<Vec<Option<Budget>>, _>>()?.into_iter();
        long([starts], &starts.form(unit.parse()?), out, |[starts], due| {
            for (row, ((start, budget), due)) in starts.iter().zip(budgets.by_ref()).zip(due).enumerate() {
                *due = match budget {
                    Some(budget) if *start != NULL => {
                        let found = calendar.deadline(Instant::from_micros(*start), &budget);
                        found.map_err(|error| Failed::new(row, error))?.at.micros()
                    }
                    _ => NULL,
                };
            }
            Ok(())
        })
    })
}

/// The working time between.
#[pyfunction]
#[pyo3(signature = (calendar, starts, ends, unit, out=None))]
pub(crate) fn elapsed_each(
    py: Python<'_>,
    calendar: &NativeCalendar,
    starts: &Column,
    ends: &Column,
    unit: &str,
    out: Option<PyBuffer<i64>>,
) -> PyResult<Option<Answers>> {
    let calendar = calendar.core();
    run(py, || {
        long([starts, ends], &Form::lengths(unit.parse()?), out, |[starts, ends], elapsed| {
            all(calendar.elapsed_each(starts, ends, elapsed), |row| {
                asked([starts, ends], row, |row| {
                    let [start, end] = row.map(Instant::from_micros);
                    calendar.elapsed(start, end)
                })
            })
        })
    })
}

/// Instants of the open time beside others.
fn beside(
    py: Python<'_>,
    (calendar, at, unit, out): (&NativeCalendar, &Column, &str, Option<PyBuffer<i64>>),
    each: impl Fn(&Calendar, &[i64], &mut [i64]) -> Result<Unanswered, ColumnError> + Sync,
    scalar: impl Fn(&Calendar, Instant) -> Result<Instant, CalendarError> + Sync,
) -> PyResult<Option<Answers>> {
    let calendar = calendar.core();
    run(py, || {
        long([at], &at.form(unit.parse()?), out, |[at], beside| {
            all(each(calendar, at, beside), |row| asked([at], row, |[at]| scalar(calendar, Instant::from_micros(at))))
        })
    })
}

/// Itself or the next opening.
#[pyfunction]
#[pyo3(signature = (calendar, at, unit, out=None))]
pub(crate) fn next_open_each(
    py: Python<'_>,
    calendar: &NativeCalendar,
    at: &Column,
    unit: &str,
    out: Option<PyBuffer<i64>>,
) -> PyResult<Option<Answers>> {
    beside(py, (calendar, at, unit, out), Calendar::next_open_each, Calendar::next_open)
}

/// Itself or the last closing.
#[pyfunction]
#[pyo3(signature = (calendar, at, unit, out=None))]
pub(crate) fn prev_close_each(
    py: Python<'_>,
    calendar: &NativeCalendar,
    at: &Column,
    unit: &str,
    out: Option<PyBuffer<i64>>,
) -> PyResult<Option<Answers>> {
    beside(py, (calendar, at, unit, out), Calendar::prev_close_each, Calendar::prev_close)
}

/// Whether it is working time.
#[pyfunction]
#[pyo3(signature = (calendar, at, out=None))]
pub(crate) fn open_each(
    py: Python<'_>,
    calendar: &NativeCalendar,
    at: &Column,
    out: Option<PyBuffer<i8>>,
) -> PyResult<Option<Answers>> {
    let calendar = calendar.core();
    run(py, || {
        flags(at, out, |[at], open| {
            all(calendar.open_each(at, open), |row| asked([at], row, |[at]| calendar.is_open(Instant::from_micros(at))))
        })
    })
}

/// Whether what lies before rests on days not announced yet.
#[pyfunction]
#[pyo3(signature = (calendar, at, out=None))]
pub(crate) fn provisional_each(
    py: Python<'_>,
    calendar: &NativeCalendar,
    at: &Column,
    out: Option<PyBuffer<i8>>,
) -> PyResult<Option<Answers>> {
    let calendar = calendar.core();
    run(py, || flags(at, out, |[at], provisional| all(calendar.provisional_each(at, provisional), |_| None)))
}

/// Working days between dates.
#[pyfunction]
#[pyo3(signature = (calendar, starts, ends, out=None))]
pub(crate) fn working_days_each(
    py: Python<'_>,
    calendar: &NativeCalendar,
    starts: &Column,
    ends: &Column,
    out: Option<PyBuffer<i64>>,
) -> PyResult<Option<Answers>> {
    let calendar = calendar.core();
    run(py, || {
        // A null has no place among whole numbers of an array.
        let lent = out.is_some();
        long([starts, ends], &Form::counts(), out, |[starts, ends]: [&[i32]; 2], days| {
            all(calendar.working_days_each(starts, ends, days), |row| uncounted(calendar, [starts, ends], row))?;
            match days.iter().position(|count| lent && *count == NULL) {
                Some(row) => {
                    let error = argument(
                        "",
                        "a date is missing, and integers of numpy have no null: give an Arrow array",
                        "缺少日期,而 numpy 的整数没有空值:请给 Arrow 数组",
                    );
                    Err(Failed::new(row, error))
                }
                None => Ok(()),
            }
        })
    })
}

fn uncounted(calendar: &Calendar, columns: [&[i32]; 2], row: usize) -> Option<OpError> {
    let [start, end] = columns.map(|column| column.get(row).copied().and_then(NaiveDate::from_epoch_days));
    match start.zip(end) {
        Some((start, end)) => calendar.working_days_between(start, end).err().map(OpError::from),
        None => Some(argument("", "a date lies outside of the years that calendars cover", "日期超出日历所含的年份")),
    }
}
