//! Personal data in a text: found by form, checked where there is something to check.
mod contacts;
mod digits;
mod letters;
mod names;
mod numbers;
mod premises;

use std::ops::Range;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use digits::Groups;
pub(super) use digits::digit;
pub(super) use letters::Letters;
pub(super) use names::{surname_length, title_length};

/// What kind of personal data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// An identity number of 18 digits or, of the time before 1999, 15.
    Identity,
    /// A mobile number, with or without +86.
    Mobile,
    /// A fixed line with its area code.
    Landline,
    /// A bank card of 16 to 19 digits.
    BankCard,
    /// The number of a passport, after the word.
    Passport,
    /// A vehicle's plate.
    Plate,
    /// An e-mail address.
    Email,
    /// A WeChat id, after a cue.
    Wechat,
    /// A QQ number, after a cue.
    Qq,
    /// A person's name after a cue or before a title, or a surname with a title.
    Name,
    /// A room of a building.
    Premises,
    /// A number of 7 to 10 digits that may be a fixed line without area code or an account.
    Number,
}

impl Kind {
    /// All kinds.
    pub const ALL: [Self; 12] = [
        Self::Identity,
        Self::Mobile,
        Self::Landline,
        Self::BankCard,
        Self::Passport,
        Self::Plate,
        Self::Email,
        Self::Wechat,
        Self::Qq,
        Self::Name,
        Self::Premises,
        Self::Number,
    ];
}

/// Personal data at its place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Found {
    /// What it is.
    pub kind: Kind,
    /// Where it begins, in characters.
    pub at: usize,
    /// Where it ends, in characters; the one there is no longer part of it.
    pub end: usize,
    /// As it was written.
    pub text: String,
    /// Whether a check, or a cue that leaves no doubt, speaks for it; otherwise it only looks like it, as an identity number
    /// with a wrong digit does.
    pub certain: bool,
    /// Where it stands, in bytes.
    #[serde(skip)]
    pub bytes: Range<usize>,
}

/// A place that may hold personal data; without a kind it is known to hold none, such as a service line's number.
#[derive(Debug, Clone, Copy)]
pub(super) struct Candidate {
    pub(super) kind: Option<Kind>,
    pub(super) at: usize,
    pub(super) end: usize,
    pub(super) certain: bool,
}

/// Finds personal data in a text, in order, one finding for a place: the longest wins, of equal ones the more certain.
///
/// | kind | form | check |
/// |---|---|---|
/// | identity | 18 digits, the last may be X; 15 digits | province and date of birth; `certain` if the check digit of GB 11643 is right |
/// | mobile | 1 and 3 to 9 and nine digits, +86, 86 or 0086 before it | |
/// | landline | area code and 7 or 8 digits | length by area code |
/// | bank_card | 16 to 19 digits that begin as cards do | Luhn |
/// | passport | one or two letters and 7 or 8 digits after 护照 | |
/// | plate | province, letter, 5 or 6 letters and digits without I and O; 学警港澳挂 at the end | at least one digit |
/// | email | name, @, domain | |
/// | wechat, qq | id after a cue such as 微信号 or QQ | |
/// | name | surname and given name after 我叫, 联系人, 业主 and the like; surname and title | surname known, what follows is no part of a word |
/// | premises | building, unit and room; `certain` if the building or unit is named | |
/// | number | 7 to 10 digits without another meaning, never `certain` | no date, no sum, no service line |
///
/// Digits may be full-width; those of phones, cards and identity numbers may be Chinese (幺三八) or set apart by spaces, dashes
/// and dots. Service lines (400, 800) are not personal. What stands beside `*` has been masked and is left alone.
///
/// ```
/// use guanjia::text::personal::{Kind, find};
/// let found = find("我是3栋2单元501的业主李明，电话138-1234-5678");
/// let kinds: Vec<_> = found.iter().map(|found| (found.kind, found.text.as_str())).collect();
/// assert_eq!(kinds, [(Kind::Premises, "3栋2单元501"), (Kind::Name, "李明"), (Kind::Mobile, "138-1234-5678")]);
/// ```
pub fn find(text: &str) -> Vec<Found> {
    search(text).0
}

/// [`find`], and whether something gave way to a longer finding.
pub(super) fn search(text: &str) -> (Vec<Found>, bool) {
    let letters = Letters::of(text);
    let place = |candidate: Candidate| {
        let bytes = letters.bytes(candidate.at..candidate.end);
        Some(Found {
            kind: candidate.kind?,
            at: candidate.at,
            end: candidate.end,
            text: text.get(bytes.clone())?.to_owned(),
            certain: candidate.certain,
            bytes,
        })
    };
    let (winners, contested) = candidates(&letters);
    (winners.into_iter().filter_map(place).collect(), contested)
}

/// What may begin at a character.
mod may {
    pub(super) const DIGIT: u8 = 1;
    pub(super) const CONTACT: u8 = 2;
    pub(super) const SURE_CUE: u8 = 4;
    pub(super) const CUE: u8 = 8;
    pub(super) const TITLE: u8 = 16;
    pub(super) const ROOM: u8 = 32;
}

/// What may begin at each character, by the last bits of its code: a first look that is cheap and never misses anything.
struct Beginnings(Vec<u8>);

impl Beginnings {
    const BITS: u32 = 0xfff;

    fn shared() -> &'static Self {
        static BEGINNINGS: LazyLock<Beginnings> = LazyLock::new(|| {
            let mut beginnings = Beginnings(vec![0; 0x1000]);
            let mut add = |what: u8, chars: &mut dyn Iterator<Item = char>| {
                for c in chars {
                    if let Some(room) = Beginnings::place(c).and_then(|place| beginnings.0.get_mut(place)) {
                        *room |= what;
                    }
                }
            };
            add(may::DIGIT, &mut digits::ALL.chars());
            add(may::CONTACT, &mut contacts::beginnings());
            add(may::SURE_CUE, &mut names::beginnings(names::SURE_CUES));
            add(may::CUE, &mut names::beginnings(names::CUES));
            add(may::TITLE, &mut names::beginnings(names::TITLES));
            add(may::ROOM, &mut digits::ALL.chars().chain(['十']).chain('a'..='z'));
            beginnings
        });
        &BEGINNINGS
    }

    fn place(c: char) -> Option<usize> {
        usize::try_from(u32::from(c) & Self::BITS).ok()
    }

    #[inline]
    fn of(&self, c: char) -> u8 {
        Self::place(c).and_then(|place| self.0.get(place)).copied().unwrap_or_default()
    }
}

/// The winning candidates, in order, some of them without a kind, and whether there were others.
fn candidates(letters: &Letters) -> (Vec<Candidate>, bool) {
    let beginnings = Beginnings::shared();
    let mut found = Vec::new();
    let mut groups = Groups::default();
    for (place, c) in letters.all().iter().enumerate() {
        let may = beginnings.of(*c);
        if may == 0 {
            continue;
        }
        if may & may::DIGIT != 0 {
            groups.add(place, *c);
        }
        if may & may::CONTACT != 0 {
            found.extend(contacts::beginning_at(letters, place, *c));
        }
        if may & may::SURE_CUE != 0 {
            found.extend(names::after_cue(letters, place, names::SURE_CUES, true));
        }
        if may & may::CUE != 0 {
            found.extend(names::after_cue(letters, place, names::CUES, false));
        }
        if may & may::TITLE != 0 {
            found.extend(names::before_title(letters, place));
        }
        if may & may::ROOM != 0 {
            found.extend(premises::beginning_at(letters, place, *c));
        }
    }
    numbers::find(letters, groups, &mut found);
    // Of those that overlap in a row the longest goes first; all are short, so rows are too.
    found.sort_by_key(|candidate| (candidate.at, std::cmp::Reverse(candidate.end)));
    let all = found.len();
    let mut winners: Vec<Candidate> = Vec::new();
    for candidate in found {
        match winners.last_mut() {
            Some(last) if candidate.at < last.end => {
                if rank(&candidate) > rank(last) {
                    *last = candidate;
                }
            }
            _ => winners.push(candidate),
        }
    }
    let contested = winners.len() < all;
    (winners, contested)
}

fn rank(candidate: &Candidate) -> (usize, bool, std::cmp::Reverse<Option<Kind>>) {
    let length = candidate.end.saturating_sub(candidate.at);
    (length, candidate.certain, std::cmp::Reverse(candidate.kind))
}

#[cfg(test)]
pub(super) mod tests;
