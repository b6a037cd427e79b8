//! Laws of reading; what single phrases mean is the vectors' business.
use proptest::prelude::*;

use super::*;
use crate::calendar::{CalendarRules, TableName, Zone};

fn office() -> Calendar {
    let mut rules = CalendarRules::new(Zone::SHANGHAI);
    rules.hours.insert("mon-fri".into(), vec!["08:30-12:00".into(), "13:30-18:00".into()]);
    rules.table = Some(TableName::China);
    Calendar::compile(&rules).unwrap()
}

fn at(text: &str) -> Instant {
    text.parse().unwrap()
}

fn one(text: &str, said_at: &str) -> Promise {
    let read = read(text, at(said_at), &office()).unwrap();
    assert_eq!(read.len(), 1, "{text}: {read:?}");
    read.into_iter().next().unwrap()
}

/// Pieces that meet in hostile and in honest texts alike.
const PIECES: &[&str] = &[
    "明天",
    "上午",
    "十点",
    "前",
    "给您回电",
    "三个工作日内",
    "节后",
    "下周",
    "周三",
    "12/31",
    "月底",
    "2月30日",
    "半小时",
    "到",
    "或",
    "“",
    "”",
    "，",
    "。",
    "？",
    "不",
    "已",
    "尽快",
    "99",
    "一",
    "点",
    ":",
    "-",
    " ",
    "\u{0}",
    "😀",
    "ｱ",
    "每",
    "国庆节后第五十个工作日",
    "9999天内",
    "今明两天",
    "下班",
    "上班",
    "最迟",
    "号",
    "年",
    "2026",
    "é",
    "\u{202e}",
    "以后",
    "凌晨",
    "晚上",
    "24时",
    "0点",
    "内",
    "的话",
];

proptest! {
    /// Whatever is said, places are those of the words, an instant lies ahead, and what has none asks back.
    #[test]
    fn what_is_found_is_bound_or_asked_back(
        picks in prop::collection::vec(0..PIECES.len(), 0..24),
        minutes in 0_i64..1_500_000,
    ) {
        let text: String = picks.iter().map(|pick| PIECES[*pick]).collect();
        let said_at = at("2025-01-01T00:00:00+08:00") + crate::calendar::Length::from_minutes(minutes);
        let calendar = office();
        let letters: Vec<char> = text.chars().collect();
        let mut last = 0;
        for promise in read(&text, said_at, &calendar).unwrap() {
            prop_assert!(last <= promise.start && promise.start < promise.end);
            last = promise.end;
            prop_assert_eq!(letters[promise.start..promise.end].iter().collect::<String>(), promise.words.clone());
            prop_assert_eq!(promise.until.is_some(), promise.ask.is_none(), "{:?}", &promise);
            prop_assert_eq!(promise.until.is_none(), promise.certainty == Certainty::Vague);
            if let Some(until) = promise.until {
                prop_assert!(until.at > said_at, "{:?}", &promise);
                prop_assert!(promise.from.is_none_or(|from| from.at <= until.at), "{:?}", &promise);
            }
        }
    }

    /// Anything at all may be read.
    #[test]
    fn any_text_is_read(text in any::<String>()) {
        prop_assert!(read(&text, at("2026-11-25T10:00:00+08:00"), &office()).is_ok());
    }

    /// A promise by the end of a working day so many days on is what the calendar says.
    #[test]
    fn working_days_are_the_calendars(count in 1_i32..40, hour in 0_i64..9_000) {
        let said_at = at("2026-01-01T00:00:00+08:00") + crate::calendar::Length::from_minutes(hour * 60);
        let calendar = office();
        let budget = crate::calendar::Budget::WorkingDays(crate::calendar::DayBudget::new(count));
        let due = calendar.deadline(said_at, &budget).unwrap();
        let read = read(&format!("{count}个工作日内给您答复"), said_at, &calendar).unwrap();
        prop_assert_eq!(read[0].until.map(|until| until.at), Some(due.at));
        prop_assert_eq!(read[0].provisional, due.provisional);
    }
}

/// Hostile lengths are read, in time that grows with the text: one that grew with its square would not end here.
#[test]
fn long_texts_are_read_in_one_pass() {
    let calendar = office();
    for piece in ["明天，", "节后", "尽快", "“", "9", "下周一到"] {
        let text = piece.repeat(100_000 / piece.len());
        assert!(read(&text, at("2026-11-25T10:00:00+08:00"), &calendar).is_ok(), "{piece}");
    }
}

#[test]
fn full_width_and_traditional_marks_do_not_move_places() {
    let promise = one("您好！明天１０：００前给您回电", "2026-11-25T10:00:00+08:00");
    assert_eq!((promise.start, promise.end), (3, 11));
    assert_eq!(promise.words, "明天１０：００前");
}

/// A reading is explained: the rule, what went in and every assumption.
#[test]
fn the_basis_tells_the_rule_and_what_was_assumed() {
    let promise = one("三点给您回电", "2026-11-25T10:00:00+08:00");
    assert_eq!(promise.basis.rule, "promise.clock");
    assert_eq!(promise.basis.inputs["said_at"], "2026-11-25T10:00:00+08:00");
    assert_eq!(promise.basis.steps.len(), 1 + promise.notes.len());
    assert_eq!(promise.notes, [Note::HalfOfDay]);
    assert!(Note::HalfOfDay.is_assumption() && !Note::OffHours.is_assumption());
}

/// What was announced since counts, and nothing is provisional any more.
#[test]
fn announced_days_make_a_promise_certain() {
    let office = office();
    let days = crate::calendar::NewDays::read(
        r#"{"known_until": "2027-01-31", "workdays": ["2026-12-27"], "holidays": [{"from": "2027-01-01", "to": "2027-01-03", "name": "元旦"}]}"#,
    );
    let grown = office.extend(&days.unwrap()).unwrap();
    let said_at = at("2026-12-30T10:00:00+08:00");
    let until = |calendar: &Calendar| {
        let read = read("三个工作日内给您答复", said_at, calendar).unwrap();
        (read[0].until.unwrap().to_string(), read[0].provisional)
    };
    assert_eq!(until(&office), ("2027-01-04T18:00:00+08:00".into(), true));
    assert_eq!(until(&grown), ("2027-01-05T18:00:00+08:00".into(), false));
}

/// Days that are not those of China's clocks.
#[test]
fn the_zone_is_the_calendars() {
    let rules = CalendarRules { round_the_clock: true, ..CalendarRules::new("America/New_York".parse().unwrap()) };
    let calendar = Calendar::compile(&rules).unwrap();
    let read = read("明天上午十点前给您回电", at("2026-03-07T23:00:00-05:00"), &calendar).unwrap();
    // Clocks went forward in the night.
    assert_eq!(read[0].until.unwrap().to_string(), "2026-03-08T10:00:00-04:00");
}
