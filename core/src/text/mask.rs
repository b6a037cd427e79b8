//! Personal data hidden: by stars of the same length, or behind stand-ins.
mod pseudonyms;

use serde::Serialize;

use super::personal::{Found, Kind, Letters, digit, search, surname_length};

pub use pseudonyms::Pseudonyms;

/// A text without its personal data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Masked {
    /// The text.
    pub text: String,
    /// What was found and hidden, with its place in the text as it was given, in order; without what it said.
    pub hidden: Vec<Hidden>,
}

/// A place that was hidden.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Hidden {
    /// What it is.
    pub kind: Kind,
    /// Where it began, in characters of the text given.
    pub at: usize,
    /// Where it ended, in characters of the text given.
    pub end: usize,
    /// What stands there now.
    pub shown: String,
}

/// Hides personal data of the kinds given behind stars, one for each character hidden; separators stay.
///
/// | kind | shown | example |
/// |---|---|---|
/// | mobile | first 3 and last 4 | `138****1234`, `+86 138-****-1234` |
/// | landline | area code and last 4 | `010-****4321`, `0755***4321` |
/// | identity | first 3 and last 2 | `110*************2X` |
/// | bank_card | first 4 and last 4 | `4111 **** **** 1111` |
/// | passport | first 1 and last 2 | `E******78` |
/// | plate | province, letter, last 2 | `粤B***45` |
/// | email | first letter and domain | `z***@example.com` |
/// | wechat | first and last | `z*********8` |
/// | qq, number | first 2 and last 2; of 10 digits first 3 and last 3 | `12****78` |
/// | name | surname, dotted names the first character; a surname with a title stays | `王*`, `欧阳**`, `买**·***`, `王**先生`, `王女士` |
/// | premises | building and unit | `3栋2单元***` |
///
/// Masking twice is masking once.
///
/// ```
/// use guanjia::text::{mask, personal::Kind};
/// let masked = mask("业主李明，3栋2单元501，电话13812341234", &Kind::ALL);
/// assert_eq!(masked.text, "业主李*，3栋2单元***，电话138****1234");
/// ```
pub fn mask(text: &str, kinds: &[Kind]) -> Masked {
    let (mut masked, mut contested) = replaced(text, kinds, |found| mask_value(found.kind, &found.text));
    // What gave way to a longer finding may be found in what that one shows. Stars only grow in number, and keep places.
    while contested {
        let (again, still) = replaced(&masked.text, kinds, |found| mask_value(found.kind, &found.text));
        contested = still && again.text != masked.text;
        if again.text != masked.text {
            masked.hidden.extend(again.hidden.into_iter().filter(|one| one.shown.contains('*')));
            masked.hidden.sort_by_key(|one| (one.at, one.end));
            masked.text = again.text;
        }
    }
    masked
}

/// Puts something in the place of every finding of the kinds given, and tells whether others gave way.
fn replaced(text: &str, kinds: &[Kind], mut instead: impl FnMut(&Found) -> String) -> (Masked, bool) {
    let mut masked = String::with_capacity(text.len());
    let mut places = Vec::new();
    let mut done = 0;
    let (found, contested) = search(text);
    for found in found {
        if !kinds.contains(&found.kind) {
            continue;
        }
        let shown = instead(&found);
        masked.push_str(text.get(done..found.bytes.start).unwrap_or_default());
        masked.push_str(&shown);
        done = found.bytes.end;
        places.push(Hidden { kind: found.kind, at: found.at, end: found.end, shown });
    }
    masked.push_str(text.get(done..).unwrap_or_default());
    (Masked { text: masked, hidden: places }, contested)
}

/// Hides a value that is known to be of a kind, wherever it comes from, as [`mask`] hides it in a text.
///
/// ```
/// use guanjia::text::{mask_value, personal::Kind};
/// assert_eq!(mask_value(Kind::Mobile, "13812341234"), "138****1234");
/// assert_eq!(mask_value(Kind::Name, "王芳"), "王*");
/// ```
pub fn mask_value(kind: Kind, value: &str) -> String {
    let letters = Letters::of(value);
    let folded = letters.all();
    let shown = match kind {
        Kind::Mobile => mobile(folded),
        Kind::Landline => edges(folded, area(folded), 4, digits_only),
        Kind::Identity => edges(folded, 3, 2, |c| digits_only(c) || c == 'x'),
        Kind::BankCard => edges(folded, 4, 4, digits_only),
        Kind::Passport => edges(folded, 1, 2, |c| c.is_ascii_alphanumeric()),
        Kind::Plate => edges(folded, 2, 2, char::is_alphanumeric),
        Kind::Email => email(folded),
        Kind::Wechat if folded.iter().all(char::is_ascii_digit) => number(folded),
        Kind::Wechat => edges(folded, 1, 1, |_| true),
        Kind::Qq | Kind::Number => number(folded),
        Kind::Name => name(folded),
        Kind::Premises => premises(folded),
    };
    value.chars().zip(shown).map(|(c, shown)| if shown { c } else { '*' }).collect()
}

fn digits_only(c: char) -> bool {
    digit(c).is_some()
}

/// Shows the first and last of the characters that count, and all that do not count.
fn edges(folded: &[char], first: usize, last: usize, counts: impl Fn(char) -> bool) -> Vec<bool> {
    let all = folded.iter().filter(|c| counts(**c)).count();
    let mut place = 0;
    let shown = folded.iter().map(|c| {
        if !counts(*c) {
            return true;
        }
        place += 1;
        place <= first || place + last > all
    });
    shown.collect()
}

fn mobile(folded: &[char]) -> Vec<bool> {
    let all = folded.iter().filter(|c| digits_only(**c)).count();
    edges(folded, all.saturating_sub(8), 4, digits_only)
}

/// Digits of the area code: those of the largest cities have three.
fn area(folded: &[char]) -> usize {
    let second = folded.iter().filter_map(|c| digit(*c)).nth(1);
    if matches!(second, Some(1 | 2)) { 3 } else { 4 }
}

fn number(folded: &[char]) -> Vec<bool> {
    let all = folded.iter().filter(|c| digits_only(**c)).count();
    let shown = match all {
        0..=6 => 1,
        7..=9 => 2,
        _ => 3,
    };
    edges(folded, shown, shown, digits_only)
}

fn email(folded: &[char]) -> Vec<bool> {
    let at = folded.iter().position(|c| *c == '@').unwrap_or_default();
    (0..folded.len()).map(|place| place >= at || (place == 0 && at > 1)).collect()
}

fn name(folded: &[char]) -> Vec<bool> {
    if folded.iter().any(|c| !super::names::han(*c)) {
        return folded.iter().enumerate().map(|(place, c)| place == 0 || !super::names::han(*c)).collect();
    }
    let title = super::personal::title_length(folded);
    let surname = surname_length(folded).unwrap_or(1);
    let given = folded.len().saturating_sub(title);
    (0..folded.len()).map(|place| place < surname || place >= given).collect()
}

/// Hides the last group of digits, with the letter after it.
fn premises(folded: &[char]) -> Vec<bool> {
    let end = folded.iter().rposition(|c| digits_only(*c)).map_or(0, |last| last + 1);
    let room = folded.iter().take(end).rev().take_while(|c| digits_only(**c)).count();
    let lettered = folded.get(end).is_some_and(char::is_ascii_lowercase);
    let hides = end - room..end + usize::from(lettered);
    (0..folded.len()).map(|place| !hides.contains(&place)).collect()
}

#[cfg(test)]
mod tests;
