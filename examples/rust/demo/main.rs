//! The steward's demonstration: a Chinese morning at the desk, half a year of a city's requests with the city's own due
//! times beside ours, and the month report.
//!
//! `cargo run --release -p guanjia --features sqlite --example demo -- --help` tells its arguments.
mod arguments;
mod boston;
mod compare;
mod error;
mod figures;
mod log;
mod month;
mod morning;
mod progress;
mod screen;
mod store;
#[cfg(test)]
mod tests;

use std::path::Path;

use chrono::Datelike;

use guanjia::desk::{Answer, Desk, Query};
use guanjia::ident::Id;
use guanjia::report;
use guanjia::rulebook::Rulebook;

use arguments::Arguments;
use error::Failure;
use figures::Figures;
use morning::Place;
use screen::say;

fn main() -> std::process::ExitCode {
    match Arguments::read(std::env::args().skip(1)).and_then(|given| given.map_or(Ok(()), |arguments| run(&arguments)))
    {
        Ok(()) => std::process::ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("demo: {failure}");
            std::process::ExitCode::FAILURE
        }
    }
}

fn run(arguments: &Arguments) -> Result<(), Failure> {
    std::fs::create_dir_all(&arguments.out)?;
    let city = arguments.out.join("city.db");
    if arguments.json {
        let figures = proof(arguments, &city, false)?.0;
        say!("{}", serde_json::to_string_pretty(&figures)?);
        return Ok(());
    }
    let watch = progress::stopwatch();
    let estate = arguments.out.join("estate.db");
    store::clear(&estate)?;
    let mut desk = store::desk(&estate, Rulebook::standard())?;
    let place = morning::run(&mut desk)?;
    let (figures, city_place) = proof(arguments, &city, true)?;
    figures.print();
    let pages = [arguments.out.join("month.html"), arguments.out.join("city-month.html")];
    let [page, city_page] = &pages;
    screen::heading("三、月报", "   The month report");
    month_report(&mut desk, &place, page)?;
    let mut city_desk =
        store::desk(&city, arguments.issues()?.pop().map_or_else(Rulebook::standard, |issue| issue.rulebook))?;
    month_report(&mut city_desk, &city_place, city_page)?;
    say!("\n月报 month report      {}", page.display());
    say!("城市月报 the city's     {}", city_page.display());
    say!("数据库 databases       {}  {}", estate.display(), city.display());
    say!("台账,可直接粘贴 the ledger, to paste:");
    say!(
        "  sqlite3 {} \"SELECT number, kind, topic, urgency, status, registered, due_resolve, resolved, kept FROM ledger ORDER BY number LIMIT 10\"",
        estate.display()
    );
    say!("全程用时 took {:.1} s", watch.elapsed().as_secs_f64());
    Ok(())
}

/// The city's log through the desk, in figures, and where its month report is to be asked for: its last full month.
fn proof(arguments: &Arguments, database: &Path, shown: bool) -> Result<(Figures, Place), Failure> {
    let issues = arguments.issues()?;
    let ride = boston::run(&arguments.csv, &issues, database, shown)?;
    let zone = issues.first().map(|issue| issue.rulebook.time_zone()).unwrap_or(guanjia::calendar::Zone::UTC);
    let opened = ride.log.requests.iter().map(|request| request.opened).max().unwrap_or(ride.as_of);
    let month = zone.local(opened).date().with_day(1).unwrap_or_default();
    let place = Place { community: Id::new(boston::COMMUNITY)?, month, now: ride.as_of };
    Ok((Figures::of(arguments.csv.display().to_string(), ride, &issues)?, place))
}

/// Asks the desk for the month and writes the page; three figures on the screen.
fn month_report(desk: &mut Desk, place: &Place, path: &Path) -> Result<(), Failure> {
    let query = Query::Month { community: place.community.clone(), month: place.month, now: place.now };
    let Answer::Month(month) = desk.query(&query)? else { return Err(Failure::other_answer()) };
    std::fs::write(path, report::html(&month))?;
    say!(
        "{} {}:登记 registered {} · 办结 resolved {} · 期末未结 open {} · 重大 major {}",
        month.community,
        month.month,
        month.registered,
        month.resolved,
        month.open,
        month.major
    );
    for one in &month.deadlines {
        let rate = one.rate.map_or_else(|| "-".to_owned(), |rate| format!("{:.1} %", rate * 100.0));
        say!("  {} {} {rate}", one.label.zh, one.label.en);
    }
    Ok(())
}
