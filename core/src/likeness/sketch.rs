//! A text in at most 256 bytes, to be compared without it.
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::{jaccard, mixed, pairs};
use crate::ident::hex;

/// Minima of a long text.
pub(super) const SLOTS: usize = 124;
/// A text of no more pairs is kept as it is.
const SHORT: usize = 60;
/// What the text form begins with: its version.
const VERSION: &str = "1";

/// What is kept of a text to compare it: all pairs of letters of a short one, 124 minima of a long one. The text form is
/// the version and hexadecimal digits; it stays readable by later versions.
///
/// ```
/// use guanjia::likeness::Sketch;
/// let sketch = Sketch::of("三号楼的电梯又坏了");
/// let kept = sketch.to_string();
/// assert_eq!(kept.parse::<Sketch>()?, sketch);
/// assert!(sketch.likeness(&Sketch::of("三号楼电梯又坏了!")) > 0.6);
/// # Ok::<(), guanjia::likeness::SketchError>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Sketch(Kept);

#[derive(Clone, PartialEq, Eq)]
enum Kept {
    /// Sorted, each once.
    Pairs(Box<[u32]>),
    Minima(Box<[u16; SLOTS]>),
}

/// Why a text is no sketch.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SketchError {
    /// Not of the form.
    #[error("`{0}` is no sketch: it is what a sketch was written as, `1p` or `1m` and hexadecimal digits")]
    Form(String),
    /// Of a version that is not known.
    #[error("the sketch is of version `{0}`, this library reads version {VERSION}: make it anew from the text")]
    Version(char),
}

/// Odd factors and offsets of the hash functions.
const FUNCTIONS: [(u64, u64); SLOTS] = functions();

const fn functions() -> [(u64, u64); SLOTS] {
    let mut functions = [(1, 0); SLOTS];
    let mut n = 0;
    let mut rest = functions.as_mut_slice();
    while let Some((first, others)) = rest.split_first_mut() {
        *first = (mixed(n) | 1, mixed(n + 0x1000));
        rest = others;
        n += 1;
    }
    functions
}

/// The minima of the hash functions over a set, 16 bits of each.
pub(super) fn minima(pairs: &[u32]) -> [u16; SLOTS] {
    let mut least = [u64::MAX; SLOTS];
    for pair in pairs {
        let pair = u64::from(*pair);
        for (least, (factor, offset)) in least.iter_mut().zip(&FUNCTIONS) {
            *least = (*least).min(pair.wrapping_mul(*factor).wrapping_add(*offset));
        }
    }
    least.map(|least| u16::try_from(mixed(least) & 0xffff).unwrap_or(0))
}

impl Sketch {
    /// The sketch of a text.
    pub fn of(text: &str) -> Self {
        let pairs = pairs(text);
        if pairs.len() <= SHORT {
            Self(Kept::Pairs(pairs.into()))
        } else {
            Self(Kept::Minima(Box::new(minima(&pairs))))
        }
    }

    /// Whether the text had no letters: it is like nothing.
    pub fn is_empty(&self) -> bool {
        matches!(&self.0, Kept::Pairs(pairs) if pairs.is_empty())
    }

    /// Whether it keeps a text exactly.
    pub fn is_exact(&self) -> bool {
        matches!(self.0, Kept::Pairs(_))
    }

    /// How like two texts are: exactly for two short ones, else by how many minima agree.
    pub fn likeness(&self, other: &Self) -> f64 {
        match (&self.0, &other.0) {
            (Kept::Pairs(one), Kept::Pairs(other)) => jaccard(one, other),
            _ if self.is_empty() || other.is_empty() => 0.0,
            _ => agreement(&self.minima(), &other.minima()),
        }
    }

    pub(super) fn minima(&self) -> Box<[u16; SLOTS]> {
        match &self.0 {
            Kept::Pairs(pairs) => Box::new(minima(pairs)),
            Kept::Minima(minima) => minima.clone(),
        }
    }
}

/// The share of minima that agree.
pub(super) fn agreement(one: &[u16; SLOTS], other: &[u16; SLOTS]) -> f64 {
    let same: u32 = one.iter().zip(other).map(|(one, other)| u32::from(one == other)).sum();
    f64::from(same) / f64::from(u32::try_from(SLOTS).unwrap_or(1))
}

impl fmt::Display for Sketch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (kind, bytes): (char, Vec<u8>) = match &self.0 {
            Kept::Pairs(pairs) => ('p', pairs.iter().flat_map(|pair| pair.to_be_bytes()).collect()),
            Kept::Minima(minima) => ('m', minima.iter().flat_map(|least| least.to_be_bytes()).collect()),
        };
        write!(f, "{VERSION}{kind}{}", hex(&bytes))
    }
}

impl fmt::Debug for Sketch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Sketch {
    type Err = SketchError;
    fn from_str(text: &str) -> Result<Self, SketchError> {
        let refuse = || SketchError::Form(text.chars().take(40).collect());
        let version = text.chars().next().ok_or_else(refuse)?;
        let Some(rest) = text.strip_prefix(VERSION) else {
            return Err(if version.is_ascii_digit() { SketchError::Version(version) } else { refuse() });
        };
        if let Some(digits) = rest.strip_prefix('p') {
            let pairs = words(digits, 8).ok_or_else(refuse)?;
            let sorted = pairs.iter().zip(pairs.iter().skip(1)).all(|(one, next)| one < next);
            return if sorted && pairs.len() <= SHORT { Ok(Self(Kept::Pairs(pairs.into()))) } else { Err(refuse()) };
        }
        let minima = rest.strip_prefix('m').and_then(|digits| words(digits, 4)).ok_or_else(refuse)?;
        let minima: Option<Vec<u16>> = minima.into_iter().map(|least| u16::try_from(least).ok()).collect();
        let minima = minima.and_then(|minima| minima.try_into().ok()).ok_or_else(refuse)?;
        Ok(Self(Kept::Minima(minima)))
    }
}

/// Numbers of so many hexadecimal digits each.
fn words(digits: &str, each: usize) -> Option<Vec<u32>> {
    let whole = digits.len().is_multiple_of(each) && digits.bytes().all(|digit| digit.is_ascii_hexdigit());
    let word = |word: &[u8]| u32::from_str_radix(std::str::from_utf8(word).ok()?, 16).ok();
    whole.then(|| digits.as_bytes().chunks(each).map(word).collect()).flatten()
}

impl Serialize for Sketch {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Sketch {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(de::Error::custom)
    }
}
