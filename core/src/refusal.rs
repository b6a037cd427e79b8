//! Why a command changes nothing.
use serde::{Deserialize, Serialize};

use crate::clause::{Clause, Words};
use crate::ident::Code;

/// More known codes than these are not worth a reader's time.
const SHOWN: usize = 24;

/// A command refused: nothing was changed, and this is why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[error("{}", words.en)]
pub struct Refusal {
    /// Stable id of the reason, such as `case.wrong_status`.
    pub code: Box<str>,
    /// The reason for a person.
    pub words: Words,
    /// The rule behind it: its path in the rulebook.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<Box<str>>,
    /// The article behind the rule. Boxed, for it is large, seldom there, and every `Result` would carry its room.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clause: Option<Box<Clause>>,
}

impl Refusal {
    /// A refusal by the nature of things, not by a rule.
    pub fn new(code: &str, zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self { code: code.into(), words: Words::new(zh, en), rule: None, clause: None }
    }

    /// A code that the rulebook does not have, refused with those it has: `what` it stands for, in Chinese `zh`.
    pub fn unknown<'a>(
        module: &str,
        (what, zh): (&str, &str),
        code: &Code,
        known: impl IntoIterator<Item = &'a Code>,
    ) -> Self {
        let mut known: Vec<&str> = known.into_iter().map(Code::as_str).take(SHOWN + 1).collect();
        if known.len() > SHOWN {
            known.truncate(SHOWN);
            known.push("...");
        }
        let (known_zh, known_en) = if known.is_empty() {
            ("无".to_owned(), "none".to_owned())
        } else {
            (known.join("、"), known.join(", "))
        };
        Self::new(
            &format!("{module}.unknown_{what}"),
            format!("制度中没有{zh}“{code}”,可用的有:{known_zh}"),
            format!("the rulebook has no {what} `{code}`; it has {known_en}"),
        )
    }

    /// Cites the rule behind it.
    #[must_use]
    pub fn by(mut self, rule: impl Into<Box<str>>, clause: Option<&Clause>) -> Self {
        self.rule = Some(rule.into());
        self.clause = clause.cloned().map(Box::new);
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_many_known_codes_the_first_are_told() {
        let codes: Vec<Code> = (100..130).map(|n| Code::new(n.to_string()).unwrap()).collect();
        let refusal = Refusal::unknown("case", ("topic", "性质"), &Code::new("x").unwrap(), &codes);
        assert_eq!(&*refusal.code, "case.unknown_topic");
        assert!(refusal.words.en.ends_with("122, 123, ..."), "{refusal}");
        assert!(refusal.words.zh.ends_with("122、123、..."), "{}", refusal.words.zh);
    }
}
