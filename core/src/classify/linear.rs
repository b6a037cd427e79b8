//! A linear model over character n-grams and cues: how a text gets its scores.
//!
//! Each n-gram has a row of small integers, one per lane, in a table that stays in the cache; a text's score is the sum of
//! the rows of what it holds, divided by the length of their vector, which one lane of the rows brings along.
use super::alphabet::{Alphabet, Letter, START};
use super::lexicon::{Beside, Hit, Placed};
use super::trie::{Met, Slot, Trie};

/// Lanes that are added together.
pub(super) const BLOCK: usize = 16;
/// A text without cues that has fewer letters than this says nothing: a greeting alone.
const ENOUGH: usize = 6;
/// So many rows of at most 127 fit into sixteen bits.
const HOLD: usize = 256;

type Row = [i8; BLOCK];
type Sums = [i32; BLOCK];

/// Rows of weights in eight bits, by slot of the trie.
#[derive(Debug, Clone, Default)]
pub(super) struct Table {
    pub(super) lanes: usize,
    rows: Vec<Row>,
    /// What a weight of one stands for, by lane. The lane after the last has the squares of the n-grams' values.
    pub(super) units: Vec<f32>,
}

impl Table {
    fn blocks(lanes: usize) -> usize {
        (lanes + 1).div_ceil(BLOCK)
    }

    /// Writes weights of `lanes` lanes and a square per slot in eight bits each.
    pub(super) fn new(lanes: usize, slots: usize, weight: impl Fn(usize, usize) -> f32) -> Self {
        let most = |lane| (0..slots).map(|slot| weight(slot, lane).abs()).fold(0.0_f32, f32::max);
        let units: Vec<f32> = (0..=lanes).map(|lane| most(lane) / 127.0).collect();
        let mut rows = vec![[0; BLOCK]; slots * Self::blocks(lanes)];
        for (slot, row) in rows.chunks_exact_mut(Self::blocks(lanes)).enumerate() {
            for (lane, (cell, unit)) in row.as_flattened_mut().iter_mut().zip(&units).enumerate() {
                *cell = if *unit > 0.0 { eighth(weight(slot, lane) / unit) } else { 0 };
            }
        }
        Self { lanes, rows, units }
    }

    /// From cells as they were written down; none if they are not `slots` rows.
    pub(super) fn from_cells(lanes: usize, slots: usize, units: Vec<f32>, cells: &[u8]) -> Option<Self> {
        let (rows, rest) = cells.as_chunks::<BLOCK>();
        let fits = rest.is_empty() && rows.len() == slots.checked_mul(Self::blocks(lanes))? && units.len() == lanes + 1;
        fits.then(|| Self { lanes, rows: rows.iter().map(|row| row.map(u8::cast_signed)).collect(), units })
    }

    pub(super) fn cells(&self) -> impl Iterator<Item = u8> + '_ {
        self.rows.as_flattened().iter().map(|cell| cell.cast_unsigned())
    }

    /// Adds up the rows of `slots`.
    fn sum(&self, slots: &[Slot], sums: &mut Vec<Sums>) {
        let blocks = Self::blocks(self.lanes);
        sums.clear();
        sums.resize(blocks, [0; BLOCK]);
        if let (2, [one, other]) = (blocks, sums.as_mut_slice()) {
            // Two blocks, as the standard model has, lie side by side: one pass fetches both.
            let (rows, _) = self.rows.as_chunks::<2>();
            return add(slots, |slot| rows.get(slot).map(|[one, other]| [one, other]), [one, other]);
        }
        for (block, sum) in sums.iter_mut().enumerate() {
            add(slots, |slot| self.rows.get(slot * blocks + block).map(|row| [row]), [sum]);
        }
    }

    /// What one slot adds to a lane before the length is divided out.
    fn weight(&self, slot: Slot, lane: usize) -> f32 {
        let row = slot as usize * Self::blocks(self.lanes) + lane / BLOCK;
        let cell = self.rows.get(row).and_then(|row| row.get(lane % BLOCK)).copied().unwrap_or(0);
        f32::from(cell) * self.units.get(lane).copied().unwrap_or(0.0)
    }
}

/// Adds rows of eight bits in sixteen, as many as these hold, and those in thirty-two.
fn add<'a, const N: usize>(slots: &[Slot], rows: impl Fn(usize) -> Option<[&'a Row; N]>, sums: [&mut Sums; N]) {
    let mut sums = sums;
    for some in slots.chunks(HOLD) {
        let mut holds = [[0_i16; BLOCK]; N];
        for slot in some {
            let Some(rows) = rows(*slot as usize) else { continue };
            for (hold, row) in holds.iter_mut().zip(rows) {
                for (held, cell) in hold.iter_mut().zip(row) {
                    *held = held.wrapping_add(i16::from(*cell));
                }
            }
        }
        for (sum, hold) in sums.iter_mut().zip(holds) {
            for (sum, held) in sum.iter_mut().zip(hold) {
                *sum = sum.saturating_add(i32::from(held));
            }
        }
    }
}

#[expect(clippy::cast_possible_truncation, reason = "a weight divided by its unit lies within 127")]
fn eighth(value: f32) -> i8 {
    value.round().clamp(-127.0, 127.0) as i8
}

/// What reading texts needs, kept from one text to the next so that nothing is allocated.
#[derive(Debug, Default)]
pub(super) struct Desk {
    pub(super) letters: Vec<Letter>,
    slots: Vec<Slot>,
    cues: Vec<Met>,
    sums: Vec<Sums>,
    /// What the lexicon found.
    pub(super) hits: Vec<Hit>,
    pub(super) beside: Beside,
    points: Vec<f32>,
    /// Per lane, what speaks for it.
    pub(super) scores: Vec<f32>,
    /// Whether the text says enough: a cue speaks, or it has some letters that the model knows.
    pub(super) known: bool,
}

/// Letters, phrases, weights.
#[derive(Debug, Clone, Default)]
pub(super) struct Linear {
    pub(super) alphabet: Alphabet,
    pub(super) trie: Trie,
    pub(super) table: Table,
    /// What each lane begins with.
    pub(super) begin: Vec<f32>,
    pub(super) lexicon: Option<Placed>,
    /// Per label of the lexicon, what its points weigh in each lane.
    pub(super) cue_weights: Vec<f32>,
}

/// Where something that speaks stands, in letters, and what it adds to a lane.
#[derive(Debug, Clone, Copy)]
pub(super) struct Part {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) weight: f32,
    /// The cue behind it; none for an n-gram.
    pub(super) cue: Option<Hit>,
}

impl Linear {
    /// Fills `desk.scores` for a text.
    pub(super) fn score(&self, text: &str, desk: &mut Desk) {
        let Desk { letters, slots, cues, sums, hits, beside, points, scores, known } = desk;
        letters.clear();
        letters.push(START);
        self.alphabet.read(text, |letter, _| letters.push(letter));
        cues.clear();
        self.trie.scan(letters, slots, |met| cues.push(met));
        self.table.sum(slots, sums);
        let sums = sums.as_flattened();
        let length = self.length(sums);
        scores.clear();
        scores.extend(sums.iter().zip(&self.table.units).zip(&self.begin).map(|((sum, unit), begin)| {
            #[expect(
                clippy::cast_precision_loss,
                reason = "a sum of so many eighths is far below 2^24 for any text that matters"
            )]
            let sum = *sum as f32;
            sum * unit / length + begin
        }));
        let says = |letter: &&Letter| **letter > START && !self.alphabet.ends_clause(**letter);
        *known = letters.iter().filter(says).take(ENOUGH).count() == ENOUGH;
        hits.clear();
        if let Some(placed) = &self.lexicon {
            placed.weigh(&self.alphabet, letters, cues, (hits, beside));
            *known |= hits.iter().any(|hit| hit.points > 0);
            points.clear();
            label_points(placed, hits, points);
            for (at, share) in points.iter().enumerate().filter(|(_, share)| **share > 0.0) {
                let start = at * scores.len();
                let weights = self.cue_weights.get(start..start + scores.len()).unwrap_or_default();
                for (score, weight) in scores.iter_mut().zip(weights) {
                    *score += share * weight;
                }
            }
        }
    }

    /// The length of the vector of n-grams.
    fn length(&self, sums: &[i32]) -> f32 {
        let (square, unit) = (sums.get(self.table.lanes), self.table.units.get(self.table.lanes));
        #[expect(clippy::cast_precision_loss, reason = "as for every sum")]
        let square = square.copied().unwrap_or(0) as f32 * unit.copied().unwrap_or(0.0);
        if square > 0.0 { square.sqrt() } else { 1.0 }
    }

    /// What adds up to the score of a lane, n-grams and cues, without what it begins with.
    pub(super) fn parts(&self, text: &str, lane: usize, desk: &mut Desk) -> Vec<Part> {
        self.score(text, desk);
        let length = self.length(desk.sums.as_flattened());
        let mut parts = Vec::new();
        self.trie.spans(&desk.letters, |met| {
            let weight = self.table.weight(met.slot, lane) / length;
            if weight != 0.0 {
                parts.push(Part { start: met.start, end: met.end, weight, cue: None });
            }
        });
        let Some(placed) = &self.lexicon else { return parts };
        let total = label_points(placed, &desk.hits, &mut Vec::new());
        for hit in &desk.hits {
            let label = placed.label(hit);
            let weight = self.cue_weights.get(label * desk.scores.len() + lane).copied().unwrap_or(0.0);
            let weight = points_of(hit) / total * weight;
            parts.push(Part { start: hit.start, end: hit.end, weight, cue: Some(*hit) });
        }
        parts
    }
}

fn points_of(hit: &Hit) -> f32 {
    f32::from(u16::try_from(hit.points).unwrap_or(u16::MAX))
}

/// Per label of the lexicon its points, as a vector of length one; tells the length it had.
pub(super) fn label_points(placed: &Placed, hits: &[Hit], points: &mut Vec<f32>) -> f32 {
    points.clear();
    points.resize(placed.lexicon.labels().len(), 0.0);
    for hit in hits {
        if let Some(points) = points.get_mut(placed.label(hit)) {
            *points += points_of(hit);
        }
    }
    let square: f32 = points.iter().map(|points| points * points).sum();
    let length = if square > 0.0 { square.sqrt() } else { 1.0 };
    points.iter_mut().for_each(|points| *points /= length);
    length
}
