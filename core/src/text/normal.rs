//! Text in the form in which it is compared, with the way back to the text as it was written.
use std::ops::Range;

use super::fold::Folding;

/// How often a character may stand in a row.
const ROW: usize = 2;
const JOINER: char = '\u{200d}';
const FLAG: char = '\u{1f3f4}';

/// A stretch of text, counted in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span {
    /// Where it begins.
    pub at: usize,
    /// Where it ends; the character there is no longer part of it.
    pub end: usize,
}

/// A normalised text that knows where each of its characters comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Normal {
    text: String,
    pieces: Vec<Piece>,
}

/// A character of the normalised text.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Piece {
    c: char,
    /// Byte in the normalised text.
    place: usize,
    /// Bytes in the original.
    bytes: Range<usize>,
    /// Characters in the original.
    chars: Span,
}

/// Brings a text into the form in which it is compared:
///
/// - every character is [folded](super::fold): half-width, lower case, simplified;
/// - white space of any kind and length becomes one space, at both ends none;
/// - control and zero-width characters, variation selectors and tags go, but for those that hold an emoji together;
/// - a character or emoji that stands three times or more in a row stands twice; digits, Chinese ones and 〇 and 幺 too,
///   and the letters of flags are left alone, because their number means something.
///
/// Normalising twice is normalising once. What stands for several characters spans them all, so that whatever is found in
/// the normalised text can be shown in the original.
///
/// ```
/// let normal = guanjia::text::normalise("  救命\u{ff01}\u{ff01}\u{ff01}\u{ff01} 電\u{200b}梯 ");
/// assert_eq!(normal.as_str(), "救命!! 电梯");
/// let lift = normal.as_str().find("电梯").unwrap();
/// let span = normal.span(lift..lift + 6).unwrap();
/// assert_eq!((span.at, span.end), (9, 12));
/// ```
pub fn normalise(text: &str) -> Normal {
    let kept = kept(text);
    let mut normal = Normal { text: String::with_capacity(text.len()), pieces: Vec::with_capacity(kept.len()) };
    let mut rest = kept.as_slice();
    let mut last: &[Piece] = &[];
    let mut row = 0;
    while let Some((unit, after)) = rest.split_at_checked(unit_length(rest)).filter(|(unit, _)| !unit.is_empty()) {
        rest = after;
        row = if alike(last, unit) { row + 1 } else { 1 };
        last = unit;
        match (row > ROW && !counted(unit), normal.pieces.last_mut(), unit.last()) {
            (true, Some(stands), Some(end)) => {
                stands.bytes.end = end.bytes.end;
                stands.chars.end = end.chars.end;
            }
            _ => unit.iter().for_each(|piece| normal.push(piece)),
        }
    }
    normal
}

impl Normal {
    fn push(&mut self, piece: &Piece) {
        self.pieces.push(Piece { place: self.text.len(), ..piece.clone() });
        self.text.push(piece.c);
    }

    /// The normalised text.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The bytes of the original that bytes of the normalised text stand for; none for an empty or outlying range or one
    /// that cuts a character.
    pub fn bytes(&self, range: Range<usize>) -> Option<Range<usize>> {
        let (first, last) = self.ends(range)?;
        Some(first.bytes.start..last.bytes.end)
    }

    /// The characters of the original that bytes of the normalised text stand for; none as for [`Normal::bytes`].
    pub fn span(&self, range: Range<usize>) -> Option<Span> {
        let (first, last) = self.ends(range)?;
        Some(Span { at: first.chars.at, end: last.chars.end })
    }

    /// For each character of the normalised text, the characters of the original that it stands for, in order.
    pub fn spans(&self) -> impl ExactSizeIterator<Item = Span> + '_ {
        self.pieces.iter().map(|piece| piece.chars)
    }

    fn ends(&self, range: Range<usize>) -> Option<(&Piece, &Piece)> {
        self.text.get(range.clone()).filter(|text| !text.is_empty())?;
        let at = |byte: usize| self.pieces.partition_point(|piece| piece.place < byte);
        Some((self.pieces.get(at(range.start))?, self.pieces.get(at(range.end).checked_sub(1)?)?))
    }
}

/// The characters that stay, folded, with white space made one.
fn kept(text: &str) -> Vec<Piece> {
    let folding = Folding::shared();
    let mut kept: Vec<Piece> = Vec::with_capacity(text.len() / 2);
    let mut space: Option<Piece> = None;
    for (at, (byte, c)) in text.char_indices().enumerate() {
        let here = |c: char| Piece { c, place: 0, bytes: byte..byte + c.len_utf8(), chars: Span { at, end: at + 1 } };
        if c.is_whitespace() {
            let piece = Piece { c: ' ', bytes: byte..byte + c.len_utf8(), ..here(c) };
            let begun = space.get_or_insert(piece.clone());
            begun.bytes.end = piece.bytes.end;
            begun.chars.end = piece.chars.end;
            continue;
        }
        let next = if c == JOINER { next_visible(text, byte + c.len_utf8()) } else { None };
        // White space that is waiting stands between an emoji and what would hold on to it.
        let before = if space.is_some() { None } else { kept.last().map(|piece| piece.c) };
        if !stays(c, before, next) {
            continue;
        }
        if let Some(space) = space.take().filter(|_| !kept.is_empty()) {
            kept.push(space);
        }
        kept.push(Piece { c: folding.char(c), ..here(c) });
    }
    kept
}

/// The next character that is no control or format character of those that always go.
fn next_visible(text: &str, from: usize) -> Option<char> {
    // PERF: a long row of joiners and zero-width characters is looked through only so far.
    text.get(from..)?.chars().take(4).find(|c| !invisible(*c))
}

/// Whether a character stays, by what stands before it and, for a joiner, after it.
fn stays(c: char, before: Option<char>, next: Option<char>) -> bool {
    match c {
        ' '..='~' => true,
        '\u{4e00}'..='\u{9fff}' => true,
        JOINER => before.is_some_and(|c| emoji(c) || selector(c)) && next.is_some_and(emoji),
        _ if selector(c) => before.is_some_and(|c| emoji(c) || matches!(c, '0'..='9' | '#' | '*')),
        '\u{e0020}'..='\u{e007f}' => before.is_some_and(|c| c == FLAG || tag(c)),
        _ => !invisible(c),
    }
}

fn selector(c: char) -> bool {
    matches!(c, '\u{fe0e}' | '\u{fe0f}')
}

fn tag(c: char) -> bool {
    matches!(c, '\u{e0020}'..='\u{e007f}')
}

/// Control, format and other characters that show nothing.
pub(super) fn invisible(c: char) -> bool {
    (c.is_control() && !c.is_whitespace())
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{3164}' | '\u{fe00}'..='\u{fe0d}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e0fff}')
}

/// Characters that are emoji, or become one with a selector.
fn emoji(c: char) -> bool {
    matches!(c,
        '\u{a9}' | '\u{ae}' | '\u{203c}' | '\u{2049}' | '\u{2122}' | '\u{2139}' | '\u{2190}'..='\u{21ff}'
        | '\u{2300}'..='\u{23ff}' | '\u{2460}'..='\u{24ff}' | '\u{25a0}'..='\u{27bf}' | '\u{2900}'..='\u{297f}'
        | '\u{2b00}'..='\u{2bff}' | '\u{3030}' | '\u{303d}' | '\u{3297}' | '\u{3299}' | '\u{1f000}'..='\u{1faff}')
}

fn flag_letter(c: char) -> bool {
    matches!(c, '\u{1f1e6}'..='\u{1f1ff}')
}

/// How many characters belong together at the beginning: one, or an emoji with all that is joined to it.
fn unit_length(pieces: &[Piece]) -> usize {
    let at = |place: usize| pieces.get(place).map(|piece| piece.c);
    let Some(first) = at(0) else { return 0 };
    let mut length = 1;
    if !emoji(first) || flag_letter(first) {
        return length;
    }
    while let Some(c) = at(length) {
        length += match c {
            JOINER => 2,
            '\u{1f3fb}'..='\u{1f3ff}' => 1,
            _ if selector(c) || tag(c) => 1,
            _ => break,
        };
    }
    length.min(pieces.len())
}

fn alike(one: &[Piece], other: &[Piece]) -> bool {
    one.len() == other.len() && one.iter().zip(other).all(|(one, other)| one.c == other.c)
}

/// Whether the number of a character in a row means something.
fn counted(unit: &[Piece]) -> bool {
    let counts = |c: char| c.is_numeric() || flag_letter(c) || super::digit(c).is_some();
    unit.first().is_some_and(|piece| counts(piece.c))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn normal(text: &str) -> String {
        normalise(text).text
    }

    #[test]
    fn widths_scripts_and_spaces_have_one_form() {
        assert_eq!(normal("\u{3000}\u{ff21}座\t\r\n１０１\u{a0}室 "), "a座 101 室");
        assert_eq!(normal(" \n "), "");
        assert_eq!(normal(""), "");
    }

    #[test]
    fn rows_are_cut_to_two_and_digits_are_not() {
        assert_eq!(normal("哈哈哈哈哈"), "哈哈");
        assert_eq!(normal("救命！！！!"), "救命!!");
        assert_eq!(normal("啊啊~~~...。。。"), "啊啊~~..。。");
        assert_eq!(normal("AaAa bbb"), "aa bb");
        assert_eq!(normal("13800000000 000 一一一 零零零 ①①①"), "13800000000 000 一一一 零零零 ①①①");
        assert_eq!(normal("😡😡😡😡"), "😡😡");
        assert_eq!(normal("👍🏽👍🏽👍🏽👍"), "👍🏽👍🏽👍");
    }

    #[test]
    fn what_shows_nothing_goes_and_emoji_stay_whole() {
        assert_eq!(normal("漏\u{200b}水\u{feff}了\u{0}\u{7}"), "漏水了");
        assert_eq!(
            normal("👨\u{200d}👩\u{200d}👧 ❤\u{fe0f} 1\u{fe0f}\u{20e3} 🇨🇳"),
            "👨\u{200d}👩\u{200d}👧 ❤\u{fe0f} 1\u{fe0f}\u{20e3} 🇨🇳"
        );
        assert_eq!(normal("漏\u{200d}水\u{fe0f} 葛\u{e0100}"), "漏水 葛");
        assert_eq!(normal("🏴\u{e0067}\u{e0062}\u{e007f}好\u{e0067}"), "🏴\u{e0067}\u{e0062}\u{e007f}好");
        assert_eq!(normal("👨\u{200d} 👩"), "👨 👩");
    }

    #[test]
    fn spans_lead_back() {
        let text = "  電梯壞了!!!!\u{200b}  快";
        let normal = normalise(text);
        assert_eq!(normal.as_str(), "电梯坏了!! 快");
        let find = |part: &str| {
            let at = normal.as_str().find(part).unwrap();
            at..at + part.len()
        };
        assert_eq!(text.get(normal.bytes(find("电梯")).unwrap()), Some("電梯"));
        assert_eq!(text.get(normal.bytes(find("!!")).unwrap()), Some("!!!!"));
        assert_eq!(normal.span(find("快")), Some(Span { at: 13, end: 14 }));
        assert_eq!(normal.bytes(0..1), None, "half a character");
        assert_eq!(normal.bytes(0..0), None);
        assert_eq!(normal.span(0..900), None);
    }

    /// Texts of characters that matter here.
    fn texts() -> impl Strategy<Value = String> {
        let few = prop::sample::select(
            "哈哈電电!！ \t\n\u{3000}1一AaＡ\u{0}\u{200b}\u{200d}\u{fe0f}\u{fe0e}\u{20e3}👨👩😡\u{1f3fb}🇨🇳🏴\u{e0067}\u{e007f}\u{301}#㗲"
                .chars()
                .collect::<Vec<_>>(),
        );
        prop_oneof![prop::collection::vec(few, 0..40).prop_map(String::from_iter), any::<String>()]
    }

    proptest! {
        #[test]
        fn normalising_twice_is_normalising_once(text in texts()) {
            let once = normalise(&text);
            let twice = normalise(once.as_str());
            prop_assert_eq!(twice.as_str(), once.as_str());
        }

        #[test]
        fn spans_go_forward_on_characters_and_hold_what_was_kept(text in texts()) {
            let normal = normalise(&text);
            let chars: Vec<char> = text.chars().collect();
            let mut end = 0;
            for ((place, c), span) in normal.as_str().char_indices().zip(normal.spans()) {
                let bytes = normal.bytes(place..place + c.len_utf8()).unwrap();
                prop_assert_eq!(normal.span(place..place + c.len_utf8()), Some(span));
                prop_assert!(span.at >= end && span.end > span.at);
                let original = text.get(bytes.clone());
                let counted: String = chars[span.at..span.end].iter().collect();
                prop_assert_eq!(original, Some(counted.as_str()));
                let first = super::super::fold_char(chars[span.at]);
                prop_assert!(first == c || (c == ' ' && first.is_whitespace()));
                for dropped in &chars[end..span.at] {
                    prop_assert!(dropped.is_whitespace() || !stays(*dropped, None, None));
                }
                end = span.end;
            }
            prop_assert_eq!(normal.spans().len(), normal.as_str().chars().count());
        }
    }

    #[test]
    fn hostile_texts_end() {
        for one in ["\u{200d}", "哈", " ", "😡", "\u{0}", "9", "👨\u{200d}"] {
            let long = normalise(&one.repeat(100_000));
            assert_eq!(normalise(long.as_str()).as_str(), long.as_str());
        }
    }
}
