//! Phrases over letters as a double array: a child is one addition and one comparison away.
//!
//! J. Aoe, *An efficient digital search algorithm by using a double-array structure* (1989). Every place of a text is entered
//! anew, so n-grams that lie over each other and cues of the lexicon are found in one pass; how far a walk goes is bounded
//! by the longest phrase, not by their number.
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

    fn child(&self, parent: Slot, base: u32, letter: Letter) -> Option<(Slot, Node)> {
        let slot = (base >> FLAGS).wrapping_add(u32::from(letter));
        let node = self.node(slot);
        (node.check == parent).then_some((slot, node))
    }

    /// The node of a phrase.
    pub(super) fn find(&self, phrase: &[Letter]) -> Option<Slot> {
        let mut at = (ROOT, self.node(ROOT));
        for letter in phrase {
            at = self.child(at.0, at.1.base, *letter)?;
        }
        (at.0 != ROOT).then_some(at.0)
    }

    /// Every node that a walk from any place of `letters` meets, in the order of the places; `cue` hears of those that end a
    /// cue.
    pub(super) fn scan(&self, letters: &[Letter], mut met: impl FnMut(Slot), mut cue: impl FnMut(Met)) {
        let mut rest = letters.iter();
        let mut start = 0;
        while let Some(first) = rest.next() {
            if *first != UNKNOWN {
                let (mut slot, mut node) = (Slot::from(*first), self.node(Slot::from(*first)));
                let mut end = start + 1;
                met(slot);
                if node.base & (CUE | DEEP) != 0 {
                    if node.base & CUE != 0 {
                        cue(Met { start, end, slot });
                    }
                    for letter in rest.as_slice() {
                        let Some(child) = self.child(slot, node.base, *letter) else { break };
                        (slot, node) = child;
                        end += 1;
                        met(slot);
                        if node.base & CUE != 0 {
                            cue(Met { start, end, slot });
                        }
                        if node.base & DEEP == 0 {
                            break;
                        }
                    }
                }
            }
            start += 1;
        }
    }

    /// As [`Self::scan`], each node with where its phrase lies.
    pub(super) fn spans(&self, letters: &[Letter], mut met: impl FnMut(Met)) {
        for start in 0..letters.len() {
            let (mut slot, mut base) = (ROOT, self.node(ROOT).base);
            for (length, letter) in letters.iter().skip(start).enumerate() {
                if *letter == UNKNOWN {
                    break;
                }
                let Some((child, node)) = self.child(slot, base, *letter) else { break };
                (slot, base) = (child, node.base);
                met(Met { start, end: start + length + 1, slot });
            }
        }
    }
}

/// The phrases as a tree, before each node has its place.
#[derive(Default)]
struct Plan {
    nodes: Vec<Planned>,
}

#[derive(Default)]
struct Planned {
    children: BTreeMap<Letter, usize>,
    cue: bool,
}

impl Plan {
    fn add(&mut self, phrase: &[Letter], cue: bool) {
        if self.nodes.is_empty() {
            self.nodes.push(Planned::default());
        }
        let mut at = 0;
        for letter in phrase {
            let next = self.nodes.len();
            let Some(node) = self.nodes.get_mut(at) else { return };
            at = *node.children.entry(*letter).or_insert(next);
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
}

impl Layout {
    /// All letters have their own node, whether a phrase begins with them or not.
    fn new(letters: usize) -> Self {
        let mut layout = Self { nodes: Vec::new(), next: Vec::new(), first: 0 };
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
        let mut at = 0;
        while let Some((planned, slot)) = waiting.get(at).copied() {
            at += 1;
            let Some(node) = plan.nodes.get(planned) else { continue };
            let letters: Vec<Letter> = node.children.keys().copied().collect();
            let base = self.room(&letters);
            for (letter, child) in &node.children {
                let place = base + usize::from(*letter);
                self.take(place, slot);
                waiting.push((*child, u32::try_from(place).unwrap_or(FREE)));
            }
            let flags = u32::from(node.cue) * CUE + u32::from(!letters.is_empty()) * DEEP;
            if let Some(node) = self.nodes.get_mut(slot as usize) {
                node.base = u32::try_from(base).unwrap_or(0) << FLAGS | flags;
            }
        }
        Trie { nodes: self.nodes }
    }

    /// A base at which all children find a free slot.
    fn room(&mut self, letters: &[Letter]) -> usize {
        /// So many free slots are tried before the children go to the end.
        const TRIES: usize = 200;
        let Some(lowest) = letters.first().map(|letter| usize::from(*letter)) else { return 0 };
        self.skip_taken();
        let mut slot = self.first as usize;
        for _ in 0..TRIES {
            if slot >= self.nodes.len() {
                break;
            }
            if let Some(base) = slot.checked_sub(lowest).filter(|base| *base > 0)
                && self.free(slot)
                && letters.iter().all(|letter| self.free(base + usize::from(*letter)))
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
        trie.scan(letters, |slot| slots.push(slot), |cue| cues.push(cue));
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
