//! A courtesy as it is written down. What is absent is not written either.
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::clause::{Clause, Words};
use crate::ident::Code;

/// A file of courtesy.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawCourtesy {
    pub(super) courtesy: String,
    pub(super) version: String,
    #[serde(default)]
    pub(super) company: Option<Words>,
    pub(super) hours: Vec<HourRule>,
    #[serde(default)]
    pub(super) festivals: Vec<FestivalRule>,
    #[serde(default)]
    pub(super) addresses: BTreeMap<String, String>,
    pub(super) phrases: Vec<PhraseRule>,
    pub(super) forbidden: Vec<ForbiddenRule>,
    pub(super) cues: Cues,
}

/// What a company adds to the standard courtesy and strikes from it: the section `courtesy` of a rulebook.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct CourtesyRules {
    /// The company's name as it is said on the telephone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub company: Option<Words>,
    /// Greetings by the hour, in place of the standard ones.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub hours: Vec<HourRule>,
    /// Further festivals; one under a known id takes its place.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub festivals: Vec<FestivalRule>,
    /// Set phrases that are tried before the standard ones.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub phrases: Vec<PhraseRule>,
    /// Further forbidden words; a rule under a known id takes its place.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub forbidden: Vec<ForbiddenRule>,
    /// What of the standard courtesy does not hold here.
    #[serde(skip_serializing_if = "Strikes::is_empty")]
    pub strike: Strikes,
}

/// What of a courtesy does not hold for a company.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct Strikes {
    /// Situations without set phrases.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub situations: Vec<Code>,
    /// Ids of festivals that are not greeted.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub festivals: Vec<Code>,
    /// Ids of rules that forbid nothing.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub rules: Vec<Code>,
    /// Words that no rule forbids.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub words: Vec<String>,
}

impl Strikes {
    fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// A greeting by the hour: it holds from its time to that of the next, the last one over midnight.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct HourRule {
    /// Local time such as `09:00`.
    pub from: String,
    /// What is said.
    pub say: Words,
    /// The article behind it; ours if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clause: Option<Clause>,
}

/// A festival and how it is greeted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct FestivalRule {
    /// Its id.
    pub id: Code,
    /// Its name; holidays that the table of public holidays has under it are greeted.
    pub name: Words,
    /// Month and day such as `10-01`, for one of the solar calendar: it is greeted in every year.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<String>,
    /// What is said.
    pub say: Words,
    /// The article behind it; ours if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clause: Option<Clause>,
}

/// A set phrase.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct PhraseRule {
    /// When it is said, such as `telephone`.
    pub situation: Code,
    /// What is said, with blanks: `{greeting}`, `{festival}`, `{company}`, `{agent}`, `{customer}`, `{host}`,
    /// `{department}`, `{matter}`.
    pub say: Words,
    /// The article behind it; ours if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clause: Option<Clause>,
}

/// Where words are wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Place {
    /// Bare, where a call or a text begins.
    Opening,
    /// As all that is said in a clause.
    Answer,
    /// Wherever the agent speaks.
    Speech,
}

/// How grave a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Blunt.
    Minor,
    /// Against a rule of conduct.
    Serious,
    /// Hurts a person.
    Grave,
}

/// Words that nobody says to a customer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ForbiddenRule {
    /// Its id.
    pub id: Code,
    /// What they do, such as `refusal`, `over_promise` or `abuse`.
    pub kind: Code,
    /// Where they are wrong.
    pub place: Place,
    /// How grave they are.
    pub severity: Severity,
    /// A question is fine.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub asserted: bool,
    /// They are fine if help is offered after them.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub softened: bool,
    /// The words.
    pub phrases: Vec<String>,
    /// If there are any, one of these must follow in the same clause.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub then: Vec<String>,
    /// Words that make a clause with them harmless.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unless: Vec<String>,
    /// The situation whose phrase is said instead.
    pub instead: Code,
    /// Why they are wrong.
    pub why: Words,
    /// The article behind it; ours if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clause: Option<Clause>,
}

/// Words by which a text tells who speaks in it, and what is not the whole of an answer.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Cues {
    /// Others than the desk.
    pub(super) others: Vec<String>,
    /// The desk.
    pub(super) desk: Vec<String>,
    /// Words after which a person is spoken to and does not speak.
    pub(super) towards: Vec<String>,
    /// Verbs of saying.
    pub(super) says: Vec<String>,
    /// Verbs of complaint: what is reported goes on to the end of the sentence.
    pub(super) complains: Vec<String>,
    /// Verbs of the desk.
    pub(super) answers: Vec<String>,
    /// Words about words: a quotation after them is said by nobody.
    pub(super) about_words: Vec<String>,
    /// Words that offer help.
    pub(super) help: Vec<String>,
    /// Words that leave a blunt word as bare as it was.
    pub(super) light: Vec<String>,
    /// The same where a call begins.
    pub(super) light_opening: Vec<String>,
}
