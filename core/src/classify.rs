//! What a resident wants, about what, how urgently: read from cues of a lexicon, each named in the answer.
mod lexicon;
pub mod operations;

use std::ops::Range;
use std::sync::{Arc, LazyLock};

use daachorse::{CharwiseDoubleArrayAhoCorasick, CharwiseDoubleArrayAhoCorasickBuilder};
use serde::Serialize;

use crate::problem::{Problem, Problems, Reading};
use crate::text::{ends_clause, fold};
use lexicon::{Axis, Cue, RawLexicon, Tables};

const STANDARD: &str = include_str!("../data/lexicons/standard.toml");
/// Points from which a cue of urgency or weight decides.
const DECISIVE: u32 = 3;

/// Labels of a text and the words that speak for them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Labels {
    /// What the writer wants.
    pub kind: String,
    /// What it is about.
    pub topic: String,
    /// How soon harm is done.
    pub urgency: String,
    /// Whether it goes to the superior at once.
    pub major: bool,
    /// Lexicon and version.
    pub model: String,
    /// The cues found, in order of the text; those that a guard took back have no points.
    pub evidence: Vec<Evidence>,
}

/// A cue found in a text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Evidence {
    /// What it speaks for, such as `topic.lift`.
    pub label: String,
    /// The words.
    pub cue: String,
    /// Where they begin, in characters.
    pub at: usize,
    /// How much they weigh.
    pub points: u32,
}

/// A compiled lexicon. Cheap to clone, shared between threads.
///
/// ```
/// use guanjia::classify::Classifier;
/// let read = Classifier::standard().classify("电梯困人了,快来!");
/// assert_eq!((read.kind.as_str(), read.topic.as_str(), read.urgency.as_str()), ("help", "lift", "emergency"));
/// ```
#[derive(Clone)]
pub struct Classifier(Arc<Compiled>);

#[derive(Default)]
struct Compiled {
    /// Finds phrases; a value is the place of a phrase's cues among `groups`. None for a lexicon without cues.
    automaton: Option<CharwiseDoubleArrayAhoCorasick<u32>>,
    /// Per phrase, its cues among the table's.
    groups: Vec<Range<usize>>,
    tables: Tables,
}

impl Classifier {
    /// The lexicon that ships with the library.
    pub fn standard() -> Self {
        static CLASSIFIER: LazyLock<Classifier> = LazyLock::new(|| {
            #[expect(clippy::expect_used, reason = "a test compiles the embedded lexicon")]
            Classifier::from_toml(STANDARD).expect("the embedded lexicon is right")
        });
        CLASSIFIER.clone()
    }

    /// Reads and compiles a lexicon in TOML.
    ///
    /// # Errors
    /// Every problem of the file.
    pub fn from_toml(text: &str) -> Result<Self, Problems> {
        let mut reading = Reading::<RawLexicon>::toml(text);
        let mut compiled = None;
        if let Some(raw) = reading.value.take() {
            match compile(raw) {
                Ok(lexicon) => compiled = Some(lexicon),
                Err(problems) => reading.tell(problems),
            }
        }
        match compiled {
            Some(lexicon) if reading.problems.is_empty() => Ok(Self(Arc::new(lexicon))),
            _ => Err(reading.problems),
        }
    }

    /// Labels of a text; a text without cues gets the labels the lexicon falls back on.
    pub fn classify(&self, text: &str) -> Labels {
        let folded = fold(text);
        let tables = &self.0.tables;
        let found = self.0.found(&folded);
        let kind = tables.best(Axis::Kind, &found).unwrap_or(&tables.fallback.kind);
        let topic = tables.best(Axis::Topic, &found).unwrap_or(&tables.fallback.topic);
        let urgency = tables.urgency(kind, &found);
        let major = tables.urgency_is_major(urgency) || points(&found, |cue| cue.axis == Axis::Major) >= DECISIVE;
        Labels {
            kind: kind.to_owned(),
            topic: topic.to_owned(),
            urgency: urgency.to_owned(),
            major,
            model: tables.name.clone(),
            evidence: found.iter().map(|hit| hit.evidence(&folded)).collect(),
        }
    }
}

impl std::fmt::Debug for Classifier {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Classifier").field(&self.0.tables.name).finish()
    }
}

fn compile(raw: RawLexicon) -> Result<Compiled, Problems> {
    let tables = Tables::compile(raw)?;
    let mut groups: Vec<Range<usize>> = Vec::new();
    let mut phrases: Vec<(&str, u32)> = Vec::new();
    for (place, cue) in tables.cues.iter().enumerate() {
        match (phrases.last(), groups.last_mut()) {
            (Some((phrase, _)), Some(group)) if *phrase == cue.phrase => group.end = place + 1,
            _ => {
                phrases.push((&cue.phrase, u32::try_from(groups.len()).unwrap_or(u32::MAX)));
                groups.push(place..place + 1);
            }
        }
    }
    if phrases.is_empty() {
        return Ok(Compiled { tables, ..Compiled::default() });
    }
    match CharwiseDoubleArrayAhoCorasickBuilder::new().build_with_values(phrases) {
        Ok(automaton) => Ok(Compiled { automaton: Some(automaton), groups, tables }),
        Err(error) => Err(Problem::new("", format!("the cues make no automaton: {error}")).into()),
    }
}

/// A cue at its place; `points` is none once a guard took it back.
struct Hit<'a> {
    cue: &'a Cue,
    start: usize,
    points: u32,
}

impl Hit<'_> {
    fn evidence(&self, text: &str) -> Evidence {
        Evidence {
            label: self.cue.label(),
            cue: self.cue.phrase.clone(),
            at: text.char_indices().take_while(|(at, _)| *at < self.start).count(),
            points: self.points,
        }
    }
}

fn points(found: &[Hit<'_>], speaks: impl Fn(&Cue) -> bool) -> u32 {
    found.iter().filter(|hit| speaks(hit.cue)).map(|hit| hit.points).sum()
}

impl Compiled {
    fn found(&self, text: &str) -> Vec<Hit<'_>> {
        let mut hits = Vec::new();
        let mut guards = Vec::new();
        for matched in self.automaton.iter().flat_map(|automaton| automaton.find_overlapping_iter(text)) {
            for cue in self.cues_of(matched.value()) {
                match cue.axis {
                    Axis::Guard => guards.push(matched.end()),
                    _ => hits.push(Hit { cue, start: matched.start(), points: cue.points }),
                }
            }
        }
        let drill = self.tables.drills.iter().any(|phrase| text.contains(phrase.as_str()));
        for hit in &mut hits {
            let taken_back = hit.cue.guarded && guards.iter().any(|end| self.reaches(text, *end, hit.start));
            if taken_back || (drill && hit.cue.axis == Axis::Urgency) {
                hit.points = 0;
            }
        }
        hits.sort_by_key(|hit| hit.start);
        hits
    }

    fn cues_of(&self, group: u32) -> &[Cue] {
        let range = usize::try_from(group).ok().and_then(|place| self.groups.get(place)).cloned();
        range.and_then(|range| self.tables.cues.get(range)).unwrap_or_default()
    }

    /// Whether a guard that ends at `end` still speaks at `start`: nearby, and in the same clause.
    fn reaches(&self, text: &str, end: usize, start: usize) -> bool {
        let Some(between) = text.get(end..start) else { return false };
        between.chars().count() <= self.tables.reach && !between.chars().any(ends_clause)
    }
}

impl Tables {
    /// The code with the most points, of equal ones the one whose cue comes first in the text.
    fn best<'a>(&'a self, axis: Axis, found: &[Hit<'a>]) -> Option<&'a str> {
        let mut totals: Vec<(&str, u32)> = Vec::new();
        for hit in found.iter().filter(|hit| hit.cue.axis == axis && hit.points > 0) {
            match totals.iter_mut().find(|(code, _)| *code == hit.cue.code) {
                Some((_, total)) => *total = total.saturating_add(hit.points),
                None => totals.push((&hit.cue.code, hit.points)),
            }
        }
        let most = totals.iter().map(|(_, total)| *total).max()?;
        totals.into_iter().find(|(_, total)| *total == most).map(|(code, _)| code)
    }

    /// The first urgency, in the lexicon's order, for which enough speaks; else that of the kind; else the fallback.
    fn urgency<'a>(&'a self, kind: &str, found: &[Hit<'_>]) -> &'a str {
        let enough = |code: &&String| points(found, |cue| cue.axis == Axis::Urgency && cue.code == **code) >= DECISIVE;
        let of_kind = || self.kind_urgency.get(kind).unwrap_or(&self.fallback.urgency);
        self.urgencies.iter().find(enough).unwrap_or_else(of_kind)
    }

    fn urgency_is_major(&self, urgency: &str) -> bool {
        self.major_from.iter().any(|code| code == urgency)
    }
}

#[cfg(test)]
mod tests;
