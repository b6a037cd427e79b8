//! Characters as small numbers: those that a model knows, each after folding.
use std::collections::BTreeMap;

use crate::text::{ends_clause, fold_char};

/// A character by its number; [`UNKNOWN`] for one the model does not know.
pub(super) type Letter = u16;

/// No letter of the model: it belongs to no phrase.
pub(super) const UNKNOWN: Letter = 0;
/// Stands before the first character of every text.
pub(super) const START: Letter = 1;
/// Numbers that stand for no character.
const RESERVED: usize = 2;
/// Characters of the basic plane, where nearly all text lies.
const BASIC: u32 = 0x1_0000;
/// A character that goes on and on says no more than twice.
const RUN: usize = 2;

/// The letters of a model. Marks that end a clause are always among them.
#[derive(Debug, Default, Clone)]
pub(super) struct Alphabet {
    /// By code point, folding done: one look tells the letter.
    basic: Vec<Letter>,
    beyond: BTreeMap<char, Letter>,
    chars: Vec<char>,
    /// Per letter, whether it ends a clause.
    ends: Vec<bool>,
}

impl Alphabet {
    /// Of these characters, folded ones; what is beyond 65,000 is left out.
    pub(super) fn new(chars: impl IntoIterator<Item = char>) -> Self {
        let marks = (0..BASIC).filter_map(char::from_u32).filter(|c| ends_clause(*c)).map(fold_char);
        let mut alphabet = Self { chars: vec!['\0'; RESERVED], ends: vec![false; RESERVED], ..Self::default() };
        let mut letters = BTreeMap::new();
        for c in marks.chain(chars) {
            if let (false, Ok(letter)) = (letters.contains_key(&c), Letter::try_from(alphabet.chars.len())) {
                letters.insert(c, letter);
                alphabet.chars.push(c);
                alphabet.ends.push(ends_clause(c));
            }
        }
        let mut folded_letters = vec![UNKNOWN; BASIC as usize];
        for (c, letter) in &letters {
            if let Some(place) = folded_letters.get_mut(*c as usize) {
                *place = *letter;
            }
        }
        let letter = |c: char| folded_letters.get(folded(c) as usize).copied().unwrap_or(UNKNOWN);
        alphabet.basic = (0..BASIC).map(|point| char::from_u32(point).map_or(UNKNOWN, letter)).collect();
        alphabet.beyond = letters.into_iter().filter(|(c, _)| u32::from(*c) >= BASIC).collect();
        alphabet
    }

    /// As [`Self::chars`] told them.
    pub(super) fn from_letters(chars: impl IntoIterator<Item = char>) -> Self {
        Self::new(chars)
    }

    /// How many numbers there are, the reserved ones counted.
    pub(super) fn len(&self) -> usize {
        self.chars.len()
    }

    /// The characters, without the reserved numbers.
    pub(super) fn chars(&self) -> impl Iterator<Item = char> + '_ {
        self.chars.iter().copied().skip(RESERVED)
    }

    pub(super) fn ends_clause(&self, letter: Letter) -> bool {
        self.ends.get(usize::from(letter)).copied().unwrap_or(false)
    }

    pub(super) fn ends_sentence(&self, letter: Letter) -> bool {
        matches!(self.chars.get(usize::from(letter)), Some('。' | '!' | '?' | ';' | '…'))
    }

    fn letter(&self, c: char) -> Letter {
        match self.basic.get(c as usize) {
            Some(letter) => *letter,
            None => self.beyond.get(&c).copied().unwrap_or(UNKNOWN),
        }
    }

    /// The letters of a phrase as it is looked for; none if it has characters that are no letters.
    pub(super) fn phrase(&self, phrase: &str) -> Option<Vec<Letter>> {
        let letters: Vec<Letter> = phrase.chars().map(|c| self.letter(c)).collect();
        (!letters.contains(&UNKNOWN)).then_some(letters)
    }

    /// Calls `put` with each letter of a text and the place of its character; of a run of one character two remain.
    pub(super) fn read(&self, text: &str, mut put: impl FnMut(Letter, usize)) {
        let (mut last, mut run) = (None, 0);
        for (place, c) in text.chars().enumerate() {
            let letter = self.letter(c);
            run = if last == Some(letter) { run + 1 } else { 1 };
            last = Some(letter);
            if run <= RUN {
                put(letter, place);
            }
        }
    }
}

/// All white space is one character here, so that a line's end parts clauses like a space.
pub(super) fn folded(c: char) -> char {
    if c.is_whitespace() || c.is_control() { ' ' } else { fold_char(c) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(alphabet: &Alphabet, text: &str) -> Vec<(Letter, usize)> {
        let mut letters = Vec::new();
        alphabet.read(text, |letter, place| letters.push((letter, place)));
        letters
    }

    #[test]
    fn one_letter_for_all_forms_of_a_character() {
        let alphabet = Alphabet::new("漏水a🔥".chars());
        let forms = |text| read(&alphabet, text).into_iter().map(|(letter, _)| letter).collect::<Vec<_>>();
        assert_eq!(forms("漏水A\u{ff21}"), forms("漏水aa"));
        assert_eq!(forms("不"), [UNKNOWN]);
        assert_ne!(forms("🔥"), [UNKNOWN]);
        assert_eq!(forms("\t"), forms(" "));
        assert!(alphabet.ends_clause(forms("\u{ff0c}")[0]) && !alphabet.ends_clause(forms("漏")[0]));
        assert_eq!(alphabet.phrase("漏水"), Some(forms("漏水")));
        assert_eq!(alphabet.phrase("漏气"), None);
    }

    #[test]
    fn a_run_keeps_two_and_places_count_every_character() {
        let alphabet = Alphabet::new("啊水".chars());
        let places: Vec<usize> = read(&alphabet, "啊啊啊啊水").into_iter().map(|(_, place)| place).collect();
        assert_eq!(places, [0, 1, 4]);
    }
}
