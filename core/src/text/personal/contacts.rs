//! Addresses of the net, passports and plates.
use super::digits::digit;
use super::letters::Letters;
use super::{Candidate, Kind};

/// The longest name before the @ of an address, and the longest domain, RFC 5321.
const LOCAL: usize = 64;
const DOMAIN: usize = 255;
const WECHAT: &[&str] =
    &["加我微信", "微信号码", "微信号", "微信id", "微信", "薇信", "威信", "v信", "wechat", "vx", "wx"];
const QQ: &[&str] = &["qq号码", "qq号", "qq", "扣扣"];
const PASSPORT: &[&str] = &["护照号码", "护照号", "护照", "passport"];
const PROVINCES: &str = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼";

/// The characters at which something here begins.
pub(super) fn beginnings() -> impl Iterator<Item = char> {
    let cues = [WECHAT, QQ, PASSPORT].into_iter().flatten().filter_map(|cue| cue.chars().next());
    cues.chain(PROVINCES.chars()).chain(['@'])
}

pub(super) fn beginning_at(letters: &Letters, place: usize, c: char) -> Option<Candidate> {
    let (kind, (at, end)) = match c {
        '@' => email(letters, place),
        '加' | '微' | '薇' | '威' | 'v' | 'w' => {
            after_cue(letters, place, WECHAT, &wechat_id).map(|span| (Kind::Wechat, span))
        }
        'q' | '扣' => after_cue(letters, place, QQ, &qq_number).map(|span| (Kind::Qq, span)),
        '护' | 'p' => after_cue(letters, place, PASSPORT, &passport).map(|span| (Kind::Passport, span)),
        _ => plate(letters, place, c),
    }?;
    Some(Candidate { kind: Some(kind), at, end, certain: true })
}

/// Whether a character stands for a province on plates.
pub(super) fn on_plates(c: char) -> bool {
    PROVINCES.contains(c)
}

fn email(letters: &Letters, at: usize) -> Option<(Kind, (usize, usize))> {
    let local = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '%' | '+' | '-');
    let before = letters.slice(at.saturating_sub(LOCAL)..at);
    let start = at - before.iter().rev().take_while(|c| local(c)).count();
    let end = letters.while_fits(at + 1, DOMAIN, |c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-'));
    // What a sentence ends with is no part of the domain.
    let domain = letters.slice(at + 1..end);
    let dots = domain.iter().rev().take_while(|c| matches!(c, '.' | '-')).count();
    let domain = domain.get(..domain.len() - dots)?;
    let top = domain.iter().rev().take_while(|c| c.is_ascii_alphabetic()).count();
    let dotted = domain.len().checked_sub(top + 1).and_then(|dot| domain.get(dot)) == Some(&'.');
    let well = start < at && top >= 2 && dotted && domain.first().is_some_and(char::is_ascii_alphanumeric);
    // An address beside a mask has been masked.
    let masked = letters.before(start) == Some('*');
    (well && !masked).then_some((Kind::Email, (start, end - dots)))
}

/// What stands after a cue, which is no part of a longer Latin word.
fn after_cue(
    letters: &Letters,
    place: usize,
    cues: &[&str],
    read: &dyn Fn(&Letters, usize) -> Option<usize>,
) -> Option<(usize, usize)> {
    let begun = letters.at(place).is_some_and(|c| c.is_ascii())
        && letters.before(place).is_some_and(|c| c.is_ascii_alphanumeric());
    let after = cues.iter().find_map(|cue| letters.after(place, cue)).filter(|_| !begun)?;
    let start = letters.while_fits(after, 4, |c| matches!(c, ':' | ' ' | '是' | '为' | '号' | '-' | '('));
    let end = read(letters, start)?;
    let goes_on = letters.at(end).is_some_and(|c| c.is_ascii_alphanumeric() || matches!(c, '*' | '@'));
    (!goes_on).then_some((start, end))
}

/// A letter and 5 to 19 letters, digits, dashes or underlines; or the phone or QQ number under which somebody is found.
fn wechat_id(letters: &Letters, start: usize) -> Option<usize> {
    let end = letters.while_fits(start, 21, |c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'));
    let id = letters.slice(start..end);
    let all_digits = id.iter().all(char::is_ascii_digit);
    let fits = match id.first()? {
        'a'..='z' => (6..=20).contains(&id.len()),
        _ => all_digits && (5..=11).contains(&id.len()),
    };
    fits.then_some(end)
}

fn qq_number(letters: &Letters, start: usize) -> Option<usize> {
    let end = letters.while_fits(start, 12, |c| c.is_ascii_digit());
    let fits = (5..=11).contains(&(end - start)) && letters.at(start) != Some('0');
    fits.then_some(end)
}

fn passport(letters: &Letters, start: usize) -> Option<usize> {
    let letters_end = letters.while_fits(start, 2, |c| c.is_ascii_alphabetic());
    let end = letters.while_fits(letters_end, 9, |c| c.is_ascii_digit());
    ((1..=2).contains(&(letters_end - start)) && (7..=8).contains(&(end - letters_end))).then_some(end)
}

fn plate(letters: &Letters, place: usize, province: char) -> Option<(Kind, (usize, usize))> {
    letters.at(place + 1).filter(char::is_ascii_lowercase)?;
    if !on_plates(province) {
        return None;
    }
    let start = letters.while_fits(place + 2, 1, |c| matches!(c, '·' | '.' | '-' | ' ' | '•' | '・'));
    let mut end =
        letters.while_fits(start, 7, |c| c.is_ascii_digit() || matches!(c, 'a'..='h' | 'j'..='n' | 'p'..='z'));
    let marks = letters.slice(start..end);
    let with_word = marks.len() == 4 && letters.at(end).is_some_and(|c| "学警港澳挂领试超".contains(c));
    let digits = marks.iter().filter(|c| digit(**c).is_some()).count();
    if with_word {
        end += 1;
    }
    let fits = (with_word || (5..=6).contains(&marks.len())) && digits >= 1;
    let goes_on = letters.at(end).is_some_and(|c| c.is_ascii_alphanumeric() || c == '*');
    (fits && !goes_on).then_some((Kind::Plate, (place, end)))
}
