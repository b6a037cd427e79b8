//! Lists of days in JSON.
use chrono::NaiveDate;
use serde_json::{Map, Value};

use super::{Announcement, Listed, NewDays, names};
use crate::calendar::table::TableDayKind;
use crate::problem::{Problem, Problems, Reading};

/// More mistakes than this are not worth a reader's time.
const MOST_PROBLEMS: usize = 100;
/// A century of holidays has no more.
const MOST_ENTRIES: usize = 10_000;
/// No holiday is longer.
const LONGEST_DAYS: i64 = 60;

/// Reads any of the shapes.
///
/// # Errors
/// Every mistake with its path.
pub(super) fn read(value: &Value) -> Result<NewDays, Problems> {
    let mut list = List::default();
    match value {
        Value::Array(items) => {
            for (n, item) in items.iter().enumerate() {
                if list.is_full() {
                    break;
                }
                list.item(&format!("[{n}]"), item);
            }
        }
        Value::Object(record) if record.contains_key("days") => list.year("", record),
        Value::Object(_) => return record(value),
        _ => list.wrong("", "is no list of days", "an array of days, or a record with `days` or `holidays`"),
    }
    list.problems.or_ok(NewDays { days: list.days, ..NewDays::default() })
}

/// The record that rules keep.
fn record(value: &Value) -> Result<NewDays, Problems> {
    let reading = Reading::<Announcement>::json(&value.to_string());
    match reading.value.filter(|_| reading.problems.is_empty()) {
        Some(announcement) => NewDays::try_from(&announcement),
        None => Err(reading.problems),
    }
}

#[derive(Default)]
struct List {
    problems: Problems,
    days: Vec<Listed>,
}

impl List {
    fn wrong(&mut self, path: &str, message: &str, expected: &str) {
        self.problems.push(Problem::new(path, message).expected(expected));
    }

    /// Whether reading on is worth nobody's time; too many days are told.
    fn is_full(&mut self) -> bool {
        if self.days.len() >= MOST_ENTRIES {
            self.wrong("", &format!("more than {MOST_ENTRIES} days"), "the holidays of some years");
            return true;
        }
        self.problems.len() >= MOST_PROBLEMS
    }

    /// A day, or a year of days.
    fn item(&mut self, path: &str, item: &Value) {
        match item {
            Value::Object(record) if record.contains_key("days") => self.year(&format!("{path}."), record),
            Value::Object(record) => self.day(path, record, None),
            _ => self.wrong(path, &format!("`{}` is no day", shown(item)), "a record with `date`, `kind` and `name`"),
        }
    }

    /// `{"year": 2027, "papers": [...], "days": [...]}`.
    fn year(&mut self, under: &str, record: &Map<String, Value>) {
        let papers: Vec<&str> = match record.get("papers") {
            Some(Value::Array(papers)) => papers.iter().filter_map(Value::as_str).collect(),
            _ => Vec::new(),
        };
        let source = (!papers.is_empty()).then(|| papers.join(" "));
        let Some(Value::Array(days)) = record.get("days") else {
            return self.wrong(&format!("{under}days"), "is no array", "an array of days");
        };
        for (n, day) in days.iter().enumerate() {
            if self.is_full() {
                break;
            }
            let path = format!("{under}days[{n}]");
            match day {
                Value::Object(day) => self.day(&path, day, source.as_deref()),
                _ => self.wrong(&path, &format!("`{}` is no day", shown(day)), "a record with `date` and `isOffDay`"),
            }
        }
    }

    fn day(&mut self, path: &str, record: &Map<String, Value>, source: Option<&str>) {
        let known = ["date", "from", "to", "kind", "isOffDay", "name", "source"];
        for key in record.keys().filter(|key| !known.contains(&key.as_str())) {
            self.wrong(
                &format!("{path}.{key}"),
                &format!("unknown field `{key}`"),
                "`date`, or `from` and `to`, `kind` and `name`",
            );
        }
        let ends = self.ends(path, record);
        let kind = self.kind(path, record);
        let name = self.text(path, record, "name").unwrap_or_default();
        let source = self.text(path, record, "source").or(source).map(str::to_owned);
        if let (Some((from, to)), Some(kind)) = (ends, kind) {
            let name = names::words(name);
            self.days.push(Listed { path: path.to_owned(), line: None, from, to, kind, name, source });
        }
    }

    fn ends(&mut self, path: &str, record: &Map<String, Value>) -> Option<(NaiveDate, NaiveDate)> {
        let has = |key: &str| record.get(key).is_some_and(|value| !value.is_null());
        match (has("date"), has("from"), has("to")) {
            (true, false, false) => self.date(path, record, "date").map(|date| (date, date)),
            (false, true, true) => {
                let (from, to) = (self.date(path, record, "from"), self.date(path, record, "to"));
                let (from, to) = (from?, to?);
                let days = to.signed_duration_since(from).num_days();
                if (0..LONGEST_DAYS).contains(&days) {
                    return Some((from, to));
                }
                let message = if days < 0 {
                    format!("`{to}` comes before `{from}`")
                } else {
                    format!("`{from}` to `{to}` is longer than {LONGEST_DAYS} days")
                };
                self.wrong(path, &message, "the first and the last day of one holiday");
                None
            }
            _ => {
                self.wrong(path, "the entry names no day, or names it twice", "`date`, or both `from` and `to`");
                None
            }
        }
    }

    fn date(&mut self, path: &str, record: &Map<String, Value>, key: &str) -> Option<NaiveDate> {
        let value = record.get(key)?;
        let date = value.as_str().filter(|text| text.len() == 10).and_then(|text| text.parse().ok());
        if date.is_none() {
            self.wrong(
                &format!("{path}.{key}"),
                &format!("`{}` is no date", shown(value)),
                "a date such as 2027-01-01",
            );
        }
        date
    }

    fn kind(&mut self, path: &str, record: &Map<String, Value>) -> Option<TableDayKind> {
        let given = |key: &str| record.get(key).filter(|value| !value.is_null());
        match (given("kind"), given("isOffDay")) {
            (None, Some(Value::Bool(off))) => Some(if *off { TableDayKind::Holiday } else { TableDayKind::Workday }),
            (Some(Value::String(kind)), None) if kind == "holiday" => Some(TableDayKind::Holiday),
            (Some(Value::String(kind)), None) if kind == "workday" => Some(TableDayKind::Workday),
            (Some(kind), None) => {
                self.wrong(
                    &format!("{path}.kind"),
                    &format!("`{}` is no kind of day", shown(kind)),
                    "`holiday` or `workday`",
                );
                None
            }
            (None, Some(off)) => {
                self.wrong(
                    &format!("{path}.isOffDay"),
                    &format!("`{}` is neither true nor false", shown(off)),
                    "true or false",
                );
                None
            }
            (None, None) => {
                self.wrong(&format!("{path}.kind"), "is missing", "`holiday` or `workday`");
                None
            }
            (Some(_), Some(_)) => {
                self.wrong(&format!("{path}.kind"), "`kind` and `isOffDay` say one thing twice", "one of the two");
                None
            }
        }
    }

    fn text<'r>(&mut self, path: &str, record: &'r Map<String, Value>, key: &str) -> Option<&'r str> {
        match record.get(key) {
            None | Some(Value::Null) => None,
            Some(Value::String(text)) => Some(text),
            Some(other) => {
                self.wrong(&format!("{path}.{key}"), &format!("`{}` is no text", shown(other)), "text");
                None
            }
        }
    }
}

/// A value as it stands, cut short.
fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => text.chars().take(40).collect(),
        other => other.to_string().chars().take(40).collect(),
    }
}
