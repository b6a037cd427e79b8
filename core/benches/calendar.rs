//! Working time over columns and one by one, beside a bare loop over a table of days; and the clocks of the desk.
//!
//! `make bench`. A million rows at random instants; the rounds of what is compared take turns, so that a noisy machine
//! is noisy for all; medians and ratios are what to look at.
#![expect(clippy::expect_used, clippy::disallowed_methods, reason = "a bench may stop, and measures time")]
use std::hint::{black_box, select_unpredictable};
use std::time::Instant as Stopwatch;

use chrono::{DateTime, Days, NaiveDate, Utc};
use guanjia::calendar::{Calendar, CalendarRules, Instant, Length};
use guanjia::sla::{Held, Line, Metric, Target, evaluate};
use serde_json::json;

const ROWS: usize = 1_000_000;
const ROUNDS: usize = 9;
const SECOND: i64 = 1_000_000;
const HOUR: i64 = 3_600 * SECOND;
const DAY: i64 = 24 * HOUR;

fn main() {
    println!("{ROWS} rows at random instants, median of {ROUNDS} rounds, one core\n");
    columns();
    growth();
    lengths();
    building();
    clocks();
}

/// Mon-Fri 08:30-12:00, 13:30-18:00 with China's days.
fn office() -> Calendar {
    calendar(&json!({
        "time_zone": "Asia/Shanghai", "table": "china", "hours": { "mon-fri": ["08:30-12:00", "13:30-18:00"] },
    }))
}

fn calendar(rules: &serde_json::Value) -> Calendar {
    let rules: CalendarRules = serde_json::from_value(rules.clone()).expect("rules");
    Calendar::compile(&rules).expect("rules that compile")
}

/// Every date of 2019-2026 has hours of its own.
fn irregular() -> Calendar {
    let mut random = Random(7);
    let mut clock = |from: u64, to: u64| {
        let minute = from * 60 + random.below((to - from) * 60);
        format!("{:02}:{:02}", minute / 60, minute % 60)
    };
    let first = NaiveDate::from_ymd_opt(2018, 12, 1).expect("a date");
    let days: serde_json::Map<String, serde_json::Value> = (0..3_100)
        .map(|n| {
            let hours =
                json!([format!("{}-{}", clock(7, 9), clock(11, 12)), format!("{}-{}", clock(13, 15), clock(17, 20))]);
            ((first + Days::new(n)).to_string(), hours)
        })
        .collect();
    calendar(&json!({ "time_zone": "Asia/Shanghai", "days": days }))
}

/// So many hours a day, each a while apart from the next.
fn segments(count: u32) -> Calendar {
    let step = 14 * 60 / count;
    let clock = |minute: u32| format!("{:02}:{:02}", minute / 60, minute % 60);
    let hours: Vec<String> = (0..count)
        .map(|n| format!("{}-{}", clock(7 * 60 + n * step), clock(7 * 60 + n * step + step * 2 / 3)))
        .collect();
    calendar(&json!({ "time_zone": "Asia/Shanghai", "table": "china", "hours": { "mon-fri": hours } }))
}

/// Marsaglia's xorshift: the same rows in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit
    }

    fn instants(&mut self, first_year: i32, years: i64) -> Vec<i64> {
        let begin = NaiveDate::from_ymd_opt(first_year, 1, 1).expect("a date").to_epoch_days();
        let span = (years * 365 * DAY).unsigned_abs();
        (0..ROWS).map(|_| i64::from(begin) * DAY + self.below(span).cast_signed()).collect()
    }

    fn lengths(&mut self, longest: i64) -> Vec<i64> {
        (0..ROWS).map(|_| self.below(longest.unsigned_abs()).cast_signed() + 1).collect()
    }
}

/// What is timed, by name.
type Contender<'a> = (&'a str, Box<dyn FnMut() + 'a>);

/// Nanoseconds of each, median of rounds that take turns.
fn compare(contenders: &mut [Contender<'_>]) -> Vec<(String, f64)> {
    let mut times: Vec<Vec<f64>> = vec![Vec::new(); contenders.len()];
    for _ in 0..ROUNDS {
        for ((_, run), times) in contenders.iter_mut().zip(&mut times) {
            let watch = Stopwatch::now();
            run();
            times.push(watch.elapsed().as_secs_f64() * 1e9);
        }
    }
    contenders.iter().zip(times).map(|((name, _), times)| ((*name).to_owned(), median(times))).collect()
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times.get(times.len() / 2).copied().unwrap_or_default()
}

fn report(title: &str, contenders: &mut [Contender<'_>]) {
    println!("| {title} | ns a row | million rows a second |");
    println!("|---|--:|--:|");
    for (name, time) in compare(contenders) {
        println!("| {name} | {:.2} | {:.0} |", time / 1e6, 1e9 / time);
    }
    println!();
}

fn columns() {
    let mut random = Random(1);
    let (office, irregular, bare) = (office(), irregular(), Bare::new(&office()));
    let (starts, ends) = (random.instants(2019, 8), random.instants(2019, 8));
    let lengths = random.lengths(40 * HOUR);
    let mut outs = vec![vec![0_i64; ROWS]; 12];
    let mut outs = outs.iter_mut();
    let mut out = || outs.next().expect("enough columns");
    let (a, b, c, d, e, f, g, h, i, j) = (out(), out(), out(), out(), out(), out(), out(), out(), out(), out());
    let mut open = vec![0_i8; ROWS];
    let four_hours = [4 * HOUR];
    report(
        "columns",
        &mut [
            ("deadlines, a bare loop over days", Box::new(|| bare.deadlines(&starts, &lengths, a))),
            ("deadlines", Box::new(|| each(office.after_each(&starts, &lengths, b)))),
            ("deadlines of one length", Box::new(|| each(office.after_each(&starts, &four_hours, c)))),
            ("deadlines, irregular days", Box::new(|| each(irregular.after_each(&starts, &lengths, d)))),
            ("elapsed, a bare loop over days", Box::new(|| bare.elapsed(&starts, &ends, e))),
            ("elapsed", Box::new(|| each(office.elapsed_each(&starts, &ends, f)))),
            ("elapsed, irregular days", Box::new(|| each(irregular.elapsed_each(&starts, &ends, g)))),
            ("is_open", Box::new(|| each(office.open_each(&starts, &mut open)))),
            ("next_open", Box::new(|| each(office.next_open_each(&starts, h)))),
            ("prev_close", Box::new(|| each(office.prev_close_each(&starts, i)))),
            (
                "deadlines of 5 working days",
                Box::new(|| {
                    each(office.deadline_each(&starts, &"5 working_days".parse().expect("a budget"), j));
                }),
            ),
        ],
    );
    scalars(&office, &starts, &ends, &lengths);
}

fn each<E: std::fmt::Debug>(done: Result<guanjia::calendar::Unanswered, E>) {
    black_box(done.expect("columns that fit"));
}

fn scalars(office: &Calendar, starts: &[i64], ends: &[i64], lengths: &[i64]) {
    let times =
        |micros: &[i64]| -> Vec<DateTime<Utc>> { micros.iter().map(|at| Instant::from_micros(*at).to_utc()).collect() };
    let (from, to) = (times(starts), times(ends));
    report(
        "one call a row",
        &mut [
            (
                "after, i64",
                Box::new(|| {
                    for (start, length) in starts.iter().zip(lengths) {
                        _ = black_box(office.after(Instant::from_micros(*start), Length::from_micros(*length)));
                    }
                }),
            ),
            (
                "after, chrono",
                Box::new(|| {
                    for (start, length) in from.iter().zip(lengths) {
                        _ = black_box(office.after((*start).into(), Length::from_micros(*length)).map(Instant::to_utc));
                    }
                }),
            ),
            (
                "elapsed, i64",
                Box::new(|| {
                    for (from, to) in starts.iter().zip(ends) {
                        _ = black_box(office.elapsed(Instant::from_micros(*from), Instant::from_micros(*to)));
                    }
                }),
            ),
            (
                "elapsed, chrono",
                Box::new(|| {
                    for (from, to) in from.iter().zip(&to) {
                        _ = black_box(office.elapsed((*from).into(), (*to).into()));
                    }
                }),
            ),
        ],
    );
}

/// Cost by segments a day, by years, by threads.
fn growth() {
    let mut random = Random(2);
    let (starts, lengths) = (random.instants(2019, 8), random.lengths(40 * HOUR));
    let mut out = vec![0_i64; ROWS];
    println!("| deadlines and elapsed | ns a deadline | ns an elapsed |");
    println!("|---|--:|--:|");
    let mut row = |name: String, calendar: &Calendar, starts: &[i64], ends: &[i64]| {
        let mut other = vec![0_i64; ROWS];
        let times = compare(&mut [
            ("", Box::new(|| each(calendar.after_each(starts, &lengths, &mut out)))),
            ("", Box::new(|| each(calendar.elapsed_each(starts, ends, &mut other)))),
        ]);
        let times: Vec<String> = times.iter().map(|(_, time)| format!("{:.2}", time / 1e6)).collect();
        println!("| {name} | {} |", times.join(" | "));
    };
    let ends = random.instants(2019, 8);
    for count in [1, 2, 4, 8] {
        row(format!("{count} segments a day"), &segments(count), &starts, &ends);
    }
    let office = office();
    for (first, years) in [(2019, 8), (2005, 30), (1960, 100)] {
        let (starts, ends) = (random.instants(first, years), random.instants(first, years));
        row(format!("{years} years"), &office, &starts, &ends);
    }
    println!();
    println!("| threads | million deadlines a second |");
    println!("|---|--:|");
    for threads in [1, 2] {
        let rows = ROWS / threads;
        let parts: Vec<_> = starts.chunks(rows).zip(lengths.chunks(rows)).zip(out.chunks_mut(rows)).collect();
        let mut parts = parts;
        let times = compare(&mut [(
            "",
            Box::new(|| {
                std::thread::scope(|scope| {
                    for ((starts, lengths), out) in &mut parts {
                        scope.spawn(|| each(office.after_each(starts, lengths, out)));
                    }
                });
            }),
        )]);
        println!("| {threads} | {:.0} |", times.first().map_or(0.0, |(_, time)| 1e9 / time));
    }
    println!();
}

/// Cost by the length of the interval.
fn lengths() {
    let mut random = Random(3);
    let office = office();
    let starts = random.instants(2019, 2);
    println!("| length up to | ns a deadline, column | ns a deadline, one call |");
    println!("|---|--:|--:|");
    for (name, longest) in [("1 h", HOUR), ("40 h", 40 * HOUR), ("1 year", 2_000 * HOUR), ("5 years", 10_000 * HOUR)] {
        let lengths = random.lengths(longest);
        let mut out = vec![0_i64; ROWS];
        let times = compare(&mut [
            ("", Box::new(|| each(office.after_each(&starts, &lengths, &mut out)))),
            (
                "",
                Box::new(|| {
                    for (start, length) in starts.iter().zip(&lengths) {
                        _ = black_box(office.after(Instant::from_micros(*start), Length::from_micros(*length)));
                    }
                }),
            ),
        ]);
        let times: Vec<String> = times.iter().map(|(_, time)| format!("{:.2}", time / 1e6)).collect();
        println!("| {name} | {} |", times.join(" | "));
    }
    println!();
}

/// The first column pays for the tables.
fn building() {
    let (rows, mut out) = (vec![1_600_000_000 * SECOND; 128], vec![0; 128]);
    let mut times = Vec::new();
    for _ in 0..ROUNDS {
        let office = office();
        let watch = Stopwatch::now();
        each(office.next_open_each(&rows, &mut out));
        times.push(watch.elapsed().as_secs_f64() * 1e3);
    }
    println!("tables of 32 years: {:.2} ms\n", median(times));
}

/// A million lines of five marks.
fn clocks() {
    const LINES: usize = 1_000_000;
    let mut random = Random(4);
    let target = Target::new("resolve", Metric::Resolve, "24 h".parse().expect("a budget"), office());
    let lines: Vec<Line> =
        random.instants(2019, 7).into_iter().take(LINES / 10).map(|at| line(at, &mut random)).collect();
    let now: Instant = "2026-06-01T09:00:00+08:00".parse().expect("an instant");
    let mut seconds = Vec::new();
    for _ in 0..3 {
        let watch = Stopwatch::now();
        for line in lines.iter().cycle().take(LINES) {
            _ = black_box(evaluate(line, &target, now, Held::default()).expect("an answer"));
        }
        seconds.push(watch.elapsed().as_secs_f64());
    }
    println!("clocks of {LINES} lines of five marks: {:.2} s", median(seconds));
}

fn line(at: i64, random: &mut Random) -> Line {
    let mut line = Line::default();
    let mut at = Instant::from_micros(at);
    for (mark, place) in ["registered", "assigned", "accepted", "told", "resolved"].into_iter().zip(1..) {
        line.mark(mark, at, place);
        at = at + Length::from_micros(random.below((20 * HOUR).unsigned_abs()).cast_signed());
    }
    line
}

/// The limit: a loop over a table of days that all have the same two segments, written for nothing else.
struct Bare {
    begin: i64,
    before: Vec<i64>,
    works: Vec<i64>,
    worked: Vec<i64>,
}

const OPEN: (i64, i64) = (17 * HOUR / 2, 27 * HOUR / 2);
const LONG: (i64, i64) = (7 * HOUR / 2, 9 * HOUR / 2);

impl Bare {
    fn new(calendar: &Calendar) -> Self {
        let first = NaiveDate::from_ymd_opt(2018, 1, 1).expect("a date");
        let begin = i64::from(first.to_epoch_days()) * DAY - 8 * HOUR;
        let (mut before, mut works, mut worked, mut sum) = (Vec::new(), Vec::new(), Vec::new(), 0);
        for (date, midnight) in
            first.iter_days().take(10 * 366).zip((begin..).step_by(usize::try_from(DAY).expect("64 bits")))
        {
            before.push(sum);
            works.push(i64::from(calendar.is_working_day(date)));
            if calendar.is_working_day(date) {
                worked.push(midnight);
                sum += 8 * HOUR;
            }
        }
        Self { begin, before, works, worked }
    }

    fn passed(&self, at: i64) -> i64 {
        let offset = (at - self.begin).cast_unsigned();
        let day = usize::try_from(offset / DAY.cast_unsigned()).unwrap_or(0);
        let clock = (offset % DAY.cast_unsigned()).cast_signed();
        let today = (clock - OPEN.0).clamp(0, LONG.0) + (clock - OPEN.1).clamp(0, LONG.1);
        match (self.before.get(day), self.works.get(day)) {
            (Some(before), Some(works)) => before + works * today,
            _ => 0,
        }
    }

    fn place(&self, time: i64) -> i64 {
        let (time, long) = ((time - 1).cast_unsigned(), (8 * HOUR).cast_unsigned());
        let day = usize::try_from(time / long).unwrap_or(0);
        let rest = (time % long).cast_signed() + 1;
        let clock = rest + select_unpredictable(rest > LONG.0, OPEN.1 - LONG.0, OPEN.0);
        self.worked.get(day).map_or(0, |midnight| midnight + clock)
    }

    fn deadlines(&self, starts: &[i64], lengths: &[i64], out: &mut [i64]) {
        for ((start, length), out) in starts.iter().zip(lengths).zip(out) {
            *out = self.place(self.passed(*start) + length);
        }
    }

    fn elapsed(&self, from: &[i64], to: &[i64], out: &mut [i64]) {
        for ((from, to), out) in from.iter().zip(to).zip(out) {
            *out = self.passed(*to) - self.passed(*from);
        }
    }
}
