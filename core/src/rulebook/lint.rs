//! What a rulebook allows but probably does not mean.
//!
//! Compiling tells what cannot hold. The linter tells what holds and does nothing, or something else than it says: each
//! finding with its place and what would be right. A finding may be meant; none of them stops anybody.
mod cases;
mod levels;
mod marks;
mod notices;
mod roles;
mod targets;

use super::Rulebook;
use crate::calendar::Instant;
use crate::calendar::china;
use crate::problem::{Problem, Problems};
use cases::Cases;
use marks::Means;

pub(super) fn lint(book: &Rulebook) -> Problems {
    let mut lint = Lint { book, means: Means::of(book), all: Cases::all(book), found: Problems::default() };
    lint.calendars();
    lint.roles();
    lint.kinds();
    lint.targets();
    lint.notices();
    let mut found = lint.found;
    book.0.lines.locate(&mut found);
    found
}

struct Lint<'a> {
    book: &'a Rulebook,
    means: Means<'a>,
    all: Cases<'a>,
    found: Problems,
}

impl Lint<'_> {
    fn find(&mut self, path: impl Into<String>, message: impl Into<String>, expected: impl Into<String>) {
        self.found.push(Problem::new(path, message).expected(expected));
    }

    fn calendars(&mut self) {
        let raw = self.book.raw();
        for (id, calendar) in &raw.calendars {
            let path = format!("calendars.{id}");
            self.found.extend_under(&format!("{path}.rules"), calendar.rules.lint());
            let levels =
                raw.targets.iter().flat_map(|target| &target.levels).filter_map(|level| level.schedule.as_ref());
            let told = raw.notices.iter().filter_map(|notice| notice.schedule.as_ref()).chain(levels);
            if !raw.targets.iter().map(|target| &target.schedule).chain(told).any(|schedule| schedule == id) {
                let message = format!("no target runs on `{id}`");
                self.find(path, message, "a target with this `schedule`, or no such calendar");
            }
        }
    }
}

/// Where budgets are tried out: the first day of the last year that the holiday table knows, so that a finding depends on
/// the rulebook and on nothing else.
fn reference() -> Instant {
    let year = china::known_until().format("%Y-01-01T00:00:00Z").to_string();
    year.parse().unwrap_or(Instant::MIN)
}

/// `a`, `b` or `c`.
fn either<T: std::fmt::Display>(names: impl IntoIterator<Item = T>) -> String {
    joined(names, "or")
}

/// `a`, `b` and `c`.
fn both<T: std::fmt::Display>(names: impl IntoIterator<Item = T>) -> String {
    joined(names, "and")
}

fn joined<T: std::fmt::Display>(names: impl IntoIterator<Item = T>, word: &str) -> String {
    let mut names: Vec<String> = names.into_iter().map(|name| format!("`{name}`")).collect();
    match names.pop() {
        None => String::new(),
        Some(last) if names.is_empty() => last,
        Some(last) => format!("{} {word} {last}", names.join(", ")),
    }
}

/// The mark, or the marks, of these names.
fn marks_named(marks: &[&str]) -> String {
    let noun = if marks.len() == 1 { "mark" } else { "marks" };
    format!("{noun} {}", either(marks))
}

#[cfg(test)]
mod tests;
