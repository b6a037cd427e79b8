//! One suite for all stores: whatever is done to them, they answer alike; and what SQLite alone can meet.
use std::ops::ControlFlow;

use proptest::prelude::*;

use super::*;
use crate::cell::Cell;

const COMMUNITIES: [&str; 2] = ["lakeside", "hillside"];

fn id(text: impl Into<String>) -> Id {
    Id::new(text.into()).unwrap()
}

fn at(second: i64) -> Instant {
    Instant::from_micros(second * 1_000_000)
}

/// A change of a store.
#[derive(Debug, Clone)]
enum Change {
    Put { record: u8, wake: Option<i64>, registered: Option<i64>, owner: Option<u8>, key: Option<u8>, keep: bool },
    Remove { record: u8 },
    Append { record: u8, notices: u32 },
    Woken { upto: i64 },
}

/// What one transaction does, and whether it is given up in the end.
#[derive(Debug, Clone)]
struct Turn {
    community: usize,
    changes: Vec<Change>,
    abandoned: bool,
}

fn change() -> impl Strategy<Value = Change> {
    prop_oneof![
        4 => (0_u8..8, prop::option::of(0_i64..9), prop::option::of(0_i64..5), prop::option::of(0_u8..3), prop::option::of(0_u8..3), any::<bool>())
            .prop_map(|(record, wake, registered, owner, key, keep)| Change::Put { record, wake, registered, owner, key, keep }),
        1 => (0_u8..8).prop_map(|record| Change::Remove { record }),
        3 => (0_u8..8, 0_u32..2).prop_map(|(record, notices)| Change::Append { record, notices }),
        1 => (0_i64..20).prop_map(|upto| Change::Woken { upto }),
    ]
}

fn turn() -> impl Strategy<Value = Turn> {
    (0..COMMUNITIES.len(), prop::collection::vec(change(), 1..6), prop::bool::weighted(0.2))
        .prop_map(|(community, changes, abandoned)| Turn { community, changes, abandoned })
}

/// A record belongs to one community for good.
fn record_id(community: &Id, record: u8) -> Id {
    id(format!("{community}-{record}"))
}

fn row(community: &Id, record: u8, wake: Option<i64>, registered: Option<i64>, owner: Option<u8>) -> Row {
    let columns = tables::SERVICE_CASE.columns.iter().map(|column| match column.name {
        "registered" => Cell::int(registered),
        "due" => Cell::int(wake),
        "owner" => Cell::text(owner.map(|n| format!("o{n}")).as_deref()),
        "status" => Cell::text(Some(if record.is_multiple_of(2) { "closed" } else { "assigned" })),
        _ => Cell::Null,
    });
    Row {
        community: community.clone(),
        id: record_id(community, record),
        version: i64::from(record) + 1,
        wake_at: wake.map(at),
        columns: columns.collect(),
        state: format!("{{\"record\":{record}}}"),
    }
}

fn entry(head: &Head, community: &Id, record: u8, notices: u32) -> Entry {
    let body = format!("{{\"n\":{}}}", head.seq);
    let mut entry = Entry {
        community: community.clone(),
        seq: head.seq + 1,
        command: id(format!("{community}-c{}", head.seq)),
        n: 0,
        at: at(7),
        recorded_at: at(8),
        actor: id("agent"),
        record: record_id(community, record),
        kind: "case.told".into(),
        version: 1,
        notices,
        body_hash: Entry::digest(&body),
        body: Some(body.into()),
        hash: [0; 32],
    };
    entry.hash = entry.chained(&head.hash);
    entry
}

fn apply(tx: &mut dyn Tx, community: &Id, change: &Change) -> Result<(), StoreError> {
    match change {
        Change::Put { record, wake, registered, owner, key, keep } => {
            let row = row(community, *record, *wake, *registered, *owner);
            let key = key.map(|key| [key]);
            let keys: Vec<(&str, &[u8])> = key.iter().map(|key| ("phone", key.as_slice())).collect();
            tx.put(&tables::SERVICE_CASE, &row, (!keep).then_some(&keys))
        }
        Change::Remove { record } => tx.remove(&tables::SERVICE_CASE, &record_id(community, *record)),
        Change::Append { record, notices } => {
            let head = tx.head(community)?;
            tx.append(&entry(&head, community, *record, *notices))
        }
        Change::Woken { upto } => {
            let head = Head { woken_to: at(*upto), ..tx.head(community)? };
            tx.set_head(community, &head)
        }
    }
}

fn play(store: &mut dyn Store, turn: &Turn) -> Result<(), StoreError> {
    let community = id(COMMUNITIES[turn.community]);
    store.write(&community, &mut |tx| {
        turn.changes.iter().try_for_each(|change| apply(tx, &community, change))?;
        if turn.abandoned { Err(StoreError::Abandoned) } else { Ok(()) }
    })
}

/// Everything that can be asked, as text.
fn answers(store: &mut dyn Store) -> Vec<String> {
    let mut told = Vec::new();
    store
        .read(&mut |view| {
            told.push(format!("{:?}", view.communities()?));
            for community in COMMUNITIES.map(id) {
                told.push(format!("{:?}", view.head(&community)?));
                for record in 0..8 {
                    let id = record_id(&community, record);
                    told.push(format!("{:?}", view.row(&tables::SERVICE_CASE, &id)?));
                    told.push(format!("{:?}", view.record(&tables::SERVICE_CASE, &id)?));
                }
                for (upto, limit) in [(3, 2), (9, 100)] {
                    told.push(format!("{:?}", view.due(&tables::SERVICE_CASE, Some(&community), at(upto), limit)?));
                }
                for key in 0..3 {
                    told.push(format!("{:?}", view.find("phone", &[key], Some(&community))?));
                }
                for which in [
                    Which::After { community: &community, seq: 0, notices_only: false },
                    Which::After { community: &community, seq: 1, notices_only: true },
                    Which::Record(&record_id(&community, 3)),
                    Which::Command(&id(format!("{community}-c2"))),
                ] {
                    view.journal(&which, &mut |entry| {
                        told.push(format!("{entry:?}"));
                        ControlFlow::Continue(())
                    })?;
                }
                scans(view, &community, &mut told);
                told.push(format!("{:?}", verify_chain(view, &community)?));
            }
            told.push(format!("{:?}", view.find("phone", &[1], None)?));
            told.push(format!("{:?}", view.due(&tables::SERVICE_CASE, None, at(9), 3)?));
            view.each(&tables::SERVICE_CASE, &mut |row| told.push(format!("{row:?}")))
        })
        .unwrap();
    told
}

fn scans(view: &dyn View, community: &Id, told: &mut Vec<String>) {
    let of_community = vec![Cell::Text(community.as_str().into())];
    let ledger = Scan::new(&tables::SERVICE_CASE, "ledger").equal(of_community);
    for scan in [
        ledger.clone(),
        ledger.clone().descending().limit(2),
        ledger.clone().range(Some(Cell::Int(1)), Some(Cell::Int(4))).after(Some(record_id(community, 2))),
        ledger.clone().descending().after(Some(record_id(community, 5))),
        ledger.filters(vec![("status", Cell::Text("closed".into()))]).limit(3),
        Scan::new(&tables::SERVICE_CASE, "owner").equal(vec![Cell::Text("o1".into())]),
        Scan::new(&tables::SERVICE_CASE, "due").filters(vec![("community", Cell::Text(community.as_str().into()))]),
    ] {
        told.push("scan".to_owned());
        let done = view.scan(&scan, &mut |row| {
            told.push(row.id.to_string());
            ControlFlow::Continue(())
        });
        told.push(format!("{done:?}"));
    }
}

/// The first answer that the two give differently; the whole lists are too long to read.
#[cfg(feature = "sqlite")]
fn first_difference<'a>(one: &'a [String], other: &'a [String]) -> Option<(&'a String, &'a String)> {
    assert_eq!(one.len(), other.len());
    one.iter().zip(other).find(|(one, other)| one != other)
}

#[cfg(feature = "sqlite")]
fn sqlite() -> SqliteStore {
    SqliteStore::in_memory(&SqliteOptions::default()).unwrap()
}

#[cfg(feature = "sqlite")]
proptest! {
    /// The stores answer alike whatever is written, and an abandoned transaction leaves no trace in either.
    #[test]
    fn stores_answer_alike(turns in prop::collection::vec(turn(), 1..12)) {
        let mut memory = MemoryStore::default();
        let mut file = sqlite();
        for turn in &turns {
            let before = answers(&mut memory);
            let done = play(&mut memory, turn);
            prop_assert_eq!(&done, &play(&mut file, turn));
            if done.is_err() {
                prop_assert_eq!(before, answers(&mut memory));
            }
        }
        let (one, other) = (answers(&mut memory), answers(&mut file));
        prop_assert_eq!(first_difference(&one, &other), None);
    }
}

fn misfits(store: &mut dyn Store) {
    let community = id("lakeside");
    let scan = Scan::new(&tables::SERVICE_CASE, "no such index");
    let unknown = store.read(&mut |view| view.scan(&scan, &mut |_| ControlFlow::Continue(())));
    assert_eq!(unknown.unwrap_err().code(), "store.misfit");
    let short = Row { columns: vec![Cell::Null], ..row(&community, 1, None, None, None) };
    let put = store.write(&community, &mut |tx| tx.put(&tables::SERVICE_CASE, &short, None));
    assert_eq!(put.unwrap_err().code(), "store.misfit");
    let gap = Entry { seq: 7, ..entry(&Head::default(), &community, 1, 0) };
    let append = store.write(&community, &mut |tx| tx.append(&gap));
    assert_eq!(append.unwrap_err(), StoreError::Conflict { seq: 7 });
}

#[test]
fn what_does_not_fit_is_refused_by_memory() {
    misfits(&mut MemoryStore::default());
}

#[cfg(feature = "sqlite")]
mod file {
    use super::*;

    fn write_one(store: &mut SqliteStore, record: u8) -> Result<(), StoreError> {
        let changes = vec![
            Change::Put { record, wake: Some(1), registered: Some(1), owner: None, key: None, keep: false },
            Change::Append { record, notices: 1 },
        ];
        play(store, &Turn { community: 0, changes, abandoned: false })
    }

    fn path(folder: &tempfile::TempDir) -> String {
        folder.path().join("desk.db").to_string_lossy().into_owned()
    }

    fn quick() -> SqliteOptions {
        SqliteOptions { busy_timeout_ms: 50, ..SqliteOptions::default() }
    }

    #[test]
    fn what_does_not_fit_is_refused_by_sqlite() {
        misfits(&mut sqlite());
    }

    #[test]
    fn what_was_written_is_there_when_the_file_is_opened_again() {
        let folder = tempfile::tempdir().unwrap();
        let before = {
            let mut store = SqliteStore::open(&path(&folder), &quick()).unwrap();
            write_one(&mut store, 1).unwrap();
            answers(&mut store)
        };
        assert_eq!(answers(&mut SqliteStore::open(&path(&folder), &quick()).unwrap()), before);
    }

    #[test]
    fn a_second_writer_waits_and_is_told_that_the_file_is_in_use() {
        let folder = tempfile::tempdir().unwrap();
        let mut one = SqliteStore::open(&path(&folder), &quick()).unwrap();
        let mut other = SqliteStore::open(&path(&folder), &quick()).unwrap();
        one.write(&id("lakeside"), &mut |_| {
            assert_eq!(write_one(&mut other, 2), Err(StoreError::Busy { waited_ms: 50 }));
            Ok(())
        })
        .unwrap();
        write_one(&mut other, 2).unwrap();
    }

    /// A quota stands for a full disk: SQLite gives the same error for both.
    #[test]
    fn a_full_disk_leaves_nothing_half_written() {
        let folder = tempfile::tempdir().unwrap();
        let options = SqliteOptions { max_pages: Some(60), ..quick() };
        let mut store = SqliteStore::open(&path(&folder), &options).unwrap();
        let big = "x".repeat(40_000);
        let mut before = answers(&mut store);
        let mut full = None;
        for record in 0..8 {
            let big_row = Row { state: big.clone(), ..row(&id("lakeside"), record, None, Some(1), None) };
            let done = store.write(&id("lakeside"), &mut |tx| tx.put(&tables::SERVICE_CASE, &big_row, None));
            match done {
                Ok(()) => before = answers(&mut store),
                Err(error) => full = Some(error),
            }
        }
        assert_eq!(full, Some(StoreError::Full));
        assert_eq!(answers(&mut store), before);
        assert_eq!(answers(&mut SqliteStore::open(&path(&folder), &quick()).unwrap()), before);
    }

    #[test]
    fn a_file_of_another_kind_is_left_as_it_is() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(path(&folder), "a letter, and long enough to be taken for a page of a database".repeat(20))
            .unwrap();
        let error = SqliteStore::open(&path(&folder), &quick()).unwrap_err();
        assert_eq!(error.code(), "store.not_ours", "{error}");

        let foreign = folder.path().join("foreign.db").to_string_lossy().into_owned();
        rusqlite::Connection::open(&foreign).unwrap().execute_batch("CREATE TABLE theirs (x)").unwrap();
        let before = std::fs::read(&foreign).unwrap();
        assert_eq!(SqliteStore::open(&foreign, &quick()).unwrap_err().code(), "store.not_ours");
        assert_eq!(std::fs::read(&foreign).unwrap(), before);
    }

    #[test]
    fn a_file_of_a_later_version_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        drop(SqliteStore::open(&path(&folder), &quick()).unwrap());
        let connection = rusqlite::Connection::open(path(&folder)).unwrap();
        connection.pragma_update(None, "user_version", 99).unwrap();
        drop(connection);
        let error = SqliteStore::open(&path(&folder), &quick()).unwrap_err();
        assert!(matches!(error, StoreError::Newer { found: 99, known: 2, .. }), "{error}");
    }

    /// A file of the first version: without the vault's tables and what customers have since.
    #[test]
    fn a_file_of_an_earlier_version_grows_by_what_it_lacks() {
        let folder = tempfile::tempdir().unwrap();
        let id = id("k");
        drop(SqliteStore::open(&path(&folder), &quick()).unwrap());
        let connection = rusqlite::Connection::open(path(&folder)).unwrap();
        connection
            .execute_batch(
                "DROP TABLE subject_key; DROP TABLE vault; DROP INDEX customer_checked;
                 ALTER TABLE customer DROP COLUMN verified; ALTER TABLE customer DROP COLUMN checked;
                 ALTER TABLE customer DROP COLUMN erased;
                 INSERT INTO community VALUES (1, 'riverside', 0, zeroblob(32), zeroblob(32), 0);
                 INSERT INTO customer (id, community, version, kind, state) VALUES ('k', 1, 1, 'person', '{}');
                 PRAGMA user_version = 1;",
            )
            .unwrap();
        drop(connection);
        for _ in 0..2 {
            let mut store = SqliteStore::open(&path(&folder), &quick()).unwrap();
            let mut row = None;
            store
                .read(&mut |view| {
                    row = view.row(&tables::CUSTOMER, &id)?;
                    view.row(&tables::SUBJECT_KEY, &id)?;
                    view.scan(&Scan::new(&tables::CUSTOMER, "checked").limit(1), &mut |_| ControlFlow::Continue(()))
                })
                .unwrap();
            assert_eq!(row.unwrap().columns, [Cell::Text("person".into()), Cell::Null, Cell::Null, Cell::Null]);
        }
    }

    #[test]
    fn a_changed_journal_row_is_found() {
        for (change, reason) in [
            ("UPDATE journal SET body = '{}' WHERE seq = 2", "its body is not the one that was written"),
            ("UPDATE journal SET actor = 'mallory' WHERE seq = 2", "its hash does not follow"),
            ("DELETE FROM journal WHERE seq = 3", "the last rows are missing"),
            ("DELETE FROM journal WHERE seq = 1", "its place does not follow"),
        ] {
            let folder = tempfile::tempdir().unwrap();
            let mut store = SqliteStore::open(&path(&folder), &quick()).unwrap();
            (1..4).for_each(|record| write_one(&mut store, record).unwrap());
            let verify = |store: &mut SqliteStore| {
                let mut found = None;
                store
                    .read(&mut |view| {
                        found = verify_chain(view, &id("lakeside"))?;
                        Ok(())
                    })
                    .unwrap();
                found
            };
            assert_eq!(verify(&mut store), None);
            rusqlite::Connection::open(path(&folder)).unwrap().execute_batch(change).unwrap();
            assert_eq!(verify(&mut store).unwrap().reason, reason, "{change}");
        }
    }

    /// B4: a reader with no library at all understands the ledger.
    #[test]
    fn the_ledger_view_reads_as_words() {
        let folder = tempfile::tempdir().unwrap();
        let mut store = SqliteStore::open(&path(&folder), &quick()).unwrap();
        write_one(&mut store, 3).unwrap();
        let connection = rusqlite::Connection::open(path(&folder)).unwrap();
        let line = connection.query_row("SELECT community, case_id, status FROM ledger", [], |row| {
            Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?, row.get::<_, String>(2)?))
        });
        assert_eq!(line.unwrap(), ("lakeside".to_owned(), "lakeside-3".to_owned(), "assigned".to_owned()));
    }
}
