//! Files under seal at the desk: who reads what, what is recorded, and what lies in the file on disk.
use std::path::Path;

use serde_json::{Value, json};

use super::*;
use crate::access::{self, Request};
use crate::seal::{CompanyKey, Plain, Seed};
use crate::store::MemoryStore;

const NAME: &str = "欧阳若曦";
const PHONE: &str = "13987651234";
const IDENTITY: &str = "11010519491231002X";
const PLATE: &str = "粤B7K39Q";
const NEEDS: &str = "行走不便,需要帮忙提重物";
const TEXT: &str = "欧阳若曦家厨房水管漏水了";
/// What must stand nowhere: values, and pieces of them.
const SECRETS: [&str; 10] = [NAME, PHONE, IDENTITY, PLATE, NEEDS, TEXT, "若曦", "7651234", "19491231", "厨房水管"];

fn opener(byte: u8) -> Opener {
    Opener::Key(CompanyKey::new([byte; 32]))
}

fn unlocked() -> Desk {
    let mut desk = Desk::open(Box::new(MemoryStore::default())).unwrap();
    assert_eq!(desk.unlock(&opener(1), Seed::new([7; 32])).unwrap(), Unlocked { created: true, epoch: 1 });
    desk
}

fn command(id: &str, role: &str, at: &str, action: &Value) -> Command {
    let actor = json!({ "id": "wang", "role": role });
    serde_json::from_value(
        json!({ "id": id, "community": "riverside", "actor": actor, "recorded_at": at, "do": action }),
    )
    .unwrap()
}

fn add(id: &str, customer: &str, file: &Value) -> Command {
    let add = json!({ "customer_id": customer, "kind": "person", "form_of_address": "ms", "file": file });
    command(id, "agent", "2026-03-02T09:00:00+08:00", &json!({ "people.add_customer": add }))
}

fn file() -> Value {
    json!({ "name": NAME, "phone": [PHONE, "075583214567"], "identity": IDENTITY, "plate": PLATE, "needs": NEEDS })
}

fn register(id: &str, customer: Option<&str>) -> Command {
    let register = json!({ "case_id": id, "channel": "hotline", "text": TEXT, "customer": customer });
    command(id, "agent", "2026-03-02T09:10:00+08:00", &json!({ "case.register": register }))
}

fn request(role: &str, purpose: Option<&str>, ask: &Value) -> Request {
    serde_json::from_value(json!({
        "actor": { "id": "li", "role": role }, "purpose": purpose, "at": "2026-03-02T10:00:00+08:00", "ask": ask
    }))
    .unwrap()
}

fn told(desk: &mut Desk, role: &str, purpose: Option<&str>, ask: &Value) -> Value {
    serde_json::to_value(desk.ask(&request(role, purpose, ask)).unwrap()).unwrap()
}

fn refused(desk: &mut Desk, role: &str, purpose: Option<&str>, ask: &Value) -> String {
    desk.ask(&request(role, purpose, ask)).unwrap_err().code().to_owned()
}

fn card_by(caller: &Value) -> Value {
    json!({ "contact_card": { "by": caller } })
}

fn peopled(desk: &mut Desk) {
    let premises =
        json!({ "premises_id": "p", "building_id": "b7", "room": "1201", "kind": "residential", "area": "89" });
    let tenure = json!({ "premises_id": "p", "customer_id": "k", "role": "owner", "from": "2020-05-01" });
    for command in [
        add("c-1", "k", &file()),
        command("c-2", "supervisor", "2026-03-02T09:01:00+08:00", &json!({ "people.add_premises": premises })),
        command("c-3", "agent", "2026-03-02T09:02:00+08:00", &json!({ "people.begin_tenure": tenure })),
        register("leak", Some("k")),
        register("nameless", None),
        command(
            "c-4",
            "agent",
            "2026-03-02T09:20:00+08:00",
            &json!({ "case.promise": { "case_id": "leak", "until": "2026-03-02T15:00:00+08:00" } }),
        ),
    ] {
        desk.submit(&command).unwrap();
    }
}

#[test]
fn a_caller_is_known_by_phone_name_plate_premises_and_all_the_rest() {
    let mut desk = unlocked();
    peopled(&mut desk);
    for caller in [
        json!({ "phone": "+86 139-8765-1234" }),
        json!({ "phone": "0755-83214567" }),
        json!({ "phone_tail": "1234" }),
        json!({ "name": "歐陽若曦" }),
        json!({ "surname": "欧阳" }),
        json!({ "identity": "11010519491231002x" }),
        json!({ "plate": "粤b·7k39q" }),
        json!({ "premises": "p" }),
        json!({ "customer": "k" }),
    ] {
        let card = told(&mut desk, "agent", Some("service"), &card_by(&caller));
        let callers = card["contact_card"]["callers"].as_array().unwrap();
        assert_eq!(callers.len(), 1, "{caller}");
        assert_eq!(callers[0]["file"]["customer_id"], "k");
    }
    let nobody = told(&mut desk, "agent", Some("service"), &card_by(&json!({ "phone": "13900000000" })));
    assert_eq!(nobody["contact_card"]["callers"], json!([]));
    assert_eq!(
        refused(&mut desk, "agent", Some("service"), &card_by(&json!({ "phone": "none" }))),
        "access.nothing_to_find"
    );
}

#[test]
fn the_card_shows_premises_cases_clocks_promises_and_greets_by_name() {
    let mut desk = unlocked();
    peopled(&mut desk);
    let card = told(&mut desk, "agent", Some("service"), &card_by(&json!({ "phone": PHONE })));
    let caller = &card["contact_card"]["callers"][0];
    assert_eq!(caller["greeting"]["zh"], "上午好,欧阳女士!");
    assert_eq!(caller["file"]["fields"]["name"], json!({ "sight": "plain", "values": [NAME] }));
    assert_eq!(caller["file"]["fields"]["identity"], json!({ "sight": "masked", "values": ["110*************2X"] }));
    assert_eq!(caller["premises"][0]["premises_id"], "p");
    assert_eq!(caller["premises"][0]["role"], "owner");
    assert_eq!(caller["open"][0]["case_id"], "leak");
    assert_eq!(caller["open"][0]["promised"], json!(["2026-03-02T07:00:00Z"]));
    assert!(caller["open"][0]["clocks"].as_array().unwrap().iter().any(|clock| clock["metric"] == "resolve"));
    assert_eq!(caller["facts"], json!({ "cases": 1, "open": 1, "overdue": 0, "dissatisfied": 0 }));
}

#[test]
fn without_a_purpose_all_is_masked_and_what_a_role_does_not_see_is_only_named() {
    let mut desk = unlocked();
    peopled(&mut desk);
    let card = told(&mut desk, "agent", None, &card_by(&json!({ "phone": PHONE })));
    let fields = &card["contact_card"]["callers"][0]["file"]["fields"];
    assert_eq!(fields["name"]["values"], json!(["欧阳**"]));
    assert_eq!(fields["phone"]["values"], json!(["139****1234", "0755****4567"]));
    assert_eq!(fields["plate"]["values"], json!(["粤B***9Q"]));
    assert_eq!(fields["needs"]["values"], json!(["***"]));
    assert!(card["contact_card"]["callers"][0].get("greeting").is_none());
    let card = told(&mut desk, "receptionist", Some("service"), &card_by(&json!({ "phone": PHONE })));
    let file = &card["contact_card"]["callers"][0]["file"];
    assert_eq!(file["fields"]["name"]["sight"], "plain");
    assert_eq!(file["fields"]["phone"]["sight"], "masked");
    assert_eq!(file["withheld"], json!(["identity", "needs"]));
}

#[test]
fn every_read_and_every_refusal_is_recorded_and_the_chain_holds() {
    let mut desk = unlocked();
    peopled(&mut desk);
    told(&mut desk, "agent", Some("service"), &card_by(&json!({ "phone": PHONE })));
    told(&mut desk, "supervisor", None, &json!({ "customer": { "customer_id": "k" } }));
    assert_eq!(
        refused(&mut desk, "technician", None, &json!({ "customer": { "customer_id": "k" } })),
        "access.not_permitted"
    );
    assert_eq!(
        refused(&mut desk, "agent", Some("rights"), &json!({ "customer": { "customer_id": "k" } })),
        "access.purpose"
    );
    assert_eq!(refused(&mut desk, "king", None, &json!({ "customer": { "customer_id": "k" } })), "access.unknown_role");
    let lines = told(&mut desk, "supervisor", None, &json!({ "accesses": { "customer_id": "k" } }));
    let lines = lines["accesses"].as_array().unwrap();
    let told_of: Vec<(&str, Option<&str>)> =
        lines.iter().map(|line| (line["role"].as_str().unwrap(), line["refused"].as_str())).collect();
    assert_eq!(
        told_of,
        [
            ("king", Some("access.unknown_role")),
            ("agent", Some("access.purpose")),
            ("technician", Some("access.not_permitted")),
            ("supervisor", None),
            ("agent", None),
        ]
    );
    assert_eq!(lines[4]["shown"]["phone"], "plain");
    assert_eq!(lines[3]["shown"]["phone"], "masked");
    let log = told(&mut desk, "director", Some("supervision"), &json!({ "access_log": {} }));
    assert_eq!(log["access_log"].as_array().unwrap().len(), 6, "who asked who looked is there as well");
    let Ok(Answer::Verify(verified)) = desk.query(&Query::Verify { community: Id::new(access::CHAIN).unwrap() }) else {
        panic!("no answer")
    };
    assert!(verified.holds && verified.rows == 7);
    // No command of a host gets into that chain.
    let stray = Command { community: Id::new(access::CHAIN).unwrap(), ..register("x", None) };
    assert_eq!(desk.submit(&stray).unwrap_err().code(), "desk.reserved");
}

#[test]
fn an_emergency_shows_more_and_the_director_hears_of_it() {
    let mut desk = unlocked();
    peopled(&mut desk);
    let card = told(&mut desk, "receptionist", Some("emergency"), &card_by(&json!({ "premises": "p" })));
    assert_eq!(card["contact_card"]["callers"][0]["file"]["fields"]["phone"]["values"][0], PHONE);
    let outbox = Query::Outbox { community: Id::new(access::CHAIN).unwrap(), after: 0, limit: 10 };
    let Ok(Answer::Outbox(notices)) = desk.query(&outbox) else { panic!("no answer") };
    assert_eq!(notices.len(), 1);
    assert_eq!((notices[0].to.as_str(), &*notices[0].rule), ("director", "purposes.emergency"));
    assert!(notices[0].words.zh.contains("紧急情况"), "{:?}", notices[0].words);
}

#[test]
fn whoever_is_complained_about_neither_reads_nor_handles_the_case() {
    let mut desk = unlocked();
    peopled(&mut desk);
    let recuse = |id: &str, staff: &str| {
        let at = "2026-03-02T09:30:00+08:00";
        command(id, "supervisor", at, &json!({ "case.recuse": { "case_id": "leak", "staff_id": staff } }))
    };
    let text = json!({ "case_text": { "case_id": "leak" } });
    assert_eq!(told(&mut desk, "agent", Some("service"), &text)["case_text"]["text"], TEXT);
    desk.submit(&recuse("r-1", "li")).unwrap();
    assert_eq!(desk.submit(&recuse("r-2", "li")).unwrap_err().code(), "case.unchanged");
    assert_eq!(refused(&mut desk, "agent", Some("service"), &text), "case.recused");
    let card = told(&mut desk, "agent", Some("service"), &card_by(&json!({ "customer": "k" })));
    let caller = &card["contact_card"]["callers"][0];
    assert_eq!((caller["open"].clone(), caller["facts"]["withheld"].clone()), (json!([]), json!(1)));
    let at = "2026-03-02T09:40:00+08:00";
    let assign = json!({ "case.assign": { "case_id": "leak", "department": "maintenance", "owner": "li" } });
    assert_eq!(desk.submit(&command("a-1", "supervisor", at, &assign)).unwrap_err().code(), "case.recused");
    let tell = Command {
        actor: serde_json::from_value(json!({ "id": "li", "role": "agent" })).unwrap(),
        ..command("t-1", "agent", at, &json!({ "case.tell": { "case_id": "leak" } }))
    };
    assert_eq!(desk.submit(&tell).unwrap_err().code(), "case.recused");
}

#[test]
fn without_an_open_vault_nothing_personal_is_written_or_read() {
    let mut desk = Desk::open(Box::new(MemoryStore::default())).unwrap();
    assert_eq!(desk.submit(&add("c-1", "k", &file())).unwrap_err().code(), "vault.locked");
    desk.submit(&add("c-2", "k", &json!({}))).unwrap();
    assert_eq!(
        refused(&mut desk, "agent", Some("service"), &json!({ "customer": { "customer_id": "k" } })),
        "vault.locked"
    );
    // A text is classified all the same, and not kept.
    desk.submit(&register("leak", None)).unwrap();
    desk.unlock(&opener(1), Seed::new([7; 32])).unwrap();
    let text = told(&mut desk, "agent", Some("service"), &json!({ "case_text": { "case_id": "leak" } }));
    assert_eq!(text["case_text"], json!({ "case_id": "leak" }));
    // What was taken before the vault was open is still known, and what came with it open cannot be told from a forgery when
    // it is closed again.
    assert!(desk.submit(&register("leak", None)).unwrap().repeated);
    desk.submit(&register("later", None)).unwrap();
    desk.lock();
    assert!(!desk.is_unlocked());
    assert_eq!(desk.submit(&register("later", None)).unwrap_err().code(), "vault.locked");
}

#[test]
fn a_wrong_key_and_a_wrong_passphrase_are_refused_and_the_vault_stays_as_it_was() {
    let mut desk = unlocked();
    peopled(&mut desk);
    assert_eq!(desk.unlock(&opener(2), Seed::new([8; 32])).unwrap_err().code(), "vault.wrong_key");
    let passphrase = Opener::Passphrase(Plain::from("correct horse battery"));
    assert_eq!(desk.unlock(&passphrase, Seed::new([8; 32])).unwrap_err().code(), "vault.other_means");
    assert_eq!(desk.unlock(&opener(1), Seed::new([8; 32])).unwrap(), Unlocked { created: false, epoch: 1 });
    let card = told(&mut desk, "agent", Some("service"), &card_by(&json!({ "phone": PHONE })));
    assert_eq!(card["contact_card"]["callers"][0]["file"]["fields"]["name"]["values"][0], NAME);
}

#[test]
fn a_rotation_moves_every_key_and_loses_nothing() {
    let mut desk = unlocked();
    peopled(&mut desk);
    assert_eq!(desk.rotate(&opener(2)).unwrap(), Rotated { keys: 2, epoch: 2 });
    for _ in 0..2 {
        let card = told(&mut desk, "agent", Some("service"), &card_by(&json!({ "name": NAME })));
        assert_eq!(card["contact_card"]["callers"][0]["file"]["fields"]["phone"]["values"][0], PHONE);
        assert!(desk.submit(&add("c-1", "k", &file())).unwrap().repeated);
        desk.lock();
        assert_eq!(desk.unlock(&opener(1), Seed::new([9; 32])).unwrap_err().code(), "vault.wrong_key");
        desk.unlock(&opener(2), Seed::new([9; 32])).unwrap();
    }
}

#[test]
fn a_change_moves_the_index_and_an_empty_list_clears_a_field() {
    let mut desk = unlocked();
    peopled(&mut desk);
    let change = json!({ "customer_id": "k", "file": { "phone": ["13611112222"], "plate": [] } });
    let at = "2026-03-02T09:50:00+08:00";
    desk.submit(&command("c-9", "agent", at, &json!({ "people.change_customer": change }))).unwrap();
    let callers = |desk: &mut Desk, caller: Value| {
        told(desk, "agent", Some("service"), &card_by(&caller))["contact_card"]["callers"].as_array().unwrap().len()
    };
    assert_eq!(callers(&mut desk, json!({ "phone": PHONE })), 0);
    assert_eq!(callers(&mut desk, json!({ "plate": PLATE })), 0);
    assert_eq!(callers(&mut desk, json!({ "phone": "13611112222" })), 1);
    assert_eq!(callers(&mut desk, json!({ "name": NAME })), 1);
    let verify = json!({ "people.verify_customer": { "customer_id": "k" } });
    let due = json!({ "files_due": { "before": "2026-01-01T00:00:00Z" } });
    assert_eq!(told(&mut desk, "agent", None, &due)["files_due"], json!([{ "customer_id": "k" }]));
    desk.submit(&command("c-10", "agent", at, &verify)).unwrap();
    assert_eq!(told(&mut desk, "agent", None, &due)["files_due"], json!([]));
    let nothing = json!({ "people.change_customer": { "customer_id": "k", "form_of_address": "ms" } });
    assert_eq!(desk.submit(&command("c-11", "agent", at, &nothing)).unwrap_err().code(), "people.unchanged");
}

#[test]
fn three_customers_with_one_phone_are_all_told() {
    let mut desk = unlocked();
    for n in 1..=3 {
        desk.submit(&add(&format!("c-{n}"), &format!("k-{n}"), &json!({ "name": "王芳", "phone": PHONE }))).unwrap();
    }
    let card = told(&mut desk, "agent", Some("service"), &card_by(&json!({ "phone": PHONE })));
    assert_eq!(card["contact_card"]["callers"].as_array().unwrap().len(), 3);
    let lines = told(&mut desk, "director", None, &json!({ "access_log": {} }));
    assert_eq!(lines["access_log"].as_array().unwrap().len(), 3, "a row for each of whom something was told");
}

#[test]
fn an_erased_customer_is_found_by_nothing_and_read_by_nobody() {
    let mut desk = unlocked();
    peopled(&mut desk);
    let erase = json!({ "people.erase_customer": { "customer_id": "k" } });
    let at = "2026-03-02T09:55:00+08:00";
    assert_eq!(desk.submit(&command("e-0", "agent", at, &erase)).unwrap_err().code(), "envelope.not_permitted");
    desk.submit(&command("e-1", "director", at, &erase)).unwrap();
    let card = told(&mut desk, "agent", Some("service"), &card_by(&json!({ "phone": PHONE })));
    assert_eq!(card["contact_card"]["callers"], json!([]));
    let text = told(&mut desk, "agent", Some("service"), &json!({ "case_text": { "case_id": "leak" } }));
    assert_eq!(text["case_text"], json!({ "case_id": "leak", "erased": true }));
    let file = told(&mut desk, "director", Some("rights"), &json!({ "customer": { "customer_id": "k" } }));
    assert_eq!(file["customer"]["fields"], json!({}));
    // What was counted stays counted.
    let Ok(Answer::Case(case)) =
        desk.query(&Query::Case { case_id: Id::new("leak").unwrap(), now: at.parse().unwrap() })
    else {
        panic!("no answer")
    };
    assert_eq!(case.case.customer, Some(Id::new("k").unwrap()));
    let again = command("e-2", "director", at, &erase);
    assert_eq!(desk.submit(&again).unwrap_err().code(), "people.erased");
    let change = json!({ "people.change_customer": { "customer_id": "k", "file": { "name": NAME } } });
    assert_eq!(desk.submit(&command("e-3", "agent", at, &change)).unwrap_err().code(), "people.erased");
    assert!(desk.submit(&command("e-1", "director", at, &erase)).unwrap().repeated);
}

/// What lies in a directory, of all its files.
fn bytes_in(directory: &Path) -> Vec<u8> {
    let mut all = Vec::new();
    for entry in std::fs::read_dir(directory).unwrap() {
        all.extend(std::fs::read(entry.unwrap().path()).unwrap());
    }
    all
}

fn holds(all: &[u8], text: &str) -> bool {
    all.windows(text.len()).any(|window| window == text.as_bytes())
}

#[cfg(feature = "sqlite")]
#[test]
fn no_plain_byte_lies_on_disk_at_any_step_and_after_an_erasure_no_wrapped_key_does() {
    use crate::store::{SqliteOptions, SqliteStore};
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("desk.db");
    let open = || SqliteStore::open(path.to_str().unwrap(), &SqliteOptions::default()).unwrap();
    let mut desk = Desk::open(Box::new(open())).unwrap();
    desk.unlock(&opener(1), Seed::new([7; 32])).unwrap();
    let clean = |step: &str| {
        let all = bytes_in(directory.path());
        for secret in SECRETS {
            assert!(!holds(&all, secret), "`{secret}` lies on disk after {step}");
        }
        all
    };
    peopled(&mut desk);
    clean("the commands");
    told(&mut desk, "director", Some("service"), &card_by(&json!({ "phone": PHONE })));
    told(&mut desk, "agent", None, &card_by(&json!({ "name": NAME })));
    refused(&mut desk, "agent", Some("rights"), &card_by(&json!({ "plate": PLATE })));
    let all = clean("the reads");
    assert!(holds(&all, "riverside"), "the test reads the wrong files");
    let wrapped = {
        let (mut store, mut state) = (open(), String::new());
        let id = Id::new("k").unwrap();
        store
            .read(&mut |view| {
                state = view.record(&tables::SUBJECT_KEY, &id)?.unwrap().state;
                Ok(())
            })
            .unwrap();
        state.trim_matches('"').to_owned()
    };
    assert!(holds(&bytes_in(directory.path()), &wrapped), "the key is not where the test looks");
    let erase = json!({ "people.erase_customer": { "customer_id": "k" } });
    desk.submit(&command("e-1", "director", "2026-03-02T11:00:00+08:00", &erase)).unwrap();
    assert!(!holds(&clean("the erasure"), &wrapped), "the destroyed key lies on disk");
    drop(desk);
    assert!(!holds(&clean("the end"), &wrapped));
    // A second life: the key is gone, the journal is whole.
    let mut desk = Desk::open(Box::new(open())).unwrap();
    desk.unlock(&opener(1), Seed::new([8; 32])).unwrap();
    let text = told(&mut desk, "agent", Some("service"), &json!({ "case_text": { "case_id": "leak" } }));
    assert_eq!(text["case_text"]["erased"], true);
    let Ok(Answer::Verify(verified)) = desk.query(&Query::Verify { community: Id::new("riverside").unwrap() }) else {
        panic!("no answer")
    };
    assert!(verified.holds);
}

#[cfg(feature = "sqlite")]
#[test]
fn a_forged_wrapped_key_is_a_refusal_and_touches_nobody_else() {
    let mut desk = unlocked();
    peopled(&mut desk);
    let other = add("c-7", "k-2", &json!({ "name": "王芳", "phone": "13611112222" }));
    desk.submit(&Command { recorded_at: "2026-03-02T09:30:00+08:00".parse().unwrap(), ..other }).unwrap();
    let stolen = {
        let (mut row, from, to) = (None, Id::new("k-2").unwrap(), Id::new("k").unwrap());
        desk.store
            .read(&mut |view| {
                row = view.row(&tables::SUBJECT_KEY, &from)?;
                Ok(())
            })
            .unwrap();
        Row { id: to, ..row.unwrap() }
    };
    let community = Id::new("riverside").unwrap();
    desk.store.write(&community, &mut |tx| tx.put(&tables::SUBJECT_KEY, &stolen, None)).unwrap();
    let ask = |id: &str| json!({ "customer": { "customer_id": id } });
    assert_eq!(refused(&mut desk, "agent", Some("service"), &ask("k")), "vault.forged");
    let other = Command { recorded_at: "2026-03-02T09:30:00+08:00".parse().unwrap(), ..register("other", Some("k")) };
    assert_eq!(desk.submit(&other).unwrap_err().code(), "vault.forged");
    let file = told(&mut desk, "agent", Some("service"), &ask("k-2"));
    assert_eq!(file["customer"]["fields"]["name"]["values"], json!(["王芳"]));
    assert_eq!(desk.rotate(&opener(2)).unwrap_err().code(), "vault.forged");
    // A rotation that stopped changed nothing.
    desk.unlock(&opener(1), Seed::new([9; 32])).unwrap();
    assert_eq!(told(&mut desk, "agent", Some("service"), &ask("k-2"))["customer"]["kind"], "person");
}
