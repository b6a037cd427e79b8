//! What files that nobody here has seen may hold, and that the figures are what they say.
use std::path::Path;

use guanjia::calendar::Zone;
use guanjia::classify::Classifier;
use guanjia::envelope::rehearse;
use guanjia::rulebook::Scenarios;

use crate::arguments::{Arguments, examples};
use crate::figures::Figures;
use crate::{boston, log, screen};

/// Other order and case of columns, a column more, one less, and every way in which a row breaks.
const ODD: &str = "\
Type,Open_DT,case_enquiry_id,\"Extra, col\",TARGET_DT,CLOSED_DT
Sign Repair,2015-03-02 09:00:00,A1,\"x, \"\"y\"\"\",2015-03-16 09:00:00,2015-03-10 10:00:00
Sign Repair,,A2,x,,
Sign Repair,2015-03-02 09:00:00,A3,x,,2015-03-01 10:00:00
Flying Saucer,2015-03-02 09:00:00,A4,x,,
Sign Repair,2015-03-02 09:00:00,A5,x

Sign Repair,3/2/2015 9:00:00 AM,A6,\"two
lines\",2015-03-16T09:00,
Sign Repair,2015-03-02 09:00:00,A1,x,,
Sign Repair,2015-03-02 09:00:00,A7,\"never closed,,
Sign Repair,2015-03-02T09:00:00-05:00,A8,x,,
Sign Repair,soon,A9,x,,
Sign Repair,2015-03-02 09:00:00,A10,x,someday,
Sign Repair,2015-03-02 09:00:00,,x,,
Sign Repair,2015-03-02 09:00:00,A11,\u{1}\u{1},,
";

fn read(text: &str) -> log::Log {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("log.csv");
    // Two bytes that are no UTF-8 stand for the two that a Rust text cannot hold.
    let bytes: Vec<u8> = text.bytes().map(|byte| if byte == 1 { 0xff } else { byte }).collect();
    std::fs::write(&path, bytes).unwrap();
    let zone: Zone = "America/New_York".parse().unwrap();
    log::read(&path, zone, &|topic, _| topic.as_str() == "Sign Repair").unwrap()
}

#[test]
fn rows_that_break_are_told_with_their_line_and_the_rest_is_read() {
    for ends in ["\n", "\r\n"] {
        let log = read(&ODD.replace('\n', ends));
        let kept: Vec<&str> = log.requests.iter().map(|request| request.id.as_str()).collect();
        assert_eq!((kept, log.rows), (vec!["A1", "A6", "A8"], 13));
        let broken: Vec<(u64, &str)> = log.broken.iter().map(|row| (row.line, row.reason.as_str())).collect();
        let expected = [
            (3, "OPEN_DT: no date"),
            (4, "closed 2015-03-01 10:00:00, before it was opened 2015-03-02 09:00:00"),
            (5, "TYPE: the rulebook has no topic `Flying Saucer`"),
            (6, "4 fields, the header has 6"),
            (10, "CASE_ENQUIRY_ID: `A1` stands on line 2 already"),
            (11, "a quote is not closed"),
            (13, "OPEN_DT: `soon` is no date and time"),
            (14, "TARGET_DT: `someday` is no date and time"),
            (15, "CASE_ENQUIRY_ID: an id has at least 1 byte, this one is empty"),
            (16, "field 4 is not UTF-8"),
        ];
        assert_eq!(broken, expected);
        let opened = log.requests.iter().map(|request| request.opened.to_string());
        assert!(opened.into_iter().all(|at| at == "2015-03-02T14:00:00Z"));
    }
}

#[test]
fn a_header_without_what_is_needed_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("log.csv");
    for (text, reason) in [("", "the file is empty"), ("type,x\n", "the header has no column CASE_ENQUIRY_ID, OPEN_DT")]
    {
        std::fs::write(&path, text).unwrap();
        let failure = log::read(&path, Zone::UTC, &|_, _| true).err().unwrap();
        assert!(failure.to_string().ends_with(reason), "{failure}");
    }
}

#[test]
fn the_citys_scenarios_come_out_as_the_log_has_them() {
    let issues = arguments(&[]).issues().unwrap();
    let text = std::fs::read_to_string(examples().join("rulebooks/boston.scenarios.toml")).unwrap();
    let book = &issues.last().unwrap().rulebook;
    let rehearsal = rehearse(book, &Scenarios::from_text(&text).unwrap(), &Classifier::standard());
    assert_eq!((rehearsal.passed, rehearsal.missed), (6, vec![]));
}

/// The shipped log's first rows run over the day on which the rules change.
#[test]
fn most_due_times_are_the_citys_own() {
    let folder = tempfile::tempdir().unwrap();
    let whole = std::fs::read_to_string(examples().join("data/boston-2015.csv")).unwrap();
    let csv = folder.path().join("log.csv");
    std::fs::write(&csv, whole.lines().take(1500).collect::<Vec<_>>().join("\n")).unwrap();
    let arguments = arguments(&["--csv", csv.to_str().unwrap(), "--json"]);
    let figures = proof(&arguments, &folder.path().join("city.db"));
    assert_eq!((figures.rows_read, figures.cases), (1499, 1499));
    assert!(figures.due.equal_share > Some(0.9), "{:?}", figures.due.equal_share);
    let explained: usize = figures.due.differences.iter().map(|one| one.rows).sum();
    assert_eq!(figures.due.equal + explained, figures.due.city_targets);
    assert!(figures.journal_holds && figures.fired.breaches == figures.fired.escalations);
}

#[test]
fn chinese_is_two_columns_wide() {
    assert_eq!((screen::width("电梯 lift"), screen::width("")), (9, 0));
    assert_eq!(screen::left("报修", 6), "报修  ");
    assert_eq!(screen::cut("房屋本体渗漏", 8), "房屋本..");
    assert_eq!(screen::number(1_234_567), "1,234,567");
}

fn arguments(given: &[&str]) -> Arguments {
    Arguments::read(given.iter().map(|text| (*text).to_owned())).unwrap().unwrap()
}

fn proof(arguments: &Arguments, database: &Path) -> Figures {
    let issues = arguments.issues().unwrap();
    let ride = boston::run(&arguments.csv, &issues, database, false).unwrap();
    Figures::of(String::new(), ride, &issues).unwrap()
}
