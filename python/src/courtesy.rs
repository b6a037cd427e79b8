//! Civil language: what a text should not say, and what is said instead.
#![expect(clippy::needless_pass_by_value, reason = "what Python gives is extracted into values of its own")]
use guanjia::courtesy::operations::{GreetingArgs, PhraseArgs, greeting, phrase};
use guanjia::courtesy::{Finding, TextKind};
use guanjia::ops::{OpError, read_json};
use guanjia::rulebook::Rulebook;
use pyo3::prelude::*;

use crate::doorway::{argument, run, written};
use crate::rulebook::NativeRulebook;

/// The courtesy of a rulebook.
#[pyclass(frozen, module = "guanjia._native", name = "Courtesy")]
#[derive(Debug)]
pub(crate) struct NativeCourtesy(Rulebook);

#[pymethods]
impl NativeCourtesy {
    /// Of a rulebook; of the standard one if none is given.
    #[new]
    #[pyo3(signature = (rulebook=None))]
    fn new(py: Python<'_>, rulebook: Option<&NativeRulebook>) -> PyResult<Self> {
        run(py, || Ok(Self(rulebook.map_or_else(Rulebook::standard, |book| book.0.clone()))))
    }

    /// Findings of each text, JSON; the empty text for one without findings.
    fn check_many(&self, py: Python<'_>, texts: Vec<String>, kind: &str) -> PyResult<Vec<String>> {
        run(py, || {
            let kind = text_kind(kind)?;
            let found = self.0.courtesy().check_many(texts.iter().map(String::as_str), kind);
            found.iter().map(|found| told(found)).collect()
        })
    }

    /// The greeting at an instant, JSON in and out.
    fn greeting(&self, py: Python<'_>, args: &str) -> PyResult<String> {
        run(py, || {
            let args: GreetingArgs = read_json(args)?;
            written(serde_json::to_string(&greeting(&args, self.0.courtesy(), self.0.time_zone(), self.0.holidays())))
        })
    }

    /// What is said in a situation, JSON in and out.
    fn phrase(&self, py: Python<'_>, args: &str) -> PyResult<String> {
        run(py, || {
            let args: PhraseArgs = read_json(args)?;
            let said = phrase(&args, self.0.courtesy(), self.0.time_zone(), self.0.holidays())?;
            written(serde_json::to_string(&said))
        })
    }

    /// The situations that have phrases.
    fn situations(&self) -> Vec<String> {
        self.0.courtesy().situations()
    }
}

fn told(found: &[Finding]) -> Result<String, OpError> {
    if found.is_empty() { Ok(String::new()) } else { written(serde_json::to_string(found)) }
}

fn text_kind(kind: &str) -> Result<TextKind, OpError> {
    serde_json::from_value(kind.into()).map_err(|_| {
        argument(
            "kind",
            &format!("`{kind}` is none of `reply`, `call_note` and `transcript`"),
            &format!("“{kind}”不是 reply、call_note 或 transcript"),
        )
    })
}
