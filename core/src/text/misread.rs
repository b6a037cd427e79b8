//! Text that was read in the wrong charset somewhere on its way to us.
use std::sync::LazyLock;

use serde::Serialize;

use super::charset::{Charset, decode_gb18030, encode};
use super::names::han;

/// What the replacement character becomes when UTF-8 is read as GBK.
const LOST: [&str; 3] = ["锟斤拷", "斤拷锟", "拷锟斤"];

/// How a text was misread.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Misreading {
    /// Bytes of GBK were taken for UTF-8: `©ˮ` was 漏水.
    GbkAsUtf8,
    /// Bytes of UTF-8 were taken for GBK: 鐗╀笟 was 物业.
    Utf8AsGbk,
    /// The text was converted while it was unreadable, and its characters are lost: 锟斤拷.
    Lost,
}

/// A suspect text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Misread {
    /// What probably happened.
    pub how: Misreading,
    /// The other reading; none where it is lost. U+FFFD stands for a character of which a part is lost.
    pub reading: Option<String>,
}

/// Whether a text is probably another one, read in the wrong charset, with its other reading. A suspicion, never a correction:
/// show it to whoever can ask.
///
/// Bytes of GBK are taken for valid UTF-8 only where every character lies in a small part of the charset, so such texts are
/// a word or two: 漏水, 停水, 住宅, 前台, 围墙, 一楼, 泄漏. They look like letters of several scripts thrown together; a word of one
/// script in its everyday letters, and letters beside Latin ones, are taken for what they are.
///
/// ```
/// use guanjia::text::{Misreading, misread};
/// let suspect = misread("©ˮ!").unwrap();
/// assert_eq!((suspect.how, suspect.reading.as_deref()), (Misreading::GbkAsUtf8, Some("漏水!")));
/// assert_eq!(misread("José, Müller, Đặng, Ωμέγα, Кузнецов"), None);
/// ```
pub fn misread(text: &str) -> Option<Misread> {
    if text.is_ascii() {
        return None;
    }
    if LOST.iter().any(|lost| text.contains(lost)) {
        return Some(Misread { how: Misreading::Lost, reading: None });
    }
    gbk_as_utf8(text).or_else(|| utf8_as_gbk(text))
}

fn gbk_as_utf8(text: &str) -> Option<Misread> {
    // All of GB 2312's ideographs that are valid UTF-8 are two bytes of it.
    if text.chars().any(|c| !c.is_ascii() && !matches!(c, '\u{a1}'..='\u{7ff}')) {
        return None;
    }
    let reading = decode_gb18030(text.as_bytes()).ok()?;
    let read = reading.chars().filter(|c| !c.is_ascii());
    let (mut ideographs, mut common) = (0_usize, 0_usize);
    for c in read {
        ideographs += 1;
        common += usize::from(level(c)? == Level::Common);
    }
    // Rare ideographs are what a foreign word gives; common ones are what people write.
    let suspect =
        ideographs >= 2 && common * 4 >= ideographs * 3 && !text.split(|c: char| c.is_whitespace()).any(foreign);
    suspect.then_some(Misread { how: Misreading::GbkAsUtf8, reading: Some(reading) })
}

/// How common an ideograph is: GB 2312 has its common ones in rows 0xb0 to 0xd7 and the others up to 0xf7.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd)]
enum Level {
    Common,
    Other,
}

fn level(c: char) -> Option<Level> {
    static LEVELS: LazyLock<Vec<Option<Level>>> = LazyLock::new(levels);
    LEVELS.get(place(c)?).copied().flatten()
}

/// Where a character stands among the unified ideographs.
fn place(c: char) -> Option<usize> {
    usize::try_from(u32::from(c).checked_sub(0x4e00)?).ok()
}

fn levels() -> Vec<Option<Level>> {
    let mut levels = vec![None; 0x5200];
    for lead in 0xb0..=0xf7_u8 {
        let level = if lead <= 0xd7 { Level::Common } else { Level::Other };
        let row = (0xa1..=0xfe_u8).filter_map(|trail| decode_gb18030(&[lead, trail]).ok()?.chars().next());
        for c in row {
            if let Some(room) = place(c).and_then(|place| levels.get_mut(place)) {
                *room = Some(level);
            }
        }
    }
    levels
}

/// Scripts, of which a word has one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Script {
    Latin,
    Greek,
    Cyrillic,
    Armenian,
    Hebrew,
    Arabic,
}

/// Whether what stands between two spaces may well be what it looks like: a word of one script in letters that are used
/// today, a sign such as ± or ° on its own or with it.
fn foreign(word: &str) -> bool {
    let beside_latin = word.chars().zip(word.chars().skip(1)).any(|(one, other)| {
        (one.is_ascii_alphabetic() && !other.is_ascii()) || (!one.is_ascii() && other.is_ascii_alphabetic())
    });
    if beside_latin {
        return true;
    }
    let mut found = None;
    let mut signs = false;
    for c in word.chars() {
        if matches!(c, '°' | '±' | '²' | '³' | 'µ' | '·' | '¹' | '×' | '÷') {
            signs = true;
        } else if !c.is_ascii() {
            match (script(c), found) {
                (None, _) => return false,
                (script, None) => found = script,
                (script, _) if script == found => {}
                _ => return false,
            }
        }
    }
    signs || found.is_some_and(|script| script != Script::Latin)
}

fn script(c: char) -> Option<Script> {
    match c {
        'À'..='Ö' | 'Ø'..='ö' | 'ø'..='ſ' | 'Ơ' | 'ơ' | 'Ư' | 'ư' | 'Ǎ'..='ǜ' | 'Ș'..='ț' => {
            Some(Script::Latin)
        }
        '\u{386}'..='\u{3ce}' => Some(Script::Greek),
        '\u{400}'..='\u{45f}' => Some(Script::Cyrillic),
        '\u{531}'..='\u{587}' => Some(Script::Armenian),
        '\u{5d0}'..='\u{5ea}' => Some(Script::Hebrew),
        '\u{620}'..='\u{652}' | '\u{66e}'..='\u{6d3}' => Some(Script::Arabic),
        _ => None,
    }
}

fn utf8_as_gbk(text: &str) -> Option<Misread> {
    if !text.chars().any(|c| han(c) && level(c) != Some(Level::Common)) {
        return None;
    }
    let bytes = encode(&text.replace('\u{fffd}', ""), Charset::Gb18030).ok()?;
    let reading = String::from_utf8_lossy(&bytes);
    let (mut ideographs, mut lost) = (0_usize, 0_usize);
    for c in reading.chars().filter(|c| !c.is_ascii()) {
        match c {
            '\u{fffd}' => lost += 1,
            _ if level(c) == Some(Level::Common) => ideographs += 1,
            '\u{3000}'..='\u{303f}' | '\u{ff00}'..='\u{ff5e}' | '\u{2010}'..='\u{2026}' | '·' => {}
            _ => return None,
        }
    }
    let suspect = ideographs >= 2 && lost * 2 <= ideographs;
    suspect.then(|| Misread { how: Misreading::Utf8AsGbk, reading: Some(reading.into_owned()) })
}

#[cfg(test)]
mod tests;
