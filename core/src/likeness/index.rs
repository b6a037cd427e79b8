//! Very many sketches, and those among them that are like one.
use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::hash::{BuildHasherDefault, Hasher};

use super::sketch::{SLOTS, agreement};
use super::{Sketch, mixed};

/// Minima of a band.
const ROWS: usize = 4;
const BANDS: usize = SLOTS / ROWS;
/// Of a bucket no more than the latest so many are compared, so that a flood of one text stays cheap.
const MOST_IN_BUCKET: usize = 64;
const NONE: u32 = u32::MAX;
/// Removed entries are swept out when they are more than this and more than the rest.
const SWEEP: usize = 64;

/// Sketches by keys of the caller, to be asked for those like one. Keys stand in one index whatever they are of; one index
/// per community keeps communities apart.
///
/// A text as like as 0.5 is found with a probability of 0.86, of 0.6 with 0.98, of 0.7 and more with 0.999; of texts that
/// very many others are like, the latest are found.
///
/// ```
/// use guanjia::likeness::{Likes, Sketch};
/// let mut likes = Likes::default();
/// likes.insert("case-1", &Sketch::of("三号楼的电梯又坏了"));
/// likes.insert("case-2", &Sketch::of("地下车库漏水"));
/// let found = likes.like(&Sketch::of("三号楼电梯又坏了"), 0.5);
/// assert_eq!(found.first().map(|(key, _)| *key), Some("case-1"));
/// ```
#[derive(Clone)]
pub struct Likes<K> {
    entries: Vec<Entry<K>>,
    places: BTreeMap<K, u32>,
    /// By band and its minima, the latest entry.
    heads: HashMap<u64, u32, BuildHasherDefault<Mixed>>,
    removed: usize,
}

#[derive(Debug, Clone)]
struct Entry<K> {
    /// None once it is removed.
    key: Option<K>,
    sketch: Sketch,
    minima: Box<[u16; SLOTS]>,
    /// Per band, the entry before it in its bucket.
    before: Box<[u32; BANDS]>,
}

/// Keys are mixed already.
#[derive(Debug, Clone, Copy, Default)]
struct Mixed(u64);

impl Hasher for Mixed {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = mixed(self.0 ^ u64::from(*byte));
        }
    }

    fn write_u64(&mut self, value: u64) {
        self.0 = value;
    }
}

impl<K> Default for Likes<K> {
    fn default() -> Self {
        Self { entries: Vec::new(), places: BTreeMap::new(), heads: HashMap::default(), removed: 0 }
    }
}

impl<K> fmt::Debug for Likes<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Likes").field("len", &self.places.len()).finish_non_exhaustive()
    }
}

/// The buckets of a text, one per band.
fn buckets(minima: &[u16; SLOTS]) -> impl Iterator<Item = u64> + '_ {
    (0_u64..).zip(minima.chunks_exact(ROWS)).map(|(band, rows)| {
        let packed = rows.iter().fold(0_u64, |packed, least| (packed << 16) | u64::from(*least));
        mixed(packed ^ mixed(band))
    })
}

impl<K: Ord + Clone> Likes<K> {
    /// How many sketches it holds.
    pub fn len(&self) -> usize {
        self.places.len()
    }

    /// Whether it holds none.
    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// Adds a sketch, in place of the one that has the key. A text without letters is like nothing and is only counted.
    pub fn insert(&mut self, key: K, sketch: &Sketch) {
        self.remove(&key);
        let Ok(place) = u32::try_from(self.entries.len()) else { return };
        let minima = sketch.minima();
        let mut before = Box::new([NONE; BANDS]);
        if !sketch.is_empty() {
            for (before, bucket) in before.iter_mut().zip(buckets(&minima)) {
                *before = self.heads.insert(bucket, place).unwrap_or(NONE);
            }
        }
        self.entries.push(Entry { key: Some(key.clone()), sketch: sketch.clone(), minima, before });
        self.places.insert(key, place);
    }

    /// Takes a sketch out; whether it was there.
    pub fn remove(&mut self, key: &K) -> bool {
        let Some(place) = self.places.remove(key) else { return false };
        if let Some(entry) = self.entry_mut(place) {
            entry.key = None;
        }
        self.removed += 1;
        if self.removed > SWEEP && self.removed > self.places.len() {
            self.sweep();
        }
        true
    }

    /// The keys of sketches at least so like, the likest first, equal ones by key.
    pub fn like(&self, sketch: &Sketch, threshold: f64) -> Vec<(K, f64)> {
        if sketch.is_empty() {
            return Vec::new();
        }
        let minima = sketch.minima();
        let mut found: Vec<(K, f64)> = (self.candidates(&minima).into_iter())
            .filter_map(|place| self.entry(place))
            .filter_map(|entry| Some((entry.key.clone()?, entry.likeness(sketch, &minima))))
            .filter(|(_, likeness)| *likeness >= threshold)
            .collect();
        found.sort_by(|one, other| other.1.total_cmp(&one.1).then_with(|| one.0.cmp(&other.0)));
        found
    }

    fn candidates(&self, minima: &[u16; SLOTS]) -> Vec<u32> {
        let mut found = Vec::new();
        for (band, bucket) in buckets(minima).enumerate() {
            let mut place = self.heads.get(&bucket).copied().unwrap_or(NONE);
            for _ in 0..MOST_IN_BUCKET {
                let Some(entry) = self.entry(place) else { break };
                found.push(place);
                place = entry.before.get(band).copied().unwrap_or(NONE);
            }
        }
        found.sort_unstable();
        found.dedup();
        found
    }

    fn entry(&self, place: u32) -> Option<&Entry<K>> {
        self.entries.get(usize::try_from(place).ok()?)
    }

    fn entry_mut(&mut self, place: u32) -> Option<&mut Entry<K>> {
        self.entries.get_mut(usize::try_from(place).ok()?)
    }

    /// Builds the index anew without what was removed.
    fn sweep(&mut self) {
        let entries = std::mem::take(self).entries;
        for (key, sketch) in entries.into_iter().filter_map(|entry| Some((entry.key?, entry.sketch))) {
            self.insert(key, &sketch);
        }
    }
}

impl<K> Entry<K> {
    fn likeness(&self, sketch: &Sketch, minima: &[u16; SLOTS]) -> f64 {
        if self.sketch.is_exact() && sketch.is_exact() {
            self.sketch.likeness(sketch)
        } else {
            agreement(&self.minima, minima)
        }
    }
}
