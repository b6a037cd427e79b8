//! The operations of likeness: JSON in, JSON out.
use serde::{Deserialize, Serialize};

use super::{
    Caution, Duplicate, DuplicateOptions, Group, GroupOptions, Repeat, RepeatOptions, Row, Sketch, cautions, likeness,
};
use crate::problem::Problems;

/// What `likeness.compare` takes.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct CompareArgs {
    /// A text.
    pub one: String,
    /// Another.
    pub other: String,
}

/// How like two texts are.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CompareResult {
    /// From 0 to 1, exactly.
    pub likeness: f64,
    /// What their sketches make of it; the same for short texts.
    pub estimate: f64,
    /// What differs all the same.
    pub cautions: Vec<Caution>,
    /// The sketch of the first, to be kept.
    pub sketch: String,
}

/// What `likeness.duplicates` takes.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct DuplicatesArgs {
    /// The cases: those still open.
    pub rows: Vec<Row>,
    /// What counts as a duplicate.
    #[serde(default)]
    pub options: DuplicateOptions,
}

/// Cases that say again what earlier ones say.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct DuplicatesResult {
    /// By community, in order of time.
    pub duplicates: Vec<Duplicate>,
}

/// What `likeness.repeats` takes.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct RepeatsArgs {
    /// The cases.
    pub rows: Vec<Row>,
    /// What counts as a repeat.
    #[serde(default)]
    pub options: RepeatOptions,
}

/// Who came again about one thing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RepeatsResult {
    /// By customer, then by premises.
    pub repeats: Vec<Repeat>,
}

/// What `likeness.groups` takes.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct GroupsArgs {
    /// The cases.
    pub rows: Vec<Row>,
    /// What counts as a matter of many.
    #[serde(default)]
    pub options: GroupOptions,
}

/// Matters of many households.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct GroupsResult {
    /// By community, in order of their first case.
    pub groups: Vec<Group>,
}

/// `likeness.compare`.
pub fn compare(args: &CompareArgs) -> CompareResult {
    let (one, other) = (Sketch::of(&args.one), Sketch::of(&args.other));
    CompareResult {
        likeness: likeness(&args.one, &args.other),
        estimate: one.likeness(&other),
        cautions: cautions(&args.one, &args.other),
        sketch: one.to_string(),
    }
}

/// `likeness.duplicates`.
///
/// # Errors
/// As [`super::duplicates`], with paths into the arguments.
pub fn duplicates(args: &DuplicatesArgs) -> Result<DuplicatesResult, Problems> {
    super::duplicates(&args.rows, &args.options).map(|duplicates| DuplicatesResult { duplicates }).map_err(placed)
}

/// `likeness.repeats`.
///
/// # Errors
/// As [`super::repeats`], with paths into the arguments.
pub fn repeats(args: &RepeatsArgs) -> Result<RepeatsResult, Problems> {
    super::repeats(&args.rows, &args.options).map(|repeats| RepeatsResult { repeats }).map_err(placed)
}

/// `likeness.groups`.
///
/// # Errors
/// As [`super::groups`], with paths into the arguments.
pub fn groups(args: &GroupsArgs) -> Result<GroupsResult, Problems> {
    super::groups(&args.rows, &args.options).map(|groups| GroupsResult { groups }).map_err(placed)
}

/// What is wrong with an option lies under `options`.
fn placed(mut problems: Problems) -> Problems {
    for problem in problems.iter_mut().filter(|problem| !problem.path.starts_with("rows[")) {
        problem.path.insert_str(0, "options.");
    }
    problems
}
