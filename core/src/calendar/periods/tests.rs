//! Which hours a date has, where they change in the course of time.
use serde_json::{Value, json};

use crate::calendar::{Calendar, CalendarRules};

fn rules(hours: &Value, periods: &Value) -> CalendarRules {
    serde_json::from_value(json!({ "time_zone": "Asia/Shanghai", "hours": hours, "periods": periods })).unwrap()
}

fn hours(calendar: &Calendar, date: &str) -> String {
    let day = calendar.day(date.parse().unwrap());
    day.hours.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
}

fn paths(told: &crate::problem::Problems) -> Vec<&str> {
    told.iter().map(|problem| problem.path.as_str()).collect()
}

#[test]
fn of_several_periods_the_one_that_began_last_holds() {
    let calendar = Calendar::compile(&rules(
        &json!({ "daily": ["09:00-17:00"] }),
        &json!([
            { "from": "2026-06-01", "hours": { "daily": ["08:00-16:00"] } },
            { "from": "07-01", "to": "08-31", "hours": { "daily": ["07:00-15:00"] } },
            { "from": "2026-08-10", "to": "2026-08-12", "hours": { "daily": ["12:00-14:00"] } },
            { "from": "12-20", "to": "01-10", "hours": { "daily": ["10:00-12:00"] } },
            { "from": "2028-01-05", "hours": {} },
        ]),
    ))
    .unwrap();
    for (date, wanted) in [
        ("2020-06-30", "09:00-17:00"),
        ("2020-07-01", "07:00-15:00"),
        ("2020-09-01", "09:00-17:00"),
        ("2026-05-31", "09:00-17:00"),
        ("2026-06-01", "08:00-16:00"),
        ("2026-06-30", "08:00-16:00"),
        ("2026-07-01", "07:00-15:00"),
        ("2026-08-09", "07:00-15:00"),
        ("2026-08-10", "12:00-14:00"),
        ("2026-08-12", "12:00-14:00"),
        ("2026-08-13", "07:00-15:00"),
        ("2026-09-01", "08:00-16:00"),
        ("2026-12-20", "10:00-12:00"),
        ("2027-01-10", "10:00-12:00"),
        ("2027-01-11", "08:00-16:00"),
        ("1900-01-01", "10:00-12:00"),
        ("2028-01-04", "10:00-12:00"),
        ("2028-01-05", ""),
        ("2028-01-11", ""),
        ("2028-07-01", "07:00-15:00"),
        ("2028-09-01", ""),
        ("2200-12-31", "10:00-12:00"),
    ] {
        assert_eq!(hours(&calendar, date), wanted, "{date}");
    }
}

#[test]
fn a_make_up_day_has_the_hours_of_its_period() {
    let rules: CalendarRules = serde_json::from_value(json!({
        "time_zone": "Asia/Shanghai", "table": "china", "hours": { "mon-fri": ["09:00-17:00"] },
        "workday_hours": ["10:00-11:00"],
        "periods": [
            { "from": "2026-02-20", "to": "2026-03-01", "hours": { "mon-thu": ["08:00-16:00"], "fri": ["08:00-12:00"] } },
            { "from": "2026-05-09", "hours": { "mon-fri": ["07:00-15:00"] }, "workday_hours": ["07:00-12:00"] },
        ],
    }))
    .unwrap();
    let calendar = Calendar::compile(&rules).unwrap();
    let found = ["2026-02-14", "2026-02-28", "2026-05-09"].map(|date| hours(&calendar, date));
    assert_eq!(found, ["10:00-11:00", "08:00-16:00", "07:00-12:00"]);
}

#[test]
fn the_past_of_a_change_has_its_old_fingerprint_of_hours() {
    let base = json!({ "mon-fri": ["09:00-17:00"] });
    let summer = json!({ "mon-fri": ["08:00-16:00"] });
    let old = Calendar::compile(&rules(&base, &json!([]))).unwrap();
    let new = Calendar::compile(&rules(&base, &json!([{ "from": "2026-06-01", "hours": summer }]))).unwrap();
    assert_ne!(old, new);
    let same = rules(
        &base,
        &json!([
            { "from": "2027-06-01", "hours": summer },
            { "from": "2026-06-01", "to": "2027-05-31", "hours": { "mon-fri": [["08:00", "16:00"]] } },
        ]),
    );
    let instants = ["2019-05-01T00:00:00+08:00", "2026-06-01T08:00:00+08:00"].map(|text| text.parse().unwrap());
    assert_eq!(old.elapsed(instants[0], instants[1]), new.elapsed(instants[0], instants[1]));
    let same = Calendar::compile(&same).unwrap();
    for date in ["2026-05-31", "2026-06-01", "2027-05-31", "2027-06-01", "2030-01-01"] {
        assert_eq!(hours(&same, date), hours(&new, date));
    }
}

#[test]
fn every_mistake_of_a_period_is_told() {
    let told = rules(
        &json!({}),
        &json!([
            { "from": "2026-06-31", "hours": { "daily": ["09:00-09:00"] } },
            { "from": "2026-06-01", "to": "2026-05-01" },
            { "from": "06-01" },
            { "from": "06-01", "to": "2026-09-30" },
            { "from": "2026-06-01", "to": "09-30" },
            { "from": "2026-07-01", "hours": { "someday": [] } },
            { "from": "2026-07-01", "to": "2026-07-02" },
        ]),
    )
    .lint();
    assert_eq!(
        paths(&told),
        [
            "periods[0].hours.daily[0]",
            "periods[0].from",
            "periods[1].to",
            "periods[2].to",
            "periods[3].to",
            "periods[4].to",
            "periods[5].hours.someday",
            "periods[6].from",
        ]
    );
    let always: CalendarRules = serde_json::from_value(json!({
        "time_zone": "UTC", "round_the_clock": true, "periods": [{ "from": "2026-07-01", "hours": { "daily": ["09:00-17:00"] } }],
    }))
    .unwrap();
    assert_eq!(paths(&Calendar::compile(&always).unwrap_err()), ["periods"]);
}

#[test]
fn a_lint_tells_gaps_and_overlaps_of_periods() {
    let day = json!({ "daily": ["09:00-17:00"] });
    let period = |from: &str, to: Option<&str>| json!({ "from": from, "to": to, "hours": day });
    for (base, periods, wanted) in [
        (&day, json!([period("2026-06-01", None), period("2027-06-01", None)]), vec![]),
        (&day, json!([period("06-01", Some("09-30")), period("2027-01-01", None)]), vec![]),
        (&day, json!([period("2026-06-01", Some("2026-06-30")), period("2026-09-01", None)]), vec![]),
        (&json!({}), json!([period("2026-06-01", Some("2026-06-30")), period("2026-07-01", None)]), vec![]),
        (
            &json!({}),
            json!([period("2026-06-01", Some("2026-06-30")), period("2026-07-02", None)]),
            vec!["periods[1].from"],
        ),
        (&day, json!([period("2026-06-15", None), period("2026-06-01", Some("2026-06-30"))]), vec!["periods[0].from"]),
        (&day, json!([period("06-01", Some("09-30")), period("09-30", Some("10-31"))]), vec!["periods[1].from"]),
        (
            &day,
            json!([{ "from": "2026-06-01", "hours": { "daily": ["09:00-12:00", "11:00-13:00"] } }]),
            vec!["periods[0].hours.daily"],
        ),
        (&json!({}), json!([{ "from": "2026-06-01" }]), vec![""]),
    ] {
        assert_eq!(paths(&rules(base, &periods).lint()), wanted, "{periods}");
    }
}
