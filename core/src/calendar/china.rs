//! Public holidays and make-up working days of the Chinese mainland since 2004, after the State Council's notices.
use std::collections::BTreeMap;
use std::sync::LazyLock;

use chrono::NaiveDate;

use crate::clause::Words;

/// Version of the table: the last year announced and our edition of it.
pub const VERSION: &str = "2026.1";

const TABLE: &str = include_str!("../../data/calendars/china.csv");

/// What the table says about a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Special {
    /// A make-up working day, else a holiday.
    pub(super) works: bool,
    pub(super) name: Words,
}

static DAYS: LazyLock<BTreeMap<NaiveDate, Special>> = LazyLock::new(|| {
    rows()
        .flat_map(|(from, to, special)| {
            from.iter_days().take_while(move |day| *day <= to).zip(std::iter::repeat(special))
        })
        .collect()
});

/// The last day of the last year announced: what lies after it is provisional.
pub fn known_until() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 12, 31).unwrap_or(NaiveDate::MAX)
}

/// What the table says about `date`, if anything.
pub(super) fn special(date: NaiveDate) -> Option<&'static Special> {
    DAYS.get(&date)
}

fn rows() -> impl Iterator<Item = (NaiveDate, NaiveDate, Special)> {
    TABLE.lines().filter(|line| !line.starts_with('#')).skip(1).filter_map(|line| {
        let mut fields = line.split(',');
        let (from, to) = (fields.next()?.parse().ok()?, fields.next()?.parse().ok()?);
        let works = fields.next()? == "workday";
        Some((from, to, Special { works, name: Words::new(fields.next()?, fields.next()?) }))
    })
}

#[cfg(test)]
mod tests {
    use chrono::Datelike;

    use super::*;

    #[test]
    fn every_row_is_read() {
        let written = TABLE.lines().filter(|line| !line.starts_with('#')).count() - 1;
        assert_eq!(rows().count(), written);
        assert_eq!(DAYS.len(), 776);
        assert!(rows().all(|(from, to, _)| from <= to && from.year() == to.year()));
    }

    #[test]
    fn the_last_year_of_the_table_is_the_last_known() {
        assert_eq!(DAYS.keys().next_back().map(|date| date.year()), Some(known_until().year()));
        assert!(VERSION.starts_with(&known_until().year().to_string()));
    }

    /// D8: the second list was made apart from the table; both know every day of 2004-2026.
    #[test]
    fn the_table_agrees_with_a_second_list_on_every_day() {
        let list = include_str!("../../tests/data/china_days.txt");
        let mut days = 0;
        for line in list.lines().filter(|line| !line.starts_with('#')) {
            let (year, letters) = line.split_once(' ').unwrap();
            let new_year = NaiveDate::from_ymd_opt(year.parse().unwrap(), 1, 1).unwrap();
            assert_eq!(letters.len(), if new_year.leap_year() { 366 } else { 365 }, "{year}");
            for (date, letter) in new_year.iter_days().zip(letters.chars()) {
                let ours = match special(date) {
                    Some(special) if special.works => 'W',
                    Some(_) => 'H',
                    None if date.weekday().number_from_monday() > 5 => 'E',
                    None => 'W',
                };
                assert_eq!(ours, letter, "{date}");
                days += 1;
            }
        }
        assert_eq!(days, 8_401);
    }
}
