//! Notices that can never be sent.
use super::{Lint, either};
use crate::case::{OWNER, On};
use crate::rulebook::RawNotice;

impl Lint<'_> {
    pub(super) fn notices(&mut self) {
        let raw = self.book.raw();
        for (n, notice) in raw.notices.iter().enumerate() {
            let path = format!("notices[{n}]");
            let commands: &[&str] = match notice.on {
                On::Registered => &["case.register"],
                On::Assigned => &["case.assign"],
                On::Reopened => &["case.reopen", "case.revisit"],
                On::Dissatisfied => &["case.revisit"],
                On::Major => &["case.register", "case.declare_major", "case.relabel"],
                On::Breached => {
                    self.breaches(&path, notice);
                    continue;
                }
            };
            if !commands.iter().any(|command| self.means.can(command)) {
                let message = format!("`{}` is never sent: no role can give {}", notice.id, either(commands));
                self.find(format!("{path}.on"), message, format!("a role that may give {}", either(commands)));
            }
            if notice.on == On::Major && notice.when.major == Some(false) {
                let message = format!("`{}` is never sent: it waits for a major case that is not major", notice.id);
                self.find(format!("{path}.when.major"), message, "no `major` in `when`");
            }
            // A case becomes by its labels what the notice waits for, too, and may have an owner then.
            let at_registration = notice.on == On::Registered && notice.when.is_any();
            if at_registration && notice.to.iter().all(|to| to.as_str() == OWNER) {
                let message =
                    format!("`{}` tells the owner alone, and a case that is being registered has none yet", notice.id);
                self.find(format!("{path}.to"), message, "a role, or `on = \"assigned\"`");
            }
        }
        for (n, notice) in raw.notices.iter().enumerate() {
            let twin = raw.notices.iter().take(n).find(|other| {
                (other.on, other.metric, &other.when, &other.to) == (notice.on, notice.metric, &notice.when, &notice.to)
            });
            if let Some(twin) = twin {
                let message = format!("`{}` tells the same people of the same thing as `{}`", notice.id, twin.id);
                self.find(format!("notices[{n}]"), message, "one of the two");
            }
        }
    }

    /// A breach is that of a target which holds for such a case.
    fn breaches(&mut self, path: &str, notice: &RawNotice) {
        let told = self.all.of(&notice.when);
        let of_metric = |metric| notice.metric.is_none_or(|wanted| wanted == metric);
        let mut targets = self.book.raw().targets.iter().filter(|target| of_metric(target.metric));
        if targets.any(|target| told.meets(&self.all.of(&target.when))) {
            return;
        }
        let what = notice.metric.map_or_else(|| "target".to_owned(), |metric| format!("target of `{metric}`"));
        let message = format!("`{}` is never sent: no {what} holds for such cases", notice.id);
        self.find(path, message, format!("a {what}, or another `metric` or `when`"));
    }
}
