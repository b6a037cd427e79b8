//! Exchanges: the rounds of a metric, cut from the marks of a line.
use super::clock::Target;
use super::line::{Line, Mark};
use super::metric::{Metric, OnReopen, Repeat};
use crate::calendar::Instant;

/// One round of a metric: from a start to the stop that answers it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Exchange {
    pub(super) start: Instant,
    pub(super) stop: Option<Instant>,
    /// The instant given, where the metric is a promise.
    pub(super) until: Option<Instant>,
    /// How it ended without a stop.
    pub(super) cut: Option<Cut>,
    /// Where it slept between resolving and reopening; the end is none while the matter is closed.
    pub(super) closed: Vec<(Instant, Option<Instant>)>,
}

/// An end that is neither met nor broken by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cut {
    /// Another exchange or target took its place, or nobody waits for its stop any more.
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
    pub(super) fn starts(&self, metric: Metric, mark: &str) -> bool {
        if self.start.is_empty() {
            metric.starts().contains(&mark)
        } else {
            self.start.iter().any(|own| **own == *mark)
        }
    }

    pub(super) fn stops(&self, metric: Metric, mark: &str) -> bool {
        if self.stop.is_empty() { metric.stops().contains(&mark) } else { self.stop.iter().any(|own| **own == *mark) }
    }

    fn drops(&self, metric: Metric, mark: &str) -> bool {
        self.stop.is_empty() && metric.drops().contains(&mark)
    }
}

impl Cut {
    pub(super) fn at(self) -> Instant {
        match self {
            Self::Replaced(at) | Self::Cancelled(at) => at,
        }
    }
}

impl Exchange {
    fn begin(start: Instant, until: Option<Instant>) -> Self {
        Self { start, stop: None, until, cut: None, closed: Vec::new() }
    }

    fn is_running(&self) -> bool {
        self.stop.is_none() && self.cut.is_none()
    }

    /// When it ended, by a stop or without one.
    pub(super) fn end(&self) -> Option<Instant> {
        self.stop.or(self.cut.map(Cut::at))
    }
}

/// The exchanges of `target` on `line`, in the order in which they start. Stop comes before start within one mark, so a
/// word of ours that answers also begins the wait for the next.
pub(super) fn exchanges(line: &Line, target: &Target) -> Vec<Exchange> {
    let mut rounds = Rounds::default();
    for mark in line.marks() {
        rounds.read(mark, target);
    }
    rounds.all
}

/// The exchanges read so far.
#[derive(Default)]
struct Rounds {
    all: Vec<Exchange>,
    /// How many began before the matter was last reopened.
    earlier: usize,
    /// The matter is resolved or closed.
    closed: bool,
    /// It was cancelled or merged: nothing begins any more.
    over: bool,
}

impl Rounds {
    fn read(&mut self, mark: &Mark, target: &Target) {
        let (metric, name) = (target.metric, &*mark.mark);
        if target.marks.stops(metric, name) {
            self.running().for_each(|one| one.stop = Some(mark.at));
        }
        if target.marks.drops(metric, name) {
            self.cut(Cut::Replaced(mark.at));
        }
        match name {
            "cancelled" | "merged" => {
                self.cut(Cut::Cancelled(mark.at));
                self.over = true;
            }
            "resolved" | "closed" => self.close(metric, mark.at),
            "reopened" => self.reopen(metric, target.on_reopen, mark.at),
            _ => {}
        }
        // After resolving and before reopening nobody owes a visit, the taking of an assignment or a next word.
        let idle = self.over || (self.closed && matches!(metric, Metric::Accept | Metric::Arrive | Metric::Update));
        if !idle && target.is_started_by(name) {
            self.start(metric, mark);
        }
    }

    fn running(&mut self) -> impl Iterator<Item = &mut Exchange> {
        self.all.iter_mut().filter(|one| one.is_running())
    }

    fn cut(&mut self, cut: Cut) {
        self.running().for_each(|one| one.cut = Some(cut));
    }

    fn start(&mut self, metric: Metric, mark: &Mark) {
        let exchange = match (metric, mark.until) {
            (Metric::Promise, None) => return,
            (Metric::Promise, until) => Exchange::begin(mark.at, until),
            // A visit is waited for from the appointment's start.
            (Metric::Arrive, Some(until)) => Exchange::begin(until, None),
            _ => Exchange::begin(mark.at, None),
        };
        let running = self.running().next().is_some();
        match metric.repeat() {
            Repeat::Once if self.all.len() > self.earlier => return,
            Repeat::Oldest if running => return,
            Repeat::Replace => self.cut(Cut::Replaced(mark.at)),
            _ => {}
        }
        self.all.push(exchange);
    }

    /// What is still running sleeps until the matter is reopened; a promise binds all the same, and a revisit has only
    /// begun to be owed.
    fn close(&mut self, metric: Metric, at: Instant) {
        if !self.closed && !matches!(metric, Metric::Promise | Metric::Revisit) {
            self.running().for_each(|one| one.closed.push((at, None)));
        }
        self.closed = true;
    }

    /// Reopening wakes what slept; it undoes the stop of what resolving ended, or begins anew, or leaves it.
    fn reopen(&mut self, metric: Metric, on_reopen: OnReopen, at: Instant) {
        for (_, to) in self.all.iter_mut().filter_map(|one| one.closed.last_mut()) {
            to.get_or_insert(at);
        }
        match metric {
            Metric::Resolve => self.resume(on_reopen, at),
            // What was to be confirmed is open again: there is nothing to revisit until it is resolved anew.
            Metric::Revisit => {
                self.cut(Cut::Replaced(at));
                self.earlier = self.all.len();
            }
            _ => {}
        }
        self.closed = false;
    }

    fn resume(&mut self, on_reopen: OnReopen, at: Instant) {
        let Some(last) = self.all.last_mut().filter(|last| last.cut.is_none()) else { return };
        match (on_reopen, last.stop) {
            (OnReopen::Resume, Some(stop)) => {
                last.closed.push((stop, Some(at)));
                last.stop = None;
            }
            (OnReopen::Restart, Some(_)) => self.all.push(Exchange::begin(at, None)),
            _ => {}
        }
    }
}
