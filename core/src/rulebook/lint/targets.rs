//! Targets: those that never attach, never run, are never stopped or cannot be reached, and the cases that none holds for.
use super::cases::Cases;
use super::marks::{is_known, starts, stops};
use super::roles::bringer;
use super::{Lint, both, either, marks_named, reference};
use crate::calendar::{Budget, Length};
use crate::case::Status;
use crate::rulebook::RawTarget;
use crate::sla::{Metric, OnReopen};

/// Boxes of uncovered cases that a finding tells; the rest is counted.
const TOLD: usize = 4;
/// A budget that ends later than so many days from its start is not meant.
const FAR: i64 = 3 * 366;
/// The statuses of a case in which work is owed and clocks run.
const OPEN: [Status; 4] = [Status::Registered, Status::Assigned, Status::InProgress, Status::Suspended];

impl Lint<'_> {
    pub(super) fn targets(&mut self) {
        let raw = self.book.raw();
        for (n, target) in raw.targets.iter().enumerate() {
            let path = format!("targets[{n}]");
            self.attaches(n, target);
            if self.starts(&path, target) {
                self.stops(&path, target);
            }
            self.pauses(&path, target);
            if target.on_reopen != OnReopen::default() && target.metric != Metric::Resolve {
                let message =
                    format!("`on_reopen` is asked of `resolve` only: it changes nothing for `{}`", target.metric);
                self.find(format!("{path}.on_reopen"), message, "no `on_reopen`");
            }
            self.reached(&path, n, target);
            self.levels(&path, n, target);
        }
        for metric in Metric::ALL {
            self.covered(metric);
        }
    }

    /// Of each metric the first target that holds wins: one whose every case is taken by those before never attaches.
    fn attaches(&mut self, n: usize, target: &RawTarget) {
        let raw = self.book.raw();
        let own = self.all.of(&target.when);
        let same_metric = raw.targets.iter().enumerate().take(n).filter(|(_, other)| other.metric == target.metric);
        let before: Vec<(usize, Cases<'_>)> =
            same_metric.map(|(n, other)| (n, self.all.of(&other.when))).filter(|(_, other)| own.meets(other)).collect();
        let boxes: Vec<Cases<'_>> = before.iter().map(|(_, cases)| cases.clone()).collect();
        if own.without(&boxes).is_none_or(|left| !left.is_empty()) {
            return;
        }
        let path = format!("targets[{n}].when");
        let twin = before.iter().filter_map(|(n, _)| raw.targets.get(*n)).find(|other| is_twin(other, target));
        if let Some(twin) = twin {
            let message = format!("`{}` says the same as `{}`, which stands before it and wins", target.id, twin.id);
            self.find(format!("targets[{n}]"), message, "one of the two");
            return;
        }
        let winners = both(before.iter().filter_map(|(n, _)| raw.targets.get(*n)).map(|other| &other.id));
        let message = format!("`{}` never attaches: {winners} before it win every case that it holds for", target.id);
        self.find(path, message, "the special target before the general one, or a `when` that leaves it cases");
    }

    /// Whether it can start at all.
    fn starts(&mut self, path: &str, target: &RawTarget) -> bool {
        let (marks, stops, metric) = (starts(target), stops(target), target.metric);
        let path = if target.start.is_empty() { format!("{path}.metric") } else { format!("{path}.start") };
        let unknown: Vec<&str> = marks.iter().copied().filter(|mark| !is_known(mark)).collect();
        let never = |message: String| format!("`{}` never starts: {message}", target.id);
        if unknown.len() == marks.len() {
            let message = never(format!("no case has the {}", marks_named(&unknown)));
            self.find(path, message, "a metric, or a mark in `start`, that cases have");
            return false;
        }
        if !target.start.is_empty() && !unknown.is_empty() {
            self.find(path.as_str(), format!("no case has the {}", marks_named(&unknown)), "marks that cases have");
        }
        if !marks.iter().any(|mark| self.means.brings(mark)) {
            let message = never(format!("nobody can bring the {}", marks_named(&marks)));
            self.find(path, message, marks.first().map(|mark| bringer(mark)).unwrap_or_default());
            return false;
        }
        if metric == Metric::Promise && !marks.contains(&"promised") {
            let message = never("only the mark `promised` gives the instant that a promise runs to".to_owned());
            self.find(path, message, "`promised` among the marks of `start`");
            return false;
        }
        if let Some(reason) = starts_when_over(&marks, metric) {
            self.find(path, never(reason), "a mark of the time in which the matter is open");
            return false;
        }
        if !target.start.is_empty() && metric != Metric::Update && marks.iter().all(|mark| stops.contains(mark)) {
            let message = format!(
                "each mark that starts `{}` stops it too, and stopping comes first: only the next one stops it",
                target.id
            );
            self.find(path, message, "a `start` that is no `stop`, or the metric `update`");
            return true;
        }
        self.answered_at_intake(target, path);
        true
    }

    /// Whoever is answered while he speaks has had his first word: the clock ends as it begins.
    fn answered_at_intake(&mut self, target: &RawTarget, path: String) {
        let told_at_once = starts(target) == ["registered"] && stops(target).contains(&"told");
        let channels = &self.book.raw().channels;
        let came = self.all.of(&target.when).codes("channel");
        let answered = |code: &&str| channels.get(*code).is_some_and(|channel| channel.answered);
        if told_at_once && !came.is_empty() && came.iter().all(answered) {
            let message = format!(
                "`{}` never runs: on {} the customer is answered at intake, and the clock ends as it begins",
                target.id,
                either(came)
            );
            self.find(path, message, "a channel without `answered` in `when`, or no such target");
        }
    }

    fn stops(&mut self, path: &str, target: &RawTarget) {
        let marks = stops(target);
        let path = if target.stop.is_empty() { format!("{path}.metric") } else { format!("{path}.stop") };
        let unknown: Vec<&str> = marks.iter().copied().filter(|mark| !is_known(mark)).collect();
        if !target.stop.is_empty() && !unknown.is_empty() {
            self.find(path.as_str(), format!("no case has the {}", marks_named(&unknown)), "marks that cases have");
            if unknown.len() < marks.len() {
                return;
            }
        }
        // A case is registered once, before anything can run.
        let possible: Vec<&str> = marks.iter().copied().filter(|mark| *mark != "registered").collect();
        let never = format!("`{}` can never be met", target.id);
        if possible.is_empty() {
            let message = format!("{never}: a case is registered before anything runs, and only once");
            self.find(path, message, "a mark that comes after the start");
        } else if unknown.is_empty() && !possible.iter().any(|mark| self.means.brings(mark)) {
            let message = format!("{never}: nobody can bring the {}", marks_named(&possible));
            self.find(path, message, possible.first().map(|mark| bringer(mark)).unwrap_or_default());
        }
    }

    fn pauses(&mut self, path: &str, target: &RawTarget) {
        if target.metric == Metric::Promise && !target.pauses.is_empty() {
            return self.find(format!("{path}.pauses"), "a promise is never paused", "no `pauses`");
        }
        for (n, pause) in target.pauses.iter().enumerate() {
            let path = format!("{path}.pauses[{n}]");
            if *pause.status != *Status::Suspended.code() {
                self.find(format!("{path}.status"), held_by_no_case(&pause.status, target), "`suspended`");
                continue;
            }
            for (m, reason) in pause.reasons.iter().enumerate() {
                let fits = |raw: &crate::rulebook::RawReason| {
                    raw.commands.is_empty() || raw.commands.iter().any(|command| command.as_str() == "case.suspend")
                };
                if !self.book.raw().reasons.get(&**reason).is_some_and(fits) {
                    let message = format!("nobody can suspend a case for `{reason}`: it never pauses");
                    self.find(format!("{path}.reasons[{m}]"), message, self.suspending());
                }
            }
            if let Some(other) = target.pauses.iter().find(|other| takes_all(other, pause)) {
                let message = format!(
                    "`{}` takes all of its time: where pauses overlap that bucket comes first",
                    named(other.bucket)
                );
                self.find(format!("{path}.bucket"), message, "reasons that the other pause does not have");
            }
        }
        let always =
            starts(target) == ["suspended"] && target.pauses.iter().any(|pause| self.takes_every_suspension(pause));
        if always && stops(target).contains(&"resumed") {
            let message = format!(
                "`{}` is always paused: it runs only while a case is suspended, and stands still then",
                target.id
            );
            self.find(format!("{path}.pauses"), message, "no pause in `suspended`");
        }
    }

    /// The reasons for which cases are suspended.
    fn suspending(&self) -> String {
        let reasons = self.book.raw().reasons.iter();
        let fitting =
            reasons.filter(|(_, reason)| reason.commands.iter().any(|command| command.as_str() == "case.suspend"));
        match either(fitting.map(|(code, _)| code)) {
            none if none.is_empty() => "a reason with the command `case.suspend`".to_owned(),
            known => format!("one of {known}"),
        }
    }

    fn takes_every_suspension(&self, pause: &crate::sla::Pause) -> bool {
        let reasons = self.book.raw().reasons.iter();
        let mut suspending = reasons.filter(|(_, one)| {
            one.commands.is_empty() || one.commands.iter().any(|name| name.as_str() == "case.suspend")
        });
        *pause.status == *Status::Suspended.code()
            && (pause.reasons.is_empty()
                || suspending.all(|(code, _)| pause.reasons.iter().any(|one| **one == *code.as_str())))
    }

    fn reached(&mut self, path: &str, n: usize, target: &RawTarget) {
        let Some(rule) = self.book.case().targets.get(n).filter(|_| target.metric != Metric::Promise) else { return };
        let budget = rule.target.budget;
        let path = format!("{path}.budget");
        match rule.target.schedule.deadline(reference(), &budget) {
            Err(error) => {
                self.find(path, format!("cannot be reached: {error}"), "a calendar with hours, or a smaller budget")
            }
            Ok(due) if due.at - reference() > Length::from_minutes(FAR * 24 * 60) => {
                let hours = if matches!(budget, Budget::Length(_)) { "working time" } else { "days" };
                let ends = rule.target.schedule.time_zone().format(due.at);
                let message = format!(
                    "`{budget}` of {hours} on `{}` that begin in {} end at `{ends}`",
                    target.schedule,
                    reference()
                );
                self.find(path, message, "a budget that ends within three years, or a calendar with more hours");
            }
            Ok(_) => {}
        }
    }

    /// A metric with targets and cases that none holds for: no clock runs for those, which may be meant.
    fn covered(&mut self, metric: Metric) {
        let targets = self.book.raw().targets.iter().filter(|target| target.metric == metric);
        let boxes: Vec<Cases<'_>> = targets.map(|target| self.all.of(&target.when)).collect();
        let left = self.all.without(&boxes).filter(|left| !boxes.is_empty() && !left.is_empty());
        let Some(left) = left.map(Cases::joined) else { return };
        let told: Vec<String> = left.iter().take(TOLD).map(|cases| cases.told(&self.all)).collect();
        let more = match left.len().saturating_sub(TOLD) {
            0 => String::new(),
            more => format!("; and {more} more such groups"),
        };
        let message = format!("no target of `{metric}` for {}{more}", told.join("; nor for "));
        self.find(
            "targets",
            message,
            format!("a last target of `{metric}` without `when`, unless these cases need none"),
        );
    }
}

/// Two targets that hold for the same cases and ask the same of them.
fn is_twin(one: &RawTarget, other: &RawTarget) -> bool {
    one.when == other.when
        && (one.budget, &one.schedule, &one.start, &one.stop)
            == (other.budget, &other.schedule, &other.start, &other.stop)
}

/// Why a clock of this metric is not started by any of these marks: when they come, the matter is over.
fn starts_when_over(marks: &[&str], metric: Metric) -> Option<String> {
    let all = |over: &[&str]| marks.iter().all(|mark| over.contains(mark));
    if all(&["cancelled", "merged"]) {
        return Some("nothing begins once a case is cancelled or merged".to_owned());
    }
    let idle = matches!(metric, Metric::Accept | Metric::Arrive | Metric::Update);
    (idle && all(&["resolved", "closed", "cancelled", "merged"]))
        .then(|| format!("`{metric}` is not owed between resolving and reopening"))
}

fn held_by_no_case(status: &str, target: &RawTarget) -> String {
    if OPEN.iter().any(|open| open.code() == status) {
        format!(
            "`{status}` pauses nothing, as of a case only stretches of `suspended` are kept; and if it did, `{}` would stand \
             still in a status in which it is to run",
            target.id
        )
    } else {
        format!("`{status}` pauses nothing: of a case only stretches of `suspended` are kept")
    }
}

/// Whether `other` holds wherever `pause` does and its bucket comes first.
fn takes_all(other: &crate::sla::Pause, pause: &crate::sla::Pause) -> bool {
    let every_reason = other.reasons.is_empty()
        || (!pause.reasons.is_empty() && pause.reasons.iter().all(|reason| other.reasons.contains(reason)));
    other.status == pause.status && other.bucket < pause.bucket && every_reason
}

fn named(bucket: crate::sla::Bucket) -> &'static str {
    match bucket {
        crate::sla::Bucket::Closed => "closed",
        crate::sla::Bucket::ThirdParty => "third_party",
        crate::sla::Bucket::Waiting => "waiting",
    }
}
