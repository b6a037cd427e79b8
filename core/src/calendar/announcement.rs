//! New days of a holiday table: as rules keep them, and as files and lists bring them.
mod ics;
mod listing;
mod names;

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::compile::Reader;
use super::rules::{DayEntry, NamedDays, or_default};
use super::table::{TableDay, TableDayKind, runs};
use crate::clause::Words;
use crate::problem::{Problem, Problems};

/// Days announced after a table was made, as the rules of a calendar keep them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Announcement {
    /// Version of the table with these days, such as `2027.1`; absent: the last year known and the next number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// The last day that is known with them; absent: the end of the last year of which they tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub known_until: Option<NaiveDate>,
    /// The notice or page that says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// Public holidays, each with its year.
    #[serde(default, deserialize_with = "or_default", skip_serializing_if = "Vec::is_empty")]
    pub holidays: Vec<DayEntry>,
    /// Make-up working days, each with its year.
    #[serde(default, deserialize_with = "or_default", skip_serializing_if = "Vec::is_empty")]
    pub workdays: Vec<DayEntry>,
}

/// New days as somebody brought them, each with its place, so that a contradiction found later can be told there.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NewDays {
    /// Version of the table with these days; absent: the last year known and the next number.
    pub version: Option<String>,
    /// The last day that is known with them; absent: the end of the last year of which they tell.
    pub known_until: Option<NaiveDate>,
    /// The notice or page that says so.
    pub source: Option<String>,
    pub(super) days: Vec<Listed>,
}

/// One day or a run of days of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Listed {
    pub(super) path: String,
    pub(super) line: Option<u32>,
    pub(super) from: NaiveDate,
    pub(super) to: NaiveDate,
    pub(super) kind: TableDayKind,
    pub(super) name: Words,
    pub(super) source: Option<String>,
}

impl Listed {
    /// A problem of this listing.
    pub(super) fn problem(&self, problem: Problem) -> Problem {
        Problem { path: self.path.clone(), line: self.line, ..problem }
    }
}

impl NewDays {
    /// Reads the text of a file: iCalendar (RFC 5545), or JSON. See [`NewDays::from_json`] for its shapes.
    ///
    /// In iCalendar each `VEVENT` has whole days: `DTSTART;VALUE=DATE`, the day after its last as `DTEND` (or a `DURATION`
    /// of days, or neither: one day), and a `SUMMARY` such as `国庆节 休`, `国庆节(班)`, `春节假期` or `上班(补春节假期)`, or
    /// the property `X-APPLE-SPECIAL-DAY`. Cancelled events are passed over. What repeats (`RRULE`, `RDATE`) is refused.
    ///
    /// # Errors
    /// Every mistake, with its line where the format has lines.
    ///
    /// ```
    /// use guanjia::calendar::NewDays;
    /// let text = "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20270101\r\nDTEND;VALUE=DATE:20270104\r\n\
    ///             SUMMARY:元旦 休\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
    /// assert_eq!(NewDays::read(text)?.dates().count(), 3);
    /// # Ok::<(), guanjia::problem::Problems>(())
    /// ```
    pub fn read(text: &str) -> Result<Self, Problems> {
        let text = text.trim_start_matches('\u{feff}');
        if text.trim_start().starts_with(['{', '[']) {
            let value = serde_json::from_str(text).map_err(|error| {
                let line = u32::try_from(error.line()).ok();
                Problem { line, ..Problem::new("", error.to_string()) }
            })?;
            return Self::from_json(&value);
        }
        ics::read(text)
    }

    /// The same days under what the caller says of them, where it says something.
    #[must_use]
    pub fn labelled(self, version: Option<String>, known_until: Option<NaiveDate>, source: Option<String>) -> Self {
        Self {
            version: version.or(self.version),
            known_until: known_until.or(self.known_until),
            source: source.or(self.source),
            days: self.days,
        }
    }

    /// Reads JSON in any of its shapes: a text, which is that of a file ([`NewDays::read`]); the record that rules keep ([`Announcement`]); an array of days
    /// (`{"date": "2027-01-01", "kind": "holiday", "name": "元旦"}`, or `from` and `to` for `date`); or the shape in which
    /// lists of one year are published (`{"year": 2027, "papers": [...], "days": [{"name": "元旦", "date": "2027-01-01",
    /// "isOffDay": true}]}`), or an array of such years.
    ///
    /// # Errors
    /// Every mistake, with its path.
    pub fn from_json(value: &Value) -> Result<Self, Problems> {
        match value {
            Value::String(text) => Self::read(text),
            value => listing::read(value),
        }
    }

    /// The dates with what each is, in the order of the list; a date may come twice.
    pub fn dates(&self) -> impl Iterator<Item = (NaiveDate, TableDayKind)> {
        let each = |listed: &Listed| {
            let (to, kind) = (listed.to, listed.kind);
            listed.from.iter_days().take_while(move |date| *date <= to).map(move |date| (date, kind))
        };
        self.days.iter().flat_map(each)
    }
}

impl TryFrom<&Announcement> for NewDays {
    type Error = Problems;
    fn try_from(announcement: &Announcement) -> Result<Self, Problems> {
        let mut reader = Reader::default();
        let mut days = Vec::new();
        for (kind, field, entries) in [
            (TableDayKind::Holiday, "holidays", &announcement.holidays),
            (TableDayKind::Workday, "workdays", &announcement.workdays),
        ] {
            for (path, from, to, name) in reader.dated(field, entries) {
                let name = name.map(|name| names::words(&name)).unwrap_or_default();
                days.push(Listed { path, line: None, from, to, kind, name, source: None });
            }
        }
        let Announcement { version, known_until, source, .. } = announcement.clone();
        reader.problems.or_ok(Self { version, known_until, source, days })
    }
}

impl Announcement {
    /// The record that rules keep of new days.
    pub(super) fn of(
        new: &BTreeMap<NaiveDate, TableDay>,
        version: String,
        known_until: Option<NaiveDate>,
        source: Option<String>,
    ) -> Self {
        let entries = |kind| {
            let of_kind = new.iter().filter(|(_, day)| day.kind == kind);
            let of_kind: BTreeMap<NaiveDate, TableDay> =
                of_kind.map(|(date, day)| (*date, TableDay { source: None, ..day.clone() })).collect();
            runs(&of_kind).into_iter().map(|(from, to, day)| entry(from, to, &day.name)).collect()
        };
        let (holidays, workdays) = (entries(TableDayKind::Holiday), entries(TableDayKind::Workday));
        let source = source.or_else(|| sources(new));
        Self { version: Some(version), known_until, source, holidays, workdays }
    }
}

/// The sources of days, each once, in one text.
fn sources(new: &BTreeMap<NaiveDate, TableDay>) -> Option<String> {
    let mut all: Vec<&str> = new.values().filter_map(|day| day.source.as_deref()).collect();
    all.dedup();
    let mut told: Vec<&str> = Vec::new();
    for source in all {
        if !told.contains(&source) {
            told.push(source);
        }
    }
    (!told.is_empty()).then(|| told.join(" "))
}

fn entry(from: NaiveDate, to: NaiveDate, name: &Words) -> DayEntry {
    let name = Some(name.zh.clone()).filter(|name| !name.is_empty());
    match (from == to, name) {
        (true, None) => DayEntry::Date(from.to_string()),
        (true, name) => DayEntry::Named(NamedDays { date: Some(from.to_string()), name, ..NamedDays::default() }),
        (false, name) => DayEntry::Named(NamedDays {
            from: Some(from.to_string()),
            to: Some(to.to_string()),
            name,
            ..NamedDays::default()
        }),
    }
}

#[cfg(test)]
mod tests;
