//! Operations on rulebooks, and the list of operations itself.
use serde::{Deserialize, Serialize};

use super::{Context, OPERATIONS, OpError};
use crate::envelope::{Rehearsal, rehearse};
use crate::problem::Problems;
use crate::rulebook::{Rulebook, STANDARD_SCENARIOS_TOML, Scenarios};

/// What `rulebook.check` takes.
#[derive(Debug, Clone, Default, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct CheckArgs {
    /// The text of a rulebook, TOML or JSON; the context's rulebook in force if absent.
    pub text: Option<String>,
    /// The text of its scenarios, TOML or JSON; the standard's own if neither text is given.
    pub scenarios: Option<String>,
}

/// What `rulebook.check` found.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CheckResult {
    /// No problem, and every scenario came out as expected.
    pub ok: bool,
    /// Id and version, if the rulebook compiles.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Name and hash, as cases are pinned.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pin: Option<String>,
    /// All problems of the rulebook.
    pub problems: Problems,
    /// All problems of the scenarios' own text.
    #[serde(skip_serializing_if = "Problems::is_empty")]
    pub scenario_problems: Problems,
    /// How the scenarios went.
    pub rehearsal: Rehearsal,
}

/// `rulebook.check`.
pub(super) fn check(context: &Context, args: &CheckArgs) -> Result<CheckResult, OpError> {
    let mut result = CheckResult {
        ok: false,
        name: None,
        pin: None,
        problems: Problems::default(),
        scenario_problems: Problems::default(),
        rehearsal: Rehearsal::default(),
    };
    let own = args.text.is_none() && context.current().pin() == Rulebook::standard().pin();
    let book = match args.text.as_deref().map(Rulebook::from_text) {
        None => context.current().clone(),
        Some(Ok(book)) => book,
        Some(Err(problems)) => {
            result.problems = problems;
            return Ok(result);
        }
    };
    let scenarios = match args.scenarios.as_deref().or(own.then_some(STANDARD_SCENARIOS_TOML)) {
        None => Ok(Scenarios::default()),
        Some(text) => Scenarios::from_text(text),
    };
    match scenarios {
        Ok(scenarios) => result.rehearsal = rehearse(&book, &scenarios, context.classifier()),
        Err(problems) => result.scenario_problems = problems,
    }
    result.ok = result.scenario_problems.is_empty() && result.rehearsal.missed.is_empty();
    result.name = Some(book.name());
    result.pin = Some(book.pin().to_owned());
    Ok(result)
}

/// What `rulebook.lint` takes.
#[derive(Debug, Clone, Default, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct LintArgs {
    /// The text of a rulebook, TOML or JSON.
    pub text: Option<String>,
    /// The name of one that the context holds; the one in force if neither is given.
    pub rulebook: Option<String>,
}

/// What `rulebook.lint` found.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct LintResult {
    /// What is allowed but probably not meant, in the order of the file.
    pub findings: Problems,
}

/// `rulebook.lint`.
pub(super) fn lint(context: &Context, args: &LintArgs) -> Result<LintResult, OpError> {
    let book = match (&args.text, &args.rulebook) {
        (Some(_), Some(_)) => return Err(OpError::argument("rulebook", "is given beside `text`: one of the two")),
        (Some(text), None) => Rulebook::from_text(text)?,
        (None, name) => context.rulebook(name.as_deref())?.clone(),
    };
    Ok(LintResult { findings: book.lint() })
}

/// What `operations.list` takes: nothing.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ListArgs {}

/// All operations.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ListResult {
    /// Name and sentence of each.
    pub operations: Vec<Listed>,
}

/// One operation.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Listed {
    /// Its name.
    pub name: &'static str,
    /// What it does.
    pub summary: &'static str,
}

/// `operations.list`.
pub(super) fn list(_: &Context, _: ListArgs) -> Result<ListResult, OpError> {
    let listed = OPERATIONS.iter().map(|operation| Listed { name: operation.name, summary: operation.summary });
    Ok(ListResult { operations: listed.collect() })
}
