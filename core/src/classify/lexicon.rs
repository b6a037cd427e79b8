//! A lexicon as it is written down, and its cues as a table.
use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use crate::problem::{Problem, Problems};
use crate::text::fold;

/// What a cue speaks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Axis {
    Kind,
    Topic,
    Urgency,
    Major,
    /// Takes back what follows: a negation, the past.
    Guard,
}

/// Words that speak for a label.
#[derive(Debug)]
pub(super) struct Cue {
    pub(super) axis: Axis,
    pub(super) code: String,
    pub(super) phrase: String,
    pub(super) points: u32,
    /// Whether a guard before it takes it back.
    pub(super) guarded: bool,
}

/// Labels of a text without cues.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Fallback {
    pub(super) kind: String,
    pub(super) topic: String,
    pub(super) urgency: String,
}

/// Words that take back what follows them.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawGuard {
    /// How many characters may lie between them and the cue.
    reach: usize,
    before: Vec<String>,
    /// Words after which, anywhere in the text, nothing is urgent.
    drill: Vec<String>,
}

/// The cues of a label by weight.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawLabel {
    /// The urgency of a kind for which nothing else speaks.
    #[serde(default)]
    urgency: Option<String>,
    /// Three points each.
    #[serde(default)]
    strong: Vec<String>,
    /// Two points each.
    #[serde(default)]
    plain: Vec<String>,
    /// One point each.
    #[serde(default)]
    weak: Vec<String>,
}

/// A lexicon as it is written down.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawLexicon {
    lexicon: String,
    version: String,
    fallback: Fallback,
    guard: RawGuard,
    /// Codes of urgency in the order in which they are tried.
    urgencies: Vec<String>,
    /// Urgencies that make a matter major.
    major_from: Vec<String>,
    kind: BTreeMap<String, RawLabel>,
    topic: BTreeMap<String, RawLabel>,
    urgency: BTreeMap<String, RawLabel>,
    major: RawLabel,
}

/// A lexicon compiled but for its automaton.
#[derive(Debug, Default)]
pub(super) struct Tables {
    pub(super) name: String,
    pub(super) fallback: Fallback,
    pub(super) reach: usize,
    pub(super) drills: Vec<String>,
    pub(super) urgencies: Vec<String>,
    pub(super) major_from: Vec<String>,
    pub(super) kind_urgency: BTreeMap<String, String>,
    /// By phrase.
    pub(super) cues: Vec<Cue>,
}

impl Cue {
    pub(super) fn label(&self) -> String {
        match self.axis {
            Axis::Kind => format!("kind.{}", self.code),
            Axis::Topic => format!("topic.{}", self.code),
            Axis::Urgency => format!("urgency.{}", self.code),
            Axis::Major => "major".to_owned(),
            Axis::Guard => "guard".to_owned(),
        }
    }
}

impl Tables {
    pub(super) fn compile(raw: RawLexicon) -> Result<Self, Problems> {
        let mut problems = Problems::default();
        for code in raw.urgency.keys().filter(|code| !raw.urgencies.contains(code)) {
            let problem = Problem::new(format!("urgency.{code}"), "is not among `urgencies`, so it is never tried");
            problems.push(problem.expected(raw.urgencies.join(", ")));
        }
        let mut cues = Cues { cues: Vec::new(), seen: BTreeSet::new(), problems };
        let mut kind_urgency = BTreeMap::new();
        for (code, label) in raw.kind {
            cues.add(Axis::Kind, &code, &label);
            if let Some(urgency) = label.urgency {
                kind_urgency.insert(code, urgency);
            }
        }
        for (axis, labels) in [(Axis::Topic, raw.topic), (Axis::Urgency, raw.urgency)] {
            labels.iter().for_each(|(code, label)| cues.add(axis, code, label));
        }
        cues.add(Axis::Major, "", &raw.major);
        cues.add(Axis::Guard, "", &RawLabel { weak: raw.guard.before, ..RawLabel::default() });
        cues.cues.sort_by(|one, other| one.phrase.cmp(&other.phrase));
        let tables = Self {
            name: format!("{}@{}", raw.lexicon, raw.version),
            fallback: raw.fallback,
            reach: raw.guard.reach,
            drills: raw.guard.drill,
            urgencies: raw.urgencies,
            major_from: raw.major_from,
            kind_urgency,
            cues: cues.cues,
        };
        cues.problems.or_ok(tables)
    }
}

struct Cues {
    cues: Vec<Cue>,
    seen: BTreeSet<(Axis, String)>,
    problems: Problems,
}

impl Cues {
    fn add(&mut self, axis: Axis, code: &str, label: &RawLabel) {
        for (field, points, phrases) in
            [("strong", 3, &label.strong), ("plain", 2, &label.plain), ("weak", 1, &label.weak)]
        {
            for (n, phrase) in phrases.iter().enumerate() {
                self.cue(
                    Cue {
                        axis,
                        code: code.to_owned(),
                        phrase: fold(phrase),
                        points,
                        guarded: matches!(axis, Axis::Kind | Axis::Urgency | Axis::Major),
                    },
                    &format!("{field}[{n}]"),
                );
            }
        }
    }

    fn cue(&mut self, cue: Cue, place: &str) {
        let path = format!("{}.{place}", cue.label());
        if cue.phrase.trim().is_empty() {
            self.problems.push(Problem::new(path, "is empty").expected("words to look for"));
        } else if self.seen.insert((cue.axis, cue.phrase.clone())) {
            self.cues.push(cue);
        } else {
            let problem = Problem::new(path, format!("`{}` is listed twice for this axis", cue.phrase));
            self.problems.push(problem.expected("each cue once, where it speaks most"));
        }
    }
}
