//! Working time: datetimes and columns of them, dates, rules and budgets as text.
use std::fmt;
use std::str::FromStr;
use std::sync::{Mutex, PoisonError};

use guanjia::calendar::operations::extended;
use guanjia::calendar::{Budget, Calendar, CalendarRules, Instant, Length};
use guanjia::ops::{OpError, read_json};
use pyo3::prelude::*;
use pyo3::types::PyList;

use crate::columns::Column;
use crate::doorway::{quick, run, written};
use crate::moments::{Clock, length, length_micros};

/// A compiled calendar, and the zones of its datetimes.
#[pyclass(frozen, subclass, module = "guanjia._native", name = "Calendar")]
pub(crate) struct NativeCalendar {
    calendar: Calendar,
    pub(crate) clock: Clock,
    /// The budget asked for last: nearly always the next one is the same object.
    last: Mutex<Option<(Py<PyAny>, Budget)>>,
}

impl fmt::Debug for NativeCalendar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.calendar, f)
    }
}

impl NativeCalendar {
    /// With the zone of its time and, if there is one, that of naive datetimes.
    pub(crate) fn with(py: Python<'_>, calendar: Calendar, naive: Option<&Bound<'_, PyAny>>) -> PyResult<Self> {
        let zone_of = py.import("guanjia._instants")?.getattr("zone_of")?;
        let zone = zone_of.call1((calendar.time_zone().to_string(), "time_zone"))?;
        let naive = naive.map(|naive| zone_of.call1((naive, "naive"))).transpose()?;
        Ok(Self { calendar, clock: Clock::new(&zone, naive.as_ref())?, last: Mutex::new(None) })
    }

    /// The calendar itself.
    pub(crate) fn core(&self) -> &Calendar {
        &self.calendar
    }

    fn instant(&self, at: &Bound<'_, PyAny>, path: &str) -> PyResult<Instant> {
        self.clock.micros(at, || path.to_owned()).map(Instant::from_micros)
    }

    fn moment<'py>(&self, py: Python<'py>, at: Instant) -> PyResult<Bound<'py, PyAny>> {
        self.clock.moment(py, at.micros())
    }

    /// A budget of Python's: a timedelta, days, text.
    fn budget(&self, given: &Bound<'_, PyAny>, path: &str) -> PyResult<Budget> {
        let py = given.py();
        let last = || self.last.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((object, budget)) = last().as_ref()
            && given.is(object)
        {
            return Ok(*budget);
        }
        let budget = match length_micros(given)? {
            Some(micros) => Budget::Length(Length::from_micros(micros)),
            None => {
                let json: String = py.import("guanjia.budgets")?.call_method1("written", (given, path))?.extract()?;
                quick(py, || read_budget(&json, path))?
            }
        };
        // What was kept may run code of others as it goes: not under the lock.
        let before = last().replace((given.clone().unbind(), budget));
        drop(before);
        Ok(budget)
    }
}

#[pymethods]
impl NativeCalendar {
    /// Compiles rules, JSON, or takes a compiled calendar over with another zone of naive datetimes.
    #[new]
    #[pyo3(signature = (rules, naive=None))]
    fn new(py: Python<'_>, rules: &Bound<'_, PyAny>, naive: Option<&Bound<'_, PyAny>>) -> PyResult<Self> {
        let calendar = match rules.cast::<Self>() {
            Ok(compiled) => compiled.get().calendar.clone(),
            Err(_) => {
                let rules: String = rules.extract()?;
                run(py, || Ok(Calendar::compile(&read_json::<CalendarRules>(&rules)?)?))?
            }
        };
        Self::with(py, calendar, naive)
    }

    /// The rules as they were given, JSON.
    fn _rules(&self, py: Python<'_>) -> PyResult<String> {
        run(py, || written(serde_json::to_string(self.calendar.rules())))
    }

    /// The IANA name of the zone whose clocks it follows.
    #[getter]
    fn time_zone(&self) -> String {
        self.calendar.time_zone().to_string()
    }

    /// The zone whose clocks it follows.
    #[getter]
    fn _zone(&self, py: Python<'_>) -> Py<PyAny> {
        self.clock.zone(py).clone().unbind()
    }

    /// The zone of naive datetimes.
    #[getter]
    fn _naive(&self, py: Python<'_>) -> Option<Py<PyAny>> {
        self.clock.naive(py).map(|zone| zone.clone().unbind())
    }

    /// SHA-256 of what the rules say.
    fn _fingerprint(&self) -> [u8; 32] {
        self.calendar.fingerprint()
    }

    /// What is allowed but probably not meant, JSON.
    fn _lint(&self, py: Python<'_>) -> PyResult<String> {
        run(py, || written(serde_json::to_string(&self.calendar.rules().lint())))
    }

    /// When ``within`` is used up; :meth:`provisional` says whether that may still move.
    ///
    /// A length ends at the earliest instant at which that much working time has passed: work due at the end of Friday is
    /// due on Friday, not on Monday. A negative one counts backwards.
    fn deadline<'py>(
        &self,
        py: Python<'py>,
        start: &Bound<'py, PyAny>,
        within: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let start = self.instant(start, "start")?;
        let budget = self.budget(within, "within")?;
        self.moment(py, quick(py, || Ok(self.calendar.deadline(start, &budget)?.at))?)
    }

    /// :meth:`deadline` of a length: the earliest instant for a positive one, the latest for a negative one, ``start`` for
    /// none.
    fn after<'py>(
        &self,
        py: Python<'py>,
        start: &Bound<'py, PyAny>,
        length: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let start = self.instant(start, "start")?;
        let micros = match length_micros(length)? {
            Some(micros) => micros,
            None => py.import("guanjia._instants")?.call_method1("length_micros", (length, "length"))?.extract()?,
        };
        self.moment(py, quick(py, || Ok(self.calendar.after(start, Length::from_micros(micros))?))?)
    }

    /// The working time between, negative if ``end`` comes first.
    fn elapsed<'py>(
        &self,
        py: Python<'py>,
        start: &Bound<'py, PyAny>,
        end: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let (start, end) = (self.instant(start, "start")?, self.instant(end, "end")?);
        length(py, quick(py, || Ok(self.calendar.elapsed(start, end)?))?.micros())
    }

    /// Whether ``at`` is working time; an opening is, a closing is not.
    fn is_open(&self, py: Python<'_>, at: &Bound<'_, PyAny>) -> PyResult<bool> {
        let at = self.instant(at, "at")?;
        quick(py, || Ok(self.calendar.is_open(at)?))
    }

    /// ``at`` itself if it is working time, else the next opening.
    fn next_open<'py>(&self, py: Python<'py>, at: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        let at = self.instant(at, "at")?;
        self.moment(py, quick(py, || Ok(self.calendar.next_open(at)?))?)
    }

    /// ``at`` itself if work goes on just before it, else the last closing.
    fn prev_close<'py>(&self, py: Python<'py>, at: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        let at = self.instant(at, "at")?;
        self.moment(py, quick(py, || Ok(self.calendar.prev_close(at)?))?)
    }

    /// Whether what lies before ``at`` rests on holidays not announced yet.
    fn provisional(&self, at: &Bound<'_, PyAny>) -> PyResult<bool> {
        Ok(self.calendar.provisional(self.instant(at, "at")?))
    }

    /// Where a budget ends that was moved to ``at``, by a pause for example: one that ends at closing ends at the closing of
    /// the hours in which ``at`` lies, any other at ``at``.
    fn land<'py>(
        &self,
        py: Python<'py>,
        at: &Bound<'py, PyAny>,
        budget: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let at = self.instant(at, "at")?;
        let budget = self.budget(budget, "budget")?;
        self.moment(py, quick(py, || Ok(self.calendar.land(at, &budget)?))?)
    }

    /// The due time with every stretch and day, JSON.
    fn _explain(&self, py: Python<'_>, start: &Bound<'_, PyAny>, within: &Bound<'_, PyAny>) -> PyResult<String> {
        let start = self.instant(start, "start")?;
        let budget = self.budget(within, "within")?;
        run(py, || written(serde_json::to_string(&self.calendar.explain(start, &budget)?)))
    }

    /// The stretches between, JSON; nothing if there are too many.
    fn _spans(&self, py: Python<'_>, start: &Bound<'_, PyAny>, end: &Bound<'_, PyAny>) -> PyResult<String> {
        let (start, end) = (self.instant(start, "start")?, self.instant(end, "end")?);
        run(py, || written(serde_json::to_string(&self.calendar.spans(start, end))))
    }

    /// What kind of day a date is and its hours, JSON.
    fn _day(&self, py: Python<'_>, date: &str) -> PyResult<String> {
        run(py, || written(serde_json::to_string(&self.calendar.day(read("date", date)?))))
    }

    /// Whether some hours of a date are open.
    fn _is_working_day(&self, py: Python<'_>, date: &str) -> PyResult<bool> {
        run(py, || Ok(self.calendar.is_working_day(read("date", date)?)))
    }

    /// Working days in `[start, end)`.
    fn _working_days_between(&self, py: Python<'_>, start: &str, end: &str) -> PyResult<i64> {
        run(py, || Ok(self.calendar.working_days_between(read("start", start)?, read("end", end)?)?))
    }

    /// The calendar with new days of its holiday table: `days` is JSON in any of its shapes, or a text in JSON.
    fn _extend(
        &self,
        py: Python<'_>,
        days: &str,
        version: Option<String>,
        known_until: Option<&str>,
        source: Option<String>,
    ) -> PyResult<Self> {
        let grown = run(py, || {
            let days = serde_json::from_str(days).map_err(|error| OpError::argument("days", &error.to_string()))?;
            let known_until = known_until.map(|date| read("known_until", date)).transpose()?;
            Ok(extended(&self.calendar, &days, |days| days.labelled(version, known_until, source))?)
        })?;
        let naive = self.clock.naive(py).cloned();
        Self::with(py, grown, naive.as_ref())
    }

    /// Version of the holiday table.
    fn _table_version(&self) -> Option<String> {
        self.calendar.table().map(|table| table.version().to_owned())
    }

    /// The last day that the holiday table knows.
    fn _known_until(&self) -> Option<String> {
        self.calendar.known_until().map(|date| date.to_string())
    }

    /// The column of a list of datetimes; one that is none is a null.
    fn _column(&self, moments: &Bound<'_, PyList>, path: &str) -> PyResult<Column> {
        let micros = |(n, at): (usize, Bound<'_, PyAny>)| match at.is_none() {
            true => Ok(guanjia::calendar::NULL),
            false => self.clock.micros(&at, || format!("{path}[{n}]")),
        };
        moments.iter().enumerate().map(micros).collect::<PyResult<_>>().map(Column::own)
    }
}

/// Reads a budget; `path` is the argument that it was.
pub(crate) fn read_budget(json: &str, path: &str) -> Result<Budget, OpError> {
    read_json(json).map_err(|error| {
        let path = if error.path.is_empty() { path.to_owned() } else { format!("{path}.{}", error.path) };
        OpError { path: path.into(), ..error }
    })
}

fn read<T: FromStr<Err: fmt::Display>>(path: &str, text: &str) -> Result<T, OpError> {
    text.parse().map_err(|error| OpError::argument(path, &format!("`{text}`: {error}")))
}
