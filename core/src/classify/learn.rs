//! From labelled texts to a linear model: which n-grams count, what they weigh, how sure a score is.
use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde::Deserialize;

use super::alphabet::{Alphabet, Letter, START, folded};
use super::head::Head;
use super::lexicon::{Lexicon, Placed};
use super::linear::{Linear, Table, label_points};
use super::solver::{Dice, Effort, Rows, Side, Weights, solve};
use super::trie::{Slot, Trie};

/// How a model learns. As it is written down, what is left out is as by default.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct Training {
    /// The longest n-gram, in characters, 1 to 4; none: two below 5,000 texts, three from there on.
    pub order: Option<u8>,
    /// What a broken margin costs beside the size of the weights: higher follows the examples closer. Above zero; none: 2 below
    /// 5,000 texts, where there is little to be misled by, 0.8 from there on.
    pub cost: Option<f32>,
    /// How far rare labels weigh more: 0 as often as they occur, 1 as if all were equally many.
    pub balance: f32,
    /// N-grams of fewer texts are left out; none: two from 2,000 texts on, below it all count.
    pub least: Option<u32>,
    /// The order in which examples are visited follows from it; the same seed and texts give the same model.
    pub seed: u64,
}

impl Default for Training {
    fn default() -> Self {
        Self { order: None, cost: None, balance: 0.5, least: None, seed: 1 }
    }
}

/// From so many texts on, three characters in a row tell more than they confuse, and examples contradict each other.
const THREE_FROM: usize = 5_000;
/// What a broken margin costs among few texts, and among many.
const FEW: f32 = 2.0;
const MANY: f32 = 0.8;
/// From so many texts on, an n-gram that occurs in one alone is noise.
const TWICE_FROM: usize = 2_000;
/// So many parts of the texts; each is judged once by a model that has not seen it.
const FOLDS: usize = 5;
/// From so many texts on, one part is enough to tell how sure a score is.
const ONE_FOLD_FROM: usize = 5_000;
/// The longest n-gram that can be asked for.
pub(super) const LONGEST: u8 = 4;

/// A head to be learned: its labels, and which of them each text has.
#[derive(Debug)]
pub(super) struct Lesson {
    pub(super) name: String,
    pub(super) labels: Vec<String>,
    pub(super) given: Vec<Option<usize>>,
}

/// What learning gives: the model, its heads, and per head the scores of texts by models that had not seen them.
#[derive(Debug)]
pub(super) struct Learned {
    pub(super) linear: Linear,
    pub(super) heads: Vec<Head>,
    /// Per text, the scores of all lanes; none where no part judged it.
    pub(super) unseen: Vec<Option<Vec<f32>>>,
}

pub(super) fn learn(texts: &[&str], lessons: &[Lesson], lexicon: Option<&Lexicon>, training: &Training) -> Learned {
    let mut linear = grams(texts, lexicon, training);
    let (rows, squares) = vectors(texts, &linear);
    let mut heads = Vec::new();
    let mut lanes = 0;
    for lesson in lessons {
        let head = Head::new(lesson.name.clone(), lesson.labels.clone(), lanes);
        lanes += head.lanes();
        heads.push(head);
    }
    let class = Class { rows: &rows, sides: sides(&heads, lessons, lanes, training.balance), lanes, training };
    let features = linear.trie.len() + linear.lexicon.as_ref().map_or(0, |placed| placed.lexicon.labels().len());
    let unseen = class.unseen(features);
    for (head, lesson) in heads.iter_mut().zip(lessons) {
        head.calibrate(&unseen, &lesson.given);
    }
    let all: Vec<usize> = (0..rows.len()).collect();
    let weights = class.teach(&all, features);
    write(&mut linear, &weights, &squares, lanes);
    Learned { linear, heads, unseen }
}

/// Letters and n-grams of the texts, and the lexicon's cues.
fn grams(texts: &[&str], lexicon: Option<&Lexicon>, training: &Training) -> Linear {
    let least = training.least.unwrap_or(if texts.len() < TWICE_FROM { 1 } else { 2 }).max(1);
    let order = training.order.unwrap_or(if texts.len() < THREE_FROM { 2 } else { 3 }).clamp(1, LONGEST);
    let mut chars: BTreeMap<char, u32> = BTreeMap::new();
    for text in texts {
        let own: BTreeSet<char> = text.chars().map(folded).collect();
        own.into_iter().for_each(|c| *chars.entry(c).or_default() += 1);
    }
    let mut common: Vec<(char, u32)> = chars.into_iter().filter(|(_, count)| *count >= least).collect();
    // The commonest come first, so that what is read most lies together.
    common.sort_by_key(|(c, count)| (std::cmp::Reverse(*count), *c));
    let cues = lexicon.into_iter().flat_map(|lexicon| lexicon.phrases()).flat_map(str::chars);
    let alphabet = Alphabet::new(common.into_iter().map(|(c, _)| c).chain(cues));

    let mut counts: HashMap<u64, (u32, usize)> = HashMap::new();
    let mut letters = Vec::new();
    for (at, text) in texts.iter().enumerate() {
        read(&alphabet, text, &mut letters);
        each_gram(&letters, usize::from(order), |gram| {
            let (count, last) = counts.entry(gram).or_insert((0, usize::MAX));
            *count += u32::from(*last != at);
            *last = at;
        });
    }
    let mut phrases: Vec<(Vec<Letter>, bool)> =
        counts.into_iter().filter(|(_, (count, _))| *count >= least).map(|(gram, _)| (unpacked(gram), false)).collect();
    let cues = lexicon.into_iter().flat_map(|lexicon| lexicon.phrases());
    phrases.extend(cues.filter_map(|phrase| Some((alphabet.phrase(phrase)?, true))));
    phrases.sort();
    let trie = Trie::new(alphabet.len(), phrases.iter().map(|(phrase, cue)| (phrase.as_slice(), *cue)));
    let lexicon = lexicon.map(|lexicon| Placed::new(lexicon.clone(), &alphabet, &trie));
    Linear { alphabet, trie, lexicon, ..Linear::default() }
}

fn read(alphabet: &Alphabet, text: &str, letters: &mut Vec<Letter>) {
    letters.clear();
    letters.push(START);
    alphabet.read(text, |letter, _| letters.push(letter));
}

/// Every run of two to `order` known letters, packed into a number: a letter takes sixteen bits and is not zero.
fn each_gram(letters: &[Letter], order: usize, mut each: impl FnMut(u64)) {
    for start in 0..letters.len() {
        let mut packed = 0_u64;
        for (length, letter) in letters.iter().skip(start).take(order).take_while(|letter| **letter != 0).enumerate() {
            packed = packed << 16 | u64::from(*letter);
            if length > 0 {
                each(packed);
            }
        }
    }
}

fn unpacked(gram: u64) -> Vec<Letter> {
    let letters = gram.to_be_bytes();
    let (letters, _) = letters.as_chunks::<2>();
    letters.iter().map(|pair| Letter::from_be_bytes(*pair)).filter(|letter| *letter != 0).collect()
}

/// The texts as vectors of length one, and each slot's value: the root of how rare it is.
fn vectors(texts: &[&str], linear: &Linear) -> (Rows, Vec<f32>) {
    let mut letters = Vec::new();
    let mut found: Vec<Vec<Slot>> = Vec::new();
    let mut counts = vec![0_u32; linear.trie.len()];
    for text in texts {
        read(&linear.alphabet, text, &mut letters);
        let mut slots = Vec::new();
        linear.trie.scan(&letters, &mut slots, |_| {});
        slots.sort_unstable();
        let mut last = None;
        for slot in &slots {
            if last != Some(slot)
                && let Some(count) = counts.get_mut(*slot as usize)
            {
                *count += 1;
            }
            last = Some(slot);
        }
        found.push(slots);
    }
    #[expect(clippy::cast_precision_loss, reason = "counts of texts")]
    let rare = |count: u32| ((texts.len() as f32 + 1.0) / (count as f32 + 1.0)).ln() + 1.0;
    let squares: Vec<f32> = counts.into_iter().map(|count| if count == 0 { 0.0 } else { rare(count) }).collect();
    let square = |slot: Slot| squares.get(slot as usize).copied().unwrap_or(0.0);
    let mut rows = Rows::default();
    for (text, slots) in texts.iter().zip(found) {
        let length = slots.iter().map(|slot| square(*slot)).sum::<f32>().sqrt().max(f32::MIN_POSITIVE);
        let grams = slots.chunk_by(|one, other| one == other).filter_map(|run| {
            #[expect(clippy::cast_precision_loss, reason = "how often an n-gram occurs in a text")]
            run.first().map(|slot| (*slot, run.len() as f32 * square(*slot).sqrt() / length))
        });
        rows.push(grams.chain(cue_features(linear, text)));
    }
    (rows, squares)
}

/// The points of a text's cues by label, as features beyond the slots.
fn cue_features(linear: &Linear, text: &str) -> Vec<(u32, f32)> {
    let Some(placed) = &linear.lexicon else { return Vec::new() };
    let mut points = Vec::new();
    label_points(placed, &placed.hits(&linear.alphabet, &linear.trie, text), &mut points);
    let first = u32::try_from(linear.trie.len()).unwrap_or(u32::MAX);
    (first..).zip(points).filter(|(_, points)| *points > 0.0).collect()
}

/// Per row and lane, what the lane is told of it.
fn sides(heads: &[Head], lessons: &[Lesson], lanes: usize, balance: f32) -> Vec<Side> {
    let rows = lessons.iter().map(|lesson| lesson.given.len()).max().unwrap_or(0);
    let mut sides = vec![Side::Absent; rows * lanes];
    for (head, lesson) in heads.iter().zip(lessons) {
        let weights = class_weights(lesson, balance);
        for (row, given) in sides.chunks_exact_mut(lanes.max(1)).zip(&lesson.given) {
            let Some(given) = *given else { continue };
            let lanes = row.iter_mut().skip(head.lane).take(head.lanes()).enumerate();
            for (lane, side) in lanes {
                let label = head.label_of(lane);
                let weight = weights.get(given).copied().unwrap_or(1.0);
                *side = if label == given { Side::For(weight) } else { Side::Against };
            }
        }
    }
    sides
}

fn class_weights(lesson: &Lesson, balance: f32) -> Vec<f32> {
    let mut counts = vec![0.0_f32; lesson.labels.len()];
    for given in lesson.given.iter().flatten() {
        if let Some(count) = counts.get_mut(*given) {
            *count += 1.0;
        }
    }
    let (total, kinds) =
        (counts.iter().sum::<f32>(), counts.iter().filter(|count| **count > 0.0).map(|_| 1.0).sum::<f32>());
    counts.iter().map(|count| if *count > 0.0 { (total / (kinds * count)).powf(balance) } else { 1.0 }).collect()
}

struct Class<'a> {
    rows: &'a Rows,
    sides: Vec<Side>,
    lanes: usize,
    training: &'a Training,
}

impl Class<'_> {
    fn teach(&self, among: &[usize], features: usize) -> Weights {
        let cost = self.training.cost.unwrap_or(if self.rows.len() < THREE_FROM { FEW } else { MANY });
        let effort = Effort { cost, seed: self.training.seed };
        solve(self.rows, among, (features, self.lanes), &self.sides, effort)
    }

    /// Scores of texts by models that have not seen them.
    fn unseen(&self, features: usize) -> Vec<Option<Vec<f32>>> {
        let mut order: Vec<usize> = (0..self.rows.len()).collect();
        Dice(self.training.seed ^ 0x5eed).shuffle(&mut order);
        let mut scores = vec![None; order.len()];
        let folds = if order.len() < ONE_FOLD_FROM { FOLDS } else { 1 };
        for fold in 0..folds {
            let part = |at: &usize| at % FOLDS == fold;
            let (judged, seen): (Vec<usize>, Vec<usize>) = (0..order.len()).partition(part);
            let rows =
                |places: Vec<usize>| places.into_iter().filter_map(|at| order.get(at).copied()).collect::<Vec<_>>();
            let weights = self.teach(&rows(seen), features);
            for row in rows(judged) {
                if let Some(slot) = scores.get_mut(row) {
                    *slot = Some(weights.scores(self.rows.row(row)));
                }
            }
        }
        scores
    }
}

/// Puts what was learned into the model, in eight bits.
fn write(linear: &mut Linear, weights: &Weights, squares: &[f32], lanes: usize) {
    let slots = linear.trie.len();
    let square = |slot: usize| squares.get(slot).copied().unwrap_or(0.0);
    linear.table = Table::new(lanes, slots, |slot, lane| {
        if lane == lanes {
            return square(slot);
        }
        let row = u32::try_from(slot).map(|slot| weights.of(slot)).unwrap_or_default();
        row.get(lane).copied().unwrap_or(0.0) * square(slot).sqrt()
    });
    linear.begin = weights.begin.clone();
    let labels = linear.lexicon.as_ref().map_or(0, |placed| placed.lexicon.labels().len());
    let rows = (slots..slots + labels).filter_map(|feature| u32::try_from(feature).ok());
    linear.cue_weights = rows.flat_map(|feature| weights.of(feature).to_vec()).collect();
}
