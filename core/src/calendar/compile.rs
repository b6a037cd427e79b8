//! From raw rules to a plan, with every mistake on the way.
use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::NaiveDate;

use super::conventions::{Conventions, DayMeans};
use super::periods;
use super::plan::{Plan, Week, Yearly};
use super::rules::{CalendarRules, DayEntry, HoursText, NamedDays, TableName};
use super::segment::Segment;
use super::table::{HolidayTable, TableDayKind};
use super::zone::Zone;
use super::{Length, NewDays, china};
use crate::clause::Words;
use crate::problem::{Problem, Problems};

const WEEKDAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
const LONGEST_RANGE_DAYS: i64 = 1_100;
/// A year in which every month and day exists.
const LEAP_YEAR: &str = "2000";

/// Compiles rules.
///
/// # Errors
/// All problems of the rules.
pub(super) fn compile(rules: &CalendarRules) -> Result<Plan, Problems> {
    let mut reader = Reader::default();
    reader.stands_alone(rules);
    let (holidays, yearly) = reader.days_listed("holidays", &rules.holidays);
    let (workdays, yearly_workdays) = reader.days_listed("workdays", &rules.workdays);
    if !yearly_workdays.is_empty() {
        let problem = Problem::new("workdays", "a make-up working day needs its year");
        reader.problems.push(problem.expected("a date such as 2026-02-28"));
    }
    let hours = if rules.round_the_clock { daily() } else { reader.week("hours", &rules.hours) };
    let week = Week::new(hours, reader.hours("workday_hours", &rules.workday_hours));
    let (periods, switches) = reader.periods(&rules.periods);
    let plan = Plan {
        zone: rules.time_zone,
        week,
        periods,
        switches,
        own: reader.dated_hours("days", &rules.days),
        breaks: reader.dated_hours("breaks", &rules.breaks),
        holidays,
        yearly,
        workdays,
        table: reader.table(rules),
        conventions: rules.conventions,
    };
    reader.conventions(rules);
    reader.problems.or_ok(plan)
}

impl CalendarRules {
    /// What is allowed but probably not meant: hours that overlap, days listed twice or as closed and open, a calendar
    /// that never opens. Rules that do not compile give their problems.
    pub fn lint(&self) -> Problems {
        match compile(self) {
            Err(problems) => problems,
            Ok(plan) => {
                let mut problems = Problems::default();
                lint_hours(self, &mut problems);
                periods::lint(self, &mut problems);
                lint_days(self, &plan, &mut problems);
                if plan.never_opens() {
                    problems.push(Problem::new("", "the calendar never opens").expected("some in `hours` or `days`"));
                }
                problems
            }
        }
    }
}

fn lint_hours(rules: &CalendarRules, problems: &mut Problems) {
    let lists = |field: &'static str, lists: &BTreeMap<String, Vec<HoursText>>| {
        lists.iter().map(|(key, hours)| (format!("{field}.{key}"), hours.clone())).collect::<Vec<_>>()
    };
    let mut all = lists("hours", &rules.hours);
    all.push(("workday_hours".to_owned(), rules.workday_hours.clone()));
    all.extend(lists("days", &rules.days));
    for (n, period) in rules.periods.iter().enumerate() {
        let of_week = |(key, hours): (&String, &Vec<HoursText>)| (format!("periods[{n}].hours.{key}"), hours.clone());
        all.extend(period.hours.iter().map(of_week));
        all.push((format!("periods[{n}].workday_hours"), period.workday_hours.clone()));
    }
    for (path, hours) in all {
        let sorted = Reader::default().hours(&path, &hours);
        for (one, next) in sorted.iter().zip(sorted.iter().skip(1)) {
            if next.open_second() < one.close_second() {
                let problem = Problem::new(path.as_str(), format!("`{one}` and `{next}` overlap and count once"));
                problems.push(problem.expected("hours that lie apart"));
            }
        }
    }
}

fn lint_days(rules: &CalendarRules, plan: &Plan, problems: &mut Problems) {
    for date in plan.holidays.keys() {
        let special = plan.table.as_ref().and_then(|table| table.day(*date));
        let made_up = special.is_some_and(|special| special.kind == TableDayKind::Workday);
        if plan.workdays.contains_key(date) {
            let problem =
                Problem::new("holidays", format!("`{date}` is a working day in `workdays` too and stays open"));
            problems.push(problem.expected("one of the two"));
        } else if made_up && !plan.own.contains_key(date) {
            let problem =
                Problem::new("holidays", format!("`{date}` is a make-up working day of the table and stays open"));
            problems.push(problem.expected(format!("`days`: {{\"{date}\": []}} to close it")));
        }
    }
    for (date, hours) in &plan.own {
        let path = format!("days.{date}");
        if !hours.is_empty() && plan.holidays.contains_key(date) {
            let problem =
                Problem::new(path, format!("`{date}` is in `holidays` too, has hours of its own and is open"));
            problems.push(problem.expected("one of the two"));
        } else if hours.is_empty() && plan.workdays.contains_key(date) {
            let problem = Problem::new(path, format!("`{date}` is in `workdays` too and is closed all the same"));
            problems.push(problem.expected("one of the two"));
        }
    }
    for (path, entries) in [("holidays", &rules.holidays), ("workdays", &rules.workdays)] {
        let mut reader = Reader { report_twice: true, ..Reader::default() };
        reader.days_listed(path, entries);
        problems.extend_under("", reader.problems);
    }
}

/// Collects problems and reads on.
#[derive(Default)]
pub(super) struct Reader {
    pub(super) problems: Problems,
    report_twice: bool,
}

type Listed = (BTreeMap<NaiveDate, Option<Words>>, Vec<Yearly>);

/// A date, or a month and day of every year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Written {
    Once(NaiveDate),
    Yearly(u32, u32),
}

impl Reader {
    fn stands_alone(&mut self, rules: &CalendarRules) {
        if !rules.round_the_clock {
            return;
        }
        let said = [
            ("hours", !rules.hours.is_empty()),
            ("table", rules.table.is_some()),
            ("announced", !rules.announced.is_empty()),
            ("holidays", !rules.holidays.is_empty()),
            ("workdays", !rules.workdays.is_empty()),
            ("workday_hours", !rules.workday_hours.is_empty()),
            ("periods", !rules.periods.is_empty()),
            ("days", !rules.days.is_empty()),
            ("breaks", !rules.breaks.is_empty()),
        ];
        for (field, _) in said.into_iter().filter(|(_, said)| *said) {
            let problem = Problem::new(field, format!("`{field}` contradicts `round_the_clock`"));
            self.problems.push(problem.expected("neither, or `hours` with `daily`: [\"00:00-24:00\"]"));
        }
    }

    fn conventions(&mut self, rules: &CalendarRules) {
        if let DayMeans::HoursPerDay(length) = rules.conventions.day_means
            && length <= Length::ZERO
        {
            let problem = Problem::new("conventions.day_means.hours_per_day", format!("`{length}` is no working time"));
            self.problems.push(problem.expected("a length above zero such as `8 h`"));
        }
    }

    /// The table that the rules name, with what was announced since.
    fn table(&mut self, rules: &CalendarRules) -> Option<Arc<HolidayTable>> {
        let named = rules.table.map(|TableName::China| china::shared());
        let mut table = named.or_else(|| (!rules.announced.is_empty()).then(|| Arc::new(HolidayTable::empty())))?;
        for (n, announcement) in rules.announced.iter().enumerate() {
            match NewDays::try_from(announcement).and_then(|days| table.grow(&days)) {
                Ok(growth) => table = Arc::new(growth.table),
                Err(problems) => self.problems.extend_under(&format!("announced[{n}]"), problems),
            }
        }
        Some(table)
    }

    pub(super) fn week(&mut self, field: &str, lists: &BTreeMap<String, Vec<HoursText>>) -> [Vec<Segment>; 7] {
        let mut week: [Option<Vec<Segment>>; 7] = Default::default();
        for (key, texts) in lists {
            let path = format!("{field}.{key}");
            let hours = self.hours(&path, texts);
            let Some(named) = weekdays(key) else {
                let problem = Problem::new(path, format!("`{key}` names no weekday"));
                self.problems.push(problem.expected("`mon` to `sun`, a range such as `mon-fri`, or `daily`"));
                continue;
            };
            for (n, weekday) in week.iter_mut().enumerate().filter(|(n, _)| named.contains(n)) {
                if weekday.is_some() {
                    let name = WEEKDAYS.get(n).copied().unwrap_or_default();
                    let problem =
                        Problem::new(path.as_str(), format!("`{name}` has its hours elsewhere in `{field}` too"));
                    self.problems.push(problem.expected("each weekday once"));
                }
                *weekday = Some(hours.clone());
            }
        }
        week.map(Option::unwrap_or_default)
    }

    pub(super) fn hours(&mut self, path: &str, texts: &[HoursText]) -> Vec<Segment> {
        let mut hours = Vec::with_capacity(texts.len());
        for (n, text) in texts.iter().enumerate() {
            let read = match text {
                HoursText::Text(text) => text.parse(),
                HoursText::Pair(open, close) => Segment::between(open, close),
            };
            match read {
                Ok(segment) => hours.push(segment),
                Err(error) => {
                    let problem = Problem::new(format!("{path}[{n}]"), error.to_string());
                    self.problems.push(problem.expected("hours such as `08:30-12:00`, 00:00 to 24:00"));
                }
            }
        }
        hours.sort_unstable();
        hours
    }

    fn dated_hours(
        &mut self,
        field: &str,
        lists: &BTreeMap<String, Vec<HoursText>>,
    ) -> BTreeMap<NaiveDate, Vec<Segment>> {
        let mut dated = BTreeMap::new();
        for (key, texts) in lists {
            let path = format!("{field}.{key}");
            let hours = self.hours(&path, texts);
            match written(key) {
                Some(Written::Once(date)) => {
                    dated.insert(date, hours);
                }
                _ => self.no_date(path, key),
            }
        }
        dated
    }

    fn days_listed(&mut self, field: &str, entries: &[DayEntry]) -> Listed {
        let (mut days, mut yearly) = (BTreeMap::new(), Vec::new());
        for (n, entry) in entries.iter().enumerate() {
            let path = format!("{field}[{n}]");
            let Some((from, to, name)) = self.entry(&path, entry) else { continue };
            match (from, to) {
                (Written::Once(from), Written::Once(to)) => {
                    for date in self.range(&path, from, to) {
                        if days.insert(date, name.clone()).is_some() && self.report_twice {
                            self.problems.push(Problem::new(path.as_str(), format!("`{date}` is listed twice")));
                        }
                    }
                }
                (Written::Yearly(m, d), Written::Yearly(month, day)) => {
                    yearly.push(Yearly { from: (m, d), to: (month, day), name });
                }
                _ => {
                    let problem = Problem::new(path, "one end of the range has a year and the other has none");
                    self.problems.push(problem.expected("both with a year or both without"));
                }
            }
        }
        (days, yearly)
    }

    /// Days of a list in which each has its year: path, first, last and name.
    pub(super) fn dated(
        &mut self,
        field: &str,
        entries: &[DayEntry],
    ) -> Vec<(String, NaiveDate, NaiveDate, Option<String>)> {
        let mut dated = Vec::with_capacity(entries.len());
        for (n, entry) in entries.iter().enumerate() {
            let path = format!("{field}[{n}]");
            let Some((from, to, name)) = self.entry(&path, entry) else { continue };
            let (Written::Once(from), Written::Once(to)) = (from, to) else {
                let problem = Problem::new(path, "an announced day needs its year");
                self.problems.push(problem.expected("a date such as 2027-01-01"));
                continue;
            };
            let told = self.problems.len();
            drop(self.range(&path, from, to));
            if self.problems.len() == told {
                dated.push((path, from, to, name.map(|name| name.zh)));
            }
        }
        dated
    }

    fn range(&mut self, path: &str, from: NaiveDate, to: NaiveDate) -> impl Iterator<Item = NaiveDate> + use<> {
        let days = to.signed_duration_since(from).num_days();
        if days < 0 {
            let problem = Problem::new(path, format!("`{to}` comes before `{from}`"));
            self.problems.push(problem.expected("`from` not after `to`"));
        } else if days > LONGEST_RANGE_DAYS {
            let problem = Problem::new(path, format!("`{from}` to `{to}` is longer than three years"));
            self.problems.push(problem.expected("a shorter range, or none in `hours`"));
        }
        let count = usize::try_from(days.min(LONGEST_RANGE_DAYS).saturating_add(1)).unwrap_or(0);
        from.iter_days().take(count)
    }

    fn entry(&mut self, path: &str, entry: &DayEntry) -> Option<(Written, Written, Option<Words>)> {
        let (from, to, name) = match entry {
            DayEntry::Date(date) => (date, date, None),
            DayEntry::Named(NamedDays { date: Some(date), from: None, to: None, name }) => (date, date, name.as_ref()),
            DayEntry::Named(NamedDays { date: None, from: Some(from), to: Some(to), name }) => {
                (from, to, name.as_ref())
            }
            DayEntry::Named(days) => {
                self.problems.push(Problem::new(path, ends_wrong(days)).expected("`date`, or both `from` and `to`"));
                return None;
            }
        };
        let read = (written(from), written(to));
        for (text, _) in [(from, read.0), (to, read.1)].iter().filter(|(_, read)| read.is_none()).take(1) {
            self.no_date(path.to_owned(), text);
        }
        Some((read.0?, read.1?, name.map(|name| Words::new(name, name))))
    }

    pub(super) fn no_date(&mut self, path: String, text: &str) {
        self.problems.push(Problem::new(path, format!("`{text}` is no date")).expected("a date such as 2026-02-28"));
    }
}

fn ends_wrong(days: &NamedDays) -> &'static str {
    match (&days.date, &days.from, &days.to) {
        (Some(_), ..) => "a day has `date` or a range, not both",
        (None, Some(_), None) => "the range has no `to`",
        (None, None, Some(_)) => "the range has no `from`",
        _ => "the entry names no day",
    }
}

/// `2026-02-28` or `02-28`, digits in full.
pub(super) fn written(text: &str) -> Option<Written> {
    use chrono::Datelike;
    match text.len() {
        10 => text.parse().ok().map(Written::Once),
        5 => {
            let date: NaiveDate = format!("{LEAP_YEAR}-{text}").parse().ok()?;
            Some(Written::Yearly(date.month(), date.day()))
        }
        _ => None,
    }
}

/// The weekdays that a key of `hours` names, from 0 for Monday.
fn weekdays(key: &str) -> Option<Vec<usize>> {
    let number = |name: &str| WEEKDAYS.iter().position(|weekday| *weekday == name);
    if key == "daily" {
        return Some((0..7).collect());
    }
    match key.split_once('-') {
        None => number(key).map(|n| vec![n]),
        Some((from, to)) => {
            let (from, to) = (number(from)?, number(to)?);
            let last = if from <= to { to } else { to.saturating_add(7) };
            Some((from..=last).map(|n| n % 7).collect())
        }
    }
}

fn daily() -> [Vec<Segment>; 7] {
    std::array::from_fn(|_| vec![Segment::WHOLE_DAY])
}

/// The hours that most open weekdays share; of equals those of the earliest.
fn ordinary(week: &[Vec<Segment>; 7]) -> Vec<Segment> {
    let open = || week.iter().filter(|hours| !hours.is_empty());
    let shared = |hours: &Vec<Segment>| open().filter(|other| *other == hours).count();
    // Of equal maxima `max_by_key` takes the last, so the week is walked from its end.
    open().rev().max_by_key(|hours| shared(hours)).cloned().unwrap_or_default()
}

impl Week {
    pub(super) fn new(hours: [Vec<Segment>; 7], workday_hours: Vec<Segment>) -> Self {
        Self { ordinary: ordinary(&hours), hours, workday_hours }
    }
}

/// The plan of a calendar that is always open.
pub(super) fn round_the_clock(zone: Zone) -> Plan {
    Plan {
        zone,
        week: Week::new(daily(), Vec::new()),
        periods: Vec::new(),
        switches: Vec::new(),
        own: BTreeMap::new(),
        breaks: BTreeMap::new(),
        holidays: BTreeMap::new(),
        yearly: Vec::new(),
        workdays: BTreeMap::new(),
        table: None,
        conventions: Conventions::default(),
    }
}
