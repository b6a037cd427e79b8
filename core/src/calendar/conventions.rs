//! Conventions on which products differ, our default first.
use serde::{Deserialize, Serialize};

use super::Length;

/// Where a budget ends that is used up exactly when business closes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum AtClosing {
    /// At the closing: work due at the end of Friday is due on Friday.
    #[default]
    Land,
    /// At the next opening; backwards at the closing before. A budget of nothing goes to the next opening too.
    Roll,
}

/// What a day of a budget means.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum DayMeans {
    /// Civil Code 201-203: the day of the start does not count, the last day ends when business closes.
    #[default]
    Civil,
    /// So many days after the first working instant, at its time of day, within that day's hours.
    SameTime,
    /// So many times this length of working time.
    HoursPerDay(Length),
}

/// What a holiday does to a shift that runs over midnight.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum NightShiftHoliday {
    /// A shift belongs wholly to the day on which it opens.
    #[default]
    ShiftStart,
    /// A holiday takes its own 24 hours, from the shift of the day before as well as from its own.
    CalendarDate,
}

/// How working time is measured where clocks change.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum LengthMeans {
    /// As time that passes: the Sunday on which clocks go back has 25 hours.
    #[default]
    Elapsed,
    /// As the wall clock shows it: every day has 24 hours. The laws of working time do not hold where clocks change.
    WallClock,
}

/// The conventions of a calendar.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct Conventions {
    /// Where a budget ends that is used up exactly when business closes.
    pub at_closing: AtClosing,
    /// What a day of a budget means unless the budget says so itself.
    pub day_means: DayMeans,
    /// What a holiday does to a shift that runs over midnight.
    pub night_shift_holiday: NightShiftHoliday,
    /// How working time is measured where clocks change.
    pub length_means: LengthMeans,
}
