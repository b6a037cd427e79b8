//! A Chinese morning at the desk under the standard rulebook.
use chrono::{NaiveDate, NaiveTime};
use guanjia::calendar::Instant;
use guanjia::desk::{Answer, CaseCard, Desk, Query};
use guanjia::envelope::{Action, Actor, Command};
use guanjia::case::{self, LabelChange, Registration};
use guanjia::ident::{Code, Id};
use guanjia::sla::Metric;
use serde::Deserialize;

use crate::error::Failure;

/// Where and when a report is asked for.
pub struct Place {
    pub community: Id,
    pub month: NaiveDate,
    pub now: Instant,
}

#[derive(Deserialize)]
struct Morning {
    community: Id,
    day: NaiveDate,
    contacts: Vec<Contact>,
}

#[derive(Deserialize)]
struct Contact {
    at: String,
    channel: Code,
    text: String,
}

/// Registers every contact, answers and solves some, and explains one due time across the holidays.
pub fn run(desk: &mut Desk) -> Result<Place, Failure> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../examples/data/morning.json");
    let morning: Morning = serde_json::from_str(&std::fs::read_to_string(path)?)?;
    println!("一 · {} {} 上午的服务台(标准规则集)", morning.community, morning.day);
    println!("    A morning at the desk under the standard rulebook\n");
    let mut cases = Vec::new();
    for (n, contact) in morning.contacts.iter().enumerate() {
        let at = instant(desk, morning.day, &contact.at)?;
        let case_id = register(desk, &morning.community, n, contact, at)?;
        let card = card(desk, &case_id, at)?;
        print_line(desk, contact, &card, at)?;
        cases.push((case_id, at));
    }
    let now = work(desk, &morning, &cases)?;
    explain(desk, &cases, now)?;
    let month = morning.day;
    Ok(Place { community: morning.community, month, now })
}

fn instant(desk: &Desk, day: NaiveDate, time: &str) -> Result<Instant, Failure> {
    Ok(desk.rulebook().zone().instant(day.and_time(NaiveTime::parse_from_str(time, "%H:%M")?)))
}

fn command(id: String, community: &Id, role: &str, at: Instant, action: case::Command) -> Result<Command, Failure> {
    Ok(Command {
        id: Id::new(id)?,
        community: community.clone(),
        actor: Actor { id: Id::new(role)?, role: Code::new(role)? },
        purpose: None,
        at: None,
        recorded_at: at,
        action: Action::Case(action),
    })
}

fn register(desk: &mut Desk, community: &Id, n: usize, contact: &Contact, at: Instant) -> Result<Id, Failure> {
    let registration = Registration {
        case_id: None,
        channel: contact.channel.clone(),
        text: Some(contact.text.clone()),
        labels: LabelChange::default(),
        customer: None,
        premises: None,
        external: None,
    };
    let action = case::Command::Register(Box::new(registration));
    Ok(desk.submit(&command(format!("contact-{n}"), community, "agent", at, action)?)?.record)
}

fn card(desk: &mut Desk, case_id: &Id, now: Instant) -> Result<CaseCard, Failure> {
    match desk.query(&Query::Case { case_id: case_id.clone(), now })? {
        Answer::Case(card) => Ok(*card),
        _ => Err(Failure("the desk answered another question".to_owned())),
    }
}

fn print_line(desk: &mut Desk, contact: &Contact, card: &CaseCard, _now: Instant) -> Result<(), Failure> {
    let rules = desk.rulebook().case().clone();
    let labels = &card.case.labels;
    let zh = |words: Option<&guanjia::clause::Words>| words.map_or("-", |words| words.zh.as_str()).to_owned();
    let kind = zh(rules.kinds.get(&labels.kind).map(|kind| &kind.label));
    let urgency = zh(rules.urgencies.get(&labels.urgency));
    let topic = zh(rules.topics.get(&labels.topic).map(|topic| &topic.label));
    let topic = topic.split([':', '、']).next().unwrap_or_default().to_owned();
    let department = zh(card.case.department.as_ref().and_then(|code| rules.departments.get(code)));
    let told = told(desk, &card.case.case_id)?;
    let due = card
        .clocks
        .iter()
        .filter(|clock| matches!(clock.clock.metric, Metric::Respond | Metric::Resolve))
        .map(|card| due_in_words(desk, card))
        .collect::<Vec<_>>()
        .join(" ");
    let major = if labels.major { "·重大" } else { "" };
    println!("{} {}", contact.at, contact.text);
    println!("      {kind} | {topic} | {urgency}{major} | {department} | 告知:{told} | {due}");
    Ok(())
}

fn due_in_words(desk: &Desk, card: &guanjia::desk::ClockCard) -> String {
    let zone = desk.rulebook().zone();
    let name = if card.clock.metric == Metric::Respond { "响应" } else { "办结" };
    let clause = card.basis.clause.as_ref();
    let source = clause.and_then(|clause| Some(format!("{} {}", clause.regulation.as_ref()?, clause.article.as_ref()?)));
    let source = source.unwrap_or_else(|| "自定".to_owned());
    match (card.clock.stop, card.clock.due) {
        (Some(_), _) if card.clock.metric == Metric::Respond => format!("{name}已当场({source})"),
        (_, Some(due)) => format!("{name}≤{}({source})", zone.local(due).format("%m-%d %H:%M")),
        (_, None) => format!("{name}暂停"),
    }
}

/// The roles that the case's events have told so far.
fn told(desk: &mut Desk, case_id: &Id) -> Result<String, Failure> {
    let Answer::Timeline(lines) = desk.query(&Query::Timeline { case_id: case_id.clone() })? else {
        return Err(Failure("the desk answered another question".to_owned()));
    };
    let roles = desk.rulebook().raw().roles.clone();
    let mut names: Vec<String> = Vec::new();
    for notice in lines.iter().flat_map(|line| line.body.get("notices").and_then(|all| all.as_array()).cloned()).flatten() {
        let to = notice.get("to").and_then(|to| to.as_str()).unwrap_or_default().to_owned();
        let name = roles.get(to.as_str()).map_or(to.clone(), |role| role.label.zh.clone());
        if !names.contains(&name) {
            names.push(name);
        }
    }
    Ok(if names.is_empty() { "-".to_owned() } else { names.join("、") })
}

/// The rest of the day: messages are answered, most matters assigned and solved, time goes on to the next morning.
fn work(desk: &mut Desk, morning: &Morning, cases: &[(Id, Instant)]) -> Result<Instant, Failure> {
    let minutes = guanjia::calendar::Length::from_minutes;
    let last = cases.last().map_or(Instant::MIN, |(_, at)| *at);
    let mut steps: Vec<(Instant, usize, &str)> = Vec::new();
    for (n, _) in cases.iter().enumerate() {
        let begin = last + minutes(i64::try_from(n)? * 2);
        steps.push((begin, n, "tell"));
        steps.push((begin + minutes(1), n, "assign"));
        if n % 4 != 3 {
            steps.push((begin + minutes(60 + i64::try_from(n)? * 9), n, "resolve"));
        }
    }
    steps.sort();
    let mut commands = Vec::new();
    for (at, n, step) in steps {
        let Some((case_id, _)) = cases.get(n).cloned() else { continue };
        let (role, action) = match step {
            "tell" => ("agent", case::Command::Tell { case_id }),
            "assign" => {
                let department = card(desk, &case_id, at)?.case.department;
                let department = department.ok_or_else(|| Failure("a case without a department".to_owned()))?;
                ("agent", case::Command::Assign { case_id, department, owner: Some(Id::new("老周")?) })
            }
            _ => ("agent", case::Command::Resolve { case_id, outcome: Code::new("done")? }),
        };
        commands.push(command(format!("{step}-{n}"), &morning.community, role, at, action)?);
    }
    for answer in desk.submit_all(&commands)? {
        answer?;
    }
    let now = last + minutes(26 * 60);
    let advanced = desk.advance(now, usize::MAX)?;
    println!("\n到次日 {}:时间自身带来 {} 条记录,{} 条告知(预警、超时、上报)", desk.rulebook().zone().format(now), advanced.events, advanced.notices);
    println!("    by then time alone had brought {} rows and {} notices", advanced.events, advanced.notices);
    Ok(now)
}

/// The due time that reaches furthest, interval by interval: across the Spring Festival and its make-up day.
fn explain(desk: &mut Desk, cases: &[(Id, Instant)], now: Instant) -> Result<(), Failure> {
    let mut furthest: Option<guanjia::desk::ClockCard> = None;
    for (case_id, _) in cases {
        for clock in card(desk, case_id, now)?.clocks {
            if clock.clock.metric == Metric::Resolve && clock.clock.due > furthest.as_ref().and_then(|one| one.clock.due) {
                furthest = Some(clock);
            }
        }
    }
    let Some(card) = furthest else { return Ok(()) };
    println!("\n为什么是这个时间?/ why this due time?");
    for (name, value) in &card.basis.inputs {
        println!("    {name}: {value}");
    }
    for step in &card.basis.steps {
        println!("    {}", step.zh);
    }
    Ok(())
}
