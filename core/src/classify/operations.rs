//! The operations of classification: JSON in, JSON out.
use serde::{Deserialize, Serialize};

use super::{Classifier, Why};

/// What `classify.explain` takes.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ExplainArgs {
    /// What the resident wrote, or the desk noted.
    pub text: String,
    /// So many pieces of evidence one by one, the rest together; ten if absent.
    #[serde(default = "ten")]
    pub limit: usize,
}

fn ten() -> usize {
    10
}

/// `classify.explain`.
pub fn explain(args: &ExplainArgs, classifier: &Classifier) -> Why {
    classifier.explain(&args.text, args.limit)
}

/// What `classify.uncertain` takes.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct UncertainArgs {
    /// Texts that nobody has labelled yet.
    pub texts: Vec<String>,
    /// How many to pick at most.
    pub n: usize,
}

/// What `classify.uncertain` gives.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct UncertainResult {
    /// Places of the texts most worth labelling, the least certain first.
    pub rows: Vec<usize>,
}

/// `classify.uncertain`.
pub fn uncertain(args: &UncertainArgs, classifier: &Classifier) -> UncertainResult {
    UncertainResult { rows: classifier.uncertain(&args.texts, args.n) }
}
