//! The month report (J1, J2): volumes, deadlines kept, what is open and overdue, as data and as a page.
mod html;

use std::collections::BTreeMap;

use chrono::{Datelike, Months, NaiveDate, NaiveTime};
use serde::Serialize;

use crate::calendar::Instant;
use crate::case::COLUMNS;
use crate::cell::Cell;
use crate::clause::{Clause, Words};
use crate::ident::{Code, Id};
use crate::rulebook::Rulebook;
use crate::sla::Metric;

pub use html::html;

/// How many overdue cases the report lists.
const LISTED: usize = 20;

/// What a report needs to know of a case: taken from its flat columns.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CaseFacts {
    number: Option<i64>,
    kind: Box<str>,
    status: Box<str>,
    topic: Box<str>,
    urgency: Box<str>,
    major: bool,
    channel: Box<str>,
    department: Box<str>,
    registered: Option<Instant>,
    responded: Option<Instant>,
    resolved: Option<Instant>,
    due: Option<Instant>,
    due_respond: Option<Instant>,
    due_plan: Option<Instant>,
    due_resolve: Option<Instant>,
    broken: i64,
    running: i64,
}

impl CaseFacts {
    /// From the columns of a case, in the order of [`COLUMNS`].
    pub fn new(cells: &[Cell]) -> Self {
        let mut facts = Self::default();
        for (name, cell) in COLUMNS.iter().zip(cells) {
            match cell {
                Cell::Null => {}
                Cell::Int(number) => facts.number(name, *number),
                Cell::Text(text) => facts.text(name, text),
            }
        }
        facts
    }

    fn number(&mut self, column: &str, number: i64) {
        let at = Some(Instant::from_micros(number));
        match column {
            "number" => self.number = Some(number),
            "major" => self.major = number != 0,
            "registered" => self.registered = at,
            "responded" => self.responded = at,
            "resolved" => self.resolved = at,
            "due" => self.due = at,
            "due_respond" => self.due_respond = at,
            "due_plan" => self.due_plan = at,
            "due_resolve" => self.due_resolve = at,
            "broken" => self.broken = number,
            "running" => self.running = number,
            _ => {}
        }
    }

    fn text(&mut self, column: &str, text: &str) {
        let field = match column {
            "kind" => &mut self.kind,
            "status" => &mut self.status,
            "topic" => &mut self.topic,
            "urgency" => &mut self.urgency,
            "channel" => &mut self.channel,
            "department" => &mut self.department,
            _ => return,
        };
        *field = text.into();
    }

    /// Whether somebody still has to work on it.
    fn is_open(&self) -> bool {
        !matches!(&*self.status, "resolved" | "closed" | "cancelled" | "merged")
    }

    /// Told as broken, over and late, or running and past due at `now`, whoever has or has not polled.
    fn broke(&self, metric: Metric, due: Instant, now: Instant) -> bool {
        self.broken & metric.bit() != 0 || (self.runs(metric) && due < now)
    }

    fn runs(&self, metric: Metric) -> bool {
        self.running & metric.bit() != 0
    }
}

/// A month of a community's service desk.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct MonthReport {
    /// The community.
    pub community: Id,
    /// The month: `2026-02`.
    pub month: String,
    /// When it was made, in the zone of the rulebook; open cases are judged at this instant.
    pub as_of: String,
    /// The rulebook whose names and articles it shows.
    pub rulebook: String,
    /// The month was not over, or cases of it are still open: figures may change.
    pub preliminary: bool,
    /// Cases registered before the month that were not resolved when it began.
    pub carried_in: u64,
    /// Registered in the month.
    pub registered: u64,
    /// Resolved in the month; a case that was reopened counts where it was resolved last.
    pub resolved: u64,
    /// Registered in the month and cancelled or merged into another since.
    pub withdrawn: u64,
    /// Still open at the end of the month, or now.
    pub open: u64,
    /// Registered in the month and major.
    pub major: u64,
    /// What was registered, by kind.
    pub by_kind: Vec<Share>,
    /// By topic.
    pub by_topic: Vec<Share>,
    /// By urgency.
    pub by_urgency: Vec<Share>,
    /// By channel.
    pub by_channel: Vec<Share>,
    /// By department.
    pub by_department: Vec<Share>,
    /// Day by day.
    pub days: Vec<DayFlow>,
    /// Deadlines that fell into the month.
    pub deadlines: Vec<Deadlines>,
    /// Cases open and overdue now, the longest first.
    pub overdue: Vec<OverdueCase>,
    /// How many there are.
    pub overdue_count: u64,
}

/// How many cases have a label.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Share {
    /// The label's code; empty for none.
    pub code: String,
    /// Its name.
    pub label: Words,
    /// Registered in the month.
    pub cases: u64,
    /// Of these still open at the end of the month, or now.
    pub open: u64,
}

/// One day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct DayFlow {
    /// The date.
    pub date: NaiveDate,
    /// Registered on it.
    pub registered: u64,
    /// Resolved on it.
    pub resolved: u64,
}

/// How the due times of a metric that fell into the month were kept.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Deadlines {
    /// The metric.
    pub metric: Metric,
    /// Its name.
    pub label: Words,
    /// Kept.
    pub kept: u64,
    /// Broken: too late, or past due and open.
    pub broken: u64,
    /// Not yet due at the time of the report.
    pub running: u64,
    /// Answered while the customer spoke, by phone or in person: reported apart (D1).
    pub at_intake: u64,
    /// Resolved in the month without a word to the customer: no response to judge, and none to be proud of.
    pub silent: u64,
    /// `kept / (kept + broken)`, from 0 to 1; absent if nothing was judged.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rate: Option<f64>,
    /// The article behind the first target of the metric.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clause: Option<Clause>,
}

/// An open case that is past a due time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct OverdueCase {
    /// Its running number.
    pub number: i64,
    /// Its kind.
    pub kind: Words,
    /// Its topic.
    pub topic: Words,
    /// Its department.
    pub department: Words,
    /// When it was registered.
    pub registered: String,
    /// When it was due.
    pub due: String,
}

/// The report of the month in which `month` lies, from all cases of a community, as it stands at `now`.
pub fn month(community: &Id, cases: &[CaseFacts], month: NaiveDate, now: Instant, book: &Rulebook) -> MonthReport {
    let span = Month::of(month, now, book);
    let registered: Vec<&CaseFacts> = cases.iter().filter(|case| span.holds(case.registered)).collect();
    let open_at_end = |case: &&CaseFacts| {
        case.registered.is_some_and(|at| at < span.seen)
            && case.resolved.is_none_or(|at| at >= span.seen)
            && !ended(case)
    };
    let carried = |case: &&CaseFacts| {
        let before = |at: Option<Instant>| at.is_some_and(|at| at < span.from);
        before(case.registered) && !before(case.resolved) && !ended(case)
    };
    let of_then = cases.iter().filter(|case| case.registered.is_some_and(|at| at < span.to));
    let mut late: Vec<&CaseFacts> =
        of_then.filter(|case| case.is_open() && case.due.is_some_and(|due| due < now)).collect();
    late.sort_by_key(|case| (case.due, case.number));
    let open = count(cases.iter().filter(open_at_end));
    let names = Names(book);
    let share = |code_of: fn(&CaseFacts) -> &str, name: &dyn Fn(&str) -> Words| {
        shares(&registered, code_of, name, &|case| open_at_end(&case))
    };
    MonthReport {
        community: community.clone(),
        month: span.first.format("%Y-%m").to_string(),
        as_of: book.time_zone().format(now),
        rulebook: book.pin().to_owned(),
        preliminary: now < span.to
            || cases.iter().any(|case| case.is_open() && case.registered.is_some_and(|at| at < span.to)),
        carried_in: count(cases.iter().filter(carried)),
        registered: count(registered.iter()),
        resolved: count(cases.iter().filter(|case| span.holds(case.resolved))),
        withdrawn: count(registered.iter().filter(|case| ended(case))),
        open,
        major: count(registered.iter().filter(|case| case.major)),
        by_kind: share(|case| &case.kind, &|code| names.kind(code)),
        by_topic: share(|case| &case.topic, &|code| names.topic(code)),
        by_urgency: share(|case| &case.urgency, &|code| names.urgency(code)),
        by_channel: share(|case| &case.channel, &|code| names.channel(code)),
        by_department: share(|case| &case.department, &|code| names.department(code)),
        days: days(cases, &span, book),
        deadlines: [Metric::Respond, Metric::Plan, Metric::Resolve]
            .into_iter()
            .filter_map(|metric| deadlines(cases, metric, &span, now, book))
            .collect(),
        overdue: late.iter().take(LISTED).map(|case| overdue(case, &names)).collect(),
        overdue_count: count(late.iter()),
    }
}

fn ended(case: &CaseFacts) -> bool {
    matches!(&*case.status, "cancelled" | "merged")
}

fn count<T>(items: impl Iterator<Item = T>) -> u64 {
    items.fold(0, |n, _| n + 1)
}

/// A calendar month in the zone of a rulebook.
struct Month {
    first: NaiveDate,
    next: NaiveDate,
    from: Instant,
    to: Instant,
    /// Its end, or the time of the report if that comes first.
    seen: Instant,
}

impl Month {
    fn of(day: NaiveDate, now: Instant, book: &Rulebook) -> Self {
        let first = day.with_day(1).unwrap_or(day);
        let next = first.checked_add_months(Months::new(1)).unwrap_or(NaiveDate::MAX);
        let midnight = |date: NaiveDate| book.time_zone().instant(date.and_time(NaiveTime::MIN));
        let to = midnight(next);
        Self { first, next, from: midnight(first), to, seen: to.min(now) }
    }

    fn holds(&self, at: Option<Instant>) -> bool {
        at.is_some_and(|at| self.from <= at && at < self.to)
    }
}

/// What the codes of a rulebook are called; an unknown code is its own name.
struct Names<'a>(&'a Rulebook);

impl Names<'_> {
    fn kind(&self, code: &str) -> Words {
        named(code, &self.0.case().kinds, |kind| &kind.label)
    }

    fn topic(&self, code: &str) -> Words {
        named(code, &self.0.case().topics, |topic| &topic.label)
    }

    fn urgency(&self, code: &str) -> Words {
        named(code, &self.0.case().urgencies, |label| label)
    }

    fn channel(&self, code: &str) -> Words {
        named(code, &self.0.case().channels, |channel| &channel.label)
    }

    fn department(&self, code: &str) -> Words {
        if code.is_empty() {
            return Words::new("未分派", "not assigned");
        }
        named(code, &self.0.case().departments, |label| label)
    }
}

fn named<R>(code: &str, rules: &BTreeMap<Code, R>, label: impl Fn(&R) -> &Words) -> Words {
    rules.get(code).map(label).filter(|label| !label.zh.is_empty()).cloned().unwrap_or_else(|| Words::new(code, code))
}

/// Cases by label, the largest share first.
fn shares(
    cases: &[&CaseFacts],
    code_of: fn(&CaseFacts) -> &str,
    name: &dyn Fn(&str) -> Words,
    is_open: &dyn Fn(&CaseFacts) -> bool,
) -> Vec<Share> {
    let mut counted: BTreeMap<&str, (u64, u64)> = BTreeMap::new();
    for case in cases {
        let (all, open) = counted.entry(code_of(case)).or_default();
        *all += 1;
        *open += u64::from(is_open(case));
    }
    let mut shares: Vec<Share> = counted
        .into_iter()
        .map(|(code, (cases, open))| Share { code: code.to_owned(), label: name(code), cases, open })
        .collect();
    shares.sort_by(|one, other| other.cases.cmp(&one.cases).then_with(|| one.code.cmp(&other.code)));
    shares
}

fn days(cases: &[CaseFacts], span: &Month, book: &Rulebook) -> Vec<DayFlow> {
    let mut flow: BTreeMap<NaiveDate, (u64, u64)> = BTreeMap::new();
    let date = |at: Instant| book.time_zone().local(at).date();
    for case in cases {
        if let Some(at) = case.registered.filter(|at| span.holds(Some(*at))) {
            flow.entry(date(at)).or_default().0 += 1;
        }
        if let Some(at) = case.resolved.filter(|at| span.holds(Some(*at))) {
            flow.entry(date(at)).or_default().1 += 1;
        }
    }
    let dates = span.first.iter_days().take_while(|date| *date < span.next);
    dates
        .map(|date| {
            let (registered, resolved) = flow.get(&date).copied().unwrap_or_default();
            DayFlow { date, registered, resolved }
        })
        .collect()
}

/// None if the rulebook has no target of the metric.
fn deadlines(cases: &[CaseFacts], metric: Metric, span: &Month, now: Instant, book: &Rulebook) -> Option<Deadlines> {
    let rule = book.case().targets.iter().find(|rule| rule.target.metric == metric)?;
    let mut told = Deadlines {
        metric,
        label: match metric {
            Metric::Respond => Words::new("首次响应", "first response"),
            Metric::Plan => Words::new("处理方案", "plan"),
            _ => Words::new("办结", "resolution"),
        },
        kept: 0,
        broken: 0,
        running: 0,
        at_intake: 0,
        silent: 0,
        rate: None,
        clause: rule.clause.clone(),
    };
    for case in cases {
        told.silent += u64::from(metric == Metric::Respond && span.holds(case.resolved) && case.responded.is_none());
        let due = match metric {
            Metric::Respond => case.due_respond,
            Metric::Plan => case.due_plan,
            _ => case.due_resolve,
        };
        let Some(due) = due.filter(|due| span.holds(Some(*due))) else { continue };
        let answered = book.case().channels.get(&*case.channel).is_some_and(|channel| channel.answered);
        if metric == Metric::Respond && answered {
            told.at_intake += 1;
        } else if case.broke(metric, due, now) {
            told.broken += 1;
        } else if case.runs(metric) {
            told.running += 1;
        } else {
            told.kept += 1;
        }
    }
    let judged = told.kept + told.broken;
    told.rate = (judged > 0).then(|| ratio(told.kept, judged));
    Some(told)
}

#[expect(clippy::cast_precision_loss, reason = "counts of cases lie far below 2^53")]
fn ratio(part: u64, whole: u64) -> f64 {
    part as f64 / whole as f64
}

fn overdue(case: &CaseFacts, names: &Names<'_>) -> OverdueCase {
    let at = |at: Option<Instant>| at.map(|at| names.0.time_zone().format(at)).unwrap_or_default();
    OverdueCase {
        number: case.number.unwrap_or_default(),
        kind: names.kind(&case.kind),
        topic: names.topic(&case.topic),
        department: names.department(&case.department),
        registered: at(case.registered),
        due: at(case.due),
    }
}
