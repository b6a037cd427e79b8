use super::*;
use crate::case::{Event, Labels, Registered, Stamp, State};
use crate::ident::{Code, Id};
use crate::rulebook::{Rulebook, STANDARD_TOML};

/// A rulebook that means what it says.
const CLEAN: &str = r#"format = 1
id = "house"
version = "1"
time_zone = "Asia/Shanghai"

[calendars.office]
clause = { origin = "ours" }
[calendars.office.rules]
time_zone = "Asia/Shanghai"
table = "china"
hours = { mon-fri = ["08:30-12:00", "13:30-18:00"] }
holidays = ["2026-12-31"]

[calendars.always]
clause = { origin = "ours" }
rules = { time_zone = "Asia/Shanghai", round_the_clock = true }

[roles.agent]
may = ["case.register", "case.assign", "case.tell", "case.hear", "case.plan", "case.suspend", "case.resume", "case.resolve", "case.close", "case.reopen", "case.revisit"]
[roles.leader]
may = ["case.accept", "case.begin", "case.arrive", "case.acknowledge", "case.declare_major"]

[channels.app]
[channels.hotline]
answered = true

[kinds.repair]
resolve_needs = ["arrived"]
close_needs = ["revisited"]
[kinds.complaint]
resolve_needs = ["told"]

[topics.leak]
[topics.noise]

[urgencies]
urgent = { zh = "紧急", en = "urgent" }
normal = { zh = "一般", en = "normal" }

[complexities]
general = { zh = "一般", en = "general" }

[outcomes]
done = { zh = "办结", en = "done" }

[reasons.waiting_customer]
commands = ["case.suspend"]
[reasons.waiting_part]
commands = ["case.suspend"]
[reasons.danger]
commands = ["case.declare_major"]
[reasons.came_back]
commands = ["case.reopen"]

[[targets]]
id = "respond_urgent"
metric = "respond"
budget = "15 min"
schedule = "always"
when = { urgency = ["urgent"] }
levels = [{ at = "-5 min", tell = ["leader"] }]
clause = { origin = "ours" }

[[targets]]
id = "respond"
metric = "respond"
budget = "4 h"
schedule = "office"
levels = [{ at = "50%", tell = ["owner"] }, { at = "+1 h", tell = ["leader"] }]
clause = { origin = "ours" }

[[targets]]
id = "resolve"
metric = "resolve"
budget = "5 working_days"
schedule = "office"
pauses = [{ status = "suspended", reasons = ["waiting_customer"], bucket = "waiting" }]
levels = [{ at = "-1 working_days", tell = ["leader"] }]
clause = { origin = "ours" }

[[targets]]
id = "acknowledge"
metric = "acknowledge"
budget = "30 min"
schedule = "always"
clause = { origin = "ours" }

[[notices]]
id = "major"
on = "major"
to = ["leader"]
escalate = true
clause = { origin = "ours" }

[[notices]]
id = "resolve_breached"
on = "breached"
metric = "resolve"
to = ["leader"]
clause = { origin = "ours" }
"#;

fn found(text: &str) -> Vec<(String, Option<u32>, String)> {
    let book = Rulebook::from_text(text).unwrap_or_else(|problems| panic!("{problems}\n{text}"));
    let told = |one: &Problem| {
        assert!(one.expected.as_ref().is_some_and(|expected| !expected.is_empty()), "{one} suggests nothing");
        (one.path.clone(), one.line, one.message.clone())
    };
    book.lint().iter().map(told).collect()
}

/// The clean rulebook with each `(old, new)` in place of the other.
fn with(changes: &[(&str, &str)]) -> String {
    changes.iter().fold(CLEAN.to_owned(), |text, (old, new)| {
        assert!(text.contains(old), "`{old}` is not in the text");
        text.replacen(old, new, 1)
    })
}

fn target(fields: &str) -> String {
    format!("[[targets]]\n{fields}\nclause = {{ origin = \"ours\" }}\n\n[[notices]]\nid = \"major\"")
}

fn notice(fields: &str) -> String {
    format!("[[notices]]\n{fields}\nclause = {{ origin = \"ours\" }}\n\n[[notices]]\nid = \"major\"")
}

const FIRST_NOTICE: &str = "[[notices]]\nid = \"major\"";

/// The trap has one finding, at this path and in words like these; the near miss has none.
#[track_caller]
fn trap(changes: &[(&str, &str)], path: &str, words: &str, near: &[(&str, &str)]) {
    let told = found(&with(changes));
    let fits = |(at, _, message): &&(String, Option<u32>, String)| at == path && message.contains(words);
    assert_eq!(told.iter().filter(fits).count(), 1, "{path} with `{words}` is not found once: {told:#?}");
    assert_eq!(told.len(), 1, "one trap, one finding: {told:#?}");
    assert_eq!(found(&with(near)), [], "the near miss");
}

/// A trap and a near miss that are both a target at the end.
#[track_caller]
fn trap_target(fields: &str, path: &str, words: &str, near: &str) {
    trap(&[(FIRST_NOTICE, &target(fields))], path, words, &[(FIRST_NOTICE, &target(near))]);
}

#[test]
fn what_is_meant_lints_clean() {
    assert_eq!(found(CLEAN), []);
}

#[test]
fn a_target_behind_one_that_wins_all_its_cases_never_attaches() {
    let shadowed =
        "id = \"late\"\nmetric = \"resolve\"\nbudget = \"8 h\"\nschedule = \"office\"\nwhen = { kind = [\"repair\"] }";
    let own = "id = \"late\"\nmetric = \"accept\"\nbudget = \"8 h\"\nschedule = \"office\"";
    trap_target(shadowed, "targets[4].when", "never attaches: `resolve` before it", own);
    // Two halves win a whole as well as one does.
    let urgent = "when = { urgency = [\"urgent\"] }";
    let normal = "\nwhen = { urgency = [\"normal\"] }\nlevels = [{ at = \"50%\"";
    let halves = [(urgent, urgent), ("\nlevels = [{ at = \"50%\"", normal)];
    let third = "id = \"rest\"\nmetric = \"respond\"\nbudget = \"8 h\"\nschedule = \"office\"";
    let changes: Vec<(&str, &str)> = halves.to_vec();
    let behind = target(third);
    let told = found(&with(&[changes.as_slice(), &[(FIRST_NOTICE, &behind)]].concat()));
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].2.contains("`respond_urgent` and `respond` before it"), "{told:?}");
}

#[test]
fn two_targets_that_say_the_same_are_one() {
    let again = "id = \"again\"\nmetric = \"acknowledge\"\nbudget = \"30 min\"\nschedule = \"always\"";
    trap(
        &[(FIRST_NOTICE, &target(again))],
        "targets[4]",
        "says the same as `acknowledge`",
        &[
            (
                "budget = \"30 min\"\nschedule = \"always\"\n",
                "budget = \"30 min\"\nschedule = \"always\"\nwhen = { kind = [\"repair\"] }\n",
            ),
            (FIRST_NOTICE, &target(again)),
        ],
    );
}

#[test]
fn a_start_that_no_case_can_have_never_starts() {
    trap_target(
        "id = \"answer\"\nmetric = \"answer\"\nbudget = \"1 min\"\nschedule = \"always\"",
        "targets[4].metric",
        "no case has the marks `rang` or `came`",
        "id = \"answer\"\nmetric = \"answer\"\nbudget = \"1 min\"\nschedule = \"always\"\nstart = [\"heard\"]\nstop = [\"told\"]",
    );
    trap_target(
        "id = \"handed\"\nmetric = \"accept\"\nbudget = \"1 h\"\nschedule = \"always\"\nstart = [\"handed_over\"]",
        "targets[4].start",
        "no case has the mark `handed_over`",
        "id = \"handed\"\nmetric = \"accept\"\nbudget = \"1 h\"\nschedule = \"always\"\nstart = [\"assigned\"]",
    );
    trap_target(
        "id = \"handed\"\nmetric = \"accept\"\nbudget = \"1 h\"\nschedule = \"always\"\nstart = [\"assigned\", \"handed_over\"]",
        "targets[4].start",
        "no case has the mark `handed_over`",
        "id = \"handed\"\nmetric = \"accept\"\nbudget = \"1 h\"\nschedule = \"always\"\nstart = [\"assigned\", \"reopened\"]",
    );
    trap(
        &[("escalate = true\n", "")],
        "targets[3].metric",
        "nobody can bring the mark `escalated`",
        &[("escalate = true\n", "escalate = true\n")],
    );
    trap_target(
        "id = \"promise\"\nmetric = \"promise\"\nschedule = \"always\"\nstart = [\"told\"]",
        "targets[4].start",
        "only the mark `promised` gives the instant",
        "id = \"promise\"\nmetric = \"promise\"\nschedule = \"always\"\nstart = [\"promised\"]",
    );
}

#[test]
fn a_start_when_the_matter_is_over_never_starts() {
    trap_target(
        "id = \"after\"\nmetric = \"arrive\"\nbudget = \"1 h\"\nschedule = \"always\"\nstart = [\"resolved\", \"closed\"]",
        "targets[4].start",
        "`arrive` is not owed between resolving and reopening",
        "id = \"after\"\nmetric = \"arrive\"\nbudget = \"1 h\"\nschedule = \"always\"\nstart = [\"resolved\", \"assigned\"]",
    );
    let roles = ("may = [\"case.accept\", ", "may = [\"case.cancel\", \"case.accept\", ");
    let reason = ("[reasons.danger]", "[reasons.void]\ncommands = [\"case.cancel\"]\n[reasons.danger]");
    let of = |mark: &str| {
        target(&format!(
            "id = \"after\"\nmetric = \"revisit\"\nbudget = \"1 h\"\nschedule = \"always\"\nstart = [\"{mark}\"]"
        ))
    };
    trap(
        &[roles, reason, (FIRST_NOTICE, &of("cancelled"))],
        "targets[4].start",
        "nothing begins once a case is cancelled or merged",
        &[roles, reason, (FIRST_NOTICE, &of("resolved"))],
    );
}

#[test]
fn a_start_that_is_a_stop_is_stopped_by_the_next_one_only() {
    let of = |metric: &str, start: &str| {
        format!(
            "id = \"words\"\nmetric = \"{metric}\"\nbudget = \"1 h\"\nschedule = \"always\"\nstart = [{start}]\nstop = [\"told\", \"resolved\"]"
        )
    };
    let path = "targets[4].start";
    trap_target(&of("reply", "\"told\""), path, "stopping comes first", &of("reply", "\"told\", \"heard\""));
    trap_target(&of("plan", "\"told\""), path, "stopping comes first", &of("update", "\"told\""));
}

#[test]
fn a_stop_that_cannot_come_is_never_met() {
    let of = |stop: &str| {
        format!("id = \"seen\"\nmetric = \"accept\"\nbudget = \"1 h\"\nschedule = \"always\"\nstop = [{stop}]")
    };
    let path = "targets[4].stop";
    trap_target(&of("\"registered\""), path, "registered before anything runs", &of("\"registered\", \"begun\""));
    trap_target(&of("\"kept\""), path, "nobody can bring the mark `kept`", &of("\"arrived\""));
    trap_target(&of("\"done\""), path, "no case has the mark `done`", &of("\"resolved\""));
}

#[test]
fn a_response_where_everybody_is_answered_at_intake_never_runs() {
    trap(
        &[("when = { urgency = [\"urgent\"] }", "when = { channel = [\"hotline\"] }")],
        "targets[0].metric",
        "on `hotline` the customer is answered at intake",
        &[(
            "when = { urgency = [\"urgent\"] }",
            "when = { channel = [\"app\", \"hotline\"] , urgency = [\"urgent\"] }",
        )],
    );
}

#[test]
fn a_pause_that_pauses_nothing_or_everything_is_told() {
    let pauses = "pauses = [{ status = \"suspended\", reasons = [\"waiting_customer\"], bucket = \"waiting\" }]";
    let in_status = |status: &str| format!("pauses = [{{ status = \"{status}\", bucket = \"waiting\" }}]");
    for status in ["registered", "assigned", "in_progress"] {
        trap(
            &[(pauses, &in_status(status))],
            "targets[2].pauses[0].status",
            "would stand still in a status in which it is to run",
            &[(pauses, &in_status("suspended"))],
        );
    }
    trap(
        &[(pauses, &in_status("waiting"))],
        "targets[2].pauses[0].status",
        "only stretches of `suspended` are kept",
        &[(pauses, &in_status("suspended"))],
    );
    trap(
        &[("reasons = [\"waiting_customer\"]", "reasons = [\"danger\"]")],
        "targets[2].pauses[0].reasons[0]",
        "nobody can suspend a case for `danger`",
        &[("reasons = [\"waiting_customer\"]", "reasons = [\"waiting_part\"]")],
    );
    let two = |first: &str| {
        format!(
            "pauses = [{{ status = \"suspended\", {first}bucket = \"third_party\" }}, {{ status = \"suspended\", reasons = [\"waiting_customer\"], bucket = \"waiting\" }}]"
        )
    };
    trap(
        &[(pauses, &two(""))],
        "targets[2].pauses[1].bucket",
        "`third_party` takes all of its time",
        &[(pauses, &two("reasons = [\"waiting_part\"], "))],
    );
    let waits = |reason: &str| {
        format!(
            "id = \"waits\"\nmetric = \"answer\"\nbudget = \"1 h\"\nschedule = \"office\"\nstart = [\"suspended\"]\nstop = [\"resumed\"]\npauses = [{{ status = \"suspended\", reasons = [{reason}], bucket = \"waiting\" }}]"
        )
    };
    trap_target(
        &waits("\"waiting_customer\", \"waiting_part\""),
        "targets[4].pauses",
        "is always paused",
        &waits("\"waiting_customer\""),
    );
    let promise = "id = \"promise\"\nmetric = \"promise\"\nschedule = \"always\"";
    trap_target(
        &format!("{promise}\npauses = [{{ status = \"suspended\", bucket = \"waiting\" }}]"),
        "targets[4].pauses",
        "a promise is never paused",
        promise,
    );
}

#[test]
fn a_budget_that_cannot_be_reached_is_told() {
    let hours = "hours = { mon-fri = [\"08:30-12:00\", \"13:30-18:00\"] }";
    let told = found(&with(&[(hours, ""), ("table = \"china\"\n", "")]));
    let paths: Vec<&str> = told.iter().map(|(path, ..)| path.as_str()).collect();
    assert_eq!(paths, ["calendars.office.rules", "targets[1].budget", "targets[2].budget"], "{told:#?}");
    assert!(told[1].2.contains("no working time"), "{told:#?}");
    // Hours of two dates: a length fits, five working days do not.
    let dates = "days = { 2026-03-02 = [\"08:00-18:00\"], 2026-03-03 = [\"08:00-18:00\"] }";
    let told = found(&with(&[(hours, dates), ("table = \"china\"\n", "")]));
    assert_eq!(told.iter().filter(|(path, ..)| path == "targets[2].budget").count(), 1, "{told:#?}");
    assert_eq!(told.iter().filter(|(path, ..)| path == "targets[1].budget").count(), 0, "{told:#?}");
    trap(
        &[("budget = \"5 working_days\"", "budget = \"800 working_days\"")],
        "targets[2].budget",
        "days on `office` that begin in 2026-01-01T00:00:00Z end at",
        &[("budget = \"5 working_days\"", "budget = \"200 working_days\"")],
    );
    trap(
        &[("budget = \"4 h\"", "budget = \"900000 h\"")],
        "targets[1].budget",
        "cannot be reached",
        &[("budget = \"4 h\"", "budget = \"900 h\"")],
    );
}

#[test]
fn a_level_outside_of_the_budget_is_told() {
    let urgent = "{ at = \"-5 min\", tell = [\"leader\"] }";
    trap(
        &[(urgent, "{ at = \"-20 min\", tell = [\"leader\"] }")],
        "targets[0].levels[0].at",
        "`-PT20M` is reached as the clock starts",
        &[(urgent, "{ at = \"-14 min\", tell = [\"leader\"] }")],
    );
    trap(
        &[(urgent, "{ at = \"0%\", tell = [\"leader\"] }")],
        "targets[0].levels[0].at",
        "it fires at once",
        &[(urgent, "{ at = \"1%\", tell = [\"leader\"] }")],
    );
    trap(
        &[
            ("{ at = \"50%\", tell = [\"owner\"] }", "{ at = \"500%\", tell = [\"owner\"] }"),
            ("{ at = \"+1 h\"", "{ at = \"-1 h\""),
        ],
        "targets[1].levels[0].at",
        "`500%` lies after the due time",
        &[("{ at = \"50%\", tell = [\"owner\"] }", "{ at = \"100%\", tell = [\"owner\"] }")],
    );
    trap(
        &[("{ at = \"-5 min\"", "{ at = \"+5 min\"")],
        "targets[0].levels",
        "nobody hears of it in time",
        &[("{ at = \"-5 min\"", "{ at = \"+5 min\""), ("metric = \"resolve\"\nto", "to")],
    );
    trap(
        &[(urgent, "{ at = \"-3 min\", tell = [\"leader\"] }, { at = \"80%\", tell = [\"owner\"] }")],
        "targets[0].levels[1].at",
        "falls on the same instant as `-PT3M`",
        &[(urgent, "{ at = \"-3 min\", tell = [\"leader\"] }, { at = \"81%\", tell = [\"owner\"] }")],
    );
    trap(
        &[(urgent, "{ at = \"-5 min\" }")],
        "targets[0].levels[0].tell",
        "tells nobody",
        &[(urgent, "{ at = \"-5 min\", tell = [\"owner\"] }")],
    );
    trap(
        &[("-1 working_days", "-6 working_days")],
        "targets[2].levels[0].at",
        "is reached as the clock starts",
        &[("-1 working_days", "-4 working_days")],
    );
}

#[test]
fn cases_that_no_target_holds_for_are_named() {
    let respond = "budget = \"4 h\"\nschedule = \"office\"\n";
    trap(
        &[(respond, "budget = \"4 h\"\nschedule = \"office\"\nwhen = { kind = [\"complaint\"] }\n")],
        "targets",
        "no target of `respond` for kind `repair` with urgency `normal`",
        &[(respond, "budget = \"4 h\"\nschedule = \"office\"\nwhen = { kind = [\"complaint\", \"repair\"] }\n")],
    );
}

#[test]
fn hours_and_days_that_contradict_each_other_are_told() {
    let hours = "hours = { mon-fri = [\"08:30-12:00\", \"13:30-18:00\"] }";
    trap(
        &[(hours, "hours = { mon-fri = [\"08:30-12:30\", \"12:00-18:00\"] }")],
        "calendars.office.rules.hours.mon-fri",
        "overlap and count once",
        &[(hours, "hours = { mon-fri = [\"08:30-12:00\", \"12:00-18:00\"] }")],
    );
    let holidays = "holidays = [\"2026-12-31\"]";
    trap(
        &[(holidays, "holidays = [\"2026-12-31\"]\nworkdays = [\"2026-12-31\"]")],
        "calendars.office.rules.holidays",
        "is a working day in `workdays` too",
        &[(holidays, "holidays = [\"2026-12-31\"]\nworkdays = [\"2026-12-26\"]")],
    );
    trap(
        &[(holidays, "holidays = [\"2026-12-31\"]\ndays = { 2026-12-31 = [\"08:30-12:00\"] }")],
        "calendars.office.rules.days.2026-12-31",
        "has hours of its own and is open",
        &[(holidays, "holidays = [\"2026-12-31\"]\ndays = { 2026-12-30 = [\"08:30-12:00\"] }")],
    );
    trap(
        &[(holidays, "workdays = [\"2026-12-26\"]\ndays = { 2026-12-26 = [] }")],
        "calendars.office.rules.days.2026-12-26",
        "is closed all the same",
        &[(holidays, "workdays = [\"2026-12-26\"]\ndays = { 2026-12-26 = [\"09:00-12:00\"] }")],
    );
}

#[test]
fn a_calendar_that_nothing_runs_on_is_told() {
    let spare = "[calendars.always]\n";
    let more = "[calendars.spare]\nclause = { origin = \"ours\" }\nrules = { time_zone = \"UTC\", round_the_clock = true }\n\n[calendars.always]\n";
    trap(
        &[(spare, more)],
        "calendars.spare",
        "no target runs on `spare`",
        &[(spare, more), ("budget = \"30 min\"\nschedule = \"always\"", "budget = \"30 min\"\nschedule = \"spare\"")],
    );
}

#[test]
fn a_notice_that_can_never_be_sent_is_told() {
    let trap_notice = |fields: &str, path: &str, words: &str, near: &str| {
        trap(&[(FIRST_NOTICE, &notice(fields))], path, words, &[(FIRST_NOTICE, &notice(near))]);
    };
    trap_notice(
        "id = \"late\"\non = \"breached\"\nmetric = \"arrive\"\nto = [\"leader\"]",
        "notices[0]",
        "no target of `arrive` holds for such cases",
        "id = \"late\"\non = \"breached\"\nmetric = \"respond\"\nto = [\"leader\"]",
    );
    trap_notice(
        "id = \"late\"\non = \"registered\"\nto = [\"owner\"]",
        "notices[0].to",
        "has none yet",
        "id = \"late\"\non = \"assigned\"\nto = [\"owner\"]",
    );
    trap_notice(
        "id = \"late\"\non = \"major\"\nwhen = { major = false }\nto = [\"agent\"]",
        "notices[0].when.major",
        "a major case that is not major",
        "id = \"late\"\non = \"major\"\nwhen = { kind = [\"repair\"] }\nto = [\"agent\"]",
    );
    trap_notice(
        "id = \"again\"\non = \"breached\"\nmetric = \"resolve\"\nto = [\"leader\"]",
        "notices[2]",
        "tells the same people of the same thing as `again`",
        "id = \"again\"\non = \"breached\"\nmetric = \"resolve\"\nto = [\"agent\"]",
    );
    let reopened = notice("id = \"again\"\non = \"reopened\"\nto = [\"leader\"]");
    let close = ("close_needs = [\"revisited\"]\n", "");
    trap(
        &[(FIRST_NOTICE, &reopened), (", \"case.reopen\", \"case.revisit\"", ""), close],
        "notices[0].on",
        "no role can give `case.reopen` or `case.revisit`",
        &[(FIRST_NOTICE, &reopened), (", \"case.reopen\"", ""), close],
    );
}

#[test]
fn a_need_that_nobody_can_fill_is_told() {
    trap(
        &[("\"case.arrive\", ", "")],
        "kinds.repair.resolve_needs[0]",
        "no role can bring `arrived`",
        &[("\"case.begin\", ", "")],
    );
    trap(
        &[("resolve_needs = [\"arrived\"]", "resolve_needs = [\"revisited\"]")],
        "kinds.repair.resolve_needs[0]",
        "a case is revisited after it was resolved",
        &[("resolve_needs = [\"arrived\"]", "resolve_needs = [\"accepted\"]")],
    );
    trap(
        &[("resolve_needs = [\"arrived\"]", "resolve_needs = [\"measured\"]"), ("\"case.arrive\"", "\"case.measure\"")],
        "kinds.repair.resolve_needs[0]",
        "no role can bring `measured`",
        &[
            ("resolve_needs = [\"arrived\"]", "resolve_needs = [\"measured\"]"),
            ("\"case.arrive\"", "\"case.measure\""),
            ("[reasons.danger]", "[reasons.secured]\ncommands = [\"case.measure\"]\n[reasons.danger]"),
        ],
    );
}

#[test]
fn a_role_that_can_do_nothing_is_told() {
    let agent = "[roles.agent]\n";
    trap(
        &[(agent, "[roles.guest]\n[roles.agent]\n")],
        "roles.guest",
        "may give no command and is told nothing",
        &[(agent, "[roles.guest]\nmay = [\"case.hear\"]\n[roles.agent]\n")],
    );
    trap(
        &[("on = \"major\"\nto = [\"leader\"]", "on = \"major\"\nto = [\"agent\"]")],
        "notices[0].to",
        "goes up to `agent`, who may not acknowledge it",
        &[("on = \"major\"\nto = [\"leader\"]", "on = \"major\"\nto = [\"agent\", \"leader\"]")],
    );
    let complex = [
        ("\"case.declare_major\"", "\"case.declare_complex\""),
        ("commands = [\"case.declare_major\"]", "commands = []"),
    ];
    let known = ("[complexities]\n", "[complexities]\ncomplex = { zh = \"复杂\", en = \"complex\" }\n");
    trap(&complex, "complexities", "it is always refused", &[complex.as_slice(), &[known]].concat());
}

#[test]
fn what_reopening_does_is_asked_of_a_resolution() {
    let respond = "metric = \"respond\"\nbudget = \"4 h\"";
    let resolve = "metric = \"resolve\"\nbudget";
    trap(
        &[(respond, "metric = \"respond\"\non_reopen = \"keep\"\nbudget = \"4 h\"")],
        "targets[1].on_reopen",
        "changes nothing for `respond`",
        &[(resolve, "metric = \"resolve\"\non_reopen = \"keep\"\nbudget")],
    );
}

#[test]
fn a_finding_has_the_line_of_its_place_in_toml() {
    let text = with(&[("{ at = \"-5 min\"", "{ at = \"-20 min\"")]);
    let line = text.lines().position(|line| line.contains("-20 min")).unwrap() + 1;
    let told = found(&text);
    assert_eq!(told.iter().map(|(_, line, _)| *line).collect::<Vec<_>>(), [u32::try_from(line).ok()]);
    let json = serde_json::to_string(Rulebook::from_text(&text).unwrap().raw()).unwrap();
    assert_eq!(found(&json).iter().map(|(_, line, _)| *line).collect::<Vec<_>>(), [None]);
}

fn lines(text: &str) -> Vec<String> {
    found(text).iter().map(|(path, _, message)| format!("{path}: {message}")).collect()
}

/// What the linter says of our own rulebook: all of it is meant. An emergency is answered in minutes whatever it is; only
/// emergencies have a time of arrival; only complex problems need a plan, and they have that instead of a time of solution;
/// nobody waits for a response to a praise or a visitor.
#[test]
fn the_findings_of_the_standard_are_known() {
    let known = [
        "targets: no target of `respond` for kind `breach`, `incident`, `patrol_finding` or `visitor` with urgency `low`, \
         `normal` or `urgent`",
        "targets: no target of `arrive` for any kind but `help`, `incident` and `repair`; nor for kind `help`, `incident` or \
         `repair` with urgency `low`, `normal` or `urgent`",
        "targets: no target of `plan` for complexity `general`",
        "targets: no target of `resolve` for kind `praise` or `visitor`; nor for any kind but `praise` and `visitor` with \
         complexity `complex`",
        "targets: no target of `revisit` for any kind but `complaint`, `help`, `repair` and `service_order`",
    ];
    assert_eq!(lines(STANDARD_TOML), known);
}

/// The city's rules, inferred from its log, are silent where the log is.
#[test]
fn the_findings_of_the_examples_are_known() {
    for book in [
        include_str!("../../../../examples/rulebooks/boston.toml"),
        include_str!("../../../../examples/rulebooks/boston-2015-01.toml"),
    ] {
        let told = lines(book);
        assert_eq!(told.len(), 1, "{told:#?}");
        let few = "targets: no target of `resolve` for topic `Abandoned Bicycle`, `Aircraft Noise Disturbance`, ";
        assert!(told.iter().all(|line| line.starts_with(few) && line.ends_with(" others")), "{told:#?}");
    }
    assert_eq!(lines(include_str!("../../../../tests/vectors/house.toml")), Vec::<String>::new());
}

/// Every mark that an event makes is in the table, and the table has no other.
#[test]
fn the_table_of_marks_is_what_events_make() {
    let code = |text: &str| Code::new(text).unwrap();
    let at = reference();
    let labels = |complexity: &str, major| Labels {
        kind: code("repair"),
        topic: code("leak"),
        urgency: code("normal"),
        complexity: code(complexity),
        major,
    };
    let registered = Registered {
        labels: labels("general", false),
        model: None,
        text: None,
        channel: code("app"),
        answered: true,
        customer: None,
        premises: None,
        external: None,
        department: None,
        attach: Vec::new(),
        rulebook: "house@1".into(),
    };
    let reason = || code("reason");
    let events = [
        Event::Assigned { department: code("d"), owner: None },
        Event::Accepted,
        Event::Refused { reason: reason() },
        Event::Begun,
        Event::Arrived,
        Event::Told,
        Event::Heard,
        Event::Planned { next: Some(at) },
        Event::Promised { until: at },
        Event::Kept,
        Event::Relabelled { labels: labels("complex", true), reason: None, attach: Vec::new(), supersede: Vec::new() },
        Event::Suspended { reason: reason(), until: None },
        Event::Resumed,
        Event::Measured { measure: reason() },
        Event::Escalated { rule: reason(), to: Vec::new() },
        Event::Acknowledged,
        Event::Resolved { outcome: reason() },
        Event::Closed,
        Event::Reopened { reason: reason() },
        Event::Revisited { reached: true, solved: None, score: None },
        Event::Revisited { reached: false, solved: None, score: None },
        Event::Cancelled { reason: reason() },
        Event::Merged { into: Id::new("other").unwrap() },
    ];
    let state = State::registered(Id::new("one").unwrap(), &registered, Stamp { at, place: 1 });
    let state = events.iter().zip(2..).fold(state, |state, (event, place)| state.apply(event, Stamp { at, place }));
    let mut made: Vec<&str> = state.line.marks().iter().map(|mark| &*mark.mark).collect();
    made.sort_unstable();
    made.dedup();
    let mut known = marks::known();
    known.sort_unstable();
    assert_eq!(made, known);
}
