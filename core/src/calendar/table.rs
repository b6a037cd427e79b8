//! A table of public holidays as a value, and how it grows the day the next year is announced.
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use chrono::{Datelike, Days, NaiveDate, Weekday};
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::announcement::{Announcement, Listed, NewDays};
use super::kernel::{FIRST_YEAR, LAST_YEAR};
use crate::clause::Words;
use crate::problem::{Problem, Problems};

/// From this day of December on a year still waits for the notice of the next, which may lay the New Year's make-up days
/// there.
const OPEN_FROM: u32 = 25;
/// A version is a label, no text.
const LONGEST_VERSION: usize = 64;

/// What a table makes of a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum TableDayKind {
    /// A public holiday.
    Holiday,
    /// A make-up working day.
    Workday,
}

/// A day on which a table departs from the week.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableDay {
    /// Holiday or make-up working day.
    pub kind: TableDayKind,
    /// Name of the holiday, or of the one a make-up day is worked for; empty if the list gave none.
    pub name: Words,
    /// The notice or page that says so, if the list told it.
    pub source: Option<String>,
}

/// Public holidays and make-up working days, immutable: a grown table is another one. What it does not name is as the week
/// has it. Two are equal if they know the same days as far.
#[derive(Clone)]
pub struct HolidayTable {
    id: String,
    version: String,
    known_until: Option<NaiveDate>,
    days: BTreeMap<NaiveDate, Arc<TableDay>>,
    digest: [u8; 32],
}

/// A grown table, and what made it grow: the new days alone.
#[derive(Debug)]
pub(super) struct Growth {
    pub(super) table: HolidayTable,
    pub(super) announcement: Announcement,
    pub(super) added: usize,
}

/// A festival that the statute fixes, and when in the year it falls.
struct Festival {
    name: &'static str,
    from: (u32, u32),
    to: (u32, u32),
}

/// Days off that no year lacks since 2008. The Mid-Autumn Festival may fall on the National Day.
const STATUTORY: [Festival; 6] = [
    Festival { name: "元旦 (New Year's Day)", from: (1, 1), to: (1, 1) },
    Festival { name: "春节 (Spring Festival)", from: (1, 21), to: (2, 21) },
    Festival { name: "清明节 (Qingming Festival)", from: (4, 4), to: (4, 6) },
    Festival { name: "劳动节 (Labour Day)", from: (5, 1), to: (5, 1) },
    Festival { name: "端午节 (Dragon Boat Festival)", from: (5, 27), to: (6, 26) },
    Festival { name: "国庆节 (National Day)", from: (10, 1), to: (10, 1) },
];

/// What a table makes of a date.
enum Says {
    /// This, whether it names the day or leaves it to the week.
    Known(TableDayKind),
    /// Not yet known.
    Open,
    /// Before its first year.
    Before(NaiveDate),
}

impl HolidayTable {
    pub(super) fn new(
        id: &str,
        version: &str,
        known_until: Option<NaiveDate>,
        days: BTreeMap<NaiveDate, Arc<TableDay>>,
    ) -> Self {
        let digest = digest(known_until, &days);
        Self { id: id.to_owned(), version: version.to_owned(), known_until, days, digest }
    }

    /// A table that knows nothing yet.
    pub fn empty() -> Self {
        Self::new("", "", None, BTreeMap::new())
    }

    /// Its name in rules, such as `china`; empty for one that a company builds itself.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Its version, such as `2026.1`: the last year known and the edition of it.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// The last day it knows; `None` if it knows nothing.
    pub fn known_until(&self) -> Option<NaiveDate> {
        self.known_until
    }

    /// What it says about `date`, if anything.
    pub fn day(&self, date: NaiveDate) -> Option<&TableDay> {
        self.days.get(&date).map(Arc::as_ref)
    }

    /// All days it names, in order.
    pub fn days(&self) -> impl DoubleEndedIterator<Item = (NaiveDate, &TableDay)> {
        self.days.iter().map(|(date, day)| (*date, day.as_ref()))
    }

    /// SHA-256 of what it knows; names, sources and the version are no part of it.
    pub(super) fn digest(&self) -> &[u8; 32] {
        &self.digest
    }

    /// The table with new days. A day known alike is fine; what it says of other known days cannot be changed, except from
    /// 25 December of the last known year on, where the notice of the next year may put make-up days.
    ///
    /// # Errors
    /// All contradictions: a day that the list has as holiday and as working day, or that the table knows otherwise; a year
    /// left out, or (in the table `china`) one without a statutory holiday; a version that the table has already.
    pub fn extend(&self, days: &NewDays) -> Result<Self, Problems> {
        self.grow(days).map(|growth| growth.table)
    }

    pub(super) fn grow(&self, given: &NewDays) -> Result<Growth, Problems> {
        let mut problems = Problems::default();
        if given.days.is_empty() && given.known_until.is_none() {
            problems.push(Problem::new("", "the list names no day").expected("the holidays of a year"));
        }
        let listed = listed(given, &mut problems);
        let reaches_on =
            listed.keys().next_back().is_some_and(|last| self.known_until.is_none_or(|known| *last > known));
        let mut new = BTreeMap::new();
        for (date, (day, listing)) in &listed {
            match self.says(*date, reaches_on) {
                Says::Open => _ = new.insert(*date, day.clone()),
                Says::Known(kind) if kind == day.kind => {}
                Says::Known(_) => problems.push(listing.problem(self.otherwise(*date, day.kind))),
                Says::Before(begin) => {
                    let message = format!("`{date}` lies before {begin}, where the table begins");
                    problems.push(listing.problem(Problem::new("", message)));
                }
            }
        }
        let known_until = self.grown_until(given, &new, &mut problems);
        let mut days = self.days.clone();
        days.extend(new.iter().map(|(date, day)| (*date, Arc::new(day.clone()))));
        let moves = !new.is_empty() || known_until != self.known_until;
        let version = if moves { self.next_version(given, known_until, &mut problems) } else { self.version.clone() };
        let table = Self::new(&self.id, &version, known_until, days);
        if problems.is_empty() {
            table.whole_after(self.known_until, &mut problems);
        }
        let announcement = Announcement::of(&new, version, known_until, given.source.clone());
        problems.or_ok(Growth { table, announcement, added: new.len() })
    }

    fn says(&self, date: NaiveDate, reaches_on: bool) -> Says {
        let Some(known_until) = self.known_until else { return Says::Open };
        let begin = self.days.keys().next().and_then(|first| NaiveDate::from_yo_opt(first.year(), 1));
        if let Some(begin) = begin.filter(|begin| date < *begin) {
            return Says::Before(begin);
        }
        if date > known_until {
            return Says::Open;
        }
        if let Some(day) = self.day(date) {
            return Says::Known(day.kind);
        }
        let end_of_year = (date.year(), date.month()) == (known_until.year(), 12) && date.day() >= OPEN_FROM;
        if end_of_year && reaches_on { Says::Open } else { Says::Known(of_the_week(date)) }
    }

    fn otherwise(&self, date: NaiveDate, said: TableDayKind) -> Problem {
        let known = match self.day(date) {
            Some(day) => format!(
                "{}{}",
                day.kind,
                Some(&day.name.zh).filter(|name| !name.is_empty()).map(|name| format!(", {name}")).unwrap_or_default()
            ),
            None if of_the_week(date) == TableDayKind::Holiday => "an ordinary weekend".to_owned(),
            None => "an ordinary working day".to_owned(),
        };
        let message = format!("`{date}` is {said} here, but the table ({self}) knows it as {known}");
        Problem::new("", message).expected("the day as it is known; hours of your own belong in `days` of the rules")
    }

    /// How far the grown table knows: as far as the list says, else to the end of its last year.
    fn grown_until(
        &self,
        given: &NewDays,
        new: &BTreeMap<NaiveDate, TableDay>,
        problems: &mut Problems,
    ) -> Option<NaiveDate> {
        let last = new.keys().next_back().copied();
        let end = |date: NaiveDate| NaiveDate::from_ymd_opt(date.year(), 12, 31);
        let until = given.known_until.or_else(|| last.and_then(end));
        if let Some(until) = given.known_until {
            let beyond = last.filter(|last| *last > until);
            if let Some(last) = beyond {
                let message = format!("`{until}` comes before `{last}`, which is listed");
                problems.push(Problem::new("known_until", message).expected("the last day that is known"));
            }
            if !(FIRST_YEAR..=LAST_YEAR).contains(&until.year()) {
                problems.push(out_of_years("known_until", until));
            }
        }
        until.max(self.known_until)
    }

    fn next_version(&self, given: &NewDays, known_until: Option<NaiveDate>, problems: &mut Problems) -> String {
        let problem = |message: String| {
            Problem::new("version", message)
                .expected("a label of its own such as `2027.1`, or none for the next number")
        };
        match &given.version {
            Some(version) if version.trim().is_empty() || version.len() > LONGEST_VERSION => {
                problems.push(problem(format!(
                    "`{}` is no label",
                    version.chars().take(LONGEST_VERSION).collect::<String>()
                )));
                version.clone()
            }
            Some(version) if *version == self.version => {
                problems.push(problem(format!("`{version}` is the version of the table that is to grow")));
                version.clone()
            }
            Some(version) => version.clone(),
            None => {
                let year = known_until.map_or(FIRST_YEAR, |date| date.year());
                let edition = self.version.strip_prefix(&format!("{year}.")).and_then(|n| n.parse::<u32>().ok());
                format!("{year}.{}", edition.unwrap_or(0).saturating_add(1))
            }
        }
    }

    /// That no year after `known` is left out or lacks a holiday that the statute gives it.
    fn whole_after(&self, known: Option<NaiveDate>, problems: &mut Problems) {
        let Some(until) = self.known_until.filter(|until| known.is_none_or(|known| known < *until)) else { return };
        let first = known.and_then(|known| known.succ_opt()).or_else(|| self.days.keys().next().copied());
        for year in first.map_or(until.year(), |first| first.year())..=until.year() {
            let lacks: Vec<&Festival> = STATUTORY.iter().filter(|festival| self.lacks(festival, year, until)).collect();
            let nothing = !self.days.keys().any(|date| date.year() == year);
            if nothing && (year < until.year() || self.id == "china") {
                let problem =
                    Problem::new("", format!("nothing is said of {year}, though the list reaches to {until}"));
                problems.push(problem.expected(format!("the days of {year} too, or first")));
            } else if self.id == "china" {
                for festival in lacks {
                    let problem = Problem::new("", format!("{year} has no day off for {}", festival.name));
                    problems.push(
                        problem.expected("all holidays of the year, or `known_until` to say how far the list goes"),
                    );
                }
            }
        }
    }

    fn lacks(&self, festival: &Festival, year: i32, until: NaiveDate) -> bool {
        let date = |(month, day)| NaiveDate::from_ymd_opt(year, month, day);
        let (Some(from), Some(to)) = (date(festival.from), date(festival.to)) else { return false };
        to <= until && !self.days.range(from..=to).any(|(_, day)| day.kind == TableDayKind::Holiday)
    }
}

/// The days of a list, each once; what it says twice in two ways, and what no calendar covers, is told.
fn listed<'a>(given: &'a NewDays, problems: &mut Problems) -> BTreeMap<NaiveDate, (TableDay, &'a Listed)> {
    let mut days: BTreeMap<NaiveDate, (TableDay, &Listed)> = BTreeMap::new();
    for listing in &given.days {
        let years = FIRST_YEAR..=LAST_YEAR;
        if let Some(date) = [listing.from, listing.to].into_iter().find(|date| !years.contains(&date.year())) {
            problems.push(listing.problem(out_of_years("", date)));
            continue;
        }
        let source = listing.source.clone().or_else(|| given.source.clone());
        for date in listing.from.iter_days().take_while(|date| *date <= listing.to) {
            match days.get(&date) {
                Some((day, first)) if day.kind != listing.kind => {
                    let message = format!("`{date}` is {} here and {} in `{}`", listing.kind, day.kind, first.path);
                    problems.push(listing.problem(Problem::new("", message).expected("one of the two")));
                }
                Some(_) => {}
                None => {
                    let day = TableDay { kind: listing.kind, name: listing.name.clone(), source: source.clone() };
                    days.insert(date, (day, listing));
                }
            }
        }
    }
    days
}

fn out_of_years(path: &str, date: NaiveDate) -> Problem {
    let message = format!("`{date}` lies outside of the years {FIRST_YEAR} to {LAST_YEAR} that calendars cover");
    Problem::new(path, message)
}

fn of_the_week(date: NaiveDate) -> TableDayKind {
    if matches!(date.weekday(), Weekday::Sat | Weekday::Sun) { TableDayKind::Holiday } else { TableDayKind::Workday }
}

fn digest(known_until: Option<NaiveDate>, days: &BTreeMap<NaiveDate, Arc<TableDay>>) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(format!("{known_until:?}\n"));
    for (date, day) in days {
        hash.update(format!("{date} {:?}\n", day.kind));
    }
    hash.finalize().into()
}

/// Runs of days that follow each other and are equal.
pub(super) fn runs(days: &BTreeMap<NaiveDate, TableDay>) -> Vec<(NaiveDate, NaiveDate, &TableDay)> {
    let mut runs: Vec<(NaiveDate, NaiveDate, &TableDay)> = Vec::new();
    for (date, day) in days {
        match runs.last_mut() {
            Some((_, to, last)) if *last == day && to.checked_add_days(Days::new(1)) == Some(*date) => *to = *date,
            _ => runs.push((*date, *date, day)),
        }
    }
    runs
}

impl fmt::Display for TableDayKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Holiday => "a holiday",
            Self::Workday => "a make-up working day",
        })
    }
}

impl fmt::Display for HolidayTable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", if self.id.is_empty() { "of your own" } else { &self.id }, self.version)
    }
}

impl fmt::Debug for HolidayTable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HolidayTable")
            .field("id", &self.id)
            .field("version", &self.version)
            .field("known_until", &self.known_until)
            .field("days", &self.days.len())
            .finish_non_exhaustive()
    }
}

impl PartialEq for HolidayTable {
    fn eq(&self, other: &Self) -> bool {
        self.digest == other.digest
    }
}

impl Eq for HolidayTable {}
