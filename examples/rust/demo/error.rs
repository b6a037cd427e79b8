//! What can stop the demonstration, as a line for the reader.
use std::fmt;

/// A failure in words.
#[derive(Debug)]
pub(crate) struct Failure(pub String);

impl Failure {
    /// A desk answers what it is asked.
    pub(crate) fn other_answer() -> Self {
        Self("the desk answered another question".to_owned())
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<E: std::error::Error> From<E> for Failure {
    fn from(error: E) -> Self {
        Self(error.to_string())
    }
}
