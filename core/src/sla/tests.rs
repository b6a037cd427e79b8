//! The laws of clocks. What single lines of time come to is told by `tests/vectors/clocks.json`.
use std::sync::LazyLock;

use proptest::prelude::*;
use proptest::sample::select;
use serde_json::json;

use super::*;
use crate::calendar::{Budget, Calendar, DayBudget, DayMeans, Instant, Land, Length, Zone};

/// The last minute of the lines below: two weeks.
const END: i64 = 14 * 24 * 60;

fn minutes(n: i64) -> Length {
    Length::from_minutes(n)
}

/// The `n`th minute of the week that begins on Monday, 2 March 2026.
fn minute(n: i64) -> Instant {
    "2026-03-02T00:00:00Z".parse::<Instant>().unwrap() + minutes(n)
}

/// Round the clock, office hours with a break and a holiday, night shifts, and hours that end where others begin.
fn calendar(n: usize) -> Calendar {
    static ALL: LazyLock<Vec<Calendar>> = LazyLock::new(|| {
        let weeks = [
            json!({ "mon-fri": ["08:30-12:00", "13:30-18:00"] }),
            json!({ "daily": ["22:00-06:00"] }),
            json!({ "mon": ["10:30-19:00"], "tue-sat": ["08:30-19:00"] }),
        ];
        let compiled = weeks.map(|week| {
            let rules = json!({ "time_zone": "UTC", "hours": week, "holidays": ["2026-03-05"] });
            Calendar::compile(&serde_json::from_value(rules).unwrap()).unwrap()
        });
        std::iter::once(Calendar::round_the_clock(Zone::UTC)).chain(compiled).collect()
    });
    ALL[n % ALL.len()].clone()
}

fn length_budget() -> impl Strategy<Value = Budget> {
    (1_i64..2000).prop_map(|n| Budget::Length(minutes(n)))
}

fn budget() -> impl Strategy<Value = Budget> {
    let days = |means, land| (1_i32..5).prop_map(move |count| DayBudget { count, means, land });
    prop_oneof![
        3 => length_budget(),
        1 => days(None, None).prop_map(Budget::WorkingDays),
        1 => days(None, None).prop_map(Budget::Days),
        1 => days(Some(DayMeans::SameTime), None).prop_map(Budget::WorkingDays),
        1 => days(Some(DayMeans::SameTime), Some(Land::Close)).prop_map(Budget::WorkingDays),
    ]
}

fn pause(reason: &str, bucket: Bucket) -> Pause {
    Pause { status: "suspended".into(), reasons: vec![reason.into()], bucket }
}

/// A target of `metric` that the reason `customer` pauses, and perhaps `supplier`.
fn target_of(
    metric: impl Strategy<Value = Metric>,
    budget: impl Strategy<Value = Budget>,
) -> impl Strategy<Value = Target> {
    let on_reopen = select(vec![OnReopen::Resume, OnReopen::Restart, OnReopen::Keep]);
    (metric, budget, 0_usize..4, any::<bool>(), on_reopen).prop_map(|(metric, budget, hours, both, on_reopen)| {
        let mut target = Target::new("target", metric, budget, calendar(hours));
        target.pauses.push(pause("customer", Bucket::Waiting));
        if both {
            target.pauses.push(pause("supplier", Bucket::ThirdParty));
        }
        target.on_reopen = on_reopen;
        target
    })
}

fn target() -> impl Strategy<Value = Target> {
    target_of(select(Metric::ALL.to_vec()), budget())
}

fn spans() -> impl Strategy<Value = Vec<Span>> {
    let span = (select(vec!["customer", "supplier", "parts"]), 0..END, prop::option::weighted(0.8, 0_i64..3000));
    let span = span.prop_map(|(reason, from, length)| Span {
        status: "suspended".into(),
        reason: Some(reason.into()),
        from: minute(from),
        to: length.map(|length| minute(from + length)),
    });
    prop::collection::vec(span, 0..5)
}

const WORDS: [&str; 20] = [
    "registered",
    "told",
    "heard",
    "assigned",
    "accepted",
    "refused",
    "begun",
    "arrived",
    "appointed",
    "planned",
    "promised",
    "kept",
    "escalated",
    "acknowledged",
    "resolved",
    "closed",
    "reopened",
    "revisited",
    "rang",
    "answered",
];

/// Marks of every kind, each in a place of its own; some fall on one instant.
fn marks() -> impl Strategy<Value = Vec<Mark>> {
    let word = prop_oneof![20 => select(WORDS.to_vec()), 1 => select(vec!["cancelled", "merged", "abandoned"])];
    let at = prop_oneof![1 => Just(600_i64), 4 => 0..END];
    let mark = (word, at, 0_i64..3000);
    prop::collection::vec(mark, 0..24).prop_map(|marks| {
        let place = |((word, at, until), place): ((&str, i64, i64), u64)| Mark {
            mark: word.into(),
            at: minute(at),
            place,
            until: matches!(word, "promised" | "appointed").then(|| minute(at + until)),
        };
        marks.into_iter().zip(1_u64..).map(place).collect()
    })
}

fn line(marks: &[Mark], spans: &[Span]) -> Line {
    let mut line = Line::default();
    marks.iter().cloned().for_each(|mark| line.add_mark(mark));
    spans.iter().cloned().for_each(|span| line.add_span(span));
    line
}

fn clocks(line: &Line, target: &Target, now: Instant) -> Vec<Clock> {
    evaluate(line, target, now, Held::default()).unwrap()
}

/// When nothing of the line lies ahead any more.
fn done() -> Instant {
    minute(END + 3000)
}

/// A line of one matter, resolved and reopened in turn, with what a plain reading makes of it.
#[derive(Debug, Clone)]
struct Matter {
    start: i64,
    turns: Vec<i64>,
    spans: Vec<Span>,
}

fn matter() -> impl Strategy<Value = Matter> {
    let turns = prop::collection::vec(0_i64..2500, 0..5);
    (0_i64..4000, turns, spans()).prop_map(|(start, gaps, spans)| {
        let turns = gaps.iter().scan(start, |at, gap| {
            *at += gap;
            Some(*at)
        });
        Matter { start, turns: turns.collect(), spans }
    })
}

impl Matter {
    fn line(&self) -> Line {
        let mut line = Line::default();
        line.mark("registered", minute(self.start), 1);
        for (n, (at, place)) in self.turns.iter().zip(2..).enumerate() {
            line.mark(if n % 2 == 0 { "resolved" } else { "reopened" }, minute(*at), place);
        }
        self.spans.iter().cloned().for_each(|span| line.add_span(span));
        line
    }

    /// When it was resolved for good.
    fn stop(&self) -> Option<i64> {
        self.turns.last().copied().filter(|_| self.turns.len() % 2 == 1)
    }

    fn counts(&self, target: &Target, n: i64) -> bool {
        let at = minute(n);
        let held = |span: &Span| {
            let named = target.pauses.iter().any(|pause| pause.holds(&span.status, span.reason.as_deref()));
            named && span.from <= at && span.to.is_none_or(|to| at < to)
        };
        let closed = self.turns.chunks_exact(2).any(|turn| turn[0] <= n && n < turn[1]);
        target.schedule.is_open(at).unwrap() && !closed && !self.spans.iter().any(held)
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// Minute by minute, as one would count it on paper: the due time is the earliest minute at which the budget is used
    /// up, what was counted is what was counted, and the clock is met if the stop does not come after the due time.
    #[test]
    fn the_due_time_is_the_earliest_instant_at_which_counted_time_reaches_the_budget(
        matter in matter(),
        target in target_of(Just(Metric::Resolve), length_budget()),
    ) {
        let target = Target { on_reopen: OnReopen::Resume, ..target };
        let now = END + 5000;
        let seen = matter.stop().unwrap_or(now);
        let Budget::Length(budget) = target.budget else { panic!("a length") };
        let mut used = 0;
        let mut reached = None;
        for n in matter.start..seen {
            used += i64::from(matter.counts(&target, n));
            if reached.is_none() && minutes(used) == budget {
                reached = Some(minute(n + 1));
            }
        }
        let clocks = clocks(&matter.line(), &target, minute(now));
        prop_assert_eq!(clocks.len(), 1);
        prop_assert_eq!(clocks[0].buckets.counted, minutes(used));
        match matter.stop() {
            None if reached.is_none() => prop_assert!(clocks[0].due.is_none_or(|due| due > minute(now))),
            None => prop_assert_eq!(clocks[0].due, reached),
            Some(stop) => {
                let late = reached.is_some_and(|reached| reached < minute(stop));
                prop_assert_eq!(clocks[0].outcome, if late { Outcome::Breached } else { Outcome::Met });
            }
        }
    }

    #[test]
    fn the_order_in_which_marks_and_spans_are_told_does_not_matter(
        (marks, told) in marks().prop_flat_map(|marks| (Just(marks.clone()), Just(marks).prop_shuffle())),
        (spans, held) in spans().prop_flat_map(|spans| (Just(spans.clone()), Just(spans).prop_shuffle())),
        target in target(),
        now in 0..END,
    ) {
        let now = minute(now);
        prop_assert_eq!(clocks(&line(&marks, &spans), &target, now), clocks(&line(&told, &held), &target, now));
    }

    #[test]
    fn the_buckets_sum_to_wall_time_and_what_is_left_and_used_to_the_budget(
        marks in marks(),
        spans in spans(),
        target in target(),
        now in 0..END,
    ) {
        let now = minute(now);
        for clock in clocks(&line(&marks, &spans), &target, now) {
            let Buckets { off_hours, closed, third_party, waiting, counted } = clock.buckets;
            let parts = [off_hours, closed, third_party, waiting, counted];
            prop_assert!(parts.iter().all(|part| *part >= Length::ZERO), "{:?}", clock);
            let sum: Length = parts.into_iter().sum();
            if clock.stop.is_none() && matches!(clock.outcome, Outcome::Running | Outcome::Paused) {
                prop_assert_eq!(sum, now.max(clock.start) - clock.start);
                prop_assert_eq!(clock.remainder + counted, clock.allowed);
            }
            if let Some(stop) = clock.stop {
                prop_assert_eq!(sum, stop.max(clock.start) - clock.start);
            }
            prop_assert!(clock.remainder >= Length::ZERO && clock.remainder <= clock.allowed, "{:?}", clock);
        }
    }

    #[test]
    fn a_clock_is_met_if_and_only_if_its_stop_is_not_after_its_due_time(
        marks in marks(),
        spans in spans(),
        target in target(),
        now in 0..END,
    ) {
        let now = minute(now);
        for clock in clocks(&line(&marks, &spans), &target, now) {
            let late = |at: Instant| clock.due.is_some_and(|due| at > due);
            match clock.outcome {
                Outcome::Met => prop_assert!(clock.stop.is_some_and(|stop| !late(stop)), "{:?}", clock),
                Outcome::Breached => prop_assert!(late(clock.stop.unwrap_or(now)), "{:?}", clock),
                Outcome::Running => prop_assert!(clock.stop.is_none() && clock.due.is_some() && !late(now)),
                Outcome::Paused => prop_assert!(clock.stop.is_none() && clock.due.is_none()),
                _ => prop_assert!(clock.stop.is_none()),
            }
            prop_assert_eq!(clock.late.is_some(), clock.outcome == Outcome::Breached);
            prop_assert!(clock.late.is_none_or(|late| late.wall > Length::ZERO && late.working <= late.wall));
        }
    }

    #[test]
    fn asking_later_changes_no_clock_that_is_over(
        marks in marks(),
        spans in spans(),
        target in target(),
        later in 0_i64..5000,
    ) {
        let line = line(&marks, &spans);
        let over = |clock: &Clock| clock.stop.is_some() || matches!(clock.outcome, Outcome::Superseded | Outcome::Cancelled);
        let (first, second) = (clocks(&line, &target, done()), clocks(&line, &target, done() + minutes(later)));
        prop_assert_eq!(first.len(), second.len());
        for (before, after) in first.iter().zip(&second).filter(|(before, _)| over(before)) {
            prop_assert_eq!(before, after);
        }
    }

    /// What had not happened at an instant is not known then: the same as if it were never told.
    #[test]
    fn a_line_as_of_an_instant_knows_nothing_later(marks in marks(), spans in spans(), target in target(), now in 0..END) {
        let now = minute(now);
        let known: Vec<Mark> = marks.iter().filter(|mark| mark.at <= now).cloned().collect();
        let begun = spans.iter().filter(|span| span.from <= now).cloned();
        let begun: Vec<Span> = begun.map(|span| Span { to: span.to.filter(|to| *to <= now), ..span }).collect();
        prop_assert_eq!(clocks(&line(&marks, &spans), &target, now), clocks(&line(&known, &begun), &target, now));
    }

    /// A higher part of the budget is never reached before a lower one; the whole is reached when the clock is due.
    #[test]
    fn levels_stand_in_the_order_of_their_parts(
        marks in marks(),
        spans in spans(),
        target in target(),
        mut parts in prop::collection::vec(0_i64..=PARTS, 1..5),
    ) {
        parts.sort_unstable();
        parts.push(PARTS);
        let levels = parts.into_iter().map(|part| Level::silent(At::Fraction(part)));
        let target = Target { levels: levels.collect(), ..target };
        for standing in standings(&line(&marks, &spans), &target, Held::default()).unwrap() {
            let told = target.alarms(&standing).unwrap();
            let reached: Vec<Instant> = told.levels.iter().map_while(|at| *at).collect();
            prop_assert!(reached.is_sorted());
            prop_assert!(told.levels.iter().skip(reached.len()).all(Option::is_none), "{:?}", told);
            if standing.outcome(done()) == Outcome::Breached && told.breach.is_some() && standing.start <= standing.due.unwrap() {
                let whole = told.levels.last().copied().flatten();
                prop_assert!(whole <= standing.due && whole.is_some(), "{:?} {:?}", standing, told);
            }
        }
    }

    /// An exchange belongs to the target under which it was over, and one that runs when targets change to both: to the
    /// old one up to then, to the new one with the same start.
    #[test]
    fn a_change_of_targets_loses_no_exchange_and_doubles_none_that_is_over(
        marks in marks(),
        spans in spans(),
        target in target(),
        change in 0..END,
    ) {
        let change = minute(change);
        let line = line(&marks, &spans);
        let of = |held| standings(&line, &target, held).unwrap();
        let all = of(Held::default());
        let before = of(Held { since: None, until: Some(change) });
        let after = of(Held { since: Some(change), until: None });
        for one in &all {
            let old = before.iter().find(|other| other.exchange == one.exchange);
            let new = after.iter().find(|other| other.exchange == one.exchange);
            match (old, new) {
                (None, None) => prop_assert!(false, "{:?} is lost", one),
                (Some(old), None) => prop_assert_eq!(old, one),
                (None, Some(new)) => prop_assert!(new == one && new.start > change),
                (Some(old), Some(new)) => {
                    prop_assert_eq!(new, one);
                    prop_assert!(old.start == one.start && old.stop.is_none_or(|stop| stop <= change));
                }
            }
        }
        prop_assert!(before.len() <= all.len() && after.len() <= all.len());
    }

    #[test]
    fn a_line_reads_back_as_it_was_written(marks in marks(), spans in spans()) {
        let line = line(&marks, &spans);
        let text = serde_json::to_string(&line).unwrap();
        prop_assert_eq!(serde_json::from_str::<Line>(&text).unwrap(), line);
    }
}

#[test]
fn a_kept_line_may_hold_more_than_we_know() {
    let text = json!({
        "marks": [{ "mark": "told", "at": "2026-03-02T09:00:00Z", "place": 7, "by": "phone" }],
        "spans": [{ "status": "suspended", "from": "2026-03-02T09:00:00Z", "since_version": 2 }],
        "colour": "red",
    });
    let line: Line = serde_json::from_value(text).unwrap();
    assert_eq!((line.marks().len(), line.spans().len()), (1, 1));
}

#[test]
fn an_explanation_tells_the_pauses_and_the_closed_time_up_to_the_due_time() {
    let mut line = Line::default();
    for (n, (mark, at)) in [("registered", 540), ("resolved", 600), ("reopened", 660)].into_iter().enumerate() {
        line.mark(mark, minute(at), u64::try_from(n).unwrap());
    }
    line.open("suspended", Some("customer"), minute(690));
    line.close("suspended", minute(700));
    line.open("suspended", Some("customer"), minute(2000));
    let mut target = Target::new("resolve", Metric::Resolve, Budget::Length(minutes(120)), calendar(0));
    target.pauses.push(pause("customer", Bucket::Waiting));
    let clock = clocks(&line, &target, minute(3000)).remove(0);
    assert_eq!(clock.due, Some(minute(730)));
    let explanation = target.explain(&line, 0, minute(3000), Held::default()).unwrap().unwrap();
    let told: Vec<&str> = explanation.words.iter().map(|words| words.en.as_str()).collect();
    assert!(told.iter().any(|line| line.contains("resolved until reopened")), "{told:#?}");
    assert_eq!(told.iter().filter(|line| line.contains("waiting for the customer")).count(), 1, "{told:#?}");
}
