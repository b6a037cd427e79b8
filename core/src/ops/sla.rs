//! Clocks for a host without cases.
use serde::{Deserialize, Serialize};

use super::{Context, OpError};
use crate::calendar::operations::CalendarRef;
use crate::calendar::{Budget, Instant, Length};
use crate::ident::Code;
use crate::sla::{At, Clock, Level, Line, Metric, OnReopen, Pause, Target, evaluate};

/// What `sla.clocks` takes.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct LineArgs {
    /// Marks and spans.
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
    /// In what it does not run.
    #[serde(default)]
    pub pauses: Vec<Pause>,
    /// Warning levels, whose instants are told.
    #[serde(default)]
    pub levels: Vec<At>,
    /// What reopening does.
    #[serde(default)]
    pub on_reopen: OnReopen,
    /// Marks that start it, if not the metric's own.
    #[serde(default)]
    pub start: Vec<Code>,
    /// Marks that stop it, if not the metric's own.
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
    let schedule = spec.calendar.resolve(&|name| context.calendar(name))?;
    let budget = match (spec.metric, spec.budget) {
        (Metric::Promise, _) => Budget::Length(Length::ZERO),
        (_, Some(budget)) => budget,
        (_, None) => return Err(OpError::argument("target.budget", "is missing")),
    };
    let mut target = Target::new(spec.metric.code(), spec.metric, budget, schedule);
    target.pauses = spec.pauses;
    target.on_reopen = spec.on_reopen;
    target.levels = spec.levels.into_iter().map(|at| Level { at, tell: Vec::new() }).collect();
    let text = |codes: Vec<Code>| codes.iter().map(|code| code.as_str().into()).collect();
    let target = target.with_marks(text(spec.start), text(spec.stop));
    let standings = crate::sla::standings(&line, &target, None)?;
    let levels = if target.levels.is_empty() {
        Vec::new()
    } else {
        standings.iter().map(|one| Ok(target.alarms(one)?.levels)).collect::<Result<_, OpError>>()?
    };
    Ok(LineResult { clocks: evaluate(&line, &target, now, None)?, levels })
}
