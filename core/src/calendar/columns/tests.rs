//! A column is its scalar calls, and a table is the years it was made of.
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::json;

use super::super::compile;
use super::super::kernel::Line;
use super::super::{CalendarRules, Zone};
use super::*;

const DAY: i64 = 86_400_000_000;
/// 1900-01-01 and 2201-01-01, a little inside.
const KNOWN: (i64, i64) = (-2_208_900_000_000_000, 7_289_500_000_000_000);

fn unkept() -> ProptestConfig {
    ProptestConfig { failure_persistence: None, ..ProptestConfig::default() }
}

fn hours() -> impl Strategy<Value = Vec<String>> {
    let clock = |second: u32| format!("{:02}:{:02}:{:02}", second / 3_600, second / 60 % 60, second % 60);
    vec((0_u32..86_400, 1_u32..86_400), 0..4).prop_map(move |hours| {
        hours.into_iter().map(|(open, long)| format!("{}-{}", clock(open), clock((open + long) % 86_400))).collect()
    })
}

/// Nights, hours of single dates, breaks, holidays, zones whose clocks change, all conventions; some never open.
fn rules() -> impl Strategy<Value = CalendarRules> {
    let zone = select(vec![
        "Asia/Shanghai",
        "UTC",
        "America/New_York",
        "Australia/Lord_Howe",
        "America/Sao_Paulo",
        "Africa/Casablanca",
        "Pacific/Apia",
        "America/St_Johns",
    ]);
    let week = vec(prop_oneof![2 => Just(Vec::new()), 3 => hours()], 7);
    let dates = || vec(("20(19|2[0-9])-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])", hours()), 0..6);
    let conventions = (any::<bool>(), any::<bool>(), any::<bool>(), any::<bool>());
    (zone, week, dates(), dates(), vec("(0[1-9]|1[0-2])-(0[1-9]|2[0-8])", 0..3), conventions).prop_map(
        |(zone, week, days, breaks, holidays, (rolls, by_date, by_wall, china))| {
            let names = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
            let week: std::collections::BTreeMap<_, _> = names.into_iter().zip(week).collect();
            let dated =
                |days: Vec<(String, Vec<String>)>| days.into_iter().collect::<std::collections::BTreeMap<_, _>>();
            let mut rules = json!({
                "time_zone": zone, "hours": week, "days": dated(days), "breaks": dated(breaks), "holidays": holidays,
                "conventions": {
                    "at_closing": if rolls { "roll" } else { "land" },
                    "night_shift_holiday": if by_date { "calendar_date" } else { "shift_start" },
                    "length_means": if by_wall { "wall_clock" } else { "elapsed" },
                },
            });
            if china {
                rules["table"] = json!("china");
            }
            serde_json::from_value(rules).unwrap()
        },
    )
}

/// Within and around the years of the near table, anywhere, and nowhere.
fn instants() -> impl Strategy<Value = i64> {
    prop_oneof![
        8 => 1_000_000_000_000_000_i64..2_200_000_000_000_000,
        2 => (1_000_000_000_i64..2_200_000_000).prop_map(|second| second / 1_800 * 1_800_000_000),
        2 => KNOWN.0 - 400 * DAY..KNOWN.1 + 400 * DAY,
        1 => select(vec![NULL, NULL + 1, i64::MAX, i64::MAX - 1, 0, -1, KNOWN.0, KNOWN.1]),
    ]
}

fn lengths() -> impl Strategy<Value = i64> {
    prop_oneof![
        6 => -100 * DAY..100 * DAY,
        2 => (-20_000_i64..20_000).prop_map(|half_hours| half_hours * 1_800_000_000),
        1 => -100_000 * DAY..100_000 * DAY,
        1 => select(vec![NULL, NULL + 1, i64::MAX, 0, 1, -1]),
    ]
}

/// What a scalar call says of a row, and whether it refuses.
fn row<T>(asked: Option<Result<T, CalendarError>>, value: impl Fn(T) -> i64) -> (i64, bool) {
    match asked {
        None => (NULL, false),
        Some(Ok(found)) => (value(found), false),
        Some(Err(_)) => (NULL, true),
    }
}

fn instant(micros: i64) -> Option<Instant> {
    (micros != NULL).then(|| Instant::from_micros(micros))
}

fn agrees(expected: &[(i64, bool)], found: &[i64], unanswered: Unanswered) -> Result<(), TestCaseError> {
    let values: Vec<i64> = expected.iter().map(|(value, _)| *value).collect();
    prop_assert_eq!(found, &values);
    let refused = || expected.iter().enumerate().filter(|(_, (_, refused))| *refused).map(|(row, _)| row);
    prop_assert_eq!(unanswered, Unanswered { rows: refused().count(), first: refused().next() });
    Ok(())
}

proptest! {
    #![proptest_config(unkept())]

    /// The scalar calls of a fresh calendar go by years, the column of another goes by its tables.
    #[test]
    fn a_column_is_its_scalar_calls(
        rules in rules(), rows in vec((instants(), instants(), lengths()), 130..200), budget in select(vec!["3 working_days", "-2 days", "4 h"]),
    ) {
        let (scalar, columnar) = (Calendar::compile(&rules).unwrap(), Calendar::compile(&rules).unwrap());
        let column = |of: fn(&(i64, i64, i64)) -> i64| rows.iter().map(of).collect::<Vec<i64>>();
        let (from, to, long) = (column(|row| row.0), column(|row| row.1), column(|row| row.2));
        let mut out = vec![7; rows.len()];

        let expected: Vec<_> = rows.iter().map(|(start, _, length)| {
            let asked = instant(*start).filter(|_| *length != NULL);
            row(asked.map(|start| scalar.after(start, Length::from_micros(*length))), Instant::micros)
        }).collect();
        let unanswered = columnar.after_each(&from, &long, &mut out).unwrap();
        agrees(&expected, &out, unanswered)?;

        let expected: Vec<_> = rows.iter().map(|(from, to, _)| {
            row(instant(*from).zip(instant(*to)).map(|(from, to)| scalar.elapsed(from, to)), Length::micros)
        }).collect();
        let unanswered = columnar.elapsed_each(&from, &to, &mut out).unwrap();
        agrees(&expected, &out, unanswered)?;

        let each = |ask: &dyn Fn(Instant) -> Result<Instant, CalendarError>| -> Vec<(i64, bool)> {
            from.iter().map(|at| row(instant(*at).map(ask), Instant::micros)).collect()
        };
        let unanswered = columnar.next_open_each(&from, &mut out).unwrap();
        agrees(&each(&|at| scalar.next_open(at)), &out, unanswered)?;
        let unanswered = columnar.prev_close_each(&from, &mut out).unwrap();
        agrees(&each(&|at| scalar.prev_close(at)), &out, unanswered)?;
        let budget = budget.parse().unwrap();
        let unanswered = columnar.deadline_each(&from, &budget, &mut out).unwrap();
        agrees(&each(&|at| scalar.deadline(at, &budget).map(|due| due.at)), &out, unanswered)?;

        let flags = |asked: &dyn Fn(Instant) -> Result<bool, CalendarError>| -> Vec<(i64, bool)> {
            let flag = |(value, refused)| (if value == NULL { -1 } else { value }, refused);
            from.iter().map(|at| flag(row(instant(*at).map(asked), i64::from))).collect()
        };
        let mut short = vec![7_i8; rows.len()];
        let unanswered = columnar.open_each(&from, &mut short).unwrap();
        agrees(&flags(&|at| scalar.is_open(at)), &short.iter().map(|flag| i64::from(*flag)).collect::<Vec<_>>(), unanswered)?;
        let unanswered = columnar.provisional_each(&from, &mut short).unwrap();
        agrees(&flags(&|at| Ok(scalar.provisional(at))), &short.iter().map(|flag| i64::from(*flag)).collect::<Vec<_>>(), unanswered)?;
    }

    #[test]
    fn working_days_of_a_column_are_those_of_its_rows(
        rules in rules(), rows in vec((-30_000_i32..90_000, -30_000_i32..90_000), 1..50), extreme in select(vec![NULL_DATE, NULL_DATE + 1, i32::MAX, 0]),
    ) {
        let calendar = Calendar::compile(&rules).unwrap();
        let (mut from, to): (Vec<i32>, Vec<i32>) = rows.into_iter().unzip();
        from[0] = extreme;
        let mut days = vec![7; from.len()];
        let unanswered = calendar.working_days_each(&from, &to, &mut days).unwrap();
        let expected: Vec<_> = from.iter().zip(&to).map(|(from, to)| {
            if *from == NULL_DATE || *to == NULL_DATE {
                return (NULL, false);
            }
            match NaiveDate::from_epoch_days(*from).zip(NaiveDate::from_epoch_days(*to)) {
                None => (NULL, true),
                Some((from, to)) => row(Some(calendar.working_days_between(from, to)), |days| days),
            }
        }).collect();
        agrees(&expected, &days, unanswered)?;
    }

    /// Tables of the near years and of all, beside the years themselves.
    #[test]
    fn a_table_answers_as_its_years_do(
        rules in rules(), rows in vec((instants(), instants(), lengths()), 50), far in any::<bool>(),
    ) {
        let plan = compile::compile(&rules).unwrap();
        let line = Line::new(&plan);
        let table = if far && rules.table.is_none() { line.far(&plan, usize::MAX) } else { line.near(&plan, usize::MAX) }.unwrap();
        for (from, to, length) in rows {
            if let Some(elapsed) = table.elapsed(from, to) {
                prop_assert_eq!(line.elapsed_by_years(&plan, from, to), Ok(elapsed));
            }
            if let Some(place) = table.after(from, length, false) {
                prop_assert_eq!(line.after_by_years(&plan, from, length), Ok(place));
            }
            if let Some(place) = table.after(from, length, true) {
                let landed = line.after_by_years(&plan, from, length).unwrap();
                let rolled = if length < 0 { line.prev_close_by_years(&plan, landed) } else { line.next_open_by_years(&plan, landed) };
                prop_assert_eq!(rolled, Ok(place));
            }
            if let Some(open) = table.is_open(from) {
                prop_assert_eq!(line.is_open_by_years(&plan, from), Ok(open));
            }
        }
    }
}

/// The tables hold what a calendar of ordinary hours is asked about: only rows before, after and between are left.
#[test]
fn ordinary_rows_are_answered_by_the_table() {
    for hours in [json!(["08:30-12:00", "13:30-18:00"]), json!(["00:00-24:00"]), json!(["22:00-06:00"])] {
        let rules: CalendarRules =
            serde_json::from_value(json!({ "time_zone": "America/New_York", "hours": { "mon-fri": hours } })).unwrap();
        let plan = compile::compile(&rules).unwrap();
        let line = Line::new(&plan);
        let table = line.near(&plan, usize::MAX).unwrap();
        for at in (1_546_300_800_000_000..1_798_761_600_000_000).step_by(7_777_777_777) {
            assert!(table.after(at, 4 * 3_600_000_000, false).is_some() && table.is_open(at).is_some(), "{at}");
        }
    }
}

#[test]
fn columns_of_different_lengths_are_told_apart() {
    let calendar = Calendar::round_the_clock(Zone::UTC);
    let error = calendar.after_each(&[1, 2], &[1, 2, 3], &mut [0; 2]).unwrap_err();
    assert_eq!(error, ColumnError::Rows { column: "lengths", found: 3, rows: 2 });
    assert_eq!(error.to_string(), "`lengths` has 3 rows and the first column has 2: give each as many");
    assert!(calendar.after_each(&[1, 2], &[], &mut [0; 2]).is_err());
    assert!(calendar.elapsed_each(&[1], &[1, 2], &mut [0]).is_err());
    assert!(calendar.open_each(&[1], &mut []).is_err());
    assert_eq!(calendar.after_each(&[], &[1], &mut []), Ok(Unanswered::default()));
}

/// The first row that has no answer is the one told, and the block after it goes on.
#[test]
fn the_first_unanswered_row_is_told_across_blocks() {
    let calendar = Calendar::round_the_clock(Zone::UTC);
    let mut starts = vec![0_i64; 5_000];
    (starts[2_000], starts[3_000], starts[4_000]) = (NULL, i64::MAX, i64::MIN + 1);
    let mut due = vec![0; starts.len()];
    let unanswered = calendar.after_each(&starts, &[1], &mut due).unwrap();
    assert_eq!(unanswered, Unanswered { rows: 2, first: Some(3_000) });
    assert_eq!((due[2_000], due[3_000], due[4_000], due[4_999]), (NULL, NULL, NULL, 1));
}
