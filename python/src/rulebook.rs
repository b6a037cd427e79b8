//! Rulebooks, and the contexts that operations run in.
use guanjia::ops::{self, Context};
use guanjia::rulebook::Rulebook;
use pyo3::prelude::*;

use crate::calendar::NativeCalendar;
use crate::doorway::{run, written};

/// A compiled rulebook.
#[pyclass(frozen, module = "guanjia._native", name = "Rulebook")]
#[derive(Debug)]
pub(crate) struct NativeRulebook(pub(crate) Rulebook);

#[pymethods]
impl NativeRulebook {
    /// Reads and compiles TOML or JSON.
    #[new]
    fn new(py: Python<'_>, text: &str) -> PyResult<Self> {
        run(py, || Ok(Self(Rulebook::from_text(text)?)))
    }

    /// The standard rulebook.
    #[staticmethod]
    fn standard(py: Python<'_>) -> PyResult<Self> {
        run(py, || Ok(Self(Rulebook::standard())))
    }

    /// Id and version.
    #[getter]
    fn name(&self) -> String {
        self.0.name()
    }

    /// Name and hash.
    #[getter]
    fn pin(&self) -> &str {
        self.0.pin()
    }

    /// The IANA name of the zone in which people read times.
    #[getter]
    fn time_zone(&self) -> String {
        self.0.time_zone().to_string()
    }

    /// As it was written, JSON.
    fn raw(&self, py: Python<'_>) -> PyResult<String> {
        run(py, || written(serde_json::to_string(self.0.raw())))
    }

    /// What it allows but probably does not mean, JSON.
    fn lint(&self, py: Python<'_>) -> PyResult<String> {
        run(py, || written(serde_json::to_string(&self.0.lint())))
    }

    /// The ids of its calendars.
    fn calendars(&self) -> Vec<String> {
        self.0.raw().calendars.keys().map(ToString::to_string).collect()
    }

    /// A working calendar by its id.
    fn calendar(&self, py: Python<'_>, id: &str) -> PyResult<Option<NativeCalendar>> {
        self.0.calendar(id).cloned().map(|calendar| NativeCalendar::with(py, calendar, None)).transpose()
    }
}

/// What operations run in.
#[pyclass(frozen, module = "guanjia._native", name = "Context")]
#[derive(Debug)]
pub(crate) struct NativeContext(Context);

#[pymethods]
impl NativeContext {
    /// With a rulebook in force; the standard one if none is given.
    #[new]
    #[pyo3(signature = (rulebook=None))]
    fn new(py: Python<'_>, rulebook: Option<&NativeRulebook>) -> PyResult<Self> {
        run(py, || {
            let book = rulebook.map_or_else(Rulebook::standard, |book| book.0.clone());
            Ok(Self(Context::with_rulebook(book)))
        })
    }

    /// The same with a further rulebook to be named.
    fn and_rulebook(&self, rulebook: &NativeRulebook) -> Self {
        Self(self.0.clone().and_rulebook(rulebook.0.clone()))
    }

    /// Runs an operation, JSON in and out.
    fn call(&self, py: Python<'_>, name: &str, args: &str) -> PyResult<String> {
        run(py, || ops::call(&self.0, name, args))
    }
}
