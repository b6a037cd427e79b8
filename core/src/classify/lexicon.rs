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
    /// The state that makes a danger of a thing beside it.
    Danger,
    /// The thing of a danger.
    Thing,
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
    pub(super) phrase: String,
    pub(super) points: u32,
    /// Its label's place among [`Lexicon::labels`]; beyond them for guards.
    pub(super) label: usize,
}

impl Cue {
    /// Whether a guard takes it back: what a text is about stays what it is about.
    fn guarded(&self) -> bool {
        matches!(self.axis, Axis::Kind | Axis::Urgency | Axis::Major | Axis::Danger)
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

/// A danger that is told in two parts, of which neither says it alone: gas and a smell, a lift and one who cannot get out.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawDanger {
    name: String,
    things: Vec<String>,
    states: Vec<String>,
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
    /// In how many characters from its beginning a text tells of a danger that is there; further on it tells a story.
    #[serde(default = "everywhere")]
    opening: usize,
    /// How many characters may lie between the thing and the state of a danger.
    #[serde(default)]
    apart: usize,
    #[serde(default)]
    danger: Vec<RawDanger>,
}

fn everywhere() -> usize {
    usize::MAX
}

/// Words that speak for labels, and words that take them back: a data file, weighted. Cheap to clone.
///
/// TOML with a name and a version, `[kind.…]`, `[topic.…]`, `[urgency.…]` and `[major]` with cues that are `strong` (three
/// points), `plain` (two) or `weak` (one); `[[danger]]` with `things` and `states` that are safety cues where both stand in
/// one sentence, at most `apart` characters from each other; and `[guard]` with words `before` and `after` a cue that take it
/// back, and those of a `drill`, where nothing is urgent.
#[derive(Debug, Clone)]
pub struct Lexicon(Arc<Table>);

#[derive(Debug)]
struct Table {
    text: String,
    name: String,
    fallback: Fallback,
    safety: String,
    reach: usize,
    opening: usize,
    apart: usize,
    /// Characters of the longest phrase.
    longest: usize,
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

    fn cue(&self, at: usize) -> Option<&Cue> {
        self.0.cues.get(at)
    }

    /// The label a cue speaks for, such as `topic.lift`.
    pub(super) fn label(&self, cue: usize) -> Option<String> {
        let (axis, code) = self.labels().get(self.cue(cue)?.label)?;
        Some(path(*axis, code))
    }

    pub(super) fn phrases(&self) -> impl Iterator<Item = &str> {
        self.0.cues.iter().map(|cue| cue.phrase.as_str())
    }

    /// The urgency that safety cues raise a text to.
    pub(super) fn safety(&self) -> &str {
        &self.0.safety
    }

    /// Whether enough safety cues speak in the opening of a text.
    pub(super) fn raises(&self, hits: &[Hit]) -> bool {
        let opening = hits.iter().filter(|hit| hit.start <= self.0.opening && self.is_safety(hit));
        opening.map(|hit| hit.points).sum::<u32>() >= DECISIVE
    }

    /// Whether the text itself says that there is no danger: every safety cue was taken back, or it is a drill.
    pub(super) fn denies(&self, hits: &[Hit], beside: &Beside) -> bool {
        let mut safety = hits.iter().filter(|hit| self.is_safety(hit)).peekable();
        beside.drill || (safety.peek().is_some() && safety.all(|hit| hit.points == 0))
    }

    fn is_safety(&self, hit: &Hit) -> bool {
        let label = self.cue(hit.cue).and_then(|cue| self.labels().get(cue.label));
        label.is_some_and(|(axis, code)| *axis == Axis::Danger || (*axis == Axis::Urgency && *code == self.0.safety))
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
        raw.danger.iter().for_each(|danger| cues.danger(danger));
        let labels = cues.labels.clone();
        for (axis, phrases) in
            [(Axis::Before, raw.guard.before), (Axis::After, raw.guard.after), (Axis::Drill, raw.guard.drill)]
        {
            cues.add(axis, "", &RawLabel { weak: phrases, ..RawLabel::default() });
        }
        if cues.cues.len() > MOST {
            let message = format!("it has {} cues", cues.cues.len());
            cues.problems.push(Problem::new("", message).expected(format!("at most {MOST}")));
        }
        cues.cues.sort_by(|one, other| one.phrase.cmp(&other.phrase));
        let table = Self {
            text: text.to_owned(),
            name: format!("{}@{}", raw.lexicon, raw.version),
            fallback: raw.fallback,
            safety: raw.safety,
            reach: raw.guard.reach,
            opening: raw.opening,
            apart: raw.apart,
            longest: cues.cues.iter().map(|cue| cue.phrase.chars().count()).max().unwrap_or(0),
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
    /// Phrases of an axis, those of each danger apart.
    seen: BTreeSet<(Axis, Option<usize>, String)>,
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
                self.cue(axis, code, phrase, (points, place), (field, n));
            }
        }
    }

    /// A state speaks as strongly as a cue that decides, once its thing stands beside it.
    fn danger(&mut self, danger: &RawDanger) {
        let place = self.labels.len();
        self.labels.push((Axis::Danger, danger.name.clone()));
        for (n, thing) in danger.things.iter().enumerate() {
            self.cue(Axis::Thing, &danger.name, thing, (0, place), ("things", n));
        }
        for (n, state) in danger.states.iter().enumerate() {
            self.cue(Axis::Danger, &danger.name, state, (DECISIVE, place), ("states", n));
        }
    }

    fn cue(
        &mut self,
        axis: Axis,
        code: &str,
        phrase: &str,
        (points, label): (u32, usize),
        (field, n): (&'static str, usize),
    ) {
        let path = || match axis {
            Axis::Before => "guard.before".to_owned(),
            Axis::After => "guard.after".to_owned(),
            Axis::Drill => "guard.drill".to_owned(),
            _ => format!("{}.{field}[{n}]", path(axis, code)),
        };
        let phrase: String = phrase.chars().map(folded).collect();
        let danger = matches!(axis, Axis::Danger | Axis::Thing).then_some(label);
        if phrase.trim().is_empty() {
            self.problems.push(Problem::new(path(), "is empty").expected("words to look for"));
        } else if self.seen.insert((axis, danger, phrase.clone())) {
            self.cues.push(Cue { axis, phrase, points, label });
        } else {
            let problem = Problem::new(path(), format!("`{phrase}` is listed twice for this axis"));
            self.problems.push(problem.expected("each cue once, where it speaks most"));
        }
    }
}

/// A label by its path, such as `topic.lift`.
fn path(axis: Axis, code: &str) -> String {
    match axis {
        Axis::Kind => format!("kind.{code}"),
        Axis::Topic => format!("topic.{code}"),
        Axis::Urgency => format!("urgency.{code}"),
        Axis::Major => "major".to_owned(),
        Axis::Danger | Axis::Thing => format!("danger.{code}"),
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
    /// Per phrase, its cues: the first, and the one after the last.
    phrases: Vec<(u32, u32)>,
    /// Per cue what reading needs of it, close together.
    briefs: Vec<Brief>,
}

#[derive(Debug, Clone, Copy)]
struct Brief {
    axis: Axis,
    guarded: bool,
    points: u8,
    label: u16,
}

/// From so many hits on, a set tells sooner than a look at each whether a cue spoke before.
const MANY: usize = 48;

/// Stands for a slot that ends no cue.
const NO_PHRASE: u16 = u16::MAX;
/// So many cues have places.
const MOST: usize = NO_PHRASE as usize;

impl Placed {
    pub(super) fn new(lexicon: Lexicon, alphabet: &Alphabet, trie: &Trie) -> Self {
        let (mut places, mut phrases) = (vec![NO_PHRASE; trie.len()], Vec::<(u32, u32)>::new());
        let mut last = None;
        for (at, cue) in (0..).zip(&lexicon.0.cues) {
            let Some(slot) = alphabet.phrase(&cue.phrase).and_then(|phrase| trie.find(&phrase)) else { continue };
            // Cues are sorted by phrase, so those of one stand together.
            match phrases.last_mut().filter(|_| last == Some(slot)) {
                Some((_, end)) => *end = at + 1,
                None => {
                    if let Some(place) = places.get_mut(slot as usize) {
                        *place = u16::try_from(phrases.len()).unwrap_or(NO_PHRASE);
                    }
                    phrases.push((at, at + 1));
                }
            }
            last = Some(slot);
        }
        let brief = |cue: &Cue| Brief {
            axis: cue.axis,
            guarded: cue.guarded(),
            points: u8::try_from(cue.points).unwrap_or(u8::MAX),
            label: u16::try_from(cue.label).unwrap_or(u16::MAX),
        };
        let briefs = lexicon.0.cues.iter().map(brief).collect();
        Self { lexicon, places, phrases, briefs }
    }

    fn cues_at(&self, slot: Slot) -> Range<usize> {
        let place = self.places.get(slot as usize).copied().unwrap_or(NO_PHRASE);
        self.phrases.get(usize::from(place)).map_or(0..0, |(start, end)| *start as usize..*end as usize)
    }

    /// What the lexicon finds in a text.
    pub(super) fn hits(&self, alphabet: &Alphabet, trie: &Trie, text: &str) -> Vec<Hit> {
        let (mut letters, mut met, mut hits) = (vec![START], Vec::new(), Vec::new());
        alphabet.read(text, |letter, _| letters.push(letter));
        trie.scan(&letters, &mut Vec::new(), |cue| met.push(cue));
        self.weigh(alphabet, &letters, &met, (&mut hits, &mut Beside::default()));
        hits
    }

    fn brief(&self, cue: usize) -> Brief {
        const NONE: Brief = Brief { axis: Axis::Drill, guarded: false, points: 0, label: 0 };
        self.briefs.get(cue).copied().unwrap_or(NONE)
    }

    /// The label of the lexicon that a hit speaks for.
    pub(super) fn label(&self, hit: &Hit) -> usize {
        usize::from(self.brief(hit.cue).label)
    }

    /// What the cues met in a text say. A cue speaks once, however often it stands there.
    pub(super) fn weigh(
        &self,
        alphabet: &Alphabet,
        letters: &[Letter],
        met: &[Met],
        (hits, beside): (&mut Vec<Hit>, &mut Beside),
    ) {
        hits.clear();
        beside.guards.clear();
        beside.things.clear();
        beside.drill = false;
        let mut dangers = false;
        for met in met {
            for cue in self.cues_at(met.slot) {
                let brief = self.brief(cue);
                let hit = Hit { cue, start: met.start, end: met.end, points: u32::from(brief.points) };
                match brief.axis {
                    Axis::Before | Axis::After => beside.guards.push(hit),
                    Axis::Thing => beside.things.push(hit),
                    Axis::Drill => beside.drill = true,
                    axis => {
                        dangers |= axis == Axis::Danger;
                        hits.push(hit);
                    }
                }
            }
        }
        if beside.drill || !beside.guards.is_empty() {
            self.take_back(alphabet, letters, hits, beside);
        }
        if dangers {
            self.pair(alphabet, letters, (hits, &beside.things));
        }
        speak_once(hits);
    }

    fn take_back(&self, alphabet: &Alphabet, letters: &[Letter], hits: &mut [Hit], beside: &Beside) {
        let reach = self.lexicon.0.reach;
        let near = |from: usize, to: usize| {
            let between = letters.get(from..to);
            between.is_some_and(|between| {
                between.len() <= reach && !between.iter().any(|letter| alphabet.ends_clause(*letter))
            })
        };
        for hit in hits {
            let brief = self.brief(hit.cue);
            let taken = |guard: &Hit| match self.brief(guard.cue).axis {
                Axis::Before => near(guard.end, hit.start),
                _ => near(hit.end, guard.start),
            };
            let practised = beside.drill && matches!(brief.axis, Axis::Urgency | Axis::Danger);
            if practised || (brief.guarded && self.around(&beside.guards, hit, reach).any(taken)) {
                hit.points = 0;
            }
        }
    }

    /// States that find their thing reach over it; the others say nothing and are gone.
    fn pair(&self, alphabet: &Alphabet, letters: &[Letter], (hits, things): (&mut Vec<Hit>, &[Hit])) {
        let apart = self.lexicon.0.apart;
        let near = |from: usize, to: usize| {
            let between = letters.get(from..to);
            between.is_some_and(|between| {
                between.len() <= apart && !between.iter().any(|letter| alphabet.ends_sentence(*letter))
            })
        };
        hits.retain_mut(|hit| {
            let Brief { axis, label, .. } = self.brief(hit.cue);
            if axis != Axis::Danger {
                return true;
            }
            let beside = |thing: &&Hit| {
                self.brief(thing.cue).label == label && (near(thing.end, hit.start) || near(hit.end, thing.start))
            };
            let Some(thing) = self.around(things, hit, apart).find(beside) else { return false };
            (hit.start, hit.end) = (hit.start.min(thing.start), hit.end.max(thing.end));
            true
        });
        hits.sort_unstable_by_key(|hit| (hit.start, hit.end, hit.cue));
    }

    /// Those among `others`, in the order of their starts, that may lie within `reach` of a hit.
    fn around<'a>(&self, others: &'a [Hit], hit: &Hit, reach: usize) -> impl Iterator<Item = &'a Hit> + use<'a> {
        let low = hit.start.saturating_sub(reach + self.lexicon.0.longest);
        let high = hit.end + reach;
        let from = others.partition_point(|other| other.start < low);
        others.iter().skip(from).take_while(move |other| other.start <= high)
    }
}

/// Cues that say nothing of their own, only of others beside them.
#[derive(Debug, Default)]
pub(super) struct Beside {
    guards: Vec<Hit>,
    things: Vec<Hit>,
    /// Nothing is urgent in this text.
    drill: bool,
}

/// Of a cue that speaks more than once the first counts.
fn speak_once(hits: &mut [Hit]) {
    if hits.len() > MANY {
        let mut spoke = BTreeSet::new();
        hits.iter_mut().filter(|hit| hit.points > 0 && !spoke.insert(hit.cue)).for_each(|hit| hit.points = 0);
        return;
    }
    for at in 1..hits.len() {
        let (before, after) = hits.split_at_mut(at);
        if let Some(hit) = after.first_mut()
            && before.iter().any(|other| other.cue == hit.cue && other.points > 0)
        {
            hit.points = 0;
        }
    }
}
