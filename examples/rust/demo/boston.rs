//! A city's log through the desk: every request registered, time advanced day by day, closed when the city closed it.
use std::collections::{HashMap, HashSet};
use std::path::Path;

use chrono::NaiveDateTime;
use guanjia::calendar::{Instant, Zone};
use guanjia::case::{self, LabelChange, Labels, Registration};
use guanjia::desk::{Answer, Desk, Query, Verified};
use guanjia::envelope::{Action, Actor, Command};
use guanjia::ident::{Code, Id};
use guanjia::rulebook::Rulebook;
use guanjia::sla::Metric;
use serde::Serialize;

use crate::error::Failure;
use crate::log::{self, Broken, Log, Request};
use crate::progress::Bar;
use crate::store;

/// The community under which the city's requests are kept.
pub(crate) const COMMUNITY: &str = "boston";
/// How many commands share a transaction.
const BATCH: usize = 1000;
/// The longest page of an answer.
const PAGE: usize = 1000;

/// An issue of the rules, in force from a local time on; the first from the beginning.
pub(crate) struct Issue {
    pub(crate) from: Option<NaiveDateTime>,
    pub(crate) rulebook: Rulebook,
}

/// What became of the log at the desk.
pub(crate) struct Ride {
    pub(crate) log: Log,
    /// By request: what the desk says of it. Refused ones are not among them.
    pub(crate) ended: HashMap<Id, Ended>,
    /// Commands that the desk refused, by line.
    pub(crate) refused: Vec<Broken>,
    pub(crate) commands: usize,
    pub(crate) as_of: Instant,
    pub(crate) seconds: f64,
    pub(crate) fired: Fired,
    pub(crate) journal: Verified,
}

/// How a case stands at the end.
#[derive(Clone, Copy)]
pub(crate) struct Ended {
    pub(crate) due: Option<Instant>,
    pub(crate) late: bool,
}

/// What time alone brought.
#[derive(Default, Serialize)]
pub(crate) struct Fired {
    pub(crate) warnings: usize,
    pub(crate) breaches: usize,
    pub(crate) escalations: usize,
    /// Messages to people that these carry.
    pub(crate) notices: usize,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Step {
    Register,
    Tell,
    Resolve,
    Close,
}

/// A step of a request, in the order of time.
type Planned = (Instant, usize, Step);

/// Runs the file through a new desk at `database`, from the first request to the last moment that the file knows.
pub(crate) fn run(csv: &Path, issues: &[Issue], database: &Path, shown: bool) -> Result<Ride, Failure> {
    let zone = issues.first().map_or(Zone::UTC, |issue| issue.rulebook.time_zone());
    let knows =
        |topic: &Id, at: Instant| in_force(issues, zone, at).is_some_and(|book| book.case().topics.contains_key(topic));
    let log = log::read(csv, zone, &knows)?;
    let steps = plan(&log.requests);
    let as_of = steps.last().map_or(Instant::MIN, |(at, ..)| *at);
    let mut drive = Drive {
        log: &log,
        bar: Bar::new(steps.len(), shown),
        commands: 0,
        done: 0,
        refused: Vec::new(),
        out: HashSet::new(),
    };
    let watch = crate::progress::stopwatch();
    store::clear(database)?;
    let mut desk = None;
    let mut rest = steps.as_slice();
    for (n, issue) in issues.iter().enumerate() {
        let until = issues.get(n + 1).and_then(|next| next.from).map(|from| zone.instant(from));
        let (now, later) = rest.split_at(rest.partition_point(|(at, ..)| until.is_none_or(|until| *at < until)));
        rest = later;
        // The desk is opened anew under each issue; cases go on under the one they were registered under.
        drop(desk.take());
        drive.through(desk.insert(store::desk(database, issue.rulebook.clone())?), now)?;
    }
    let mut desk = desk.ok_or_else(|| Failure("no rulebook was given".to_owned()))?;
    let seconds = watch.elapsed().as_secs_f64();
    let (refused, commands) = (drive.refused, drive.commands);
    let (ended, breaches) = ledger(&mut desk)?;
    let fired = Fired { breaches, ..outbox(&mut desk)? };
    let journal = verify(&mut desk)?;
    Ok(Ride { log, ended, refused, commands, as_of, seconds, fired, journal })
}

/// The rulebook in force at an instant.
pub(crate) fn in_force(issues: &[Issue], zone: Zone, at: Instant) -> Option<&Rulebook> {
    let begun = |issue: &&Issue| issue.from.is_none_or(|from| zone.instant(from) <= at);
    issues.iter().rev().find(begun).or_else(|| issues.first()).map(|issue| &issue.rulebook)
}

fn plan(requests: &[Request]) -> Vec<Planned> {
    let mut steps = Vec::with_capacity(requests.len() * 4);
    for (n, request) in requests.iter().enumerate() {
        steps.push((request.opened, n, Step::Register));
        if let Some(closed) = request.closed {
            steps.extend([Step::Tell, Step::Resolve, Step::Close].map(|step| (closed, n, step)));
        }
    }
    steps.sort_unstable();
    steps
}

/// The way of the commands to the desk.
struct Drive<'a> {
    log: &'a Log,
    bar: Bar,
    commands: usize,
    done: usize,
    refused: Vec<Broken>,
    /// Requests that the desk did not take.
    out: HashSet<usize>,
}

impl Drive<'_> {
    /// Submits the steps in batches and advances time behind each. How often time is advanced changes nothing: what it
    /// brings is told at its own instant, before any later command.
    fn through(&mut self, desk: &mut Desk, steps: &[Planned]) -> Result<(), Failure> {
        let book = desk.rulebook().clone();
        let terms = Terms::of(&book)?;
        for batch in steps.chunks(BATCH) {
            self.submit(desk, &terms, batch)?;
            if let Some((now, ..)) = batch.last() {
                desk.advance(*now, usize::MAX)?;
            }
        }
        Ok(())
    }

    fn submit(&mut self, desk: &mut Desk, terms: &Terms<'_>, batch: &[Planned]) -> Result<(), Failure> {
        let mut commands = Vec::with_capacity(batch.len());
        let mut whose = Vec::with_capacity(batch.len());
        for (at, n, step) in batch {
            let Some(request) = self.log.requests.get(*n).filter(|_| !self.out.contains(n)) else { continue };
            if let Some(command) = terms.command(request, *at, *step)? {
                commands.push(command);
                whose.push((*n, request.line));
            }
        }
        self.commands += commands.len();
        for (answer, (n, line)) in desk.submit_all(&commands)?.into_iter().zip(whose) {
            if let Err(refusal) = answer
                && self.out.insert(n)
            {
                self.refused.push(Broken { line, reason: format!("refused: {refusal}") });
            }
        }
        self.done += batch.len();
        self.bar.at(self.done);
        Ok(())
    }
}

/// How a request is said in the words of a rulebook.
pub(crate) struct Terms<'a> {
    rules: &'a case::Rules,
    actor: Actor,
    community: Id,
    outcome: Code,
    channel: Code,
    labels: Labels,
    /// Whether the customer must have heard of it before it may be resolved.
    tells: bool,
}

impl<'a> Terms<'a> {
    pub(crate) fn of(book: &'a Rulebook) -> Result<Self, Failure> {
        let rules = book.case();
        let none = |what: &str| Failure(format!("the rulebook `{}` has no {what}", book.name()));
        let wanted = ["case.register", "case.tell", "case.resolve", "case.close"];
        let able = |role: &&Code| book.role(role).is_some_and(|role| wanted.iter().all(|command| role.may(command)));
        let role = book.raw().roles.keys().find(able);
        let labels = rules.defaults.clone().or_else(|| first_labels(rules)).ok_or_else(|| none("labels for a case"))?;
        let needs = rules.kinds.get(&labels.kind).map(|kind| kind.resolve_needs.as_slice()).unwrap_or_default();
        Ok(Self {
            rules,
            actor: Actor {
                id: Id::new(COMMUNITY)?,
                role: role.cloned().ok_or_else(|| none("role that may register, tell, resolve and close"))?,
            },
            community: Id::new(COMMUNITY)?,
            outcome: one_of(rules.outcomes.keys(), "done").ok_or_else(|| none("outcome"))?,
            channel: one_of(rules.channels.keys(), "log").ok_or_else(|| none("channel"))?,
            tells: needs.iter().any(|mark| mark.as_str() == "told"),
            labels,
        })
    }

    /// The channel of the same name, else the one for all others.
    pub(crate) fn channel(&self, request: &Request) -> Code {
        let named = self.rules.channels.get_key_value(request.source.as_str());
        named.map_or_else(|| self.channel.clone(), |(code, _)| code.clone())
    }

    /// The labels under which a request is registered.
    pub(crate) fn labels(&self, request: &Request) -> Labels {
        Labels { topic: request.topic.clone(), ..self.labels.clone() }
    }

    fn command(&self, request: &Request, at: Instant, step: Step) -> Result<Option<Command>, Failure> {
        let case_id = request.id.clone();
        let (name, action) = match step {
            Step::Register => ("register", case::Command::Register(Box::new(self.registration(request)))),
            Step::Tell if !self.tells => return Ok(None),
            Step::Tell => ("tell", case::Command::Tell { case_id }),
            Step::Resolve => ("resolve", case::Command::Resolve { case_id, outcome: self.outcome.clone() }),
            Step::Close => ("close", case::Command::Close { case_id }),
        };
        Ok(Some(Command {
            id: request.id.derive(name, 0),
            community: self.community.clone(),
            actor: self.actor.clone(),
            purpose: None,
            at: None,
            recorded_at: at,
            action: Action::Case(action),
        }))
    }

    fn registration(&self, request: &Request) -> Registration {
        let Labels { kind, topic, urgency, complexity, major } = self.labels(request);
        Registration {
            case_id: Some(request.id.clone()),
            channel: self.channel(request),
            text: None,
            labels: LabelChange {
                kind: Some(kind),
                topic: Some(topic),
                urgency: Some(urgency),
                complexity: Some(complexity),
                major: Some(major),
                model: None,
            },
            customer: None,
            premises: None,
            external: None,
        }
    }
}

/// The code that is preferred, else the first.
fn one_of<'c>(codes: impl Iterator<Item = &'c Code>, preferred: &str) -> Option<Code> {
    let codes: Vec<&Code> = codes.collect();
    codes.iter().find(|code| code.as_str() == preferred).or_else(|| codes.first()).map(|code| (*code).clone())
}

/// Labels of a rulebook without defaults; the topic comes with each request.
fn first_labels(rules: &case::Rules) -> Option<Labels> {
    Some(Labels {
        kind: one_of(rules.kinds.keys(), "request")?,
        topic: one_of(rules.topics.keys(), "other")?,
        urgency: one_of(rules.urgencies.keys(), "normal")?,
        complexity: one_of(rules.complexities.keys(), "general")?,
        major: false,
    })
}

/// All cases with their due time and whether it was broken, page by page, and how many exchanges were broken in all.
fn ledger(desk: &mut Desk) -> Result<(HashMap<Id, Ended>, usize), Failure> {
    let mut ended = HashMap::new();
    let mut breaches = 0;
    let mut after = None;
    loop {
        let community = Id::new(COMMUNITY)?;
        let query = Query::Ledger { community, from: None, to: None, status: None, after: after.take(), limit: PAGE };
        let Answer::Ledger(lines) = desk.query(&query)? else { return Err(Failure::other_answer()) };
        for line in &lines {
            let due = line.columns.get("due_resolve").and_then(|due| due.as_str()).map(str::parse).transpose()?;
            let broken = line.columns.get("broken").and_then(serde_json::Value::as_i64).unwrap_or_default();
            breaches += usize::try_from(broken.count_ones())?;
            ended.insert(line.case_id.clone(), Ended { due, late: broken & Metric::Resolve.bit() != 0 });
        }
        match lines.last() {
            Some(last) if lines.len() == PAGE => after = Some(last.case_id.clone()),
            _ => return Ok((ended, breaches)),
        }
    }
}

/// What the outbox holds, drained as a host would.
fn outbox(desk: &mut Desk) -> Result<Fired, Failure> {
    let mut fired = Fired::default();
    let mut after = 0;
    loop {
        let query = Query::Outbox { community: Id::new(COMMUNITY)?, after, limit: PAGE };
        let Answer::Outbox(lines) = desk.query(&query)? else { return Err(Failure::other_answer()) };
        for line in &lines {
            let new = line.seq != after;
            after = line.seq;
            match &*line.event {
                "case.warned" if new => fired.warnings += 1,
                "case.escalated" if new => fired.escalations += 1,
                _ => {}
            }
        }
        if lines.is_empty() {
            return Ok(fired);
        }
        fired.notices += lines.len();
    }
}

fn verify(desk: &mut Desk) -> Result<Verified, Failure> {
    match desk.query(&Query::Verify { community: Id::new(COMMUNITY)? })? {
        Answer::Verify(verified) => Ok(verified),
        _ => Err(Failure::other_answer()),
    }
}
