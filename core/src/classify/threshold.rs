//! Where answers turn, and how examples tell the place.
use serde::{Deserialize, Serialize};

/// Where answers turn, each a likelihood from 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct Thresholds {
    /// Below this confidence an answer asks: 0 never, 1 always.
    pub ask: f32,
    /// A danger this likely is treated as one, though another urgency be likelier: a call too many costs less than one too
    /// few.
    pub danger: f32,
    /// What is this likely to be major is treated so.
    pub major: f32,
}

impl Default for Thresholds {
    fn default() -> Self {
        Self { ask: 0.5, danger: 0.2, major: 0.5 }
    }
}

/// Of the dangers among unseen examples, the share that training wants found.
pub(super) const FOUND: f32 = 0.95;
/// Fewer examples of a kind tell no threshold.
const ENOUGH: usize = 20;
/// Beyond these a threshold would follow chance.
const DANGER: (f32, f32) = (0.05, 0.5);
const MAJOR: (f32, f32) = (0.2, 0.8);

/// How likely something was called, and whether it was so.
pub(super) type Called = (f32, bool);

impl Thresholds {
    /// As examples tell them; what they are too few to tell stays.
    pub(super) fn tuned(self, danger: &mut [Called], major: &mut [Called], found: f32) -> Self {
        let danger = finding(danger, found).map_or(self.danger, |at| at.clamp(DANGER.0, DANGER.1));
        let major = parting(major).map_or(self.major, |at| at.clamp(MAJOR.0, MAJOR.1));
        Self { danger, major, ..self }
    }
}

/// The highest threshold that finds a share of what is so.
fn finding(called: &mut [Called], found: f32) -> Option<f32> {
    called.sort_by(|one, other| other.0.total_cmp(&one.0));
    let so = called.iter().filter(|(_, so)| *so).count();
    if so < ENOUGH {
        return None;
    }
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "a share of a count"
    )]
    let wanted = ((so as f32 * found.clamp(0.0, 1.0)).ceil() as usize).max(1);
    called.iter().filter(|(_, so)| *so).nth(wanted - 1).map(|(likely, _)| *likely)
}

/// The threshold that parts yes from no best, by the mean of both labels' F1.
fn parting(called: &mut [Called]) -> Option<f32> {
    called.sort_by(|one, other| other.0.total_cmp(&one.0));
    let so = called.iter().filter(|(_, so)| *so).count();
    let not = called.len() - so;
    if so.min(not) < ENOUGH {
        return None;
    }
    let (mut hit, mut wrong) = (0, 0);
    let mut best = (0.0, None);
    for (at, (likely, is)) in called.iter().enumerate() {
        if *is {
            hit += 1
        } else {
            wrong += 1
        }
        let next = called.get(at + 1).map_or(0.0, |(next, _)| *next);
        if next < *likely {
            let mean = (f1(hit, wrong, so - hit) + f1(not - wrong, so - hit, wrong)) / 2.0;
            if mean > best.0 {
                best = (mean, Some(f32::midpoint(*likely, next)));
            }
        }
    }
    best.1
}

#[expect(clippy::cast_precision_loss, reason = "counts of examples")]
fn f1(hit: usize, wrong: usize, missed: usize) -> f64 {
    if hit == 0 { 0.0 } else { 2.0 * hit as f64 / (2 * hit + wrong + missed) as f64 }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Twenty that are so, called from 0.05 to 1, and as many that are not, called half as likely.
    fn called() -> Vec<Called> {
        (1..=20_u8).flat_map(|n| [(f32::from(n) / 20.0, true), (f32::from(n) / 40.0 - 0.01, false)]).collect()
    }

    #[test]
    fn the_highest_threshold_finds_the_share() {
        assert_eq!(finding(&mut called(), 0.95), Some(0.1));
        assert_eq!(finding(&mut called(), 1.0), Some(0.05));
        assert_eq!(finding(&mut called(), 0.0), Some(1.0));
        assert_eq!(finding(&mut called()[..30], 0.95), None);
    }

    #[test]
    fn yes_and_no_are_parted_where_both_fare_best() {
        let at = parting(&mut called()).unwrap();
        let share = |from: f32, so: bool| called().iter().filter(|one| one.1 == so && one.0 >= from).count();
        let mean = |from: f32| {
            let (hit, wrong) = (share(from, true), share(from, false));
            f1(hit, wrong, 20 - hit) + f1(20 - wrong, 20 - hit, wrong)
        };
        assert!((1..100_u8).all(|n| mean(f32::from(n) / 100.0) <= mean(at) + 1e-9), "{at}");
        assert_eq!(parting(&mut [(0.9, true), (0.1, false)]), None);
    }
}
