//! One-vs-rest linear support vector machines, all lanes in one pass over the rows.
//!
//! Dual coordinate descent for the squared hinge: C.-J. Hsieh, K.-W. Chang, C.-J. Lin, S. S. Keerthi, S. Sundararajan, *A dual
//! coordinate descent method for large-scale linear SVM* (2008); the machine that LIBLINEAR calls `-s 1`. A row is read once
//! for all its lanes, so that twenty labels cost little more than one.

/// Rows of sparse features.
#[derive(Debug, Default)]
pub(super) struct Rows {
    /// Where each row ends in the two below.
    ends: Vec<usize>,
    features: Vec<u32>,
    values: Vec<f32>,
}

impl Rows {
    pub(super) fn push(&mut self, row: impl IntoIterator<Item = (u32, f32)>) {
        for (feature, value) in row {
            self.features.push(feature);
            self.values.push(value);
        }
        self.ends.push(self.features.len());
    }

    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    pub(super) fn row(&self, at: usize) -> impl Iterator<Item = (u32, f32)> + Clone + '_ {
        let start = at.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
        let range = start..self.ends.get(at).copied().unwrap_or(start);
        let features = self.features.get(range.clone()).unwrap_or_default();
        features.iter().copied().zip(self.values.get(range).unwrap_or_default().iter().copied())
    }
}

/// What a lane is told of a row.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Side {
    /// The row is one of its label's, and weighs so much.
    For(f32),
    /// It is another label's.
    Against,
    /// The row says nothing about this lane.
    Absent,
}

/// How long and how hard to learn.
#[derive(Debug, Clone, Copy)]
pub(super) struct Effort {
    /// What a margin broken by one costs, beside weights of size one.
    pub(super) cost: f32,
    pub(super) seed: u64,
}

/// Passes over the rows at most.
const PASSES: usize = 60;
/// Learning stops when no lane's gradient is further than this from where it may be.
const TOLERANCE: f32 = 0.1;

/// Weights by feature and lane, and what each lane begins with.
#[derive(Debug)]
pub(super) struct Weights {
    lanes: usize,
    weights: Vec<f32>,
    pub(super) begin: Vec<f32>,
}

impl Weights {
    pub(super) fn of(&self, feature: u32) -> &[f32] {
        let start = feature as usize * self.lanes;
        self.weights.get(start..start + self.lanes).unwrap_or_default()
    }

    /// The scores of a row.
    pub(super) fn scores(&self, row: impl Iterator<Item = (u32, f32)>) -> Vec<f32> {
        let mut scores = self.begin.clone();
        self.add_scores(row, &mut scores);
        scores
    }

    fn add_scores(&self, row: impl Iterator<Item = (u32, f32)>, scores: &mut [f32]) {
        for (feature, value) in row {
            for (score, weight) in scores.iter_mut().zip(self.of(feature)) {
                *score += weight * value;
            }
        }
    }
}

/// Learns `lanes` machines over features below `features` from the rows named; `sides` tells each row's side for each lane,
/// row by row.
pub(super) fn solve(
    rows: &Rows,
    among: &[usize],
    (features, lanes): (usize, usize),
    sides: &[Side],
    effort: Effort,
) -> Weights {
    let mut learner = Learner {
        weights: Weights { lanes, weights: vec![0.0; features * lanes], begin: vec![0.0; lanes] },
        alphas: vec![0.0; rows.len() * lanes],
        scores: vec![0.0; lanes],
        steps: vec![0.0; lanes],
    };
    let squares: Vec<f32> =
        (0..rows.len()).map(|at| rows.row(at).map(|(_, value)| value * value).sum::<f32>() + 1.0).collect();
    let mut order = among.to_vec();
    let mut dice = Dice(effort.seed);
    for _ in 0..PASSES {
        dice.shuffle(&mut order);
        let mut worst: f32 = 0.0;
        for at in &order {
            let square = squares.get(*at).copied().unwrap_or(1.0);
            worst = worst.max(learner.visit(rows, *at, square, sides, effort.cost));
        }
        if worst < TOLERANCE {
            break;
        }
    }
    learner.weights
}

struct Learner {
    weights: Weights,
    alphas: Vec<f32>,
    scores: Vec<f32>,
    steps: Vec<f32>,
}

impl Learner {
    /// Moves the dual variables of one row; tells the furthest that one had to go.
    fn visit(&mut self, rows: &Rows, at: usize, square: f32, sides: &[Side], cost: f32) -> f32 {
        let lanes = self.weights.lanes;
        let row = rows.row(at);
        self.scores.copy_from_slice(&self.weights.begin);
        self.weights.add_scores(row.clone(), &mut self.scores);
        let range = at * lanes..(at + 1) * lanes;
        let (Some(alphas), Some(sides)) = (self.alphas.get_mut(range.clone()), sides.get(range)) else { return 0.0 };
        let mut worst: f32 = 0.0;
        let mut moved = false;
        let lanes_of_row = self.steps.iter_mut().zip(&self.scores).zip(alphas.iter_mut().zip(sides));
        for ((step, score), (alpha, side)) in lanes_of_row {
            let (sign, weight) = match side {
                Side::For(weight) => (1.0, *weight),
                Side::Against => (-1.0, 1.0),
                Side::Absent => {
                    *step = 0.0;
                    continue;
                }
            };
            let damping = 0.5 / (cost * weight);
            let gradient = sign * score - 1.0 + *alpha * damping;
            let violation = if *alpha <= 0.0 { gradient.min(0.0) } else { gradient };
            worst = worst.max(violation.abs());
            let next = (*alpha - gradient / (square + damping)).max(0.0);
            *step = (next - *alpha) * sign;
            moved |= *step != 0.0;
            *alpha = next;
        }
        if moved {
            self.add(row);
        }
        worst
    }

    fn add(&mut self, row: impl Iterator<Item = (u32, f32)>) {
        let lanes = self.weights.lanes;
        for (begin, step) in self.weights.begin.iter_mut().zip(&self.steps) {
            *begin += step;
        }
        for (feature, value) in row {
            let start = feature as usize * lanes;
            let Some(weights) = self.weights.weights.get_mut(start..start + lanes) else { continue };
            for (weight, step) in weights.iter_mut().zip(&self.steps) {
                *weight += step * value;
            }
        }
    }
}

/// Numbers that look random and follow from a seed: splitmix64 (G. L. Steele, D. Lea, C. H. Flood, 2014).
#[derive(Debug, Clone)]
pub(super) struct Dice(pub(super) u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `bound`, which is not zero.
    fn below(&mut self, bound: usize) -> usize {
        let wide = u128::from(self.next()) * u128::try_from(bound).unwrap_or(0);
        usize::try_from(wide >> 64).unwrap_or(0)
    }

    /// Fisher and Yates's.
    pub(super) fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            items.swap(last, self.below(last + 1));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(rows: &[&[(u32, f32)]]) -> Rows {
        let mut all = Rows::default();
        rows.iter().for_each(|row| all.push(row.iter().copied()));
        all
    }

    /// Scores of LIBLINEAR's solution (scikit-learn 1.9.1, `LinearSVC(C=1, dual=True, tol=1e-8)`, whose bias is a feature of
    /// one), all rows alike and with `class_weight={1: 3, 0: 1}`. We stop where gradients are within a tenth.
    #[test]
    fn finds_what_liblinear_finds() {
        let rows =
            rows(&[&[(0, 1.0), (1, 0.5)], &[(0, 0.8)], &[(1, 1.0), (2, 1.0)], &[(2, 0.7)], &[(0, 0.2), (2, 0.9)]]);
        for (weight, wanted) in [
            (1.0, [0.825_25, 0.621_85, -0.945_47, -0.725_92, -0.745_53]),
            (3.0, [0.986_61, 0.794_27, -0.982_92, -0.681_17, -0.697_02]),
        ] {
            let sides = [Side::For(weight), Side::For(weight), Side::Against, Side::Against, Side::Against];
            let weights = solve(&rows, &[0, 1, 2, 3, 4], (3, 1), &sides, Effort { cost: 1.0, seed: 1 });
            for (at, wanted) in wanted.into_iter().enumerate() {
                let [score] = weights.scores(rows.row(at))[..] else { panic!("one lane") };
                assert!((score - wanted).abs() < 0.05, "weight {weight}, row {at}: {score}, not {wanted}");
            }
        }
    }

    #[test]
    fn a_seed_tells_the_order() {
        let shuffled = |seed| {
            let mut items: Vec<usize> = (0..50).collect();
            Dice(seed).shuffle(&mut items);
            items
        };
        assert_eq!(shuffled(3), shuffled(3));
        assert_ne!(shuffled(3), shuffled(4));
        let mut back = shuffled(3);
        back.sort_unstable();
        assert_eq!(back, (0..50).collect::<Vec<_>>());
    }
}
