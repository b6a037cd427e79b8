//! What a command makes of a case: events, or a refusal that says why.
use super::command::{Command, LabelChange, Registration};
use super::event::{Event, Registered};
use super::labels::Labels;
use super::notice::{Happened, announce};
use super::outlook::Outlook;
use super::rules::{On, Rules};
use super::state::{State, Status};
use crate::calendar::Instant;
use crate::ident::Code;
use crate::refusal::Refusal;

/// The two times of a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    /// When it happened.
    pub at: Instant,
    /// When it was entered.
    pub recorded_at: Instant,
}

/// The score at and below which a customer is dissatisfied, on the scale of 1 to 5.
const DISSATISFIED: u8 = 2;
/// The reason under which a revisit reopens a case by itself (E2).
const REVISIT: &str = "revisit";

/// Decides a command. The events are to be folded in order; a refusal changes nothing.
///
/// # Errors
/// A [`Refusal`] that cites the rule, where a rule refuses.
pub fn decide(
    state: Option<&State>,
    command: &Command,
    rules: &Rules,
    moment: Moment,
) -> Result<Vec<Happened>, Refusal> {
    match (state, command) {
        (None, Command::Register(registration)) => register(registration, rules),
        (Some(_), Command::Register(_)) => {
            Err(Refusal::new("case.exists", "该工单号已经登记", "a case with this id is registered already"))
        }
        (None, _) => Err(Refusal::new("case.unknown", "没有这个工单", "there is no case with this id")),
        (Some(state), command) => {
            not_before_registration(state, moment)?;
            advance(state, command, rules, moment)
        }
    }
}

fn register(registration: &Registration, rules: &Rules) -> Result<Vec<Happened>, Refusal> {
    let channel = registration.channel.clone();
    let Some(how) = rules.channels.get(&channel) else {
        return Err(unknown("channel", "渠道", &channel, rules.channels.keys()));
    };
    let labels = labels(rules.defaults.as_ref(), &registration.labels)?;
    known_labels(&labels, rules)?;
    let department = rules.topics.get(&labels.topic).and_then(|topic| topic.department.clone());
    let event = Event::Registered(Box::new(Registered {
        attach: rules.holding(&labels, &channel),
        model: registration.labels.model.clone(),
        answered: how.answered,
        customer: registration.customer.clone(),
        premises: registration.premises.clone(),
        external: registration.external.clone(),
        department,
        rulebook: rules.book.clone(),
        channel: channel.clone(),
        labels: labels.clone(),
    }));
    let mut all = announce(event, (On::Registered, None), (&labels, &channel, None), rules);
    if labels.major {
        announce_also(&mut all, On::Major, (&labels, &channel, None), rules);
    }
    Ok(all)
}

/// Adds what a second occasion tells to an event that is already there.
fn announce_also(all: &mut Vec<Happened>, on: On, case: (&Labels, &Code, Option<&Code>), rules: &Rules) {
    let Some(first) = all.first_mut() else { return };
    let mut more = announce(first.event.clone(), (on, None), case, rules).into_iter();
    first.notices.extend(more.next().into_iter().flat_map(|same| same.notices));
    all.extend(more);
}

fn advance(state: &State, command: &Command, rules: &Rules, moment: Moment) -> Result<Vec<Happened>, Refusal> {
    let status = state.status;
    let plain = |event: Event| Ok(vec![Happened::from(event)]);
    match command {
        // Registration of a case that exists was refused above.
        Command::Register(_) => Ok(Vec::new()),
        Command::Assign { department, owner, .. } => {
            open(state)?;
            if !rules.departments.contains_key(department) {
                return Err(unknown("department", "部门", department, rules.departments.keys()));
            }
            let event = Event::Assigned { department: department.clone(), owner: owner.clone() };
            Ok(announce(event, (On::Assigned, None), (&state.labels, &state.channel, owner.as_ref()), rules))
        }
        Command::Accept { .. } => {
            open(state)?;
            let assigned = state.line.last("assigned").map(|mark| mark.place);
            if assigned.is_none() || assigned < state.line.last("accepted").map(|mark| mark.place) {
                return Err(Refusal::new(
                    "case.not_assigned",
                    "没有待接受的派单",
                    "no assignment waits to be accepted",
                ));
            }
            plain(Event::Accepted)
        }
        Command::Refuse { reason, .. } => {
            stands(state, status == Status::Assigned)?;
            plain(Event::Refused { reason: known_reason(command, reason, rules)? })
        }
        Command::Begin { .. } => at_work(state).and_then(|()| plain(Event::Begun)),
        Command::Arrive { .. } => at_work(state).and_then(|()| plain(Event::Arrived)),
        Command::Tell { .. } => alive(state).and_then(|()| plain(Event::Told)),
        Command::Hear { .. } => alive(state).and_then(|()| plain(Event::Heard)),
        Command::Plan { next, .. } => {
            open(state)?;
            next.map_or(Ok(()), |next| later(next, moment))?;
            plain(Event::Planned { next: *next })
        }
        Command::Promise { until, .. } => {
            open(state)?;
            later(*until, moment)?;
            plain(Event::Promised { until: *until })
        }
        Command::Keep { .. } => {
            let promised = state.line.last("promised").map(|mark| mark.place);
            if promised.is_none() || promised < state.line.last("kept").map(|mark| mark.place) {
                return Err(Refusal::new("case.no_promise", "没有待兑现的承诺", "no promise waits to be kept"));
            }
            plain(Event::Kept)
        }
        Command::DeclareComplex { reason, .. } => {
            open(state)?;
            let change = LabelChange { complexity: Code::new("complex").ok(), ..LabelChange::default() };
            relabel(state, &change, Some(known_reason(command, reason, rules)?), rules)
        }
        Command::DeclareMajor { reason, .. } => {
            alive(state)?;
            let change = LabelChange { major: Some(true), ..LabelChange::default() };
            relabel(state, &change, Some(known_reason(command, reason, rules)?), rules)
        }
        Command::Relabel { labels, .. } => {
            open(state)?;
            relabel(state, labels, None, rules)
        }
        Command::Suspend { reason, until, .. } => {
            at_work(state)?;
            until.map_or(Ok(()), |until| later(until, moment))?;
            not_across_breach(state, rules, moment)?;
            plain(Event::Suspended { reason: known_reason(command, reason, rules)?, until: *until })
        }
        Command::Resume { .. } => {
            stands(state, status == Status::Suspended)?;
            plain(Event::Resumed)
        }
        Command::Measure { measure, .. } => {
            alive(state)?;
            plain(Event::Measured { measure: known_reason(command, measure, rules)? })
        }
        Command::Acknowledge { .. } => {
            if state.escalations.iter().all(|one| one.acknowledged.is_some()) {
                return Err(Refusal::new("case.not_escalated", "没有待确认的上报", "no escalation waits to be seen"));
            }
            plain(Event::Acknowledged)
        }
        Command::Resolve { outcome, .. } => {
            open(state)?;
            if !rules.outcomes.contains_key(outcome) {
                return Err(unknown("outcome", "处理结果", outcome, rules.outcomes.keys()));
            }
            needs(state, rules, "resolve")?;
            plain(Event::Resolved { outcome: outcome.clone() })
        }
        Command::Close { .. } => {
            stands(state, status == Status::Resolved)?;
            needs(state, rules, "close")?;
            plain(Event::Closed)
        }
        Command::Cancel { reason, .. } => {
            open(state)?;
            plain(Event::Cancelled { reason: known_reason(command, reason, rules)? })
        }
        Command::Merge { into, .. } => {
            open(state)?;
            if *into == state.case_id {
                return Err(Refusal::new("case.itself", "工单不能并入自身", "a case cannot be merged into itself"));
            }
            plain(Event::Merged { into: into.clone() })
        }
        Command::Reopen { reason, .. } => {
            stands(state, matches!(status, Status::Resolved | Status::Closed))?;
            let event = Event::Reopened { reason: known_reason(command, reason, rules)? };
            Ok(announce(event, (On::Reopened, None), (&state.labels, &state.channel, state.owner.as_ref()), rules))
        }
        Command::Revisit { reached, solved, score, .. } => revisit(state, (*reached, *solved, *score), rules),
    }
}

/// A revisit that finds the matter unsolved or the customer dissatisfied reopens the case (E2).
fn revisit(
    state: &State,
    (reached, solved, score): (bool, Option<bool>, Option<u8>),
    rules: &Rules,
) -> Result<Vec<Happened>, Refusal> {
    stands(state, matches!(state.status, Status::Resolved | Status::Closed))?;
    if score.is_some_and(|score| !(1..=5).contains(&score)) {
        return Err(Refusal::new("case.score", "满意度分值为1至5", "a score lies between 1 and 5"));
    }
    let event = Event::Revisited { reached, solved, score };
    let unhappy = solved == Some(false) || score.is_some_and(|score| score <= DISSATISFIED);
    if !(reached && unhappy) {
        return Ok(vec![event.into()]);
    }
    let case = (&state.labels, &state.channel, state.owner.as_ref());
    let mut all = announce(event, (On::Dissatisfied, None), case, rules);
    let reason =
        Code::new(REVISIT).map_err(|_| Refusal::new("case.reason", "原因代码无效", "the reason is no code"))?;
    all.extend(announce(Event::Reopened { reason }, (On::Reopened, None), case, rules));
    Ok(all)
}

fn relabel(state: &State, change: &LabelChange, reason: Option<Code>, rules: &Rules) -> Result<Vec<Happened>, Refusal> {
    let new = labels(Some(&state.labels), change)?;
    if new == state.labels {
        return Err(Refusal::new("case.unchanged", "标签没有变化", "these are the labels the case has"));
    }
    known_labels(&new, rules)?;
    let holding = rules.holding(&new, &state.channel);
    let held: Vec<&Code> = state.attached.iter().filter(|one| one.until.is_none()).map(|one| &one.target).collect();
    let event = Event::Relabelled {
        attach: holding.iter().filter(|target| !held.contains(target)).cloned().collect(),
        supersede: held.into_iter().filter(|target| !holding.contains(target)).cloned().collect(),
        labels: new.clone(),
        reason,
    };
    if new.major && !state.labels.major {
        Ok(announce(event, (On::Major, None), (&new, &state.channel, state.owner.as_ref()), rules))
    } else {
        Ok(vec![event.into()])
    }
}

/// `base` with what `change` sets; without a base each label must be set.
fn labels(base: Option<&Labels>, change: &LabelChange) -> Result<Labels, Refusal> {
    let pick = |set: &Option<Code>, old: Option<&Code>, name: &str| {
        set.as_ref().or(old).cloned().ok_or_else(|| {
            Refusal::new(
                "case.label_missing",
                format!("缺少标签 {name}"),
                format!("the label `{name}` is neither given nor has the rulebook a default for it"),
            )
        })
    };
    Ok(Labels {
        kind: pick(&change.kind, base.map(|base| &base.kind), "kind")?,
        topic: pick(&change.topic, base.map(|base| &base.topic), "topic")?,
        urgency: pick(&change.urgency, base.map(|base| &base.urgency), "urgency")?,
        complexity: pick(&change.complexity, base.map(|base| &base.complexity), "complexity")?,
        major: change.major.or(base.map(|base| base.major)).unwrap_or(false),
    })
}

fn known_labels(labels: &Labels, rules: &Rules) -> Result<(), Refusal> {
    if !rules.kinds.contains_key(&labels.kind) {
        return Err(unknown("kind", "类别", &labels.kind, rules.kinds.keys()));
    }
    if !rules.topics.contains_key(&labels.topic) {
        return Err(unknown("topic", "性质", &labels.topic, rules.topics.keys()));
    }
    if !rules.urgencies.contains_key(&labels.urgency) {
        return Err(unknown("urgency", "紧急程度", &labels.urgency, rules.urgencies.keys()));
    }
    if !rules.complexities.contains_key(&labels.complexity) {
        return Err(unknown("complexity", "复杂程度", &labels.complexity, rules.complexities.keys()));
    }
    Ok(())
}

fn known_reason(command: &Command, reason: &Code, rules: &Rules) -> Result<Code, Refusal> {
    let name = command.name();
    let fits = |commands: &[Code]| commands.is_empty() || commands.iter().any(|one| one.as_str() == name);
    match rules.reasons.get(reason) {
        Some(rule) if fits(&rule.commands) => Ok(reason.clone()),
        _ => {
            let fitting = rules.reasons.iter().filter(|(_, rule)| fits(&rule.commands)).map(|(code, _)| code);
            Err(unknown("reason", "原因", reason, fitting))
        }
    }
}

fn unknown<'a>(what: &str, zh: &str, code: &Code, known: impl Iterator<Item = &'a Code>) -> Refusal {
    const SHOWN: usize = 24;
    let mut known: Vec<&str> = known.map(Code::as_str).take(SHOWN + 1).collect();
    if known.len() > SHOWN {
        known.truncate(SHOWN);
        known.push("...");
    }
    let known = known.join(", ");
    Refusal::new(
        &format!("case.unknown_{what}"),
        format!("制度中没有{zh}“{code}”,可用的有:{known}"),
        format!("the rulebook has no {what} `{code}`; it has {known}"),
    )
}

/// Marks that the rulebook wants before a case may end.
fn needs(state: &State, rules: &Rules, step: &str) -> Result<(), Refusal> {
    let Some(kind) = rules.kinds.get(&state.labels.kind) else { return Ok(()) };
    let wanted = if step == "resolve" { &kind.resolve_needs } else { &kind.close_needs };
    match wanted.iter().find(|mark| state.line.first(mark.as_str()).is_none()) {
        None => Ok(()),
        Some(mark) => Err(Refusal::new(
            "case.needs",
            format!("此类工单须先有“{mark}”记录"),
            format!("a case of this kind must have been `{mark}` before"),
        )
        .by(format!("kinds.{}.{step}_needs", state.labels.kind), kind.clause.as_ref())),
    }
}

fn stands(state: &State, right: bool) -> Result<(), Refusal> {
    if right {
        return Ok(());
    }
    let status = state.status.code();
    Err(Refusal::new(
        "case.wrong_status",
        format!("工单状态为“{status}”,不能这样操作"),
        format!("the case is `{status}`, which this command does not fit"),
    ))
}

fn open(state: &State) -> Result<(), Refusal> {
    stands(state, state.status.is_open())
}

fn at_work(state: &State) -> Result<(), Refusal> {
    stands(state, state.status.is_open() && state.status != Status::Suspended)
}

fn alive(state: &State) -> Result<(), Refusal> {
    stands(state, !matches!(state.status, Status::Cancelled | Status::Merged))
}

fn later(until: Instant, moment: Moment) -> Result<(), Refusal> {
    if until > moment.at {
        return Ok(());
    }
    Err(Refusal::new(
        "case.past",
        "约定的时间必须晚于此刻",
        format!("`{until}` is not after `{}`, when it was said", moment.at),
    ))
}

fn not_before_registration(state: &State, moment: Moment) -> Result<(), Refusal> {
    match state.line.first("registered").filter(|mark| moment.at < mark.at) {
        None => Ok(()),
        Some(mark) => Err(Refusal::new(
            "case.before_registration",
            "发生时间早于登记时间",
            format!("`{}` is before the case was registered, `{}`", moment.at, mark.at),
        )),
    }
}

/// Nobody dates a pause back across a breach that was told: what was told stays told.
fn not_across_breach(state: &State, rules: &Rules, moment: Moment) -> Result<(), Refusal> {
    let outlook = Outlook::of(state, rules)?;
    match outlook.told_breach_after(moment.at) {
        None => Ok(()),
        Some(due) => Err(Refusal::new(
            "case.across_breach",
            "不得把暂停补录到已通报的超时之前",
            format!("a pause cannot be dated to `{}`, before the breach of `{due}` that was told", moment.at),
        )),
    }
}
