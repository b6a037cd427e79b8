//! The registry of operations: the JSON face of everything that keeps no state.
//!
//! An operation has a name, a sentence and a function from arguments to a result, the same in Rust, C (`gj_call`) and
//! Python (`guanjia.call`). Operations run in a [`Context`] that holds compiled rulebooks by name and version.
//!
//! ```
//! use guanjia::ops::{Context, call};
//! let answer = call(&Context::standard(), "calendar.deadline", r#"{
//!     "calendar": "office", "start": "2026-02-13T17:00:00+08:00", "budget": "4 h"
//! }"#)?;
//! assert_eq!(answer, r#"{"due":"2026-02-14T11:30:00+08:00","provisional":false}"#);
//! # Ok::<(), guanjia::ops::OpError>(())
//! ```
mod case;
mod context;
pub mod desk;
mod error;
mod routing;
mod rules;
mod sla;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::problem::{quoted_after, said};
use crate::{calendar, classify, courtesy, likeness, money, promise, text};

pub use case::{ClocksArgs, ClocksResult, EventJson, HeadJson, StepArgs, StepResult, WakeArgs};
pub use context::Context;
pub use error::{ErrorKind, OpError};
pub use routing::{RoutedLabels, TextArgs};
pub use rules::{CheckArgs, CheckResult, LintArgs, LintResult, ListArgs, ListResult, Listed};
pub use sla::{ExplainArgs, ExplainResult, LineArgs, LineResult, TargetSpec};

/// A named, documented operation.
#[derive(Debug, Clone, Copy)]
pub struct Operation {
    /// Its name, such as `calendar.deadline`.
    pub name: &'static str,
    /// What it does, in one sentence.
    pub summary: &'static str,
    run: fn(&Context, &str) -> Result<String, OpError>,
    #[cfg(feature = "schema")]
    schema: fn(&mut schemars::SchemaGenerator) -> [schemars::Schema; 2],
}

#[cfg(feature = "schema")]
impl Operation {
    /// The schemas of its arguments and its result.
    pub fn schemas(&self, generator: &mut schemars::SchemaGenerator) -> [schemars::Schema; 2] {
        (self.schema)(generator)
    }
}

/// One line per operation: name, sentence, arguments, result, function.
macro_rules! operations {
    ($($name:literal, $summary:literal, $args:ty, $result:ty, $run:expr;)*) => {
        /// All operations, by name.
        pub const OPERATIONS: &[Operation] = &[$(
            Operation {
                name: $name,
                summary: $summary,
                run: |context, args| run::<$args, $result>(context, args, $run),
                #[cfg(feature = "schema")]
                schema: |generator| [generator.subschema_for::<$args>(), generator.subschema_for::<$result>()],
            },
        )*];
    };
}

operations! {
    "calendar.day", "What kind of day a date is, its name and the notice behind it, and its hours.",
        calendar::operations::DayArgs, calendar::Day,
        |context, args| Ok(calendar::operations::day(&args, &|name| context.calendar(name))?);
    "calendar.deadline", "The instant at which a budget of working time that starts at an instant is used up.",
        calendar::operations::DeadlineArgs, calendar::operations::DeadlineResult,
        |context, args| Ok(calendar::operations::deadline(&args, &|name| context.calendar(name))?);
    "calendar.elapsed", "The working time between two instants, negative if the second comes first.",
        calendar::operations::ElapsedArgs, calendar::operations::ElapsedResult,
        |context, args| Ok(calendar::operations::elapsed(&args, &|name| context.calendar(name))?);
    "calendar.explain", "A due time with every stretch counted and skipped, each with its reason.",
        calendar::operations::DeadlineArgs, calendar::Explanation,
        |context, args| Ok(calendar::operations::explain(&args, &|name| context.calendar(name))?);
    "calendar.extend", "The rules of a calendar whose holiday table knows new days; the calendar given stays as it is.",
        calendar::operations::ExtendArgs, calendar::operations::ExtendResult,
        |context, args| Ok(calendar::operations::extend(&args, &|name| context.calendar(name))?);
    "calendar.is_open", "Whether an instant is working time.",
        calendar::operations::InstantArgs, calendar::operations::OpenResult,
        |context, args| Ok(calendar::operations::is_open(&args, &|name| context.calendar(name))?);
    "calendar.next_open", "The instant itself if it is working time, else the next opening.",
        calendar::operations::InstantArgs, calendar::operations::InstantResult,
        |context, args| Ok(calendar::operations::next_open(&args, &|name| context.calendar(name))?);
    "calendar.prev_close", "The instant itself if work goes on just before it, else the last closing.",
        calendar::operations::InstantArgs, calendar::operations::InstantResult,
        |context, args| Ok(calendar::operations::prev_close(&args, &|name| context.calendar(name))?);
    "calendar.working_days_between", "The working days from one date to another, the second not counted.",
        calendar::operations::DaysArgs, calendar::operations::DaysResult,
        |context, args| Ok(calendar::operations::working_days_between(&args, &|name| context.calendar(name))?);
    "case.clocks", "The clocks of a case as they stand at an instant.", ClocksArgs, ClocksResult,
        |context, args| case::clocks(context, &args);
    "case.step", "One command taken by one case: what a host with its own tables keeps.", StepArgs, StepResult, case::step;
    "case.wake", "What time alone brings to a case up to an instant.", WakeArgs, StepResult, case::wake;
    "classify.explain", "The labels of what a resident wrote, and what spoke for each: spans with weights that add up to the score.",
        classify::operations::ExplainArgs, classify::Why,
        |context, args| Ok(classify::operations::explain(&args, context.classifier()));
    "classify.text", "Kind, topic, urgency and weight of what a resident wrote, each with its confidence, and who deals with it.",
        TextArgs, RoutedLabels, |context, args| routing::text(context, &args);
    "classify.uncertain", "Which texts are most worth labelling by hand: those the classifier is least sure of.",
        classify::operations::UncertainArgs, classify::operations::UncertainResult,
        |context, args| Ok(classify::operations::uncertain(&args, context.classifier()));
    "courtesy.check", "What in a reply, a note or a transcript should not have been said, and what is said instead.",
        courtesy::operations::CheckArgs, courtesy::operations::CheckResult,
        |context, args| {
            let book = context.rulebook(args.rulebook.as_deref())?;
            Ok(courtesy::operations::check(&args, book.courtesy()))
        };
    "courtesy.greeting", "How people are greeted at an instant: by the hour, or by the festival.",
        courtesy::operations::GreetingArgs, courtesy::Greeting,
        |context, args| {
            let book = context.rulebook(args.rulebook.as_deref())?;
            Ok(courtesy::operations::greeting(&args, book.courtesy(), book.time_zone(), book.holidays()))
        };
    "courtesy.phrase", "What is said in a situation, with its blanks filled.",
        courtesy::operations::PhraseArgs, courtesy::Phrase,
        |context, args| {
            let book = context.rulebook(args.rulebook.as_deref())?;
            Ok(courtesy::operations::phrase(&args, book.courtesy(), book.time_zone(), book.holidays())?)
        };
    "likeness.compare", "How like two texts are, and what differs all the same.",
        likeness::operations::CompareArgs, likeness::operations::CompareResult,
        |_, args| Ok(likeness::operations::compare(&args));
    "likeness.duplicates", "The cases that say again what an earlier one of their community says.",
        likeness::operations::DuplicatesArgs, likeness::operations::DuplicatesResult,
        |_, args| Ok(likeness::operations::duplicates(&args)?);
    "likeness.groups", "The matters about which many households of a community speak within a time.",
        likeness::operations::GroupsArgs, likeness::operations::GroupsResult,
        |_, args| Ok(likeness::operations::groups(&args)?);
    "likeness.repeats", "The cases that come again from one customer, or one premises, about one thing.",
        likeness::operations::RepeatsArgs, likeness::operations::RepeatsResult,
        |_, args| Ok(likeness::operations::repeats(&args)?);
    "money.apportion", "A sum divided by weights so that the shares add up to it.",
        money::operations::ApportionArgs, money::operations::ApportionResult,
        |_, args| Ok(money::operations::apportion_shares(&args)?);
    "operations.list", "All operations with a sentence each.", ListArgs, ListResult, rules::list;
    "promise.read", "The times promised in a note or a reply, each with the instant it binds to, or what to ask back.",
        promise::operations::ReadArgs, promise::operations::ReadResult,
        |context, args| Ok(promise::operations::read(&args, &|name| context.calendar(name))?);
    "rulebook.check", "Every problem of a rulebook at once, and its scenarios run.", CheckArgs, CheckResult,
        |context, args| rules::check(context, &args);
    "rulebook.lint", "What a rulebook allows but probably does not mean, each finding with what would be right.",
        LintArgs, LintResult, |context, args| rules::lint(context, &args);
    "sla.clocks", "Clocks over a line of time of a host without cases.", LineArgs, LineResult, sla::clocks;
    "sla.explain", "Why clocks over a line of time are due when they are: every stretch counted, skipped and paused.",
        ExplainArgs, ExplainResult, sla::explain;
    "text.decode", "Bytes of GB18030, GBK or GB 2312 as text, or every place that is none of it.",
        text::operations::Bytes, text::operations::Decoded, |_, args| Ok(text::operations::decode(&args)?);
    "text.encode", "A text as bytes of GB18030 or GBK, or every character that does not fit.",
        text::operations::EncodeArgs, text::operations::Bytes, |_, args| Ok(text::operations::encode(&args)?);
    "text.mask", "Texts with their personal data hidden by stars or behind consistent stand-ins.",
        text::operations::MaskArgs, text::operations::MaskResult, |_, args| Ok(text::operations::mask(&args)?);
    "text.misread", "Whether a text is probably another one read in the wrong charset, with its other reading.",
        text::operations::OfText, text::operations::MisreadResult, |_, args| Ok(text::operations::misread(&args));
    "text.name", "A person's name in the form in which it is kept, and what of it GBK cannot hold.",
        text::operations::OfText, text::operations::NameResult, |_, args| Ok(text::operations::name(&args));
    "text.normalise", "A text in the form in which it is compared, with the way back to the original.",
        text::operations::OfText, text::operations::Normalised, |_, args| Ok(text::operations::normalise(&args));
    "text.personal", "Personal data in a text: what, where, and whether a check speaks for it.",
        text::operations::OfText, text::operations::PersonalResult, |_, args| Ok(text::operations::personal(&args));
}

/// Runs an operation: JSON arguments in, JSON result out.
///
/// # Errors
/// An unknown name, arguments that do not fit, or what the operation refuses.
pub fn call(context: &Context, name: &str, args: &str) -> Result<String, OpError> {
    match OPERATIONS.iter().find(|operation| operation.name == name) {
        Some(operation) => (operation.run)(context, args),
        None => Err(OpError::unknown_operation(name)),
    }
}

fn run<A: DeserializeOwned, R: Serialize>(
    context: &Context,
    args: &str,
    work: impl Fn(&Context, A) -> Result<R, OpError>,
) -> Result<String, OpError> {
    let args = if args.trim().is_empty() { "{}" } else { args };
    let args = read_json::<A>(args)?;
    let result = work(context, args)?;
    serde_json::to_string(&result).map_err(|error| OpError::internal(&error.to_string()))
}

/// Reads a record from JSON, and says where it does not fit.
///
/// # Errors
/// The path and the mistake.
pub fn read_json<T: DeserializeOwned>(text: &str) -> Result<T, OpError> {
    // A derived reader would take an array as a record's fields in order.
    if text.trim_start().starts_with('[') {
        return Err(OpError::argument("", "is an array where a record `{...}` is meant"));
    }
    read_any(text)
}

/// Reads whatever form `T` has.
fn read_any<T: DeserializeOwned>(text: &str) -> Result<T, OpError> {
    let mut reader = serde_json::Deserializer::from_str(text);
    let value = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        let message = said(&error.inner().to_string());
        let path = error.path().to_string();
        let path = if path == "." { String::new() } else { path };
        let path = match quoted_after(&message, "missing field `") {
            Some(field) if path.is_empty() => field,
            Some(field) => format!("{path}.{field}"),
            None => path,
        };
        OpError::argument(&path, &message)
    })?;
    reader.end().map_err(|error| OpError::argument("", &error.to_string()))?;
    Ok(value)
}
