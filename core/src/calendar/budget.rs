//! How much time there is: a length, or days.
use std::fmt;
use std::str::FromStr;

use serde::de::value::MapAccessDeserializer;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::conventions::DayMeans;
use super::{Length, LengthError};

/// A budget. Text forms: `PT4H`, `15 min`, `5 working_days`, `3 days`; with options a record such as
/// `{"working_days": 5, "means": "same_time", "land": "close"}`.
///
/// ```
/// use guanjia::calendar::Budget;
/// let week: Budget = "5 working days".parse()?;
/// assert_eq!(week.to_string(), "5 working_days");
/// # Ok::<(), guanjia::calendar::BudgetError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Budget {
    /// Working time.
    Length(Length),
    /// Days on which business is open.
    WorkingDays(DayBudget),
    /// All days; a last day that is off moves on.
    Days(DayBudget),
}

/// A number of days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct DayBudget {
    /// How many; negative counts backwards.
    pub count: i32,
    /// What a day means; absent: as the calendar's conventions say.
    pub means: Option<DayMeans>,
    /// Where within its last day it ends; absent: as `means` has it.
    pub land: Option<Land>,
}

/// Where within its last day a day budget ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Land {
    /// When business closes.
    Close,
}

/// Why a text or record is no budget.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BudgetError {
    /// Neither a length nor days.
    #[error("`{0}` is no budget: write a length such as `4 h` or PT4H, or days such as `5 working_days` or `3 days`")]
    Text(String),
    /// A record without exactly one of the two counts.
    #[error("a budget of days has either `working_days` or `days`")]
    Count,
}

impl DayBudget {
    /// So many days, as the calendar's conventions have them.
    pub const fn new(count: i32) -> Self {
        Self { count, means: None, land: None }
    }

    fn is_plain(&self) -> bool {
        self.means.is_none() && self.land.is_none()
    }
}

impl Budget {
    /// The days of a day budget.
    pub fn days(&self) -> Option<&DayBudget> {
        match self {
            Self::Length(_) => None,
            Self::WorkingDays(days) | Self::Days(days) => Some(days),
        }
    }
}

impl From<Length> for Budget {
    fn from(length: Length) -> Self {
        Self::Length(length)
    }
}

/// The text form; what a record adds to it is not shown.
impl fmt::Display for Budget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Length(length) => length.fmt(f),
            Self::WorkingDays(days) => write!(f, "{} working_days", days.count),
            Self::Days(days) => write!(f, "{} days", days.count),
        }
    }
}

impl FromStr for Budget {
    type Err = BudgetError;
    fn from_str(text: &str) -> Result<Self, BudgetError> {
        let refuse = || BudgetError::Text(text.to_owned());
        let (number, unit) = text.trim().split_once(' ').unwrap_or((text, ""));
        let days = || number.parse().map(DayBudget::new).map_err(|_| refuse());
        match unit.trim() {
            "day" | "days" => days().map(Self::Days),
            "working_day" | "working_days" | "working day" | "working days" => days().map(Self::WorkingDays),
            _ => text.parse().map(Self::Length).map_err(|LengthError::Text(_)| refuse()),
        }
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Record {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    working_days: Option<i32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    days: Option<i32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    means: Option<DayMeans>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    land: Option<Land>,
}

impl Record {
    fn read(self) -> Result<Budget, BudgetError> {
        let days = |count| DayBudget { count, means: self.means, land: self.land };
        match (self.working_days, self.days) {
            (Some(count), None) => Ok(Budget::WorkingDays(days(count))),
            (None, Some(count)) => Ok(Budget::Days(days(count))),
            _ => Err(BudgetError::Count),
        }
    }
}

impl Serialize for Budget {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.days().filter(|days| !days.is_plain()) {
            None => serializer.collect_str(self),
            Some(days) => {
                let working = matches!(self, Self::WorkingDays(_));
                Record {
                    working_days: working.then_some(days.count),
                    days: (!working).then_some(days.count),
                    means: days.means,
                    land: days.land,
                }
                .serialize(serializer)
            }
        }
    }
}

impl<'de> Deserialize<'de> for Budget {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Form;
        impl<'de> de::Visitor<'de> for Form {
            type Value = Budget;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a budget such as `4 h`, PT4H, `5 working_days`, `3 days`, or a record of days")
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<Budget, E> {
                text.parse().map_err(E::custom)
            }
            fn visit_map<A: de::MapAccess<'de>>(self, map: A) -> Result<Budget, A::Error> {
                Record::deserialize(MapAccessDeserializer::new(map))?.read().map_err(de::Error::custom)
            }
        }
        deserializer.deserialize_any(Form)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_is_read_and_the_shortest_is_written() {
        for (read, written) in [
            (r#""4 h""#, r#""PT4H""#),
            (r#""5 working days""#, r#""5 working_days""#),
            (r#""1 working_day""#, r#""1 working_days""#),
            (r#""-7 days""#, r#""-7 days""#),
            (r#"{"days":3}"#, r#""3 days""#),
            (
                r#"{"working_days":5,"means":"same_time","land":"close"}"#,
                r#"{"working_days":5,"means":"same_time","land":"close"}"#,
            ),
            (r#"{"days":2,"means":{"hours_per_day":"8 h"}}"#, r#"{"days":2,"means":{"hours_per_day":"PT8H"}}"#),
        ] {
            let budget: Budget = serde_json::from_str(read).unwrap();
            assert_eq!(serde_json::to_string(&budget).unwrap(), written);
        }
    }

    #[test]
    fn what_is_no_budget_is_refused() {
        for text in [r#""5""#, r#""x days""#, r#""5 weeks""#, "{}", r#"{"days":1,"working_days":1}"#, r#"{"day":1}"#] {
            assert!(serde_json::from_str::<Budget>(text).is_err(), "{text}");
        }
    }
}
