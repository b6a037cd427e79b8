//! An independent reading of the rules, second by second, that shares no code with the core: it reads the JSON that callers
//! read and knows seconds, weekdays and nothing else. Deadlines, clocks and their explanations are checked against it.
use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, TimeDelta, TimeZone, Timelike, Utc};
use chrono_tz::Tz;
use guanjia::ops::{Context, call};
use proptest::collection::{btree_map, btree_set, vec};
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

const DAY: i64 = 86_400;
/// Hours begin and end at multiples of so many seconds.
const GRID: i64 = 900;

/// Seconds of the day; a close past 86,400 lies on the next day.
type Hours = Vec<(i64, i64)>;

/// A small calendar: two weeks of days that differ, in zones and weeks in which clocks change.
#[derive(Debug, Clone)]
struct Rules {
    zone: Tz,
    first: NaiveDate,
    week: Vec<Hours>,
    own: BTreeMap<i64, Hours>,
    holidays: BTreeSet<i64>,
    workdays: BTreeSet<i64>,
    breaks: BTreeMap<i64, Hours>,
}

impl Rules {
    fn date(&self, day: i64) -> NaiveDate {
        self.first + TimeDelta::days(day)
    }

    fn json(&self) -> Value {
        let names = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
        let week: BTreeMap<&str, Vec<String>> = names.into_iter().zip(self.week.iter().map(texts)).collect();
        let dated = |days: &BTreeMap<i64, Hours>| -> BTreeMap<String, Vec<String>> {
            days.iter().map(|(day, hours)| (self.date(*day).to_string(), texts(hours))).collect()
        };
        let holidays: Vec<Value> = self
            .holidays
            .iter()
            .map(|day| json!({ "date": self.date(*day).to_string(), "name": format!("feast {day}") }))
            .collect();
        let workdays: Vec<String> = self.workdays.iter().map(|day| self.date(*day).to_string()).collect();
        json!({
            "time_zone": self.zone.name(), "hours": week, "workday_hours": ["09:00-11:00"], "days": dated(&self.own),
            "holidays": holidays, "workdays": workdays, "breaks": dated(&self.breaks),
        })
    }

    fn hours(&self, date: NaiveDate) -> Hours {
        let day = (date - self.first).num_days();
        if let Some(own) = self.own.get(&day) {
            return own.clone();
        }
        if self.workdays.contains(&day) {
            return vec![(9 * 3600, 11 * 3600)];
        }
        if self.holidays.contains(&day) {
            return Vec::new();
        }
        self.week
            .get(usize::try_from(date.weekday().num_days_from_monday()).expect("small"))
            .cloned()
            .unwrap_or_default()
    }

    /// The second of the line at which the wall clock of the zone shows so many seconds of a date: a time that is skipped
    /// moves forward by the gap, of one that comes twice the earlier counts.
    fn second(&self, date: NaiveDate, seconds: i64) -> i64 {
        let wall: NaiveDateTime = date.and_hms_opt(0, 0, 0).expect("midnight") + TimeDelta::seconds(seconds);
        match self.zone.from_local_datetime(&wall) {
            chrono::LocalResult::Single(at) => at.timestamp(),
            chrono::LocalResult::Ambiguous(one, two) => one.timestamp().min(two.timestamp()),
            chrono::LocalResult::None => {
                // The offset that held before the gap shows where the wall clock would have gone.
                let before =
                    self.zone.from_local_datetime(&(wall - TimeDelta::hours(6))).earliest().expect("before the gap");
                before.timestamp() + 6 * 3600
            }
        }
    }

    /// Which seconds of `[from, from + many)` are open, and which would be but for a break.
    fn seconds(&self, from: i64, many: usize) -> Vec<Second> {
        let mut seconds = vec![Second::default(); many];
        let first = self.date_at(from) - TimeDelta::days(2);
        let last = self.date_at(from + i64::try_from(many).expect("few")) + TimeDelta::days(2);
        let mut paint = |date: NaiveDate, hours: &Hours, dye: fn(&mut Second)| {
            for (open, close) in hours {
                let (begin, end) = (self.second(date, *open) - from, self.second(date, *close) - from);
                let begin = usize::try_from(begin.max(0)).unwrap_or(0);
                let end = usize::try_from(end.max(0)).unwrap_or(0).min(many);
                seconds.iter_mut().take(end).skip(begin).for_each(dye);
            }
        };
        for date in first.iter_days().take_while(|date| *date <= last) {
            paint(date, &self.hours(date), |second| second.hours = true);
            let breaks = self.breaks.get(&(date - self.first).num_days());
            paint(date, breaks.unwrap_or(&Vec::new()), |second| second.broken = true);
        }
        seconds
    }

    fn date_at(&self, second: i64) -> NaiveDate {
        self.zone.timestamp_opt(second, 0).single().expect("an instant").date_naive()
    }
}

#[derive(Debug, Clone, Copy, Default)]
struct Second {
    hours: bool,
    broken: bool,
}

impl Second {
    fn open(self) -> bool {
        self.hours && !self.broken
    }
}

fn texts(hours: &Hours) -> Vec<String> {
    let clock = |second: i64| format!("{:02}:{:02}", second / 3600, second / 60 % 60);
    hours.iter().map(|(open, close)| format!("{}-{}", clock(*open), clock((close - 60) % DAY + 60))).collect()
}

fn hours() -> impl Strategy<Value = Hours> {
    vec((0..DAY / GRID, 1..DAY / GRID).prop_map(|(open, length)| (open * GRID, (open + length) * GRID)), 0..=2)
}

fn rules() -> impl Strategy<Value = Rules> {
    let zones = [
        Tz::Asia__Shanghai,
        Tz::Europe__Berlin,
        Tz::Australia__Lord_Howe,
        Tz::America__Sao_Paulo,
        Tz::Africa__Casablanca,
    ];
    // Mondays of weeks in which Europe, Lord Howe, São Paulo and Casablanca change their clocks.
    let weeks = ["2026-03-23", "2026-10-19", "2026-03-30", "2015-10-12", "2026-02-09"];
    (
        select(zones.to_vec()),
        select(weeks.to_vec()),
        vec(hours(), 7),
        btree_map(0_i64..14, hours(), 0..3),
        btree_set(0_i64..14, 0..4),
        btree_set(0_i64..14, 0..3),
        btree_map(0_i64..14, hours(), 0..3),
    )
        .prop_map(|(zone, first, week, own, holidays, workdays, breaks)| {
            let first = first.parse().expect("a date");
            Rules { zone, first, week, own, holidays, workdays, breaks }
        })
}

fn rfc(second: i64) -> String {
    DateTime::<Utc>::from_timestamp(second, 0).expect("an instant").format("%Y-%m-%dT%H:%M:%SZ").to_string()
}

fn read(text: &Value) -> i64 {
    let text = text.as_str().unwrap_or_else(|| panic!("{text} is no instant"));
    let at = DateTime::parse_from_rfc3339(text).expect("RFC 3339");
    assert_eq!(at.nanosecond(), 0, "{text} is no whole second");
    at.timestamp()
}

/// `PT1H30M5S` as seconds.
fn length(text: &Value) -> i64 {
    let text = text.as_str().unwrap_or_else(|| panic!("{text} is no length"));
    let (sign, rest) = text.strip_prefix('-').map_or((1, text), |rest| (-1, rest));
    let mut number = 0;
    let mut seconds = 0;
    for c in rest.strip_prefix("PT").expect("PT").chars() {
        match c {
            'H' => (seconds, number) = (seconds + number * 3600, 0),
            'M' => (seconds, number) = (seconds + number * 60, 0),
            'S' => (seconds, number) = (seconds + number, 0),
            digit => number = number * 10 + i64::from(digit.to_digit(10).expect("a digit")),
        }
    }
    sign * seconds
}

fn ask(operation: &str, args: &Value) -> Result<Value, String> {
    call(&Context::standard(), operation, &args.to_string())
        .map(|text| serde_json::from_str(&text).expect("JSON"))
        .map_err(|error| error.code.to_string())
}

/// Fifty days of seconds are walked at most.
const WALKED: usize = 50 * 86_400;

/// Seconds from the start at which `wanted` of them have counted; none if the walk is too short.
fn walked(counts: impl Iterator<Item = bool>, wanted: i64) -> Option<i64> {
    let mut left = wanted;
    (1..).zip(counts).find_map(|(n, counts)| {
        left -= i64::from(counts);
        (left == 0).then_some(n)
    })
}

/// A stretch of status, in seconds from the start of the clock.
#[derive(Debug, Clone)]
struct Held {
    reason: &'static str,
    from: i64,
    to: Option<i64>,
}

fn held() -> impl Strategy<Value = Vec<Held>> {
    let one = (select(vec!["customer", "supplier", "parts"]), -DAY..6 * DAY, prop::option::weighted(0.9, 0..2 * DAY));
    vec(one.prop_map(|(reason, from, long)| Held { reason, from, to: long.map(|long| from + long) }), 0..4)
}

/// The bucket that pauses the second, of the reasons that the target names; the first bucket has it.
fn paused(spans: &[Held], second: i64) -> Option<&'static str> {
    let holds = |reason: &str| {
        spans.iter().any(|span| span.reason == reason && span.from <= second && span.to.is_none_or(|to| second < to))
    };
    match (holds("supplier"), holds("customer")) {
        (true, _) => Some("third_party"),
        (false, true) => Some("waiting"),
        (false, false) => None,
    }
}

fn line(start: i64, spans: &[Held]) -> Value {
    let spans: Vec<Value> = spans
        .iter()
        .map(|span| {
            let to = span.to.map(|to| rfc(start + to));
            json!({ "status": "suspended", "reason": span.reason, "from": rfc(start + span.from), "to": to })
        })
        .collect();
    json!({ "marks": [{ "mark": "registered", "at": rfc(start), "place": 1 }], "spans": spans })
}

fn question(rules: &Rules, start: i64, spans: &[Held], budget: &Value) -> Value {
    json!({
        "line": line(start, spans), "now": rfc(start + 300 * DAY),
        "target": {
            "metric": "resolve", "budget": budget, "calendar": rules.json(),
            "pauses": [
                { "status": "suspended", "reasons": ["customer"], "bucket": "waiting" },
                { "status": "suspended", "reasons": ["supplier"], "bucket": "third_party" },
            ],
        },
    })
}

/// What is said of one second of a stretch.
fn agrees(rules: &Rules, reason: &str, name: &Value, at: i64, second: Second) -> bool {
    let date = rules.date_at(at);
    let day = (date - rules.first).num_days();
    let holiday = rules.holidays.contains(&day) && !rules.workdays.contains(&day) && !rules.own.contains_key(&day);
    match reason {
        "working" | "make_up" | "own_hours" => second.open(),
        "break" => second.hours && second.broken,
        "holiday" => !second.open() && holiday && name["en"] == format!("feast {day}"),
        "day_off" => !second.open() && !holiday && rules.hours(date).is_empty(),
        "off_hours" => !second.open() && !holiday && !rules.hours(date).is_empty(),
        other => panic!("what is `{other}`?"),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 192, failure_persistence: None, ..ProptestConfig::default() })]

    /// Deadlines and elapsed times are those of the walk: nights, breaks, hours of single dates, clocks that change.
    #[test]
    fn deadline_and_elapsed_are_those_of_a_walk_by_seconds(
        rules in rules(), from in 0..10 * DAY, budget in 1_i64..200_000, until in 0..20 * DAY,
    ) {
        let start = rules.second(rules.first, 0) + from;
        let seconds = rules.seconds(start, WALKED);
        let open: i64 = seconds.iter().take(usize::try_from(until).expect("few")).map(|one| i64::from(one.open())).sum();
        let args = json!({ "calendar": rules.json(), "from": rfc(start), "to": rfc(start + until) });
        prop_assert_eq!(length(&ask("calendar.elapsed", &args).expect("a length")["elapsed"]), open);
        if let Some(walked) = walked(seconds.iter().map(|one| one.open()), budget) {
            let args = json!({ "calendar": rules.json(), "start": rfc(start), "budget": format!("{budget} s") });
            prop_assert_eq!(read(&ask("calendar.deadline", &args).expect("a due time")["due"]), start + walked);
        }
    }

    /// The checker: an explanation goes from start to due without a gap, what counts adds up to the budget, and each second
    /// is what the walk says of it.
    #[test]
    fn an_explanation_adds_up_and_each_second_of_it_agrees_with_the_walk(
        rules in rules(), from in 0..10 * DAY, budget in 1_i64..150_000, spans in held(),
    ) {
        let start = rules.second(rules.first, 0) + from;
        let args = question(&rules, start, &spans, &json!(format!("{budget} s")));
        let answer = match ask("sla.explain", &args) {
            Ok(answer) => answer,
            Err(code) => {
                prop_assert!(matches!(&*code, "calendar.no_working_time" | "calendar.too_far"), "{}", code);
                return Ok(());
            }
        };
        let told = &answer["explanations"][0];
        let seconds = rules.seconds(start, WALKED);
        let counts = |(n, second): (i64, &Second)| second.open() && paused(&spans, n).is_none();
        let due = walked((0..).zip(&seconds).map(counts), budget);
        let stretches = told["spans"].as_array().cloned().unwrap_or_default();
        prop_assert_eq!(read(&stretches[0]["from"]), start);
        let (mut cursor, mut sum) = (start, 0);
        for stretch in &stretches {
            prop_assert_eq!(read(&stretch["from"]), cursor, "no gap before {}", stretch);
            let counted = length(&stretch["counted"]);
            let reason = stretch["reason"].as_str().expect("a reason");
            sum += counted;
            if stretch["to"].is_null() {
                prop_assert!(reason == "paused" && told["due"].is_null() && counted == 0);
                prop_assert_eq!(length(&told["left"]), budget - sum);
                prop_assert!(paused(&spans, cursor - start) == stretch["bucket"].as_str());
                cursor = i64::MAX;
                break;
            }
            let to = read(&stretch["to"]);
            prop_assert!(cursor < to, "{} is empty", stretch);
            let works = matches!(reason, "working" | "make_up" | "own_hours");
            prop_assert_eq!(counted, if works { to - cursor } else { 0 }, "{}", stretch);
            for at in cursor..to {
                let Some(second) = seconds.get(usize::try_from(at - start).expect("later")) else { break };
                let pause = paused(&spans, at - start);
                if reason == "paused" {
                    prop_assert!(pause == stretch["bucket"].as_str(), "{} at {}: {:?}", stretch, rfc(at), pause);
                } else {
                    prop_assert!(pause.is_none() && agrees(&rules, reason, &stretch["name"], at, *second), "{} at {}", stretch, rfc(at));
                }
            }
            cursor = to;
        }
        if let Some(due) = due {
            prop_assert_eq!(read(&told["due"]), start + due);
        }
        if !told["due"].is_null() {
            prop_assert_eq!(cursor, read(&told["due"]));
            prop_assert_eq!(sum, budget);
        }
    }

    /// A budget of days: as many days count as it says, none twice, and the pauses moved it by the working time in them.
    #[test]
    fn an_explanation_by_days_counts_them(
        rules in rules(), from in 0..6 * DAY, count in 1_i64..5, spans in held(),
    ) {
        let start = rules.second(rules.first, 0) + from;
        let args = question(&rules, start, &spans, &json!(format!("{count} working_days")));
        let Ok(answer) = ask("sla.explain", &args) else { return Ok(()) };
        let told = &answer["explanations"][0];
        let seconds = rules.seconds(start, WALKED);
        let mut counted = 0;
        let mut date = rules.date_at(start);
        for day in told["days"].as_array().expect("days") {
            prop_assert_eq!(&day["date"], &json!(date.to_string()), "each day in turn");
            if let Some(number) = day["number"].as_i64() {
                counted += 1;
                prop_assert_eq!(number, counted);
                prop_assert!(date > rules.date_at(start) && !rules.hours(date).is_empty(), "{}", day);
            }
            date = date.succ_opt().expect("a day");
        }
        prop_assert_eq!(counted, count);
        let mut moved = 0;
        for span in told["spans"].as_array().into_iter().flatten().filter(|span| !span["to"].is_null()) {
            let (from, to) = (read(&span["from"]) - start, read(&span["to"]) - start);
            prop_assert_eq!(span["reason"].as_str(), Some("paused"));
            for n in from..to {
                let Some(second) = seconds.get(usize::try_from(n).expect("later")) else { return Ok(()) };
                prop_assert!(paused(&spans, n) == span["bucket"].as_str());
                moved += i64::from(second.open());
            }
        }
        prop_assert!(told["left"].is_null() == told["due"].is_string());
        if told["left"].is_null() {
            prop_assert_eq!(length(&told["moved"]), moved);
        }
        if moved == 0 && told["left"].is_null() {
            prop_assert_eq!(&told["planned"], &told["due"]);
        }
    }
}
