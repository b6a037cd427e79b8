//! What a resident wants, about what, how urgently: read from cues of a lexicon and from what examples taught, with a
//! confidence for each answer and, on demand, what spoke for it.
//!
//! [`Classifier`] gives a message kind, topic, urgency and weight (C1-C3); [`TextModel`] gives a text one label of any set.
//! Both are linear models over character n-grams, learned by a solver of our own and kept in a table small enough for the
//! cache; a classifier adds the cues of a [`Lexicon`], with guards that take them back where a text denies them. Safety cues
//! can only raise the urgency.
mod alphabet;
mod classifier;
mod error;
mod evidence;
mod file;
mod head;
mod learn;
mod lexicon;
mod linear;
mod measure;
mod model;
pub mod operations;
mod solver;
mod threshold;
mod trie;

pub use classifier::{Ask, Classifier, Confidence, Example, Labels, Reader, Reading, Why};
pub use error::ModelError;
pub use evidence::{Evidence, Explained, Source};
pub use head::Choice;
pub use learn::Training;
pub use lexicon::Lexicon;
pub use measure::{Bin, Judged, LabelMeasure, Measure};
pub use model::{Labelled, TextModel, TextReader};
pub use threshold::Thresholds;

#[cfg(test)]
mod tests;
