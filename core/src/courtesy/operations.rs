//! The operations of courtesy: JSON in, JSON out.
use serde::{Deserialize, Serialize};

use super::{Courtesy, CourtesyError, Customer, Finding, Given, Greeting, Name, Phrase, TextKind};
use crate::calendar::{HolidayTable, Instant, Zone};

/// What `courtesy.check` takes.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct CheckArgs {
    /// What is checked.
    pub text: String,
    /// What kind of text it is; a reply if absent.
    #[serde(default = "reply")]
    pub kind: TextKind,
    /// The rulebook whose courtesy holds; the one in force if absent.
    #[serde(default)]
    pub rulebook: Option<String>,
}

fn reply() -> TextKind {
    TextKind::Reply
}

/// What `courtesy.check` finds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CheckResult {
    /// In the order of the text.
    pub findings: Vec<Finding>,
}

/// What `courtesy.greeting` takes.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct GreetingArgs {
    /// When people are greeted.
    pub at: Instant,
    /// The rulebook whose courtesy, zone and holidays hold; the one in force if absent.
    #[serde(default)]
    pub rulebook: Option<String>,
}

/// What `courtesy.phrase` takes.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct PhraseArgs {
    /// When it is said, such as `telephone`.
    pub situation: String,
    /// The company's name; that of the rulebook if absent.
    #[serde(default)]
    pub company: Option<Name>,
    /// The agent's surname.
    #[serde(default)]
    pub agent: Option<Name>,
    /// The customer.
    #[serde(default)]
    pub customer: Option<Customer>,
    /// Whom a visitor wants to see, as he is addressed.
    #[serde(default)]
    pub host: Option<Name>,
    /// Who looks after the matter.
    #[serde(default)]
    pub department: Option<Name>,
    /// What it is about.
    #[serde(default)]
    pub matter: Option<Name>,
    /// When it is said: the greeting follows from it.
    #[serde(default)]
    pub at: Option<Instant>,
    /// The rulebook whose courtesy, zone and holidays hold; the one in force if absent.
    #[serde(default)]
    pub rulebook: Option<String>,
}

/// `courtesy.check`.
pub fn check(args: &CheckArgs, courtesy: &Courtesy) -> CheckResult {
    CheckResult { findings: courtesy.check(&args.text, args.kind) }
}

/// `courtesy.greeting`, in the zone and by the holidays given.
pub fn greeting(args: &GreetingArgs, courtesy: &Courtesy, zone: Zone, table: &HolidayTable) -> Greeting {
    courtesy.greeting(zone.local(args.at), table)
}

/// `courtesy.phrase`, in the zone and by the holidays given.
///
/// # Errors
/// [`CourtesyError`].
pub fn phrase(
    args: &PhraseArgs,
    courtesy: &Courtesy,
    zone: Zone,
    table: &HolidayTable,
) -> Result<Phrase, CourtesyError> {
    let PhraseArgs { situation, company, agent, customer, host, department, matter, at, rulebook: _ } = args.clone();
    let greeting = at.map(|at| courtesy.greeting(zone.local(at), table));
    courtesy.phrase(&situation, &Given { company, agent, customer, host, department, matter, greeting })
}
