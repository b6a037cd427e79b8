//! Exchanges: the rounds of a metric, cut from the marks of a line.
use super::line::{Line, Mark};
use super::metric::{Metric, OnReopen, Repeat};
use crate::calendar::Instant;

/// One round of a metric: from a start to the stop that answers it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Exchange {
    pub(super) start: Instant,
    pub(super) stop: Option<Instant>,
    /// The instant given, where the metric is a promise.
    pub(super) until: Option<Instant>,
    /// How it ended without a stop.
    pub(super) cut: Option<Cut>,
}

/// An end that is neither met nor broken by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cut {
    /// Another exchange took its place.
    Replaced(Instant),
    /// The matter was cancelled or merged into another.
    Cancelled(Instant),
}

/// The marks that start and stop, where they are not the metric's own.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Marks {
    pub(super) start: Vec<Box<str>>,
    pub(super) stop: Vec<Box<str>>,
}

impl Marks {
    fn starts(&self, metric: Metric, mark: &str) -> bool {
        if self.start.is_empty() {
            metric.starts().contains(&mark)
        } else {
            self.start.iter().any(|own| **own == *mark)
        }
    }
    fn stops(&self, metric: Metric, mark: &str) -> bool {
        if self.stop.is_empty() { metric.stops().contains(&mark) } else { self.stop.iter().any(|own| **own == *mark) }
    }
}

/// The exchanges of `metric` on `line`, in the order in which they start. Stop comes before start within one mark, so a
/// word of ours that answers also begins the wait for the next.
pub(super) fn exchanges(line: &Line, metric: Metric, marks: &Marks, on_reopen: OnReopen) -> Vec<Exchange> {
    let mut all: Vec<Exchange> = Vec::new();
    for mark in line.marks() {
        let name = &*mark.mark;
        match name {
            "cancelled" | "merged" => cut_running(&mut all, Cut::Cancelled(mark.at)),
            "reopened" => reopen(&mut all, metric, on_reopen, mark),
            _ => {
                if marks.stops(metric, name) {
                    all.iter_mut().filter(|one| is_running(one)).for_each(|one| one.stop = Some(mark.at));
                }
                if marks.starts(metric, name) && !(metric == Metric::Update && was_resolved(line, mark)) {
                    start(&mut all, metric.repeat(), mark);
                }
            }
        }
    }
    all
}

fn is_running(one: &Exchange) -> bool {
    one.stop.is_none() && one.cut.is_none()
}

fn cut_running(all: &mut [Exchange], cut: Cut) {
    all.iter_mut().filter(|one| is_running(one)).for_each(|one| one.cut = Some(cut));
}

fn start(all: &mut Vec<Exchange>, repeat: Repeat, mark: &Mark) {
    let running = all.iter().any(is_running);
    match repeat {
        Repeat::Once if !all.is_empty() => return,
        Repeat::Oldest if running => return,
        Repeat::Replace => cut_running(all, Cut::Replaced(mark.at)),
        _ => {}
    }
    all.push(Exchange { start: mark.at, stop: None, until: mark.until, cut: None });
}

/// Reopening undoes the stop of what resolving ended, or begins anew, or leaves it.
fn reopen(all: &mut Vec<Exchange>, metric: Metric, on_reopen: OnReopen, mark: &Mark) {
    match metric {
        Metric::Resolve => match on_reopen {
            OnReopen::Resume => {
                if let Some(last) = all.last_mut().filter(|last| last.cut.is_none()) {
                    last.stop = None;
                }
            }
            OnReopen::Restart => all.push(Exchange { start: mark.at, stop: None, until: None, cut: None }),
            OnReopen::Keep => {}
        },
        // What was to be confirmed is open again: there is nothing to revisit until it is resolved anew.
        Metric::Revisit => cut_running(all, Cut::Replaced(mark.at)),
        _ => {}
    }
}

/// After resolving and before reopening nobody owes the customer a next word.
fn was_resolved(line: &Line, mark: &Mark) -> bool {
    let before = line.marks().iter().rev().filter(|other| (other.at, other.place) < (mark.at, mark.place));
    let mut ends = before.filter(|other| matches!(&*other.mark, "resolved" | "reopened"));
    ends.next().is_some_and(|last| &*last.mark == "resolved")
}
