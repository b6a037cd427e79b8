//! Public holidays and make-up working days of the Chinese mainland since 2004, after the State Council's notices.
//!
//! Next year's days are added to it the day they are announced: [`super::CalendarRules::extend`].
use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use chrono::NaiveDate;

use super::table::{HolidayTable, TableDay, TableDayKind};
use crate::clause::Words;

/// Version of the table: the last year announced and our edition of it.
pub const VERSION: &str = "2026.1";

const CSV: &str = include_str!("../../data/calendars/china.csv");

static TABLE: LazyLock<Arc<HolidayTable>> =
    LazyLock::new(|| Arc::new(HolidayTable::new("china", VERSION, Some(known_until()), days())));

/// The table.
///
/// ```
/// use guanjia::calendar::{TableDayKind, china};
/// let date = chrono::NaiveDate::from_ymd_opt(2026, 2, 28).ok_or("no date")?;
/// let day = china::table().day(date).ok_or("an ordinary day")?;
/// assert_eq!((day.kind, day.name.zh.as_str()), (TableDayKind::Workday, "春节"));
/// assert_eq!(day.source.as_deref(), Some("国办发明电〔2025〕7号"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn table() -> &'static HolidayTable {
    &TABLE
}

/// The table, to be held.
pub(super) fn shared() -> Arc<HolidayTable> {
    Arc::clone(&TABLE)
}

/// The last day of the last year announced: what lies after it is provisional.
pub fn known_until() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 12, 31).unwrap_or(NaiveDate::MAX)
}

fn days() -> BTreeMap<NaiveDate, Arc<TableDay>> {
    rows()
        .flat_map(|(from, to, day)| {
            let day = Arc::new(day);
            from.iter_days().take_while(move |date| *date <= to).map(move |date| (date, Arc::clone(&day)))
        })
        .collect()
}

fn rows() -> impl Iterator<Item = (NaiveDate, NaiveDate, TableDay)> {
    CSV.lines().filter(|line| !line.starts_with('#')).skip(1).filter_map(|line| {
        let mut fields = line.split(',');
        let (from, to) = (fields.next()?.parse().ok()?, fields.next()?.parse().ok()?);
        let kind = if fields.next()? == "workday" { TableDayKind::Workday } else { TableDayKind::Holiday };
        let name = Words::new(fields.next()?, fields.next()?);
        Some((from, to, TableDay { kind, name, source: fields.next().map(str::to_owned) }))
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::path::PathBuf;

    use chrono::Datelike;
    use sha2::{Digest, Sha256};

    use super::*;

    /// Whoever changes a day changes this too, and [`VERSION`].
    const CHECKSUM: &str = "1d697d2929b36dd59e3c68a3542f9420dea8b81d3c8f609a55bb2d0a01545c48";

    /// Where the second list says otherwise, and why we do not follow it.
    const DIFFERENCES: [(&str, char, &str); 6] = [
        ("2005-12-31", 'W', "the notice for 2006 names it as worked; the list begins its years in January"),
        ("2011-06-05", 'H', "the notice names 4 to 6 June as the holiday"),
        ("2012-06-23", 'H', "the notice names 22 to 24 June as the holiday"),
        ("2015-09-05", 'H', "the notice names 3 to 5 September as the holiday"),
        ("2023-12-30", 'H', "the notice lets the New Year join the weekend; a day off in both"),
        ("2023-12-31", 'H', "the notice lets the New Year join the weekend; a day off in both"),
    ];

    fn letter(date: NaiveDate) -> char {
        match table().day(date).map(|day| day.kind) {
            Some(TableDayKind::Workday) => 'W',
            Some(TableDayKind::Holiday) => 'H',
            None if date.weekday().number_from_monday() > 5 => 'E',
            None => 'W',
        }
    }

    #[test]
    fn every_row_is_read() {
        let written = CSV.lines().filter(|line| !line.starts_with('#')).count() - 1;
        assert_eq!(rows().count(), written);
        assert_eq!(table().days().count(), 776);
        assert!(rows().all(|(from, to, _)| from <= to && from.year() == to.year()));
    }

    #[test]
    fn the_data_are_those_that_were_checked() {
        let hash = crate::ident::hex(&Sha256::digest(CSV.as_bytes()));
        assert_eq!(hash, CHECKSUM);
    }

    #[test]
    fn the_last_year_of_the_table_is_the_last_known() {
        assert_eq!(table().days().next_back().map(|(date, _)| date.year()), Some(known_until().year()));
        assert!(VERSION.starts_with(&known_until().year().to_string()));
    }

    /// Numbers of notices name the year in which they were given: for the next year, or during the year.
    #[test]
    fn every_day_has_its_names_and_a_notice_of_its_time() {
        for (date, day) in table().days() {
            assert!(!day.name.zh.is_empty() && !day.name.en.is_empty(), "{date}");
            let source = day.source.as_deref().unwrap();
            let given: i32 = match source.split_once('〔') {
                Some((_, rest)) => rest.split_once('〕').unwrap().0.parse().unwrap(),
                None => {
                    assert_eq!(source, format!("国务院办公厅关于{}年部分节假日安排的通知", date.year()));
                    date.year() - 1
                }
            };
            assert!((date.year() - 1..=date.year()).contains(&given), "{date} {source}");
        }
    }

    /// D8: both know every day of 2004-2026.
    #[test]
    fn the_table_agrees_with_a_second_list_on_every_day() {
        let list = include_str!("../../tests/data/china_days.txt");
        let known: BTreeMap<NaiveDate, char> =
            DIFFERENCES.iter().map(|(date, ours, _)| (date.parse().unwrap(), *ours)).collect();
        let (mut days, mut differ) = (0, BTreeMap::new());
        for line in list.lines().filter(|line| !line.starts_with('#')) {
            let (year, letters) = line.split_once(' ').unwrap();
            let new_year = NaiveDate::from_ymd_opt(year.parse().unwrap(), 1, 1).unwrap();
            assert_eq!(letters.len(), if new_year.leap_year() { 366 } else { 365 }, "{year}");
            for (date, theirs) in new_year.iter_days().zip(letters.chars()) {
                if letter(date) != theirs {
                    differ.insert(date, letter(date));
                }
                days += 1;
            }
        }
        assert_eq!(differ, known);
        assert_eq!(days, 8_401);
    }

    /// A third list, of every day, and one of the days that are special, where the data folder has them.
    #[test]
    fn the_table_agrees_with_the_lists_of_the_data_folder() {
        #[expect(clippy::disallowed_methods, reason = "a test may be told where its data are")]
        let told = std::env::var("GUANJIA_DATA").ok().map(PathBuf::from);
        let data =
            told.unwrap_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared/data")).join("time");
        let (all, special) = (data.join("china_days_2004_2026.csv"), data.join("china_holidays.csv"));
        if !all.exists() || !special.exists() {
            println!("skipped: no lists of days under {}: set GUANJIA_DATA", data.display());
            return;
        }
        let rows = |path: &PathBuf| -> Vec<Vec<String>> {
            let text = std::fs::read_to_string(path).unwrap();
            text.lines().skip(1).map(|line| line.split(',').map(str::to_owned).collect()).collect()
        };
        let (all, special) = (rows(&all), rows(&special));
        for row in &all {
            let date: NaiveDate = row[0].parse().unwrap();
            assert_eq!(letter(date) == 'W', row[2] == "1", "{date}");
        }
        for row in &special {
            let date: NaiveDate = row[0].parse().unwrap();
            let day = table().day(date).unwrap_or_else(|| panic!("{date} is not in the table"));
            assert_eq!((day.kind == TableDayKind::Workday, &day.name.zh), (row[1] == "workday", &row[2]), "{date}");
        }
        assert_eq!((all.len(), special.len()), (8_401, 776));
    }
}
