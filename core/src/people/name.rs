//! What a place is called.
use std::fmt;

use serde::{Deserialize, Serialize};

/// The longest name, in characters.
const NAME_MAX: usize = 80;

/// The name or number of a place: 1 to 80 characters, no control characters, no space at either end. Never a person's.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Name(Box<str>);

/// Why a text is no name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// Nothing to read.
    #[error("a name has at least 1 character, this one is empty")]
    Empty,
    /// Too many characters.
    #[error("a name has at most {NAME_MAX} characters, this one has {0}")]
    Long(usize),
    /// White space at an end.
    #[error("`{0}` begins or ends with white space: write the name without it")]
    Space(String),
    /// A control character.
    #[error("a name holds no control characters, this one has U+{:04X}", *.0 as u32)]
    Control(char),
}

impl Name {
    /// Takes a text as a name.
    ///
    /// # Errors
    /// When it is empty, longer than 80 characters, holds a control character or begins or ends with white space.
    pub fn new(text: &str) -> Result<Self, NameError> {
        let length = text.chars().count();
        if length == 0 {
            return Err(NameError::Empty);
        }
        if length > NAME_MAX {
            return Err(NameError::Long(length));
        }
        if let Some(control) = text.chars().find(|c| c.is_control()) {
            return Err(NameError::Control(control));
        }
        if text.trim() != text {
            return Err(NameError::Space(text.to_owned()));
        }
        Ok(Self(text.into()))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for Name {
    type Error = NameError;
    fn try_from(text: String) -> Result<Self, NameError> {
        Self::new(&text)
    }
}

impl From<Name> for String {
    fn from(name: Name) -> Self {
        name.0.into()
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for Name {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Name".into()
    }
    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "minLength": 1, "maxLength": NAME_MAX })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_one_line_of_one_to_eighty_characters() {
        assert_eq!(Name::new("7号楼").unwrap().as_str(), "7号楼");
        assert_eq!(Name::new(&"楼".repeat(80)).unwrap().as_str().chars().count(), 80);
        assert_eq!(Name::new(""), Err(NameError::Empty));
        assert_eq!(Name::new(&"楼".repeat(81)), Err(NameError::Long(81)));
        assert_eq!(Name::new("7\n8"), Err(NameError::Control('\n')));
        assert_eq!(Name::new("7 "), Err(NameError::Space("7 ".to_owned())));
        assert_eq!(Name::new("\u{3000}"), Err(NameError::Space("\u{3000}".to_owned())));
    }
}
