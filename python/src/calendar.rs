//! Working time: instants and lengths in microseconds, dates, rules and budgets as text.
use std::str::FromStr;

use guanjia::calendar::operations::extended;
use guanjia::calendar::{Budget, Calendar, CalendarError, CalendarRules, Instant, Length};
use guanjia::ops::{OpError, read_json};
use pyo3::prelude::*;

use crate::doorway::{run, written};

/// A compiled calendar.
#[pyclass(frozen, module = "guanjia._native", name = "Calendar")]
#[derive(Debug)]
pub(crate) struct NativeCalendar(pub(crate) Calendar);

#[pymethods]
impl NativeCalendar {
    /// Compiles rules, JSON.
    #[new]
    fn new(py: Python<'_>, rules: &str) -> PyResult<Self> {
        run(py, || Ok(Self(Calendar::compile(&read_json::<CalendarRules>(rules)?)?)))
    }

    /// The rules as they were given, JSON.
    #[getter]
    fn rules(&self, py: Python<'_>) -> PyResult<String> {
        run(py, || written(serde_json::to_string(self.0.rules())))
    }

    /// The IANA name of the zone.
    #[getter]
    fn time_zone(&self) -> String {
        self.0.time_zone().to_string()
    }

    /// SHA-256 of what the rules say.
    #[getter]
    fn fingerprint(&self) -> [u8; 32] {
        self.0.fingerprint()
    }

    /// What is allowed but probably not meant, JSON.
    fn lint(&self, py: Python<'_>) -> PyResult<String> {
        run(py, || written(serde_json::to_string(&self.0.rules().lint())))
    }

    /// The due time of a budget, JSON, and whether it rests on days not announced yet.
    fn deadline(&self, py: Python<'_>, start: i64, budget: &str) -> PyResult<(i64, bool)> {
        run(py, || {
            let due = self.0.deadline(Instant::from_micros(start), &read_budget(budget)?)?;
            Ok((due.at.micros(), due.provisional))
        })
    }

    /// The due times of many starts under one budget, or one each.
    fn deadlines(&self, py: Python<'_>, starts: Vec<i64>, budgets: Vec<String>) -> PyResult<Vec<i64>> {
        run(py, || {
            let budgets = budgets.into_iter().map(|budget| read_budget(&budget)).collect::<Result<Vec<_>, _>>()?;
            rows(starts, budgets, |start, budget| Ok(self.0.deadline(Instant::from_micros(start), budget)?.at.micros()))
        })
    }

    /// The due time with every stretch and day, JSON.
    fn explain(&self, py: Python<'_>, start: i64, budget: &str) -> PyResult<String> {
        run(py, || written(serde_json::to_string(&self.0.explain(Instant::from_micros(start), &read_budget(budget)?)?)))
    }

    /// The stretches between, JSON; nothing if there are too many.
    fn spans(&self, py: Python<'_>, start: i64, end: i64) -> PyResult<String> {
        let (start, end) = (Instant::from_micros(start), Instant::from_micros(end));
        run(py, || written(serde_json::to_string(&self.0.spans(start, end))))
    }

    /// Where a budget ends that was moved to `at`.
    fn land(&self, py: Python<'_>, at: i64, budget: &str) -> PyResult<i64> {
        run(py, || Ok(self.0.land(Instant::from_micros(at), &read_budget(budget)?)?.micros()))
    }

    /// The due time of a length.
    fn after(&self, py: Python<'_>, start: i64, length: i64) -> PyResult<i64> {
        run(py, || Ok(self.0.after(Instant::from_micros(start), Length::from_micros(length))?.micros()))
    }

    /// The due times of many starts, with one length or one each.
    fn after_many(&self, py: Python<'_>, starts: Vec<i64>, lengths: Vec<i64>) -> PyResult<Vec<i64>> {
        run(py, || {
            rows(starts, lengths, |start, length| {
                Ok(self.0.after(Instant::from_micros(start), Length::from_micros(*length))?.micros())
            })
        })
    }

    /// The working time between.
    fn elapsed(&self, py: Python<'_>, start: i64, end: i64) -> PyResult<i64> {
        run(py, || Ok(self.0.elapsed(Instant::from_micros(start), Instant::from_micros(end))?.micros()))
    }

    /// The working time between, of many pairs.
    fn elapsed_many(&self, py: Python<'_>, starts: Vec<i64>, ends: Vec<i64>) -> PyResult<Vec<i64>> {
        run(py, || {
            rows(starts, ends, |start, end| {
                Ok(self.0.elapsed(Instant::from_micros(start), Instant::from_micros(*end))?.micros())
            })
        })
    }

    /// Whether `at` is working time.
    fn is_open(&self, py: Python<'_>, at: i64) -> PyResult<bool> {
        run(py, || Ok(self.0.is_open(Instant::from_micros(at))?))
    }

    /// `at` or the next opening.
    fn next_open(&self, py: Python<'_>, at: i64) -> PyResult<i64> {
        run(py, || Ok(self.0.next_open(Instant::from_micros(at))?.micros()))
    }

    /// `at` or the last closing.
    fn prev_close(&self, py: Python<'_>, at: i64) -> PyResult<i64> {
        run(py, || Ok(self.0.prev_close(Instant::from_micros(at))?.micros()))
    }

    /// The calendar with new days of its holiday table: `days` is JSON in any of its shapes, or a text in JSON.
    fn extend(
        &self,
        py: Python<'_>,
        days: &str,
        version: Option<String>,
        known_until: Option<&str>,
        source: Option<String>,
    ) -> PyResult<Self> {
        run(py, || {
            let days = serde_json::from_str(days).map_err(|error| OpError::argument("days", &error.to_string()))?;
            let known_until = known_until.map(|date| read("known_until", date)).transpose()?;
            Ok(Self(extended(&self.0, &days, |days| days.labelled(version, known_until, source))?))
        })
    }

    /// Version of the holiday table.
    #[getter]
    fn table_version(&self) -> Option<String> {
        self.0.table().map(|table| table.version().to_owned())
    }

    /// What kind of day a date is and its hours, JSON.
    fn day(&self, py: Python<'_>, date: &str) -> PyResult<String> {
        run(py, || written(serde_json::to_string(&self.0.day(read("date", date)?))))
    }

    /// Whether some hours of a date are open.
    fn is_working_day(&self, py: Python<'_>, date: &str) -> PyResult<bool> {
        run(py, || Ok(self.0.is_working_day(read("date", date)?)))
    }

    /// Working days in `[start, end)`.
    fn working_days_between(&self, py: Python<'_>, start: &str, end: &str) -> PyResult<i64> {
        run(py, || Ok(self.0.working_days_between(read("start", start)?, read("end", end)?)?))
    }

    /// Whether what lies before `at` rests on days not announced yet.
    fn provisional(&self, at: i64) -> bool {
        self.0.provisional(Instant::from_micros(at))
    }

    /// The last day that the holiday table knows.
    #[getter]
    fn known_until(&self) -> Option<String> {
        self.0.known_until().map(|date| date.to_string())
    }
}

fn read_budget(json: &str) -> Result<Budget, OpError> {
    read_json(json).map_err(|error| {
        let path = if error.path.is_empty() { "budget".to_owned() } else { format!("budget.{}", error.path) };
        OpError { path: path.into(), ..error }
    })
}

fn read<T: FromStr<Err: std::fmt::Display>>(path: &str, text: &str) -> Result<T, OpError> {
    text.parse().map_err(|error| OpError::argument(path, &format!("`{text}`: {error}")))
}

/// One value per start. `others` are as many, or one for all; an error names its row.
fn rows<B>(
    starts: Vec<i64>,
    others: Vec<B>,
    one: impl Fn(i64, &B) -> Result<i64, CalendarError>,
) -> Result<Vec<i64>, OpError> {
    let value = |n: usize, start: i64, other: &B| {
        one(start, other).map_err(|error| OpError { path: format!("[{n}]").into(), ..error.into() })
    };
    match <[B; 1]>::try_from(others) {
        Ok([other]) => starts.into_iter().enumerate().map(|(n, start)| value(n, start, &other)).collect(),
        Err(others) => {
            starts.into_iter().zip(others).enumerate().map(|(n, (start, other))| value(n, start, &other)).collect()
        }
    }
}
