//! Lists in all their shapes say the same; a table grows by what is new and by nothing else.
use std::collections::BTreeMap;
use std::fmt::Write;

use chrono::{Datelike, Days};
use proptest::collection::btree_map;
use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::calendar::table::HolidayTable;
use crate::calendar::{Calendar, CalendarRules, Instant, Length, TableName, china};

/// Days by date; all of a kind have one name.
type Kinds = BTreeMap<NaiveDate, TableDayKind>;

fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn problems(told: &Problems) -> Vec<(String, Option<u32>)> {
    told.iter().map(|problem| (problem.path.clone(), problem.line)).collect()
}

fn refused(text: &str) -> Vec<(String, Option<u32>)> {
    problems(&NewDays::read(text).unwrap_err())
}

fn office() -> CalendarRules {
    serde_json::from_value(json!({
        "time_zone": "Asia/Shanghai", "table": "china", "hours": { "mon-fri": ["08:30-12:00", "13:30-18:00"] },
    }))
    .unwrap()
}

/// A year's worth of statutory days, as nobody has announced them.
fn year_2027() -> Vec<(&'static str, &'static str, &'static str, TableDayKind)> {
    use TableDayKind::{Holiday, Workday};
    vec![
        ("2026-12-27", "2026-12-27", "元旦", Workday),
        ("2027-01-01", "2027-01-03", "元旦", Holiday),
        ("2027-02-05", "2027-02-11", "春节", Holiday),
        ("2027-02-20", "2027-02-20", "春节", Workday),
        ("2027-04-03", "2027-04-05", "清明节", Holiday),
        ("2027-05-01", "2027-05-05", "劳动节", Holiday),
        ("2027-06-09", "2027-06-09", "端午节", Holiday),
        ("2027-09-15", "2027-09-15", "中秋节", Holiday),
        ("2027-10-01", "2027-10-07", "国庆节", Holiday),
    ]
}

fn event(from: NaiveDate, to: NaiveDate, summary: &str, end: &str) -> String {
    let after = to.checked_add_days(Days::new(1)).unwrap();
    let basic = |date: NaiveDate| date.format("%Y%m%d").to_string();
    format!(
        "BEGIN:VEVENT{end}DTSTART;VALUE=DATE:{}{end}DTEND;VALUE=DATE:{}{end}SUMMARY:{summary}{end}END:VEVENT{end}",
        basic(from),
        basic(after)
    )
}

fn calendar_file(events: &str, end: &str) -> String {
    format!("BEGIN:VCALENDAR{end}VERSION:2.0{end}{events}END:VCALENDAR{end}")
}

fn ics_2027() -> String {
    let event_of = |(from, to, name, kind): (&str, &str, &str, TableDayKind)| {
        let mark = if kind == TableDayKind::Holiday { "休" } else { "班" };
        event(date(from), date(to), &format!("{name} {mark}"), "\r\n")
    };
    calendar_file(&year_2027().into_iter().map(event_of).collect::<String>(), "\r\n")
}

fn listing_2027() -> serde_json::Value {
    let days: Vec<_> = year_2027()
        .into_iter()
        .flat_map(|(from, to, name, kind)| {
            let last = date(to);
            let each = date(from).iter_days().take_while(move |day| *day <= last);
            each.map(move |day| json!({ "name": name, "date": day, "isOffDay": kind == TableDayKind::Holiday }))
        })
        .collect();
    json!({ "$schema": "x", "year": 2027, "papers": ["https://example.org/notice"], "days": days })
}

fn array_2027() -> serde_json::Value {
    let entry = |(from, to, name, kind): (&str, &str, &str, TableDayKind)| json!({ "from": from, "to": to, "name": name, "kind": kind });
    year_2027().into_iter().map(entry).collect()
}

#[test]
fn all_shapes_of_a_list_give_the_same_rules() {
    let rules = |days: &NewDays| office().extend(&NewDays { source: Some("notice".into()), ..days.clone() }).unwrap();
    let of_file = rules(&NewDays::read(&ics_2027()).unwrap());
    for json in [listing_2027(), array_2027(), json!([listing_2027()]), json!(of_file.announced[0])] {
        assert_eq!(rules(&NewDays::from_json(&json).unwrap()), of_file, "{json}");
        assert_eq!(rules(&NewDays::read(&json.to_string()).unwrap()), of_file);
    }
    let announced = &of_file.announced[0];
    assert_eq!((announced.version.as_deref(), announced.known_until), (Some("2027.1"), Some(date("2027-12-31"))));
    assert_eq!((announced.holidays.len(), announced.workdays.len()), (7, 2));
}

#[test]
fn a_grown_calendar_knows_the_year_and_the_old_one_does_not() {
    let old = Calendar::compile(&office()).unwrap();
    let grown = old.extend(&NewDays::read(&listing_2027().to_string()).unwrap()).unwrap();
    assert_ne!(grown.fingerprint(), old.fingerprint());
    assert_eq!((old.known_until(), grown.known_until()), (Some(date("2026-12-31")), Some(date("2027-12-31"))));
    assert_eq!(old.rules(), &office());
    let day = grown.day(date("2027-02-20"));
    assert_eq!(day.name.unwrap(), Words::new("春节", "Spring Festival"));
    assert_eq!(day.source.as_deref(), Some("https://example.org/notice"));
    assert!(grown.is_working_day(date("2026-12-27")) && !old.is_working_day(date("2026-12-27")));
    let at: Instant = "2027-06-01T00:00:00+08:00".parse().unwrap();
    assert!(old.provisional(at) && !grown.provisional(at));
}

#[test]
fn lists_as_they_are_published_are_read() {
    use TableDayKind::{Holiday, Workday};
    for (summary, kind, name) in [
        ("国庆节 休", Holiday, "国庆节"),
        ("国庆节 班", Workday, "国庆节"),
        ("国庆(休)", Holiday, "国庆节"),
        ("国庆节(班)", Workday, "国庆节"),
        ("春节假期", Holiday, "春节"),
        ("上班(补春节假期)", Workday, "春节"),
        ("上班(补中秋节、国庆节假期)", Workday, "中秋节、国庆节"),
        ("中秋节\\,国庆节 休", Holiday, "中秋节、国庆节"),
        ("Tomb-sweeping Day(Holiday)", Holiday, "清明节"),
        ("Mid-autumn Festival(Workday)", Workday, "中秋节"),
        ("端午节补班", Workday, "端午节"),
        ("休", Holiday, ""),
    ] {
        for end in ["\n", "\r\n"] {
            let text = calendar_file(&event(date("2027-09-15"), date("2027-09-17"), summary, end), end);
            let read = NewDays::read(&format!("\u{feff}{text}")).unwrap();
            let [listed] = read.days.as_slice() else { panic!("{summary}: {read:?}") };
            assert_eq!((listed.kind, listed.name.zh.as_str()), (kind, name), "{summary}");
            assert_eq!((listed.from, listed.to, listed.line), (date("2027-09-15"), date("2027-09-17"), Some(3)));
        }
    }
}

#[test]
fn folds_alarms_zones_and_cancelled_events_are_read_as_the_standard_says() {
    let text = "BEGIN:VCALENDAR\r\nX-WR-CALDESC:中国法定节假日数据,自动每日抓取国务院公\r\n 告。\r\nBEGIN:VTIMEZONE\r\n\
        TZID:Asia/Shanghai\r\nBEGIN:STANDARD\r\nDTSTART:19700101T000000\r\nRRULE:FREQ=YEARLY\r\nEND:STANDARD\r\n\
        END:VTIMEZONE\r\nBEGIN:VEVENT\r\nDTSTART;X-NOTE=\"a:b;c\";VALUE=DATE:202\r\n 70101\r\nDURATION:P3D\r\n\
        SUMMARY:元\r\n\t旦\r\nX-APPLE-SPECIAL-DAY:WORK-HOLIDAY\r\nBEGIN:VALARM\r\nDURATION:PT5M\r\nEND:VALARM\r\n\
        END:VEVENT\r\nBEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20270301\r\nSUMMARY:国庆节 休\r\nSTATUS:CANCELLED\r\nEND:VEVENT\r\n\
        begin:vevent\r\ndtstart:20270501\r\nsummary:劳动节 休\r\nend:vevent\r\nEND:VCALENDAR";
    let read = NewDays::read(text).unwrap();
    let days: Vec<_> = read.days.iter().map(|day| (day.from, day.to, day.name.zh.as_str())).collect();
    assert_eq!(
        days,
        [(date("2027-01-01"), date("2027-01-03"), "元旦"), (date("2027-05-01"), date("2027-05-01"), "劳动节")]
    );
}

#[test]
fn every_mistake_of_a_calendar_file_is_told_with_its_line() {
    let file = |event: &str| format!("BEGIN:VCALENDAR\nBEGIN:VEVENT\n{event}\nEND:VEVENT\nEND:VCALENDAR\n");
    for (event, path, line) in [
        ("SUMMARY:元旦 休", "events[0].DTSTART", 2),
        ("DTSTART;VALUE=DATE:20270230\nSUMMARY:元旦 休", "events[0].DTSTART", 3),
        ("DTSTART:20270101T000000\nSUMMARY:元旦 休", "events[0].DTSTART", 3),
        ("DTSTART;VALUE=DATE-TIME:20270101\nSUMMARY:元旦 休", "events[0].DTSTART", 3),
        ("DTSTART:20270101\nDTEND:20270101\nSUMMARY:元旦 休", "events[0].DTEND", 2),
        ("DTSTART:20270101\nDTEND:20990101\nSUMMARY:元旦 休", "events[0].DTEND", 2),
        ("DTSTART:20270101\nDTEND:2027\nSUMMARY:元旦 休", "events[0].DTEND", 4),
        ("DTSTART:20270101\nDURATION:PT24H\nSUMMARY:元旦 休", "events[0].DURATION", 4),
        ("DTSTART:20270101\nSUMMARY:元旦", "events[0].SUMMARY", 2),
        ("DTSTART:20270101", "events[0].SUMMARY", 2),
        ("DTSTART:20270101\nSUMMARY:元旦 休\nX-APPLE-SPECIAL-DAY:ALTERNATE-WORKDAY", "events[0].SUMMARY", 2),
        ("DTSTART:20270101\nSUMMARY:元旦 休\nRRULE:FREQ=YEARLY", "events[0].RRULE", 5),
        ("DTSTART:20270101\nSUMMARY:元旦 休\nRDATE;VALUE=DATE:20280101", "events[0].RDATE", 5),
        ("DTSTART:20270101\nSUMMARY:元旦 休\nno line at all", "", 5),
        ("DTSTART:20270101\nSUMMARY:元旦 休\nBEGIN:VEVENT", "", 5),
    ] {
        let told = refused(&file(event));
        assert_eq!(told.first(), Some(&(path.to_owned(), Some(line))), "{event}: {told:?}");
    }
    let two =
        "DTSTART:2027\nSUMMARY:元旦 休\nEND:VEVENT\nBEGIN:VEVENT\nDTSTART:20270101\nDTEND:20261231\nSUMMARY:春节 休";
    assert_eq!(refused(&file(two)), [("events[0].DTSTART".into(), Some(3)), ("events[1].DTEND".into(), Some(6))]);
    for (text, line) in [
        ("BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20270101\nSUMMARY:元旦 休\n", Some(4)),
        ("BEGIN:VCALENDAR\nEND:VEVENT\n", Some(2)),
        ("SUMMARY:元旦 休\n", Some(1)),
        ("", None),
        ("元旦", Some(1)),
    ] {
        let told = refused(text);
        assert_eq!(told.first(), Some(&(String::new(), line)), "{text}: {told:?}");
    }
}

#[test]
fn every_mistake_of_a_list_is_told_with_its_path() {
    let told = |value: serde_json::Value| -> Vec<String> {
        NewDays::from_json(&value).unwrap_err().iter().map(|problem| problem.path.clone()).collect()
    };
    assert_eq!(
        told(json!([
            { "date": "2027-02-30", "kind": "holiday" },
            { "date": "2027-01-01" },
            { "date": "2027-01-01", "kind": "rest" },
            { "date": "2027-01-01", "kind": "holiday", "isOffDay": true },
            { "date": "2027-01-01", "isOffDay": 1 },
            { "from": "2027-01-03", "to": "2027-01-01", "kind": "holiday" },
            { "from": "2027-01-01", "kind": "holiday" },
            { "date": "2027-01-01", "kind": "holiday", "name": 7 },
            { "date": "2027-01-01", "kind": "holiday", "nome": "元旦" },
            { "date": "01-01", "kind": "holiday" },
            "2027-01-01",
        ])),
        [
            "[0].date",
            "[1].kind",
            "[2].kind",
            "[3].kind",
            "[4].isOffDay",
            "[5]",
            "[6]",
            "[7].name",
            "[8].nome",
            "[9].date",
            "[10]"
        ]
    );
    assert_eq!(told(json!({ "year": 2027, "days": [{ "date": "x", "isOffDay": true }] })), ["days[0].date"]);
    assert_eq!(told(json!({ "days": {} })), ["days"]);
    assert_eq!(
        told(json!({ "holidays": ["10-01", "x"], "workdays": [{ "name": "春节" }] })),
        ["holidays[0]", "holidays[1]", "workdays[0]"]
    );
    assert_eq!(told(json!(7)), [""]);
    assert_eq!(problems(&NewDays::read("{\n  \"days\": [\n").unwrap_err()), [(String::new(), Some(3))]);
}

#[test]
fn contradictions_are_told_all_at_once() {
    let told = |value: serde_json::Value| -> Vec<String> {
        let days = NewDays::from_json(&value).unwrap();
        china::table().extend(&days).unwrap_err().iter().map(ToString::to_string).collect()
    };
    let lines = told(json!([
        { "date": "2026-03-03", "kind": "holiday" },
        { "date": "2026-02-28", "kind": "holiday" },
        { "date": "2026-10-01", "kind": "workday" },
        { "date": "2027-01-02", "kind": "workday" },
        { "from": "2027-01-01", "to": "2027-01-03", "kind": "holiday" },
        { "date": "2003-10-01", "kind": "holiday" },
        { "date": "2999-10-01", "kind": "holiday" },
    ]));
    let begins: Vec<&str> = lines.iter().map(|line| line.split(" but").next().unwrap()).collect();
    assert_eq!(begins.len(), 6, "{begins:#?}");
    for (n, part) in [
        (0, "`2027-01-02` is a holiday here and a make-up working day in `[3]`"),
        (1, "`2999-10-01` lies outside"),
        (2, "`2003-10-01` lies before 2004-01-01"),
        (3, "knows it as a make-up working day, 春节"),
        (4, "knows it as an ordinary working day"),
        (5, "knows it as a holiday, 国庆节"),
    ] {
        assert!(lines[n].contains(part), "{n}: {part} in {lines:#?}");
    }
}

#[test]
fn a_year_left_out_or_cut_short_is_told() {
    let told = |value: &serde_json::Value| -> Vec<String> {
        let days = NewDays::from_json(value).unwrap();
        china::table().extend(&days).unwrap_err().iter().map(|problem| problem.message.clone()).collect()
    };
    let mut cut = array_2027();
    cut.as_array_mut().unwrap().truncate(5);
    assert_eq!(
        told(&cut),
        [
            "2027 has no day off for 劳动节 (Labour Day)",
            "2027 has no day off for 端午节 (Dragon Boat Festival)",
            "2027 has no day off for 国庆节 (National Day)",
        ]
    );
    let gap = json!({ "known_until": "2028-01-01", "holidays": ["2028-01-01"] });
    assert_eq!(told(&gap), ["nothing is said of 2027, though the list reaches to 2028-01-01"]);
    let short = json!({ "known_until": "2027-01-01", "holidays": ["2027-01-01", "2027-01-03"] });
    assert_eq!(told(&short), ["`2027-01-01` comes before `2027-01-03`, which is listed"]);
    assert_eq!(told(&json!([])), ["the list names no day"]);
    let same = json!({ "version": china::VERSION, "known_until": "2027-01-03", "holidays": ["2027-01-01"] });
    assert_eq!(told(&same), ["`2026.1` is the version of the table that is to grow"]);
}

#[test]
fn a_year_may_come_in_parts() {
    let part = |json: serde_json::Value| NewDays::from_json(&json).unwrap();
    let first = office().extend(&part(json!({ "known_until": "2027-01-03", "workdays": ["2026-12-27"],
        "holidays": [{ "from": "2027-01-01", "to": "2027-01-03", "name": "元旦" }] })));
    let rules = first.unwrap().extend(&part(listing_2027())).unwrap();
    let calendar = Calendar::compile(&rules).unwrap();
    let versions: Vec<_> = rules.announced.iter().map(|each| each.version.as_deref().unwrap()).collect();
    assert_eq!(versions, ["2027.1", "2027.2"]);
    let whole = Calendar::compile(&office().extend(&part(listing_2027())).unwrap()).unwrap();
    assert_eq!(calendar, whole);
    assert_eq!(rules.extend(&part(listing_2027())).unwrap(), rules);
}

#[test]
fn a_company_may_build_a_table_of_its_own() {
    let mut rules = CalendarRules { table: None, ..office() };
    for year in [2026, 2027] {
        let days = json!([{ "date": format!("{year}-07-01"), "kind": "holiday", "name": "Handover" }]);
        rules = rules.extend(&NewDays::from_json(&days).unwrap()).unwrap();
    }
    let calendar = Calendar::compile(&rules).unwrap();
    assert_eq!(calendar.known_until(), Some(date("2027-12-31")));
    assert_eq!(calendar.day(date("2027-07-01")).name, Some(Words::new("Handover", "Handover")));
    let gap = NewDays::from_json(&json!([{ "date": "2029-07-01", "kind": "holiday" }])).unwrap();
    assert_eq!(rules.extend(&gap).unwrap_err().len(), 1);
}

#[test]
fn what_rules_keep_is_checked_when_they_compile() {
    let rules = |announced: serde_json::Value| -> CalendarRules {
        serde_json::from_value(json!({ "time_zone": "Asia/Shanghai", "table": "china", "announced": announced }))
            .unwrap()
    };
    let told = problems(
        &Calendar::compile(&rules(json!([
            { "known_until": "2027-01-03", "holidays": ["2026-03-03", "01-01"], "workdays": ["x"] },
            { "known_until": "2027-01-03", "holidays": ["2026-03-03"] },
        ])))
        .unwrap_err(),
    );
    let paths: Vec<&str> = told.iter().map(|(path, _)| path.as_str()).collect();
    assert_eq!(paths, ["announced[0].holidays[1]", "announced[0].workdays[0]", "announced[1].holidays[0]"]);
    let always = CalendarRules { hours: BTreeMap::new(), table: None, round_the_clock: true, ..office() };
    assert_eq!(always.extend(&NewDays::read(&ics_2027()).unwrap()).unwrap_err().len(), 1);
}

/// What nobody meant: long lines, many events, deep nesting. All end, with problems or days.
#[test]
fn hostile_files_end() {
    let deep = "BEGIN:VCALENDAR\n".to_owned() + &"BEGIN:X\n".repeat(100_000);
    let long = format!("BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:{}", "休\n ".repeat(100_000));
    let many = calendar_file(&event(date("2027-01-01"), date("2027-01-01"), "元旦 休", "\n").repeat(20_000), "\n");
    let wrong = calendar_file(&"BEGIN:VEVENT\nDTSTART:x\nEND:VEVENT\n".repeat(5_000), "\n");
    for text in [deep, long, many, wrong] {
        assert!((1..=101).contains(&NewDays::read(&text).unwrap_err().len()));
    }
    let days: Vec<_> = (0..20_000).map(|_| json!({ "date": "2027-01-01", "kind": "holiday" })).collect();
    assert_eq!(NewDays::from_json(&json!(days)).unwrap_err().len(), 1);
}

/// Days of 2027 and 2028 that hold what the statute asks for.
fn kinds() -> impl Strategy<Value = Kinds> {
    let day = (0_u64..730, any::<bool>());
    btree_map(day.prop_map(|(n, _)| n), any::<bool>(), 0..40).prop_map(|days| {
        let begin = date("2027-01-01");
        let kind = |holiday| if holiday { TableDayKind::Holiday } else { TableDayKind::Workday };
        let mut kinds: Kinds = days.into_iter().map(|(n, holiday)| (begin + Days::new(n), kind(holiday))).collect();
        for year in [2027, 2028] {
            for (month, day) in [(1, 1), (2, 6), (4, 5), (5, 1), (6, 10), (10, 1)] {
                kinds.insert(NaiveDate::from_ymd_opt(year, month, day).unwrap(), TableDayKind::Holiday);
            }
        }
        kinds
    })
}

fn as_json(kinds: &Kinds) -> NewDays {
    let days: Vec<_> = kinds.iter().map(|(date, kind)| json!({ "date": date, "kind": kind, "name": "元旦" })).collect();
    NewDays::from_json(&json!(days)).unwrap()
}

/// Folded wherever the octet count says.
fn as_ics(kinds: &Kinds, end: &str, fold: usize) -> NewDays {
    let mut text = String::new();
    for (date, kind) in kinds {
        let mark = if *kind == TableDayKind::Holiday { "休" } else { "班" };
        for line in event(*date, *date, &format!("元旦 {mark}"), "\n").lines() {
            for (n, letter) in line.chars().enumerate() {
                if n > 0 && n % fold == 0 {
                    write!(text, "{end} ").unwrap();
                }
                text.push(letter);
            }
            text.push_str(end);
        }
    }
    NewDays::read(&calendar_file(&text, end)).unwrap()
}

fn known(table: &HolidayTable) -> Kinds {
    table.days().map(|(date, day)| (date, day.kind)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn a_table_written_in_any_form_comes_back(kinds in kinds(), fold in 2_usize..40, crlf in any::<bool>()) {
        let end = if crlf { "\r\n" } else { "\n" };
        let grown = china::table().extend(&as_json(&kinds)).unwrap();
        let mut wanted = known(china::table());
        wanted.extend(kinds.clone());
        prop_assert_eq!(known(&grown), wanted);
        prop_assert_eq!(&china::table().extend(&as_ics(&kinds, end, fold)).unwrap(), &grown);
        let rules = office().extend(&as_json(&kinds)).unwrap();
        let written = serde_json::to_string(&rules).unwrap();
        let read: CalendarRules = serde_json::from_str(&written).unwrap();
        let compiled = Calendar::compile(&read).unwrap();
        prop_assert_eq!(compiled.table(), Some(&grown));
    }

    #[test]
    fn days_known_already_change_no_answer(kinds in kinds(), take in 0_usize..80) {
        let rules = office().extend(&as_json(&kinds)).unwrap();
        let some: Kinds = kinds.into_iter().take(take).chain([(date("2026-10-01"), TableDayKind::Holiday)]).collect();
        prop_assert_eq!(rules.extend(&as_json(&some)).unwrap(), rules);
    }

    #[test]
    fn answers_before_the_first_new_day_stay(kinds in kinds(), minutes in 1_i64..3_000, back in 0_i64..2_000_000) {
        let old = Calendar::compile(&office()).unwrap();
        let grown = old.extend(&as_json(&kinds)).unwrap();
        let first: Instant = "2027-01-01T00:00:00+08:00".parse().unwrap();
        let start = first - Length::from_minutes(back + 1);
        let (before, after) = (old.after(start, Length::from_minutes(minutes)).unwrap(), grown.after(start, Length::from_minutes(minutes)).unwrap());
        if before <= first {
            prop_assert_eq!(before, after);
        } else {
            prop_assert!(after > first);
        }
        prop_assert_eq!(old.elapsed(start, first), grown.elapsed(start, first));
    }

    #[test]
    fn any_text_gives_days_or_problems(text in "(BEGIN:|END:|VEVENT|VCALENDAR|DTSTART:|2027|0101|SUMMARY:|休|\\PC|[\\r\\n ;:\"\\\\{}\\[\\],])*") {
        let _ = NewDays::read(&text);
        let _ = NewDays::read(&format!("BEGIN:VCALENDAR\nBEGIN:VEVENT\n{text}"));
    }
}

#[test]
fn the_years_of_our_own_table_are_known_alike() {
    for year in 2004..=2026 {
        let of_year = china::table().days().filter(|(date, _)| date.year() == year);
        let kinds: Kinds = of_year.map(|(date, day)| (date, day.kind)).collect();
        assert_eq!(office().extend(&as_json(&kinds)).unwrap(), office(), "{year}");
        assert_eq!(office().extend(&as_ics(&kinds, "\r\n", 75)).unwrap(), office(), "{year}");
    }
    assert_eq!(Some(TableName::China), office().table);
}
