//! Conventions on which products differ, our default first.
use std::fmt;

use serde::de::value::{MapAccessDeserializer, StrDeserializer};
use serde::{Deserialize, Deserializer, Serialize, de};

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
    /// As `same_time`, but what would fall after closing falls at closing, even where lengths roll on.
    SameTimeOrClose,
    /// So many days after the date of the start, at the time of day of the start itself, open or not; from there as
    /// `at_closing` has it: within the hours of that day, or on to the next working instant.
    StartTime,
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

/// A product whose conventions can be asked for by name. Its defects are not among them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Preset {
    /// Ours.
    Default,
    /// Zendesk and its library of business hours.
    Zendesk,
    /// Zammad, which counts with Zendesk's library.
    Zammad,
    /// GLPI.
    Glpi,
    /// Frappe Helpdesk.
    Frappe,
}

/// The conventions of a calendar: written as the name of a [`Preset`], or as a record, in which `preset` stands for what
/// it leaves out.
///
/// ```
/// use guanjia::calendar::{AtClosing, Conventions, DayMeans, Preset};
/// let zendesk: Conventions = serde_json::from_str(r#""zendesk""#)?;
/// assert_eq!(zendesk, Preset::Zendesk.conventions());
/// let own: Conventions = serde_json::from_str(r#"{ "preset": "zendesk", "at_closing": "land" }"#)?;
/// assert_eq!((own.at_closing, own.day_means), (AtClosing::Land, DayMeans::StartTime));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize)]
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

impl Preset {
    /// What the product does with working time. All of them keep hours by the date, so that a night is split at midnight
    /// and a holiday takes its own 24 hours of it.
    pub fn conventions(self) -> Conventions {
        let ours = Conventions::default();
        let by_date = Conventions { night_shift_holiday: NightShiftHoliday::CalendarDate, ..ours };
        match self {
            Self::Default => ours,
            Self::Zendesk | Self::Zammad => {
                Conventions { at_closing: AtClosing::Roll, day_means: DayMeans::StartTime, ..by_date }
            }
            Self::Glpi => Conventions {
                at_closing: AtClosing::Roll,
                day_means: DayMeans::SameTimeOrClose,
                length_means: LengthMeans::WallClock,
                ..by_date
            },
            Self::Frappe => Conventions { length_means: LengthMeans::WallClock, ..by_date },
        }
    }
}

/// Conventions as a record.
#[derive(Debug, Default, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub(crate) struct ConventionsRecord {
    /// What stands for the others that are absent; ours if this is too.
    preset: Option<Preset>,
    /// Where a budget ends that is used up exactly when business closes.
    at_closing: Option<AtClosing>,
    /// What a day of a budget means unless the budget says so itself.
    day_means: Option<DayMeans>,
    /// What a holiday does to a shift that runs over midnight.
    night_shift_holiday: Option<NightShiftHoliday>,
    /// How working time is measured where clocks change.
    length_means: Option<LengthMeans>,
}

impl From<ConventionsRecord> for Conventions {
    fn from(record: ConventionsRecord) -> Self {
        let base = record.preset.map_or_else(Self::default, Preset::conventions);
        Self {
            at_closing: record.at_closing.unwrap_or(base.at_closing),
            day_means: record.day_means.unwrap_or(base.day_means),
            night_shift_holiday: record.night_shift_holiday.unwrap_or(base.night_shift_holiday),
            length_means: record.length_means.unwrap_or(base.length_means),
        }
    }
}

impl<'de> Deserialize<'de> for Conventions {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Form;
        impl<'de> de::Visitor<'de> for Form {
            type Value = Conventions;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("the name of a preset such as `zendesk`, or a record of conventions")
            }
            fn visit_str<E: de::Error>(self, name: &str) -> Result<Conventions, E> {
                Preset::deserialize(StrDeserializer::new(name)).map(Preset::conventions)
            }
            fn visit_map<A: de::MapAccess<'de>>(self, map: A) -> Result<Conventions, A::Error> {
                ConventionsRecord::deserialize(MapAccessDeserializer::new(map)).map(Conventions::from)
            }
        }
        deserializer.deserialize_any(Form)
    }
}
