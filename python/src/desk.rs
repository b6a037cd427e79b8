//! A desk; callers from any thread queue.
use std::sync::{Mutex, PoisonError};

use guanjia::calendar::Instant;
use guanjia::classify::Classifier;
use guanjia::desk::{Desk, DeskError};
use guanjia::ops::{OpError, desk as face, read_json};
use guanjia::rulebook::Rulebook;
use guanjia::store::{MemoryStore, SqliteOptions, SqliteStore, Store};
use pyo3::prelude::*;

use crate::doorway::run;
use crate::rulebook::NativeRulebook;

/// A desk over a store, until it is closed.
#[pyclass(frozen, module = "guanjia._native", name = "Desk")]
#[derive(Debug)]
pub(crate) struct NativeDesk(Mutex<Option<Desk>>);

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
    /// Opens a file with options, JSON, or a desk in memory.
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

    /// The rulebook in force.
    fn rulebook(&self, py: Python<'_>) -> PyResult<NativeRulebook> {
        self.with(py, |desk| Ok(NativeRulebook(desk.rulebook().clone())))
    }

    /// Puts another rulebook in force: its pin, JSON.
    fn adopt(&self, py: Python<'_>, rulebook: &NativeRulebook) -> PyResult<String> {
        let book = rulebook.0.clone();
        self.with(py, |desk| face::adopt(desk, book))
    }

    /// Adds announced days, the text of a file: what was timed anew, JSON.
    fn extend(&self, py: Python<'_>, days: &str, now: i64) -> PyResult<String> {
        self.with(py, |desk| face::extend(desk, days, Instant::from_micros(now)))
    }

    /// Times anew what rested on days not announced: JSON.
    fn retime(&self, py: Python<'_>, now: i64) -> PyResult<String> {
        self.with(py, |desk| face::retime(desk, Instant::from_micros(now)))
    }

    /// Takes a command, JSON: its receipt.
    fn submit(&self, py: Python<'_>, command: &str) -> PyResult<String> {
        self.with(py, |desk| face::submit(desk, command))
    }

    /// Takes an array of commands, JSON: an answer each.
    fn submit_all(&self, py: Python<'_>, commands: &str) -> PyResult<String> {
        self.with(py, |desk| face::submit_all(desk, commands))
    }

    /// Tells what time alone has brought, JSON.
    fn advance(&self, py: Python<'_>, now: i64, limit: usize) -> PyResult<String> {
        self.with(py, |desk| face::advance(desk, Instant::from_micros(now), limit))
    }

    /// Answers a question, JSON.
    fn query(&self, py: Python<'_>, query: &str) -> PyResult<String> {
        self.with(py, |desk| face::query(desk, query))
    }

    /// Opens the vault by an opener, JSON: whether it was made, JSON.
    fn unlock(&self, py: Python<'_>, opener: &str) -> PyResult<String> {
        self.with(py, |desk| {
            let mut seed = [0; 32];
            getrandom::fill(&mut seed).map_err(|error| OpError::internal(&format!("no random bytes: {error}")))?;
            face::unlock(desk, opener, seed)
        })
    }

    /// Closes the vault.
    fn lock(&self, py: Python<'_>) -> PyResult<String> {
        self.with(py, face::lock)
    }

    /// Whether the vault is open.
    #[getter]
    fn unlocked(&self, py: Python<'_>) -> PyResult<bool> {
        self.with(py, |desk| Ok(desk.is_unlocked()))
    }

    /// Gives the vault another key by an opener, JSON: what was wrapped anew, JSON.
    fn rotate(&self, py: Python<'_>, opener: &str) -> PyResult<String> {
        self.with(py, |desk| face::rotate(desk, opener))
    }

    /// Answers a question about persons, JSON, once the read is recorded.
    fn ask(&self, py: Python<'_>, request: &str) -> PyResult<String> {
        self.with(py, |desk| face::ask(desk, request))
    }

    /// Closes the store; twice is fine.
    fn close(&self, py: Python<'_>) -> PyResult<()> {
        run(py, || {
            let mut desk = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            *desk = None;
            Ok(())
        })
    }

    /// Whether it was closed.
    #[getter]
    fn closed(&self, py: Python<'_>) -> PyResult<bool> {
        run(py, || Ok(self.0.lock().unwrap_or_else(PoisonError::into_inner).is_none()))
    }
}
