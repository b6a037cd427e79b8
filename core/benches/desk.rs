//! Cases through the desk, beside hand-written SQL that writes the same rows and indexes, and beside two bare inserts.
//!
//! `make bench`. A case is three commands: registered, told, resolved. The rounds
//! of the three take turns, so that a noisy machine is noisy for all; medians and ratios are what to look at.
#![expect(clippy::expect_used, clippy::disallowed_methods, reason = "a bench may stop, and measures time")]
use std::path::Path;
use std::time::Instant as Stopwatch;

use guanjia::calendar::{Instant, Length};
use guanjia::desk::Desk;
use guanjia::envelope::Command;
use guanjia::store::{Durability, SqliteOptions, SqliteStore};
use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};
use serde_json::json;

const ROUNDS: usize = 5;
const TEXTS: [&str; 8] = [
    "厨房水管漏水了,水一直往外流",
    "请问物业费怎么交",
    "楼上半夜装修太吵了,没人管",
    "建议在南门加一个快递柜",
    "2单元一楼的感应灯不亮了",
    "地下车库我的车位又被占了",
    "谢谢昨天来修灯的师傅",
    "垃圾房三天没清了,全是臭味",
];

fn main() {
    println!("cases per second, median of {ROUNDS} rounds; a case is registered, told and resolved\n");
    println!("| durability | commands a commit | desk | same rows by hand | desk / hand | two bare inserts |");
    println!("|---|--:|--:|--:|--:|--:|");
    for (batch, cases) in [(1, 2_000), (1_000, 20_000)] {
        let commands = commands(cases);
        let recorded = recorded(&commands);
        for durability in [Durability::Full, Durability::Normal] {
            compare(durability, batch, &commands, &recorded);
        }
    }
}

fn compare(durability: Durability, batch: usize, commands: &[Command], recorded: &Recorded) {
    let cases = commands.len() / 3;
    let mut rates: [Vec<f64>; 3] = Default::default();
    for _ in 0..ROUNDS {
        let folder = tempfile::tempdir().expect("a folder");
        let path = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
        let seconds = through_desk(&path("desk.db"), durability, commands, batch);
        let by_hand = by_hand(&path("desk.db"), &path("hand.db"), durability, recorded, batch);
        let bare = bare(&path("bare.db"), durability, commands, batch);
        for (rates, seconds) in rates.iter_mut().zip([seconds, by_hand, bare]) {
            rates.push(f64::from(u32::try_from(cases).expect("few")) / seconds);
        }
    }
    let [desk, hand, bare] = rates.map(median);
    println!("| {durability:?} | {batch} | {desk:.0} | {hand:.0} | {:.2} | {bare:.0} |", desk / hand);
}

fn median(mut rates: Vec<f64>) -> f64 {
    rates.sort_by(f64::total_cmp);
    rates.get(rates.len() / 2).copied().unwrap_or_default()
}

/// Each case is registered, its customer told after half an hour, and resolved after an hour; the cases overlap.
fn commands(cases: usize) -> Vec<Command> {
    let start: Instant = "2026-03-02T09:00:00+08:00".parse().expect("an instant");
    let minutes = |n: usize| Length::from_minutes(i64::try_from(n).expect("few"));
    let mut timed: Vec<(Instant, Command)> = Vec::with_capacity(3 * cases);
    for (n, text) in TEXTS.iter().cycle().take(cases).enumerate() {
        let [registered, told, resolved] = [0, 30, 60].map(|after| start + minutes(n + after));
        let contact = json!({ "case_id": format!("k{n}"), "channel": "hotline", "text": text });
        timed.push((registered, command(&format!("r{n}"), registered, &json!({ "case.register": contact }))));
        let word = json!({ "case.tell": { "case_id": format!("k{n}") } });
        timed.push((told, command(&format!("t{n}"), told, &word)));
        let result = json!({ "case_id": format!("k{n}"), "outcome": "done" });
        timed.push((resolved, command(&format!("d{n}"), resolved, &json!({ "case.resolve": result }))));
    }
    timed.sort_by(|(one, a), (other, b)| one.cmp(other).then_with(|| a.id.cmp(&b.id)));
    timed.into_iter().map(|(_, command)| command).collect()
}

fn command(id: &str, at: Instant, what: &serde_json::Value) -> Command {
    serde_json::from_value(json!({
        "id": id, "community": "riverside", "actor": { "id": "li", "role": "agent" }, "recorded_at": at, "do": what,
    }))
    .expect("a command")
}

fn through_desk(path: &str, durability: Durability, commands: &[Command], batch: usize) -> f64 {
    let options = SqliteOptions { durability, ..SqliteOptions::default() };
    let mut desk = Desk::open(Box::new(SqliteStore::open(path, &options).expect("a file"))).expect("a desk");
    let watch = Stopwatch::now();
    for group in commands.chunks(batch) {
        for answer in desk.submit_all(group).expect("the store holds") {
            answer.expect("nothing is refused");
        }
    }
    watch.elapsed().as_secs_f64()
}

/// A journal row, and its case's row as the command left it.
struct Written {
    journal: Vec<Value>,
    case: Vec<Value>,
}

/// What the desk writes, told command by command: the forms that a case goes through, as anybody's SQL would write them.
struct Recorded {
    /// What belongs to one command: its rows, and those of the wakes before it.
    commands: Vec<Vec<Written>>,
    case_columns: Vec<String>,
}

fn recorded(commands: &[Command]) -> Recorded {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("recorded.db").to_string_lossy().into_owned();
    let options = SqliteOptions { durability: Durability::Normal, ..SqliteOptions::default() };
    let mut desk = Desk::open(Box::new(SqliteStore::open(&path, &options).expect("a file"))).expect("a desk");
    let connection = Connection::open(&path).expect("the file");
    let columns: Vec<String> = {
        let mut select = connection.prepare("SELECT name FROM pragma_table_info('service_case')").expect("a table");
        let names = select.query_map([], |row| row.get(0)).expect("names");
        names.map(|name| name.expect("a name")).collect()
    };
    let mut since = 0_i64;
    let told = commands.iter().map(|command| {
        desk.submit(command).expect("nothing is refused");
        let rows = rows(&connection, "SELECT * FROM journal WHERE pos > ?1 ORDER BY pos", since.into());
        let written = rows.into_iter().map(|journal| {
            let case = rows_of_case(&connection, journal.get(8));
            Written { journal, case }
        });
        let written: Vec<Written> = written.collect();
        if let Some(Value::Integer(pos)) = written.last().and_then(|last| last.journal.first()) {
            since = *pos;
        }
        written
    });
    Recorded { commands: told.collect(), case_columns: columns }
}

fn rows_of_case(connection: &Connection, id: Option<&Value>) -> Vec<Value> {
    let rows = rows(connection, "SELECT * FROM service_case WHERE id = ?1", id.cloned().expect("a record"));
    rows.into_iter().next().expect("its case")
}

fn rows(connection: &Connection, sql: &str, value: Value) -> Vec<Vec<Value>> {
    let mut select = connection.prepare_cached(sql).expect("a query");
    let width = select.column_count();
    let rows = select.query_map([value], |row| (0..width).map(|at| row.get(at)).collect());
    rows.expect("rows").map(|row| row.expect("a row")).collect()
}

fn durable(connection: &Connection, durability: Durability) {
    let level = if durability == Durability::Full { "FULL" } else { "NORMAL" };
    let settings = format!(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = {level}; PRAGMA wal_autocheckpoint = 16384;
         PRAGMA secure_delete = ON; PRAGMA cache_size = -65536;"
    );
    connection.execute_batch(&settings).expect("the settings");
}

/// The same tables and indexes, the same journal rows, each followed by its case's row as it then was, and the chain row
/// moved once a commit; statements are prepared once. What a command must look up first (was it taken? what is the case's state?) is
/// looked up too.
fn by_hand(from: &str, to: &str, durability: Durability, recorded: &Recorded, batch: usize) -> f64 {
    let mut connection = Connection::open(to).expect("a file");
    connection.execute("ATTACH ?1 AS desk", [from]).expect("the desk's file");
    let schema: Vec<String> = {
        let mut select = connection
            .prepare("SELECT sql FROM desk.sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%'")
            .expect("a schema");
        let all = select.query_map([], |row| row.get(0)).expect("rows");
        all.map(|sql| sql.expect("a statement")).collect()
    };
    connection.execute_batch("DETACH desk").expect("detached");
    durable(&connection, durability);
    connection.execute_batch(&schema.join(";\n")).expect("the same schema");
    connection
        .execute("INSERT INTO community VALUES (2, 'riverside', 0, zeroblob(32), zeroblob(32), 0)", [])
        .expect("the chain row");
    connection
        .set_db_config(rusqlite::config::DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)
        .expect("statements are planned once");
    let marks = |n: usize| vec!["?"; n].join(", ");
    let journal_sql = format!("INSERT INTO journal VALUES (NULL{})", ", ?".repeat(14));
    let set: Vec<String> =
        recorded.case_columns.iter().skip(2).map(|name| format!("{name} = excluded.{name}")).collect();
    let case_sql = format!(
        "INSERT INTO service_case ({}) VALUES ({}) ON CONFLICT (id) DO UPDATE SET {}",
        recorded.case_columns.iter().skip(1).cloned().collect::<Vec<_>>().join(", "),
        marks(recorded.case_columns.len() - 1),
        set.join(", ")
    );
    let watch = Stopwatch::now();
    for group in recorded.commands.chunks(batch) {
        let transaction =
            connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate).expect("a transaction");
        {
            let mut journal = transaction.prepare_cached(&journal_sql).expect("prepared");
            let mut case = transaction.prepare_cached(&case_sql).expect("prepared");
            let mut known =
                transaction.prepare_cached("SELECT body FROM journal WHERE command = ?1").expect("prepared");
            let mut load =
                transaction.prepare_cached("SELECT state FROM service_case WHERE id = ?1").expect("prepared");
            for row in group.iter().flatten() {
                known.exists([row.journal.get(3)]).expect("looked up");
                load.query_row([row.journal.get(8)], |row| row.get::<_, String>(0)).ok();
                journal.execute(params_from_iter(row.journal.iter().skip(1))).expect("a journal row");
                case.execute(params_from_iter(row.case.iter().skip(1))).expect("a case");
            }
            let last = group.iter().flatten().last().map(|last| &last.journal).expect("a row");
            transaction
                .prepare_cached("UPDATE community SET seq = ?1, hash = ?2, woken_to = ?3 WHERE pk = 2")
                .and_then(|mut update| update.execute(params_from_iter([last.get(2), last.get(14), last.get(6)])))
                .expect("the chain row");
        }
        transaction.commit().expect("committed");
    }
    watch.elapsed().as_secs_f64()
}

/// A case and an event, two tables, three indexes besides the keys.
fn bare(path: &str, durability: Durability, commands: &[Command], batch: usize) -> f64 {
    let mut connection = Connection::open(Path::new(path)).expect("a file");
    durable(&connection, durability);
    connection
        .execute_batch(
            "CREATE TABLE k (id TEXT PRIMARY KEY, status TEXT, due INTEGER, owner TEXT);
             CREATE TABLE e (pk INTEGER PRIMARY KEY, k TEXT, at INTEGER, kind TEXT);
             CREATE INDEX k_due ON k(due); CREATE INDEX k_owner ON k(owner); CREATE INDEX e_k ON e(k);",
        )
        .expect("tables");
    let watch = Stopwatch::now();
    for group in commands.chunks(3 * batch) {
        let transaction = connection.transaction().expect("a transaction");
        for command in group.iter().step_by(3) {
            let (id, at) = (command.id.as_str(), command.recorded_at.micros());
            transaction
                .prepare_cached("INSERT INTO k VALUES (?1, 'registered', ?2, 'li')")
                .and_then(|mut insert| insert.execute((id, at)))
                .expect("a case");
            transaction
                .prepare_cached("INSERT INTO e (k, at, kind) VALUES (?1, ?2, 'registered')")
                .and_then(|mut insert| insert.execute((id, at)))
                .expect("an event");
        }
        transaction.commit().expect("committed");
    }
    watch.elapsed().as_secs_f64()
}
