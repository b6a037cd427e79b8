//! What is said: phrases with their blanks filled, greetings by the hour and the festival.
use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDateTime};
use serde::{Deserialize, Serialize};

use super::Courtesy;
use super::compile::{clause_of, month_and_day};
use super::rules::{FestivalRule, PhraseRule};
use crate::calendar::{HolidayTable, TableDayKind};
use crate::clause::{Basis, Clause, Words};

/// The blanks that a phrase may have.
pub(super) const BLANKS: [&str; 8] =
    ["greeting", "festival", "company", "agent", "customer", "host", "department", "matter"];

/// A name that goes into a phrase: the same in both languages, or one for each.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(untagged)]
pub enum Name {
    /// The same in both.
    Same(String),
    /// One for each.
    Each(Words),
}

impl Name {
    fn words(&self) -> Words {
        match self {
            Self::Same(name) => Words::new(name, name),
            Self::Each(words) => words.clone(),
        }
    }
}

/// A customer as he is addressed.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Customer {
    /// Name or surname, such as `王`.
    pub name: Name,
    /// Form of address, such as `女士`; in Chinese it stands after the name.
    #[serde(default)]
    pub address: Option<String>,
}

/// What fills the blanks of a phrase; what is absent fills none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Given {
    /// The company's name; that of the rules if absent.
    pub company: Option<Name>,
    /// The agent's surname.
    pub agent: Option<Name>,
    /// The customer.
    pub customer: Option<Customer>,
    /// Whom a visitor wants to see, as he is addressed.
    pub host: Option<Name>,
    /// Who looks after the matter.
    pub department: Option<Name>,
    /// What it is about.
    pub matter: Option<Name>,
    /// The greeting of the moment; `您好` if absent.
    pub greeting: Option<Greeting>,
}

/// A greeting.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Greeting {
    /// What is said: the festival's greeting where there is a festival, else that of the hour.
    pub say: Words,
    /// The greeting of the hour.
    pub hour: Words,
    /// The festivals of the day, by id.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub festivals: Vec<String>,
    /// The article behind what is said.
    pub clause: Clause,
}

/// A phrase with its blanks filled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Phrase {
    /// When it is said.
    pub situation: String,
    /// What is said.
    pub say: Words,
    /// The article behind it, and what filled its blanks.
    pub basis: Basis,
}

/// Why there is nothing to say.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CourtesyError {
    /// No phrase for this situation.
    #[error("no phrase is said in the situation `{situation}`: there are {}", .known.join(", "))]
    Situation {
        /// What was asked for.
        situation: String,
        /// What there is.
        known: Vec<String>,
    },
    /// Every phrase of the situation has a blank that was not filled.
    #[error("the phrase for `{situation}` needs `{blank}`")]
    Blank {
        /// What was asked for.
        situation: String,
        /// What the last phrase that was tried lacks.
        blank: String,
    },
}

/// The blanks of a phrase, in order.
pub(super) fn blanks(text: &str) -> impl Iterator<Item = &str> {
    text.split('{').skip(1).filter_map(|rest| rest.split_once('}').map(|(blank, _)| blank))
}

impl Courtesy {
    /// The greeting at a local time. Festivals of the solar calendar are known by their date, all others by the holidays of
    /// `table`, and not beyond what it knows.
    ///
    /// ```
    /// use guanjia::calendar::china;
    /// use guanjia::courtesy::Courtesy;
    /// let courtesy = Courtesy::standard();
    /// let at = |text: &str| courtesy.greeting(text.parse().unwrap_or_default(), china::table()).say.zh;
    /// assert_eq!(at("2026-03-02T08:30:00"), "早上好");
    /// assert_eq!(at("2026-02-17T08:30:00"), "新年好");
    /// ```
    pub fn greeting(&self, at: NaiveDateTime, table: &HolidayTable) -> Greeting {
        let rules = &self.0.raw.hours;
        let by_time = &self.0.hours;
        // Before the first time of the day the last one of the day before still holds.
        let hour = by_time.iter().rev().find(|(from, _)| *from <= at.time()).or_else(|| by_time.last());
        let hour = hour.and_then(|(_, n)| rules.get(*n));
        let festivals: Vec<&FestivalRule> =
            self.0.raw.festivals.iter().filter(|festival| festival.falls_on(at, table)).collect();
        let (said, clause) = match festivals.first() {
            Some(first) => (joined(&festivals), first.clause.as_ref()),
            None => (hour.map(|hour| hour.say.clone()).unwrap_or_default(), hour.and_then(|hour| hour.clause.as_ref())),
        };
        Greeting {
            say: said,
            hour: hour.map(|hour| hour.say.clone()).unwrap_or_default(),
            festivals: festivals.iter().map(|festival| festival.id.to_string()).collect(),
            clause: clause_of(clause),
        }
    }

    /// What is said in a situation: the first of its phrases whose blanks can all be filled.
    ///
    /// ```
    /// use guanjia::courtesy::{Courtesy, Given, Name};
    /// let same = |name: &str| Some(Name::Same(name.to_owned()));
    /// let given = Given { company: same("阳光物业"), agent: same("陈"), ..Given::default() };
    /// let said = Courtesy::standard().phrase("telephone", &given)?;
    /// assert_eq!(said.say.zh, "您好,阳光物业,我姓陈,请问有什么可以帮助您?");
    /// # Ok::<(), guanjia::courtesy::CourtesyError>(())
    /// ```
    ///
    /// # Errors
    /// [`CourtesyError`] for a situation without phrases, or one whose blanks are not given.
    pub fn phrase(&self, situation: &str, given: &Given) -> Result<Phrase, CourtesyError> {
        let filling = self.filling(given);
        let mut lacking = None;
        let tried = self.phrases().iter().filter(|phrase| phrase.situation.as_str() == situation);
        for rule in tried {
            let unfilled = |text| blanks(text).find(|blank| !filling.contains_key(blank));
            match unfilled(&rule.say.zh).or_else(|| unfilled(&rule.say.en)) {
                Some(blank) => lacking = Some(blank.to_owned()),
                None => return Ok(filled(rule, &filling)),
            }
        }
        let situation = situation.to_owned();
        Err(match lacking {
            Some(blank) => CourtesyError::Blank { situation, blank },
            None => CourtesyError::Situation { situation, known: self.situations() },
        })
    }

    /// The situations that have phrases, each once, in order.
    pub fn situations(&self) -> Vec<String> {
        let mut known: Vec<String> = self.phrases().iter().map(|phrase| phrase.situation.to_string()).collect();
        known.sort();
        known.dedup();
        known
    }

    fn filling(&self, given: &Given) -> BTreeMap<&'static str, Words> {
        let company = given.company.as_ref().map(Name::words).or_else(|| self.0.raw.company.clone());
        let greeting = given.greeting.as_ref();
        let festival = greeting.filter(|greeting| !greeting.festivals.is_empty());
        [
            ("greeting", Some(greeting.map_or_else(|| Words::new("您好", "Hello"), |greeting| greeting.say.clone()))),
            ("festival", festival.map(|greeting| greeting.say.clone())),
            ("company", company),
            ("agent", given.agent.as_ref().map(Name::words)),
            ("customer", given.customer.as_ref().map(|customer| self.addressed(customer))),
            ("host", given.host.as_ref().map(Name::words)),
            ("department", given.department.as_ref().map(Name::words)),
            ("matter", given.matter.as_ref().map(Name::words)),
        ]
        .into_iter()
        .filter_map(|(blank, words)| Some((blank, words?)))
        .collect()
    }

    /// In Chinese the form of address stands after the name, in English before it.
    fn addressed(&self, customer: &Customer) -> Words {
        let name = customer.name.words();
        let Some(address) = &customer.address else { return name };
        let english = match self.0.raw.addresses.get(address) {
            Some(title) => format!("{title} {}", name.en),
            None => name.en,
        };
        Words::new(format!("{}{address}", name.zh), english)
    }
}

impl FestivalRule {
    fn falls_on(&self, at: NaiveDateTime, table: &HolidayTable) -> bool {
        let date = at.date();
        let by_date = self.date.as_deref().and_then(month_and_day);
        if by_date.is_some_and(|day| (day.month(), day.day()) == (date.month(), date.day())) {
            return true;
        }
        // A holiday may be that of two festivals: `国庆节、中秋节`.
        let named = |name: &str| name.split('、').any(|part| part == self.name.zh);
        table.day(date).is_some_and(|day| day.kind == TableDayKind::Holiday && named(&day.name.zh))
    }
}

/// The greetings of all festivals of a day.
fn joined(festivals: &[&FestivalRule]) -> Words {
    let all = |say: fn(&Words) -> &str, mark: &str| {
        let parts: Vec<&str> = festivals.iter().map(|festival| say(&festival.say)).collect();
        parts.join(mark)
    };
    Words::new(all(|words| &words.zh, ","), all(|words| &words.en, ", "))
}

fn filled(rule: &PhraseRule, filling: &BTreeMap<&'static str, Words>) -> Phrase {
    let mut inputs = BTreeMap::new();
    let mut fill = |text: &str, of: fn(&Words) -> &str| {
        let mut parts = text.split('{');
        let mut said = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            // Checked when it was compiled: every blank is closed, and this one is filled.
            let (blank, rest) = part.split_once('}').unwrap_or(("", part));
            if let Some(words) = filling.get(blank) {
                said.push_str(of(words));
                inputs.entry(blank.to_owned()).or_insert_with(|| words.zh.clone());
            }
            said.push_str(rest);
        }
        said
    };
    let say = Words::new(fill(&rule.say.zh, |words| &words.zh), fill(&rule.say.en, |words| &words.en));
    let basis = Basis {
        rule: format!("courtesy.phrases.{}", rule.situation),
        clause: Some(clause_of(rule.clause.as_ref())),
        inputs,
        steps: Vec::new(),
    };
    Phrase { situation: rule.situation.to_string(), say, basis }
}
