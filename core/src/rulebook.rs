//! The regulations as data: load, validate, compile.
//!
//! A rulebook is TOML or JSON. All its mistakes are told at once, each with its path, its line and what would be right;
//! what is left compiles into the rules of the modules. Two rulebooks with the same content have the same hash, whatever
//! their layout, and a case names the rulebook it lives under by that hash.
//!
//! ```
//! use guanjia::rulebook::Rulebook;
//! let standard = Rulebook::standard();
//! assert!(standard.name().starts_with("standard@"));
//! let problems = Rulebook::from_toml("id = \"x\"\ncolour = \"red\"").unwrap_err();
//! assert!(problems.iter().any(|problem| problem.path == "colour" && problem.line == Some(2)));
//! ```
mod compile;
mod lint;
mod pinned;
mod raw;
mod role;
mod scenario;
mod sight;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, LazyLock};

use sha2::{Digest, Sha256};

use crate::calendar::{Calendar, HolidayTable, Length, NewDays, Zone, china};
use crate::case;
use crate::clause::{Clause, Words};
use crate::courtesy::Courtesy;
use crate::ident::Code;
use crate::people;
use crate::problem::{Lines, Problems, Reading};

pub use pinned::Pinned;
pub use raw::{
    RawCalendar, RawChannel, RawDefaults, RawDepartment, RawKind, RawLevel, RawNotice, RawPurpose, RawReason, RawRole,
    RawRulebook, RawTarget, RawTime, RawTopic,
};
pub use role::{QUESTIONS, Role};
pub use scenario::{Expectation, Scenario, Scenarios};
pub use sight::{Purpose, Sight};

/// A compiled rulebook: immutable, cheap to clone, shared between threads.
#[derive(Clone)]
pub struct Rulebook(Arc<Compiled>);

struct Compiled {
    raw: RawRulebook,
    hash: [u8; 32],
    /// Hash of the content without announced days.
    stem: [u8; 32],
    pin: Box<str>,
    zone: Zone,
    roles: BTreeMap<Code, Role>,
    purposes: BTreeMap<Code, Purpose>,
    calendars: BTreeMap<Code, Calendar>,
    case: case::Rules,
    people: people::Rules,
    courtesy: Courtesy,
    tolerance: Length,
    /// Where its parts stand in the file it was read from.
    lines: Lines,
}

impl Rulebook {
    /// Reads and compiles TOML.
    ///
    /// # Errors
    /// All problems of the text at once, with path and line.
    pub fn from_toml(text: &str) -> Result<Self, Problems> {
        Self::from_reading(Reading::toml(text))
    }

    /// Reads and compiles JSON.
    ///
    /// # Errors
    /// All problems of the text at once, with paths.
    pub fn from_json(text: &str) -> Result<Self, Problems> {
        Self::from_reading(Reading::json(text))
    }

    /// Reads either: JSON begins with a brace.
    ///
    /// # Errors
    /// All problems of the text at once.
    pub fn from_text(text: &str) -> Result<Self, Problems> {
        if text.trim_start().starts_with('{') { Self::from_json(text) } else { Self::from_toml(text) }
    }

    fn from_reading(mut reading: Reading<RawRulebook>) -> Result<Self, Problems> {
        let Some(raw) = reading.value.take() else { return Err(reading.problems) };
        match compile::compile(raw) {
            Ok(compiled) if reading.problems.is_empty() => {
                Ok(Self(Arc::new(Compiled { lines: std::mem::take(&mut reading.lines), ..compiled })))
            }
            Ok(_) => Err(reading.problems),
            Err(problems) => {
                reading.tell(problems);
                Err(reading.problems)
            }
        }
    }

    /// Compiles a rulebook that was read.
    ///
    /// # Errors
    /// All problems of the rulebook at once, with paths.
    pub fn compile(raw: RawRulebook) -> Result<Self, Problems> {
        compile::compile(raw).map(|compiled| Self(Arc::new(compiled)))
    }

    /// The standard rulebook: what eighteen published regulations add up to, the stricter reading where they differ.
    pub fn standard() -> Self {
        static STANDARD: LazyLock<Rulebook> = LazyLock::new(|| {
            #[expect(clippy::expect_used, reason = "a test compiles the embedded rulebook")]
            Rulebook::from_toml(STANDARD_TOML).expect("the embedded rulebook is right")
        });
        STANDARD.clone()
    }

    /// The rulebook with announced days in the holiday tables of its calendars: another one, since its hash differs.
    ///
    /// # Errors
    /// Days that contradict a table, with all problems.
    pub fn extend(&self, days: &NewDays) -> Result<Self, Problems> {
        let mut raw = self.0.raw.clone();
        for calendar in raw.calendars.values_mut().filter(|calendar| calendar.rules.table.is_some()) {
            calendar.rules = calendar.rules.extend(days)?;
        }
        Self::compile(raw)
    }

    /// Whether it differs from `other` in announced days alone, and its tables know no less.
    pub fn grew_from(&self, other: &Self) -> bool {
        let knows = |(id, known): (&Code, &Calendar)| {
            self.calendar(id.as_str()).is_some_and(|ours| known.known_until() <= ours.known_until())
        };
        self.hash() != other.hash() && self.0.stem == other.0.stem && other.0.calendars.iter().all(knows)
    }

    /// What is allowed but probably not meant: targets that never attach, never run or cannot be met, budgets and levels
    /// that cannot be reached, cases without a target, notices that are never sent, needs that nobody can fill, and what
    /// [`CalendarRules::lint`](crate::calendar::CalendarRules::lint) finds in each calendar. Each finding has its path, its
    /// line where the rulebook was read from TOML, and what would be right.
    ///
    /// ```
    /// use guanjia::rulebook::{Rulebook, STANDARD_TOML};
    /// let text = STANDARD_TOML.replace("metric = \"acknowledge\"\nbudget", "metric = \"answer\"\nbudget");
    /// let findings = Rulebook::from_toml(&text)?.lint();
    /// assert!(findings.iter().any(|finding| finding.message.contains("no case has the marks `rang` or `came`")));
    /// # Ok::<(), guanjia::problem::Problems>(())
    /// ```
    pub fn lint(&self) -> Problems {
        lint::lint(self)
    }

    /// As it was written.
    pub fn raw(&self) -> &RawRulebook {
        &self.0.raw
    }

    /// Id and version: `standard@1`.
    pub fn name(&self) -> String {
        format!("{}@{}", self.0.raw.id, self.0.raw.version)
    }

    /// Name and hash, as cases are pinned: `standard@1#` and sixteen hexadecimal digits.
    pub fn pin(&self) -> &str {
        &self.0.pin
    }

    /// Hash of the content, whatever its layout.
    pub fn hash(&self) -> [u8; 32] {
        self.0.hash
    }

    /// The zone in which people read times.
    pub fn time_zone(&self) -> Zone {
        self.0.zone
    }

    /// The rules of cases.
    pub fn case(&self) -> &case::Rules {
        &self.0.case
    }

    /// The rules of people and places.
    pub fn people(&self) -> &people::Rules {
        &self.0.people
    }

    /// Set phrases, greetings and forbidden words: the standard ones with what the section `courtesy` adds and strikes.
    pub fn courtesy(&self) -> &Courtesy {
        &self.0.courtesy
    }

    /// The holiday table of its calendars that knows most; China's if they have none.
    pub fn holidays(&self) -> &HolidayTable {
        let tables = self.0.calendars.values().filter_map(Calendar::table);
        tables.max_by_key(|table| table.known_until()).unwrap_or_else(|| china::table())
    }

    /// A role.
    pub fn role(&self, code: &Code) -> Option<&Role> {
        self.0.roles.get(code)
    }

    /// What personal data may be read for, by its code.
    pub fn purpose(&self, code: &Code) -> Option<&Purpose> {
        self.0.purposes.get(code)
    }

    /// A working calendar by its id.
    pub fn calendar(&self, id: &str) -> Option<&Calendar> {
        self.0.calendars.get(id)
    }

    /// How far a time may lie before the last row of a community.
    pub fn tolerance(&self) -> Length {
        self.0.tolerance
    }

    /// What a rule that notices cite says, and its article: `targets.respond.levels[0]`, `notices.major`.
    pub fn rule(&self, path: &str) -> Option<(&Words, Option<&Clause>)> {
        let mut parts = path.split('.');
        let (family, id) = (parts.next()?, parts.next()?);
        match family {
            "targets" => {
                let rule = self.0.case.targets.iter().find(|rule| rule.id().as_str() == id)?;
                Some((&rule.label, rule.clause.as_ref()))
            }
            "notices" => {
                let rule = self.0.case.notices.iter().find(|rule| rule.id.as_str() == id)?;
                Some((&rule.label, rule.clause.as_ref()))
            }
            _ => None,
        }
    }
}

/// The text of the standard rulebook.
pub const STANDARD_TOML: &str = include_str!("../data/rulebooks/standard.toml");

/// The scenarios beside the standard rulebook.
pub const STANDARD_SCENARIOS_TOML: &str = include_str!("../data/rulebooks/standard.scenarios.toml");

impl fmt::Debug for Rulebook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Rulebook").field(&self.pin()).finish()
    }
}

/// Hash of the content without announced days.
fn stem(raw: &RawRulebook) -> Option<[u8; 32]> {
    let announced = |calendar: &RawCalendar| !calendar.rules.announced.is_empty();
    raw.calendars.values().any(announced).then(|| {
        let mut raw = raw.clone();
        raw.calendars.values_mut().for_each(|calendar| calendar.rules.announced.clear());
        hash(&raw)
    })
}

/// Hash of the content: of its canonical JSON.
fn hash(raw: &RawRulebook) -> [u8; 32] {
    let canonical = serde_json::to_value(raw).map(|value| value.to_string()).unwrap_or_default();
    Sha256::digest(canonical).into()
}

#[cfg(test)]
mod tests;
