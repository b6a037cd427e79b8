//! The operations of working time: JSON in, JSON out.
use chrono::NaiveDate;
use serde::de::value::MapAccessDeserializer;
use serde::{Deserialize, Deserializer, Serialize, de};
use serde_json::Value;

use super::{Budget, Calendar, CalendarError, CalendarRules, Day, Explanation, Instant, Length, NewDays};
use crate::ident::hex;
use crate::problem::Problems;

/// Finds a calendar by name.
pub type Find<'a> = &'a dyn Fn(&str) -> Option<Calendar>;

/// A calendar by name, or its rules written out.
#[derive(Debug, Clone, PartialEq)]
pub enum CalendarRef {
    /// One that the caller's context knows.
    Name(String),
    /// Its rules.
    Rules(Box<CalendarRules>),
}

/// What an operation on working time refuses.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OperationError {
    /// No calendar has this name.
    #[error("there is no calendar `{0}`: give its rules, or the name of one that the rulebook declares")]
    Unknown(String),
    /// The rules do not compile.
    #[error("{0}")]
    Rules(Problems),
    /// The calendar has no answer.
    #[error(transparent)]
    Calendar(#[from] CalendarError),
}

impl CalendarRef {
    /// The calendar that is meant.
    ///
    /// # Errors
    /// [`OperationError::Unknown`] or [`OperationError::Rules`].
    pub fn resolve(&self, find: Find<'_>) -> Result<Calendar, OperationError> {
        match self {
            Self::Name(name) => find(name).ok_or_else(|| OperationError::Unknown(name.clone())),
            Self::Rules(rules) => Calendar::compile(rules).map_err(|problems| {
                let mut under = Problems::default();
                under.extend_under("calendar", problems);
                OperationError::Rules(under)
            }),
        }
    }
}

impl<'de> Deserialize<'de> for CalendarRef {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Form;
        impl<'de> de::Visitor<'de> for Form {
            type Value = CalendarRef;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("the name of a calendar, or its rules")
            }
            fn visit_str<E: de::Error>(self, name: &str) -> Result<CalendarRef, E> {
                Ok(CalendarRef::Name(name.to_owned()))
            }
            fn visit_map<A: de::MapAccess<'de>>(self, map: A) -> Result<CalendarRef, A::Error> {
                CalendarRules::deserialize(MapAccessDeserializer::new(map))
                    .map(|rules| CalendarRef::Rules(rules.into()))
            }
        }
        deserializer.deserialize_any(Form)
    }
}

/// What `calendar.deadline` and `calendar.explain` take.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct DeadlineArgs {
    /// The hours that count.
    pub calendar: CalendarRef,
    /// Where the budget starts.
    pub start: Instant,
    /// How much time there is; negative counts backwards.
    pub budget: Budget,
}

/// When a budget is used up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct DeadlineResult {
    /// The instant, with the offset of the calendar's zone.
    pub due: String,
    /// Whether it rests on holidays not announced yet.
    pub provisional: bool,
}

/// What `calendar.elapsed` takes.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ElapsedArgs {
    /// The hours that count.
    pub calendar: CalendarRef,
    /// From here,
    pub from: Instant,
    /// to here.
    pub to: Instant,
}

/// Working time between two instants.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ElapsedResult {
    /// How much; negative if the second instant comes first.
    pub elapsed: Length,
}

/// What the operations on one instant take.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct InstantArgs {
    /// The hours that count.
    pub calendar: CalendarRef,
    /// The instant.
    pub at: Instant,
}

/// Whether business is open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct OpenResult {
    /// The opening instant is, the closing one is not.
    pub open: bool,
}

/// An instant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct InstantResult {
    /// With the offset of the calendar's zone.
    pub at: String,
}

/// What `calendar.working_days_between` takes.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct DaysArgs {
    /// Whose working days.
    pub calendar: CalendarRef,
    /// The first date, counted.
    pub from: NaiveDate,
    /// The last one, not counted.
    pub to: NaiveDate,
}

/// A number of days.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct DaysResult {
    /// How many; negative if the second date comes first.
    pub days: i64,
}

/// What `calendar.day` takes.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct DayArgs {
    /// Whose day.
    pub calendar: CalendarRef,
    /// The date.
    pub date: NaiveDate,
}

/// What `calendar.extend` takes.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ExtendArgs {
    /// The calendar whose holiday table is to grow.
    pub calendar: CalendarRef,
    /// The new days: the text of an iCalendar or JSON file, or JSON in any of its shapes, such as an array of
    /// `{"date": "2027-01-01", "kind": "holiday", "name": "元旦"}`.
    pub days: Value,
    /// Version of the grown table, such as `2027.1`; absent: the last year known and the next number.
    #[serde(default)]
    pub version: Option<String>,
    /// The last day that is known then; absent: the end of the last year of which the list tells.
    #[serde(default)]
    pub known_until: Option<NaiveDate>,
    /// The notice or page that announces them.
    #[serde(default)]
    pub source: Option<String>,
}

/// A calendar whose holiday table has grown.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ExtendResult {
    /// Its rules, to be kept in place of the old ones; those of the calendar given are as they were.
    pub rules: CalendarRules,
    /// Version of its holiday table.
    pub version: String,
    /// The last day that it knows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub known_until: Option<NaiveDate>,
    /// SHA-256 of what the calendar says now, hexadecimal.
    pub fingerprint: String,
    /// Whether the list brought anything new.
    pub grown: bool,
}

/// `calendar.day`.
///
/// # Errors
/// [`OperationError`].
pub fn day(args: &DayArgs, find: Find<'_>) -> Result<Day, OperationError> {
    Ok(args.calendar.resolve(find)?.day(args.date))
}

/// `calendar.deadline`.
///
/// # Errors
/// [`OperationError`].
pub fn deadline(args: &DeadlineArgs, find: Find<'_>) -> Result<DeadlineResult, OperationError> {
    let calendar = args.calendar.resolve(find)?;
    let due = calendar.deadline(args.start, &args.budget)?;
    Ok(DeadlineResult { due: calendar.time_zone().format(due.at), provisional: due.provisional })
}

/// `calendar.elapsed`.
///
/// # Errors
/// [`OperationError`].
pub fn elapsed(args: &ElapsedArgs, find: Find<'_>) -> Result<ElapsedResult, OperationError> {
    Ok(ElapsedResult { elapsed: args.calendar.resolve(find)?.elapsed(args.from, args.to)? })
}

/// `calendar.explain`.
///
/// # Errors
/// [`OperationError`].
pub fn explain(args: &DeadlineArgs, find: Find<'_>) -> Result<Explanation, OperationError> {
    Ok(args.calendar.resolve(find)?.explain(args.start, &args.budget)?)
}

/// `calendar.extend`.
///
/// # Errors
/// [`OperationError`].
pub fn extend(args: &ExtendArgs, find: Find<'_>) -> Result<ExtendResult, OperationError> {
    let calendar = args.calendar.resolve(find)?;
    let ExtendArgs { version, known_until, source, .. } = args.clone();
    let grown = extended(&calendar, &args.days, |days| days.labelled(version, known_until, source))
        .map_err(OperationError::Rules)?;
    Ok(ExtendResult {
        version: grown.table().map(|table| table.version().to_owned()).unwrap_or_default(),
        known_until: grown.known_until(),
        fingerprint: hex(&grown.fingerprint()),
        grown: grown != calendar,
        rules: grown.rules().clone(),
    })
}

/// The calendar with new days in JSON, as `calendar.extend` takes them; problems have their paths under `days`.
///
/// # Errors
/// Every mistake and every contradiction.
pub fn extended(
    calendar: &Calendar,
    days: &Value,
    labelled: impl FnOnce(NewDays) -> NewDays,
) -> Result<Calendar, Problems> {
    NewDays::from_json(days).and_then(|days| calendar.extend(&labelled(days))).map_err(|problems| {
        let mut under = Problems::default();
        under.extend_under("days", problems);
        under
    })
}

/// `calendar.is_open`.
///
/// # Errors
/// [`OperationError`].
pub fn is_open(args: &InstantArgs, find: Find<'_>) -> Result<OpenResult, OperationError> {
    Ok(OpenResult { open: args.calendar.resolve(find)?.is_open(args.at)? })
}

/// `calendar.next_open`.
///
/// # Errors
/// [`OperationError`].
pub fn next_open(args: &InstantArgs, find: Find<'_>) -> Result<InstantResult, OperationError> {
    let calendar = args.calendar.resolve(find)?;
    Ok(InstantResult { at: calendar.time_zone().format(calendar.next_open(args.at)?) })
}

/// `calendar.prev_close`.
///
/// # Errors
/// [`OperationError`].
pub fn prev_close(args: &InstantArgs, find: Find<'_>) -> Result<InstantResult, OperationError> {
    let calendar = args.calendar.resolve(find)?;
    Ok(InstantResult { at: calendar.time_zone().format(calendar.prev_close(args.at)?) })
}

/// `calendar.working_days_between`.
///
/// # Errors
/// [`OperationError`].
pub fn working_days_between(args: &DaysArgs, find: Find<'_>) -> Result<DaysResult, OperationError> {
    Ok(DaysResult { days: args.calendar.resolve(find)?.working_days_between(args.from, args.to)? })
}
