//! Roles and kinds: commands nobody may give, needs nobody can fill.
use std::collections::BTreeSet;

use super::marks::brought_by;
use super::{Lint, either};
use crate::case::OWNER;
use crate::ident::Code;

impl Lint<'_> {
    pub(super) fn roles(&mut self) {
        let raw = self.book.raw();
        let told = raw.targets.iter().flat_map(|target| &target.levels).flat_map(|level| &level.tell);
        let told: BTreeSet<&Code> = told.chain(raw.notices.iter().flat_map(|notice| &notice.to)).collect();
        for code in
            raw.roles.iter().filter(|(code, role)| role.may.is_empty() && !told.contains(code)).map(|(code, _)| code)
        {
            let message = format!("`{code}` may give no command and is told nothing");
            self.find(format!("roles.{code}"), message, "commands in `may`, or no such role");
        }
        for (n, notice) in raw.notices.iter().enumerate().filter(|(_, notice)| notice.escalate) {
            let may = |role: &&Code| self.book.role(role).is_some_and(|role| role.may("case.acknowledge"));
            let roles = || notice.to.iter().filter(|role| role.as_str() != OWNER);
            if roles().next().is_some() && !roles().any(|role| may(&role)) {
                let message = format!("the matter goes up to {}, who may not acknowledge it", either(roles()));
                self.find(format!("notices[{n}].to"), message, "a role that may give `case.acknowledge`");
            }
        }
        if !raw.complexities.contains_key("complex") && self.means.can("case.declare_complex") {
            let message =
                "`case.declare_complex` makes a case `complex`, a complexity that is not listed: it is always refused";
            self.find("complexities", message, "`complex`, or no role and no reason for `case.declare_complex`");
        }
    }

    pub(super) fn kinds(&mut self) {
        for (code, kind) in &self.book.raw().kinds {
            for (step, needs) in [("resolve", &kind.resolve_needs), ("close", &kind.close_needs)] {
                for (n, mark) in needs.iter().enumerate() {
                    let path = format!("kinds.{code}.{step}_needs[{n}]");
                    // A revisit follows the solution, and what lies before a reopening no longer serves.
                    if step == "resolve" && mark.as_str() == "revisited" {
                        let message =
                            "a case is revisited after it was resolved: none of this kind can ever be resolved";
                        self.find(path, message, "`revisited` in `close_needs`");
                    } else if !self.fills(mark) {
                        let message = format!("no role can bring `{mark}`: no case of this kind can ever be {step}d");
                        self.find(path, message, bringer(mark.as_str()));
                    }
                }
            }
        }
    }

    /// Whether a need can be filled; a word at intake serves for none.
    fn fills(&self, mark: &Code) -> bool {
        if mark.as_str() == "told" { self.means.can("case.tell") } else { self.means.brings(mark.as_str()) }
    }
}

/// What would bring a mark.
pub(super) fn bringer(mark: &str) -> String {
    match (mark, brought_by(mark)) {
        ("escalated", _) => "a notice with `escalate = true`".to_owned(),
        ("acknowledged", _) => "a notice with `escalate = true` and a role that may give `case.acknowledge`".to_owned(),
        (_, commands) => format!("a role that may give {}, with a reason for it where it needs one", either(commands)),
    }
}
