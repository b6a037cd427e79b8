//! GB18030 and GBK, the charsets of older systems: bytes in, bytes out, and the place of all that does not fit.
use std::fmt;

use encoding_rs::{DecoderResult, EncoderResult, Encoding, GB18030};
use serde::{Deserialize, Serialize};

use crate::ident::hex;

/// How many places a message names.
const SHOWN: usize = 5;

/// A charset that text is written out in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Charset {
    /// GB 18030: holds every character of Unicode, but for one for private use, U+E5E5. Some others for private use stood in
    /// for characters that Unicode has by now, and are written as those.
    Gb18030,
    /// GBK of 1995, as code page 936 and columns of the charset GBK hold it: two bytes a character, 21,003 ideographs. What
    /// GB 18030 added in two bytes and characters for private use are not in it; neither is the euro sign, which systems put
    /// in different places.
    Gbk,
}

/// Bytes that are no text of a charset.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("is not GB18030 at {}", listed(.misfits))]
pub struct NotGb18030 {
    /// Every place, in order; at least one.
    pub misfits: Vec<ByteMisfit>,
}

/// Bytes that stand for no character.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ByteMisfit {
    /// Where they begin, in bytes from 0.
    pub at: usize,
    /// The bytes.
    pub bytes: Vec<u8>,
}

impl fmt::Display for ByteMisfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "byte {} ({})", self.at, hex(&self.bytes))
    }
}

/// Characters that a charset does not hold.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{} does not hold {}", .charset, listed(.misfits))]
pub struct Unfit {
    /// The charset.
    pub charset: Charset,
    /// Every place, in order; at least one.
    pub misfits: Vec<CharMisfit>,
}

/// A character that a charset does not hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CharMisfit {
    /// Where it is, in characters from 0.
    pub at: usize,
    /// The character.
    pub character: char,
}

impl fmt::Display for CharMisfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` (U+{:04X}) at character {}", self.character.escape_debug(), u32::from(self.character), self.at)
    }
}

impl fmt::Display for Charset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Gb18030 => "GB18030",
            Self::Gbk => "GBK",
        })
    }
}

/// The first places, and how many more there are.
fn listed(places: &[impl fmt::Display]) -> String {
    let mut text: Vec<String> = places.iter().take(SHOWN).map(ToString::to_string).collect();
    if let Some(more) = places.len().checked_sub(SHOWN).filter(|more| *more > 0) {
        text.push(format!("{more} more"));
    }
    text.join(", ")
}

/// Reads GB18030, and so GBK and GB 2312, which it contains. A lone byte 0x80 is the euro sign of code page 936.
///
/// ```
/// use guanjia::text::decode_gb18030;
/// assert_eq!(decode_gb18030(&[0xc2, 0xa9, 0xcb, 0xae]).unwrap(), "漏水");
/// let error = decode_gb18030(&[0xc2, 0xa9, 0xff, b'!']).unwrap_err();
/// assert_eq!(error.to_string(), "is not GB18030 at byte 2 (ff)");
/// ```
///
/// # Errors
/// Every place whose bytes stand for no character.
pub fn decode_gb18030(bytes: &[u8]) -> Result<String, NotGb18030> {
    let mut decoder = GB18030.new_decoder_without_bom_handling();
    let mut text = String::with_capacity(bytes.len().saturating_add(16));
    let mut misfits = Vec::new();
    let mut done = 0;
    loop {
        let rest = bytes.get(done..).unwrap_or_default();
        text.reserve(decoder.max_utf8_buffer_length_without_replacement(rest.len()).unwrap_or(rest.len()));
        let (result, read) = decoder.decode_to_string_without_replacement(rest, &mut text, true);
        done = done.saturating_add(read);
        match result {
            DecoderResult::InputEmpty => break,
            DecoderResult::OutputFull => {}
            DecoderResult::Malformed(length, after) => {
                let end = done.saturating_sub(usize::from(after));
                let at = end.saturating_sub(usize::from(length));
                misfits.push(ByteMisfit { at, bytes: bytes.get(at..end).unwrap_or_default().to_vec() });
            }
        }
    }
    if misfits.is_empty() { Ok(text) } else { Err(NotGb18030 { misfits }) }
}

/// Writes a text in a charset.
///
/// ```
/// use guanjia::text::{Charset, encode};
/// assert_eq!(encode("漏水", Charset::Gbk).unwrap(), [0xc2, 0xa9, 0xcb, 0xae]);
/// let error = encode("李㛃", Charset::Gbk).unwrap_err();
/// assert_eq!(error.to_string(), "GBK does not hold `㛃` (U+36C3) at character 1");
/// ```
///
/// # Errors
/// Every character that the charset does not hold.
pub fn encode(text: &str, charset: Charset) -> Result<Vec<u8>, Unfit> {
    let encoding: &'static Encoding = GB18030;
    let mut encoder = encoding.new_encoder();
    let mut bytes = Vec::with_capacity(text.len());
    let mut misfits = Vec::new();
    // PERF: characters are counted on from the last one that did not fit.
    let (mut done, mut counted, mut at) = (0, 0, 0);
    loop {
        let rest = text.get(done..).unwrap_or_default();
        let most = encoder.max_buffer_length_from_utf8_without_replacement(rest.len()).unwrap_or(rest.len());
        bytes.reserve(most);
        let (result, read) = encoder.encode_from_utf8_to_vec_without_replacement(rest, &mut bytes, true);
        done = done.saturating_add(read);
        match result {
            EncoderResult::InputEmpty => break,
            EncoderResult::OutputFull => {}
            EncoderResult::Unmappable(character) => {
                at += text.get(counted..done).unwrap_or_default().chars().count();
                counted = done;
                misfits.push(CharMisfit { at: at.saturating_sub(1), character });
            }
        }
    }
    if charset == Charset::Gbk {
        misfits = beyond_gbk(text);
    }
    if misfits.is_empty() { Ok(bytes) } else { Err(Unfit { charset, misfits }) }
}

/// The characters that GBK does not hold.
pub(super) fn beyond_gbk(text: &str) -> Vec<CharMisfit> {
    let outside = text.chars().enumerate().filter(|(_, c)| !c.is_ascii() && !in_gbk(*c));
    outside.map(|(at, character)| CharMisfit { at, character }).collect()
}

/// The two bytes of a character, if GB18030 writes it in two.
pub(super) fn two_bytes(c: char) -> Option<[u8; 2]> {
    let mut room = [0; 4];
    let mut utf8 = [0; 4];
    let (result, _, written) =
        GB18030.new_encoder().encode_from_utf8_without_replacement(c.encode_utf8(&mut utf8), &mut room, true);
    match (result, written, room) {
        (EncoderResult::InputEmpty, 2, [lead, trail, ..]) => Some([lead, trail]),
        _ => None,
    }
}

fn in_gbk(c: char) -> bool {
    if matches!(c, '\u{20ac}' | '\u{e000}'..='\u{f8ff}') {
        return false;
    }
    // What stands in two bytes only since GB 18030.
    let added = |bytes: [u8; 2]| {
        matches!(bytes,
            [0xa6, 0xd9..=0xdf | 0xec..=0xed | 0xf3] | [0xa8, 0xbc | 0xbf] | [0xa9, 0x89..=0x95] | [0xfe, 0x50..=0xff])
    };
    two_bytes(c).is_some_and(|bytes| !added(bytes))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn gbk_and_four_byte_characters_are_read() {
        assert_eq!(decode_gb18030(b"\xc2\xa9\xcb\xae 3\xb6\xb0").unwrap(), "漏水 3栋");
        assert_eq!(decode_gb18030(b"\x95\x32\x82\x36").unwrap(), "𠀀");
        assert_eq!(decode_gb18030(b"").unwrap(), "");
    }

    #[test]
    fn every_place_that_does_not_fit_is_named_with_its_bytes() {
        let misfits = decode_gb18030(b"ab\xff\xc2\xa9\xc2").unwrap_err().misfits;
        assert_eq!(misfits, [ByteMisfit { at: 2, bytes: vec![0xff] }, ByteMisfit { at: 5, bytes: vec![0xc2] },]);
        let many = decode_gb18030(&[0xff; 100]).unwrap_err();
        assert_eq!(many.misfits.len(), 100);
        assert!(many.to_string().ends_with("byte 4 (ff), 95 more"), "{many}");
    }

    #[test]
    fn utf_8_given_as_gb18030_is_mostly_refused() {
        let error = decode_gb18030("物业费".as_bytes()).unwrap_err();
        assert_eq!(error.misfits.first().map(|misfit| misfit.at), Some(8));
    }

    #[test]
    fn names_beyond_gbk_are_told_with_every_place() {
        let misfits = encode("𬱟㛃a王€·", Charset::Gbk).unwrap_err().misfits;
        let places: Vec<_> = misfits.iter().map(|misfit| (misfit.at, misfit.character)).collect();
        assert_eq!(places, [(0, '𬱟'), (1, '㛃'), (4, '€')]);
        assert_eq!(encode("𬱟㛃a王€", Charset::Gb18030).unwrap().len(), 4 + 4 + 1 + 2 + 2);
        assert_eq!(encode("買買提·镕", Charset::Gbk).unwrap().len(), 10);
        assert_eq!(
            encode("a\u{e5e5}", Charset::Gb18030).unwrap_err().misfits,
            [CharMisfit { at: 1, character: '\u{e5e5}' }]
        );
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_again(text in "[^\u{e000}-\u{f8ff}]*") {
            let bytes = encode(&text, Charset::Gb18030).unwrap();
            prop_assert_eq!(decode_gb18030(&bytes).unwrap(), text.as_str());
            if let Ok(bytes) = encode(&text, Charset::Gbk) {
                prop_assert!(bytes.len() <= 2 * text.chars().count());
                prop_assert_eq!(decode_gb18030(&bytes).unwrap(), text);
            }
        }

        #[test]
        fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..60)) {
            if let Err(error) = decode_gb18030(&bytes) {
                for misfit in error.misfits {
                    let end = misfit.at + misfit.bytes.len();
                    prop_assert_eq!(bytes.get(misfit.at..end), Some(misfit.bytes.as_slice()));
                }
            }
        }
    }
}
