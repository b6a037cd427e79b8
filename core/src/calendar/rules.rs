//! A calendar as it is written down: raw, to be compiled.
use std::collections::BTreeMap;
use std::fmt;

use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::announcement::{Announcement, NewDays};
use super::conventions::Conventions;
use super::table::HolidayTable;
use super::zone::Zone;
use crate::clause::Words;
use crate::problem::{Problem, Problems};

/// The rules of a calendar. Everything but the zone may be absent; null and absent are the same.
///
/// Which hours a date has: its own (`days`), else those of a make-up working day (`workdays`, `table`, `announced`), else
/// none on a holiday (`holidays`, `table`, `announced`), else those of its weekday (`hours`, or those of the one of the
/// `periods` in which it lies). `breaks` are cut out last.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct CalendarRules {
    /// Name for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<Words>,
    /// Whose clocks the times and dates below are read on.
    pub time_zone: Zone,
    /// Always open. Nothing else but the zone, the label and conventions may be said then.
    #[serde(default, deserialize_with = "or_default", skip_serializing_if = "std::ops::Not::not")]
    pub round_the_clock: bool,
    /// Hours by weekday: `mon` to `sun`, ranges such as `mon-fri`, or `daily`; each weekday at most once.
    #[serde(default, deserialize_with = "or_default", skip_serializing_if = "BTreeMap::is_empty")]
    pub hours: BTreeMap<String, Vec<HoursText>>,
    /// A table of public holidays and make-up working days that we keep.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub table: Option<TableName>,
    /// Days announced since the table was made, in the order of their announcement. [`CalendarRules::extend`] adds them.
    #[serde(default, deserialize_with = "or_default", skip_serializing_if = "Vec::is_empty")]
    pub announced: Vec<Announcement>,
    /// Closed days. A month and day without year (`12-25`) comes every year.
    #[serde(default, deserialize_with = "or_default", skip_serializing_if = "Vec::is_empty")]
    pub holidays: Vec<DayEntry>,
    /// Make-up working days: open although the week or a holiday says otherwise.
    #[serde(default, deserialize_with = "or_default", skip_serializing_if = "Vec::is_empty")]
    pub workdays: Vec<DayEntry>,
    /// Hours of make-up working days; absent: those of an ordinary working day.
    #[serde(default, deserialize_with = "or_default", skip_serializing_if = "Vec::is_empty")]
    pub workday_hours: Vec<HoursText>,
    /// Hours that hold from a date on, or between dates, in place of `hours` and `workday_hours`. Of several that hold a date
    /// the one that began last has it, so a change of hours touches nothing before its day.
    #[serde(default, deserialize_with = "or_default", skip_serializing_if = "Vec::is_empty")]
    pub periods: Vec<Period>,
    /// Hours of single dates, which win over everything; an empty list closes the date.
    #[serde(default, deserialize_with = "or_default", skip_serializing_if = "BTreeMap::is_empty")]
    pub days: BTreeMap<String, Vec<HoursText>>,
    /// Closed pieces of single dates, cut out of whatever is open then.
    #[serde(default, deserialize_with = "or_default", skip_serializing_if = "BTreeMap::is_empty")]
    pub breaks: BTreeMap<String, Vec<HoursText>>,
    /// Conventions on which products differ.
    #[serde(default, deserialize_with = "or_default", skip_serializing_if = "is_default")]
    pub conventions: Conventions,
}

/// A table of public holidays that we keep.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum TableName {
    /// The State Council's arrangements, see [`super::china`].
    China,
}

/// Hours of the week for a part of time: new hours from a date on, summer hours of every year.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Period {
    /// Its first day: a date, or a month and day (`06-01`) for every year.
    pub from: String,
    /// Its last day, in the same form; absent after a date: until further notice.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    /// Hours by weekday, as in the rules.
    #[serde(default, deserialize_with = "or_default", skip_serializing_if = "BTreeMap::is_empty")]
    pub hours: BTreeMap<String, Vec<HoursText>>,
    /// Hours of make-up working days in it; absent: those of an ordinary working day of the period.
    #[serde(default, deserialize_with = "or_default", skip_serializing_if = "Vec::is_empty")]
    pub workday_hours: Vec<HoursText>,
}

/// Hours as text (`08:30-12:00`) or as a pair (`["08:30", "12:00"]`); 24:00 is allowed, a close before the open lies
/// on the next day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HoursText {
    /// Both in one text.
    Text(String),
    /// Opening and closing time.
    Pair(String, String),
}

/// A date, or named days.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DayEntry {
    /// A date: `2026-10-01`.
    Date(String),
    /// One day or a range, with a name.
    Named(NamedDays),
}

/// One day (`date`) or a range (`from` and `to`, both included), with a name.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct NamedDays {
    /// The day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<String>,
    /// The first day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// The last day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    /// What people call it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

impl CalendarRules {
    /// Rules that say nothing but the zone: never open.
    pub fn new(time_zone: Zone) -> Self {
        Self {
            label: None,
            time_zone,
            round_the_clock: false,
            hours: BTreeMap::new(),
            table: None,
            announced: Vec::new(),
            holidays: Vec::new(),
            workdays: Vec::new(),
            workday_hours: Vec::new(),
            periods: Vec::new(),
            days: BTreeMap::new(),
            breaks: BTreeMap::new(),
            conventions: Conventions::default(),
        }
    }
}

pub(super) fn or_default<'de, D: Deserializer<'de>, T: Default + Deserialize<'de>>(
    deserializer: D,
) -> Result<T, D::Error> {
    Option::<T>::deserialize(deserializer).map(Option::unwrap_or_default)
}

fn is_default(conventions: &Conventions) -> bool {
    *conventions == Conventions::default()
}

impl CalendarRules {
    /// The rules with new days of their holiday table, the day the next year is announced: `announced` gains an entry with
    /// the days that are new, the version and how far it knows. Nothing else changes; days that are known alike add
    /// nothing, and if all are, the rules come back as they were.
    ///
    /// ```
    /// use guanjia::calendar::{Calendar, CalendarRules, NewDays, TableName, Zone};
    /// let mut rules = CalendarRules::new(Zone::SHANGHAI);
    /// rules.hours.insert("mon-fri".into(), vec!["08:30-17:30".into()]);
    /// rules.table = Some(TableName::China);
    /// let new_year = NewDays::read(r#"{"known_until": "2027-01-03", "workdays": ["2026-12-27"], "holidays": [
    ///     {"from": "2027-01-01", "to": "2027-01-03", "name": "元旦"}]}"#)?;
    /// let grown = Calendar::compile(&rules.extend(&new_year)?)?;
    /// assert_eq!(grown.known_until(), "2027-01-03".parse().ok());
    /// assert_eq!(grown.table().map(|table| table.version()), Some("2027.1"));
    /// assert!(chrono::NaiveDate::from_ymd_opt(2026, 12, 27).is_some_and(|date| grown.is_working_day(date)));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// Problems of the rules; all contradictions of the days, as [`super::HolidayTable::extend`] tells them.
    pub fn extend(&self, days: &NewDays) -> Result<Self, Problems> {
        let plan = super::compile::compile(self)?;
        if self.round_the_clock {
            let problem = Problem::new("", "the calendar is open round the clock and has no holidays");
            return Err(problem.expected("a calendar with `hours`").into());
        }
        let empty = HolidayTable::empty();
        let table = plan.table.as_deref().unwrap_or(&empty);
        let growth = table.grow(days)?;
        let mut rules = self.clone();
        if growth.added > 0 || growth.table.known_until() != table.known_until() {
            rules.announced.push(growth.announcement);
        }
        Ok(rules)
    }
}

impl From<&str> for HoursText {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl Serialize for HoursText {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Text(text) => serializer.serialize_str(text),
            Self::Pair(open, close) => (open, close).serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for HoursText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Form;
        impl<'de> de::Visitor<'de> for Form {
            type Value = HoursText;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("hours such as `08:30-12:00` or [\"08:30\", \"12:00\"]")
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<HoursText, E> {
                Ok(HoursText::Text(text.to_owned()))
            }
            fn visit_seq<A: de::SeqAccess<'de>>(self, seq: A) -> Result<HoursText, A::Error> {
                let (open, close) = Deserialize::deserialize(SeqAccessDeserializer::new(seq))?;
                Ok(HoursText::Pair(open, close))
            }
        }
        deserializer.deserialize_any(Form)
    }
}

impl Serialize for DayEntry {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Date(text) => serializer.serialize_str(text),
            Self::Named(days) => days.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for DayEntry {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Form;
        impl<'de> de::Visitor<'de> for Form {
            type Value = DayEntry;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a date such as 2026-10-01, or a record with `date`, or `from` and `to`, and a `name`")
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<DayEntry, E> {
                Ok(DayEntry::Date(text.to_owned()))
            }
            fn visit_map<A: de::MapAccess<'de>>(self, map: A) -> Result<DayEntry, A::Error> {
                NamedDays::deserialize(MapAccessDeserializer::new(map)).map(DayEntry::Named)
            }
        }
        deserializer.deserialize_any(Form)
    }
}
