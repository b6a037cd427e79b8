//! What a command makes of a case: events, or a refusal that says why.
use super::books::Books;
use super::command::{Command, LabelChange, Registration};
use super::event::{Event, Moved, Rebased, Registered};
use super::labels::Labels;
use super::notice::{Happened, Occasion, announce};
use super::outlook::Outlook;
use super::rules::{On, Rules};
use super::state::{Attached, Escalation, Stamp, State, Status};
use crate::calendar::Instant;
use crate::ident::{Code, Id};
use crate::refusal::Refusal;
use crate::sla::{Mark, Span};

/// The two times of a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    /// When it happened.
    pub at: Instant,
    /// When it was entered.
    pub recorded_at: Instant,
}

/// The score at and below which a customer is dissatisfied, on the scale of 1 to 5.
pub(crate) const DISSATISFIED: u8 = 2;
/// The reason under which a revisit reopens a case by itself (E2).
const REVISIT: &str = "revisit";

/// Decides a command. The events are to be folded in order; a refusal changes nothing.
///
/// # Errors
/// A [`Refusal`] that cites the rule, where a rule refuses.
pub fn decide<'a>(
    state: Option<&'a State>,
    command: &Command,
    books: impl Into<Books<'a>>,
    moment: Moment,
) -> Result<Vec<Happened>, Refusal> {
    let books = books.into();
    match (state, command) {
        (None, Command::Register(registration)) => register(registration, books.pinned, moment),
        (Some(_), Command::Register(_)) => {
            Err(Refusal::new("case.exists", "该工单号已经登记", "a case with this id is registered already"))
        }
        (None, _) => Err(Refusal::new("case.unknown", "没有这个工单", "there is no case with this id")),
        (Some(state), command) => {
            follows(state, &["registered"], moment)?;
            advance(state, command, &books, moment)
        }
    }
}

fn register(registration: &Registration, rules: &Rules, moment: Moment) -> Result<Vec<Happened>, Refusal> {
    let channel = registration.channel.clone();
    let Some(how) = rules.channels.get(&channel) else {
        return Err(Refusal::unknown("case", ("channel", "渠道"), &channel, rules.channels.keys()));
    };
    let labels = labels(rules.defaults.as_ref(), &registration.labels)?;
    known_labels(&labels, rules)?;
    let department = rules.topics.get(&labels.topic).and_then(|topic| topic.department.clone());
    let event = Event::Registered(Box::new(Registered {
        attach: rules.holding(&labels, &channel),
        model: registration.labels.model.clone(),
        text: None,
        answered: how.answered,
        customer: registration.customer.clone(),
        premises: registration.premises.clone(),
        external: registration.external.clone(),
        department,
        rulebook: rules.book.clone(),
        channel: channel.clone(),
        labels: labels.clone(),
    }));
    let case = Occasion {
        labels: &labels,
        channel: &channel,
        owner: None,
        metric: None,
        before: None,
        now: moment.recorded_at,
    };
    let mut all = announce(event, On::Registered, case, rules);
    if labels.major {
        announce_also(&mut all, On::Major, case, rules);
    }
    Ok(all)
}

/// Adds what a second occasion tells to an event that is already there.
fn announce_also(all: &mut Vec<Happened>, on: On, case: Occasion<'_>, rules: &Rules) {
    let Some(first) = all.first_mut() else { return };
    let mut more = announce(first.event.clone(), on, case, rules).into_iter();
    first.notices.extend(more.next().into_iter().flat_map(|same| same.notices));
    all.extend(more);
}

fn advance(state: &State, command: &Command, books: &Books<'_>, moment: Moment) -> Result<Vec<Happened>, Refusal> {
    let rules = books.pinned;
    let event = match command {
        // Registration of a case that exists was refused above.
        Command::Register(_) => return Ok(Vec::new()),
        Command::Assign { department, owner, .. } => {
            return assign(state, (department, owner.as_ref()), rules, moment);
        }
        Command::Accept { .. } => {
            was_open(state, moment)?;
            let waits = || Refusal::new("case.not_assigned", "没有待接受的派单", "no assignment waits to be accepted");
            was_last(state, "assigned", &["accepted", "refused"], moment)
                .then_some(Event::Accepted)
                .ok_or_else(waits)?
        }
        Command::Refuse { reason, .. } => {
            stands(state, state.status == Status::Assigned)?;
            follows(state, &["assigned"], moment)?;
            Event::Refused { reason: known_reason(command, reason, rules)? }
        }
        Command::Begin { .. } => was_at_work(state, moment).map(|()| Event::Begun)?,
        Command::Arrive { .. } => was_at_work(state, moment).map(|()| Event::Arrived)?,
        Command::Tell { .. } => was_alive(state, moment).map(|()| Event::Told)?,
        Command::Hear { .. } => was_alive(state, moment).map(|()| Event::Heard)?,
        Command::Plan { next, .. } => {
            was_open(state, moment)?;
            next.map_or(Ok(()), |next| later(next, moment))?;
            Event::Planned { next: *next }
        }
        Command::Promise { until, .. } => {
            was_open(state, moment)?;
            later(*until, moment)?;
            Event::Promised { until: *until }
        }
        Command::Keep { .. } => {
            was_alive(state, moment)?;
            let none = || Refusal::new("case.no_promise", "没有待兑现的承诺", "no promise waits to be kept");
            was_last(state, "promised", &["kept", "resolved"], moment).then_some(Event::Kept).ok_or_else(none)?
        }
        Command::DeclareComplex { reason, .. } => {
            open(state, moment)?;
            let change = LabelChange { complexity: Code::new("complex").ok(), ..LabelChange::default() };
            return relabel(state, &change, Some(known_reason(command, reason, rules)?), books, moment);
        }
        Command::DeclareMajor { reason, .. } => {
            stands(state, !matches!(state.status, Status::Cancelled | Status::Merged))?;
            let change = LabelChange { major: Some(true), ..LabelChange::default() };
            return relabel(state, &change, Some(known_reason(command, reason, rules)?), books, moment);
        }
        Command::Relabel { labels, .. } => {
            open(state, moment)?;
            return relabel(state, labels, None, books, moment);
        }
        Command::Suspend { reason, until, .. } => {
            open(state, moment)?;
            stands(state, state.status != Status::Suspended)?;
            until.map_or(Ok(()), |until| later(until, moment))?;
            let reason = known_reason(command, reason, rules)?;
            not_across_breach(state, Some(&reason), books, moment)?;
            Event::Suspended { reason, until: *until }
        }
        Command::Resume { .. } => {
            stands(state, state.status == Status::Suspended)?;
            follows(state, &["suspended"], moment)?;
            Event::Resumed
        }
        Command::Recuse { staff_id, .. } => {
            if state.recused.contains(staff_id) {
                return Err(Refusal::new(
                    "case.unchanged",
                    "该员工已回避",
                    format!("`{staff_id}` has nothing to do with the case already"),
                ));
            }
            Event::Recused { staff: staff_id.clone() }
        }
        Command::Measure { measure, .. } => {
            was_alive(state, moment)?;
            Event::Measured { measure: known_reason(command, measure, rules)? }
        }
        Command::Acknowledge { .. } => {
            let waits = |one: &Escalation| one.acknowledged.is_none() && one.at <= moment.at;
            let none = || Refusal::new("case.not_escalated", "没有待确认的上报", "no escalation waits to be seen");
            state.escalations.iter().any(waits).then_some(Event::Acknowledged).ok_or_else(none)?
        }
        Command::Resolve { outcome, .. } => {
            open(state, moment)?;
            if !rules.outcomes.contains_key(outcome) {
                return Err(Refusal::unknown("case", ("outcome", "处理结果"), outcome, rules.outcomes.keys()));
            }
            needs(state, rules, "resolve", moment)?;
            Event::Resolved { outcome: outcome.clone() }
        }
        Command::Close { .. } => {
            stands(state, state.status == Status::Resolved)?;
            follows(state, &["resolved"], moment)?;
            needs(state, rules, "close", moment)?;
            Event::Closed
        }
        Command::Cancel { reason, .. } => {
            open(state, moment)?;
            not_across_breach(state, None, books, moment)?;
            Event::Cancelled { reason: known_reason(command, reason, rules)? }
        }
        Command::Merge { into, .. } => {
            open(state, moment)?;
            if *into == state.case_id {
                return Err(Refusal::new("case.itself", "工单不能并入自身", "a case cannot be merged into itself"));
            }
            not_across_breach(state, None, books, moment)?;
            Event::Merged { into: into.clone() }
        }
        Command::Reopen { reason, .. } => {
            over(state)?;
            follows(state, &["resolved", "closed"], moment)?;
            let event = Event::Reopened { reason: known_reason(command, reason, rules)? };
            return Ok(announce(event, On::Reopened, of(state, moment), rules));
        }
        Command::Rebase { .. } => rebase(state, books, moment)?,
        Command::Revisit { reached, solved, score, .. } => {
            return revisit(state, (*reached, *solved, *score), rules, moment);
        }
    };
    Ok(vec![event.into()])
}

/// The case as notice rules ask for it.
fn of(state: &State, moment: Moment) -> Occasion<'_> {
    Occasion {
        labels: &state.labels,
        channel: &state.channel,
        owner: state.owner.as_ref(),
        metric: None,
        before: None,
        now: moment.recorded_at,
    }
}

fn assign(
    state: &State,
    (department, owner): (&Code, Option<&Id>),
    rules: &Rules,
    moment: Moment,
) -> Result<Vec<Happened>, Refusal> {
    was_open(state, moment)?;
    if !rules.departments.contains_key(department) {
        return Err(Refusal::unknown("case", ("department", "部门"), department, rules.departments.keys()));
    }
    if let Some(owner) = owner {
        state.may_handle(owner)?;
    }
    let event = Event::Assigned { department: department.clone(), owner: owner.cloned() };
    Ok(announce(event, On::Assigned, Occasion { owner, ..of(state, moment) }, rules))
}

/// A revisit that finds the matter unsolved or the customer dissatisfied reopens the case (E2).
fn revisit(
    state: &State,
    (reached, solved, score): (bool, Option<bool>, Option<u8>),
    rules: &Rules,
    moment: Moment,
) -> Result<Vec<Happened>, Refusal> {
    over(state)?;
    follows(state, &["resolved"], moment)?;
    if score.is_some_and(|score| !(1..=5).contains(&score)) {
        return Err(Refusal::new("case.score", "满意度分值为1至5", "a score lies between 1 and 5"));
    }
    if !reached && (solved.is_some() || score.is_some()) {
        return Err(Refusal::new(
            "case.not_reached",
            "未联系到客户,不应有答复或评分",
            "nobody was reached, so nobody can have answered or scored",
        ));
    }
    let event = Event::Revisited { reached, solved, score };
    let unhappy = solved == Some(false) || score.is_some_and(|score| score <= DISSATISFIED);
    if !unhappy {
        return Ok(vec![event.into()]);
    }
    follows(state, &["closed"], moment)?;
    let mut all = announce(event, On::Dissatisfied, of(state, moment), rules);
    let reason =
        Code::new(REVISIT).map_err(|_| Refusal::new("case.reason", "原因代码无效", "the reason is no code"))?;
    all.extend(announce(Event::Reopened { reason }, On::Reopened, of(state, moment), rules));
    Ok(all)
}

fn relabel(
    state: &State,
    change: &LabelChange,
    reason: Option<Code>,
    books: &Books<'_>,
    moment: Moment,
) -> Result<Vec<Happened>, Refusal> {
    let rules = books.pinned;
    let new = labels(Some(&state.labels), change)?;
    if new == state.labels {
        return Err(Refusal::new("case.unchanged", "标签没有变化", "these are the labels the case has"));
    }
    known_labels(&new, rules)?;
    after_targets(state, moment)?;
    not_across_breach(state, None, books, moment)?;
    let holding = rules.holding(&new, &state.channel);
    let held: Vec<&Code> = state.attached.iter().filter(|one| one.until.is_none()).map(|one| &one.target).collect();
    let event = Event::Relabelled {
        attach: holding.iter().filter(|target| !held.contains(target)).cloned().collect(),
        supersede: held.into_iter().filter(|target| !holding.contains(target)).cloned().collect(),
        labels: new.clone(),
        reason,
    };
    // Whoever is told of such a case at registration is told as well when it becomes one.
    let case = Occasion { labels: &new, before: Some(&state.labels), ..of(state, moment) };
    let mut all = announce(event, On::Registered, case, rules);
    if new.major && !state.labels.major {
        announce_also(&mut all, On::Major, Occasion { before: None, ..case }, rules);
    }
    Ok(all)
}

/// Targets change in the order in which they are said to.
fn after_targets(state: &State, moment: Moment) -> Result<(), Refusal> {
    let last = state.attached.iter().map(|one| one.since).max();
    last.filter(|since| moment.at < *since).map_or(Ok(()), |since| Err(out_of_order(moment, since)))
}

/// Moves the running clocks to the rulebook in force. Those that are over keep the rules they ended under, and so does a
/// case that is over.
fn rebase(state: &State, books: &Books<'_>, moment: Moment) -> Result<Event, Refusal> {
    open(state, moment)?;
    let (from, to) = (&state.pin.0, books.current);
    if *from == to.book {
        return Err(Refusal::new(
            "case.unchanged",
            "工单已适用现行制度",
            format!("the case lives under `{from}` already"),
        ));
    }
    known_labels(&state.labels, to)?;
    if !to.channels.contains_key(&state.channel) {
        return Err(Refusal::unknown("case", ("channel", "渠道"), &state.channel, to.channels.keys()));
    }
    after_targets(state, moment)?;
    not_across_breach(state, None, books, moment)?;
    let holding = to.holding(&state.labels, &state.channel);
    let held: Vec<&Attached> = state.attached.iter().filter(|one| one.until.is_none()).collect();
    let alike = |one: &Attached| {
        let (ours, theirs) = (books.rule(one), to.target(&one.target));
        holding.contains(&one.target) && ours.zip(theirs).is_some_and(|(ours, theirs)| ours.target == theirs.target)
    };
    let (stay, go): (Vec<&Attached>, Vec<&Attached>) = held.into_iter().partition(|one| alike(one));
    let mut rebased = Rebased {
        rulebook: to.book.clone(),
        from: from.clone(),
        attach: holding.into_iter().filter(|target| stay.iter().all(|one| one.target != *target)).collect(),
        supersede: go.into_iter().map(|one| one.target.clone()).collect(),
        moved: Vec::new(),
    };
    rebased.moved = moved(state, &rebased, books, moment)?;
    Ok(Event::Rebased(rebased.into()))
}

/// The due times of running clocks before and after a rebase.
fn moved(state: &State, rebased: &Rebased, books: &Books<'_>, moment: Moment) -> Result<Vec<Moved>, Refusal> {
    let stamp = Stamp { at: moment.at, place: u64::MAX };
    let after = state.clone().apply(&Event::Rebased(rebased.clone().into()), stamp);
    let mut earlier = books.earlier.clone();
    earlier.push((&rebased.from, books.pinned));
    let then = Books { pinned: books.current, earlier, current: books.current };
    Ok(Moved::between(&Outlook::of(state, books.clone())?.due_times(), &Outlook::of(&after, then)?.due_times()))
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
        return Err(Refusal::unknown("case", ("kind", "类别"), &labels.kind, rules.kinds.keys()));
    }
    if !rules.topics.contains_key(&labels.topic) {
        return Err(Refusal::unknown("case", ("topic", "性质"), &labels.topic, rules.topics.keys()));
    }
    if !rules.urgencies.contains_key(&labels.urgency) {
        return Err(Refusal::unknown("case", ("urgency", "紧急程度"), &labels.urgency, rules.urgencies.keys()));
    }
    if !rules.complexities.contains_key(&labels.complexity) {
        return Err(Refusal::unknown(
            "case",
            ("complexity", "复杂程度"),
            &labels.complexity,
            rules.complexities.keys(),
        ));
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
            Err(Refusal::unknown("case", ("reason", "原因"), reason, fitting))
        }
    }
}

/// Marks that the rulebook wants before a case may end. What lies before the last reopening no longer serves, nor does a
/// word at intake, when there was no result to tell.
fn needs(state: &State, rules: &Rules, step: &str, moment: Moment) -> Result<(), Refusal> {
    let Some(kind) = rules.kinds.get(&state.labels.kind) else { return Ok(()) };
    let wanted = if step == "resolve" { &kind.resolve_needs } else { &kind.close_needs };
    let reopened = state.line.last("reopened").map(|mark| (mark.at, mark.place));
    let serves =
        |mark: &Mark| mark.place != state.number && mark.at <= moment.at && reopened < Some((mark.at, mark.place));
    let has = |wanted: &Code| state.line.marks().iter().any(|mark| *mark.mark == *wanted.as_str() && serves(mark));
    match wanted.iter().find(|wanted| !has(wanted)) {
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

/// A change of status: the case is open, and nothing is dated before it was reopened.
fn open(state: &State, moment: Moment) -> Result<(), Refusal> {
    stands(state, state.status.is_open())?;
    follows(state, &["reopened"], moment)
}

/// Work is done, and may be reopened.
fn over(state: &State) -> Result<(), Refusal> {
    stands(state, matches!(state.status, Status::Resolved | Status::Closed))
}

/// A fact of the time in which the case was open, told perhaps after that.
fn was_open(state: &State, moment: Moment) -> Result<(), Refusal> {
    let last = state.line.last_of(&["resolved", "cancelled", "merged", "reopened"], moment.at);
    was(state, last.is_none_or(|last| &*last.mark == "reopened"), moment)
}

/// A fact of the time in which the case was worked on.
fn was_at_work(state: &State, moment: Moment) -> Result<(), Refusal> {
    was_open(state, moment)?;
    let held = |span: &Span| span.from <= moment.at && span.to.is_none_or(|to| moment.at < to);
    was(state, !state.line.spans().iter().any(held), moment)
}

/// A fact of the time before the case was cancelled or merged.
fn was_alive(state: &State, moment: Moment) -> Result<(), Refusal> {
    was(state, state.line.last_of(&["cancelled", "merged"], moment.at).is_none(), moment)
}

fn was(state: &State, right: bool, moment: Moment) -> Result<(), Refusal> {
    if right || moment.at == moment.recorded_at {
        return stands(state, right);
    }
    let status = state.status.code();
    Err(Refusal::new(
        "case.wrong_status",
        format!("{} 时工单不在可以这样操作的状态,现为“{status}”", moment.at),
        format!("at `{}` the case was not in a status that this command fits; it is `{status}` now", moment.at),
    ))
}

/// Whether at the moment `mark` was the last that had been made of it and `others`.
fn was_last(state: &State, mark: &str, others: &[&str], moment: Moment) -> bool {
    let all: Vec<&str> = std::iter::once(mark).chain(others.iter().copied()).collect();
    state.line.last_of(&all, moment.at).is_some_and(|last| *last.mark == *mark)
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

/// Nothing is dated before what it follows.
fn follows(state: &State, marks: &[&str], moment: Moment) -> Result<(), Refusal> {
    match state.line.last_of(marks, Instant::MAX).filter(|mark| moment.at < mark.at) {
        None => Ok(()),
        Some(mark) if &*mark.mark == "registered" => Err(Refusal::new(
            "case.before_registration",
            "发生时间早于登记时间",
            format!("`{}` is before the case was registered, `{}`", moment.at, mark.at),
        )),
        Some(mark) => Err(out_of_order(moment, mark.at)),
    }
}

fn out_of_order(moment: Moment, last: Instant) -> Refusal {
    Refusal::new(
        "case.out_of_order",
        format!("发生时间早于它所依据的上一步 {last}"),
        format!("`{}` is before `{last}`, when the step was taken that this one follows", moment.at),
    )
}

/// Nobody dates a pause, or an end that is no answer, back across a breach that was told: what was told stays told.
fn not_across_breach(state: &State, reason: Option<&Code>, books: &Books<'_>, moment: Moment) -> Result<(), Refusal> {
    // Without a late entry there is no breach that lies after it.
    if moment.at == moment.recorded_at {
        return Ok(());
    }
    let outlook = Outlook::of(state, books.clone())?;
    match outlook.told_breach_undone(reason.map(|reason| reason.as_str()), moment.at) {
        None => Ok(()),
        Some(due) => Err(Refusal::new(
            "case.across_breach",
            "不得补录到已通报的超时之前",
            format!("this cannot be dated to `{}`, before the breach of `{due}` that was told", moment.at),
        )),
    }
}
