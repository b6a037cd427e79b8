//! Phones, identity numbers and cards.
use chrono::NaiveDate;

use super::digits::{Groups, Number};
use super::letters::Letters;
use super::{Candidate, Kind};

/// Weights of the digits of an identity number, GB 11643.
const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
/// Words before a number that is none of a person's.
const OTHER: &[&str] =
    &["单号", "订单", "编号", "工单", "发票", "价格", "金额", "合计", "单号:", "编号:", "工单:", "订单:", "金额:"];
/// Words before a phone.
const PHONE: &[&str] = &["电话", "座机", "固话", "热线", "手机", "号码", "致电", "拨打", "tel", "phone"];
/// What a sum or a measure goes on with.
const UNITS: &[char] =
    &['元', '块', '万', '亿', '度', '吨', '平', '米', '㎡', '%', '人', '户', '次', '个', '年', '月', '日', '天', '点'];

pub(super) fn find(letters: &Letters, groups: Groups, found: &mut Vec<Candidate>) {
    let groups = groups.done(letters);
    let mut rest = groups.as_slice();
    while let Some((_, after)) = rest.split_first() {
        let mut number = Number::default();
        for group in rest {
            if !number.join(group, letters) {
                break;
            }
            found.extend(recognise(&number, letters));
        }
        rest = after;
    }
}

fn recognise(number: &Number, letters: &Letters) -> Option<Candidate> {
    let here = |kind, certain| Some(Candidate { kind, at: number.at, end: number.end, certain });
    let digits = number.digits();
    match digits {
        [1, 3..=9, ..] if digits.len() == 11 => number.well_set().then(|| here(Some(Kind::Mobile), true)).flatten(),
        [8, 6, 1, 3..=9, ..] if digits.len() == 13 => abroad(number, letters),
        [0, 0, 8, 6, 1, 3..=9, ..] if digits.len() == 15 => abroad(number, letters),
        [0, ..] if landline(number) => here(Some(Kind::Landline), true).map(|found| bracketed(found, letters)),
        [4 | 8, 0, 0, ..] if digits.len() == 10 => here(None, true),
        _ => match digits.len() {
            15 | 18 if identity(digits).is_some() => here(Some(Kind::Identity), identity(digits)?),
            17 => identity_with_x(number, letters),
            16..=19 if card(number) => here(Some(Kind::BankCard), true),
            7..=10 if plain(number, letters) => here(Some(Kind::Number), false),
            _ => None,
        },
    }
}

fn abroad(number: &Number, letters: &Letters) -> Option<Candidate> {
    let plus = letters.before(number.at) == Some('+');
    let at = if plus { number.at.saturating_sub(1) } else { number.at };
    Some(Candidate { kind: Some(Kind::Mobile), at, end: number.end, certain: true })
}

/// An area code, then 8 digits in the largest cities and 7 or 8 elsewhere.
fn landline(number: &Number) -> bool {
    let digits = number.digits();
    let (area, lengths) = match digits {
        [0, 1, 0, ..] | [0, 2, 0..=5 | 7..=9, ..] => (3, 8..=8),
        [0, 3..=9, _, _, ..] => (4, 7..=8),
        _ => return false,
    };
    let own = digits.get(area..).unwrap_or_default();
    let set_apart = number.groups == 1 || (number.first == area && number.groups <= 3 && number.shortest() >= 3);
    set_apart && lengths.contains(&own.len()) && matches!(own.first(), Some(2..=8))
}

/// With the bracket that opens before an area code.
fn bracketed(found: Candidate, letters: &Letters) -> Candidate {
    let opens = letters.before(found.at) == Some('(') && letters.slice(found.at..found.end).contains(&')');
    if opens { Candidate { at: found.at - 1, ..found } } else { found }
}

/// Whether digits are those of an identity number: none if province or date are not, else whether the check digit is right.
fn identity(digits: &[u8]) -> Option<bool> {
    let number = |range: std::ops::Range<usize>| {
        digits.get(range).unwrap_or_default().iter().fold(0, |sum, digit| sum * 10 + u32::from(*digit))
    };
    let (year, rest) = match digits.len() {
        15 => (1900 + number(6..8), 8),
        17 | 18 => (number(6..10), 10),
        _ => return None,
    };
    if !province(number(0..2)) || !(1900..2100).contains(&year) {
        return None;
    }
    NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, number(rest..rest + 2), number(rest + 2..rest + 4))?;
    Some(digits.len() == 15 || check(digits) == digits.get(17).map_or(10, |digit| u32::from(*digit)))
}

/// The last digit that the first 17 ask for; 10 is X.
fn check(digits: &[u8]) -> u32 {
    let sum: u32 = digits.iter().zip(WEIGHTS).map(|(digit, weight)| u32::from(*digit) * weight).sum();
    (12 - sum % 11) % 11
}

fn province(code: u32) -> bool {
    matches!(code, 11..=15 | 21..=23 | 31..=37 | 41..=46 | 50..=54 | 61..=65 | 71 | 81..=83)
}

fn identity_with_x(number: &Number, letters: &Letters) -> Option<Candidate> {
    let ends =
        letters.at(number.end) == Some('x') && !letters.at(number.end + 1).is_some_and(|c| c.is_ascii_alphanumeric());
    let certain = if ends { identity(number.digits())? } else { return None };
    Some(Candidate { kind: Some(Kind::Identity), at: number.at, end: number.end + 1, certain })
}

/// A card by how it begins, how it is set and its check digit (Luhn).
fn card(number: &Number) -> bool {
    let digits = number.digits();
    let begins = match digits.len() {
        16 => matches!(digits, [6, 0 | 2 | 5, ..] | [4, ..] | [5, 1..=5, ..] | [3, 5, ..]),
        19 => matches!(digits, [6, 2, ..] | [9, 5, 5, 8, ..]),
        _ => matches!(digits, [6, 2, ..]),
    };
    let sum: u32 = (digits.iter().rev().enumerate())
        .map(|(place, digit)| match (place % 2, u32::from(*digit)) {
            (0, digit) => digit,
            (_, digit) if digit > 4 => digit * 2 - 9,
            (_, digit) => digit * 2,
        })
        .sum();
    begins && sum.is_multiple_of(10) && (number.groups == 1 || number.shortest() >= 3)
}

/// A number without another meaning: in one group, or in two after a word for phones.
fn plain(number: &Number, letters: &Letters) -> bool {
    let before = letters.before(number.at);
    let after = letters.at(number.end);
    let digits = number.digits();
    let after_phone = || {
        let end = (number.at.saturating_sub(3)..=number.at).rev();
        let mut ends = end.filter(|end| letters.slice(*end..number.at).iter().all(|c| matches!(c, ':' | ' ' | '是')));
        ends.any(|end| letters.ends_with(end, PHONE))
    };
    let set = match number.groups {
        1 => digits.first() != Some(&0) || digits.len() < 10,
        2 => matches!((number.first, digits.len()), (3, 7) | (4, 8)) && after_phone(),
        _ => false,
    };
    let measured = after.is_some_and(|c| UNITS.contains(&c))
        || before.is_some_and(|c| matches!(c, '.' | '¥' | '￥' | '$' | '/') || c.is_ascii_alphabetic())
        || (after == Some('.') && letters.at(number.end + 1).is_some_and(|c| c.is_ascii_digit()))
        || after.is_some_and(|c| c.is_ascii_alphabetic() || c == '@')
        || letters.ends_with(number.at, OTHER);
    let dated = number.groups == 1 && is_date(digits);
    set && !number.chinese && !measured && !dated
}

/// Whether digits are a date, with or without the hour.
fn is_date(digits: &[u8]) -> bool {
    let number = |from: usize, to: usize| {
        digits.get(from..to).unwrap_or_default().iter().fold(0, |sum, digit| sum * 10 + u32::from(*digit))
    };
    let year = i32::try_from(number(0, 4)).unwrap_or_default();
    matches!(digits.len(), 8 | 10)
        && (1900..2100).contains(&year)
        && NaiveDate::from_ymd_opt(year, number(4, 6), number(6, 8)).is_some()
        && number(8, digits.len().max(8)) < 24
}
