//! Customers' files: sealing and opening a field, the blind index, the contact card with its record, and what a sealed file
//! takes on disk beside plain columns with the same indexes.
//!
//! `make bench`; the store holds 30,000 customers and 100,000 cases, ten times as many with `GUANJIA_SCALE=10`.
#![expect(clippy::expect_used, clippy::disallowed_methods, reason = "a bench may stop, and measures time")]
use std::hint::black_box;
use std::path::Path;
use std::time::Instant as Stopwatch;

use guanjia::access::Request;
use guanjia::calendar::{Instant, Length};
use guanjia::desk::{Desk, Opener, Told};
use guanjia::envelope::Command;
use guanjia::ident::Id;
use guanjia::seal::{CompanyKey, IndexKind, Plain, Seed, Vault};
use guanjia::store::{Durability, SqliteOptions, SqliteStore};
use rusqlite::{Connection, params};
use serde_json::{Value, json};

const BATCH: usize = 1_000;
const ASKED: usize = 2_000;
const SURNAMES: [&str; 8] = ["王", "李", "张", "刘", "陈", "杨", "赵", "黄"];
const GIVEN: [&str; 8] = ["芳", "伟", "秀英", "娜", "强", "静怡", "磊", "若曦"];

fn main() {
    primitives();
    let scale = std::env::var("GUANJIA_SCALE").ok().and_then(|scale| scale.parse().ok()).unwrap_or(1);
    let (customers, cases) = (30_000 * scale, 100_000 * scale);
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("desk.db").to_string_lossy().into_owned();
    let watch = Stopwatch::now();
    let before = filled(&path, customers, 0);
    let files = size(&path) - before;
    println!("{customers} files written in {:.1} s", watch.elapsed().as_secs_f64());
    let watch = Stopwatch::now();
    filled(&path, customers, cases);
    println!("{cases} cases with sealed texts in {:.1} s\n", watch.elapsed().as_secs_f64());
    let plain = plain_columns(&folder.path().join("plain.db"), customers);
    println!("| a customer on disk | bytes |\n|---|--:|");
    println!("| file, journal row, wrapped key, blind index | {} |", files / bytes(customers));
    println!("| plain columns, indexes on phone and name | {} |\n", plain / bytes(customers));
    cards(&path, customers);
}

fn bytes(count: usize) -> u64 {
    u64::try_from(count).expect("few")
}

/// Nanoseconds of one call, median of rounds.
fn nanoseconds(mut work: impl FnMut(usize)) -> f64 {
    const CALLS: usize = 20_000;
    let mut rounds: Vec<f64> = (0..7)
        .map(|_| {
            let watch = Stopwatch::now();
            (0..CALLS).for_each(&mut work);
            watch.elapsed().as_secs_f64() * 1e9 / f64::from(u32::try_from(CALLS).expect("few"))
        })
        .collect();
    rounds.sort_by(f64::total_cmp);
    rounds.get(rounds.len() / 2).copied().unwrap_or_default()
}

fn primitives() {
    let mut seed = Seed::new([7; 32]);
    let (vault, _) = Vault::create(&CompanyKey::new([1; 32]), None, &mut seed);
    let subject = Id::new("k").expect("an id");
    let key = seed.subject_key(&subject);
    let (name, phone) = (Plain::from("欧阳若曦"), Plain::from("13800001234"));
    let (sealed, wrapped) = (key.seal("name", "c-1", &name), vault.wrap(&subject, &key));
    println!("| primitive | ns |\n|---|--:|");
    println!("| seal a name | {:.0} |", nanoseconds(|_| _ = black_box(key.seal("name", "c-1", black_box(&name)))));
    println!("| open a name | {:.0} |", nanoseconds(|_| _ = black_box(key.open("name", black_box(&sealed)))));
    println!("| unwrap a key | {:.0} |", nanoseconds(|_| _ = black_box(vault.unwrap(&subject, black_box(&wrapped)))));
    println!(
        "| blind key of a phone | {:.0} |\n",
        nanoseconds(|_| _ = black_box(vault.blind(IndexKind::Phone, black_box(&phone))))
    );
}

fn phone(n: usize) -> String {
    format!("139{n:08}")
}

fn name(n: usize) -> String {
    let pick = |from: &[&'static str; 8], n: usize| from.get(n % 8).copied().unwrap_or_default();
    format!("{}{}{}", pick(&SURNAMES, n), pick(&GIVEN, n / 8), pick(&GIVEN, n / 64))
}

fn command(id: &str, at: Instant, what: &Value) -> Command {
    serde_json::from_value(json!({
        "id": id, "community": "riverside", "actor": { "id": "li", "role": "director" }, "recorded_at": at, "do": what,
    }))
    .expect("a command")
}

fn desk(path: &str, durability: Durability) -> Desk {
    let options = SqliteOptions { durability, ..SqliteOptions::default() };
    let mut desk = Desk::open(Box::new(SqliteStore::open(path, &options).expect("a file"))).expect("a desk");
    desk.unlock(&Opener::Key(CompanyKey::new([1; 32])), Seed::new([7; 32])).expect("a vault");
    desk
}

/// Fills the store with customers, or with cases of theirs that are there already; the size of the empty file.
fn filled(path: &str, customers: usize, cases: usize) -> u64 {
    let mut desk = desk(path, Durability::Normal);
    let empty = size(path);
    let start: Instant = "2026-03-02T09:00:00+08:00".parse().expect("an instant");
    let at = |n: usize| start + Length::from_minutes(i64::try_from(n / 3_000).expect("few"));
    let commands: Box<dyn Iterator<Item = Command>> = if cases == 0 {
        Box::new((0..customers).map(|n| {
            let file = json!({ "name": name(n), "phone": [phone(n)] });
            let add =
                json!({ "customer_id": format!("k{n}"), "kind": "person", "form_of_address": "ms", "file": file });
            command(&format!("a{n}"), start, &json!({ "people.add_customer": add }))
        }))
    } else {
        Box::new((0..cases).map(move |n| {
            let case = json!({
                "channel": "hotline", "text": "厨房水管漏水了,水一直往外流,麻烦尽快来人看看", "customer": format!("k{}", n % customers),
                "labels": { "kind": "inquiry", "topic": "other", "urgency": "normal", "major": false }
            });
            command(&format!("r{n}"), at(n), &json!({ "case.register": case }))
        }))
    };
    let mut group = Vec::with_capacity(BATCH);
    let mut send = |group: &mut Vec<Command>| {
        for answer in desk.submit_all(group).expect("the store holds") {
            answer.expect("nothing is refused");
        }
        group.clear();
    };
    for command in commands {
        group.push(command);
        if group.len() == BATCH {
            send(&mut group);
        }
    }
    send(&mut group);
    empty
}

/// Bytes of the file, its log written back.
fn size(path: &str) -> u64 {
    let connection = Connection::open(path).expect("the file");
    connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).expect("written back");
    std::fs::metadata(path).expect("the file").len()
}

/// What most systems keep: plain columns, and an index for each that is searched.
fn plain_columns(path: &Path, customers: usize) -> u64 {
    let mut connection = Connection::open(path).expect("a file");
    connection
        .execute_batch(
            "CREATE TABLE customer (id TEXT PRIMARY KEY, kind TEXT, address TEXT, name TEXT, phone TEXT);
             CREATE INDEX customer_phone ON customer(phone); CREATE INDEX customer_name ON customer(name);",
        )
        .expect("a table");
    let transaction = connection.transaction().expect("a transaction");
    for n in 0..customers {
        transaction
            .execute(
                "INSERT INTO customer VALUES (?, 'person', 'ms', ?, ?)",
                params![format!("k{n}"), name(n), phone(n)],
            )
            .expect("a row");
    }
    transaction.commit().expect("committed");
    drop(connection);
    std::fs::metadata(path).expect("the file").len()
}

/// Contact cards by phone, each with its record, at full durability.
fn cards(path: &str, customers: usize) {
    let mut desk = desk(path, Durability::Full);
    let at: Instant = "2026-04-02T09:00:00+08:00".parse().expect("an instant");
    let ask = |by: Value| -> Request {
        let asked = json!({ "contact_card": { "by": by } });
        serde_json::from_value(
            json!({ "actor": { "id": "li", "role": "agent" }, "purpose": "service", "at": at, "ask": asked }),
        )
        .expect("a request")
    };
    println!("| question, with its record | median ms | 99 % |\n|---|--:|--:|");
    let by_phone = |n: usize| ask(json!({ "phone": phone(n) }));
    let by_id = |n: usize| ask(json!({ "customer": format!("k{n}") }));
    let nobody = |n: usize| ask(json!({ "phone": phone(n + customers) }));
    let kinds: [(&str, &dyn Fn(usize) -> Request); 3] =
        [("contact card by phone", &by_phone), ("contact card by id", &by_id), ("a phone that nobody has", &nobody)];
    for (what, request) in kinds {
        let mut times: Vec<f64> = (0..ASKED)
            .map(|n| {
                let request = request(n * 7_919 % customers);
                let watch = Stopwatch::now();
                let told = desk.ask(&request).expect("an answer");
                let time = watch.elapsed().as_secs_f64() * 1e3;
                assert!(matches!(told, Told::ContactCard(_)), "no card");
                time
            })
            .collect();
        times.sort_by(f64::total_cmp);
        let at = |part: usize| times.get(times.len() * part / 100).copied().unwrap_or_default();
        println!("| {what} | {:.3} | {:.3} |", at(50), at(99));
    }
}
