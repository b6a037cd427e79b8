//! Civil language: what is said in set situations, how people are greeted, and what nobody says to a customer.
//!
//! Phrases and forbidden words are data with the article behind each. Whether words are wrong is decided by who speaks,
//! where they stand and what they do there, never by their presence: `不知道` as the whole answer is a refusal,
//! `不知道您什么时候在家` is polite, and what a note quotes of the customer is the customer's.
//!
//! ```
//! use guanjia::courtesy::{Courtesy, TextKind};
//! let courtesy = Courtesy::standard();
//! let found = courtesy.check("您好,不知道。", TextKind::Reply);
//! assert_eq!((found[0].text.as_str(), found[0].kind.as_str()), ("不知道", "refusal"));
//! assert_eq!(found[0].instead.zh, "对不起,请您稍等,我了解一下再告诉您好吗?");
//! assert!(courtesy.check("不知道您什么时候在家?", TextKind::Reply).is_empty());
//! ```
mod check;
mod compile;
pub mod operations;
mod phrase;
mod rules;
mod speech;

use std::fmt;
use std::sync::{Arc, LazyLock};

pub use check::{Finding, TextKind};
pub use phrase::{CourtesyError, Customer, Given, Greeting, Name, Phrase};
pub use rules::{CourtesyRules, FestivalRule, ForbiddenRule, HourRule, PhraseRule, Place, Severity, Strikes};

use crate::problem::{Problems, Reading};
use compile::Compiled;
use rules::RawCourtesy;

/// The text of the standard courtesy.
pub const STANDARD_TOML: &str = include_str!("../data/courtesy/standard.toml");

/// Set phrases, greetings and forbidden words, compiled. Cheap to clone, shared between threads.
#[derive(Clone)]
pub struct Courtesy(Arc<Compiled>);

impl Courtesy {
    /// The courtesy that ships with the library.
    pub fn standard() -> Self {
        static STANDARD: LazyLock<Courtesy> = LazyLock::new(|| {
            #[expect(clippy::expect_used, reason = "a test compiles the embedded courtesy")]
            Courtesy::from_toml(STANDARD_TOML).expect("the embedded courtesy is right")
        });
        STANDARD.clone()
    }

    /// Reads and compiles a courtesy in TOML, in the form of [`STANDARD_TOML`].
    ///
    /// # Errors
    /// All problems of the text at once, with path and line.
    pub fn from_toml(text: &str) -> Result<Self, Problems> {
        let mut reading = Reading::<RawCourtesy>::toml(text);
        let Some(raw) = reading.value.take() else { return Err(reading.problems) };
        match compile::compile(raw) {
            Ok(compiled) if reading.problems.is_empty() => Ok(Self(Arc::new(compiled))),
            Ok(_) => Err(reading.problems),
            Err(problems) => {
                reading.tell(problems);
                Err(reading.problems)
            }
        }
    }

    /// The courtesy with what a company adds and strikes: its name, its hours in place of ours, its phrases before ours,
    /// its forbidden words beside ours or, under the same id, in their place.
    ///
    /// ```
    /// use guanjia::courtesy::{Courtesy, CourtesyRules, Strikes, TextKind};
    /// let strike = Strikes { words: vec!["没空".into()], ..Strikes::default() };
    /// let ours = Courtesy::standard().extend(&CourtesyRules { strike, ..CourtesyRules::default() })?;
    /// assert_eq!(Courtesy::standard().check("没空。", TextKind::Reply).len(), 1);
    /// assert!(ours.check("没空。", TextKind::Reply).is_empty());
    /// # Ok::<(), guanjia::problem::Problems>(())
    /// ```
    ///
    /// # Errors
    /// All problems of the rules at once, with paths among them.
    pub fn extend(&self, rules: &CourtesyRules) -> Result<Self, Problems> {
        compile::extend(self.0.raw.clone(), rules).map(|compiled| Self(Arc::new(compiled)))
    }

    /// Name and version: `standard@1`.
    pub fn name(&self) -> String {
        format!("{}@{}", self.0.raw.courtesy, self.0.raw.version)
    }

    /// Its set phrases, those of a situation in the order in which they are tried.
    pub fn phrases(&self) -> &[PhraseRule] {
        &self.0.raw.phrases
    }

    /// What it forbids.
    pub fn forbidden(&self) -> &[ForbiddenRule] {
        &self.0.raw.forbidden
    }
}

impl fmt::Debug for Courtesy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Courtesy").field(&self.name()).finish()
    }
}

#[cfg(test)]
mod tests;
