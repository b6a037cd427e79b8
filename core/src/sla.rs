//! Clocks over a line of time: marks and spans go in; exchanges, due times, pauses, warnings and their basis come out.
//!
//! The module knows no case. A host without cases gives a [`Line`] of its own. Everything is computed from sets, so the
//! order in which marks were told never matters, only their instants and, within an instant, their places.
//!
//! ```
//! use guanjia::calendar::{Calendar, Zone};
//! use guanjia::sla::{Held, Line, Metric, Outcome, Target, evaluate};
//!
//! let target = Target::new("respond", Metric::Respond, "15 min".parse()?, Calendar::round_the_clock(Zone::SHANGHAI));
//! let mut line = Line::default();
//! line.mark("registered", "2026-03-02T09:00:00+08:00".parse()?, 1);
//! line.mark("told", "2026-03-02T09:12:00+08:00".parse()?, 2);
//! let clocks = evaluate(&line, &target, "2026-03-02T10:00:00+08:00".parse()?, Held::default())?;
//! assert_eq!(clocks[0].outcome, Outcome::Met);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
mod clock;
mod exchange;
mod explanation;
mod level;
mod line;
mod metric;
mod pause;
mod standing;

pub use clock::{Buckets, Clock, Late, Outcome, Target, evaluate};
pub use explanation::{ClockExplanation, ClockSpan, Why};
pub use level::{At, Level, LevelError, PARTS};
pub use line::{Line, Mark, Span};
pub use metric::{Metric, OnReopen};
pub use pause::{Bucket, Pause, pauses_of};
pub use standing::{Alarms, Held, Standing, standings};

#[cfg(test)]
mod tests;
