//! The service case: one matter from registration to closing.
//!
//! A case lives by four pure functions: [`decide`] turns a command into events or a [`Refusal`], [`State::apply`] folds an
//! event, [`wake_at`] says when time alone has something to tell, and [`wake`] tells it. None of them reads a clock.
mod books;
mod command;
mod contest;
mod decide;
mod event;
mod labels;
mod notice;
mod outlook;
mod rules;
mod state;

pub use crate::refusal::Refusal;
pub use books::Books;
pub use command::{Command, LabelChange, Registration};
pub use contest::{Lost, Mismatch, Untargeted};
pub(crate) use decide::DISSATISFIED;
pub use decide::{Moment, decide};
pub(crate) use event::is_zero;
pub use event::{Event, Moved, Rebased, Registered, Told, Withheld};
pub use labels::Labels;
pub(crate) use notice::OWNER;
pub use notice::{Happened, Notice};
pub use outlook::{COLUMNS, Explained, Outlook, wake, wake_at};
pub use rules::{ChannelRule, KindRule, NoticeRule, On, ReasonRule, Rules, TargetRule, TopicRule, When};
pub use state::{Attached, Escalation, FACTS, Pin, Stamp, State, Status};

#[cfg(test)]
mod tests;
