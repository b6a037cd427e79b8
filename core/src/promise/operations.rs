//! The operation of promises: JSON in, JSON out.
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Hours, Part, Promise, read_with};
use crate::calendar::Instant;
use crate::calendar::operations::{CalendarRef, Find, OperationError};

/// What `promise.read` takes.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ReadArgs {
    /// A note or a reply.
    pub text: String,
    /// When it was said.
    pub at: Instant,
    /// The hours in which those who promise work.
    pub calendar: CalendarRef,
    /// Other bounds of parts of the day, such as `{"evening": "18:30-21:00"}`.
    #[serde(default)]
    pub parts: BTreeMap<Part, String>,
}

/// The promises of a text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ReadResult {
    /// In the order of the text.
    pub promises: Vec<Promise>,
}

/// `promise.read`.
///
/// # Errors
/// As [`read_with`]; a calendar that is not known or does not compile; bounds that are no hours.
pub fn read(args: &ReadArgs, find: Find<'_>) -> Result<ReadResult, OperationError> {
    let hours = Hours::read(&args.parts).map_err(OperationError::Rules)?;
    let calendar = args.calendar.resolve(find)?;
    Ok(ReadResult { promises: read_with(&args.text, args.at, &calendar, &hours)? })
}
