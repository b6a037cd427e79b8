//! Phrases over letters as a double array: a child is one addition and one comparison away.
//!
//! J. Aoe, *An efficient digital search algorithm by using a double-array structure* (1989). Every place of a text is entered
//! anew, so n-grams that lie over each other and cues of the lexicon are found in one pass; how far a walk goes is bounded
//! by the longest phrase, not by their number. The first letter of a phrase has a node of its own; each further one is two
//! steps, its high and its low bits: families of 64 fit into each other's gaps, families of 4,000 do not.
use std::collections::BTreeMap;

use super::alphabet::{Letter, UNKNOWN};

/// A node by its place in the array; a letter's own node has the letter's number.
pub(super) type Slot = u32;

const ROOT: Slot = 0;
/// A slot that nobody has taken.
const FREE: u32 = u32::MAX;
const CUE: u32 = 1;
const DEEP: u32 = 2;
const FLAGS: u32 = 2;
/// Bits of a letter's second step.
const LOW: u16 = 6;

#[derive(Debug, Clone, Copy)]
pub(super) struct Node {
    /// Where its children begin, above two flags: it ends a cue, it has children.
    base: u32,
    /// Whose child it is.
    check: u32,
}

/// A phrase met in a text: from one place to another, in letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Met {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) slot: Slot,
}

#[derive(Debug, Default, Clone)]
pub(super) struct Trie {
    nodes: Vec<Node>,
}

impl Trie {
    /// Of phrases, each with whether it is a cue. `letters` is the size of the alphabet.
    pub(super) fn new<'a>(letters: usize, phrases: impl IntoIterator<Item = (&'a [Letter], bool)>) -> Self {
        let mut plan = Plan::default();
        for (phrase, cue) in phrases {
            plan.add(phrase, cue);
        }
        Layout::new(letters).place(&plan)
    }

    /// From nodes as they were written down, two numbers each; none if they are no trie.
    pub(super) fn from_words(words: &[u32]) -> Self {
        let pairs = words.chunks_exact(2).map(|pair| match pair {
            [base, check] => Node { base: *base, check: *check },
            _ => Node { base: 0, check: FREE },
        });
        Self { nodes: pairs.collect() }
    }

    pub(super) fn words(&self) -> impl Iterator<Item = u32> + '_ {
        self.nodes.iter().flat_map(|node| [node.base, node.check])
    }

    pub(super) fn len(&self) -> usize {
        self.nodes.len()
    }

    fn node(&self, slot: Slot) -> Node {
        self.nodes.get(slot as usize).copied().unwrap_or(Node { base: 0, check: FREE })
    }

    fn step(&self, parent: Slot, base: u32, bits: u16) -> Option<(Slot, Node)> {
        let slot = (base >> FLAGS).wrapping_add(u32::from(bits));
        let node = self.node(slot);
        (node.check == parent).then_some((slot, node))
    }

    fn child(&self, parent: Slot, base: u32, letter: Letter) -> Option<(Slot, Node)> {
        let (high, low) = split(letter);
        let (middle, node) = self.step(parent, base, high)?;
        self.step(middle, node.base, low)
    }

    /// The node of a phrase.
    pub(super) fn find(&self, phrase: &[Letter]) -> Option<Slot> {
        let (first, rest) = phrase.split_first()?;
        let mut at = (Slot::from(*first), self.node(Slot::from(*first)));
        for letter in rest {
            at = self.child(at.0, at.1.base, *letter)?;
        }
        Some(at.0)
    }

    /// Every node that a walk from any place of `letters` meets; `cue` hears of those that end a cue, in the order of their
    /// places. Pairs are looked up without a branch on whether they are there, for nothing foretells it.
    pub(super) fn scan(&self, letters: &[Letter], slots: &mut Vec<Slot>, mut cue: impl FnMut(Met)) {
        slots.clear();
        slots.resize(letters.len() * 2, ROOT);
        let mut len = 0;
        let nexts = letters.iter().skip(1).copied().chain([UNKNOWN]);
        for (start, (first, next)) in letters.iter().copied().zip(nexts).enumerate() {
            let (one, known) = (Slot::from(first), first != UNKNOWN);
            let node = self.node(one);
            put(slots, &mut len, one, known);
            let (high, low) = split(next);
            let middle = (node.base >> FLAGS).wrapping_add(u32::from(high));
            let between = self.node(middle);
            let two = (between.base >> FLAGS).wrapping_add(u32::from(low));
            let pair = self.node(two);
            let found = known & (between.check == one) & (pair.check == middle);
            put(slots, &mut len, two, found);
            let more = if found { pair.base & (CUE | DEEP) } else { 0 };
            if (more | node.base & CUE) != 0 && known {
                if node.base & CUE != 0 {
                    cue(Met { start, end: start + 1, slot: one });
                }
                if more & CUE != 0 {
                    cue(Met { start, end: start + 2, slot: two });
                }
                if more & DEEP != 0 {
                    self.follow(letters, start, (two, pair), |slot| put(slots, &mut len, slot, true), &mut cue);
                }
            }
        }
        slots.truncate(len);
    }

    /// Goes on from a pair that has longer phrases.
    fn follow(
        &self,
        letters: &[Letter],
        start: usize,
        (mut slot, mut node): (Slot, Node),
        mut met: impl FnMut(Slot),
        mut cue: impl FnMut(Met),
    ) {
        for (end, letter) in (start + 3..).zip(letters.iter().skip(start + 2)) {
            let Some(child) = self.child(slot, node.base, *letter) else { return };
            (slot, node) = child;
            met(slot);
            if node.base & CUE != 0 {
                cue(Met { start, end, slot });
            }
            if node.base & DEEP == 0 {
                return;
            }
        }
    }

    /// As [`Self::scan`], each node with where its phrase lies.
    pub(super) fn spans(&self, letters: &[Letter], mut met: impl FnMut(Met)) {
        for (start, first) in letters.iter().enumerate().filter(|(_, first)| **first != UNKNOWN) {
            let (mut slot, mut base) = (Slot::from(*first), self.node(Slot::from(*first)).base);
            met(Met { start, end: start + 1, slot });
            for (end, letter) in (start + 2..).zip(letters.iter().skip(start + 1)) {
                let Some((child, node)) = self.child(slot, base, *letter) else { break };
                (slot, base) = (child, node.base);
                met(Met { start, end, slot });
            }
        }
    }
}

/// Writes a slot behind the others; it stays only if it `counts`.
fn put(slots: &mut Vec<Slot>, len: &mut usize, slot: Slot, counts: bool) {
    match slots.get_mut(*len) {
        Some(place) => *place = slot,
        None => slots.push(slot),
    }
    *len += usize::from(counts);
}

fn split(letter: Letter) -> (u16, u16) {
    (letter >> LOW, letter & ((1 << LOW) - 1))
}

/// The phrases as a tree, before each node has its place.
#[derive(Default)]
struct Plan {
    nodes: Vec<Planned>,
}

#[derive(Default)]
struct Planned {
    /// By the bits of the step that leads there.
    children: BTreeMap<u16, usize>,
    cue: bool,
}

impl Plan {
    fn add(&mut self, phrase: &[Letter], cue: bool) {
        if self.nodes.is_empty() {
            self.nodes.push(Planned::default());
        }
        let Some((first, rest)) = phrase.split_first() else { return };
        let steps = rest.iter().flat_map(|letter| <[u16; 2]>::from(split(*letter)));
        let mut at = 0;
        for step in [*first].into_iter().chain(steps) {
            let next = self.nodes.len();
            let Some(node) = self.nodes.get_mut(at) else { return };
            at = *node.children.entry(step).or_insert(next);
            if at == next {
                self.nodes.push(Planned::default());
            }
        }
        if let Some(node) = self.nodes.get_mut(at) {
            node.cue |= cue;
        }
    }
}

/// The array while it is filled. Free slots form a list, so that a place for children is found without looking at taken ones.
struct Layout {
    nodes: Vec<Node>,
    /// Per free slot, the next free one.
    next: Vec<u32>,
    first: u32,
    /// So many free slots are tried before the children go to the end.
    tries: usize,
}

/// How many free slots are tried for all families together: enough to fill the array, not to dwell on it.
const TRIES_IN_ALL: usize = 100_000_000;
const TRIES: std::ops::Range<usize> = 100..10_000;

impl Layout {
    /// All letters have their own node, whether a phrase begins with them or not.
    fn new(letters: usize) -> Self {
        let mut layout = Self { nodes: Vec::new(), next: Vec::new(), first: 0, tries: TRIES.start };
        layout.grow(letters);
        for letter in 0..letters {
            layout.take(letter, ROOT);
        }
        layout.first = u32::try_from(letters).unwrap_or(FREE);
        layout
    }

    fn grow(&mut self, len: usize) {
        while self.nodes.len() < len {
            self.nodes.push(Node { base: 0, check: FREE });
            self.next.push(u32::try_from(self.nodes.len()).unwrap_or(FREE));
        }
    }

    fn free(&self, slot: usize) -> bool {
        self.nodes.get(slot).is_none_or(|node| node.check == FREE)
    }

    fn take(&mut self, slot: usize, parent: Slot) {
        self.grow(slot + 1);
        if let Some(node) = self.nodes.get_mut(slot) {
            node.check = parent;
        }
    }

    fn place(mut self, plan: &Plan) -> Trie {
        let mut waiting: Vec<(usize, Slot)> = Vec::new();
        if let Some(root) = plan.nodes.first() {
            waiting.extend(root.children.iter().map(|(letter, child)| (*child, Slot::from(*letter))));
        }
        // Large families first: they find room while the array is wide, small ones fill what they leave.
        let family = |planned: usize| plan.nodes.get(planned).map_or(0, |node| node.children.len());
        waiting.sort_by_key(|(planned, _)| std::cmp::Reverse(family(*planned)));
        self.tries = (TRIES_IN_ALL / plan.nodes.len().max(1)).clamp(TRIES.start, TRIES.end);
        let mut at = 0;
        while let Some((planned, slot)) = waiting.get(at).copied() {
            at += 1;
            let Some(node) = plan.nodes.get(planned) else { continue };
            let steps: Vec<u16> = node.children.keys().copied().collect();
            let base = self.room(&steps);
            for (step, child) in &node.children {
                let place = base + usize::from(*step);
                self.take(place, slot);
                waiting.push((*child, u32::try_from(place).unwrap_or(FREE)));
            }
            let flags = u32::from(node.cue) * CUE + u32::from(!steps.is_empty()) * DEEP;
            if let Some(node) = self.nodes.get_mut(slot as usize) {
                node.base = u32::try_from(base).unwrap_or(0) << FLAGS | flags;
            }
        }
        Trie { nodes: self.nodes }
    }

    /// A base at which all children find a free slot.
    fn room(&mut self, steps: &[u16]) -> usize {
        let Some(lowest) = steps.first().map(|step| usize::from(*step)) else { return 0 };
        self.skip_taken();
        let mut slot = self.first as usize;
        for _ in 0..self.tries {
            if slot >= self.nodes.len() {
                break;
            }
            if let Some(base) = slot.checked_sub(lowest).filter(|base| *base > 0)
                && self.free(slot)
                && steps.iter().all(|step| self.free(base + usize::from(*step)))
            {
                return base;
            }
            slot = self.next_free(slot);
        }
        self.nodes.len().max(lowest + 1) - lowest
    }

    fn skip_taken(&mut self) {
        let mut slot = self.first as usize;
        while slot < self.nodes.len() && !self.free(slot) {
            slot += 1;
        }
        self.first = u32::try_from(slot).unwrap_or(FREE);
    }

    /// The next free slot after this one; the way there is shortened for the next who asks.
    fn next_free(&mut self, slot: usize) -> usize {
        let mut next = self.next.get(slot).map_or(usize::MAX, |next| *next as usize);
        while next < self.nodes.len() && !self.free(next) {
            next = self.next.get(next).map_or(usize::MAX, |next| *next as usize);
        }
        if let (Some(link), Ok(next)) = (self.next.get_mut(slot), u32::try_from(next)) {
            *link = next;
        }
        next
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    fn met(trie: &Trie, letters: &[Letter]) -> (Vec<Slot>, Vec<Met>) {
        let (mut slots, mut cues) = (Vec::new(), Vec::new());
        trie.scan(letters, &mut slots, |cue| cues.push(cue));
        (slots, cues)
    }

    #[test]
    fn an_empty_trie_knows_the_letters_alone() {
        let trie = Trie::new(5, []);
        assert_eq!(met(&trie, &[2, 3, 0, 4]), (vec![2, 3, 4], Vec::new()));
        assert_eq!(trie.find(&[]), None);
        assert_eq!(trie.find(&[2, 3]), None);
    }

    proptest! {
        /// Against the plain way: every phrase at every place.
        #[test]
        fn finds_every_phrase_at_every_place(
            phrases in prop::collection::btree_map(prop::collection::vec(1..9_u16, 1..5), any::<bool>(), 0..60),
            text in prop::collection::vec(0..9_u16, 0..40),
        ) {
            let trie = Trie::new(9, phrases.iter().map(|(phrase, cue)| (phrase.as_slice(), *cue)));
            let again = Trie::from_words(&trie.words().collect::<Vec<_>>());
            let (slots, cues) = met(&again, &text);
            let mut wanted = Vec::new();
            for start in 0..text.len() {
                for (phrase, cue) in &phrases {
                    if *cue && text[start..].starts_with(phrase) {
                        wanted.push(Met { start, end: start + phrase.len(), slot: trie.find(phrase).unwrap() });
                    }
                }
            }
            wanted.sort_by_key(|met| (met.start, met.end));
            prop_assert_eq!(cues, wanted);
            let mut spanned = Vec::new();
            trie.spans(&text, |met| spanned.push(met));
            prop_assert_eq!(slots, spanned.iter().map(|met| met.slot).collect::<Vec<_>>());
            let places: BTreeSet<_> = phrases.keys().map(|phrase| trie.find(phrase).unwrap()).collect();
            prop_assert_eq!(places.len(), phrases.len());
        }
    }
}
