//! A set of labels that exclude each other, and how sure a choice among them is.

/// The label chosen, the next best, and how sure each is.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Choice {
    /// Its place among the labels.
    pub label: usize,
    /// How likely it is the right one, 0 to 1.
    pub confidence: f32,
    /// The next best label's place; the same where there is one label alone.
    pub second: usize,
    /// How likely that one is.
    pub second_confidence: f32,
}

/// Labels that exclude each other, and the lanes that speak for them.
#[derive(Debug, Clone, Default)]
pub(super) struct Head {
    pub(super) name: String,
    pub(super) labels: Vec<String>,
    /// Its first lane. Two labels share one: what speaks for the second speaks against the first.
    pub(super) lane: usize,
    /// How much a difference of one in score says.
    pub(super) sharpness: f32,
}

impl Head {
    pub(super) fn new(name: String, labels: Vec<String>, lane: usize) -> Self {
        Self { name, labels, lane, sharpness: 1.0 }
    }

    pub(super) fn lanes(&self) -> usize {
        if self.labels.len() == 2 { 1 } else { self.labels.len() }
    }

    /// The label that a lane of this head speaks for.
    pub(super) fn label_of(&self, lane: usize) -> usize {
        if self.labels.len() == 2 { 1 } else { lane }
    }

    /// The lane that speaks for a label, and whether for or against it.
    pub(super) fn lane_of(&self, label: usize) -> (usize, f32) {
        match (self.labels.len(), label) {
            (2, 0) => (self.lane, -1.0),
            (2, _) => (self.lane, 1.0),
            _ => (self.lane + label, 1.0),
        }
    }

    fn scores<'a>(&self, scores: &'a [f32]) -> &'a [f32] {
        scores.get(self.lane..self.lane + self.lanes()).unwrap_or_default()
    }

    /// The best two labels by the scores of all lanes.
    pub(super) fn choose(&self, scores: &[f32]) -> Choice {
        let scores = self.scores(scores);
        if let (2, [score]) = (self.labels.len(), scores) {
            let likely = 1.0 / (1.0 + (-2.0 * self.sharpness * score.abs()).exp());
            let label = usize::from(*score > 0.0);
            return Choice { label, confidence: likely, second: 1 - label, second_confidence: 1.0 - likely };
        }
        let (mut best, mut second) = ((0, f32::NEG_INFINITY), (0, f32::NEG_INFINITY));
        for (label, score) in scores.iter().copied().enumerate() {
            if score > best.1 {
                (best, second) = ((label, score), best);
            } else if score > second.1 {
                second = (label, score);
            }
        }
        if second.1 == f32::NEG_INFINITY {
            return Choice { label: best.0, confidence: 1.0, second: best.0, second_confidence: 0.0 };
        }
        let share = |score: f32| (self.sharpness * (score - best.1)).exp();
        let all: f32 = scores.iter().map(|score| share(*score)).sum();
        Choice { label: best.0, confidence: 1.0 / all, second: second.0, second_confidence: share(second.1) / all }
    }

    /// How likely a label is.
    pub(super) fn share(&self, label: usize, scores: &[f32]) -> f32 {
        let scores = self.scores(scores);
        if let (2, [score]) = (self.labels.len(), scores) {
            let sign = if label == 1 { 2.0 } else { -2.0 };
            return 1.0 / (1.0 + (-sign * self.sharpness * score).exp());
        }
        let best = scores.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        let share = |score: f32| (self.sharpness * (score - best)).exp();
        let all: f32 = scores.iter().map(|score| share(*score)).sum();
        scores.get(label).map_or(0.0, |score| share(*score) / all)
    }

    /// How unlikely the given labels are on the average, in nats.
    fn surprise<'a>(&self, judged: impl Iterator<Item = (&'a [f32], usize)>, sharpness: f32) -> f32 {
        let surprise = |(scores, given): (&[f32], usize)| {
            if self.labels.len() == 2 {
                let score = scores.first().copied().unwrap_or(0.0) * if given == 1 { 2.0 } else { -2.0 };
                return (-sharpness * score).exp().ln_1p();
            }
            let best = scores.iter().copied().fold(f32::NEG_INFINITY, f32::max);
            let all: f32 = scores.iter().map(|score| (sharpness * (score - best)).exp()).sum();
            all.ln() - sharpness * (scores.get(given).copied().unwrap_or(0.0) - best)
        };
        judged.map(surprise).sum()
    }

    /// Finds the sharpness that makes confidence true: of answers given with 80 %, eight in ten are right. (Temperature
    /// scaling: C. Guo, G. Pleiss, Y. Sun, K. Q. Weinberger, *On calibration of modern neural networks*, 2017.)
    pub(super) fn calibrate(&mut self, unseen: &[Option<Vec<f32>>], given: &[Option<usize>]) {
        let judged = || {
            let pairs = unseen.iter().zip(given);
            pairs.filter_map(|(scores, given)| Some((self.scores(scores.as_deref()?), (*given)?)))
        };
        if judged().next().is_none() {
            return;
        }
        // The surprise has one lowest point in the logarithm of the sharpness: golden section between 0.05 and 50.
        const RATIO: f32 = 0.618_034;
        let at = |log: f32| self.surprise(judged(), log.exp());
        let (mut low, mut high) = (-3.0_f32, 4.0_f32);
        for _ in 0..30 {
            let (left, right) = (high - RATIO * (high - low), low + RATIO * (high - low));
            if at(left) < at(right) { high = right } else { low = left }
        }
        self.sharpness = f32::midpoint(low, high).exp();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_labels_share_a_lane() {
        let head = Head::new("major".into(), vec!["0".into(), "1".into()], 3);
        assert_eq!(head.lanes(), 1);
        let choice = head.choose(&[9.0, 9.0, 9.0, -0.5]);
        assert_eq!((choice.label, choice.second), (0, 1));
        assert!(
            (choice.confidence - 0.731).abs() < 1e-3
                && (choice.confidence + choice.second_confidence - 1.0).abs() < 1e-6
        );
    }

    #[test]
    fn shares_of_many_labels_follow_their_scores() {
        let head = Head::new("kind".into(), ["a", "b", "c"].map(String::from).to_vec(), 0);
        let choice = head.choose(&[0.0, 1.0, 0.5]);
        assert_eq!((choice.label, choice.second), (1, 2));
        assert!((choice.confidence - 0.506).abs() < 1e-3, "{choice:?}");
        let alone = Head::new("one".into(), vec!["x".into()], 0).choose(&[0.2]);
        assert_eq!((alone.label, alone.confidence), (0, 1.0));
    }

    #[test]
    fn confidence_becomes_as_true_as_the_answers() {
        let mut head = Head::new("kind".into(), ["a", "b", "c"].map(String::from).to_vec(), 0);
        // Three in four are right, all with the same scores.
        let unseen = vec![Some(vec![1.0, 0.0, 0.0]); 400];
        let given: Vec<Option<usize>> = (0..400).map(|at| Some(usize::from(at % 4 == 0))).collect();
        head.calibrate(&unseen, &given);
        assert!((head.choose(&[1.0, 0.0, 0.0]).confidence - 0.75).abs() < 0.02);
    }
}
