use serde_json::{Value, json};

use super::*;
use crate::store::MemoryStore;

fn desk() -> Desk {
    Desk::open(Box::new(MemoryStore::default())).unwrap()
}

fn command(id: &str, community: &str, role: &str, at: &str, action: &Value) -> Command {
    let actor = json!({ "id": "wang", "role": role });
    serde_json::from_value(json!({ "id": id, "community": community, "actor": actor, "recorded_at": at, "do": action }))
        .unwrap()
}

fn register(id: &str, community: &str, at: &str) -> Command {
    command(
        id,
        community,
        "agent",
        at,
        &json!({ "case.register": { "case_id": id, "channel": "wechat", "text": "灯不亮了" } }),
    )
}

fn refused(answer: Result<Receipt, DeskError>) -> Box<str> {
    match answer {
        Err(DeskError::Refused(refusal)) => refusal.code,
        other => panic!("{other:?}"),
    }
}

/// A command from a clock that ran away must not take the community's time with it.
#[test]
fn a_refused_command_moves_no_time() {
    let mut desk = desk();
    desk.submit(&register("k1", "riverside", "2026-03-02T09:00:00+08:00")).unwrap();
    let far = register("k2", "riverside", "2999-12-31T00:00:00Z");
    assert_eq!(&*refused(desk.submit(&far)), "envelope.out_of_range");
    let nobody =
        command("c", "riverside", "king", "2100-01-01T00:00:00Z", &json!({ "case.tell": { "case_id": "k1" } }));
    assert_eq!(&*refused(desk.submit(&nobody)), "envelope.unknown_role");
    let mut quiet = Desk::open(Box::new(MemoryStore::default())).unwrap();
    let unknown =
        command("c", "riverside", "agent", "2100-01-01T00:00:00Z", &json!({ "case.tell": { "case_id": "k9" } }));
    assert_eq!(&*refused(quiet.submit(&unknown)), "case.unknown");
    quiet.submit(&register("k1", "riverside", "2026-03-02T09:00:00+08:00")).unwrap();
    desk.submit(&register("k3", "riverside", "2026-03-02T09:01:00+08:00")).unwrap();
    assert_eq!(desk.advance("2999-12-31T00:00:00Z".parse().unwrap(), 1).unwrap_err().code(), "desk.out_of_range");
}

/// Also where time alone has something to tell: it is told when somebody's word is taken.
#[test]
fn a_refused_command_wakes_nobody() {
    let mut desk = desk();
    desk.submit(&register("k1", "riverside", "2026-03-02T09:00:00+08:00")).unwrap();
    let unknown =
        command("c", "riverside", "agent", "2090-01-01T00:00:00Z", &json!({ "case.tell": { "case_id": "k9" } }));
    assert_eq!(&*refused(desk.submit(&unknown)), "case.unknown");
    let tell =
        command("t", "riverside", "agent", "2026-03-02T09:05:00+08:00", &json!({ "case.tell": { "case_id": "k1" } }));
    assert_eq!(desk.submit(&tell).unwrap().events[0].seq, 2);
}

/// What was told stays told: nobody dates an end that is no answer back across a breach.
#[test]
fn a_told_breach_is_not_dated_away() {
    let mut desk = desk();
    desk.submit(&register("k1", "riverside", "2026-03-02T09:00:00+08:00")).unwrap();
    desk.submit(&register("k2", "riverside", "2026-03-02T09:00:00+08:00")).unwrap();
    desk.advance("2026-03-02T09:50:00+08:00".parse().unwrap(), 100).unwrap();
    let ends = [
        json!({ "case.cancel": { "case_id": "k1", "reason": "withdrawn" } }),
        json!({ "case.merge": { "case_id": "k1", "into": "k2" } }),
        json!({ "case.relabel": { "case_id": "k1", "labels": { "kind": "visitor" } } }),
    ];
    for action in ends {
        let late = command("c", "riverside", "director", "2026-03-02T10:00:00+08:00", &action);
        let late = Command { at: "2026-03-02T09:10:00+08:00".parse().ok(), ..late };
        assert_eq!(&*refused(desk.submit(&late)), "case.across_breach", "{action}");
    }
}

/// A text that the lexicon knows nothing of alarms nobody: the rulebook's defaults hold.
#[test]
fn a_text_without_cues_gets_the_labels_of_the_rulebook() {
    let mut desk = desk();
    let contact = json!({ "case.register": { "case_id": "k1", "channel": "wechat", "text": "你好" } });
    let receipt = desk.submit(&command("c", "riverside", "agent", "2026-03-02T09:00:00+08:00", &contact)).unwrap();
    assert_eq!(receipt.events.iter().map(|event| event.notices).sum::<u32>(), 0);
    let now = "2026-03-02T09:00:00+08:00".parse().unwrap();
    let Answer::Case(card) = desk.query(&Query::Case { case_id: receipt.record, now }).unwrap() else {
        panic!("a case")
    };
    assert_eq!((card.case.labels.kind.as_str(), card.case.model), ("inquiry", None));
}

/// The report judges open cases at its own time, whoever has or has not polled.
#[test]
fn the_month_is_the_same_whether_time_was_advanced_or_not() {
    let month = |advanced: bool| {
        let mut desk = desk();
        desk.submit(&register("k1", "riverside", "2026-03-02T09:00:00+08:00")).unwrap();
        desk.submit(&register("k2", "riverside", "2026-03-02T09:01:00+08:00")).unwrap();
        let cancel = json!({ "case.cancel": { "case_id": "k2", "reason": "duplicate" } });
        desk.submit(&command("c", "riverside", "agent", "2026-03-02T09:02:00+08:00", &cancel)).unwrap();
        let now = "2026-03-20T09:00:00+08:00".parse().unwrap();
        if advanced {
            desk.advance(now, 1000).unwrap();
        }
        let community = Id::new("riverside").unwrap();
        let day = chrono::NaiveDate::from_ymd_opt(2026, 3, 2).unwrap();
        match desk.query(&Query::Month { community, month: day, now }).unwrap() {
            Answer::Month(month) => *month,
            other => panic!("{other:?}"),
        }
    };
    let report = month(false);
    assert_eq!(report, month(true));
    assert_eq!((report.registered, report.withdrawn, report.resolved, report.open), (2, 1, 0, 1));
    assert_eq!(report.by_kind.iter().map(|share| share.open).sum::<u64>(), report.open);
    for told in report.deadlines.iter().filter(|told| told.kept + told.broken > 0) {
        assert_eq!((told.kept, told.broken), (0, 1), "{:?}", told.metric);
    }
}

#[test]
fn time_that_runs_backwards_is_refused_beyond_the_tolerance() {
    let mut desk = desk();
    desk.submit(&register("k1", "riverside", "2026-03-02T09:00:00+08:00")).unwrap();
    desk.submit(&register("k2", "riverside", "2026-03-02T08:56:00+08:00")).unwrap();
    assert_eq!(
        &*refused(desk.submit(&register("k3", "riverside", "2026-03-02T08:54:00+08:00"))),
        "desk.clock_backwards"
    );
    assert_eq!(
        desk.advance("2026-03-02T08:00:00+08:00".parse().unwrap(), 1).unwrap_err().code(),
        "desk.clock_backwards"
    );
}

/// Of many commands each is answered for itself, also one that reaches into another community.
#[test]
fn a_record_of_another_community_is_refused_and_the_rest_is_taken() {
    let mut desk = desk();
    desk.submit(&register("k1", "riverside", "2026-03-02T09:00:00+08:00")).unwrap();
    let action = json!({ "case.tell": { "case_id": "k1" } });
    let commands = [
        register("k2", "hillside", "2026-03-02T09:01:00+08:00"),
        command("c1", "hillside", "agent", "2026-03-02T09:02:00+08:00", &action),
        register("k3", "hillside", "2026-03-02T09:03:00+08:00"),
    ];
    let codes: Vec<Option<Box<str>>> = desk
        .submit_all(&commands)
        .unwrap()
        .into_iter()
        .map(|answer| answer.err().map(|refusal| refusal.code))
        .collect();
    assert_eq!(codes, [None, Some("desk.other_community".into()), None]);
}

#[test]
fn a_case_is_found_by_the_number_in_the_books_of_the_host() {
    let mut desk = desk();
    let contact = json!({ "case_id": "k1", "channel": "app", "text": "灯不亮了", "external": "WO-2026-17" });
    let at = "2026-03-02T09:00:00+08:00";
    desk.submit(&command("c1", "riverside", "agent", at, &json!({ "case.register": contact }))).unwrap();
    desk.submit(&command("c2", "riverside", "agent", at, &json!({ "case.tell": { "case_id": "k1" } }))).unwrap();
    let mut found = |community: Option<&str>, external: &str| {
        let community = community.map(|id| Id::new(id).unwrap());
        match desk.query(&Query::Find { community, external: Id::new(external).unwrap() }).unwrap() {
            Answer::Find(lines) => lines.into_iter().map(|line| line.case_id.to_string()).collect::<Vec<_>>(),
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(found(None, "WO-2026-17"), ["k1"]);
    assert_eq!(found(Some("riverside"), "WO-2026-17"), ["k1"]);
    assert!(found(Some("hillside"), "WO-2026-17").is_empty());
    assert!(found(None, "WO-2026-18").is_empty());
}

/// A desk that was open before another process brought its rulebook answers and goes on all the same.
#[cfg(feature = "sqlite")]
#[test]
fn a_rulebook_that_another_desk_brought_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("desk.db").to_string_lossy().into_owned();
    let store = || Box::new(crate::store::SqliteStore::open(&path, &crate::store::SqliteOptions::default()).unwrap());
    let stricter = crate::rulebook::STANDARD_TOML.replacen("budget = \"15 min\"", "budget = \"5 min\"", 1);
    let mut first = Desk::open(store()).unwrap();
    let mut second = Desk::open_with(store(), Rulebook::from_toml(&stricter).unwrap(), Classifier::standard()).unwrap();
    let question = json!({ "case.register": { "case_id": "k1", "channel": "wechat", "text": "请问怎么缴费" } });
    second.submit(&command("c1", "riverside", "agent", "2026-03-02T09:00:00+08:00", &question)).unwrap();
    let ask = Query::Case { case_id: Id::new("k1").unwrap(), now: "2026-03-02T09:01:00+08:00".parse().unwrap() };
    assert_eq!(first.query(&ask).unwrap(), second.query(&ask).unwrap());
    let tell = json!({ "case.tell": { "case_id": "k1" } });
    first.submit(&command("c2", "riverside", "agent", "2026-03-02T09:30:00+08:00", &tell)).unwrap();
    assert_eq!(first.query(&ask).unwrap(), second.query(&ask).unwrap());
}

/// Cases live on under the rulebook they are pinned to, whatever is in force.
#[cfg(feature = "sqlite")]
#[test]
fn a_case_keeps_its_rulebook_when_another_is_in_force() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("desk.db").to_string_lossy().into_owned();
    let store = || Box::new(crate::store::SqliteStore::open(&path, &crate::store::SqliteOptions::default()).unwrap());
    let stricter = crate::rulebook::STANDARD_TOML.replacen("budget = \"15 min\"", "budget = \"5 min\"", 1);
    let stricter = Rulebook::from_toml(&stricter).unwrap();
    let question =
        |id: &str| json!({ "case.register": { "case_id": id, "channel": "wechat", "text": "请问怎么缴费" } });
    let due = |desk: &mut Desk, id: &str| {
        let now = "2026-03-02T09:00:00+08:00".parse().unwrap();
        match desk.query(&Query::Case { case_id: Id::new(id).unwrap(), now }).unwrap() {
            Answer::Case(card) => card.clocks.iter().find(|one| &*one.clock.target == "respond").unwrap().clock.due,
            other => panic!("{other:?}"),
        }
    };
    let at = "2026-03-02T09:00:00+08:00";
    Desk::open(store()).unwrap().submit(&command("c1", "riverside", "agent", at, &question("k1"))).unwrap();
    let mut desk = Desk::open_with(store(), stricter, Classifier::standard()).unwrap();
    desk.submit(&command("c2", "riverside", "agent", at, &question("k2"))).unwrap();
    assert_eq!(due(&mut desk, "k1"), "2026-03-02T09:15:00+08:00".parse().ok());
    assert_eq!(due(&mut desk, "k2"), "2026-03-02T09:05:00+08:00".parse().ok());
}
