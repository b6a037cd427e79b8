//! Text: charsets, misread bytes, personal data. Records go out as JSON, many texts in one call.
use guanjia::ops::OpError;
use guanjia::problem::Problems;
use guanjia::text::personal::{self, Kind};
use guanjia::text::{self, Charset, Pseudonyms};
use pyo3::prelude::*;

use crate::doorway::{argument, run, written};

/// Reads GB18030.
#[pyfunction]
pub(crate) fn from_gb18030(py: Python<'_>, data: &[u8]) -> PyResult<String> {
    run(py, || text::decode_gb18030(data).map_err(|error| under("data", error)))
}

/// Writes GB18030 or GBK.
#[pyfunction]
pub(crate) fn encode(py: Python<'_>, text: &str, charset: &str) -> PyResult<Vec<u8>> {
    run(py, || {
        let charset: Charset =
            serde_json::from_value(charset.into()).map_err(|error| unknown("charset", charset, &error))?;
        text::encode(text, charset).map_err(|error| under("text", error))
    })
}

/// The normalised text, and for each of its characters the original's.
#[pyfunction]
pub(crate) fn normalise(py: Python<'_>, text: &str) -> PyResult<(String, Vec<(usize, usize)>)> {
    run(py, || {
        let normal = text::normalise(text);
        Ok((normal.as_str().to_owned(), normal.spans().map(|span| (span.at, span.end)).collect()))
    })
}

/// A person's name as it is kept.
#[pyfunction]
pub(crate) fn person_name(py: Python<'_>, text: &str) -> PyResult<String> {
    run(py, || Ok(text::name(text)))
}

/// How and as what a text was misread, if it was, as JSON.
#[pyfunction]
pub(crate) fn misread(py: Python<'_>, text: &str) -> PyResult<String> {
    run(py, || written(serde_json::to_string(&text::misread(text))))
}

/// Personal data of a text as JSON.
#[pyfunction]
pub(crate) fn find_personal(py: Python<'_>, text: &str) -> PyResult<String> {
    run(py, || written(serde_json::to_string(&personal::find(text))))
}

/// Texts with stars.
#[pyfunction]
pub(crate) fn mask_each(
    py: Python<'_>,
    texts: Vec<Option<String>>,
    kinds: Option<Vec<String>>,
) -> PyResult<Vec<Option<String>>> {
    run(py, || {
        let kinds = chosen(kinds)?;
        Ok(texts.into_iter().map(|text| text.map(|text| text::mask(&text, &kinds).text)).collect())
    })
}

/// Stand-ins for personal data.
#[pyclass(module = "guanjia._native", name = "Pseudonyms")]
#[derive(Debug)]
pub(crate) struct NativePseudonyms(Pseudonyms);

#[pymethods]
impl NativePseudonyms {
    /// By order, or by a key.
    #[new]
    #[pyo3(signature = (key = None))]
    fn new(key: Option<&[u8]>) -> Self {
        Self(key.map_or_else(Pseudonyms::new, Pseudonyms::keyed))
    }

    /// Texts with stand-ins.
    fn replace_each(
        &mut self,
        py: Python<'_>,
        texts: Vec<Option<String>>,
        kinds: Option<Vec<String>>,
    ) -> PyResult<Vec<Option<String>>> {
        let pseudonyms = &mut self.0;
        run(py, move || {
            let kinds = chosen(kinds)?;
            Ok(texts.into_iter().map(|text| text.map(|text| pseudonyms.replace(&text, &kinds).text)).collect())
        })
    }
}

fn chosen(kinds: Option<Vec<String>>) -> Result<Vec<Kind>, OpError> {
    let Some(kinds) = kinds else { return Ok(Kind::ALL.to_vec()) };
    let read = |(at, kind): (usize, &String)| {
        serde_json::from_value(kind.as_str().into()).map_err(|error| unknown(&format!("kinds[{at}]"), kind, &error))
    };
    kinds.iter().enumerate().map(read).collect()
}

/// A word that an enumeration does not have.
fn unknown(path: &str, word: &str, error: &serde_json::Error) -> OpError {
    argument(path, &error.to_string(), &format!("没有“{word}”这一项"))
}

fn under(path: &str, error: impl Into<Problems>) -> OpError {
    let mut problems = Problems::default();
    problems.extend_under(path, error.into());
    problems.into()
}
