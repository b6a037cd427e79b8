//! Stand-ins that are the same for the same person or number.
use std::collections::BTreeMap;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::{Masked, replaced};
use crate::text::fold;
use crate::text::names::name;
use crate::text::personal::{Found, Kind, digit, title_length};

/// How the first ten of a kind are counted, where they are persons.
const STEMS: [&str; 10] = ["甲", "乙", "丙", "丁", "戊", "己", "庚", "辛", "壬", "癸"];
/// Letters of a keyed stand-in; sixteen, four bits each, and no digit that could be taken for a number.
const LETTERS: &[u8; 16] = b"bcdfghjkmnpqrtvw";
/// Bytes of the code that a keyed stand-in shows: two that differ are alike by chance once in 2^40.
const SHOWN: usize = 5;

/// Gives personal data stand-ins: 客户甲 for the first name, 电话1 for the first phone, in the order in which they first appear,
/// and the same one for the same name or number for as long as the value lives.
///
/// Numbers are the same by their digits, however they are set apart and with or without +86; names by their characters in one
/// script and one dot. 李明 and 李先生 are two persons, since nothing says that they are one.
///
/// With a key the stand-in follows from the item and the key (HMAC-SHA-256) instead of the order, so that texts agree wherever
/// the key is the same and nowhere else. Who has the key can try out numbers: keep it as you keep the data.
///
/// ```
/// use guanjia::text::{Pseudonyms, personal::Kind};
/// let mut pseudonyms = Pseudonyms::new();
/// let masked = pseudonyms.replace("我叫李明,13812345678", &Kind::ALL);
/// assert_eq!(masked.text, "我叫客户甲,电话1");
/// assert_eq!(pseudonyms.replace("138-1234-5678是李明的电话", &[Kind::Mobile]).text, "电话1是李明的电话");
/// ```
#[derive(Clone, Default)]
pub struct Pseudonyms {
    key: Option<Box<[u8]>>,
    known: BTreeMap<(&'static str, String), usize>,
    counts: BTreeMap<&'static str, usize>,
}

impl std::fmt::Debug for Pseudonyms {
    /// Tells neither the key nor what was seen.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Pseudonyms").field("keyed", &self.key.is_some()).field("known", &self.known.len()).finish()
    }
}

impl Pseudonyms {
    /// Stand-ins by order of first appearance.
    pub fn new() -> Self {
        Self::default()
    }

    /// Stand-ins that follow from a key; 16 random bytes or more make a good one.
    pub fn keyed(key: &[u8]) -> Self {
        Self { key: Some(key.into()), ..Self::default() }
    }

    /// Puts stand-ins in the place of the kinds given.
    pub fn replace(&mut self, text: &str, kinds: &[Kind]) -> Masked {
        replaced(text, kinds, |found| self.stand_in(found)).0
    }

    fn stand_in(&mut self, found: &Found) -> String {
        let (word, item) = (word(found.kind), canonical(found));
        if let Some(key) = &self.key {
            return format!("{word}{}", code(key, word, &item));
        }
        let count = self.counts.entry(word).or_default();
        let place = *self.known.entry((word, item)).or_insert_with(|| {
            *count += 1;
            *count
        });
        match STEMS.get(place.saturating_sub(1)) {
            Some(stem) if found.kind == Kind::Name => format!("{word}{stem}"),
            _ => format!("{word}{place}"),
        }
    }
}

fn word(kind: Kind) -> &'static str {
    match kind {
        Kind::Name => "客户",
        Kind::Mobile | Kind::Landline => "电话",
        Kind::Identity | Kind::Passport => "证件",
        Kind::BankCard => "银行卡",
        Kind::Plate => "车辆",
        Kind::Email => "邮箱",
        Kind::Wechat => "微信用户",
        Kind::Qq => "扣扣用户",
        Kind::Premises => "房屋",
        Kind::Number => "号码",
    }
}

/// The one form of an item.
fn canonical(found: &Found) -> String {
    let folded = fold(&found.text);
    match found.kind {
        Kind::Mobile => {
            let digits = digits(&folded);
            digits.get(digits.len().saturating_sub(11)..).unwrap_or_default().to_owned()
        }
        Kind::Landline | Kind::BankCard | Kind::Number | Kind::Qq => digits(&folded),
        Kind::Identity => digits(&folded) + if folded.ends_with('x') { "x" } else { "" },
        Kind::Plate => folded.chars().filter(|c| c.is_alphanumeric()).collect(),
        Kind::Name => {
            let letters: Vec<char> = name(&folded).chars().collect();
            let title = title_length(&letters);
            let own = letters.len().saturating_sub(title);
            // A surname alone says too little to be one with another title's.
            let kept = if own <= 1 { letters.len() } else { own };
            letters.into_iter().take(kept).collect()
        }
        Kind::Passport | Kind::Email | Kind::Wechat | Kind::Premises => folded,
    }
}

fn digits(folded: &str) -> String {
    folded.chars().filter_map(digit).map(|digit| char::from(b'0' + digit)).collect()
}

fn code(key: &[u8], word: &str, item: &str) -> String {
    // HMAC takes keys of any length.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else { return String::new() };
    mac.update(word.as_bytes());
    mac.update(&[0]);
    mac.update(item.as_bytes());
    let bytes = mac.finalize().into_bytes();
    let halves = bytes.iter().take(SHOWN).flat_map(|byte| [byte >> 4, byte & 15]);
    halves.filter_map(|half| LETTERS.get(usize::from(half))).map(|letter| char::from(*letter)).collect()
}
