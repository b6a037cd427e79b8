//! Which marks a case can have, and who can bring them.
use crate::ident::Code;
use crate::rulebook::{RawTarget, Rulebook};

/// Every mark that a case can have, with the commands that make it.
const MARKS: [(&str, &[&str]); 25] = [
    ("registered", &["case.register"]),
    ("told", &["case.tell"]),
    ("heard", &["case.hear"]),
    ("assigned", &["case.assign"]),
    ("accepted", &["case.accept"]),
    ("refused", &["case.refuse"]),
    ("begun", &["case.begin"]),
    ("arrived", &["case.arrive"]),
    ("planned", &["case.plan"]),
    ("promised", &["case.promise", "case.plan"]),
    ("kept", &["case.keep"]),
    ("declared_complexity", &["case.declare_complex", "case.relabel"]),
    ("declared_major", &["case.declare_major", "case.relabel"]),
    ("suspended", &["case.suspend"]),
    ("resumed", &["case.resume", "case.suspend"]),
    ("measured", &["case.measure"]),
    ("acknowledged", &["case.acknowledge"]),
    ("resolved", &["case.resolve"]),
    ("closed", &["case.close"]),
    ("cancelled", &["case.cancel"]),
    ("merged", &["case.merge"]),
    ("reopened", &["case.reopen", "case.revisit"]),
    ("revisited", &["case.revisit"]),
    ("revisit_failed", &["case.revisit"]),
    ("escalated", &[]),
];

/// Commands that name a reason of the rulebook.
const REASONED: [&str; 7] = [
    "case.suspend",
    "case.refuse",
    "case.declare_complex",
    "case.declare_major",
    "case.measure",
    "case.cancel",
    "case.reopen",
];

/// What the roles of a rulebook can bring about.
pub(super) struct Means<'a> {
    book: &'a Rulebook,
}

impl<'a> Means<'a> {
    pub(super) fn of(book: &'a Rulebook) -> Self {
        Self { book }
    }

    /// Whether some role may give the command, and the rulebook has a reason for it where it needs one.
    pub(super) fn can(&self, command: &str) -> bool {
        let permitted = self.book.0.roles.values().any(|role| role.may(command));
        permitted && (!REASONED.contains(&command) || self.has_reason(command))
    }

    /// Whether a reason fits the command.
    pub(super) fn has_reason(&self, command: &str) -> bool {
        let fits = |commands: &[Code]| commands.is_empty() || commands.iter().any(|one| one.as_str() == command);
        self.book.raw().reasons.values().any(|reason| fits(&reason.commands))
    }

    /// Whether a case can come to have the mark.
    pub(super) fn brings(&self, mark: &str) -> bool {
        match mark {
            // An answer at intake is a word of ours.
            "told" if self.book.raw().channels.values().any(|channel| channel.answered) => true,
            "escalated" => self.book.raw().notices.iter().any(|notice| notice.escalate),
            "acknowledged" => self.brings("escalated") && self.can("case.acknowledge"),
            "reopened" => self.can("case.reopen") || self.can("case.revisit"),
            _ => brought_by(mark).iter().any(|command| self.can(command)),
        }
    }
}

/// Whether cases have a mark of this name at all.
pub(super) fn is_known(mark: &str) -> bool {
    MARKS.iter().any(|(known, _)| *known == mark)
}

/// The commands that make a mark.
pub(super) fn brought_by(mark: &str) -> &'static [&'static str] {
    MARKS.iter().find(|(known, _)| *known == mark).map_or(&[], |(_, commands)| commands)
}

/// The marks that start a target.
pub(super) fn starts(target: &RawTarget) -> Vec<&str> {
    named(&target.start, target.metric.starts())
}

/// The marks that stop it.
pub(super) fn stops(target: &RawTarget) -> Vec<&str> {
    named(&target.stop, target.metric.stops())
}

fn named<'a>(own: &'a [Code], of_metric: &[&'static str]) -> Vec<&'a str> {
    if own.is_empty() { of_metric.to_vec() } else { own.iter().map(|mark| mark.as_str()).collect() }
}

/// Every mark of the table.
#[cfg(test)]
pub(super) fn known() -> Vec<&'static str> {
    MARKS.iter().map(|(mark, _)| *mark).collect()
}
