//! Clocks for a host without cases.
use serde::{Deserialize, Deserializer, Serialize};

use super::{Context, OpError};
use crate::calendar::operations::CalendarRef;
use crate::calendar::{Budget, Instant, Length, Preset};
use crate::ident::Code;
use crate::sla::{
    At, Clock, ClockExplanation, Held, Level, Line, Mark, Metric, OnReopen, Pause, Span, Target, evaluate, pauses_of,
    standings,
};

/// What `sla.clocks` takes.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct LineArgs {
    /// Marks and spans, in any order. A line that is kept may hold more than we know; one that comes in may not.
    #[serde(deserialize_with = "whole_line")]
    pub line: Line,
    /// What is asked of it.
    pub target: TargetSpec,
    /// The instant asked about.
    pub now: Instant,
}

/// A target, written out.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct TargetSpec {
    /// What is measured.
    pub metric: Metric,
    /// How long it may take; none for a promise.
    #[serde(default)]
    pub budget: Option<Budget>,
    /// The hours that count: a calendar's rules, or its name.
    pub calendar: CalendarRef,
    /// In what it does not run; absent: as the preset has it, else in nothing.
    #[serde(default)]
    pub pauses: Option<Vec<Pause>>,
    /// The product whose conventions on pauses it follows. Those on working time are the calendar's own.
    #[serde(default)]
    pub preset: Option<Preset>,
    /// Warning levels, whose instants are told.
    #[serde(default)]
    pub levels: Vec<At>,
    /// What reopening does.
    #[serde(default)]
    pub on_reopen: OnReopen,
    /// Marks that start it, if not the metric's own.
    #[serde(default)]
    pub start: Vec<Code>,
    /// Marks that stop it, if not the metric's own. A mark `resolved` or `closed` puts what runs to sleep all the same: a
    /// clock that runs on to a mark of the host's own is told on a line without them.
    #[serde(default)]
    pub stop: Vec<Code>,
}

/// Clocks and the instants of their levels.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct LineResult {
    /// One per exchange.
    pub clocks: Vec<Clock>,
    /// Per exchange the instant of each level; none if it is not reached.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub levels: Vec<Vec<Option<Instant>>>,
}

/// `sla.clocks`.
pub(super) fn clocks(context: &Context, args: LineArgs) -> Result<LineResult, OpError> {
    let LineArgs { line, target: spec, now } = args;
    let target = spec.read(context)?;
    check(&line, &target)?;
    let levels = if target.levels.is_empty() {
        Vec::new()
    } else {
        let standings = standings(&line, &target, Held::default())?;
        standings.iter().map(|one| Ok(target.alarms(one)?.levels)).collect::<Result<_, OpError>>()?
    };
    Ok(LineResult { clocks: evaluate(&line, &target, now, Held::default())?, levels })
}

/// What `sla.explain` takes.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ExplainArgs {
    /// Marks and spans, in any order, as for `sla.clocks`.
    #[serde(deserialize_with = "whole_line")]
    pub line: Line,
    /// What is asked of it.
    pub target: TargetSpec,
    /// The instant asked about.
    pub now: Instant,
    /// Only the clock of this round of the metric, from 0.
    #[serde(default)]
    pub exchange: Option<u32>,
}

/// Clocks explained.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ExplainResult {
    /// One per exchange.
    pub explanations: Vec<ClockExplanation>,
}

/// `sla.explain`.
pub(super) fn explain(context: &Context, args: ExplainArgs) -> Result<ExplainResult, OpError> {
    let ExplainArgs { line, target: spec, now, exchange } = args;
    let target = spec.read(context)?;
    check(&line, &target)?;
    let clocks = evaluate(&line, &target, now, Held::default())?;
    let asked = clocks.iter().filter(|clock| exchange.is_none_or(|wanted| clock.exchange == wanted));
    let told = asked.map(|clock| target.explain(&line, clock.exchange, now, Held::default()));
    let explanations: Vec<ClockExplanation> = told.filter_map(Result::transpose).collect::<Result<_, _>>()?;
    match exchange.filter(|_| explanations.is_empty()) {
        None => Ok(ExplainResult { explanations }),
        Some(wanted) => {
            let message = format!("there is no exchange `{wanted}` at `{now}`, there are {}", clocks.len());
            Err(OpError::argument("exchange", &message))
        }
    }
}

impl TargetSpec {
    fn read(self, context: &Context) -> Result<Target, OpError> {
        let schedule = self.calendar.resolve(&|name| context.calendar(name))?;
        let refuse = |message: &str| OpError::argument("target.budget", message);
        let budget = match (self.metric, self.budget) {
            (Metric::Promise, None) => Budget::Length(Length::ZERO),
            (Metric::Promise, Some(_)) => {
                return Err(refuse("a promise has no budget: it ends at the instant that was given"));
            }
            (_, None) => return Err(refuse("is missing")),
            (_, Some(budget)) => budget,
        };
        let leaves_time = match budget {
            Budget::Length(length) => length > Length::ZERO,
            Budget::WorkingDays(days) | Budget::Days(days) => days.count > 0,
        };
        if !leaves_time && self.metric != Metric::Promise {
            return Err(refuse(&format!("`{budget}` leaves no time")));
        }
        let mut target = Target::new(self.metric.code(), self.metric, budget, schedule);
        let preset = self.preset.unwrap_or(Preset::Default);
        target.pauses = self.pauses.unwrap_or_else(|| pauses_of(preset, self.metric));
        target.on_reopen = self.on_reopen;
        target.levels = self.levels.into_iter().map(Level::silent).collect();
        let text = |codes: Vec<Code>| codes.iter().map(|code| code.as_str().into()).collect();
        Ok(target.with_marks(text(self.start), text(self.stop)))
    }
}

fn check(line: &Line, target: &Target) -> Result<(), OpError> {
    let promise = |mark: &&Mark| target.metric == Metric::Promise && target.is_started_by(&mark.mark);
    if let Some(mark) = line.marks().iter().filter(promise).find(|mark| mark.until.is_none()) {
        let message = format!("the promise of `{}` lacks `until`, the instant that was given", mark.at);
        return Err(OpError::argument("line.marks", &message));
    }
    let reversed = |span: &Span| span.to.filter(|to| *to < span.from).map(|to| (span.from, to));
    match line.spans().iter().enumerate().find_map(|(n, span)| Some((n, reversed(span)?))) {
        None => Ok(()),
        Some((n, (from, to))) => {
            let message = format!("`{to}` is before the span begins, `{from}`");
            Err(OpError::argument(&format!("line.spans[{n}].to"), &message))
        }
    }
}

/// A line without a key that it does not know: a misspelt one would quietly change the answer.
fn whole_line<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Line, D::Error> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Whole {
        marks: Vec<WholeMark>,
        #[serde(default)]
        spans: Vec<WholeSpan>,
    }
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct WholeMark {
        mark: Code,
        at: Instant,
        place: u64,
        until: Option<Instant>,
    }
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct WholeSpan {
        status: Code,
        reason: Option<Code>,
        from: Instant,
        to: Option<Instant>,
    }
    let whole = Whole::deserialize(deserializer)?;
    let mut line = Line::default();
    for WholeMark { mark, at, place, until } in whole.marks {
        line.add_mark(Mark { mark: mark.as_str().into(), at, place, until });
    }
    for WholeSpan { status, reason, from, to } in whole.spans {
        let reason = reason.map(|reason| reason.as_str().into());
        line.add_span(Span { status: status.as_str().into(), reason, from, to });
    }
    Ok(line)
}
