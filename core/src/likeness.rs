//! How like two texts are, and what follows for a desk: near-duplicates, repeated complaints, matters of many households.
//!
//! A text is the set of its pairs of neighbouring letters, folded, without spaces and marks; the likeness of two is what
//! they share of all they have (Jaccard). A [`Sketch`] keeps a short text exactly and a long one by 124 minima of hash
//! functions (MinHash, Broder 1997), which estimate the likeness with a standard error below 0.045. [`Likes`] finds what is
//! like a text among very many by bands of four minima (locality-sensitive hashing).
//!
//! Limits: letters are compared, not meaning. The same matter in other words is unlike; 漏水 and 不漏水 are like, and so
//! are two reports that differ in a house number. [`Caution`] marks those two.
mod desk;
mod index;
pub mod operations;
mod sketch;

use serde::Serialize;

use crate::text::fold_char;
pub use desk::{
    Because, Duplicate, DuplicateOptions, Group, GroupOptions, Repeat, RepeatOptions, Row, Scope, duplicates, groups,
    repeats,
};
pub use index::Likes;
pub use sketch::{Sketch, SketchError};

/// A difference between like texts that may matter more than all they share.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Caution {
    /// One of them denies something and the other does not.
    Negation,
    /// They hold different numbers: another house, another day.
    Numbers,
}

/// What two texts share of all pairs of letters they have: 0 for nothing, 1 for all. Spaces, marks, widths and case do not
/// count; texts without letters are like nothing.
///
/// ```
/// use guanjia::likeness::likeness;
/// assert_eq!(likeness("电梯坏了!", "电梯,坏了"), 1.0);
/// assert_eq!(likeness("电梯坏了", "停水了"), 0.0);
/// assert_eq!(likeness("电梯坏了", "电梯又坏了"), 0.4);
/// ```
pub fn likeness(one: &str, other: &str) -> f64 {
    jaccard(&pairs(one), &pairs(other))
}

/// What differs between two texts that may matter, however like they are.
///
/// ```
/// use guanjia::likeness::{Caution, cautions};
/// assert_eq!(cautions("3栋电梯坏了", "5栋电梯没坏"), [Caution::Negation, Caution::Numbers]);
/// ```
pub fn cautions(one: &str, other: &str) -> Vec<Caution> {
    let denies = |text: &str| text.chars().any(|letter| "不没未无别".contains(fold_char(letter)));
    let mut found = Vec::new();
    if denies(one) != denies(other) {
        found.push(Caution::Negation);
    }
    if numbers(one) != numbers(other) {
        found.push(Caution::Numbers);
    }
    found
}

/// The numbers of a text in digits, sorted.
fn numbers(text: &str) -> Vec<String> {
    let folded: String = text.chars().map(fold_char).collect();
    let parts = folded.split(|letter: char| !letter.is_ascii_digit()).filter(|part| !part.is_empty());
    let mut numbers: Vec<String> = parts.map(str::to_owned).collect();
    numbers.sort_unstable();
    numbers.dedup();
    numbers
}

/// The pairs of neighbouring letters by their hashes, sorted and each once; one letter alone stands for itself.
fn pairs(text: &str) -> Vec<u32> {
    let mut letters = text.chars().map(fold_char).filter(|letter| letter.is_alphanumeric()).map(u32::from);
    let Some(mut last) = letters.next() else { return Vec::new() };
    let first = last;
    let mut pairs: Vec<u32> = letters.map(|letter| hashed(std::mem::replace(&mut last, letter), letter)).collect();
    if pairs.is_empty() {
        pairs.push(hashed(first, 0));
    }
    pairs.sort_unstable();
    pairs.dedup();
    pairs
}

fn hashed(one: u32, other: u32) -> u32 {
    let mixed = mixed((u64::from(one) << 32) | u64::from(other));
    u32::try_from(mixed >> 32).unwrap_or(0)
}

/// The finaliser of SplitMix64 (Steele, Lea and Flood 2014).
const fn mixed(value: u64) -> u64 {
    let value = value.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
}

/// What two sorted sets share of all they have.
fn jaccard(one: &[u32], other: &[u32]) -> f64 {
    let (mut left, mut right) = (one.iter().peekable(), other.iter().peekable());
    let mut both = 0_u32;
    while let (Some(a), Some(b)) = (left.peek(), right.peek()) {
        match a.cmp(b) {
            std::cmp::Ordering::Less => _ = left.next(),
            std::cmp::Ordering::Greater => _ = right.next(),
            std::cmp::Ordering::Equal => {
                both += 1;
                left.next();
                right.next();
            }
        }
    }
    let all = one.len().saturating_add(other.len());
    let all = u32::try_from(all).unwrap_or(u32::MAX).saturating_sub(both);
    if all == 0 { 0.0 } else { f64::from(both) / f64::from(all) }
}

#[cfg(test)]
mod tests;
