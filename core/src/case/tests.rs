//! The laws of cases, under a small rulebook of their own. Monday, 2 March 2026, 08:00 UTC is minute 0.
#![expect(clippy::needless_pass_by_value, reason = "commands are written where they are given")]
use std::sync::LazyLock;

use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

use super::*;
use crate::calendar::{Instant, Length};
use crate::cell::Cell;
use crate::ident::Id;
use crate::refusal::Refusal;
use crate::rulebook::Rulebook;
use crate::sla::{Clock, Metric, Outcome};

const HOUR: i64 = 60;

static BOOK: LazyLock<Rulebook> = LazyLock::new(|| {
    Rulebook::from_toml(
        r#"
        format = 1
        id = "house"
        version = "1"
        time_zone = "UTC"
        channels = { app = {}, phone = { answered = true } }
        topics = { leak = { department = "maintenance" } }
        departments = { maintenance = {}, security = {} }
        urgencies = { normal = { zh = "一般", en = "normal" }, urgent = { zh = "紧急", en = "urgent" } }
        complexities = { general = { zh = "一般", en = "general" }, complex = { zh = "复杂", en = "complex" } }
        outcomes = { done = { zh = "办结", en = "done" } }
        defaults = { kind = "repair", topic = "leak", urgency = "normal", complexity = "general" }
        roles = { agent = {}, supervisor = {}, director = {} }
        regulations = { S1 = { zh = "制度", en = "rules" } }

        [kinds]
        repair = {}
        inquiry = {}

        [kinds.complaint]
        resolve_needs = ["told"]
        close_needs = ["revisited"]
        clause = { regulation = "S1", article = "5", origin = "text" }

        [reasons]
        waiting_customer = { commands = ["case.suspend"] }
        until_date = { commands = ["case.suspend"] }
        parts = { commands = ["case.suspend"] }
        hard = { commands = ["case.declare_complex"] }
        danger = { commands = ["case.declare_major"] }
        wrong = { commands = ["case.refuse"] }
        withdrawn = { commands = ["case.cancel"] }
        came_back = { commands = ["case.reopen"] }
        secured = { commands = ["case.measure"] }

        [calendars.always]
        clause = { origin = "ours" }
        rules = { time_zone = "UTC", round_the_clock = true }

        [[targets]]
        id = "respond"
        metric = "respond"
        budget = "15 min"
        schedule = "always"
        levels = [{ at = "-5 min", tell = ["supervisor"] }]
        clause = { origin = "ours" }

        [[targets]]
        id = "accept"
        metric = "accept"
        budget = "1 h"
        schedule = "always"
        clause = { origin = "ours" }

        [[targets]]
        id = "plan"
        metric = "plan"
        budget = "48 h"
        schedule = "always"
        when = { complexity = ["complex"] }
        clause = { origin = "ours" }

        [[targets]]
        id = "resolve_urgent"
        metric = "resolve"
        budget = "4 h"
        schedule = "always"
        when = { urgency = ["urgent"], complexity = ["general"] }
        pauses = [{ status = "suspended", reasons = ["waiting_customer", "until_date"], bucket = "waiting" }]
        levels = [{ at = "-30 min", tell = ["supervisor"] }, { at = "50%", tell = ["agent"] }]
        clause = { origin = "ours" }

        [[targets]]
        id = "resolve"
        metric = "resolve"
        budget = "24 h"
        schedule = "always"
        when = { complexity = ["general"] }
        pauses = [{ status = "suspended", reasons = ["waiting_customer", "until_date"], bucket = "waiting" }]
        levels = [{ at = "50%", tell = ["owner"] }]
        clause = { origin = "ours" }

        [[targets]]
        id = "reply"
        metric = "reply"
        budget = "2 h"
        schedule = "always"
        clause = { origin = "ours" }

        [[targets]]
        id = "promise"
        metric = "promise"
        schedule = "always"
        clause = { origin = "ours" }

        [[targets]]
        id = "acknowledge"
        metric = "acknowledge"
        budget = "30 min"
        schedule = "always"
        clause = { origin = "ours" }

        [[targets]]
        id = "revisit"
        metric = "revisit"
        budget = "72 h"
        schedule = "always"
        clause = { origin = "ours" }

        [[notices]]
        id = "complaint"
        on = "registered"
        when = { kind = ["complaint"] }
        to = ["director"]
        clause = { origin = "ours" }

        [[notices]]
        id = "major"
        on = "major"
        to = ["director"]
        escalate = true
        clause = { origin = "ours" }

        [[notices]]
        id = "assigned"
        on = "assigned"
        to = ["owner"]
        clause = { origin = "ours" }

        [[notices]]
        id = "resolve_breached"
        on = "breached"
        metric = "resolve"
        to = ["supervisor"]
        escalate = true
        clause = { origin = "ours" }

        [[notices]]
        id = "dissatisfied"
        on = "dissatisfied"
        to = ["supervisor"]
        clause = { origin = "ours" }
        "#,
    )
    .unwrap()
});

fn rules() -> &'static Rules {
    BOOK.case()
}

fn id(text: &str) -> Id {
    Id::new(text).unwrap()
}

fn minute(n: i64) -> Instant {
    "2026-03-02T08:00:00Z".parse::<Instant>().unwrap() + Length::from_minutes(n)
}

fn command(what: &Value) -> Command {
    let mut what = what.clone();
    let (name, fields) = what.as_object_mut().unwrap().iter_mut().next().unwrap();
    let name = name.clone();
    if name != "case.register" {
        fields["case_id"] = json!("k");
    }
    serde_json::from_value(what).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// A case with all that happened to it, stepped as the envelope steps it: due before done.
#[derive(Debug, Clone, Default)]
struct Story {
    state: Option<State>,
    journal: Vec<(Happened, Stamp)>,
}

impl Story {
    /// Registered at minute 0 by a message, which nobody has answered yet.
    fn new(labels: Value) -> Self {
        let mut story = Self::default();
        story.does(0, json!({ "case.register": { "channel": "app", "labels": labels } }));
        story
    }

    fn state(&self) -> &State {
        self.state.as_ref().unwrap()
    }

    fn write(&mut self, happened: Vec<Happened>, at: Instant) {
        for one in happened {
            let stamp = Stamp { at, place: u64::try_from(self.journal.len()).unwrap() + 1 };
            self.state = Some(match (self.state.take(), &one.event) {
                (None, Event::Registered(first)) => State::registered(id("k"), first, stamp),
                (Some(state), event) => state.apply(event, stamp),
                (None, event) => panic!("{event:?} of no case"),
            });
            self.journal.push((one, stamp));
        }
    }

    /// Lets time pass; each wake tells something, and what it leaves to be told comes later.
    fn advance(&mut self, now: i64) {
        let mut woken = None;
        while let Some(state) = &self.state {
            let Some(at) = wake_at(state, rules()).unwrap().filter(|at| *at <= minute(now)) else { break };
            assert!(woken.is_none_or(|before| before < at), "woken at {woken:?}, then at {at}");
            let happened = wake(state, rules(), (at, at)).unwrap();
            assert!(!happened.is_empty(), "woken at {at} for nothing: {state:?}");
            self.write(happened, at);
            woken = Some(at);
        }
    }

    fn try_late(&mut self, at: i64, entered: i64, what: &Value) -> Result<Vec<&'static str>, Refusal> {
        self.advance(entered);
        let moment = Moment { at: minute(at), recorded_at: minute(entered) };
        let happened = decide(self.state.as_ref(), &command(what), rules(), moment)?;
        let names = happened.iter().map(|one| one.event.name()).collect();
        self.write(happened, moment.at);
        self.advance(entered);
        Ok(names)
    }

    /// Something happens at a minute and is entered at once.
    fn does(&mut self, at: i64, what: Value) -> Vec<&'static str> {
        self.late(at, at, what)
    }

    /// Something happened at a minute and is entered later.
    fn late(&mut self, at: i64, entered: i64, what: Value) -> Vec<&'static str> {
        self.try_late(at, entered, &what).unwrap_or_else(|refusal| panic!("{what}: {refusal}"))
    }

    fn refused(&self, at: i64, entered: i64, what: Value) -> Refusal {
        let before = self.clone();
        let refusal = before.clone().try_late(at, entered, &what).expect_err(&what.to_string());
        assert_eq!(before.state, self.state);
        refusal
    }

    fn why_not(&self, at: i64, entered: i64, what: Value) -> String {
        self.refused(at, entered, what).code.into()
    }

    fn clocks(&self, now: i64) -> Vec<Clock> {
        Outlook::of(self.state(), rules()).unwrap().clocks(minute(now)).unwrap()
    }

    /// Target, outcome and due minute of the clocks of a metric.
    fn of(&self, metric: Metric, now: i64) -> Vec<(String, Outcome, Option<i64>)> {
        let since = |at: Instant| (at - minute(0)).micros() / 60_000_000;
        let clocks = self.clocks(now).into_iter().filter(|clock| clock.metric == metric);
        clocks.map(|clock| (clock.target.to_string(), clock.outcome, clock.due.map(since))).collect()
    }

    fn column(&self, name: &str) -> Cell {
        let at = COLUMNS.iter().position(|column| *column == name).unwrap();
        Outlook::of(self.state(), rules()).unwrap().cells()[at].clone()
    }

    fn is_broken(&self, metric: Metric) -> bool {
        let Cell::Int(bits) = self.column("broken") else { panic!("a number") };
        bits & metric.bit() != 0
    }

    /// Event, minute and recipients of what was told of a target.
    fn told(&self, target: &str) -> Vec<(&'static str, i64, Vec<String>)> {
        let of_target = |one: &&(Happened, Stamp)| matches!(&one.0.event, Event::Warned { told, .. } | Event::Breached { told, .. } if told.target == id(target));
        let line = |(one, stamp): &(Happened, Stamp)| {
            let to = one.notices.iter().map(|notice| notice.to.to_string()).collect();
            (one.event.name(), (stamp.at - minute(0)).micros() / 60_000_000, to)
        };
        self.journal.iter().filter(of_target).map(line).collect()
    }
}

fn case(outcome: &str) -> Value {
    json!({ outcome: {} })
}

fn assign() -> Value {
    json!({ "case.assign": { "department": "maintenance", "owner": "zhou" } })
}

fn resolve() -> Value {
    json!({ "case.resolve": { "outcome": "done" } })
}

fn suspend(reason: &str) -> Value {
    json!({ "case.suspend": { "reason": reason } })
}

fn reopen() -> Value {
    json!({ "case.reopen": { "reason": "came_back" } })
}

/// A command of each name, as it may be given to a case that knows no promise and no escalation.
fn one_of_each() -> Vec<Value> {
    vec![
        json!({ "case.register": { "channel": "app" } }),
        assign(),
        case("case.accept"),
        json!({ "case.refuse": { "reason": "wrong" } }),
        case("case.begin"),
        case("case.arrive"),
        case("case.tell"),
        case("case.hear"),
        json!({ "case.plan": { "next": minute(900) } }),
        json!({ "case.promise": { "until": minute(900) } }),
        case("case.keep"),
        json!({ "case.declare_complex": { "reason": "hard" } }),
        json!({ "case.declare_major": { "reason": "danger" } }),
        json!({ "case.relabel": { "labels": { "urgency": "urgent" } } }),
        suspend("parts"),
        case("case.resume"),
        json!({ "case.recuse": { "staff_id": "wang" } }),
        json!({ "case.measure": { "measure": "secured" } }),
        case("case.rebase"),
        case("case.acknowledge"),
        resolve(),
        case("case.close"),
        json!({ "case.cancel": { "reason": "withdrawn" } }),
        json!({ "case.merge": { "into": "other" } }),
        reopen(),
        json!({ "case.revisit": { "reached": true, "solved": true, "score": 5 } }),
    ]
}

/// Which command fits which status. `.` it is taken; otherwise why it is refused: `w`rong status, no `a`ssignment, no
/// `p`romise, nothing `e`scalated, `u`nchanged, the case e`x`ists.
#[test]
fn every_command_is_taken_or_refused_in_every_status() {
    let ways: [(&str, &[Value]); 8] = [
        ("registered", &[]),
        ("assigned", &[assign()]),
        ("in_progress", &[assign(), case("case.begin")]),
        ("suspended", &[assign(), case("case.begin"), suspend("parts")]),
        ("resolved", &[assign(), case("case.begin"), resolve()]),
        ("closed", &[assign(), case("case.begin"), resolve(), case("case.close")]),
        ("cancelled", &[json!({ "case.cancel": { "reason": "withdrawn" } })]),
        ("merged", &[json!({ "case.merge": { "into": "other" } })]),
    ];
    let table = "
        case.register          x x x x x x x x
        case.assign            . . . . w w w w
        case.accept            a . . . w w w w
        case.refuse            w . w w w w w w
        case.begin             . . . w w w w w
        case.arrive            . . . w w w w w
        case.tell              . . . . . . w w
        case.hear              . . . . . . w w
        case.plan              . . . . w w w w
        case.promise           . . . . w w w w
        case.keep              p p p p p p w w
        case.declare_complex   . . . . w w w w
        case.declare_major     . . . . . . w w
        case.relabel           . . . . w w w w
        case.suspend           . . . w w w w w
        case.resume            w w w . w w w w
        case.recuse            . . . . . . . .
        case.measure           . . . . . . w w
        case.rebase            u u u u w w w w
        case.acknowledge       e e e e e e e e
        case.resolve           . . . . w w w w
        case.close             w w w w . w w w
        case.cancel            . . . . w w w w
        case.merge             . . . . w w w w
        case.reopen            w w w w . . w w
        case.revisit           w w w w . . w w";
    let rows: Vec<Vec<&str>> = table.lines().skip(1).map(|row| row.split_whitespace().collect()).collect();
    let names: Vec<&str> = rows.iter().map(|row| row[0]).collect();
    assert_eq!(names, Command::NAMES);
    for (column, (status, way)) in ways.iter().enumerate() {
        let mut story = Story::new(json!({}));
        for (what, at) in way.iter().zip(1..) {
            story.does(at, what.clone());
        }
        assert_eq!(story.state().status.code(), *status);
        for (row, what) in rows.iter().zip(one_of_each()) {
            let got = match story.clone().try_late(9, 9, &what) {
                Ok(_) => ".",
                Err(refusal) => match &*refusal.code {
                    "case.wrong_status" => "w",
                    "case.not_assigned" => "a",
                    "case.no_promise" => "p",
                    "case.not_escalated" => "e",
                    "case.exists" => "x",
                    "case.unchanged" => "u",
                    other => panic!("{what} in {status}: {other}"),
                },
            };
            assert_eq!(got, row[column + 1], "{what} in {status}");
        }
    }
}

#[test]
fn nothing_can_be_done_to_a_case_that_is_not_there() {
    let mut nothing = Story::default();
    for what in one_of_each().iter().skip(1) {
        assert_eq!(&*nothing.try_late(0, 0, what).unwrap_err().code, "case.unknown", "{what}");
    }
}

#[test]
fn codes_that_the_rulebook_does_not_have_are_refused_by_name() {
    let story = Story::new(json!({}));
    for (what, code) in [
        (json!({ "case.assign": { "department": "moon" } }), "case.unknown_department"),
        (json!({ "case.relabel": { "labels": { "topic": "moon" } } }), "case.unknown_topic"),
        (json!({ "case.relabel": { "labels": { "kind": "moon" } } }), "case.unknown_kind"),
        (json!({ "case.relabel": { "labels": { "urgency": "moon" } } }), "case.unknown_urgency"),
        (json!({ "case.relabel": { "labels": { "complexity": "moon" } } }), "case.unknown_complexity"),
        (json!({ "case.resolve": { "outcome": "moon" } }), "case.unknown_outcome"),
        // A reason of another command is none of this one.
        (suspend("withdrawn"), "case.unknown_reason"),
        (json!({ "case.relabel": { "labels": { "urgency": "normal" } } }), "case.unchanged"),
        (json!({ "case.merge": { "into": "k" } }), "case.itself"),
        (json!({ "case.promise": { "until": minute(5) } }), "case.past"),
        (json!({ "case.plan": { "next": minute(4) } }), "case.past"),
        (json!({ "case.suspend": { "reason": "until_date", "until": minute(5) } }), "case.past"),
    ] {
        assert_eq!(story.why_not(5, 5, what.clone()), code, "{what}");
    }
    let unknown = json!({ "case.register": { "channel": "pigeon" } });
    assert_eq!(&*Story::default().try_late(0, 0, &unknown).unwrap_err().code, "case.unknown_channel");
}

#[test]
fn a_complaint_is_solved_when_its_result_was_told_and_closed_when_it_was_revisited() {
    let mut story = Story::default();
    let labels = json!({ "kind": "complaint" });
    story.does(0, json!({ "case.register": { "channel": "phone", "labels": labels } }));
    // Whoever rings is answered at once, but there is no result to tell yet.
    assert_eq!(story.of(Metric::Respond, 30), [("respond".to_owned(), Outcome::Met, Some(15))]);
    let refusal = story.refused(10, 10, resolve());
    assert_eq!((&*refusal.code, refusal.rule.as_deref()), ("case.needs", Some("kinds.complaint.resolve_needs")));
    assert_eq!(refusal.clause.unwrap().article.as_deref(), Some("5"));
    story.does(20, case("case.tell"));
    assert_eq!(story.why_not(15, 30, resolve()), "case.needs");
    story.does(30, resolve());
    assert_eq!(story.why_not(40, 40, case("case.close")), "case.needs");
    story.does(50, json!({ "case.revisit": { "reached": false } }));
    assert_eq!(story.why_not(60, 60, case("case.close")), "case.needs");
    story.does(70, json!({ "case.revisit": { "reached": true, "score": 4 } }));
    story.does(80, case("case.close"));
    // What was told and asked before the case came back does not serve for the second time.
    story.does(90, reopen());
    assert_eq!(story.why_not(100, 100, resolve()), "case.needs");
    story.does(110, case("case.tell"));
    story.does(120, resolve());
    assert_eq!(story.why_not(130, 130, case("case.close")), "case.needs");
}

#[test]
fn a_change_of_urgency_ends_one_clock_and_begins_another_with_the_same_start_and_pauses() {
    let mut story = Story::new(json!({}));
    story.does(30, suspend("waiting_customer"));
    story.does(90, case("case.resume"));
    story.does(120, json!({ "case.relabel": { "labels": { "urgency": "urgent" } } }));
    let clocks = story.of(Metric::Resolve, 130);
    assert_eq!(
        clocks,
        [
            ("resolve".to_owned(), Outcome::Superseded, Some(25 * HOUR)),
            ("resolve_urgent".to_owned(), Outcome::Running, Some(5 * HOUR)),
        ]
    );
    let urgent = story.clocks(130).into_iter().find(|clock| &*clock.target == "resolve_urgent").unwrap();
    assert_eq!((urgent.start, urgent.buckets.waiting), (minute(0), Length::from_minutes(60)));
    assert_eq!(story.column("due_resolve"), Cell::Int(minute(5 * HOUR).micros()));
    assert!(!story.is_broken(Metric::Resolve));
}

#[test]
fn a_due_time_already_past_breaks_at_the_change_and_of_its_levels_the_highest_tells() {
    let mut story = Story::new(json!({}));
    story.does(6 * HOUR, json!({ "case.relabel": { "labels": { "urgency": "urgent" } } }));
    // Half of four hours comes before half an hour to go, whatever the order in the rulebook.
    assert_eq!(
        story.told("resolve_urgent"),
        [
            ("case.warned", 6 * HOUR, vec![]),
            ("case.warned", 6 * HOUR, vec!["supervisor".to_owned()]),
            ("case.breached", 6 * HOUR, vec![]),
        ]
    );
    let last = story.journal.last().unwrap();
    assert!(matches!(&last.0.event, Event::Escalated { rule, .. } if *rule == id("resolve_breached")), "{last:?}");
    assert_eq!(
        story.of(Metric::Resolve, 6 * HOUR),
        [
            ("resolve".to_owned(), Outcome::Superseded, Some(24 * HOUR)),
            ("resolve_urgent".to_owned(), Outcome::Breached, Some(4 * HOUR)),
        ]
    );
    assert!(story.is_broken(Metric::Resolve));
    // Back to normal: what was broken remains so, and nothing is told twice.
    story.does(7 * HOUR, json!({ "case.relabel": { "labels": { "urgency": "normal" } } }));
    assert_eq!(story.told("resolve_urgent").len(), 3);
    story.does(8 * HOUR, json!({ "case.relabel": { "labels": { "urgency": "urgent" } } }));
    assert_eq!(story.told("resolve_urgent").len(), 3);
    assert!(story.is_broken(Metric::Resolve));
}

#[test]
fn an_exchange_that_was_over_stays_with_the_target_under_which_it_was() {
    let mut story = Story::new(json!({}));
    story.does(5, case("case.tell"));
    story.does(10, assign());
    story.does(20, case("case.accept"));
    story.does(30, json!({ "case.declare_complex": { "reason": "hard" } }));
    for metric in [Metric::Respond, Metric::Accept] {
        assert_eq!(story.of(metric, 100).len(), 1, "{metric}");
    }
    // Resolved in time under one target, reopened, then urgent: the solution is judged by the new one, pauses and all.
    let mut story = Story::new(json!({}));
    story.does(HOUR, resolve());
    story.does(3 * HOUR, reopen());
    story.does(4 * HOUR, json!({ "case.relabel": { "labels": { "urgency": "urgent" } } }));
    assert_eq!(
        story.of(Metric::Resolve, 4 * HOUR),
        [
            ("resolve".to_owned(), Outcome::Superseded, Some(26 * HOUR)),
            ("resolve_urgent".to_owned(), Outcome::Running, Some(6 * HOUR)),
        ]
    );
}

#[test]
fn a_problem_declared_complex_owes_a_plan_from_its_registration() {
    let mut story = Story::new(json!({}));
    assert!(story.of(Metric::Plan, 10).is_empty());
    story.does(10 * HOUR, json!({ "case.declare_complex": { "reason": "hard" } }));
    assert_eq!(story.of(Metric::Plan, 11 * HOUR), [("plan".to_owned(), Outcome::Running, Some(48 * HOUR))]);
    assert_eq!(story.of(Metric::Resolve, 30 * HOUR), [("resolve".to_owned(), Outcome::Superseded, Some(24 * HOUR))]);
    assert_eq!(story.column("due_resolve"), Cell::Null);
    // A plan without a date stops nothing; one with a date does, and binds.
    story.does(20 * HOUR, case("case.plan"));
    assert_eq!(story.of(Metric::Plan, 21 * HOUR)[0].1, Outcome::Running);
    story.does(40 * HOUR, json!({ "case.plan": { "next": minute(60 * HOUR) } }));
    assert_eq!(story.of(Metric::Plan, 50 * HOUR)[0].1, Outcome::Met);
    assert_eq!(story.of(Metric::Promise, 50 * HOUR), [("promise".to_owned(), Outcome::Running, Some(60 * HOUR))]);
    story.advance(61 * HOUR);
    assert_eq!(story.of(Metric::Promise, 61 * HOUR)[0].1, Outcome::Breached);
    assert_eq!(story.told("promise"), [("case.breached", 60 * HOUR, vec![])]);
}

#[test]
fn a_plan_made_before_the_problem_was_declared_complex_counts() {
    let mut story = Story::new(json!({}));
    story.does(HOUR, json!({ "case.plan": { "next": minute(90 * HOUR) } }));
    story.does(2 * HOUR, json!({ "case.declare_complex": { "reason": "hard" } }));
    assert_eq!(story.of(Metric::Plan, 3 * HOUR), [("plan".to_owned(), Outcome::Met, Some(48 * HOUR))]);
}

#[test]
fn a_suspension_until_a_date_ends_by_itself() {
    let mut story = Story::new(json!({}));
    story.does(5, case("case.tell"));
    story.does(10, assign());
    story.does(20, case("case.begin"));
    story.does(HOUR, json!({ "case.suspend": { "reason": "until_date", "until": minute(50 * HOUR) } }));
    assert_eq!(story.of(Metric::Resolve, 40 * HOUR), [("resolve".to_owned(), Outcome::Paused, None)]);
    assert_eq!(wake_at(story.state(), rules()).unwrap(), Some(minute(50 * HOUR)));
    story.advance(50 * HOUR);
    let (last, stamp) = story.journal.last().unwrap();
    assert_eq!((&last.event, stamp.at), (&Event::Returned, minute(50 * HOUR)));
    assert_eq!((story.state().status, story.state().until), (Status::InProgress, None));
    assert_eq!(story.of(Metric::Resolve, 51 * HOUR), [("resolve".to_owned(), Outcome::Running, Some(73 * HOUR))]);
    // Entered when it was over already: it returns at its own time.
    let mut late = Story::new(json!({}));
    late.late(HOUR, 5 * HOUR, json!({ "case.suspend": { "reason": "until_date", "until": minute(2 * HOUR) } }));
    assert_eq!(late.state().status, Status::Registered);
    assert_eq!(late.journal.last().unwrap().1.at, minute(2 * HOUR));
}

#[test]
fn solving_a_suspended_case_ends_the_suspension() {
    let mut story = Story::new(json!({}));
    story.does(5, case("case.tell"));
    story.does(HOUR, json!({ "case.suspend": { "reason": "until_date", "until": minute(50 * HOUR) } }));
    story.does(2 * HOUR, resolve());
    assert_eq!((story.state().until, story.state().before), (None, None));
    story.does(3 * HOUR, reopen());
    // One hour of work, one of waiting, one closed: twenty-three are left.
    assert_eq!(story.of(Metric::Resolve, 4 * HOUR), [("resolve".to_owned(), Outcome::Running, Some(26 * HOUR))]);
    story.advance(60 * HOUR);
    assert!(story.journal.iter().all(|(one, _)| one.event != Event::Returned));
}

#[test]
fn whoever_changes_hands_while_suspended_is_at_work_after_it() {
    let mut story = Story::new(json!({}));
    story.does(10, suspend("parts"));
    story.does(20, assign());
    assert_eq!(story.state().status, Status::Suspended);
    story.does(30, case("case.resume"));
    assert_eq!(story.state().status, Status::Assigned);
}

#[test]
fn a_revisit_that_finds_the_customer_dissatisfied_reopens_the_case() {
    for answer in [json!({ "solved": false }), json!({ "score": 2 }), json!({ "solved": true, "score": 1 })] {
        let mut story = Story::new(json!({}));
        story.does(10, assign());
        story.does(HOUR, resolve());
        let mut revisit = answer.clone();
        revisit["reached"] = json!(true);
        let names = story.does(2 * HOUR, json!({ "case.revisit": revisit }));
        assert_eq!(names, ["case.revisited", "case.reopened"], "{answer}");
        let to: Vec<&str> =
            story.journal[story.journal.len() - 2].0.notices.iter().map(|one| one.to.as_str()).collect();
        assert_eq!(to, ["supervisor"]);
        assert_eq!(story.state().status, Status::Assigned);
        assert_eq!(story.of(Metric::Revisit, 3 * HOUR)[0].1, Outcome::Met);
        assert_eq!(story.of(Metric::Resolve, 3 * HOUR), [("resolve".to_owned(), Outcome::Running, Some(25 * HOUR))]);
        // Solved anew, it is revisited anew.
        story.does(4 * HOUR, resolve());
        assert_eq!(story.of(Metric::Revisit, 5 * HOUR)[1], ("revisit".to_owned(), Outcome::Running, Some(76 * HOUR)));
    }
    let mut content = Story::new(json!({}));
    content.does(HOUR, resolve());
    assert_eq!(content.does(2 * HOUR, json!({ "case.revisit": { "reached": true, "score": 3 } })), ["case.revisited"]);
    content.does(3 * HOUR, case("case.close"));
    assert_eq!(content.of(Metric::Revisit, 200 * HOUR).len(), 1);
    for (answer, code) in [
        (json!({ "reached": true, "score": 6 }), "case.score"),
        (json!({ "reached": true, "score": 0 }), "case.score"),
        (json!({ "reached": false, "score": 5 }), "case.not_reached"),
    ] {
        assert_eq!(content.why_not(4 * HOUR, 4 * HOUR, json!({ "case.revisit": answer })), code);
    }
}

#[test]
fn nobody_dates_a_pause_back_across_a_breach_that_was_told() {
    let mut story = Story::new(json!({}));
    story.does(10, case("case.tell"));
    story.advance(25 * HOUR);
    assert_eq!(story.told("resolve").last().unwrap().1, 24 * HOUR);
    for reason in ["waiting_customer", "until_date"] {
        assert_eq!(story.why_not(23 * HOUR, 26 * HOUR, suspend(reason)), "case.across_breach");
    }
    // This reason pauses nothing that was broken, and after the due time there is nothing to undo.
    story.clone().late(23 * HOUR, 26 * HOUR, suspend("parts"));
    story.late(24 * HOUR, 26 * HOUR, suspend("waiting_customer"));
    assert!(story.is_broken(Metric::Resolve));
    assert_eq!(story.of(Metric::Resolve, 30 * HOUR)[0].1, Outcome::Breached);
}

#[test]
fn a_breach_that_a_late_entry_disproves_is_met_recorded_late_and_both_facts_are_kept() {
    let mut story = Story::new(json!({}));
    story.advance(HOUR);
    assert_eq!(
        story.told("respond"),
        [("case.warned", 10, vec!["supervisor".to_owned()]), ("case.breached", 15, vec![])]
    );
    assert!(story.is_broken(Metric::Respond));
    story.late(12, 2 * HOUR, case("case.tell"));
    assert_eq!(story.of(Metric::Respond, 3 * HOUR), [("respond".to_owned(), Outcome::MetRecordedLate, Some(15))]);
    assert!(!story.is_broken(Metric::Respond));
    assert_eq!(story.told("respond").len(), 2);
    // One that comes too late disproves nothing.
    let mut late = Story::new(json!({}));
    late.advance(HOUR);
    late.late(16, 2 * HOUR, case("case.tell"));
    assert_eq!(late.of(Metric::Respond, 3 * HOUR)[0].1, Outcome::Breached);
    assert!(late.is_broken(Metric::Respond));
}

#[test]
fn a_breach_that_was_disproved_may_come_again_and_is_told_again() {
    let mut story = Story::new(json!({}));
    story.does(10, case("case.tell"));
    story.advance(25 * HOUR);
    story.late(20 * HOUR, 25 * HOUR, resolve());
    assert!(!story.is_broken(Metric::Resolve));
    story.does(26 * HOUR, reopen());
    assert_eq!(story.of(Metric::Resolve, 26 * HOUR), [("resolve".to_owned(), Outcome::Running, Some(30 * HOUR))]);
    assert!(!story.is_broken(Metric::Resolve));
    story.advance(40 * HOUR);
    let breaches: Vec<i64> =
        story.told("resolve").iter().filter(|one| one.0 == "case.breached").map(|one| one.1).collect();
    assert_eq!(breaches, [24 * HOUR, 30 * HOUR]);
    assert!(story.is_broken(Metric::Resolve));
}

#[test]
fn facts_may_be_told_after_the_case_moved_on_and_do_not_move_it_back() {
    let mut story = Story::new(json!({}));
    story.does(60, case("case.begin"));
    story.late(50, 70, json!({ "case.assign": { "department": "security", "owner": "li" } }));
    assert_eq!(story.state().status, Status::InProgress);
    assert_eq!(story.state().department, Some(id("security")));
    story.does(80, assign());
    story.late(75, 90, json!({ "case.assign": { "department": "security" } }));
    assert_eq!(story.state().owner, Some(id("zhou")));
    story.does(100, resolve());
    for (at, what) in [(85, "case.arrive"), (84, "case.accept"), (70, "case.tell"), (99, "case.begin")] {
        story.late(at, 120, case(what));
        assert_eq!(story.state().status, Status::Resolved, "{what}");
    }
    assert_eq!(story.of(Metric::Accept, 130).last().unwrap().1, Outcome::Met);
    for what in ["case.arrive", "case.begin", "case.accept"] {
        assert_eq!(story.why_not(110, 120, case(what)), "case.wrong_status");
    }
    assert_eq!(story.why_not(-1, 120, case("case.tell")), "case.before_registration");
}

#[test]
fn nothing_is_dated_before_what_it_follows() {
    let mut story = Story::new(json!({}));
    story.does(10, assign());
    assert_eq!(story.why_not(5, 20, json!({ "case.refuse": { "reason": "wrong" } })), "case.out_of_order");
    assert_eq!(story.why_not(5, 20, case("case.accept")), "case.not_assigned");
    story.does(30, suspend("parts"));
    assert_eq!(story.why_not(25, 40, case("case.resume")), "case.out_of_order");
    assert_eq!(story.why_not(35, 40, case("case.begin")), "case.wrong_status");
    story.late(25, 40, case("case.begin"));
    story.does(50, json!({ "case.relabel": { "labels": { "urgency": "urgent" } } }));
    assert_eq!(
        story.why_not(45, 60, json!({ "case.relabel": { "labels": { "urgency": "normal" } } })),
        "case.out_of_order"
    );
    story.does(70, resolve());
    assert_eq!(story.why_not(65, 80, case("case.close")), "case.out_of_order");
    assert_eq!(story.why_not(65, 80, json!({ "case.revisit": { "reached": false } })), "case.out_of_order");
    story.does(90, case("case.close"));
    assert_eq!(story.why_not(85, 100, reopen()), "case.out_of_order");
    assert_eq!(story.why_not(85, 100, json!({ "case.revisit": { "reached": true, "score": 1 } })), "case.out_of_order");
    story.clone().late(85, 100, json!({ "case.revisit": { "reached": true, "score": 5 } }));
    story.does(110, reopen());
    for what in [resolve(), suspend("parts"), json!({ "case.cancel": { "reason": "withdrawn" } })] {
        assert_eq!(story.why_not(105, 120, what), "case.out_of_order");
    }
}

#[test]
fn an_assignment_is_accepted_once_per_hop() {
    let mut story = Story::new(json!({}));
    story.does(10, assign());
    story.does(20, case("case.accept"));
    assert_eq!(story.why_not(30, 30, case("case.accept")), "case.not_assigned");
    story.does(40, json!({ "case.assign": { "department": "security" } }));
    assert_eq!(story.state().owner, None);
    story.does(50, json!({ "case.refuse": { "reason": "wrong" } }));
    assert_eq!(story.why_not(60, 60, case("case.accept")), "case.not_assigned");
    assert_eq!(story.state().status, Status::Registered);
    let outcomes: Vec<Outcome> = story.of(Metric::Accept, 300).into_iter().map(|clock| clock.1).collect();
    assert_eq!(outcomes, [Outcome::Met, Outcome::Superseded]);
    story.advance(300);
    assert!(story.told("accept").is_empty());
}

#[test]
fn an_escalation_is_seen_after_it_went_up() {
    let mut story = Story::new(json!({}));
    let names = story.does(10, json!({ "case.declare_major": { "reason": "danger" } }));
    assert_eq!(names, ["case.relabelled", "case.escalated"]);
    assert_eq!(story.why_not(5, 20, case("case.acknowledge")), "case.not_escalated");
    story.does(30, case("case.acknowledge"));
    assert_eq!(story.state().escalations[0].acknowledged, Some(minute(30)));
    assert_eq!(story.of(Metric::Acknowledge, 100), [("acknowledge".to_owned(), Outcome::Met, Some(40))]);
    assert_eq!(story.why_not(40, 40, case("case.acknowledge")), "case.not_escalated");
    // The next one waits for itself: the breach of the day after.
    story.advance(25 * HOUR);
    assert_eq!(story.state().escalations.len(), 2);
    assert_eq!(story.of(Metric::Acknowledge, 25 * HOUR).len(), 2);
}

#[test]
fn a_case_that_becomes_a_complaint_is_told_like_one() {
    let mut story = Story::new(json!({}));
    let to = |story: &Story| -> Vec<String> {
        story.journal.last().unwrap().0.notices.iter().map(|notice| notice.to.to_string()).collect()
    };
    story.does(1, json!({ "case.relabel": { "labels": { "kind": "complaint" } } }));
    assert_eq!(to(&story), ["director"]);
    story.does(2, json!({ "case.relabel": { "labels": { "urgency": "urgent" } } }));
    assert_eq!(to(&story), Vec::<String>::new());
}

#[test]
fn what_is_cancelled_or_merged_is_not_woken_any_more() {
    for end in [json!({ "case.cancel": { "reason": "withdrawn" } }), json!({ "case.merge": { "into": "other" } })] {
        let mut story = Story::new(json!({}));
        story.does(5, json!({ "case.promise": { "until": minute(900) } }));
        story.does(10, end);
        assert_eq!(wake_at(story.state(), rules()).unwrap(), None);
        assert_eq!(story.column("due"), Cell::Null);
        assert!(story.clocks(999).iter().all(|clock| clock.outcome == Outcome::Cancelled));
    }
}

#[test]
fn a_resolved_case_waits_for_nothing_but_its_revisit() {
    let mut story = Story::new(json!({}));
    story.does(2, json!({ "case.declare_major": { "reason": "danger" } }));
    story.does(5, assign());
    story.does(6, resolve());
    assert_eq!(story.column("due_metric"), Cell::text(Some("revisit")));
    assert_eq!(wake_at(story.state(), rules()).unwrap(), Some(minute(72 * HOUR + 6) + Length::MICROSECOND));
    story.does(7, case("case.close"));
    assert_eq!(story.column("due"), Cell::Int(minute(72 * HOUR + 6).micros()));
    // Everything that slept wakes with what it had left.
    story.does(10 * HOUR, reopen());
    assert_eq!(story.of(Metric::Respond, 10 * HOUR)[0].2, Some(10 * HOUR + 9));
    assert_eq!(story.of(Metric::Accept, 10 * HOUR)[0].2, Some(10 * HOUR + 59));
    assert_eq!(story.of(Metric::Acknowledge, 10 * HOUR)[0].2, Some(10 * HOUR + 26));
}

#[test]
fn what_is_kept_may_hold_more_than_we_know() {
    let mut story = Story::new(json!({}));
    story.advance(HOUR);
    let mut text = serde_json::to_value(story.state()).unwrap();
    text["colour"] = json!("red");
    text["labels"]["mood"] = json!("bad");
    text["line"]["marks"][0]["by"] = json!("phone");
    text["told"][0]["seen"] = json!(true);
    text["attached"][0]["why"] = json!("x");
    assert_eq!(&serde_json::from_value::<State>(text).unwrap(), story.state());
    let event = json!({ "case.breached": { "told": { "target": "respond", "by": "x" }, "due": minute(15), "y": 1 } });
    let event: Event = serde_json::from_value(event).unwrap();
    assert_eq!(event.name(), "case.breached");
    let notice = json!({ "to": "owner", "rule": "notices.major", "person": "zhou", "until": minute(1) });
    assert!(serde_json::from_value::<Notice>(notice).is_ok());
    // A command is another matter: a key that nobody knows is refused.
    let strange = json!({ "case.tell": { "case_id": "k", "loudly": true } });
    assert!(serde_json::from_value::<Command>(strange).is_err());
}

/// What people do, in minutes from the deed before, and how late it is entered.
fn deeds() -> impl Strategy<Value = Vec<(Value, i64, i64)>> {
    let reason = |name: &'static str, reasons: Vec<&'static str>| {
        select(reasons).prop_map(move |reason| json!({ name: { "reason": reason } }))
    };
    let until =
        |name: &'static str, field: &'static str| (1_i64..4000).prop_map(move |n| json!({ name: { field: n } }));
    let plain = select(vec![
        "case.accept",
        "case.begin",
        "case.arrive",
        "case.tell",
        "case.hear",
        "case.plan",
        "case.keep",
        "case.resume",
        "case.acknowledge",
        "case.close",
    ]);
    let what = prop_oneof![
        6 => plain.prop_map(case),
        2 => Just(assign()),
        3 => Just(resolve()),
        2 => Just(reopen()),
        2 => reason("case.suspend", vec!["waiting_customer", "until_date", "parts"]),
        1 => (1_i64..4000).prop_map(|n| json!({ "case.suspend": { "reason": "until_date", "until": n } })),
        1 => until("case.promise", "until"),
        1 => until("case.plan", "next"),
        1 => reason("case.refuse", vec!["wrong"]),
        1 => reason("case.declare_complex", vec!["hard"]),
        1 => reason("case.declare_major", vec!["danger"]),
        1 => reason("case.cancel", vec!["withdrawn"]),
        2 => select(vec!["normal", "urgent"]).prop_map(|to| json!({ "case.relabel": { "labels": { "urgency": to } } })),
        1 => select(vec!["general", "complex"]).prop_map(|to| json!({ "case.relabel": { "labels": { "complexity": to } } })),
        1 => select(vec!["complaint", "repair"]).prop_map(|to| json!({ "case.relabel": { "labels": { "kind": to } } })),
        2 => (1_u8..6).prop_map(|score| json!({ "case.revisit": { "reached": true, "score": score } })),
    ];
    let after = prop_oneof![2 => 0_i64..40, 1 => 0_i64..2000];
    let late = prop_oneof![3 => Just(0_i64), 1 => 0_i64..1500];
    prop::collection::vec((what, after, late), 0..24)
}

/// Plays them on one case; what is refused is left out. Says what was asked of each instant.
fn played(deeds: &[(Value, i64, i64)]) -> Story {
    let mut story = Story::new(json!({}));
    let mut now = 0;
    for (what, after, late) in deeds {
        now += after;
        let at = (now - late).max(0);
        let mut what = what.clone();
        let fields = what.as_object_mut().unwrap().values_mut().next().unwrap();
        for key in ["until", "next"] {
            if let Some(n) = fields.get(key).and_then(Value::as_i64) {
                fields[key] = json!(minute(at + n));
            }
        }
        let before = story.state.clone();
        if story.try_late(at, now, &what).is_err() {
            let told = story.journal.len();
            assert!(story.state == before || told > 0);
        }
        // Nothing is left that should have been told by now.
        assert!(wake_at(story.state(), rules()).unwrap().is_none_or(|at| at > minute(now)));
    }
    story.advance(now + 200 * HOUR);
    story
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// Time alone always has an end: it is woken for something, each time later, until nothing is left to tell.
    #[test]
    fn time_alone_comes_to_an_end(deeds in deeds()) {
        let story = played(&deeds);
        prop_assert_eq!(wake_at(story.state(), rules()).unwrap(), None);
    }

    /// A level is told once per exchange; a breach again only beyond a due time that was disproved.
    #[test]
    fn nothing_is_told_twice(deeds in deeds()) {
        let story = played(&deeds);
        let told = &story.state().told;
        for (n, one) in told.iter().enumerate() {
            let same = |other: &&Told| (&other.target, other.exchange, other.level) == (&one.target, one.exchange, one.level);
            let before: Vec<&Told> = told.iter().take(n).filter(same).collect();
            match one.level {
                Some(_) => prop_assert!(before.is_empty(), "{:?}", one),
                None => prop_assert!(before.iter().all(|before| before.due < one.due), "{:?} after {:?}", one, before),
            }
        }
    }

    #[test]
    fn events_rebuild_the_state_and_both_read_back_as_they_were_written(deeds in deeds()) {
        let story = played(&deeds);
        let mut rebuilt: Option<State> = None;
        for (Happened { event, .. }, stamp) in &story.journal {
            let text = serde_json::to_string(event).unwrap();
            let read: Event = serde_json::from_str(&text).unwrap();
            prop_assert_eq!(&read, event);
            rebuilt = Some(match (rebuilt, &read) {
                (None, Event::Registered(first)) => State::registered(id("k"), first, *stamp),
                (Some(state), event) => state.apply(event, *stamp),
                (None, event) => panic!("{event:?} of no case"),
            });
            let text = serde_json::to_string(rebuilt.as_ref().unwrap()).unwrap();
            prop_assert_eq!(serde_json::from_str::<State>(&text).unwrap(), rebuilt.clone().unwrap());
        }
        prop_assert_eq!(rebuilt.as_ref(), story.state.as_ref());
    }

    /// The columns agree with the clocks: a metric is broken if one of its clocks is.
    #[test]
    fn the_columns_say_what_the_clocks_say(deeds in deeds()) {
        let mut story = played(&deeds);
        let now = story.journal.iter().map(|(_, stamp)| (stamp.at - minute(0)).micros() / 60_000_000 + 1).max().unwrap();
        story.advance(now);
        for metric in Metric::ALL {
            let broken = story.of(metric, now).iter().any(|clock| clock.1 == Outcome::Breached);
            prop_assert_eq!(story.is_broken(metric), broken, "{}: {:?}", metric, story.of(metric, now));
        }
        let open = story.clocks(now).into_iter().filter(|clock| clock.stop.is_none() && clock.due.is_some());
        let nearest = open.filter(|clock| clock.outcome == Outcome::Running).filter_map(|clock| clock.due).min();
        if let (Some(nearest), Cell::Int(due)) = (nearest, story.column("due")) {
            prop_assert!(due <= nearest.micros());
        }
    }

    /// A case that is over waits for nothing but what came after: a revisit, a further word, an escalation, and what was
    /// promised after the instant to which the solution was dated.
    #[test]
    fn nothing_of_the_work_runs_once_it_is_over(deeds in deeds()) {
        let story = played(&deeds);
        if !story.state().status.is_open() {
            let after = [None, Some("revisit"), Some("reply"), Some("acknowledge"), Some("promise")].map(Cell::text);
            prop_assert!(after.contains(&story.column("due_metric")), "{:?}", story.column("due_metric"));
        }
    }
}
