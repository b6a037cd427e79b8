use super::*;
use crate::classify::Classifier;
use crate::envelope::rehearse;

/// The smallest rulebook that holds, with `more` at its end.
fn book(more: &str) -> String {
    format!(
        r#"format = 1
id = "house"
version = "1"
time_zone = "Asia/Shanghai"
regulations = {{ S15 = {{ zh = "制度", en = "rules" }} }}
calendars.always = {{ clause = {{ origin = "ours" }}, rules = {{ time_zone = "Asia/Shanghai", round_the_clock = true }} }}
roles.agent = {{ may = ["case.*"] }}
channels.hotline = {{ answered = true }}
kinds.repair = {{}}
topics.leak = {{}}
urgencies.normal = {{ zh = "一般", en = "normal" }}
complexities.general = {{ zh = "一般", en = "general" }}
outcomes.done = {{ zh = "办结", en = "done" }}
{more}"#
    )
}

fn target(fields: &str) -> String {
    format!("[[targets]]\n{fields}\nclause = {{ origin = \"ours\" }}\n")
}

fn told(text: &str) -> Vec<(String, Option<u32>)> {
    let problems = Rulebook::from_toml(text).unwrap_err();
    problems.iter().map(|problem| (problem.path.clone(), problem.line)).collect()
}

#[test]
fn the_standard_rulebook_compiles_and_its_scenarios_pass() {
    let standard = Rulebook::from_toml(STANDARD_TOML).unwrap();
    let scenarios = Scenarios::from_text(STANDARD_SCENARIOS_TOML).unwrap();
    let rehearsal = rehearse(&standard, &scenarios, &Classifier::standard());
    assert_eq!(rehearsal.missed, []);
    assert!(rehearsal.passed >= 14, "{}", rehearsal.passed);
}

/// J4: nothing is cited to a regulation that is not listed, and every requirement named exists.
#[test]
fn every_rule_of_the_standard_says_where_it_comes_from() {
    let standard = Rulebook::standard();
    let raw = standard.raw();
    let clauses = raw.targets.iter().map(|rule| (&rule.id, &rule.clause));
    let clauses = clauses.chain(raw.notices.iter().map(|rule| (&rule.id, &rule.clause)));
    let mut cited = 0;
    for (id, clause) in clauses {
        assert!(!clause.requirements.is_empty(), "{id} serves no requirement");
        for requirement in &clause.requirements {
            let (letter, number) = requirement.split_at(1);
            assert!(("A"..="J").contains(&letter) && number.parse::<u8>().is_ok(), "{id}: {requirement}");
        }
        cited += u32::from(clause.regulation.is_some());
    }
    assert!(cited > 10, "{cited}");
}

#[test]
fn ten_mistakes_give_ten_problems_in_the_order_of_the_file() {
    let text = book(&format!(
        "colour = \"red\"\n[defaults]\nkind = \"nothing\"\ntopic = \"leak\"\nurgency = \"soon\"\ncomplexity = \"general\"\n{}{}{}[[notices]]\nid = \"n\"\non = \"registered\"\nto = [\"king\"]\nclause = {{ origin = \"text\" }}\n",
        target("id = \"a\"\nmetric = \"respond\"\nbudget = \"soon\"\nschedule = \"always\""),
        target("id = \"b\"\nmetric = \"answering\"\nbudget = \"1 h\"\nschedule = \"always\""),
        target(
            "id = \"c\"\nmetric = \"resolve\"\nbudget = \"0 working_days\"\nschedule = \"never\"\nlevels = [{ at = \"soon\" }]"
        ),
    ));
    let found = told(&text);
    let paths: Vec<&str> = found.iter().map(|(path, _)| path.as_str()).collect();
    let expected = [
        "colour",
        "defaults.kind",
        "defaults.urgency",
        "targets[0].budget",
        "targets[1].metric",
        "targets[2].budget",
        "targets[2].schedule",
        "targets[2].levels[0].at",
        "notices[0].to[0]",
        "notices[0].clause",
    ];
    assert_eq!(paths, expected);
    let lines: Vec<u32> = found.iter().filter_map(|(_, line)| *line).collect();
    assert_eq!(lines.len(), expected.len());
    assert!(lines.is_sorted(), "{lines:?}");
}

#[test]
fn what_would_never_hold_is_told() {
    let text = book(
        "[kinds.complaint]\nresolve_needs = [\"teld\"]\n[roles.king]\nlate = \"-1 h\"\n[time]\ntolerance = \"-5 min\"\n",
    );
    let paths: Vec<String> = told(&text).into_iter().map(|(path, _)| path).collect();
    assert_eq!(paths, ["kinds.complaint.resolve_needs[0]", "roles.king.late", "time.tolerance"]);
}

/// A mistake that is struck out moves no later one to another path or line, and is not told twice.
#[test]
fn what_was_struck_out_shifts_nothing() {
    let first = target("id = \"a\"\nmetric = \"soon\"\nbudget = \"1 h\"\nschedule = \"always\"");
    let second = target("id = \"b\"\nmetric = \"resolve\"\nbudget = \"1 h\"\nschedule = \"never\"");
    let text = book(&format!("{first}{second}"));
    let line = |wanted: &str| u32::try_from(text.lines().position(|line| line.contains(wanted)).unwrap()).unwrap() + 1;
    let expected = [
        ("targets[0].metric".to_owned(), Some(line("metric = \"soon\""))),
        ("targets[1].schedule".to_owned(), Some(line("schedule = \"never\""))),
    ];
    assert_eq!(told(&text), expected);
}

#[test]
fn the_pin_follows_from_the_content_alone() {
    let toml = Rulebook::from_toml(&book("")).unwrap();
    let json = Rulebook::from_json(&serde_json::to_string_pretty(toml.raw()).unwrap()).unwrap();
    let spaced = Rulebook::from_toml(&book("\n# a remark\n\n")).unwrap();
    let other = Rulebook::from_toml(&book("[time]\nlate = \"1 h\"")).unwrap();
    assert_eq!((toml.pin(), toml.hash()), (json.pin(), json.hash()));
    assert_eq!(toml.pin(), spaced.pin());
    assert_ne!(toml.pin(), other.pin());
    // What is not said is not written, so a later field that nobody has set changes no pin.
    assert!(!serde_json::to_string(toml.raw()).unwrap().contains("null"));
}

/// A target on marks of its own, and one that pauses as a product does; what is absent is not written, so that no pin moves.
#[test]
fn a_target_may_name_its_marks_and_a_product() {
    let own = "id = \"hand\"\nmetric = \"accept\"\nbudget = \"1 h\"\nschedule = \"always\"\nstart = [\"heard\"]\nstop = [\"told\"]";
    let zammad = "id = \"first\"\nmetric = \"respond\"\nbudget = \"1 h\"\nschedule = \"always\"\npreset = \"zammad\"";
    let plain = "id = \"seen\"\nmetric = \"arrive\"\nbudget = \"1 h\"\nschedule = \"always\"";
    let text = book(&[own, zammad, plain].map(target).join("\n"));
    let compiled = Rulebook::from_toml(&text).unwrap();
    let [own, zammad, plain] = compiled.case().targets.as_slice() else { panic!("three targets") };
    assert!(own.target.is_started_by("heard") && own.target.is_stopped_by("told"));
    assert!(!own.target.is_started_by("assigned") && !own.target.is_stopped_by("accepted"));
    assert_eq!((zammad.target.pauses.len(), plain.target.pauses.len()), (1, 0));
    let written = serde_json::to_value(&compiled.raw().targets).unwrap();
    for key in ["start", "stop", "preset", "pauses"] {
        assert_eq!(written[2].get(key), None, "{key}");
    }
    assert_eq!(written[0]["start"], serde_json::json!(["heard"]));
}

/// D8: what grew knows at least as far, and is otherwise the same.
#[test]
fn a_rulebook_grows_by_announced_days_alone() {
    let book = Rulebook::standard();
    let days = |until: &str| {
        let text = format!(
            r#"{{"known_until": "{until}", "holidays": [{{"from": "2027-01-01", "to": "2027-01-03", "name": "元旦"}}]}}"#
        );
        NewDays::read(&text).unwrap()
    };
    let january = book.extend(&days("2027-01-31")).unwrap();
    assert!(january.grew_from(&book) && !book.grew_from(&january) && !january.grew_from(&january));
    assert_eq!(january.name(), book.name());
    assert_eq!(january.extend(&days("2027-01-31")).unwrap().pin(), january.pin());
    let stricter = STANDARD_TOML.replacen("budget = \"15 min\"", "budget = \"5 min\"", 1);
    let stricter = Rulebook::from_toml(&stricter).unwrap();
    assert!(!stricter.grew_from(&book) && !stricter.extend(&days("2027-01-31")).unwrap().grew_from(&book));
}
