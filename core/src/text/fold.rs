//! One form of each letter: half-width, lower case, simplified.
use std::sync::LazyLock;

const SIMPLIFIED: &str = include_str!("../../data/text/simplified.txt");

/// Full-width letters, digits and marks become half-width, Latin letters lower case, traditional characters simplified;
/// everything else stays, and every character stays one character. Folding twice is folding once.
///
/// Simplified after OpenCC's table of characters, one by one and so without regard to words: 乾 becomes 干 in 乾隆, too.
///
/// ```
/// assert_eq!(guanjia::text::fold("\u{ff22}2-137\u{ff01}\u{ff2f}K 電梯"), "b2-137!ok 电梯");
/// ```
pub fn fold(text: &str) -> String {
    let folding = Folding::shared();
    let mut folded = String::with_capacity(text.len());
    folded.extend(text.chars().map(|c| folding.char(c)));
    folded
}

/// [`fold`] of one character.
///
/// ```
/// assert_eq!("\u{ff2b}樓é".chars().map(guanjia::text::fold_char).collect::<String>(), "k楼é");
/// ```
pub fn fold_char(c: char) -> char {
    Folding::shared().char(c)
}

/// First character of the script that the table covers directly.
const FIRST: u32 = 0x3400;
/// Number of characters from there to the end of the unified ideographs of the basic plane.
const COUNT: usize = 0x6c00;
/// Stands in the table for a character whose simplified form is looked up among the rare ones.
const RARE: u16 = 1;

/// The tables of [`fold`]. A loop that borrows them once saves the check for every character.
pub(crate) struct Folding {
    /// What a character becomes; 0 where it stays.
    direct: Box<[u16]>,
    /// Pairs of which one lies beyond the basic plane, in order.
    rare: Vec<(char, char)>,
}

impl Folding {
    /// The one table, built when first asked for.
    #[inline]
    pub(crate) fn shared() -> &'static Self {
        static FOLDING: LazyLock<Folding> = LazyLock::new(Folding::build);
        &FOLDING
    }

    fn build() -> Self {
        let mut direct = vec![0; COUNT].into_boxed_slice();
        let mut rare = Vec::new();
        for (from, to) in pairs() {
            let place = place(from).and_then(|place| direct.get_mut(place));
            match (place, u16::try_from(u32::from(to))) {
                (Some(place), Ok(to)) => *place = to,
                (place, _) => {
                    rare.push((from, to));
                    if let Some(place) = place {
                        *place = RARE;
                    }
                }
            }
        }
        rare.sort_unstable();
        Self { direct, rare }
    }

    /// [`fold`] of one character.
    #[inline]
    pub(crate) fn char(&self, c: char) -> char {
        match c {
            '\0'..='\u{7f}' => c.to_ascii_lowercase(),
            '\u{3000}' => ' ',
            '\u{3400}'..='\u{9fff}' => self.simplified(c),
            '\u{ff01}'..='\u{ff5e}' => half(c),
            '\u{20000}'..='\u{3ffff}' => self.rare(c),
            _ => c,
        }
    }

    #[inline]
    fn simplified(&self, c: char) -> char {
        match place(c).and_then(|place| self.direct.get(place)) {
            None | Some(0) => c,
            Some(&RARE) => self.rare(c),
            Some(to) => char::from_u32(u32::from(*to)).unwrap_or(c),
        }
    }

    #[cold]
    fn rare(&self, c: char) -> char {
        let found = self.rare.binary_search_by_key(&c, |(from, _)| *from).ok();
        found.and_then(|place| self.rare.get(place)).map_or(c, |(_, to)| *to)
    }
}

#[inline]
fn place(c: char) -> Option<usize> {
    usize::try_from(u32::from(c).checked_sub(FIRST)?).ok()
}

fn half(c: char) -> char {
    /// Distance of a full-width form from its half-width one.
    const WIDTH: u32 = 0xfee0;
    let half = u32::from(c).checked_sub(WIDTH).and_then(char::from_u32).unwrap_or(c);
    half.to_ascii_lowercase()
}

/// The pairs of the data file: traditional, simplified.
fn pairs() -> impl Iterator<Item = (char, char)> {
    let lines = SIMPLIFIED.lines().filter(|line| !line.starts_with('#'));
    lines.flat_map(str::split_whitespace).filter_map(|pair| {
        let mut pair = pair.chars();
        Some((pair.next()?, pair.next()?))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn widths_cases_and_scripts_are_folded_and_nothing_else() {
        assert_eq!(fold("\u{ff21}B\u{ff23}\u{ff0c}12\u{ff13}!樓\u{3000}é"), "abc,123!楼 é");
        assert_eq!(fold("電梯壞了,請派師傅來裡面看看,水錶後面漏水"), "电梯坏了,请派师傅来里面看看,水表后面漏水");
        assert_eq!(fold("电梯坏了👨‍👩‍👧❤️ｶﾅДЖ"), "电梯坏了👨‍👩‍👧❤️ｶﾅДЖ");
        assert_eq!(fold(""), "");
    }

    #[test]
    fn of_several_readings_the_common_one_is_taken() {
        assert_eq!(fold("乾後麵著藉"), "干后面著藉");
    }

    #[test]
    fn characters_beyond_the_basic_plane_are_folded_both_ways() {
        assert_eq!(fold("㗲𰻞𬱟"), "𠵾𰻝𬱟");
    }

    #[test]
    fn the_table_has_well_formed_pairs_and_folds_once() {
        let pairs: Vec<_> = pairs().collect();
        assert_eq!(pairs.len(), 3222);
        for (from, to) in pairs {
            assert_eq!(fold_char(from), to);
            assert_eq!(fold_char(to), to, "{from} goes on");
        }
        for pair in SIMPLIFIED.lines().filter(|line| !line.starts_with('#')).flat_map(str::split_whitespace) {
            assert_eq!(pair.chars().count(), 2, "{pair}");
        }
    }
}
