//! Working time against a model that knows a minute and the rules and nothing else, and the laws of lengths.
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use proptest::collection::{btree_map, btree_set, vec};
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::json;

use super::*;

const DAY: i64 = 1_440;
/// The minutes that the model knows, from Monday 2 March 2026 in Shanghai.
const KNOWN: Range<i64> = -5 * DAY..60 * DAY;

/// Minutes of a day; a close past 1,440 lies on the next.
type Hours = Vec<(i64, i64)>;

/// Rules by the number of the day, 0 for that Monday.
#[derive(Debug, Clone)]
struct Model {
    week: Vec<Hours>,
    workday_hours: Hours,
    own: BTreeMap<i64, Hours>,
    breaks: BTreeMap<i64, Hours>,
    holidays: BTreeSet<i64>,
    workdays: BTreeSet<i64>,
    by_date: bool,
}

impl Model {
    fn weekday(&self, day: i64) -> &Hours {
        &self.week[usize::try_from(day.rem_euclid(7)).unwrap()]
    }

    fn hours(&self, day: i64) -> Hours {
        match self.own.get(&day) {
            Some(own) => own.clone(),
            None if self.workdays.contains(&day) => self.workday_hours.clone(),
            None if self.holidays.contains(&day) => Vec::new(),
            None => self.weekday(day).clone(),
        }
    }

    fn holiday(&self, day: i64) -> bool {
        self.holidays.contains(&day) && !self.workdays.contains(&day) && !self.own.contains_key(&day)
    }

    /// The hours whose part after midnight falls on the next day.
    fn hours_of_the_night(&self, day: i64) -> Hours {
        if self.by_date && self.holiday(day) { self.weekday(day).clone() } else { self.hours(day) }
    }

    fn broken(&self, minute: i64) -> bool {
        let breaks = |day| self.breaks.get(&day).cloned().unwrap_or_default();
        covers(minute, breaks)
    }

    fn open(&self, minute: i64) -> bool {
        let day = minute.div_euclid(DAY);
        let closed_by_date = self.by_date && (self.holiday(day) || self.own.get(&day).is_some_and(Vec::is_empty));
        let hours = |of| if of == day { self.hours(of) } else { self.hours_of_the_night(of) };
        !closed_by_date && !self.broken(minute) && covers(minute, hours)
    }

    /// Whether some of the day's own hours are left.
    fn works(&self, day: i64) -> bool {
        self.hours(day).iter().any(|(open, close)| (*open..*close).any(|minute| !self.broken(day * DAY + minute)))
    }

    fn rules(&self) -> CalendarRules {
        let names = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
        let dated = |days: &BTreeMap<i64, Hours>| -> BTreeMap<String, Vec<String>> {
            days.iter().map(|(day, hours)| (date(*day).to_string(), texts(hours))).collect()
        };
        let listed = |days: &BTreeSet<i64>| days.iter().map(|day| date(*day).to_string()).collect::<Vec<_>>();
        let week: BTreeMap<&str, Vec<String>> = names.into_iter().zip(self.week.iter().map(texts)).collect();
        let night = if self.by_date { "calendar_date" } else { "shift_start" };
        serde_json::from_value(json!({
            "time_zone": "Asia/Shanghai", "hours": week, "workday_hours": texts(&self.workday_hours),
            "days": dated(&self.own), "breaks": dated(&self.breaks), "holidays": listed(&self.holidays),
            "workdays": listed(&self.workdays), "conventions": { "night_shift_holiday": night },
        }))
        .unwrap()
    }
}

/// Whether hours of the minute's day, or those of the day before past midnight, hold it.
fn covers(minute: i64, hours: impl Fn(i64) -> Hours) -> bool {
    let (day, clock) = (minute.div_euclid(DAY), minute.rem_euclid(DAY));
    let within = |day, clock| hours(day).iter().any(|(open, close)| (*open..*close).contains(&clock));
    within(day, clock) || within(day - 1, clock + DAY)
}

fn date(day: i64) -> NaiveDate {
    let monday = NaiveDate::from_ymd_opt(2026, 3, 2).unwrap();
    monday + chrono::TimeDelta::days(day)
}

fn texts(hours: &Hours) -> Vec<String> {
    let clock = |minute: i64| format!("{:02}:{:02}", minute / 60, minute % 60);
    hours.iter().map(|(open, close)| format!("{}-{}", clock(*open), clock((close - 1) % DAY + 1))).collect()
}

fn at(minute: i64) -> Instant {
    let monday: Instant = "2026-03-02T00:00:00+08:00".parse().unwrap();
    monday + Length::from_minutes(minute)
}

fn hours(most: usize) -> impl Strategy<Value = Hours> {
    vec((0_i64..48, 1_i64..48).prop_map(|(open, length)| (open * 30, (open + length) * 30)), 0..=most)
}

fn model() -> impl Strategy<Value = Model> {
    let days = || 0_i64..21;
    let closed_or = || prop_oneof![Just(Vec::new()), hours(2)];
    (
        vec(closed_or(), 7),
        hours(2).prop_filter("make-up days have hours", |hours| !hours.is_empty()),
        btree_map(days(), closed_or(), 0..3),
        btree_map(days(), hours(2), 0..4),
        btree_set(days(), 0..5),
        btree_set(days(), 0..3),
        any::<bool>(),
    )
        .prop_map(|(week, workday_hours, own, breaks, holidays, workdays, by_date)| Model {
            week,
            workday_hours,
            own,
            breaks,
            holidays,
            workdays,
            by_date,
        })
}

/// The model with its open minutes counted once: how many lie before each minute of [`KNOWN`].
struct Counted {
    before: Vec<i64>,
}

impl Counted {
    fn new(model: &Model) -> Self {
        let mut before = vec![0];
        before.extend(KNOWN.scan(0, |count, minute| {
            *count += i64::from(model.open(minute));
            Some(*count)
        }));
        Self { before }
    }

    fn before(&self, minute: i64) -> i64 {
        self.before[usize::try_from(minute - KNOWN.start).unwrap()]
    }

    fn elapsed(&self, from: i64, to: i64) -> i64 {
        self.before(to) - self.before(from)
    }

    fn earliest(&self, from: i64, count: i64) -> Option<i64> {
        (from..KNOWN.end).find(|to| self.elapsed(from, *to) == count)
    }

    fn latest(&self, to: i64, count: i64) -> Option<i64> {
        (KNOWN.start..=to).rev().find(|from| self.elapsed(*from, to) == count)
    }
}

fn unkept() -> ProptestConfig {
    ProptestConfig { failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(unkept())]

    #[test]
    fn every_answer_is_that_of_the_model(
        model in model(),
        (a, b) in (-2 * DAY..23 * DAY, -2 * DAY..23 * DAY),
        length in 1_i64..2_000,
    ) {
        let calendar = Calendar::compile(&model.rules()).unwrap();
        let counted = Counted::new(&model);
        prop_assert_eq!(calendar.elapsed(at(a), at(b)), Ok(Length::from_minutes(counted.elapsed(a, b))));
        prop_assert_eq!(calendar.is_open(at(a)), Ok(model.open(a)));
        if let Some(due) = counted.earliest(a, length) {
            prop_assert_eq!(calendar.after(at(a), Length::from_minutes(length)), Ok(at(due)));
        }
        if let Some(begin) = counted.latest(a, length) {
            prop_assert_eq!(calendar.after(at(a), Length::from_minutes(-length)), Ok(at(begin)));
        }
        if let Some(open) = (a..KNOWN.end).find(|minute| model.open(*minute)) {
            prop_assert_eq!(calendar.next_open(at(a)), Ok(at(open)));
        }
        if let Some(close) = (KNOWN.start + 1..=a).rev().find(|minute| model.open(minute - 1)) {
            prop_assert_eq!(calendar.prev_close(at(a)), Ok(at(close)));
        }
    }

    #[test]
    fn a_day_works_if_the_model_leaves_some_of_its_hours(
        model in model().prop_map(|model| Model { by_date: false, ..model }),
        (from, to) in (-2_i64..23, -2_i64..23),
    ) {
        let calendar = Calendar::compile(&model.rules()).unwrap();
        let worked = |days: Range<i64>| i64::try_from(days.filter(|day| model.works(*day)).count()).unwrap();
        let expected = if from <= to { worked(from..to) } else { -worked(to..from) };
        prop_assert_eq!(calendar.working_days_between(date(from), date(to)), Ok(expected));
        prop_assert_eq!(calendar.is_working_day(date(from)), model.works(from));
    }

    #[test]
    fn the_spans_of_an_explanation_are_open_or_closed_as_a_whole(
        model in model(),
        (a, b) in (-2 * DAY..23 * DAY, 0_i64..3 * DAY),
    ) {
        let calendar = Calendar::compile(&model.rules()).unwrap();
        let spans = calendar.spans(at(a), at(a + b)).unwrap();
        let minute = |instant: Instant| (instant - at(0)).micros() / 60_000_000;
        let mut cursor = at(a);
        for span in &spans {
            prop_assert_eq!(span.from, cursor);
            cursor = span.to;
            prop_assert!((minute(span.from)..minute(span.to)).all(|minute| model.open(minute) == span.reason.counts()));
            let counted = if span.reason.counts() { span.to - span.from } else { Length::ZERO };
            prop_assert_eq!(span.counted, counted);
        }
        prop_assert_eq!(cursor, at(a + b));
    }
}

/// Calendars on which the laws must hold: those of the desk, and what is awkward about clocks and nights.
fn calendars() -> impl Strategy<Value = Calendar> {
    let rules = [
        json!({ "time_zone": "Asia/Shanghai", "table": "china", "hours": { "mon-fri": ["08:30-12:00", "13:30-18:00"] } }),
        json!({ "time_zone": "Asia/Shanghai", "round_the_clock": true }),
        json!({ "time_zone": "America/New_York", "hours": { "daily": ["00:30-03:30", "09:00-17:00"] } }),
        json!({ "time_zone": "Australia/Lord_Howe", "hours": { "daily": ["22:00-06:00"] }, "holidays": ["12-25"] }),
        json!({
            "time_zone": "Asia/Shanghai", "table": "china", "hours": { "mon-sat": ["20:00-08:00"] },
            "conventions": { "night_shift_holiday": "calendar_date" },
        }),
        json!({ "time_zone": "Europe/Berlin", "hours": { "mon": ["09:00-13:00", "12:00-17:00"], "sun": ["02:15-02:45"] } }),
    ];
    select(rules.map(|rules| Calendar::compile(&serde_json::from_value(rules).unwrap()).unwrap()).to_vec())
}

/// Years with and without knowledge of holidays.
fn instants() -> impl Strategy<Value = Instant> {
    (1_420_000_000_000_000_i64..2_050_000_000_000_000).prop_map(Instant::from_micros)
}

fn forwards() -> impl Strategy<Value = Length> {
    (1_i64..3_000_000_000_000).prop_map(Length::from_micros)
}

proptest! {
    #![proptest_config(unkept())]

    #[test]
    fn what_was_added_has_elapsed(calendar in calendars(), start in instants(), length in forwards()) {
        for length in [length, -length, Length::ZERO] {
            prop_assert_eq!(calendar.elapsed(start, calendar.after(start, length)?)?, length);
        }
    }

    #[test]
    fn a_due_time_is_the_earliest_and_backwards_the_latest(
        calendar in calendars(), start in instants(), length in forwards(),
    ) {
        let (due, begin) = (calendar.after(start, length)?, calendar.after(start, -length)?);
        let less = length - Length::MICROSECOND;
        prop_assert_eq!(calendar.elapsed(start, due - Length::MICROSECOND)?, less);
        prop_assert_eq!(calendar.elapsed(begin + Length::MICROSECOND, start)?, less);
    }

    #[test]
    fn elapsed_time_adds_up(calendar in calendars(), a in instants(), b in instants(), c in instants()) {
        prop_assert_eq!(calendar.elapsed(a, c)?, calendar.elapsed(a, b)? + calendar.elapsed(b, c)?);
        prop_assert_eq!(calendar.elapsed(b, a)?, -calendar.elapsed(a, b)?);
    }

    #[test]
    fn two_lengths_are_one(calendar in calendars(), start in instants(), one in forwards(), two in forwards()) {
        prop_assert_eq!(calendar.after(calendar.after(start, one)?, two)?, calendar.after(start, one + two)?);
    }

    #[test]
    fn both_are_monotone(
        calendar in calendars(), a in instants(), b in instants(), one in forwards(), two in forwards(),
    ) {
        let (early, late) = (a.min(b), a.max(b));
        prop_assert!(calendar.elapsed(early, late)? >= Length::ZERO);
        prop_assert!(calendar.after(early, one)? <= calendar.after(late, one)?);
        prop_assert!(calendar.after(a, one.min(two))? <= calendar.after(a, one.max(two))?);
    }

    #[test]
    fn a_due_time_that_rolls_is_where_the_next_work_begins(
        calendar in calendars(), start in instants(), length in forwards(),
    ) {
        let mut rules = calendar.rules().clone();
        rules.conventions.at_closing = AtClosing::Roll;
        let rolls = Calendar::compile(&rules)?;
        prop_assert_eq!(rolls.after(start, length)?, calendar.next_open(calendar.after(start, length)?)?);
        prop_assert_eq!(rolls.after(start, -length)?, calendar.prev_close(calendar.after(start, -length)?)?);
    }
}

#[test]
fn a_fingerprint_is_that_of_what_the_rules_say() {
    let calendar = |rules: serde_json::Value| Calendar::compile(&serde_json::from_value(rules).unwrap()).unwrap();
    let written = calendar(json!({
        "time_zone": "Asia/Shanghai", "hours": { "mon-tue": ["09:00-12:00", "13:00-17:00"] },
        "holidays": [{ "from": "2026-10-01", "to": "2026-10-02", "name": "National Day" }],
    }));
    let otherwise = calendar(json!({
        "time_zone": "Asia/Shanghai", "label": { "zh": "周一", "en": "Mondays" }, "holidays": ["2026-10-02", "2026-10-01"],
        "hours": { "tue": [["13:00", "17:00"], ["09:00", "12:00"]], "mon": ["09:00-12:00", "13:00-17:00"] },
    }));
    assert_eq!(written, otherwise);
    for differs in [
        json!({ "time_zone": "Asia/Urumqi", "hours": {} }),
        json!({ "time_zone": "Asia/Shanghai", "hours": {}, "table": "china" }),
        json!({ "time_zone": "Asia/Shanghai", "hours": {}, "conventions": { "at_closing": "roll" } }),
        json!({ "time_zone": "Asia/Shanghai", "hours": {}, "holidays": ["10-01"] }),
        json!({ "time_zone": "Asia/Shanghai", "hours": {}, "holidays": ["2026-10-01"] }),
        json!({ "time_zone": "Asia/Shanghai", "hours": {}, "workdays": ["2026-10-01"] }),
        json!({ "time_zone": "Asia/Shanghai", "hours": {}, "days": { "2026-10-01": [] } }),
        json!({ "time_zone": "Asia/Shanghai", "hours": {}, "breaks": { "2026-10-01": ["09:00-10:00"] } }),
        json!({ "time_zone": "Asia/Shanghai", "hours": {}, "workday_hours": ["09:00-10:00"] }),
    ] {
        assert_ne!(
            calendar(differs.clone()),
            calendar(json!({ "time_zone": "Asia/Shanghai", "hours": {} })),
            "{differs}"
        );
    }
}

/// What is allowed but probably not meant, each once and at its place.
#[test]
fn a_lint_tells_the_place() {
    let lint = |rules: serde_json::Value| -> Vec<String> {
        let rules: CalendarRules = serde_json::from_value(rules).unwrap();
        rules.lint().iter().map(|problem| problem.path.clone()).collect()
    };
    let office = json!(["09:00-12:00", "13:00-17:00"]);
    assert_eq!(lint(json!({ "time_zone": "UTC", "hours": { "mon-fri": office } })), Vec::<String>::new());
    assert_eq!(lint(json!({ "time_zone": "UTC" })), [""]);
    assert_eq!(lint(json!({ "time_zone": "UTC", "hours": { "mon": ["09:00-12:00", "11:00-17:00"] } })), ["hours.mon"]);
    assert_eq!(
        lint(json!({
            "time_zone": "Asia/Shanghai", "table": "china", "hours": { "mon-fri": office },
            "holidays": ["2026-02-28", "2026-03-02", "2026-03-03", "2026-03-03"], "workdays": ["2026-03-02"],
        })),
        ["holidays", "holidays", "holidays[3]"]
    );
    assert_eq!(lint(json!({ "time_zone": "UTC", "hours": { "someday": office } })), ["hours.someday"]);
}
