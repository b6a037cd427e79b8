//! The operation of classification: JSON in, JSON out.
use serde::Deserialize;

use super::{Classifier, Labels};

/// What `classify.text` takes.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct TextArgs {
    /// What the resident wrote, or the desk noted.
    pub text: String,
}

/// `classify.text`.
pub fn text(args: &TextArgs, classifier: &Classifier) -> Labels {
    classifier.classify(&args.text)
}
