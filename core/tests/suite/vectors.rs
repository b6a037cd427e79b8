//! Runs `tests/vectors`: the form of a file is told in its README.
use std::path::{Path, PathBuf};

use guanjia::calendar::operations::CalendarRef;
use guanjia::calendar::{Budget, Calendar, Instant, NewDays};
use guanjia::classify::Classifier;
use guanjia::desk::Desk;
use guanjia::ops::{self, Context, OpError, desk as face};
use guanjia::rulebook::Rulebook;
use guanjia::store::{MemoryStore, SqliteOptions, SqliteStore, Store};
use serde::Deserialize;
use serde::de::{DeserializeOwned, IgnoredAny};
use serde_json::{Value, json};

/// A step without a limit of its own.
const NO_LIMIT: usize = 1_000_000;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(rename = "about")]
    _about: Value,
    rulebook: Option<String>,
    #[serde(default)]
    cases: Vec<Case>,
    #[serde(default)]
    scripts: Vec<Script>,
}

#[derive(Deserialize)]
struct Case {
    name: String,
    op: String,
    args: Value,
    #[serde(flatten)]
    wanted: Wanted,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Script {
    name: String,
    steps: Vec<Step>,
}

#[derive(Deserialize)]
struct Step {
    #[serde(flatten)]
    action: Action,
    limit: Option<usize>,
    #[serde(flatten)]
    wanted: Wanted,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Action {
    Submit(Value),
    SubmitAll(Value),
    Advance(Instant),
    /// New days of holiday tables.
    Extend {
        days: Value,
        now: Instant,
    },
    Retime(Instant),
    /// The path of a rulebook.
    Adopt(String),
    Query(Value),
    /// What opens the vault.
    Unlock(Value),
    Lock(IgnoredAny),
    /// What opens it from now on.
    Rotate(Value),
    Ask(Value),
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Wanted {
    Expect(Value),
    Error(Value),
}

impl Wanted {
    /// How an answer differs from what is wanted; nothing if it fits.
    fn difference(&self, got: Result<Value, OpError>) -> Option<String> {
        match (self, got) {
            (Self::Expect(expect), Ok(got)) => difference("", expect, &got),
            (Self::Expect(_), Err(error)) => Some(format!("failed: {error}")),
            (Self::Error(error), Ok(got)) => Some(format!("expected the error {error}, got {got}")),
            (Self::Error(wanted), Err(error)) => {
                difference("error", wanted, &json!({ "code": error.code, "path": error.path }))
            }
        }
    }
}

fn difference(path: &str, expect: &Value, got: &Value) -> Option<String> {
    match (expect, got) {
        (Value::Object(wanted), Value::Object(found)) => wanted.iter().find_map(|(key, expect)| {
            difference(&format!("{path}.{key}"), expect, found.get(key).unwrap_or(&Value::Null))
        }),
        (Value::Array(wanted), Value::Array(found)) if wanted.len() == found.len() => (wanted.iter().zip(found))
            .enumerate()
            .find_map(|(n, (expect, got))| difference(&format!("{path}[{n}]"), expect, got)),
        _ if expect == got => None,
        _ => Some(format!("{path}: expected {expect}, got {got}")),
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The rulebook at a path from the project's root.
fn rulebook(path: &str) -> Rulebook {
    let text = std::fs::read_to_string(root().join(path)).expect(path);
    Rulebook::from_text(&text).unwrap_or_else(|problems| panic!("{path}: {problems}"))
}

/// Runs one file and panics with all that differs.
fn run(name: &str) {
    let text = std::fs::read_to_string(root().join("tests/vectors").join(name)).expect(name);
    let file: File = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
    let book = file.rulebook.as_deref().map_or_else(Rulebook::standard, rulebook);
    let context = Context::with_rulebook(book.clone());
    let mut told: Vec<String> = Vec::new();
    for case in &file.cases {
        told.extend(case.differences(&context).map(|difference| format!("{}: {difference}", case.name)));
    }
    for script in &file.scripts {
        told.extend(script.differences(&book).map(|difference| format!("{}: {difference}", script.name)));
    }
    assert!(file.cases.len() + file.scripts.len() > 0, "{name} holds nothing");
    assert!(told.is_empty(), "{name}: {} differ\n{}", told.len(), told.join("\n"));
}

impl Case {
    /// By name with JSON, and typed where the operation has a typed form.
    fn differences(&self, context: &Context) -> impl Iterator<Item = String> {
        let named = ops::call(context, &self.op, &self.args.to_string()).map(|text| value(&text));
        let named = self.wanted.difference(named).map(|told| format!("by name: {told}"));
        let typed = matches!(self.wanted, Wanted::Expect(_))
            .then(|| typed(context, &self.op, &self.args))
            .flatten()
            .and_then(|got| self.wanted.difference(Ok(got)).map(|told| format!("typed: {told}")));
        [named, typed].into_iter().flatten()
    }
}

fn value(text: &str) -> Value {
    serde_json::from_str(text).expect("an answer is JSON")
}

/// The answer of the typed form, in the shape of the operation's.
fn typed(context: &Context, op: &str, args: &Value) -> Option<Value> {
    if !op.starts_with("calendar.") || op == "calendar.explain" {
        return None;
    }
    let calendar: CalendarRef = field(args, "calendar");
    let calendar: Calendar = calendar.resolve(&|name| context.calendar(name)).expect("the calendar compiles");
    let shown = |at: Instant| calendar.time_zone().format(at);
    Some(match op {
        "calendar.deadline" => {
            let budget: Budget = field(args, "budget");
            let due = calendar.deadline(field(args, "start"), &budget).expect("a due time");
            json!({ "due": shown(due.at), "provisional": due.provisional })
        }
        "calendar.elapsed" => {
            json!({ "elapsed": calendar.elapsed(field(args, "from"), field(args, "to")).expect("a length") })
        }
        "calendar.is_open" => json!({ "open": calendar.is_open(field(args, "at")).expect("open or not") }),
        "calendar.next_open" => json!({ "at": shown(calendar.next_open(field(args, "at")).expect("an opening")) }),
        "calendar.prev_close" => json!({ "at": shown(calendar.prev_close(field(args, "at")).expect("a closing")) }),
        "calendar.working_days_between" => {
            let days = calendar.working_days_between(field(args, "from"), field(args, "to")).expect("a number");
            json!({ "days": days })
        }
        "calendar.day" => json!(calendar.day(field(args, "date"))),
        "calendar.extend" => {
            let days = NewDays::from_json(args.get("days").expect("days")).expect("the days are read");
            let days = days.labelled(field(args, "version"), field(args, "known_until"), field(args, "source"));
            let grown = calendar.extend(&days).expect("the table grows");
            let version = grown.table().map(|table| table.version());
            json!({
                "rules": grown.rules(), "version": version, "known_until": grown.known_until(), "grown": grown != calendar,
            })
        }
        other => panic!("no typed form of {other} is run"),
    })
}

fn field<T: DeserializeOwned>(args: &Value, name: &str) -> T {
    serde_json::from_value(args.get(name).cloned().unwrap_or_default())
        .unwrap_or_else(|error| panic!("{name}: {error}"))
}

impl Script {
    /// On a store in memory and on a file; a step that goes wrong ends the story.
    fn differences(&self, book: &Rulebook) -> impl Iterator<Item = String> {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("desk.db");
        let file = SqliteStore::open(&path.to_string_lossy(), &SqliteOptions::default()).expect("a file");
        let memory = self.played("memory", Box::new(MemoryStore::default()), book);
        let file = self.played("sqlite", Box::new(file), book);
        memory.into_iter().chain(file)
    }

    fn played(&self, place: &str, store: Box<dyn Store>, book: &Rulebook) -> Option<String> {
        let mut desk = Desk::open_with(store, book.clone(), Classifier::standard()).expect("a desk");
        self.steps.iter().enumerate().find_map(|(n, step)| {
            let got = step.take(&mut desk).map(|text| value(&text));
            step.wanted.difference(got).map(|told| format!("{place}, step {n}: {told}"))
        })
    }
}

impl Step {
    fn take(&self, desk: &mut Desk) -> Result<String, OpError> {
        match &self.action {
            Action::Submit(command) => face::submit(desk, &command.to_string()),
            Action::SubmitAll(commands) => face::submit_all(desk, &commands.to_string()),
            Action::Advance(now) => face::advance(desk, *now, self.limit.unwrap_or(NO_LIMIT)),
            Action::Extend { days, now } => face::extend(desk, &days.to_string(), *now),
            Action::Retime(now) => face::retime(desk, *now),
            Action::Unlock(opener) => face::unlock(desk, &opener.to_string(), [7; 32]),
            Action::Lock(_) => face::lock(desk),
            Action::Rotate(opener) => face::rotate(desk, &opener.to_string()),
            Action::Ask(request) => face::ask(desk, &request.to_string()),
            Action::Adopt(path) => face::adopt(desk, rulebook(path)),
            Action::Query(query) => face::query(desk, &query.to_string()),
        }
    }
}

#[test]
fn every_file_runs() {
    let folder = std::fs::read_dir(root().join("tests/vectors")).expect("the vectors");
    let names = folder.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned());
    let mut files: Vec<String> = names.filter(|name| name.ends_with(".json")).collect();
    files.sort();
    assert!(!files.is_empty());
    let failed: Vec<String> = files
        .iter()
        .filter_map(|name| {
            let outcome = std::panic::catch_unwind(|| run(name));
            outcome.err().map(|panic| panic.downcast_ref::<String>().cloned().unwrap_or_else(|| name.clone()))
        })
        .collect();
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}
