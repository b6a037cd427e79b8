//! Hours that hold for a part of time: which of them a date has.
use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, NaiveDate};

use super::compile::{Reader, Written, written};
use super::kernel::{FIRST_YEAR, LAST_YEAR};
use super::plan::Week;
use super::rules::{CalendarRules, Period};
use crate::problem::{Problem, Problems};

/// The weeks of the periods, and from which day on which of them holds.
pub(super) type Compiled = (Vec<Week>, Vec<(NaiveDate, Option<usize>)>);

/// The days from `from` to `to`, without end if there is no `to`, on which period `of` holds unless another began later.
#[derive(Debug, Clone, Copy)]
struct Stretch {
    from: NaiveDate,
    to: Option<NaiveDate>,
    of: usize,
}

impl Reader {
    /// Compiles periods; what is wrong is told under `periods`.
    pub(super) fn periods(&mut self, periods: &[Period]) -> Compiled {
        let mut weeks = Vec::with_capacity(periods.len());
        let mut ends = Vec::with_capacity(periods.len());
        for (n, period) in periods.iter().enumerate() {
            let hours = self.week(&format!("periods[{n}].hours"), &period.hours);
            weeks.push(Week::new(hours, self.hours(&format!("periods[{n}].workday_hours"), &period.workday_hours)));
            if let Some(read) = self.ends(n, period) {
                ends.push((n, read));
            }
        }
        let mut begun: BTreeMap<(u8, u32), usize> = BTreeMap::new();
        for (n, (from, _)) in &ends {
            let key = match from {
                Written::Once(date) => (0, u32::try_from(date.num_days_from_ce()).unwrap_or(0)),
                Written::Yearly(month, day) => (1, month.saturating_mul(100).saturating_add(*day)),
            };
            if let Some(other) = begun.insert(key, *n) {
                let message = format!("begins on the same day as `periods[{other}]`");
                self.problems.push(Problem::new(format!("periods[{n}].from"), message).expected("one of the two"));
            }
        }
        // A mistake may let any number of periods begin on one day of every year.
        let switches = if self.problems.is_empty() { switches(&stretches(&ends)) } else { Vec::new() };
        (weeks, switches)
    }

    fn ends(&mut self, n: usize, period: &Period) -> Option<(Written, Option<Written>)> {
        let from = self.end(&format!("periods[{n}].from"), &period.from);
        let to = match &period.to {
            Some(to) => Some(self.end(&format!("periods[{n}].to"), to)?),
            None => None,
        };
        let path = format!("periods[{n}].to");
        let problem = match (from?, to) {
            (Written::Once(from), Some(Written::Once(to))) if to < from => {
                Problem::new(path, format!("`{to}` comes before `{from}`")).expected("`from` not after `to`")
            }
            (Written::Once(_), Some(Written::Yearly(..))) | (Written::Yearly(..), Some(Written::Once(_))) => {
                Problem::new(path, "one end has a year and the other has none")
                    .expected("both with a year or both without")
            }
            (Written::Yearly(..), None) => {
                Problem::new(path, "what comes every year has a last day").expected("a month and day such as 09-30")
            }
            (from, to) => return Some((from, to)),
        };
        self.problems.push(problem);
        None
    }

    fn end(&mut self, path: &str, text: &str) -> Option<Written> {
        let read = written(text);
        if read.is_none() {
            self.no_date(path.to_owned(), text);
        }
        read
    }
}

/// All stretches in order, those of every year once for each year that calendars cover.
fn stretches(ends: &[(usize, (Written, Option<Written>))]) -> Vec<Stretch> {
    let mut all = Vec::new();
    for (of, ends) in ends {
        match *ends {
            (Written::Once(from), to) => {
                let to = to.and_then(|to| if let Written::Once(to) = to { Some(to) } else { None });
                all.push(Stretch { from, to, of: *of });
            }
            (Written::Yearly(m, d), Some(Written::Yearly(month, day))) => {
                for year in FIRST_YEAR.saturating_sub(1)..=LAST_YEAR {
                    let last = if (m, d) <= (month, day) { year } else { year.saturating_add(1) };
                    let from = NaiveDate::from_ymd_opt(year, m, d).or_else(|| NaiveDate::from_ymd_opt(year, 3, 1));
                    let to = NaiveDate::from_ymd_opt(last, month, day).or_else(|| NaiveDate::from_ymd_opt(last, 2, 28));
                    all.extend(from.zip(to).map(|(from, to)| Stretch { from, to: Some(to), of: *of }));
                }
            }
            (Written::Yearly(..), _) => {}
        }
    }
    all.sort_by_key(|stretch| (stretch.from, stretch.of));
    all
}

/// From which day on which period holds: of those that hold a day the one that began last.
fn switches(stretches: &[Stretch]) -> Vec<(NaiveDate, Option<usize>)> {
    let mut days: Vec<NaiveDate> = stretches
        .iter()
        .flat_map(|stretch| [Some(stretch.from), stretch.to.and_then(|to| to.succ_opt())])
        .flatten()
        .collect();
    days.sort_unstable();
    days.dedup();
    let mut switches: Vec<(NaiveDate, Option<usize>)> = Vec::new();
    let mut coming = stretches.iter().peekable();
    let mut holding: Vec<Stretch> = Vec::new();
    for day in days {
        while let Some(begun) = coming.next_if(|stretch| stretch.from <= day) {
            holding.push(*begun);
        }
        // They began one after the other: what has ended under one that holds comes up when that one ends.
        while holding.last().is_some_and(|last| last.to.is_some_and(|to| to < day)) {
            holding.pop();
        }
        let holds = holding.last().map(|stretch| stretch.of);
        if switches.last().map_or(holds.is_some(), |(_, last)| *last != holds) {
            switches.push((day, holds));
        }
    }
    switches
}

/// Periods that lie in each other's way, and days between them on which no hours hold.
pub(super) fn lint(rules: &CalendarRules, problems: &mut Problems) {
    let mut reader = Reader::default();
    let ends: Vec<_> =
        rules.periods.iter().enumerate().filter_map(|(n, period)| Some((n, reader.ends(n, period)?))).collect();
    let all = stretches(&ends);
    let mut told: BTreeSet<(usize, usize)> = BTreeSet::new();
    let mut covered: Option<Stretch> = None;
    for stretch in &all {
        let before = covered.filter(|before| before.of != stretch.of);
        let wrong = before.and_then(|before| {
            let to = before.to?;
            let gap = rules.hours.is_empty() && to.succ_opt().is_some_and(|next| next < stretch.from);
            let (from, other) = (stretch.from, before.of);
            let (message, expected) = if to >= from {
                let message = format!("begins on {from} within `periods[{other}]`, which holds until {to}");
                (message, "periods that lie apart; the one that began last holds")
            } else if gap {
                (format!("no hours hold between {to} and {from}"), "`hours`, or periods that follow each other")
            } else {
                return None;
            };
            told.insert((other, stretch.of)).then_some((message, expected))
        });
        if let Some((message, expected)) = wrong {
            problems.push(Problem::new(format!("periods[{}].from", stretch.of), message).expected(expected));
        }
        // What has no end is meant to give way to what comes later.
        if covered.is_none_or(|before| before.to.is_none_or(|end| stretch.to.is_none_or(|to| to >= end))) {
            covered = Some(*stretch);
        }
    }
}

#[cfg(test)]
mod tests;
