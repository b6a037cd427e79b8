//! Rooms of buildings.
use super::digits::digit;
use super::letters::Letters;
use super::{Candidate, Kind};

const BUILDING: &[&str] = &["号楼", "栋", "幢", "座", "号院", "#楼", "#", "楼", "号"];
const UNIT: &[&str] = &["单元", "门", "梯"];
const FLOOR: &[&str] = &["楼", "层"];
const ROOM: &[&str] = &["室", "房", "号房", "号", "户"];
/// What a number goes on with that counts something else than rooms.
const COUNTED: &[char] = &[
    '元', '块', '平', '米', '度', '年', '月', '日', '点', '人', '个', '次', '天', '分', '斤', '吨', '%', '㎡', '多',
    '余', '.', ':', '*', '栋', '幢', '座', '单',
];

pub(super) fn beginning_at(letters: &Letters, place: usize, c: char) -> Option<Candidate> {
    let goes_on = letters.before(place).is_some_and(|before| {
        matches!(before, '*' | '-')
            || (c.is_ascii() && before.is_ascii_alphanumeric())
            || (numeral(c) && numeral(before))
    });
    if goes_on || !(numeral(c) || c.is_ascii_lowercase()) {
        return None;
    }
    let (end, certain) = room_of(letters, place)?;
    Some(Candidate { kind: Some(Kind::Premises), at: place, end, certain })
}

fn numeral(c: char) -> bool {
    digit(c).is_some() || c == '十'
}

/// The end of a numeral of 1 to `most` digits of one script.
fn number(letters: &Letters, place: usize, most: usize) -> Option<usize> {
    let ascii = letters.at(place)?.is_ascii();
    let end = letters.while_fits(place, most + 1, |c| numeral(c) && c.is_ascii() == ascii);
    (1..=most).contains(&(end - place)).then_some(end)
}

/// The end of what a building is called: A, B1, 12.
fn building_number(letters: &Letters, place: usize) -> Option<usize> {
    let letter = letters.at(place)?.is_ascii_lowercase();
    let start = if letter { place + 1 } else { place };
    number(letters, start, 3).or(letter.then_some(start))
}

fn marked(letters: &Letters, place: usize, marks: &[&str]) -> Option<usize> {
    marks.iter().find_map(|mark| letters.after(place, mark))
}

/// A separator may stand between parts.
fn part(letters: &Letters, place: usize) -> usize {
    letters.while_fits(place, 1, |c| matches!(c, ' ' | '-' | '—' | ',' | '的'))
}

/// The end of a room that begins with its building or unit at a place, and whether there is no doubt about it.
fn room_of(letters: &Letters, place: usize) -> Option<(usize, bool)> {
    let numbered = building_number(letters, place)?;
    if let Some(after) = number(letters, place, 2).and_then(|end| marked(letters, end, UNIT)) {
        return room(letters, part(letters, after)).map(|(end, _)| (end, true));
    }
    if let Some(after) = marked(letters, numbered, BUILDING) {
        let named = letters.slice(numbered..after) != ['号'] && letters.slice(numbered..after) != ['楼'];
        let (inside, unit) = unit(letters, part(letters, after));
        let (end, called) = room(letters, floor(letters, inside))?;
        // Two house numbers in a row are no room.
        let called = called && letters.before(end) != Some('号');
        return (named || unit || called).then_some((end, named || unit));
    }
    dashed(letters, numbered).or_else(|| alone(letters, place))
}

/// A unit, if there is one.
fn unit(letters: &Letters, place: usize) -> (usize, bool) {
    let Some(end) = number(letters, place, 2) else { return (place, false) };
    match marked(letters, end, UNIT).or_else(|| letters.after(end, "-")) {
        Some(after) => (part(letters, after), true),
        None => (place, false),
    }
}

/// A floor, if there is one.
fn floor(letters: &Letters, place: usize) -> usize {
    let after = number(letters, place, 2).and_then(|end| marked(letters, end, FLOOR));
    after.map_or(place, |after| part(letters, after))
}

/// The end of a room's number, with what it is called.
fn room(letters: &Letters, place: usize) -> Option<(usize, bool)> {
    let digits = number(letters, place, 4).filter(|end| end - place >= 3)?;
    let end = letters.while_fits(digits, 1, |c| c.is_ascii_lowercase());
    if let Some(called) = marked(letters, end, ROOM) {
        return Some((called, true));
    }
    let goes_on = letters.at(end).is_some_and(|c| COUNTED.contains(&c) || c.is_ascii_alphanumeric());
    (!goes_on).then_some((end, false))
}

/// `12-3-401`, and `12-401` if it is called a room.
fn dashed(letters: &Letters, numbered: usize) -> Option<(usize, bool)> {
    let second = letters.after(numbered, "-")?;
    if let Some(third) = number(letters, second, 2).and_then(|end| letters.after(end, "-")) {
        let (end, called) = room(letters, third)?;
        let digits = |range: std::ops::Range<usize>| {
            letters
                .slice(range)
                .iter()
                .fold(0_u32, |sum, c| sum.saturating_mul(10) + u32::from(digit(*c).unwrap_or_default()))
        };
        let year = (1900..2100).contains(&digits(third..third + 4)) && digits(second..third - 1) <= 12;
        let over = letters.at(end) == Some('-');
        return (called || !(year || over)).then_some((end, called));
    }
    room(letters, second).filter(|(_, called)| *called)
}

/// `501室`, with nothing before it.
fn alone(letters: &Letters, place: usize) -> Option<(usize, bool)> {
    let digits = number(letters, place, 4).filter(|end| end - place >= 3)?;
    let end = letters.while_fits(digits, 1, |c| c.is_ascii_lowercase());
    Some((letters.after(end, "室")?, false))
}
