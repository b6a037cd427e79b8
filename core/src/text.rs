//! Text as it is compared: one form of each letter, digit and mark.

/// Full-width letters, digits and marks become half-width, Latin letters lower case; everything else stays, and every
/// character stays one character.
///
/// ```
/// assert_eq!(guanjia::text::fold("\u{ff22}2-137\u{ff01}\u{ff2f}K"), "b2-137!ok");
/// ```
pub fn fold(text: &str) -> String {
    text.chars().map(fold_char).collect()
}

/// [`fold`] of one character.
pub fn fold_char(c: char) -> char {
    /// Distance of a full-width form from its half-width one.
    const WIDTH: u32 = 0xfee0;
    let half = match c {
        '\u{3000}' => ' ',
        '\u{ff01}'..='\u{ff5e}' => u32::from(c).checked_sub(WIDTH).and_then(char::from_u32).unwrap_or(c),
        _ => c,
    };
    half.to_ascii_lowercase()
}

/// Whether a character ends a clause of a sentence.
pub fn ends_clause(c: char) -> bool {
    matches!(c, ',' | '.' | ';' | ':' | '!' | '?' | '\n' | ' ' | '。' | '、' | '…')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn widths_and_cases_are_folded_and_nothing_else() {
        assert_eq!(fold("\u{ff21}B\u{ff23}\u{ff0c}12\u{ff13}!樓\u{3000}é"), "abc,123!樓 é");
        assert_eq!(fold(""), "");
    }
}
