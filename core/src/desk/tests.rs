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
