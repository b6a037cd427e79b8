//! Customers' files beside a simple model of them: random commands and questions by random actors, on a store in memory, and
//! for fewer steps on a file of which every byte is looked at.
use std::collections::{BTreeMap, BTreeSet};

use guanjia::access::Request;
use guanjia::calendar::{Instant, Length};
use guanjia::desk::{AccessLine, ContactCard, CustomerFile, Desk, Opener, Told};
use guanjia::envelope::Command;
use guanjia::people::Field;
use guanjia::rulebook::Sight;
use guanjia::seal::{CompanyKey, Seed};
use guanjia::store::{MemoryStore, SqliteOptions, SqliteStore, Store};
use serde_json::{Value, json};

/// Steps of a run; `GUANJIA_STEPS=100000` for a long one.
const STEPS: u64 = 30_000;
const CUSTOMERS: u64 = 12;
/// Callers that a card shows at most.
const SHOWN: usize = 20;
const ROLES: [&str; 5] = ["director", "agent", "receptionist", "technician", "king"];
const PURPOSES: [Option<&str>; 5] = [None, Some("service"), Some("rights"), Some("emergency"), Some("gossip")];
const NAMES: [&str; 6] = ["王芳", "王小芳", "欧阳若曦", "买买提·吐尔逊", "李明", "李明达"];
const SURNAMES: [&str; 4] = ["王", "欧阳", "买", "李"];

/// Numbers that look random and are the same in every run.
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// A number below `sides`.
    pub(crate) fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }

    pub(crate) fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        let place = usize::try_from(self.roll(u64::try_from(from.len()).expect("few"))).expect("few");
        *from.get(place).expect("within")
    }
}

/// Whether a customer is one of those who should be found.
type Fits = Box<dyn Fn(&Known) -> bool>;

#[derive(Default)]
struct Known {
    name: Option<&'static str>,
    phones: Vec<String>,
    erased: bool,
}

/// What the desk should know, by the plainest means.
#[derive(Default)]
struct Model {
    customers: BTreeMap<String, Known>,
    /// Of whom something was told or refused, in order.
    accesses: Vec<(String, Option<String>)>,
    /// Every phone there ever was.
    phones: BTreeSet<String>,
}

/// What the standard rulebook grants these roles, written down once more.
fn may(role: &str, command: &str) -> Result<(), &'static str> {
    match (role, command) {
        ("king", _) => Err("envelope.unknown_role"),
        ("director", _) | ("agent", "add" | "change" | "verify") => Ok(()),
        _ => Err("envelope.not_permitted"),
    }
}

/// How names and phones are seen, or why nothing is.
fn sees(role: &str, purpose: Option<&str>, question: &str) -> Result<(Sight, Sight), &'static str> {
    use Sight::{Masked, Plain};
    if role == "king" {
        return Err("access.unknown_role");
    }
    if purpose == Some("gossip") {
        return Err("access.unknown_purpose");
    }
    if purpose == Some("rights") && role != "director" {
        return Err("access.purpose");
    }
    let urgent = purpose == Some("emergency") && question != "access_log";
    let asks = match role {
        "director" => true,
        "agent" => question != "access_log",
        "receptionist" => question == "contact_card",
        _ => false,
    };
    match (asks || urgent, purpose) {
        (false, _) => Err("access.not_permitted"),
        (true, None) => Ok((Masked, Masked)),
        (true, Some("service")) if role == "receptionist" => Ok((Plain, Masked)),
        (true, Some(_)) => Ok((Plain, Plain)),
    }
}

struct Run {
    desk: Desk,
    model: Model,
    dice: Dice,
    now: Instant,
    step: u64,
}

impl Run {
    fn on(store: Box<dyn Store>) -> Self {
        let mut desk = Desk::open(store).expect("a desk");
        desk.unlock(&Opener::Key(CompanyKey::new([1; 32])), Seed::new([7; 32])).expect("a vault");
        let now = "2026-03-02T09:00:00+08:00".parse().expect("an instant");
        Self { desk, model: Model::default(), dice: Dice::new(42), now, step: 0 }
    }

    fn go(&mut self) {
        self.step += 1;
        self.now = self.now + Length::from_minutes(1);
        // New customers keep coming: an erased one never comes back.
        let id = format!("k-{}", self.step / 150 + self.dice.roll(CUSTOMERS));
        match self.dice.roll(12) {
            0 | 1 => self.add(&id),
            2 | 3 => self.change(&id),
            4 => self.verify(&id),
            // Now and then, or nobody would be left.
            5 if self.dice.roll(4) == 0 => self.erase(&id),
            5 | 6 => self.ask_customer(&id),
            _ => self.ask_card(),
        }
    }

    fn submit(&mut self, role: &str, action: &Value) -> Result<(), String> {
        let command: Command = serde_json::from_value(json!({
            "id": format!("c-{}", self.step), "community": "riverside", "actor": { "id": "li", "role": role },
            "recorded_at": self.now, "do": action,
        }))
        .expect("a command");
        self.desk.submit(&command).map(|_| ()).map_err(|error| error.code().to_owned())
    }

    fn phone(&mut self) -> String {
        let phone = format!("139{:08}", 10_000_000 + self.dice.roll(30) * 7_919);
        self.model.phones.insert(phone.clone());
        phone
    }

    /// What a command on a customer of record should come to.
    fn expected(&self, role: &str, what: &str, id: &str) -> Result<(), String> {
        may(role, what).map_err(str::to_owned)?;
        match self.model.customers.get(id) {
            None => Err("people.unknown".to_owned()),
            Some(known) if known.erased => Err("people.erased".to_owned()),
            Some(_) => Ok(()),
        }
    }

    fn add(&mut self, id: &str) {
        let (role, name, phone) = (self.dice.pick(&ROLES), self.dice.pick(&NAMES), self.phone());
        let file = json!({ "name": name, "phone": [phone] });
        let add = json!({ "people.add_customer": { "customer_id": id, "kind": "person", "file": file } });
        let expected = may(role, "add").map_err(str::to_owned).and_then(|()| {
            if self.model.customers.contains_key(id) { Err("people.exists".to_owned()) } else { Ok(()) }
        });
        assert_eq!(self.submit(role, &add), expected, "step {}", self.step);
        if expected.is_ok() {
            let known = Known { name: Some(name), phones: vec![phone], erased: false };
            self.model.customers.insert(id.to_owned(), known);
        }
    }

    fn change(&mut self, id: &str) {
        let (role, count) = (self.dice.pick(&ROLES), self.dice.roll(3));
        let phones: Vec<String> = (0..count).map(|_| self.phone()).collect();
        let name = if self.dice.roll(3) == 0 { Some(self.dice.pick(&NAMES)) } else { None };
        let mut file = json!({ "phone": phones });
        if let (Some(name), Some(file)) = (name, file.as_object_mut()) {
            file.insert("name".to_owned(), name.into());
        }
        let change = json!({ "people.change_customer": { "customer_id": id, "file": file } });
        let expected = self.expected(role, "change", id);
        assert_eq!(self.submit(role, &change), expected, "step {}", self.step);
        if let (Ok(()), Some(known)) = (expected, self.model.customers.get_mut(id)) {
            known.name = name.or(known.name);
            known.phones = phones;
        }
    }

    fn verify(&mut self, id: &str) {
        let role = self.dice.pick(&ROLES);
        let expected = self.expected(role, "verify", id);
        let verify = json!({ "people.verify_customer": { "customer_id": id } });
        assert_eq!(self.submit(role, &verify), expected, "step {}", self.step);
    }

    fn erase(&mut self, id: &str) {
        let role = self.dice.pick(&ROLES);
        let expected = self.expected(role, "erase", id);
        let erase = json!({ "people.erase_customer": { "customer_id": id } });
        assert_eq!(self.submit(role, &erase), expected, "step {}", self.step);
        if expected.is_ok() {
            self.model.customers.insert(id.to_owned(), Known { erased: true, ..Known::default() });
        }
    }

    fn ask(&mut self, role: &str, purpose: Option<&str>, ask: &Value) -> Result<Told, String> {
        let request: Request = serde_json::from_value(
            json!({ "actor": { "id": "li", "role": role }, "purpose": purpose, "at": self.now, "ask": ask }),
        )
        .expect("a request");
        self.desk.ask(&request).map_err(|error| error.code().to_owned())
    }

    fn ask_customer(&mut self, id: &str) {
        let (role, purpose) = (self.dice.pick(&ROLES), self.dice.pick(&PURPOSES));
        let told = self.ask(role, purpose, &json!({ "customer": { "customer_id": id } }));
        let granted = sees(role, purpose, "customer");
        match (told, granted) {
            (Ok(Told::Customer(file)), Ok(sights)) => {
                self.seen(&file, id, sights);
                self.model.accesses.push((id.to_owned(), None));
            }
            // A file that is not there is an error of the host's, and tells nothing of a person.
            (Err(code), Ok(_)) => {
                assert_eq!(code, "desk.missing", "step {}", self.step);
                assert!(!self.model.customers.contains_key(id), "step {}", self.step);
            }
            (Err(code), Err(expected)) => {
                assert_eq!(code, expected, "step {}", self.step);
                self.model.accesses.push((id.to_owned(), Some(code)));
            }
            (told, _) => panic!("step {}: {told:?}", self.step),
        }
    }

    fn ask_card(&mut self) {
        let (role, purpose) = (self.dice.pick(&ROLES), self.dice.pick(&PURPOSES));
        let phone = self.phone();
        let (by, fits): (Value, Fits) = match self.dice.roll(4) {
            0 => {
                let name = self.dice.pick(&NAMES);
                (json!({ "name": name }), Box::new(move |known| known.name == Some(name)))
            }
            1 => {
                let surname = self.dice.pick(&SURNAMES);
                (
                    json!({ "surname": surname }),
                    Box::new(move |known| known.name.is_some_and(|name| name.starts_with(surname))),
                )
            }
            2 => {
                let tail = phone.get(7..).expect("eleven digits").to_owned();
                (
                    json!({ "phone_tail": tail }),
                    Box::new(move |known| known.phones.iter().any(|phone| phone.ends_with(&tail))),
                )
            }
            _ => (json!({ "phone": format!("+86 {phone}") }), Box::new(move |known| known.phones.contains(&phone))),
        };
        let mut expected: Vec<String> =
            self.model.customers.iter().filter(|(_, known)| fits(known)).map(|(id, _)| id.clone()).collect();
        let more = expected.len() > SHOWN;
        expected.truncate(SHOWN);
        match (self.ask(role, purpose, &json!({ "contact_card": { "by": by } })), sees(role, purpose, "contact_card")) {
            (Ok(Told::ContactCard(card)), Ok(sights)) => {
                assert_eq!(card.more, more, "step {}", self.step);
                self.card(&card, &expected, sights);
            }
            (Err(code), Err(expected)) => {
                assert_eq!(code, expected, "step {}", self.step);
                self.model.accesses.push(("company/access".to_owned(), Some(code)));
            }
            (told, _) => panic!("step {}: {told:?}", self.step),
        }
    }

    fn card(&mut self, card: &ContactCard, expected: &[String], sights: (Sight, Sight)) {
        let found: Vec<&str> = card.callers.iter().map(|caller| caller.file.customer_id.as_str()).collect();
        assert_eq!(found, expected, "step {}", self.step);
        for (caller, id) in card.callers.iter().zip(expected) {
            self.seen(&caller.file, id, sights);
            self.model.accesses.push((id.clone(), None));
        }
        if expected.is_empty() {
            self.model.accesses.push(("company/access".to_owned(), None));
        }
    }

    fn seen(&self, file: &CustomerFile, id: &str, (name, phone): (Sight, Sight)) {
        let known = self.model.customers.get(id).expect("a customer of record");
        let names: Vec<&str> = known.name.into_iter().collect();
        let phones: Vec<&str> = known.phones.iter().map(String::as_str).collect();
        for (field, values, sight) in [(Field::Name, names, name), (Field::Phone, phones, phone)] {
            let Some(seen) = file.fields.get(&field) else {
                assert!(values.is_empty(), "step {}: `{}` is not told", self.step, field.code());
                continue;
            };
            assert_eq!((seen.sight, seen.values.len()), (sight, values.len()), "step {}", self.step);
            for (seen, value) in seen.values.iter().zip(values) {
                assert_eq!(seen.as_str() == value, sight == Sight::Plain, "step {}", self.step);
            }
        }
    }

    /// The log holds each read and each refusal, in order, and nothing else.
    fn logged(&mut self) {
        let mut lines: Vec<AccessLine> = Vec::new();
        loop {
            let after = lines.last().map_or(0, |line| line.seq);
            let ask = json!({ "access_log": { "after": after, "limit": 1000 } });
            let Ok(Told::AccessLog(page)) = self.ask("director", Some("supervision"), &ask) else { panic!("no log") };
            // Asking for the log is logged as well.
            let page: Vec<AccessLine> = page.into_iter().filter(|line| &*line.access.ask != "access_log").collect();
            if page.is_empty() {
                break;
            }
            lines.extend(page);
        }
        let logged: Vec<(String, Option<String>)> = lines
            .iter()
            .map(|line| (line.subject.to_string(), line.access.refused.as_deref().map(str::to_owned)))
            .collect();
        assert_eq!(logged.len(), self.model.accesses.len());
        assert!(logged == self.model.accesses, "the log differs from what happened");
    }
}

#[expect(clippy::disallowed_methods, reason = "a long run is asked for from outside")]
fn steps() -> u64 {
    std::env::var("GUANJIA_STEPS").ok().and_then(|steps| steps.parse().ok()).unwrap_or(STEPS)
}

#[test]
fn files_are_what_a_simple_model_says_and_every_read_is_logged() {
    let mut run = Run::on(Box::new(MemoryStore::default()));
    for _ in 0..steps() {
        run.go();
    }
    run.logged();
    let erased = run.model.customers.values().filter(|known| known.erased).count();
    let told = run.model.accesses.iter().filter(|(subject, refused)| subject != "company/access" && refused.is_none());
    let told = u64::try_from(told.count()).expect("few");
    assert!(erased > 0 && told > steps() / 10, "{erased} erased, {told} told: the run asks for nothing");
}

#[test]
fn no_name_and_no_phone_ever_lies_on_disk() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("desk.db");
    let store = SqliteStore::open(&path.to_string_lossy(), &SqliteOptions::default()).expect("a file");
    let mut run = Run::on(Box::new(store));
    for _ in 0..10 {
        for _ in 0..60 {
            run.go();
        }
        let mut all = Vec::new();
        for file in std::fs::read_dir(folder.path()).expect("the folder") {
            all.extend(std::fs::read(file.expect("a file").path()).expect("its bytes"));
        }
        let secrets = NAMES.iter().map(|name| (*name).to_owned()).chain(run.model.phones.iter().cloned());
        for secret in secrets {
            let holds = all.windows(secret.len()).any(|window| window == secret.as_bytes());
            assert!(!holds, "`{secret}` lies on disk after step {}", run.step);
        }
    }
    run.logged();
}
