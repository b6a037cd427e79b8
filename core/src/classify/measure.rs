//! How good answers are: accuracy, F1, confusion, and whether confidence is true.
use serde::{Deserialize, Serialize};

/// An answer beside what was right.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Judged {
    /// The right label's place.
    pub given: usize,
    /// The answered label's place.
    pub answered: usize,
    /// How sure the answer was, 0 to 1.
    pub confidence: f32,
}

/// How one label fared.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct LabelMeasure {
    /// The label.
    pub label: String,
    /// Texts that have it.
    pub given: u64,
    /// Of the texts answered so, the share that have it; none if none was answered so.
    pub precision: Option<f64>,
    /// Of the texts that have it, the share answered so; none if no text has it.
    pub recall: Option<f64>,
    /// The harmonic mean of both, 0 where one is 0 or absent.
    pub f1: f64,
}

/// Answers of about one confidence.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Bin {
    /// The lowest confidence, inclusive.
    pub from: f64,
    /// The highest, exclusive but for 1.
    pub to: f64,
    /// How many answers.
    pub count: u64,
    /// Their confidence on the average; none without answers.
    pub confidence: Option<f64>,
    /// The share of right ones; none without answers.
    pub accuracy: Option<f64>,
}

/// How good the answers of one field are.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Measure {
    /// The field: `kind`, `topic`, `urgency`, `major`, or `label`.
    pub field: String,
    /// Answers judged.
    pub n: u64,
    /// The share of right ones.
    pub accuracy: f64,
    /// The mean of the labels' F1, over labels that were given or answered.
    pub macro_f1: f64,
    /// Label by label, in the order of the confusion.
    pub labels: Vec<LabelMeasure>,
    /// Given by answered: a row per label given, a column per label answered.
    pub confusion: Vec<Vec<u64>>,
    /// The reliability table: ten bins of confidence.
    pub reliability: Vec<Bin>,
    /// The mean distance of confidence from accuracy over the bins, weighted by their answers (expected calibration error).
    pub calibration_error: f64,
}

/// Bins of the reliability table.
const BINS: u32 = 10;

impl Measure {
    /// Of answers to a field with these labels.
    pub fn new(field: &str, labels: &[String], judged: &[Judged]) -> Self {
        let mut confusion = vec![vec![0_u64; labels.len()]; labels.len()];
        for one in judged {
            if let Some(cell) = confusion.get_mut(one.given).and_then(|row| row.get_mut(one.answered)) {
                *cell += 1;
            }
        }
        let fared: Vec<LabelMeasure> =
            labels.iter().enumerate().map(|(at, label)| LabelMeasure::new(label, at, &confusion)).collect();
        let met = |one: &&LabelMeasure| one.given > 0 || one.precision.is_some();
        let reliability: Vec<Bin> = (0..BINS).map(|bin| Bin::new(bin, judged)).collect();
        let apart = |bin: &Bin| Some((bin.confidence? - bin.accuracy?).abs() * float(bin.count));
        Self {
            field: field.to_owned(),
            n: count(judged.len()),
            accuracy: ratio(judged.iter().filter(|one| one.given == one.answered).count(), judged.len()).unwrap_or(0.0),
            macro_f1: mean(fared.iter().filter(met).map(|one| one.f1)).unwrap_or(0.0),
            calibration_error: ratio_f(reliability.iter().filter_map(apart).sum(), judged.len()).unwrap_or(0.0),
            labels: fared,
            confusion,
            reliability,
        }
    }
}

impl LabelMeasure {
    fn new(label: &str, at: usize, confusion: &[Vec<u64>]) -> Self {
        let cell = |row: &Vec<u64>| row.get(at).copied().unwrap_or(0);
        let right = confusion.get(at).map_or(0, cell);
        let given: u64 = confusion.get(at).map_or(0, |row| row.iter().sum());
        let answered: u64 = confusion.iter().map(cell).sum();
        let share = |of: u64| (of > 0).then(|| float(right) / float(of));
        let f1 = if right == 0 { 0.0 } else { 2.0 * float(right) / float(given + answered) };
        Self { label: label.to_owned(), given, precision: share(answered), recall: share(given), f1 }
    }
}

impl Bin {
    fn new(bin: u32, judged: &[Judged]) -> Self {
        let (from, to) = (f64::from(bin) / f64::from(BINS), f64::from(bin + 1) / f64::from(BINS));
        let last = bin + 1 == BINS;
        let inside: Vec<&Judged> = judged
            .iter()
            .filter(|one| f64::from(one.confidence) >= from && (last || f64::from(one.confidence) < to))
            .collect();
        Self {
            from,
            to,
            count: count(inside.len()),
            confidence: mean(inside.iter().map(|one| f64::from(one.confidence))),
            accuracy: ratio(inside.iter().filter(|one| one.given == one.answered).count(), inside.len()),
        }
    }
}

fn count(n: usize) -> u64 {
    u64::try_from(n).unwrap_or(u64::MAX)
}

#[expect(clippy::cast_precision_loss, reason = "counts of texts lie far below 2^53")]
fn float(n: u64) -> f64 {
    n as f64
}

fn ratio(part: usize, of: usize) -> Option<f64> {
    ratio_f(float(count(part)), of)
}

fn ratio_f(part: f64, of: usize) -> Option<f64> {
    (of > 0).then(|| part / float(count(of)))
}

fn mean(values: impl Iterator<Item = f64>) -> Option<f64> {
    let (sum, n) = values.fold((0.0, 0), |(sum, n), value| (sum + value, n + 1));
    ratio_f(sum, n)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Against scikit-learn 1.9: `f1_score([0,0,0,1,1,2], [0,0,1,1,1,0], average="macro")` = 0.4888…, accuracy 0.6667.
    #[test]
    fn measures_as_scikit_learn_does() {
        let pairs = [(0, 0), (0, 0), (0, 1), (1, 1), (1, 1), (2, 0)];
        let judged: Vec<Judged> =
            pairs.iter().map(|&(given, answered)| Judged { given, answered, confidence: 0.85 }).collect();
        let measure = Measure::new("label", &["a", "b", "c", "never"].map(String::from), &judged);
        assert!((measure.accuracy - 4.0 / 6.0).abs() < 1e-12);
        assert!((measure.macro_f1 - 0.488_888_888_9).abs() < 1e-9, "{}", measure.macro_f1);
        assert_eq!(measure.confusion[0], [2, 1, 0, 0]);
        assert_eq!((measure.labels[2].precision, measure.labels[2].recall), (None, Some(0.0)));
        assert_eq!(measure.reliability[8].count, 6);
        assert!((measure.calibration_error - (0.85 - 4.0 / 6.0)).abs() < 1e-6);
    }

    #[test]
    fn nothing_judged_measures_nothing() {
        let measure = Measure::new("label", &[], &[]);
        assert_eq!((measure.n, measure.accuracy, measure.macro_f1), (0, 0.0, 0.0));
    }
}
