//! A host with tables of its own beside our desk: 10,000 random commands and wakes through both, and journals, notices, wake
//! times, states, columns and wrapped keys are equal byte for byte. The host uses nothing but the public functions of the
//! envelope, as it would over MySQL: its tables are maps, its transaction a copy of what it keeps.
use std::collections::BTreeMap;

use guanjia::calendar::{Instant, Length};
use guanjia::classify::Classifier;
use guanjia::desk::{Desk, Opener};
use guanjia::envelope::{
    Action, Cell, Command, Context, Entry, Head, Kept, Outcome, Record, Sealing, permit, step, wake,
};
use guanjia::ident::Id;
use guanjia::people;
use guanjia::refusal::Refusal;
use guanjia::rulebook::{Pinned, Rulebook};
use guanjia::seal::{CompanyKey, Sealed, Seed, SubjectKey, Vault};
use guanjia::store::{MemoryStore, tables};
use serde_json::{Value, json};

use crate::files::Dice;
use crate::laws::Shared;

const STEPS: u64 = 10_000;
const COMMUNITY: &str = "riverside";

/// A host's tables: records by table and id, the journal, its head, wrapped keys.
struct Host {
    records: BTreeMap<(&'static str, Id), (Kept, Vec<Cell>)>,
    journal: Vec<Entry>,
    head: Head,
    wrapped: BTreeMap<Id, Sealed>,
    book: Rulebook,
    classifier: Classifier,
    vault: Vault,
    seed: Seed,
    community: Id,
}

impl Host {
    fn new() -> Self {
        let mut seed = Seed::new([7; 32]);
        let (vault, _) = Vault::create(&CompanyKey::new([1; 32]), None, &mut seed);
        Self {
            records: BTreeMap::new(),
            journal: Vec::new(),
            head: Head::default(),
            wrapped: BTreeMap::new(),
            book: Rulebook::standard(),
            classifier: Classifier::standard(),
            vault,
            seed,
            community: Id::new(COMMUNITY).expect("an id"),
        }
    }

    /// One command in one transaction: due comes before done, and a refused command moves nothing.
    fn take(&mut self, command: &Command) -> Result<(), Refusal> {
        permit(command, &self.book)?;
        let subject = command.subject();
        let key = subject.as_ref().map(|subject| self.key(subject));
        if self.due(command.recorded_at).is_some() {
            self.tried(command, key.as_ref(), &mut self.head.clone())?;
            self.wake_due(command.recorded_at);
        }
        let mut head = self.head;
        let outcome = self.tried(command, key.as_ref(), &mut head)?;
        self.head = head;
        self.keep((table_of(&command.action), command.record_id()), outcome);
        if let (Some(subject), Some(key)) = (subject, key) {
            self.wrapped.entry(subject.clone()).or_insert_with(|| self.vault.wrap(&subject, &key));
        }
        if let Action::People(people::Command::EraseCustomer { customer_id }) = &command.action {
            self.wrapped.remove(customer_id);
        }
        Ok(())
    }

    fn key(&mut self, subject: &Id) -> SubjectKey {
        match self.wrapped.get(subject) {
            Some(wrapped) => self.vault.unwrap(subject, wrapped).expect("a key of ours"),
            None => self.seed.subject_key(subject),
        }
    }

    fn tried(&self, command: &Command, key: Option<&SubjectKey>, head: &mut Head) -> Result<Outcome, Refusal> {
        let before = self.records.get(&(table_of(&command.action), command.record_id())).map(|(kept, _)| kept.clone());
        let context = Context {
            sealing: Some(Sealing { vault: &self.vault, key }),
            current: &self.book,
            pinned: &Pinned::from(self.book.clone()),
            classifier: &self.classifier,
        };
        step(before, command, &context, head)
    }

    /// `SELECT ... WHERE wake_at <= now ORDER BY wake_at, id LIMIT 1`.
    fn due(&self, now: Instant) -> Option<(&'static str, Id)> {
        let waiting = self.records.iter().filter_map(|(key, (kept, _))| kept.wake_at.map(|at| (at, key)));
        waiting.filter(|(at, _)| *at <= now).min_by_key(|(at, key)| (*at, &key.1)).map(|(_, key)| key.clone())
    }

    fn wake_due(&mut self, now: Instant) {
        while let Some(key) = self.due(now) {
            let before = self.records.get(&key).expect("a record").0.clone();
            let pinned = Pinned::from(self.book.clone());
            let woken = wake(before, &self.community, &pinned, now, &mut self.head).expect("time goes on");
            self.keep(key, woken.expect("something to tell"));
        }
        self.head.woken_to = self.head.woken_to.max(now);
    }

    fn keep(&mut self, key: (&'static str, Id), outcome: Outcome) {
        self.journal.extend(outcome.entries);
        self.records.insert(key, (outcome.kept, outcome.cells));
    }
}

fn table_of(action: &Action) -> &'static str {
    match action {
        Action::Case(_) => "service_case",
        Action::People(action) => action.table(),
    }
}

/// Something that somebody may do, in whatever state things are.
fn action(dice: &mut Dice, n: u64, now: Instant) -> Value {
    let recent = n / 40;
    let case = format!("case-{}", recent.saturating_sub(dice.roll(12)));
    let customer = format!("k-{}", n / 200 + dice.roll(20));
    let later = now + Length::from_minutes(i64::try_from(dice.roll(3_000)).expect("few") + 1);
    match dice.roll(26) {
        0..=3 => json!({ "case.register": {
            "case_id": format!("case-{recent}"), "channel": dice.pick(&["hotline", "wechat", "window"]), "customer": customer,
            "text": dice.pick(&["厨房水管漏水了", "电梯里困住人了", "请问物业费怎么交", "投诉保安态度恶劣"]) } }),
        4 | 5 => json!({ "case.tell": { "case_id": case } }),
        6 => json!({ "case.hear": { "case_id": case } }),
        7 | 8 => {
            json!({ "case.assign": { "case_id": case, "department": "maintenance", "owner": dice.pick(&["li", "zhou"]) } })
        }
        9 => json!({ "case.accept": { "case_id": case } }),
        10 => json!({ "case.suspend": { "case_id": case, "reason": "waiting_customer" } }),
        11 => json!({ "case.suspend": { "case_id": case, "reason": "until_date", "until": later } }),
        12 => json!({ "case.resume": { "case_id": case } }),
        13 => json!({ "case.promise": { "case_id": case, "until": later } }),
        14 | 15 => json!({ "case.resolve": { "case_id": case, "outcome": "done" } }),
        16 => json!({ "case.close": { "case_id": case } }),
        17 => json!({ "case.reopen": { "case_id": case, "reason": "came_back" } }),
        18 => json!({ "case.revisit": { "case_id": case, "reached": true, "score": dice.roll(5) + 1 } }),
        19 => json!({ "case.recuse": { "case_id": case, "staff_id": dice.pick(&["li", "zhou", "wang"]) } }),
        20 => json!({ "case.declare_major": { "case_id": case, "reason": "danger" } }),
        21 => json!({ "people.add_customer": { "customer_id": customer, "kind": "person",
            "file": { "name": dice.pick(&["王芳", "欧阳若曦"]), "phone": format!("139{:08}", dice.roll(90_000_000)) } } }),
        22 | 23 => {
            json!({ "people.change_customer": { "customer_id": customer, "file": { "phone": format!("138{:08}", dice.roll(90_000_000)) } } })
        }
        24 if dice.roll(6) == 0 => json!({ "people.erase_customer": { "customer_id": customer } }),
        24 => json!({ "people.verify_customer": { "customer_id": customer } }),
        _ => {
            json!({ "people.begin_tenure": { "premises_id": "p", "customer_id": customer, "role": "tenant", "from": "2026-01-01" } })
        }
    }
}

#[test]
fn a_host_with_tables_of_its_own_keeps_what_the_desk_keeps_to_the_byte() {
    let store = Shared::new(MemoryStore::default());
    let mut desk = Desk::open(Box::new(store.clone())).expect("a desk");
    desk.unlock(&Opener::Key(CompanyKey::new([1; 32])), Seed::new([7; 32])).expect("a vault");
    let mut host = Host::new();
    let mut dice = Dice::new(2026);
    let mut now: Instant = "2026-02-12T08:00:00+08:00".parse().expect("an instant");
    let (mut taken, mut refused) = (0, 0);
    for n in 0..STEPS {
        now = now + Length::from_minutes(i64::try_from(dice.roll(12)).expect("few"));
        let role = dice.pick(&["director", "director", "agent", "supervisor", "technician"]);
        let what = if n == 0 {
            json!({ "people.add_premises": { "premises_id": "p", "room": "1201", "kind": "residential", "area": "89" } })
        } else {
            action(&mut dice, n, now)
        };
        let command: Command = serde_json::from_value(json!({
            "id": format!("c-{n}"), "community": COMMUNITY, "actor": { "id": dice.pick(&["li", "zhou"]), "role": role },
            "recorded_at": now, "do": what,
        }))
        .expect("a command");
        let by_desk = desk.submit(&command).map(|_| ()).map_err(|error| error.code().to_owned());
        let by_host = host.take(&command).map_err(|refusal| refusal.code.to_string());
        assert_eq!(by_desk, by_host, "step {n}: {}", command.action.name());
        if by_desk.is_ok() {
            taken += 1
        } else {
            refused += 1
        }
        if dice.roll(50) == 0 {
            now = now + Length::from_minutes(5);
            desk.advance(now, usize::MAX).expect("time goes on");
            host.wake_due(now);
        }
    }
    let end = now + Length::from_minutes(20_000);
    desk.advance(end, usize::MAX).expect("time goes on");
    host.wake_due(end);
    assert!(taken > STEPS / 4 && refused > STEPS / 20, "{taken} taken, {refused} refused: the test asks for nothing");

    let kept = store.journal();
    assert_eq!(kept.len(), host.journal.len());
    for (ours, theirs) in kept.iter().zip(&host.journal) {
        assert_eq!(ours, theirs);
    }
    for ((table, id), (kept, cells)) in &host.records {
        let table = tables::named(table).expect("a table");
        let row = store.look(|view| view.row(table, id)).expect("a row");
        let mut text = Vec::new();
        kept.record.write_json(&mut text).expect("JSON");
        assert_eq!(row.state.as_bytes(), text, "{id}");
        assert_eq!((row.version, row.wake_at, &row.columns), (kept.version, kept.wake_at, cells), "{id}");
        assert!(matches!(kept.record, Record::Case(_) | Record::People(_)));
    }
    let mut wrapped = BTreeMap::new();
    store
        .look(|view| {
            let mut rows = Vec::new();
            view.each(&tables::SUBJECT_KEY, &mut |row| rows.push((row.id.clone(), row.state.clone())))?;
            Ok(rows)
        })
        .into_iter()
        .for_each(|(id, state)| _ = wrapped.insert(id, serde_json::from_str::<Sealed>(&state).expect("a wrapped key")));
    assert_eq!(wrapped.len(), host.wrapped.len());
    assert!(wrapped == host.wrapped, "wrapped keys differ");
}
