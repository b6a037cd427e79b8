//! A text as folded characters that know their bytes.
use std::ops::Range;

use crate::text::fold::Folding;

/// A text by its characters, folded one by one, so that places are those of the text as it was written.
#[derive(Debug)]
pub(in crate::text) struct Letters {
    folded: Vec<char>,
    /// Where each character begins, in bytes, and the end.
    starts: Vec<usize>,
}

impl Letters {
    pub(in crate::text) fn of(text: &str) -> Self {
        let folding = Folding::shared();
        let mut folded = Vec::with_capacity(text.len() / 2);
        let mut starts = Vec::with_capacity(text.len() / 2 + 1);
        for (start, c) in text.char_indices() {
            folded.push(folding.char(c));
            starts.push(start);
        }
        starts.push(text.len());
        Self { folded, starts }
    }

    pub(in crate::text) fn all(&self) -> &[char] {
        &self.folded
    }

    pub(super) fn at(&self, place: usize) -> Option<char> {
        self.folded.get(place).copied()
    }

    pub(super) fn before(&self, place: usize) -> Option<char> {
        self.at(place.checked_sub(1)?)
    }

    pub(in crate::text) fn slice(&self, range: Range<usize>) -> &[char] {
        self.folded.get(range).unwrap_or_default()
    }

    /// The place after `word`, if it stands at a place.
    pub(super) fn after(&self, place: usize, word: &str) -> Option<usize> {
        let mut end = place;
        for c in word.chars() {
            if self.at(end) != Some(c) {
                return None;
            }
            end += 1;
        }
        Some(end)
    }

    /// Whether one of `words` ends at a place.
    pub(super) fn ends_with(&self, place: usize, words: &[&str]) -> bool {
        words.iter().any(|word| {
            let start = place.checked_sub(word.chars().count());
            start.is_some_and(|start| self.after(start, word).is_some())
        })
    }

    /// The end of the characters from a place that fit, at most `most` of them.
    pub(super) fn while_fits(&self, place: usize, most: usize, fits: impl Fn(char) -> bool) -> usize {
        let rest = self.folded.get(place..).unwrap_or_default();
        place + rest.iter().take(most).take_while(|c| fits(**c)).count()
    }

    pub(super) fn bytes(&self, range: Range<usize>) -> Range<usize> {
        let start = |place: usize| self.starts.get(place).or(self.starts.last()).copied().unwrap_or_default();
        start(range.start)..start(range.end)
    }
}
