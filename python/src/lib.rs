//! The native half of the Python package: text, microseconds and handles. What analysts see is written in Python.
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Mutex, PoisonError};

use guanjia::calendar::{Budget, Calendar, CalendarRules, Instant, Length};
use guanjia::classify::Classifier;
use guanjia::desk::{Desk, DeskError};
use guanjia::ops::{self, Context, OpError, desk as face, read_json};
use guanjia::rulebook::Rulebook;
use guanjia::store::{MemoryStore, SqliteOptions, SqliteStore, Store};
use pyo3::prelude::*;

/// The one doorway to the core: the interpreter is let go, panics and refusals become exceptions of the package.
fn run<T: Send>(py: Python<'_>, work: impl FnOnce() -> Result<T, OpError> + Send) -> PyResult<T> {
    let done = py.detach(|| {
        catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| Err(OpError::internal("a panic inside the library")))
    });
    done.map_err(|error| raised(py, &error))
}

/// The exception that `guanjia.errors` makes of an error.
fn raised(py: Python<'_>, error: &OpError) -> PyErr {
    let json = serde_json::to_string(error).unwrap_or_else(|_| "{}".to_owned());
    match py.import("guanjia.errors").and_then(|errors| errors.call_method1("from_json", (json,))) {
        Ok(exception) => PyErr::from_value(exception),
        Err(broken) => broken,
    }
}

/// Working time; instants and lengths in microseconds.
#[pyclass(frozen, module = "guanjia._native", name = "Calendar")]
#[derive(Debug)]
struct NativeCalendar(Calendar);

#[pymethods]
impl NativeCalendar {
    #[new]
    fn new(py: Python<'_>, rules: &str) -> PyResult<Self> {
        run(py, || Ok(Self(Calendar::compile(&read_json::<CalendarRules>(rules)?)?)))
    }

    /// The due time, and whether it rests on days not announced yet.
    fn deadline(&self, py: Python<'_>, start: i64, budget: &str) -> PyResult<(i64, bool)> {
        run(py, || {
            let budget: Budget = budget.parse().map_err(|error| OpError::argument("budget", &format!("{error}")))?;
            let due = self.0.deadline(Instant::from_micros(start), &budget)?;
            Ok((due.at.micros(), due.provisional))
        })
    }

    /// The due time of a length.
    fn after(&self, py: Python<'_>, start: i64, length: i64) -> PyResult<i64> {
        run(py, || Ok(self.0.after(Instant::from_micros(start), Length::from_micros(length))?.micros()))
    }

    fn elapsed(&self, py: Python<'_>, start: i64, end: i64) -> PyResult<i64> {
        run(py, || Ok(self.0.elapsed(Instant::from_micros(start), Instant::from_micros(end))?.micros()))
    }

    fn deadlines(&self, py: Python<'_>, starts: Vec<i64>, lengths: Vec<i64>) -> PyResult<Vec<i64>> {
        run(py, || {
            let pairs = starts.iter().zip(&lengths);
            pairs
                .map(|(start, length)| {
                    Ok(self.0.after(Instant::from_micros(*start), Length::from_micros(*length))?.micros())
                })
                .collect()
        })
    }

    fn elapsed_many(&self, py: Python<'_>, starts: Vec<i64>, ends: Vec<i64>) -> PyResult<Vec<i64>> {
        run(py, || {
            let pairs = starts.iter().zip(&ends);
            pairs
                .map(|(start, end)| {
                    Ok(self.0.elapsed(Instant::from_micros(*start), Instant::from_micros(*end))?.micros())
                })
                .collect()
        })
    }

    fn is_open(&self, py: Python<'_>, at: i64) -> PyResult<bool> {
        run(py, || Ok(self.0.is_open(Instant::from_micros(at))?))
    }

    fn next_open(&self, py: Python<'_>, at: i64) -> PyResult<i64> {
        run(py, || Ok(self.0.next_open(Instant::from_micros(at))?.micros()))
    }

    fn prev_close(&self, py: Python<'_>, at: i64) -> PyResult<i64> {
        run(py, || Ok(self.0.prev_close(Instant::from_micros(at))?.micros()))
    }
}

/// A compiled rulebook.
#[pyclass(frozen, module = "guanjia._native", name = "Rulebook")]
#[derive(Debug)]
struct NativeRulebook(Rulebook);

#[pymethods]
impl NativeRulebook {
    #[new]
    fn new(py: Python<'_>, text: &str) -> PyResult<Self> {
        run(py, || Ok(Self(Rulebook::from_text(text)?)))
    }

    #[staticmethod]
    fn standard() -> Self {
        Self(Rulebook::standard())
    }

    #[getter]
    fn name(&self) -> String {
        self.0.name()
    }

    #[getter]
    fn pin(&self) -> &str {
        self.0.pin()
    }
}

/// What operations run in.
#[pyclass(frozen, module = "guanjia._native", name = "Context")]
#[derive(Debug)]
struct NativeContext(Context);

#[pymethods]
impl NativeContext {
    #[new]
    #[pyo3(signature = (rulebook=None))]
    fn new(rulebook: Option<&NativeRulebook>) -> Self {
        let book = rulebook.map_or_else(Rulebook::standard, |book| book.0.clone());
        Self(Context::with_rulebook(book))
    }

    fn and_rulebook(&self, rulebook: &NativeRulebook) -> Self {
        Self(self.0.clone().and_rulebook(rulebook.0.clone()))
    }

    fn call(&self, py: Python<'_>, name: &str, args: &str) -> PyResult<String> {
        run(py, || ops::call(&self.0, name, args))
    }
}

/// A desk; callers from any thread queue.
#[pyclass(frozen, module = "guanjia._native", name = "Desk")]
#[derive(Debug)]
struct NativeDesk(Mutex<Option<Desk>>);

impl NativeDesk {
    fn with<T: Send>(&self, py: Python<'_>, work: impl FnOnce(&mut Desk) -> Result<T, OpError> + Send) -> PyResult<T> {
        run(py, || {
            let mut desk = self.0.lock().map_err(|_: PoisonError<_>| {
                OpError::internal("an earlier call failed inside the desk; open it again")
            })?;
            work(desk.as_mut().ok_or_else(|| OpError::argument("desk", "is closed"))?)
        })
    }
}

#[pymethods]
impl NativeDesk {
    #[new]
    #[pyo3(signature = (path=None, rulebook=None, options=None))]
    fn new(
        py: Python<'_>,
        path: Option<&str>,
        rulebook: Option<&NativeRulebook>,
        options: Option<&str>,
    ) -> PyResult<Self> {
        run(py, || {
            let book = rulebook.map_or_else(Rulebook::standard, |book| book.0.clone());
            let store: Box<dyn Store> = match path {
                Some(path) => {
                    let options = read_json::<SqliteOptions>(options.unwrap_or("{}"))?;
                    Box::new(SqliteStore::open(path, &options).map_err(DeskError::from)?)
                }
                None => Box::new(MemoryStore::default()),
            };
            Ok(Self(Mutex::new(Some(Desk::open_with(store, book, Classifier::standard())?))))
        })
    }

    fn submit(&self, py: Python<'_>, command: &str) -> PyResult<String> {
        self.with(py, |desk| face::submit(desk, command))
    }

    fn submit_all(&self, py: Python<'_>, commands: &str) -> PyResult<String> {
        self.with(py, |desk| face::submit_all(desk, commands))
    }

    fn advance(&self, py: Python<'_>, now: i64, limit: usize) -> PyResult<String> {
        self.with(py, |desk| face::advance(desk, Instant::from_micros(now), limit))
    }

    fn query(&self, py: Python<'_>, query: &str) -> PyResult<String> {
        self.with(py, |desk| face::query(desk, query))
    }

    fn close(&self, py: Python<'_>) -> PyResult<()> {
        run(py, || {
            let mut desk = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            *desk = None;
            Ok(())
        })
    }
}

/// The native half of `guanjia`.
#[pymodule]
mod _native {
    #[pymodule_export]
    use super::{NativeCalendar, NativeContext, NativeDesk, NativeRulebook};

    /// The version of the library.
    #[pymodule_export]
    const VERSION: &str = env!("CARGO_PKG_VERSION");
}
