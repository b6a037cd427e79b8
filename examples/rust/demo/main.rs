//! The steward's demonstration: a Chinese morning at the desk, half a year of a city's requests with the city's own due
//! times beside ours, and the month report.
//!
//! `cargo run --release -p guanjia --features sqlite --example demo -- --help` tells its arguments.
mod boston;
mod error;
mod morning;
mod progress;

use std::path::{Path, PathBuf};
use std::time::Instant as Stopwatch;

use chrono::NaiveDate;
use guanjia::calendar::Instant;
use guanjia::classify::Classifier;
use guanjia::desk::{Answer, Desk, Query};
use guanjia::ident::Id;
use guanjia::report;
use guanjia::rulebook::Rulebook;
use guanjia::store::{SqliteOptions, SqliteStore};

use error::Failure;

const HELP: &str = "\
demo [--csv FILE] [--rulebook FILE] [--out FOLDER] [--json]

  --csv FILE       requests in the shape of Boston's open data (default examples/data/boston-2015.csv)
  --rulebook FILE  the rulebook whose targets are compared with the file's (default examples/rulebooks/boston.toml)
  --out FOLDER     where databases and reports go (default out)
  --json           only the figures of the file, as JSON";

struct Arguments {
    csv: PathBuf,
    rulebook: PathBuf,
    out: PathBuf,
    json: bool,
}

fn main() -> std::process::ExitCode {
    match arguments(std::env::args().skip(1)).and_then(|arguments| arguments.map_or(Ok(()), |one| run(&one))) {
        Ok(()) => std::process::ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("demo: {failure}");
            std::process::ExitCode::FAILURE
        }
    }
}

fn arguments(mut given: impl Iterator<Item = String>) -> Result<Option<Arguments>, Failure> {
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples");
    let mut arguments = Arguments {
        csv: examples.join("data/boston-2015.csv"),
        rulebook: examples.join("rulebooks/boston.toml"),
        out: PathBuf::from("out"),
        json: false,
    };
    while let Some(name) = given.next() {
        let mut value = || given.next().map(PathBuf::from).ok_or_else(|| Failure(format!("{name} needs a value\n{HELP}")));
        match name.as_str() {
            "--csv" => arguments.csv = value()?,
            "--rulebook" => arguments.rulebook = value()?,
            "--out" => arguments.out = value()?,
            "--json" => arguments.json = true,
            "--help" | "-h" => {
                println!("{HELP}");
                return Ok(None);
            }
            other => return Err(Failure(format!("unknown argument `{other}`\n{HELP}"))),
        }
    }
    Ok(Some(arguments))
}

fn run(arguments: &Arguments) -> Result<(), Failure> {
    std::fs::create_dir_all(&arguments.out)?;
    let city = arguments.out.join("city.db");
    if arguments.json {
        let mut desk = fresh_desk(&city, load(&arguments.rulebook)?)?;
        let figures = boston::run(&mut desk, &arguments.csv, false)?;
        println!("{}", serde_json::to_string_pretty(&figures)?);
        return Ok(());
    }
    let started = Stopwatch::now();
    let estate = arguments.out.join("estate.db");
    let mut desk = fresh_desk(&estate, Rulebook::standard())?;
    let morning = morning::run(&mut desk)?;
    let report = arguments.out.join("month.html");
    month_report(&mut desk, &morning, &report)?;

    let mut desk = fresh_desk(&city, load(&arguments.rulebook)?)?;
    let figures = boston::run(&mut desk, &arguments.csv, true)?;
    boston::print(&figures);
    let city_report = arguments.out.join("city-month.html");
    let march = NaiveDate::from_ymd_opt(2015, 3, 1).ok_or_else(|| Failure("no such month".to_owned()))?;
    let place = morning::Place { community: Id::new(boston::COMMUNITY)?, month: march, now: figures.as_of };
    month_report(&mut desk, &place, &city_report)?;

    println!("\n月报 / month report     {}", report.display());
    println!("波士顿月报 / the city's  {}", city_report.display());
    println!("数据库 / databases       {}  {}", estate.display(), city.display());
    println!("台账 / the ledger, to paste:");
    println!("  sqlite3 {} \"SELECT * FROM ledger ORDER BY number LIMIT 10;\"", estate.display());
    println!("用时 / took {:.1} s", started.elapsed().as_secs_f64());
    Ok(())
}

fn load(path: &Path) -> Result<Rulebook, Failure> {
    let text = std::fs::read_to_string(path).map_err(|error| Failure(format!("{}: {error}", path.display())))?;
    Rulebook::from_text(&text).map_err(|problems| Failure(format!("{}:\n{problems}", path.display())))
}

/// A desk on a new file: the demonstration begins anew each time.
fn fresh_desk(path: &Path, rulebook: Rulebook) -> Result<Desk, Failure> {
    for ending in ["", "-wal", "-shm"] {
        let file = PathBuf::from(format!("{}{ending}", path.display()));
        match std::fs::remove_file(&file) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(Failure(format!("{}: {error}", file.display())));
            }
            _ => {}
        }
    }
    let store = SqliteStore::open(path, &SqliteOptions::default()).map_err(guanjia::desk::DeskError::from)?;
    Ok(Desk::open_with(Box::new(store), rulebook, Classifier::standard())?)
}

fn month_report(desk: &mut Desk, place: &morning::Place, path: &Path) -> Result<(), Failure> {
    let now: Instant = place.now;
    let query = Query::Month { community: place.community.clone(), month: place.month, now };
    let Answer::Month(month) = desk.query(&query)? else {
        return Err(Failure("the desk answered another question".to_owned()));
    };
    std::fs::write(path, report::html(&month))?;
    Ok(())
}
