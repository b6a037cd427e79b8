//! Our due times beside the city's: how many are equal, and why the others differ.
use std::collections::BTreeMap;

use guanjia::calendar::{Budget, Calendar, DayBudget, Instant, Length, Zone};
use guanjia::rulebook::RawTarget;
use guanjia::sla::Metric;
use serde::Serialize;

use crate::boston::{Ended, Issue, Ride, Terms, in_force};
use crate::error::Failure;
use crate::log::Request;
use crate::screen::share;

/// How many examples of a reason are kept.
const EXAMPLES: usize = 3;
/// The most days that are tried to explain a target.
const DAYS: i32 = 1100;

/// The comparison in figures.
#[derive(Default, Serialize)]
pub(crate) struct Comparison {
    /// Requests for which the city set a target.
    pub(crate) city_targets: usize,
    /// Of these, how many of ours lie less than a minute apart.
    pub(crate) equal: usize,
    /// `equal / city_targets`; none without targets.
    pub(crate) equal_share: Option<f64>,
    /// Less than two minutes apart.
    pub(crate) within_two_minutes: usize,
    /// At most a quarter of an hour apart.
    pub(crate) within_quarter_hour: usize,
    /// Requests for which our rules have a due time and the city none.
    pub(crate) only_ours: usize,
    /// Requests without any.
    pub(crate) without: usize,
    /// Why the others differ, the most frequent reason first.
    pub(crate) differences: Vec<Difference>,
    /// Types whose due times differ most often.
    pub(crate) types: Vec<TypeShare>,
    /// Our verdict beside the city's.
    pub(crate) verdicts: Verdicts,
}

/// A reason and the rows it explains.
#[derive(Serialize)]
pub(crate) struct Difference {
    pub(crate) reason: &'static str,
    #[serde(skip)]
    pub(crate) zh: &'static str,
    pub(crate) en: &'static str,
    pub(crate) rows: usize,
    /// Part of the requests with a target of the city's.
    pub(crate) share: f64,
    pub(crate) examples: Vec<Example>,
}

/// One row that differs.
#[derive(Serialize)]
pub(crate) struct Example {
    pub(crate) line: u64,
    pub(crate) case: String,
    #[serde(rename = "type")]
    pub(crate) topic: String,
    pub(crate) opened: String,
    pub(crate) city: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) ours: Option<String>,
    pub(crate) explained: String,
}

/// A type of request.
#[derive(Serialize)]
pub(crate) struct TypeShare {
    #[serde(rename = "type")]
    pub(crate) topic: String,
    pub(crate) city_targets: usize,
    pub(crate) equal: usize,
}

/// Our verdict beside the city's flag; the first word is ours. What has no due time is on time.
#[derive(Default, Serialize)]
pub(crate) struct Verdicts {
    pub(crate) ontime_ontime: usize,
    pub(crate) ontime_overdue: usize,
    pub(crate) overdue_ontime: usize,
    pub(crate) overdue_overdue: usize,
    /// Requests that the city did not judge.
    pub(crate) not_judged: usize,
    /// The part of the judged on which both agree; none if the city judged nothing.
    pub(crate) agreement: Option<f64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Reason {
    Minutes,
    OtherDays,
    Later,
    Earlier,
    NoRule,
}

impl Reason {
    const fn words(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Minutes => ("minutes", "起算时刻差几分钟", "the city's clock began some minutes beside OPEN_DT"),
            Self::OtherDays => ("other_days", "该件另给了天数", "the city gave this one another number of days"),
            Self::Later => ("later", "期限被移后,不合任何天数", "moved later, to a time that no number of days gives"),
            Self::Earlier => {
                ("earlier", "期限被提前,不合任何天数", "moved earlier, to a time that no number of days gives")
            }
            Self::NoRule => ("no_rule", "该类别推断不出规则", "no rule could be inferred for the type"),
        }
    }
}

/// Compares what the desk says with what the city says.
pub(crate) fn compare(ride: &Ride, issues: &[Issue]) -> Result<Comparison, Failure> {
    let zone = issues.first().map_or(Zone::UTC, |issue| issue.rulebook.time_zone());
    let mut comparing =
        Comparing { issues, zone, told: Comparison::default(), reasons: BTreeMap::new(), types: BTreeMap::new() };
    for request in &ride.log.requests {
        if let Some(ended) = ride.ended.get(&request.id) {
            comparing.row(request, *ended)?;
        }
    }
    Ok(comparing.finish())
}

struct Comparing<'a> {
    issues: &'a [Issue],
    zone: Zone,
    told: Comparison,
    reasons: BTreeMap<Reason, (usize, Vec<Example>)>,
    types: BTreeMap<String, (usize, usize)>,
}

impl Comparing<'_> {
    fn row(&mut self, request: &Request, ended: Ended) -> Result<(), Failure> {
        self.verdict(request, ended);
        let Some(city) = request.target else {
            match ended.due {
                Some(_) => self.told.only_ours += 1,
                None => self.told.without += 1,
            }
            return Ok(());
        };
        self.told.city_targets += 1;
        let apart = ended.due.map(|due| apart(due, city));
        let within = |length: Length| apart.is_some_and(|apart| apart < length);
        let equal = within(Length::from_minutes(1));
        self.told.equal += usize::from(equal);
        self.told.within_two_minutes += usize::from(within(Length::from_minutes(2)));
        self.told.within_quarter_hour += usize::from(within(Length::from_minutes(15) + Length::MICROSECOND));
        let of_type = self.types.entry(request.topic.to_string()).or_default();
        of_type.0 += 1;
        of_type.1 += usize::from(equal);
        if !equal {
            self.differs(request, ended.due, city)?;
        }
        Ok(())
    }

    fn verdict(&mut self, request: &Request, ended: Ended) {
        let verdicts = &mut self.told.verdicts;
        let cell = match (ended.late, request.flag.as_str()) {
            (false, "ONTIME") => &mut verdicts.ontime_ontime,
            (false, "OVERDUE") => &mut verdicts.ontime_overdue,
            (true, "ONTIME") => &mut verdicts.overdue_ontime,
            (true, "OVERDUE") => &mut verdicts.overdue_overdue,
            _ => &mut verdicts.not_judged,
        };
        *cell += 1;
    }

    fn differs(&mut self, request: &Request, ours: Option<Instant>, city: Instant) -> Result<(), Failure> {
        let (reason, explained) = self.explained(request, ours, city)?;
        let (rows, examples) = self.reasons.entry(reason).or_default();
        *rows += 1;
        if examples.len() < EXAMPLES && examples.iter().all(|one| one.topic != request.topic.as_str()) {
            let zone = self.zone;
            let local = |at: Instant| zone.local(at).format("%Y-%m-%d %H:%M:%S").to_string();
            examples.push(Example {
                line: request.line,
                case: request.id.to_string(),
                topic: request.topic.to_string(),
                opened: local(request.opened),
                city: local(city),
                ours: ours.map(local),
                explained,
            });
        }
        Ok(())
    }

    fn explained(&self, request: &Request, ours: Option<Instant>, city: Instant) -> Result<(Reason, String), Failure> {
        let Some(ours) = ours else { return Ok((Reason::NoRule, String::new())) };
        if apart(ours, city) <= Length::from_minutes(15) {
            let seconds = (city - ours).micros() / 1_000_000;
            return Ok((Reason::Minutes, format!("{seconds:+} s")));
        }
        if let Some(words) = self.other_days(request, city)? {
            return Ok((Reason::OtherDays, words));
        }
        let hours = (city - ours).micros() / 3_600_000_000;
        Ok((if city > ours { Reason::Later } else { Reason::Earlier }, format!("{hours:+} h")))
    }

    /// The number of days that would give the city's target, by the calendar of the rule, else by another of the book.
    fn other_days(&self, request: &Request, city: Instant) -> Result<Option<String>, Failure> {
        let Some(book) = in_force(self.issues, self.zone, request.opened) else { return Ok(None) };
        let terms = Terms::of(book)?;
        let holding = book.case().holding(&terms.labels(request), &terms.channel(request));
        let resolve = |target: &&RawTarget| target.metric == Metric::Resolve;
        let rule = book.raw().targets.iter().filter(resolve).find(|target| holding.contains(&target.id));
        let mut tried: Vec<(&str, bool)> = Vec::new();
        for target in rule.into_iter().chain(book.raw().targets.iter().filter(resolve)) {
            let Some(budget) = target.budget.filter(|budget| budget.days().is_some()) else { continue };
            let working = matches!(budget, Budget::WorkingDays(_));
            let way = (target.schedule.as_str(), working);
            if tried.contains(&way) {
                continue;
            }
            tried.push(way);
            let found = book.calendar(way.0).and_then(|calendar| days_to(calendar, working, request.opened, city));
            if let Some(days) = found {
                let unit = if working { "working days" } else { "days" };
                let said = rule.and_then(|rule| rule.budget).map(|budget| format!(", rule {budget}"));
                return Ok(Some(format!("{days} {unit}{}", said.unwrap_or_default().replace('_', " "))));
            }
        }
        Ok(None)
    }

    fn finish(self) -> Comparison {
        let Self { mut told, reasons, types, .. } = self;
        told.equal_share = share(told.equal, told.city_targets);
        let targets = told.city_targets;
        told.differences = reasons
            .into_iter()
            .map(|(reason, (rows, examples))| {
                let (code, zh, en) = reason.words();
                Difference { reason: code, zh, en, rows, share: share(rows, targets).unwrap_or_default(), examples }
            })
            .collect();
        told.differences.sort_by_key(|one| std::cmp::Reverse(one.rows));
        let types = types.into_iter().filter(|(_, (all, equal))| all > equal);
        told.types = types.map(|(topic, (city_targets, equal))| TypeShare { topic, city_targets, equal }).collect();
        told.types.sort_by_key(|one| std::cmp::Reverse(one.city_targets - one.equal));
        let verdicts = &mut told.verdicts;
        let agreed = verdicts.ontime_ontime + verdicts.overdue_overdue;
        verdicts.agreement = share(agreed, agreed + verdicts.ontime_overdue + verdicts.overdue_ontime);
        told
    }
}

/// How many days from `start` end within a minute of `end`, if any number does. More days never end earlier.
fn days_to(calendar: &Calendar, working: bool, start: Instant, end: Instant) -> Option<i32> {
    let due = |days: i32| {
        let days = DayBudget::new(days);
        let budget = if working { Budget::WorkingDays(days) } else { Budget::Days(days) };
        calendar.deadline(start, &budget).map_or(Instant::MAX, |due| due.at)
    };
    let minute = Length::from_minutes(1);
    let (mut few, mut many) = (0, DAYS);
    while few < many {
        let middle = few + (many - few) / 2;
        if due(middle) + minute <= end {
            few = middle + 1;
        } else {
            many = middle;
        }
    }
    (apart(due(few), end) < minute).then_some(few)
}

fn apart(one: Instant, other: Instant) -> Length {
    (one - other).max(other - one)
}
