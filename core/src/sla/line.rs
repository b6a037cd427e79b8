//! The line of time that clocks are computed from.
use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::calendar::Instant;

/// An instant of meaning: `registered`, `told`, `resolved`, or a host's own word. Three of them mean the same in every
/// metric: `cancelled` and `merged` end all that runs, `reopened` undoes `resolved` or `closed`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Mark {
    /// What happened.
    pub mark: Box<str>,
    /// When it happened.
    pub at: Instant,
    /// Its place in the journal: marks of one instant stand in this order.
    pub place: u64,
    /// The instant given to the customer, where the mark is a promise; where it is an appointment, its start.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Instant>,
}

/// A stretch in which a status held that may pause clocks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Span {
    /// The status, such as `suspended`.
    pub status: Box<str>,
    /// Why, where the status has reasons.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Box<str>>,
    /// Its first instant.
    pub from: Instant,
    /// Its end, exclusive; none while it holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Instant>,
}

/// Marks in the order of their instants and places, and spans of status, which may overlap.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Line {
    #[serde(deserialize_with = "in_order")]
    marks: Vec<Mark>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    spans: Vec<Span>,
}

impl Line {
    /// Adds a mark where it belongs, whenever it is told.
    pub fn mark(&mut self, mark: &str, at: Instant, place: u64) {
        self.add_mark(Mark { mark: mark.into(), at, place, until: None });
    }

    /// Adds a promise: the mark and the instant that was given.
    pub fn promise(&mut self, mark: &str, at: Instant, place: u64, until: Instant) {
        self.add_mark(Mark { mark: mark.into(), at, place, until: Some(until) });
    }

    /// Adds a mark that is written out.
    pub fn add_mark(&mut self, mark: Mark) {
        let after = self.marks.partition_point(|other| (other.at, other.place) <= (mark.at, mark.place));
        self.marks.insert(after, mark);
    }

    /// Adds a span that is written out.
    pub fn add_span(&mut self, span: Span) {
        self.spans.push(span);
    }

    /// Opens a span of status.
    pub fn open(&mut self, status: &str, reason: Option<&str>, from: Instant) {
        self.spans.push(Span { status: status.into(), reason: reason.map(Into::into), from, to: None });
    }

    /// Ends the spans of `status` that still hold; none ends before it began.
    pub fn close(&mut self, status: &str, to: Instant) {
        for span in self.spans.iter_mut().filter(|span| &*span.status == status && span.to.is_none()) {
            span.to = Some(to.max(span.from));
        }
    }

    /// What of the line had happened at `now`: later marks are not there yet, and a span that ends later still holds.
    pub(super) fn as_of(&self, now: Instant) -> Cow<'_, Self> {
        let ahead = self.marks.last().is_some_and(|last| last.at > now)
            || self.spans.iter().any(|span| span.from > now || span.to.is_some_and(|to| to > now));
        if !ahead {
            return Cow::Borrowed(self);
        }
        let marks = self.marks.iter().filter(|mark| mark.at <= now).cloned().collect();
        let spans = self.spans.iter().filter(|span| span.from <= now).cloned();
        let spans = spans.map(|span| Span { to: span.to.filter(|to| *to <= now), ..span }).collect();
        Cow::Owned(Self { marks, spans })
    }

    /// The marks, by instant and place.
    pub fn marks(&self) -> &[Mark] {
        &self.marks
    }

    /// The spans, in the order they were told.
    pub fn spans(&self) -> &[Span] {
        &self.spans
    }

    /// The last of marks with one of these names that had been made at `at`.
    pub fn last_of(&self, marks: &[&str], at: Instant) -> Option<&Mark> {
        self.marks.iter().rev().find(|other| other.at <= at && marks.contains(&&*other.mark))
    }

    /// The first mark of this name.
    pub fn first(&self, mark: &str) -> Option<&Mark> {
        self.marks.iter().find(|other| &*other.mark == mark)
    }

    /// The last mark of this name.
    pub fn last(&self, mark: &str) -> Option<&Mark> {
        self.marks.iter().rev().find(|other| &*other.mark == mark)
    }
}

fn in_order<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Vec<Mark>, D::Error> {
    let mut marks = Vec::<Mark>::deserialize(deserializer)?;
    marks.sort_by_key(|mark| (mark.at, mark.place));
    Ok(marks)
}
