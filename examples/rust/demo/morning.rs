//! A Chinese morning at the desk under the standard rulebook.
use std::collections::BTreeMap;

use chrono::{Datelike, Months, NaiveDate, NaiveTime};
use guanjia::calendar::Instant;
use guanjia::classify::Classifier;
use guanjia::clause::{Clause, Origin, Words};
use guanjia::desk::{Answer, CaseCard, ClockCard, Desk, Query};
use guanjia::envelope::{Action, Actor, Command, rehearse};
use guanjia::ident::{Code, Id};
use guanjia::rulebook::{STANDARD_SCENARIOS_TOML, Scenarios};
use guanjia::sla::Metric;

use crate::arguments::examples;
use crate::error::Failure;
use crate::month::{Contact, Morning, Planned, plan};
use crate::screen::{heading, left, say, width};

/// Where and when a report is asked for.
pub(crate) struct Place {
    pub(crate) community: Id,
    pub(crate) month: NaiveDate,
    pub(crate) now: Instant,
}

/// Takes the contacts of the morning one by one, lets the month go by and explains two due times across the holidays.
pub(crate) fn run(desk: &mut Desk) -> Result<Place, Failure> {
    let path = examples().join("data/morning.json");
    let morning: Morning = serde_json::from_str(&std::fs::read_to_string(path)?)?;
    heading(
        &format!("一、{} {} 上午的服务台(标准规则集)", morning.community, morning.day.format("%Y年%-m月%-d日")),
        "   A morning at the service desk under the standard rulebook, three days before the Spring Festival holidays",
    );
    check(desk)?;
    say!(
        "时间  类别 紧急程度  部门          事项 / 来访内容     time, kind, urgency, department, topic / what was said"
    );
    say!("      告知谁 who is told | 期限(依据) due times with the article behind each\n");
    let mut stage =
        Stage { desk, morning: &morning, cursor: 0, cases: Vec::new(), used: BTreeMap::new(), kinds: BTreeMap::new() };
    let planned = plan(&morning, stage.desk.rulebook())?;
    let mut waiting = Vec::new();
    for one in &planned {
        if let Some(contact) = one.contact.and_then(|n| morning.contacts.get(n)) {
            stage.flush(&mut waiting)?;
            stage.contact(contact, one)?;
        } else {
            waiting.push(stage.command(one)?);
        }
    }
    stage.flush(&mut waiting)?;
    stage.legend();
    stage.close_month(&planned)
}

/// The rulebook is tried out before it is used: its own scenarios must come out as they say.
fn check(desk: &Desk) -> Result<(), Failure> {
    let scenarios = Scenarios::from_text(STANDARD_SCENARIOS_TOML)
        .map_err(|problems| Failure(format!("the standard scenarios:\n{problems}")))?;
    let rehearsal = rehearse(desk.rulebook(), &scenarios, &Classifier::standard());
    if let Some(miss) = rehearsal.missed.first() {
        let (what, expected) = (&miss.what, &miss.expected);
        return Err(Failure(format!("scenario {}: {what}: expected {expected}, got {}", miss.scenario, miss.got)));
    }
    let count = rehearsal.passed;
    say!("规则集自检:{count} 个场景全部通过  the rulebook's {count} scenarios come out as they say\n");
    Ok(())
}

struct Stage<'a> {
    desk: &'a mut Desk,
    morning: &'a Morning,
    /// How far the outbox is drained.
    cursor: u64,
    /// The morning's cases.
    cases: Vec<(Id, Instant)>,
    /// The rules seen, in the order of their paths.
    used: BTreeMap<String, (Words, Option<Clause>)>,
    kinds: BTreeMap<Code, usize>,
}

impl Stage<'_> {
    fn command(&self, planned: &Planned) -> Result<Command, Failure> {
        Ok(Command {
            id: Id::new(&planned.id)?,
            community: self.morning.community.clone(),
            actor: Actor { id: Id::new(planned.role)?, role: Code::new(planned.role)? },
            purpose: None,
            at: None,
            recorded_at: planned.at,
            action: Action::Case(planned.command.clone()),
        })
    }

    /// Submits what waits.
    fn flush(&mut self, waiting: &mut Vec<Command>) -> Result<(), Failure> {
        for answer in self.desk.submit_all(waiting)? {
            answer?;
        }
        waiting.clear();
        Ok(())
    }

    fn contact(&mut self, contact: &Contact, planned: &Planned) -> Result<(), Failure> {
        let case_id = self.desk.submit(&self.command(planned)?)?.record;
        let card = card(self.desk, &case_id, planned.at)?;
        let told = self.told(&case_id)?;
        *self.kinds.entry(card.case.labels.kind.clone()).or_default() += 1;
        self.cases.push((case_id, planned.at));
        let labels = self.labels(&card);
        let zone = self.desk.rulebook().time_zone();
        let mut due = Vec::new();
        for clock in &card.clocks {
            self.used.entry(clock.basis.rule.clone()).or_insert_with(|| rule_words(clock));
            due.push(due_words(clock, zone, self.morning.day));
        }
        let due = if due.is_empty() { "无期限要求".to_owned() } else { due.join(" · ") };
        say!("{} {labels} {}", contact.at, contact.text);
        say!("      告知 {told} | {due}");
        Ok(())
    }

    fn labels(&self, card: &CaseCard) -> String {
        let rules = self.desk.rulebook().case();
        let zh = |words: Option<&Words>| words.map_or("-", |words| words.zh.as_str()).to_owned();
        let labels = &card.case.labels;
        let kind = zh(rules.kinds.get(&labels.kind).map(|kind| &kind.label));
        let urgency = zh(rules.urgencies.get(&labels.urgency)) + if labels.major { "/重大" } else { "" };
        let department = zh(card.case.department.as_ref().and_then(|code| rules.departments.get(code)));
        let topic = zh(rules.topics.get(&labels.topic).map(|topic| &topic.label));
        let topic = topic.split(':').next().unwrap_or_default();
        format!("{} {} {} 【{topic}】", left(&kind, 4), left(&urgency, 9), left(&department, 12))
    }

    /// The roles that a case's new notices are for, drained from the outbox as a host would.
    fn told(&mut self, case_id: &Id) -> Result<String, Failure> {
        let mut names: Vec<String> = Vec::new();
        loop {
            let query = Query::Outbox { community: self.morning.community.clone(), after: self.cursor, limit: 1000 };
            let Answer::Outbox(lines) = self.desk.query(&query)? else { return Err(Failure::other_answer()) };
            let Some(last) = lines.last() else { break };
            self.cursor = last.seq;
            for line in lines.iter().filter(|line| line.case_id == *case_id) {
                let role = self.desk.rulebook().role(&line.to);
                let name = role.map_or(line.to.as_str(), |role| role.label.zh.as_str());
                if !names.iter().any(|known| known == name) {
                    names.push(name.to_owned());
                }
            }
        }
        Ok(if names.is_empty() { "无须上报".to_owned() } else { names.join("、") })
    }

    /// What the articles say that the lines above cite.
    fn legend(&self) {
        let regulations = &self.desk.rulebook().raw().regulations;
        say!("\n依据 the rules behind these due times (* 由该条推出 follows from the article; 自定 the company's own)");
        for (words, clause) in self.used.values() {
            let source = article(clause.as_ref());
            let title = clause.as_ref().and_then(|clause| regulations.get(clause.regulation.as_deref()?));
            let title = title.map(|title| format!("《{}》", title.zh)).unwrap_or_default();
            say!("  {} {}{title}", left(&source, 10), words.zh);
            say!("  {} {}", " ".repeat(10), words.en);
        }
        let rules = self.desk.rulebook().case();
        let kinds = self.kinds.iter().map(|(code, count)| {
            let words = rules.kinds.get(code).map(|kind| &kind.label);
            words.map_or_else(|| format!("{code} {count}"), |words| format!("{} {} {count}", words.zh, words.en))
        });
        say!("\n合计 {} 件 in all: {}", self.cases.len(), kinds.collect::<Vec<_>>().join(" · "));
    }

    fn close_month(&mut self, planned: &[Planned]) -> Result<Place, Failure> {
        let next = self.morning.day.with_day(1).and_then(|first| first.checked_add_months(Months::new(1)));
        let day = next.ok_or_else(|| Failure("the month has no end".to_owned()))?;
        let now = self.desk.rulebook().time_zone().instant(day.and_time(NaiveTime::MIN));
        let now = planned.last().map_or(now, |last| now.max(last.at));
        self.desk.advance(now, usize::MAX)?;
        self.explain(Metric::Resolve, now, "为什么是这个时间?(按天计)", "Why this due time? Counted by days")?;
        self.explain(
            Metric::Reply,
            now,
            "为什么是这个时间?(按工时逐段计)",
            "Why this due time? Working time, interval by interval",
        )?;
        Ok(Place { community: self.morning.community.clone(), month: self.morning.day, now })
    }

    /// A due time of the customer who asked again, step by step: across the holidays and their make-up days.
    fn explain(&mut self, metric: Metric, now: Instant, zh: &str, en: &str) -> Result<(), Failure> {
        let place = self.morning.contacts.iter().position(|contact| contact.again.is_some());
        let Some((case_id, _)) = place.and_then(|n| self.cases.get(n)).cloned() else { return Ok(()) };
        let card = card(self.desk, &case_id, now)?;
        let Some(clock) = card.clocks.iter().find(|clock| clock.clock.metric == metric) else { return Ok(()) };
        let contact = place.and_then(|n| self.morning.contacts.get(n));
        say!("\n{zh}  {en}");
        say!("  {}", contact.map(|contact| contact.text.as_str()).unwrap_or_default());
        let input = |name: &str| clock.basis.inputs.get(name).map(String::as_str).unwrap_or_default();
        say!(
            "  起算 start {} · 时限 budget {} · 依据 rule {} {}",
            input("start"),
            input("budget").replace('_', " "),
            clock.basis.rule,
            article(clock.basis.clause.as_ref())
        );
        for step in &clock.basis.steps {
            say!("    {} {}", left(&step.zh, 56.max(width(&step.zh))), step.en);
        }
        Ok(())
    }
}

fn card(desk: &mut Desk, case_id: &Id, now: Instant) -> Result<CaseCard, Failure> {
    match desk.query(&Query::Case { case_id: case_id.clone(), now })? {
        Answer::Case(card) => Ok(*card),
        _ => Err(Failure::other_answer()),
    }
}

fn rule_words(clock: &ClockCard) -> (Words, Option<Clause>) {
    (clock.basis.steps.first().cloned().unwrap_or_default(), clock.basis.clause.clone())
}

/// Metric, due time and article; the date only where it is another day.
fn due_words(card: &ClockCard, zone: guanjia::calendar::Zone, today: NaiveDate) -> String {
    let name = match card.clock.metric {
        Metric::Respond => "响应",
        Metric::Accept => "接单",
        Metric::Arrive => "到场",
        Metric::Acknowledge => "上报确认",
        Metric::Resolve => "办结",
        other => other.code(),
    };
    let when = match (card.clock.stop, card.clock.due.map(|due| zone.local(due))) {
        (Some(_), _) => "当场".to_owned(),
        (None, Some(due)) if due.date() == today => due.format("%H:%M").to_string(),
        (None, Some(due)) => due.format("%-m月%-d日%H:%M").to_string(),
        (None, None) => "暂停".to_owned(),
    };
    format!("{name} {when}[{}]", article(card.basis.clause.as_ref()))
}

/// Regulation and article; a star where the rule follows from the article, which does not say it itself.
fn article(clause: Option<&Clause>) -> String {
    let cited = clause.and_then(|clause| Some((clause.regulation.as_ref()?, clause.article.as_ref()?, clause.origin)));
    match cited {
        Some((regulation, article, Origin::Derived)) => format!("{regulation} {article}*"),
        Some((regulation, article, _)) => format!("{regulation} {article}"),
        None => "自定".to_owned(),
    }
}
