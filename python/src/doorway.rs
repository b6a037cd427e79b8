//! The one doorway to the core.
use std::panic::{AssertUnwindSafe, catch_unwind};

use guanjia::clause::Words;
use guanjia::ops::OpError;
use pyo3::prelude::*;

/// Runs `work` without the interpreter; panics and refusals become exceptions of the package.
pub(crate) fn run<T: Send>(py: Python<'_>, work: impl FnOnce() -> Result<T, OpError> + Send) -> PyResult<T> {
    py.detach(|| guarded(work)).map_err(|error| raised(py, &error))
}

/// Runs `work` that takes less time than letting go of the interpreter.
pub(crate) fn quick<T>(py: Python<'_>, work: impl FnOnce() -> Result<T, OpError>) -> PyResult<T> {
    guarded(work).map_err(|error| raised(py, &error))
}

fn guarded<T>(work: impl FnOnce() -> Result<T, OpError>) -> Result<T, OpError> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| Err(OpError::internal("a panic inside the library")))
}

/// Arguments that do not fit, in English and Chinese.
pub(crate) fn argument(path: &str, en: &str, zh: &str) -> OpError {
    let at = if path.is_empty() { String::new() } else { format!("{path}: ") };
    OpError { words: Words::new(format!("参数有误:{at}{zh}"), format!("{at}{en}")), ..OpError::argument(path, en) }
}

/// The exception that `guanjia.errors` makes of an error.
pub(crate) fn raised(py: Python<'_>, error: &OpError) -> PyErr {
    let json = serde_json::to_string(error).unwrap_or_else(|_| "{}".to_owned());
    match py.import("guanjia.errors").and_then(|errors| errors.call_method1("from_json", (json,))) {
        Ok(exception) => PyErr::from_value(exception),
        Err(broken) => broken,
    }
}

/// The text of a result that was written as JSON.
///
/// # Errors
/// When it has no JSON form: a mistake of ours.
pub(crate) fn written(json: serde_json::Result<String>) -> Result<String, OpError> {
    json.map_err(|error| OpError::internal(&error.to_string()))
}
