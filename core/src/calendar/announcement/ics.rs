//! iCalendar (RFC 5545), as far as holiday lists use it.
use chrono::{Days, NaiveDate};

use super::{Listed, NewDays, names};
use crate::calendar::table::TableDayKind;
use crate::clause::Words;
use crate::problem::{Problem, Problems};

/// More mistakes than this are not worth a reader's time.
const MOST_PROBLEMS: usize = 100;
/// No holiday is longer; a list that says so is not about holidays.
const LONGEST_DAYS: u64 = 60;
/// A century of holidays has no more.
const MOST_EVENTS: usize = 10_000;

/// Reads the text of a file.
///
/// # Errors
/// Every mistake with its line.
pub(super) fn read(text: &str) -> Result<NewDays, Problems> {
    let mut reader = Reader::default();
    for line in unfolded(text) {
        reader.take(&line);
        if reader.problems.len() >= MOST_PROBLEMS || reader.events > MOST_EVENTS {
            break;
        }
    }
    reader.finish()
}

/// A content line, folded ones put together again.
struct Line {
    number: u32,
    text: String,
}

fn unfolded(text: &str) -> impl Iterator<Item = Line> {
    let mut lines = text.lines().zip(1_u32..).peekable();
    std::iter::from_fn(move || {
        let (first, number) = lines.next()?;
        let mut text = first.to_owned();
        while let Some((more, _)) = lines.next_if(|(next, _)| next.starts_with([' ', '\t'])) {
            text.extend(more.chars().skip(1));
        }
        Some(Line { number, text })
    })
}

#[derive(Default)]
struct Reader {
    problems: Problems,
    days: Vec<Listed>,
    /// The components that are open, outermost first, each with its line.
    open: Vec<(String, u32)>,
    event: Event,
    /// How many events have begun.
    events: usize,
    seen: bool,
    last_line: u32,
}

/// What was read of one event.
#[derive(Default)]
struct Event {
    line: u32,
    start: Option<NaiveDate>,
    end: Option<NaiveDate>,
    length: Option<u64>,
    summary: Option<String>,
    special: Option<TableDayKind>,
    cancelled: bool,
    /// Whether a mistake was told already: then what is missing needs no further word.
    broken: bool,
}

impl Reader {
    fn take(&mut self, line: &Line) {
        self.last_line = line.number;
        if line.text.trim().is_empty() {
            return;
        }
        let Some((name, parameters, value)) = parts(&line.text) else {
            let shown: String = line.text.chars().take(40).collect();
            let expected = "lines such as `DTSTART;VALUE=DATE:20270101`";
            return self.tell(line.number, "", format!("`{shown}` is no line of iCalendar"), expected);
        };
        match name.as_str() {
            "BEGIN" => self.begin(value.trim(), line.number),
            "END" => self.end(value.trim(), line.number),
            _ if self.open.is_empty() => {
                self.tell(line.number, "", format!("`{name}` stands outside of a calendar"), "`BEGIN:VCALENDAR` first");
            }
            _ if self.open.last().is_some_and(|(component, _)| component == "VEVENT") => {
                self.property(&name, parameters, value, line.number);
            }
            _ => {}
        }
    }

    fn begin(&mut self, component: &str, line: u32) {
        let component = component.to_ascii_uppercase();
        let within = self.open.last().map(|(name, _)| name.as_str());
        match component.as_str() {
            "VCALENDAR" if within.is_none() => self.seen = true,
            "VEVENT" if within == Some("VCALENDAR") => {
                self.event = Event { line, ..Event::default() };
                self.events = self.events.saturating_add(1);
            }
            "VCALENDAR" | "VEVENT" => {
                let within = within.unwrap_or("no calendar").to_owned();
                self.tell(line, "", format!("`{component}` begins within {within}"), "`END` of what began before");
            }
            _ => {}
        }
        self.open.push((component, line));
    }

    fn end(&mut self, component: &str, line: u32) {
        match self.open.pop() {
            Some((open, _)) if open.eq_ignore_ascii_case(component) => {
                if open == "VEVENT" {
                    self.listed();
                }
            }
            Some((open, begun)) => {
                let message = format!("`END:{component}` where `{open}` of line {begun} is open");
                self.tell(line, "", message, &format!("`END:{open}`"));
            }
            None => self.tell(line, "", format!("`END:{component}` without a beginning"), "`BEGIN` before `END`"),
        }
    }

    fn property(&mut self, name: &str, parameters: &str, value: &str, line: u32) {
        match name {
            "DTSTART" => self.event.start = self.date(name, parameters, value, line).or(self.event.start),
            "DTEND" => self.event.end = self.date(name, parameters, value, line).or(self.event.end),
            "DURATION" => match whole_days(value) {
                Some(days) => self.event.length = Some(days),
                None => self.tell_event(line, name, format!("`{value}` is no number of days"), "days such as `P3D`"),
            },
            "SUMMARY" => self.event.summary = Some(unescaped(value)),
            "X-APPLE-SPECIAL-DAY" => {
                self.event.special = match value.trim() {
                    "WORK-HOLIDAY" => Some(TableDayKind::Holiday),
                    "ALTERNATE-WORKDAY" => Some(TableDayKind::Workday),
                    _ => None,
                };
            }
            "STATUS" => self.event.cancelled = value.trim().eq_ignore_ascii_case("CANCELLED"),
            "RRULE" | "RDATE" | "EXRULE" | "EXDATE" | "RECURRENCE-ID" => {
                let message =
                    format!("`{name}` is not read: holidays move, a rule that repeats them is wrong next year");
                self.tell_event(line, name, message, "an event for each holiday of each year");
            }
            _ => {}
        }
    }

    fn date(&mut self, name: &str, parameters: &str, value: &str, line: u32) -> Option<NaiveDate> {
        let value = value.trim();
        let of_time = parameters.split(';').any(|one| one.trim().eq_ignore_ascii_case("VALUE=DATE-TIME"));
        let date = if of_time { None } else { basic_date(value) };
        if date.is_none() {
            let shown: String = value.chars().take(40).collect();
            self.tell_event(line, name, format!("`{shown}` is no date"), "a whole day such as `20270101`");
        }
        date
    }

    /// An event that ends becomes a listing, or its mistakes are told.
    fn listed(&mut self) {
        let event = std::mem::take(&mut self.event);
        if event.cancelled || event.broken {
            return;
        }
        let n = self.events.saturating_sub(1);
        let path = format!("events[{n}]");
        let mut wrong = |property: &str, message: String, expected: &str| {
            let path = if property.is_empty() { path.clone() } else { format!("{path}.{property}") };
            self.problems.push(Problem { line: Some(event.line), ..Problem::new(path, message) }.expected(expected));
        };
        let Some(from) = event.start else {
            return wrong("DTSTART", "the event has no first day".to_owned(), "`DTSTART;VALUE=DATE:20270101`");
        };
        let lasts = event.length.unwrap_or(1).max(1);
        let after = event.end.or_else(|| from.checked_add_days(Days::new(lasts)));
        let Some(to) = after.and_then(|after| after.pred_opt()).filter(|to| *to >= from) else {
            let message = "ends on or before its first day".to_owned();
            return wrong("DTEND", message, "the day after the last one");
        };
        if from.checked_add_days(Days::new(LONGEST_DAYS)).is_none_or(|limit| to >= limit) {
            let message = format!("`{from}` to `{to}` is longer than {LONGEST_DAYS} days");
            return wrong("DTEND", message, "the days of one holiday");
        }
        match kind_and_name(event.summary.as_deref().unwrap_or_default(), event.special) {
            Ok((kind, name)) => {
                self.days.push(Listed { path, line: Some(event.line), from, to, kind, name, source: None });
            }
            Err(message) => wrong("SUMMARY", message, "`国庆节 休` for a holiday, `国庆节 班` for a working day"),
        }
    }

    fn tell(&mut self, line: u32, path: &str, message: String, expected: &str) {
        self.problems.push(Problem { line: Some(line), ..Problem::new(path, message) }.expected(expected));
    }

    fn tell_event(&mut self, line: u32, property: &str, message: String, expected: &str) {
        self.event.broken = true;
        let path = format!("events[{}].{property}", self.events.saturating_sub(1));
        self.tell(line, &path, message, expected);
    }

    fn finish(mut self) -> Result<NewDays, Problems> {
        if self.events > MOST_EVENTS {
            self.tell(self.last_line, "", format!("more than {MOST_EVENTS} events"), "the holidays of a year");
        } else if self.problems.len() < MOST_PROBLEMS {
            if let Some((component, begun)) = self.open.pop() {
                let message = format!("the text ends within `{component}` of line {begun}: it was cut off");
                self.tell(self.last_line, "", message, &format!("`END:{component}`"));
            } else if !self.seen && self.problems.is_empty() {
                let problem = Problem::new("", "neither iCalendar nor JSON");
                self.problems.push(problem.expected("`BEGIN:VCALENDAR`, or JSON that begins with `{` or `[`"));
            }
        }
        self.problems.or_ok(NewDays { days: self.days, ..NewDays::default() })
    }
}

/// Name, parameters and value of a content line; a colon in quotes ends nothing.
fn parts(line: &str) -> Option<(String, &str, &str)> {
    let mut quoted = false;
    let colon = line.char_indices().find(|(_, letter)| {
        quoted ^= *letter == '"';
        *letter == ':' && !quoted
    });
    let (head, value) = line.split_at_checked(colon?.0)?;
    let (name, parameters) = head.split_once(';').unwrap_or((head, ""));
    let name = name.trim();
    let fits = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    fits.then(|| Some((name.to_ascii_uppercase(), parameters, value.strip_prefix(':')?))).flatten()
}

/// `20270101`.
fn basic_date(text: &str) -> Option<NaiveDate> {
    if text.len() != 8 || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let part = |range| text.get(range).and_then(|part: &str| part.parse::<u32>().ok());
    NaiveDate::from_ymd_opt(i32::try_from(part(0..4)?).ok()?, part(4..6)?, part(6..8)?)
}

/// `P3D` or `P1W` in days.
fn whole_days(text: &str) -> Option<u64> {
    let text = text.trim().trim_start_matches('+').strip_prefix('P')?;
    let (number, unit) = if let Some(days) = text.strip_suffix('D') { (days, 1) } else { (text.strip_suffix('W')?, 7) };
    number.parse::<u16>().ok().map(|number| u64::from(number).saturating_mul(unit)).filter(|days| *days > 0)
}

/// Text with `\n`, `\,`, `\;` and `\\` undone.
fn unescaped(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => match letters.next() {
                Some('n' | 'N') => plain.push('\n'),
                Some(other) => plain.push(other),
                None => {}
            },
            other => plain.push(other),
        }
    }
    plain
}

/// What the summary of an event says: `国庆节 休`, `国庆节(班)`, `春节假期`, `上班(补春节假期)`, `National Day (Holiday)`.
fn kind_and_name(summary: &str, special: Option<TableDayKind>) -> Result<(TableDayKind, Words), String> {
    // "补休" and "调休上班": who says 班 works, whatever else is said.
    let lower = summary.to_ascii_lowercase();
    let said = if summary.contains('班') || lower.contains("workday") || lower.contains("working day") {
        Some(TableDayKind::Workday)
    } else if summary.contains(['休', '假']) || lower.contains("holiday") || lower.contains("day off") {
        Some(TableDayKind::Holiday)
    } else {
        None
    };
    let shown: String = summary.chars().take(40).collect();
    match (said, special) {
        (Some(said), Some(special)) if said != special => {
            Err(format!("`{shown}` says {said}, `X-APPLE-SPECIAL-DAY` {special}"))
        }
        (None, None) => Err(format!("`{shown}` says neither 休 nor 班")),
        (Some(kind), _) | (None, Some(kind)) => Ok((kind, names::words(&bare_name(summary)))),
    }
}

/// The name without the marks of work and rest around it.
fn bare_name(summary: &str) -> String {
    const MARKS: [&str; 15] = [
        "调休上班",
        "补班",
        "上班",
        "假期",
        "放假",
        "调休",
        "补休",
        "休息",
        "休",
        "班",
        "假",
        "Workday",
        "Holiday",
        "补",
        "day off",
    ];
    let edge = |letter: char| letter.is_whitespace() || "()()[]【】-–—·:：".contains(letter);
    let mut name = summary.trim_matches(edge);
    loop {
        let before = name;
        for mark in MARKS {
            let cut = name.strip_suffix(mark).or_else(|| name.strip_prefix(mark));
            if let Some(cut) = cut.map(|cut| cut.trim_matches(edge)) {
                name = cut;
            }
        }
        if name == before {
            return name.to_owned();
        }
    }
}
