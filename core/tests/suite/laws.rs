//! Laws of the desk under the standard rulebook, for random days of work. Supervisors read in office hours, and after the
//! registrations another version is adopted, to which cases may be rebased.
use std::ops::ControlFlow;
use std::sync::{Arc, LazyLock, Mutex};

use guanjia::calendar::{Instant, Length};
use guanjia::classify::Classifier;
use guanjia::desk::{Answer, Desk, Query, Receipt};
use guanjia::envelope::{Command, Entry, Record};
use guanjia::ident::Id;
use guanjia::refusal::Refusal;
use guanjia::rulebook::{Rulebook, STANDARD_TOML};
use guanjia::store::{
    MemoryStore, SqliteOptions, SqliteStore, Store, StoreError, View, Which, Work, tables, verify_chain,
};
use proptest::prelude::*;
use serde_json::{Value, json};

const COMMUNITY: &str = "riverside";
const CASES: u8 = 3;

/// One thing that somebody does, so many minutes after the one before, entered so many minutes late.
#[derive(Debug, Clone)]
struct Deed {
    case: u8,
    what: Value,
    after: i64,
    late: i64,
}

/// A command to the case with this id.
fn what() -> impl Strategy<Value = Value> {
    let plain = |name: &'static str| Just(json!({ name: {} }));
    let word = |name: &'static str, field: &'static str, words: &'static [&'static str]| {
        prop::sample::select(words).prop_map(move |word| json!({ name: { field: word } }))
    };
    prop_oneof![
        3 => plain("case.tell"),
        1 => plain("case.hear"),
        2 => Just(json!({ "case.assign": { "department": "maintenance", "owner": "zhou" } })),
        1 => plain("case.accept"),
        1 => plain("case.arrive"),
        1 => plain("case.keep"),
        2 => plain("case.rebase"),
        2 => plain("case.acknowledge"),
        2 => word("case.suspend", "reason", &["waiting_customer", "waiting_third_party", "until_date"]),
        2 => plain("case.resume"),
        1 => word("case.declare_complex", "reason", &["needs_investigation"]),
        1 => word("case.declare_major", "reason", &["danger"]),
        3 => word("case.resolve", "outcome", &["done", "partly"]),
        1 => plain("case.close"),
        1 => word("case.reopen", "reason", &["came_back"]),
        1 => (0_i64..4).prop_map(|score| json!({ "case.revisit": { "reached": true, "score": score + 1 } })),
        1 => (1_i64..3000).prop_map(|minutes| json!({ "case.promise": { "until": minutes } })),
        1 => (1_i64..3000).prop_map(|minutes| json!({ "case.suspend": { "reason": "until_date", "until": minutes } })),
    ]
}

fn deed() -> impl Strategy<Value = Deed> {
    (0..CASES, what(), prop_oneof![0_i64..30, 0_i64..2000], prop_oneof![3 => Just(0_i64), 1 => 0_i64..200])
        .prop_map(|(case, what, after, late)| Deed { case, what, after, late })
}

fn morning() -> Instant {
    "2026-02-12T08:00:00+08:00".parse().expect("an instant")
}

fn command(n: usize, at: Instant, late: i64, what: &Value) -> Command {
    serde_json::from_value(json!({
        "id": format!("c{n}"), "community": COMMUNITY, "actor": { "id": "li", "role": "director" },
        "at": at, "recorded_at": at + Length::from_minutes(late), "do": what,
    }))
    .expect("a command")
}

/// The commands of a story in the order in which they are entered: each case is registered first.
fn story(deeds: &[Deed]) -> Vec<Command> {
    let texts = ["厨房水管漏水了", "请问物业费怎么交", "电梯里困住人了"];
    let mut commands: Vec<Command> = texts
        .iter()
        .zip(0..)
        .map(|(text, n)| {
            let contact = json!({ "case_id": format!("k{n}"), "channel": "wechat", "text": text });
            command(
                n,
                morning() + Length::from_minutes(7 * i64::try_from(n).expect("few")),
                0,
                &json!({ "case.register": contact }),
            )
        })
        .collect();
    let mut entered = morning() + Length::from_minutes(30);
    for deed in deeds {
        entered = entered + Length::from_minutes(deed.after);
        let at = entered - Length::from_minutes(deed.late);
        commands.push(command(commands.len(), at, deed.late, &told_of(deed, at)));
    }
    commands
}

/// Fills in the case, and turns minutes from now into an instant.
fn told_of(deed: &Deed, at: Instant) -> Value {
    let mut what = deed.what.clone();
    let fields = what.as_object_mut().and_then(|map| map.values_mut().next()).and_then(Value::as_object_mut);
    let fields = fields.expect("a command has fields");
    fields.insert("case_id".to_owned(), json!(format!("k{}", deed.case)));
    if let Some(minutes) = fields.get("until").and_then(Value::as_i64) {
        fields.insert("until".to_owned(), json!(at + Length::from_minutes(minutes)));
    }
    what
}

/// A store that the test looks into beside the desk.
#[derive(Clone)]
pub(crate) struct Shared(Arc<Mutex<Box<dyn Store>>>);

impl Shared {
    pub(crate) fn new(store: impl Store + 'static) -> Self {
        Self(Arc::new(Mutex::new(Box::new(store))))
    }

    pub(crate) fn look<T>(&self, work: impl Fn(&dyn View) -> Result<T, StoreError>) -> T {
        let mut seen = None;
        let mut store = self.0.lock().expect("the store");
        let read = store.read(&mut |view| {
            seen = Some(work(view)?);
            Ok(())
        });
        read.expect("a snapshot");
        seen.expect("an answer")
    }

    pub(crate) fn journal(&self) -> Vec<Entry> {
        let community = Id::new(COMMUNITY).expect("an id");
        self.look(|view| {
            let mut entries = Vec::new();
            view.journal(&Which::After { community: &community, seq: 0, notices_only: false }, &mut |entry| {
                entries.push(entry.clone());
                ControlFlow::Continue(())
            })?;
            Ok(entries)
        })
    }
}

impl Store for Shared {
    fn write(&mut self, community: &Id, work: Work<'_>) -> Result<(), StoreError> {
        self.0.lock().expect("the store").write(community, work)
    }
    fn read(&mut self, work: &mut dyn FnMut(&dyn View) -> Result<(), StoreError>) -> Result<(), StoreError> {
        self.0.lock().expect("the store").read(work)
    }
}

/// The standard rulebook, where supervisors are told in office hours.
static BOOK: LazyLock<Rulebook> = LazyLock::new(|| changed(STANDARD_TOML, &[WAITS]));

/// Its next version: more time for the first word, less for the solution.
static NEXT: LazyLock<Rulebook> = LazyLock::new(|| {
    changed(
        STANDARD_TOML,
        &[WAITS, ("budget = \"15 min\"", "budget = \"20 min\""), ("budget = \"24 h\"", "budget = \"20 h\"")],
    )
});

const WAITS: (&str, &str) = ("tell = [\"supervisor\"] }", "tell = [\"supervisor\"], schedule = \"office\" }");

fn changed(text: &str, changes: &[(&str, &str)]) -> Rulebook {
    let change = |text: String, (from, to): &(&str, &str)| {
        assert!(text.contains(from), "the standard rulebook no longer says {from}");
        text.replace(from, to)
    };
    Rulebook::from_toml(&changes.iter().fold(text.to_owned(), change)).expect("a rulebook")
}

fn desk() -> (Desk, Shared) {
    let store = Shared::new(MemoryStore::default());
    (opened(Box::new(store.clone())), store)
}

fn opened(store: Box<dyn Store>) -> Desk {
    Desk::open_with(store, BOOK.clone(), Classifier::standard()).expect("a desk")
}

fn answers(desk: &mut Desk, commands: &[Command]) -> Vec<Result<Receipt, Refusal>> {
    commands.iter().flat_map(|one| taken(desk, std::slice::from_ref(one))).collect()
}

/// In one go, but for the adoption of the next version after the registrations.
fn taken(desk: &mut Desk, commands: &[Command]) -> Vec<Result<Receipt, Refusal>> {
    let first = format!("c{CASES}");
    let groups = commands.split_inclusive(|command| command.id.as_str() == format!("c{}", CASES - 1));
    let take = |group: &[Command]| {
        if group.first().is_some_and(|command| command.id.as_str() == first) {
            desk.adopt(NEXT.clone()).expect("the store holds");
        }
        desk.submit_all(group).expect("the store holds")
    };
    groups.flat_map(take).collect()
}

fn end(commands: &[Command]) -> Instant {
    let last = commands.iter().map(|command| command.recorded_at).max().expect("commands");
    last + Length::from_minutes(20_000)
}

/// What must not depend on polling: all of a row but when it was entered, and the hashes that cover this.
fn rows(entries: &[Entry]) -> Vec<(u64, String, Instant, String, String)> {
    let row = |entry: &Entry| {
        let body = entry.body.as_deref().unwrap_or_default().to_owned();
        (
            entry.seq,
            format!("{}/{}", entry.command, entry.n),
            entry.at,
            format!("{} {}", entry.record, entry.kind),
            body,
        )
    };
    entries.iter().map(row).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    /// Since due comes before done, the journal does not depend on how often, or when, anybody polls.
    #[test]
    fn the_journal_does_not_depend_on_polling(
        deeds in prop::collection::vec(deed(), 0..14),
        polls in prop::collection::vec((any::<bool>(), 0_i64..600, 1_usize..4), 14 + usize::from(CASES)),
    ) {
        let commands = story(&deeds);
        let (mut silent, untouched) = desk();
        let unpolled = answers(&mut silent, &commands);
        silent.advance(end(&commands), usize::MAX).expect("time goes on");

        let (mut eager, polled) = desk();
        let mut now = morning();
        let mut given = Vec::new();
        for (n, command) in commands.iter().enumerate() {
            if let Some((true, minutes, limit)) = polls.get(n) {
                // Up to just before the next command, in steps, a few wakes at a time.
                now = now.max((now + Length::from_minutes(*minutes)).min(command.recorded_at));
                while eager.advance(now, *limit).expect("time goes on").more {}
            }
            now = now.max(command.recorded_at);
            given.extend(answers(&mut eager, std::slice::from_ref(command)));
        }
        eager.advance(end(&commands), usize::MAX).expect("time goes on");
        prop_assert_eq!(unpolled, given);
        prop_assert_eq!(rows(&untouched.journal()), rows(&polled.journal()));
    }

    /// Many commands in one transaction make the rows that they make one by one.
    #[test]
    fn a_batch_is_its_commands_one_by_one(deeds in prop::collection::vec(deed(), 0..14)) {
        let commands = story(&deeds);
        let (mut single, one_by_one) = desk();
        let (mut many, together) = desk();
        prop_assert_eq!(answers(&mut single, &commands), taken(&mut many, &commands));
        prop_assert_eq!(one_by_one.journal(), together.journal());
    }

    /// The journal is the truth: it rebuilds every record, its chain holds, and a command taken again changes nothing.
    #[test]
    fn the_journal_rebuilds_every_record(deeds in prop::collection::vec(deed(), 0..14)) {
        let commands = story(&deeds);
        let (mut desk, store) = desk();
        let first = answers(&mut desk, &commands);
        desk.advance(end(&commands), usize::MAX).expect("time goes on");
        let journal = store.journal();
        for n in 0..CASES {
            let id = Id::new(format!("k{n}")).expect("an id");
            let of_case = journal.iter().filter(|entry| entry.record == id);
            let rebuilt = of_case.fold(None, |record, entry| Some(Record::replay(record, entry).expect("a row")));
            let kept = store.look(|view| view.row(&tables::SERVICE_CASE, &id)).expect("a row");
            let mut text = Vec::new();
            rebuilt.expect("a case").write_json(&mut text).expect("JSON");
            prop_assert_eq!(String::from_utf8(text).expect("text"), kept.state);
        }
        let community = Id::new(COMMUNITY).expect("an id");
        prop_assert_eq!(store.look(|view| verify_chain(view, &community)), None);
        for (command, answer) in commands.iter().zip(first) {
            if let Ok(receipt) = answer {
                let again = desk.submit(command).expect("a receipt");
                prop_assert_eq!(again, Receipt { repeated: true, ..receipt });
            }
        }
        prop_assert_eq!(store.journal(), journal);
    }

    /// Each warning is told once for each round of a clock, however the case was told and whoever polls; so is each breach,
    /// unless a late entry moved the due time that was told. Another rulebook tells anew.
    #[test]
    fn each_warning_is_told_once(deeds in prop::collection::vec(deed(), 0..14)) {
        let commands = story(&deeds);
        let (mut desk, store) = desk();
        answers(&mut desk, &commands);
        let end = end(&commands);
        desk.advance(end, usize::MAX).expect("time goes on");
        let count = store.journal().len();
        desk.advance(end + Length::from_minutes(60), usize::MAX).expect("time goes on");
        let journal = store.journal();
        prop_assert!(journal.len() >= count);
        let mut told = std::collections::BTreeSet::new();
        let mut rebased = std::collections::BTreeMap::<&Id, usize>::new();
        for entry in &journal {
            let book = rebased.entry(&entry.record).or_default();
            *book += usize::from(entry.kind == "case.rebased");
            if !matches!(&*entry.kind, "case.warned" | "case.breached") {
                continue;
            }
            let body: Value = serde_json::from_str(entry.body.as_deref().unwrap_or_default()).expect("a body");
            let event = &body["event"][&*entry.kind];
            let due = if entry.kind == "case.breached" { event["due"].to_string() } else { String::new() };
            let once = format!("{} {book} {} {} {due}", entry.record, entry.kind, event["told"]);
            prop_assert!(told.insert(once.clone()), "told twice: {}", once);
        }
    }

    /// Memory and file answer every question alike.
    #[test]
    fn stores_answer_questions_alike(deeds in prop::collection::vec(deed(), 0..14)) {
        let commands = story(&deeds);
        let now = end(&commands);
        let community = Id::new(COMMUNITY).expect("an id");
        let questions: Vec<Query> = [
            json!({ "ledger": { "community": community, "limit": 2 } }),
            json!({ "ledger": { "community": community, "after": "k0" } }),
            json!({ "overdue": { "now": now } }),
            json!({ "outbox": { "community": community, "after": 2, "limit": 5 } }),
            json!({ "month": { "community": community, "month": "2026-02-01", "now": now } }),
            json!({ "case": { "case_id": "k1", "now": now } }),
            json!({ "timeline": { "case_id": "k2" } }),
            json!({ "verify": { "community": community } }),
        ]
        .into_iter()
        .map(|query| serde_json::from_value(query).expect("a question"))
        .collect();
        let told = |store: Box<dyn Store>| -> Vec<Answer> {
            let mut desk = opened(store);
            answers(&mut desk, &commands);
            desk.advance(now, usize::MAX).expect("time goes on");
            questions.iter().map(|query| desk.query(query).expect("an answer")).collect()
        };
        let file = SqliteStore::in_memory(&SqliteOptions::default()).expect("a database");
        prop_assert_eq!(told(Box::<MemoryStore>::default()), told(Box::new(file)));
    }
}
