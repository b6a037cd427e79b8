//! What the demonstration is told on the command line.
use std::path::{Path, PathBuf};

use chrono::{NaiveDate, NaiveDateTime, NaiveTime};
use guanjia::rulebook::Rulebook;

use crate::boston::Issue;
use crate::error::Failure;
use crate::screen::say;

const HELP: &str = "\
demo [--csv FILE] [--rulebook FILE[@FROM]]... [--out FOLDER] [--json]

  --csv FILE       requests in the shape of Boston's open data (default: examples/data/boston-2015.csv)
  --rulebook FILE  the rulebook whose due times are compared with the file's; its topics are the file's TYPE.
                   Given several times, each but the first with the local time from which it is in force:
                   --rulebook old.toml --rulebook new.toml@2015-02-16T13:00
                   (default: the two issues in examples/rulebooks)
  --out FOLDER     where databases and reports go (default: out)
  --json           only the figures of the file, as JSON on standard output";

/// When the city changed its days: between two requests of the log, at 12:13 and at 13:25.
const CHANGED: &str = "2015-02-16T13:00";

/// The arguments, with their defaults.
pub(crate) struct Arguments {
    pub(crate) csv: PathBuf,
    /// Files, and from when on each is in force.
    rulebooks: Vec<(PathBuf, Option<NaiveDateTime>)>,
    pub(crate) out: PathBuf,
    pub(crate) json: bool,
}

impl Arguments {
    /// Reads them; none if only help was wanted.
    pub(crate) fn read(mut given: impl Iterator<Item = String>) -> Result<Option<Self>, Failure> {
        let examples = examples();
        let mut arguments = Self {
            csv: examples.join("data/boston-2015.csv"),
            rulebooks: Vec::new(),
            out: PathBuf::from("out"),
            json: false,
        };
        while let Some(name) = given.next() {
            let mut value = || given.next().ok_or_else(|| Failure(format!("{name} needs a value\n{HELP}")));
            match name.as_str() {
                "--csv" => arguments.csv = value()?.into(),
                "--rulebook" => arguments.rulebooks.push(issue(&value()?)),
                "--out" => arguments.out = value()?.into(),
                "--json" => arguments.json = true,
                "--help" | "-h" => {
                    say!("{HELP}");
                    return Ok(None);
                }
                other => return Err(Failure(format!("unknown argument `{other}`\n{HELP}"))),
            }
        }
        if arguments.rulebooks.is_empty() {
            let books = examples.join("rulebooks");
            arguments.rulebooks =
                vec![(books.join("boston-2015-01.toml"), None), (books.join("boston.toml"), local(CHANGED))];
        }
        Ok(Some(arguments))
    }

    /// The rulebooks compiled, in the order in which they come into force.
    pub(crate) fn issues(&self) -> Result<Vec<Issue>, Failure> {
        let mut issues = Vec::new();
        for (path, from) in &self.rulebooks {
            let text =
                std::fs::read_to_string(path).map_err(|error| Failure(format!("{}: {error}", path.display())))?;
            let rulebook = Rulebook::from_text(&text);
            let rulebook = rulebook.map_err(|problems| Failure(format!("{}:\n{problems}", path.display())))?;
            issues.push(Issue { from: *from, rulebook });
        }
        issues.sort_by_key(|issue| issue.from);
        Ok(issues)
    }
}

/// The folder of examples: below the current folder, else where it was when this was compiled.
pub(crate) fn examples() -> PathBuf {
    let here = Path::new("examples");
    if here.join("data").is_dir() { here.into() } else { Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples") }
}

/// `FILE` or `FILE@FROM`; what follows an `@` and is no time belongs to the name.
fn issue(text: &str) -> (PathBuf, Option<NaiveDateTime>) {
    match text.rsplit_once('@').and_then(|(file, from)| Some((file, local(from)?))) {
        Some((file, from)) => (file.into(), Some(from)),
        None => (text.into(), None),
    }
}

fn local(text: &str) -> Option<NaiveDateTime> {
    let date = || text.parse::<NaiveDate>().ok().map(|date| date.and_time(NaiveTime::MIN));
    NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M").ok().or_else(date)
}
