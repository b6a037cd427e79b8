//! What operations run in: rulebooks by name and version, the calendars they hold, a classifier.
use std::collections::BTreeMap;

use super::error::OpError;
use crate::calendar::Calendar;
use crate::classify::Classifier;
use crate::rulebook::Rulebook;

/// Immutable once made, shared freely between threads.
#[derive(Debug, Clone)]
pub struct Context {
    rulebooks: BTreeMap<String, Rulebook>,
    current: Rulebook,
    classifier: Classifier,
}

impl Context {
    /// The standard rulebook and the standard classifier.
    pub fn standard() -> Self {
        Self::with_rulebook(Rulebook::standard())
    }

    /// A rulebook in force, beside the standard one.
    pub fn with_rulebook(current: Rulebook) -> Self {
        let standard = Rulebook::standard();
        let rulebooks = [&standard, &current].map(|book| (book.name(), book.clone()));
        Self { rulebooks: rulebooks.into(), current, classifier: Classifier::standard() }
    }

    /// The same context with a further rulebook to be named.
    #[must_use]
    pub fn and_rulebook(mut self, book: Rulebook) -> Self {
        self.rulebooks.insert(book.name(), book);
        self
    }

    /// The same context with another classifier.
    #[must_use]
    pub fn and_classifier(mut self, classifier: Classifier) -> Self {
        self.classifier = classifier;
        self
    }

    /// The rulebook in force.
    pub fn current(&self) -> &Rulebook {
        &self.current
    }

    /// The rulebook of this name and version; the one in force if none is named.
    ///
    /// # Errors
    /// When the context does not hold it.
    pub fn rulebook(&self, name: Option<&str>) -> Result<&Rulebook, OpError> {
        let Some(name) = name else { return Ok(&self.current) };
        self.rulebooks.get(name).ok_or_else(|| {
            let known: Vec<&str> = self.rulebooks.keys().map(String::as_str).collect();
            OpError::argument(
                "rulebook",
                &format!("the context holds no rulebook `{name}`, it holds {}", known.join(", ")),
            )
        })
    }

    /// A calendar by name: `office` of the rulebook in force, `standard@1/office` of another.
    pub fn calendar(&self, name: &str) -> Option<Calendar> {
        match name.split_once('/') {
            Some((book, calendar)) => self.rulebooks.get(book)?.calendar(calendar).cloned(),
            None => self.current.calendar(name).cloned(),
        }
    }

    /// The classifier.
    pub fn classifier(&self) -> &Classifier {
        &self.classifier
    }
}
