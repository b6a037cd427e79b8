//! A lexicon as it is written down, its cues as a table, and what they say about a text.
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;

use serde::Deserialize;

use super::alphabet::{Alphabet, Letter, START, folded};
use super::trie::{Met, Slot, Trie};
use crate::problem::{Problem, Problems, Reading};

/// Points from which a cue of urgency or weight decides.
pub(super) const DECISIVE: u32 = 3;

/// What a cue speaks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Axis {
    Kind,
    Topic,
    Urgency,
    Major,
    /// Takes back what follows: a negation, the past, a condition.
    Before,
    /// Takes back what stands before it: "has been mended".
    After,
    /// Where it stands nothing is urgent: a drill.
    Drill,
}

/// Words that speak for a label.
#[derive(Debug, Clone)]
pub(super) struct Cue {
    pub(super) axis: Axis,
    pub(super) code: String,
    pub(super) phrase: String,
    pub(super) points: u32,
    /// Its label's place among [`Lexicon::labels`].
    pub(super) label: usize,
}

impl Cue {
    /// Whether a guard takes it back: what a text is about stays what it is about.
    fn guarded(&self) -> bool {
        matches!(self.axis, Axis::Kind | Axis::Urgency | Axis::Major)
    }
}

/// Labels of a text that says nothing the model knows.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Fallback {
    pub(super) kind: String,
    pub(super) topic: String,
    pub(super) urgency: String,
}

/// Words that take back what stands beside them.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawGuard {
    /// How many characters may lie between them and the cue.
    reach: usize,
    before: Vec<String>,
    #[serde(default)]
    after: Vec<String>,
    /// Words after which, anywhere in the text, nothing is urgent.
    drill: Vec<String>,
}

/// The cues of a label by weight.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawLabel {
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
struct RawLexicon {
    lexicon: String,
    version: String,
    fallback: Fallback,
    guard: RawGuard,
    /// The urgency to which its cues alone raise a text.
    safety: String,
    kind: BTreeMap<String, RawLabel>,
    topic: BTreeMap<String, RawLabel>,
    urgency: BTreeMap<String, RawLabel>,
    major: RawLabel,
}

/// Words that speak for labels, and words that take them back: a data file, weighted. Cheap to clone.
///
/// TOML with a name and a version, `[kind.…]`, `[topic.…]`, `[urgency.…]` and `[major]` with cues that are `strong` (three
/// points), `plain` (two) or `weak` (one), and `[guard]` with words `before` and `after` a cue that take it back, and those
/// of a `drill`, where nothing is urgent.
#[derive(Debug, Clone)]
pub struct Lexicon(Arc<Table>);

#[derive(Debug)]
struct Table {
    text: String,
    name: String,
    fallback: Fallback,
    safety: String,
    reach: usize,
    labels: Vec<(Axis, String)>,
    /// By phrase.
    cues: Vec<Cue>,
}

impl Lexicon {
    /// Reads a lexicon in TOML.
    ///
    /// # Errors
    /// Every problem of the file.
    pub fn from_toml(text: &str) -> Result<Self, Problems> {
        let mut reading = Reading::<RawLexicon>::toml(text);
        let table = match reading.value.take().map(|raw| Table::new(raw, text)) {
            Some(Ok(table)) => Some(table),
            Some(Err(problems)) => {
                reading.tell(problems);
                None
            }
            None => None,
        };
        match table {
            Some(table) if reading.problems.is_empty() => Ok(Self(Arc::new(table))),
            _ => Err(reading.problems),
        }
    }

    /// Name and version.
    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// As it was read.
    pub fn text(&self) -> &str {
        &self.0.text
    }

    pub(super) fn fallback(&self) -> &Fallback {
        &self.0.fallback
    }

    pub(super) fn labels(&self) -> &[(Axis, String)] {
        &self.0.labels
    }

    pub(super) fn cue(&self, at: usize) -> Option<&Cue> {
        self.0.cues.get(at)
    }

    pub(super) fn phrases(&self) -> impl Iterator<Item = &str> {
        self.0.cues.iter().map(|cue| cue.phrase.as_str())
    }

    /// The urgency that safety cues raise a text to.
    pub(super) fn safety(&self) -> &str {
        &self.0.safety
    }

    /// Whether enough safety cues speak.
    pub(super) fn raises(&self, hits: &[Hit]) -> bool {
        let speaks = |cue: &Cue| cue.axis == Axis::Urgency && cue.code == self.0.safety;
        let points = hits.iter().filter(|hit| self.cue(hit.cue).is_some_and(speaks)).map(|hit| hit.points);
        points.sum::<u32>() >= DECISIVE
    }
}

impl Table {
    fn new(raw: RawLexicon, text: &str) -> Result<Self, Problems> {
        let mut cues = Cues::default();
        for (axis, labels) in [(Axis::Kind, &raw.kind), (Axis::Topic, &raw.topic), (Axis::Urgency, &raw.urgency)] {
            labels.iter().for_each(|(code, label)| cues.add(axis, code, label));
        }
        cues.add(Axis::Major, "", &raw.major);
        if !raw.urgency.contains_key(&raw.safety) {
            let known: Vec<&str> = raw.urgency.keys().map(String::as_str).collect();
            let problem = Problem::new("safety", format!("`{}` is no urgency of this lexicon", raw.safety));
            cues.problems.push(problem.expected(known.join(", ")));
        }
        let labels = cues.labels.clone();
        for (axis, phrases) in
            [(Axis::Before, raw.guard.before), (Axis::After, raw.guard.after), (Axis::Drill, raw.guard.drill)]
        {
            cues.add(axis, "", &RawLabel { weak: phrases, ..RawLabel::default() });
        }
        cues.cues.sort_by(|one, other| one.phrase.cmp(&other.phrase));
        let table = Self {
            text: text.to_owned(),
            name: format!("{}@{}", raw.lexicon, raw.version),
            fallback: raw.fallback,
            safety: raw.safety,
            reach: raw.guard.reach,
            labels,
            cues: cues.cues,
        };
        cues.problems.or_ok(table)
    }
}

#[derive(Default)]
struct Cues {
    labels: Vec<(Axis, String)>,
    cues: Vec<Cue>,
    seen: BTreeSet<(Axis, String)>,
    problems: Problems,
}

impl Cues {
    fn add(&mut self, axis: Axis, code: &str, label: &RawLabel) {
        let place = self.labels.len();
        self.labels.push((axis, code.to_owned()));
        for (field, points, phrases) in
            [("strong", 3, &label.strong), ("plain", 2, &label.plain), ("weak", 1, &label.weak)]
        {
            for (n, phrase) in phrases.iter().enumerate() {
                let phrase = phrase.chars().map(folded).collect();
                let cue = Cue { axis, code: code.to_owned(), phrase, points, label: place };
                self.cue(cue, &format!("{field}[{n}]"));
            }
        }
    }

    fn cue(&mut self, cue: Cue, place: &str) {
        let path = match cue.axis {
            Axis::Before => "guard.before".to_owned(),
            Axis::After => "guard.after".to_owned(),
            Axis::Drill => "guard.drill".to_owned(),
            _ => format!("{}.{place}", path(cue.axis, &cue.code)),
        };
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

/// A label as evidence names it, such as `topic.lift`.
pub(super) fn path(axis: Axis, code: &str) -> String {
    match axis {
        Axis::Kind => format!("kind.{code}"),
        Axis::Topic => format!("topic.{code}"),
        Axis::Urgency => format!("urgency.{code}"),
        Axis::Major => "major".to_owned(),
        Axis::Before | Axis::After | Axis::Drill => "guard".to_owned(),
    }
}

/// A cue at its place in the letters of a text; no points once a guard took it back, or where it speaks again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Hit {
    pub(super) cue: usize,
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) points: u32,
}

/// A lexicon whose phrases have their nodes in a model's trie.
#[derive(Debug, Clone)]
pub(super) struct Placed {
    pub(super) lexicon: Lexicon,
    /// Per slot, the place of its phrase below, or none.
    places: Vec<u16>,
    /// Per phrase, its cues.
    phrases: Vec<Range<usize>>,
}

/// Stands for a slot that ends no cue.
const NO_PHRASE: u16 = u16::MAX;

impl Placed {
    pub(super) fn new(lexicon: Lexicon, alphabet: &Alphabet, trie: &Trie) -> Self {
        let (mut places, mut phrases) = (vec![NO_PHRASE; trie.len()], Vec::<Range<usize>>::new());
        let mut last = None;
        for (at, cue) in lexicon.0.cues.iter().enumerate() {
            let Some(slot) = alphabet.phrase(&cue.phrase).and_then(|phrase| trie.find(&phrase)) else { continue };
            // Cues are sorted by phrase, so those of one stand together.
            match phrases.last_mut().filter(|_| last == Some(slot)) {
                Some(range) => range.end = at + 1,
                None => {
                    if let Some(place) = places.get_mut(slot as usize) {
                        *place = u16::try_from(phrases.len()).unwrap_or(NO_PHRASE);
                    }
                    phrases.push(at..at + 1);
                }
            }
            last = Some(slot);
        }
        Self { lexicon, places, phrases }
    }

    fn cues_at(&self, slot: Slot) -> Range<usize> {
        let place = self.places.get(slot as usize).copied().unwrap_or(NO_PHRASE);
        self.phrases.get(usize::from(place)).cloned().unwrap_or(0..0)
    }

    /// What the lexicon finds in a text.
    pub(super) fn hits(&self, alphabet: &Alphabet, trie: &Trie, text: &str) -> Vec<Hit> {
        let (mut letters, mut met, mut hits) = (vec![START], Vec::new(), Vec::new());
        alphabet.read(text, |letter, _| letters.push(letter));
        trie.scan(&letters, |_| {}, |cue| met.push(cue));
        self.weigh(alphabet, &letters, &met, &mut hits);
        hits
    }

    /// What the cues met in a text say. A cue speaks once, however often it stands there.
    pub(super) fn weigh(&self, alphabet: &Alphabet, letters: &[Letter], met: &[Met], hits: &mut Vec<Hit>) {
        hits.clear();
        let table = &self.lexicon.0;
        let (mut guards, mut drill) = (false, false);
        for met in met {
            for at in self.cues_at(met.slot) {
                let Some(cue) = table.cues.get(at) else { continue };
                guards |= matches!(cue.axis, Axis::Before | Axis::After);
                drill |= cue.axis == Axis::Drill;
                hits.push(Hit { cue: at, start: met.start, end: met.end, points: cue.points });
            }
        }
        if guards || drill {
            self.take_back(alphabet, letters, hits, drill);
        }
        hits.retain(|hit| table.cues.get(hit.cue).is_some_and(|cue| cue.axis <= Axis::Major));
        for at in 1..hits.len() {
            let (before, after) = hits.split_at_mut(at);
            if let Some(hit) = after.first_mut()
                && before.iter().any(|other| other.cue == hit.cue && other.points > 0)
            {
                hit.points = 0;
            }
        }
    }

    fn take_back(&self, alphabet: &Alphabet, letters: &[Letter], hits: &mut [Hit], drill: bool) {
        let table = &self.lexicon.0;
        let axis = |hit: &Hit| table.cues.get(hit.cue).map(|cue| cue.axis);
        let guards: Vec<(Axis, usize, usize)> = hits
            .iter()
            .filter_map(|hit| axis(hit).filter(|axis| *axis > Axis::Major).map(|axis| (axis, hit.start, hit.end)))
            .collect();
        let near = |from: usize, to: usize| {
            let between = letters.get(from..to);
            between.is_some_and(|between| {
                between.len() <= table.reach && !between.iter().any(|letter| alphabet.ends_clause(*letter))
            })
        };
        for hit in hits {
            let Some(cue) = table.cues.get(hit.cue) else { continue };
            let taken = guards.iter().any(|(axis, start, end)| match axis {
                Axis::Before => near(*end, hit.start),
                Axis::After => near(hit.end, *start),
                _ => false,
            });
            if (cue.guarded() && taken) || (drill && cue.axis == Axis::Urgency) {
                hit.points = 0;
            }
        }
    }
}
