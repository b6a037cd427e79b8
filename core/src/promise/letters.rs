//! Folded text by characters, and the numbers people write in it.
use crate::text::fold_char;

/// No number in a promise is longer.
const MOST_DIGITS: usize = 4;

/// A text by its folded characters; places are those of the original.
#[derive(Debug)]
pub(super) struct Letters(Vec<char>);

/// A number as it was said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Number {
    /// The lower of two, where two were said (三五天).
    pub(super) low: u32,
    /// The number, or the higher of two.
    pub(super) high: u32,
    /// Whether a half follows (一个半小时, 1.5 小时).
    pub(super) half: bool,
}

impl Number {
    pub(super) const fn one(value: u32) -> Self {
        Self { low: value, high: value, half: false }
    }
}

impl Letters {
    pub(super) fn new(text: &str) -> Self {
        Self(text.chars().map(fold_char).collect())
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    pub(super) fn at(&self, place: usize) -> Option<char> {
        self.0.get(place).copied()
    }

    pub(super) fn before(&self, place: usize) -> Option<char> {
        place.checked_sub(1).and_then(|place| self.at(place))
    }

    /// The text of `[from, to)`.
    pub(super) fn text(&self, from: usize, to: usize) -> String {
        self.0.get(from..to).into_iter().flatten().collect()
    }

    /// Past `word`, if it stands at `place`.
    pub(super) fn word(&self, place: usize, word: &str) -> Option<usize> {
        let mut end = place;
        for letter in word.chars() {
            if self.at(end) != Some(letter) {
                return None;
            }
            end += 1;
        }
        Some(end)
    }

    /// The value of the first of `words` that stands at `place`, and past it.
    pub(super) fn find<T: Copy>(&self, place: usize, words: &[(&str, T)]) -> Option<(T, usize)> {
        words.iter().find_map(|(word, value)| self.word(place, word).map(|end| (*value, end)))
    }

    /// Past the first of `words` that stands at `place`.
    pub(super) fn any(&self, place: usize, words: &[&str]) -> Option<usize> {
        words.iter().find_map(|word| self.word(place, word))
    }

    /// Past spaces.
    pub(super) fn spaces(&self, mut place: usize) -> usize {
        while self.at(place).is_some_and(|letter| letter == ' ' || letter == '\t') {
            place += 1;
        }
        place
    }

    /// A number of one form: `24`, `二十四`, `两`.
    pub(super) fn single(&self, place: usize) -> Option<(u32, usize)> {
        self.digits(place).or_else(|| self.numerals(place))
    }

    /// A number, or two that stand for a range: `3`, `三五`, `3-5`, `三到五`, `1.5`.
    pub(super) fn number(&self, place: usize) -> Option<(Number, usize)> {
        if let Some((low, high, end)) = self.pair(place) {
            return Some((Number { low, high, half: false }, end));
        }
        let (value, end) = self.single(place)?;
        if let Some(end) = self.word(end, ".5").filter(|end| self.digits(*end).is_none()) {
            return Some((Number { half: true, ..Number::one(value) }, end));
        }
        let other = self.any(end, &["到", "至", "-", "~", "—", "或"]).and_then(|next| self.single(next));
        match other {
            Some((high, end)) if high > value => Some((Number { low: value, high, half: false }, end)),
            _ => Some((Number::one(value), end)),
        }
    }

    /// Two single numerals side by side: 三五, 两三, 一两.
    fn pair(&self, place: usize) -> Option<(u32, u32, usize)> {
        let (low, high) = (numeral(self.at(place)?)?, numeral(self.at(place + 1)?)?);
        let more = self.at(place + 2).is_some_and(|letter| numeral(letter).is_some() || letter == '十');
        (low < high && low > 0 && !more).then_some((low, high, place + 2))
    }

    fn digits(&self, place: usize) -> Option<(u32, usize)> {
        let mut end = place;
        let mut value = 0_u32;
        while let Some(digit) = self.at(end).and_then(|letter| letter.to_digit(10)) {
            if end - place == MOST_DIGITS {
                return None;
            }
            value = value.saturating_mul(10).saturating_add(digit);
            end += 1;
        }
        (end > place).then_some((value, end))
    }

    /// Chinese numerals below a thousand: 三, 十, 二十四, 一百.
    fn numerals(&self, place: usize) -> Option<(u32, usize)> {
        let (mut value, mut end) = (0_u32, place);
        if let (Some(hundreds), Some('百')) = (self.at(end).and_then(numeral), self.at(end + 1)) {
            value = hundreds * 100;
            end += 2;
        }
        let tens = self.at(end).and_then(numeral);
        if self.at(end) == Some('十') {
            value += 10;
            end += 1;
        } else if let (Some(tens), Some('十')) = (tens, self.at(end + 1)) {
            value += tens * 10;
            end += 2;
        }
        if let Some(ones) = self.at(end).and_then(numeral) {
            value += ones;
            end += 1;
        }
        (end > place).then_some((value, end))
    }
}

/// The value of one numeral.
pub(super) fn numeral(letter: char) -> Option<u32> {
    Some(match letter {
        '零' | '〇' => 0,
        '一' | '壹' => 1,
        '二' | '两' | '贰' => 2,
        '三' | '叁' => 3,
        '四' => 4,
        '五' => 5,
        '六' => 6,
        '七' => 7,
        '八' => 8,
        '九' => 9,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_in_every_form() {
        for (text, low, high, half) in [
            ("24", 24, 24, false),
            ("二十四", 24, 24, false),
            ("十", 10, 10, false),
            ("十五", 15, 15, false),
            ("两", 2, 2, false),
            ("一百", 100, 100, false),
            ("三五", 3, 5, false),
            ("3-5", 3, 5, false),
            ("三到五", 3, 5, false),
            ("1.5", 1, 1, true),
            ("\u{ff13}", 3, 3, false),
        ] {
            let letters = Letters::new(text);
            assert_eq!(letters.number(0), Some((Number { low, high, half }, letters.len())), "{text}");
        }
        assert_eq!(Letters::new("12345").number(0), None);
        assert_eq!(Letters::new("天").number(0), None);
    }
}
