//! A value before and after it is sealed, and the key that does both ways.
use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use serde::de::{self, Deserializer};
use serde::{Deserialize, Serialize, Serializer};
use zeroize::Zeroizing;

use super::SealError;
use super::cipher::{Key, Lock};

/// A personal value in plain text, on its way in or out. It is wiped when it goes, and `Debug` does not tell it.
#[derive(Clone, PartialEq, Eq)]
pub struct Plain(Zeroizing<String>);

impl Plain {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<&str> for Plain {
    fn from(text: &str) -> Self {
        Self(Zeroizing::new(text.to_owned()))
    }
}

impl fmt::Debug for Plain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Plain(..)")
    }
}

impl Serialize for Plain {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

/// A reader of whatever form of value: what is no text is refused without being repeated.
struct Text;

impl<'de> de::Visitor<'de> for Text {
    type Value = Plain;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a personal value as text")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Plain, E> {
        Ok(Plain::from(text))
    }

    fn visit_bool<E: de::Error>(self, _: bool) -> Result<Plain, E> {
        Err(no_text())
    }

    fn visit_i64<E: de::Error>(self, _: i64) -> Result<Plain, E> {
        Err(no_text())
    }

    fn visit_u64<E: de::Error>(self, _: u64) -> Result<Plain, E> {
        Err(no_text())
    }

    fn visit_f64<E: de::Error>(self, _: f64) -> Result<Plain, E> {
        Err(no_text())
    }
}

/// The value is not repeated: a phone that came as a number is a phone all the same.
pub(crate) fn no_text<E: de::Error>() -> E {
    E::custom("a personal value is text in quotes, this one is a number or a truth value")
}

impl<'de> Deserialize<'de> for Plain {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Text)
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for Plain {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Plain".into()
    }
    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string" })
    }
}

/// A sealed value: nonce, ciphertext and tag in base64.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(transparent)]
pub struct Sealed(Box<str>);

impl Sealed {
    pub(super) fn of(bytes: &[u8]) -> Self {
        Self(STANDARD_NO_PAD.encode(bytes).into())
    }

    pub(super) fn bytes(&self) -> Option<Vec<u8>> {
        STANDARD_NO_PAD.decode(&*self.0).ok()
    }

    /// As it is kept.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Sealed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sealed(..)")
    }
}

/// The key of one customer, or of another subject of personal data.
#[derive(Clone)]
pub struct SubjectKey {
    key: Key,
    lock: Lock,
}

impl SubjectKey {
    pub(super) fn new(key: Key) -> Self {
        Self { lock: Lock::new(&key), key }
    }

    pub(super) fn bytes(&self) -> &[u8] {
        self.key.as_slice()
    }

    /// Seals a value for a place, such as `phone`: only there it opens. `salt`, the id of the command that brings it, keeps two
    /// seals of one value from being alike.
    pub fn seal(&self, place: &str, salt: &str, plain: &Plain) -> Sealed {
        Sealed::of(&self.lock.hide(&[place.as_bytes()], salt.as_bytes(), plain.as_str().as_bytes()))
    }

    /// Opens what was sealed for that place.
    ///
    /// # Errors
    /// [`SealError::Forged`].
    pub fn open(&self, place: &str, sealed: &Sealed) -> Result<Plain, SealError> {
        let forged = || SealError::Forged { what: "sealed value", place: place.into() };
        let shown = sealed.bytes().and_then(|bytes| self.lock.show(&[place.as_bytes()], &bytes)).ok_or_else(forged)?;
        std::str::from_utf8(&shown).map(Plain::from).map_err(|_| forged())
    }
}

impl fmt::Debug for SubjectKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SubjectKey(..)")
    }
}
