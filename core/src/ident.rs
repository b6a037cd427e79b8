//! Ids of the host and ours, and ids that follow from a command's id.
use std::borrow::Borrow;
use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use sha2::{Digest, Sha256};

/// The longest id, in bytes.
pub const ID_MAX: usize = 64;

/// Crockford's base32 in lower case: no `i`, `l`, `o`, `u` to misread.
const BASE32: [char; 32] = [
    '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'j', 'k', 'm', 'n', 'p',
    'q', 'r', 's', 't', 'v', 'w', 'x', 'y', 'z',
];

/// An id: 1 to 64 bytes of text without control characters. The host's own ids are taken as they are.
///
/// ```
/// use guanjia::ident::Id;
/// assert_eq!(Id::new("room-7-1201")?.as_str(), "room-7-1201");
/// assert!(Id::new("x".repeat(65)).is_err());
/// # Ok::<(), guanjia::ident::IdError>(())
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Id(Arc<str>);

/// A code from a list, such as a role, a topic or an urgency: the same form as an id.
pub type Code = Id;

/// Why a text is no id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IdError {
    /// No bytes at all.
    #[error("an id has at least 1 byte, this one is empty")]
    Empty,
    /// Too many bytes.
    #[error("an id has at most {ID_MAX} bytes, this one has {0}")]
    Long(usize),
    /// A control character.
    #[error("an id holds no control characters, this one has U+{:04X} at byte {at}", *.found as u32)]
    Control {
        /// The character.
        found: char,
        /// Its byte.
        at: usize,
    },
}

impl Id {
    /// Takes a text as an id.
    ///
    /// # Errors
    /// When it is empty, longer than 64 bytes or holds a control character.
    pub fn new(text: impl AsRef<str>) -> Result<Self, IdError> {
        let text = text.as_ref();
        if text.is_empty() {
            return Err(IdError::Empty);
        }
        if text.len() > ID_MAX {
            return Err(IdError::Long(text.len()));
        }
        match text.char_indices().find(|(_, c)| c.is_control()) {
            Some((at, found)) => Err(IdError::Control { found, at }),
            None => Ok(Self(Arc::from(text))),
        }
    }

    /// The 26 characters of a 128-bit number, such as a UUIDv7, most significant bits first: ids sort as the numbers.
    pub fn from_u128(number: u128) -> Self {
        let text: String = (0..26).rev().map(|n| digit(number >> (5 * n))).collect();
        Self(Arc::from(text))
    }

    /// The id of the `n`th thing of `kind` that the command `self` creates: the same for every repeat of the command.
    #[must_use]
    pub fn derive(&self, kind: &str, n: u32) -> Self {
        let mut hash = Sha256::new();
        for part in [self.as_str().as_bytes(), kind.as_bytes()] {
            hash.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
            hash.update(part);
        }
        hash.update(n.to_be_bytes());
        let number = hash.finalize().iter().take(16).fold(0_u128, |number, byte| number << 8 | u128::from(*byte));
        Self::from_u128(number)
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The text, shared.
    pub fn shared(&self) -> Arc<str> {
        Arc::clone(&self.0)
    }
}

fn digit(bits: u128) -> char {
    usize::try_from(bits & 31).ok().and_then(|n| BASE32.get(n).copied()).unwrap_or('0')
}

/// Bytes as hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    let digit = |half: u8| char::from_digit(u32::from(half), 16).unwrap_or('0');
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

/// The bytes that hexadecimal digits stand for; none if they are not pairs of digits.
pub fn unhex(digits: &str) -> Option<Vec<u8>> {
    let pairs = digits.as_bytes().chunks(2);
    let value = |digit: u8| char::from(digit).to_digit(16).and_then(|half| u8::try_from(half).ok());
    pairs
        .map(|pair| match pair {
            [high, low] => Some(value(*high)? << 4 | value(*low)?),
            _ => None,
        })
        .collect()
}

impl fmt::Debug for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&*self.0, f)
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Borrow<str> for Id {
    fn borrow(&self) -> &str {
        &self.0
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for Id {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Id".into()
    }
    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "minLength": 1, "maxLength": ID_MAX })
    }
}

impl std::str::FromStr for Id {
    type Err = IdError;
    fn from_str(text: &str) -> Result<Self, IdError> {
        Self::new(text)
    }
}

impl Serialize for Id {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Id {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;
        impl de::Visitor<'_> for Text {
            type Value = Id;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "an id of 1 to {ID_MAX} bytes")
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<Id, E> {
                Id::new(text).map_err(E::custom)
            }
        }
        deserializer.deserialize_str(Text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_one_to_sixty_four_bytes_without_controls() {
        assert_eq!(Id::new(""), Err(IdError::Empty));
        assert_eq!(Id::new("楼".repeat(22)), Err(IdError::Long(66)));
        assert_eq!(Id::new("a\u{7}b"), Err(IdError::Control { found: '\u{7}', at: 1 }));
        assert!(Id::new("x".repeat(64)).is_ok());
    }

    #[test]
    fn derived_ids_repeat_and_differ_by_kind_and_number() {
        let command = Id::new("k-1").unwrap();
        assert_eq!(command.derive("case", 0), command.derive("case", 0));
        assert_ne!(command.derive("case", 0), command.derive("case", 1));
        assert_ne!(command.derive("case", 0), command.derive("cas", 0));
        assert_eq!(command.derive("case", 0).as_str().len(), 26);
    }

    #[test]
    fn numbers_print_in_their_order() {
        assert!(Id::from_u128(1) < Id::from_u128(1 << 64));
        assert_eq!(Id::from_u128(u128::MAX).as_str(), "7zzzzzzzzzzzzzzzzzzzzzzzzz");
    }
}
