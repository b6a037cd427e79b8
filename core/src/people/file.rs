//! A customer's file: what is known of a person, field by field, under seal.
use std::collections::BTreeMap;
use std::fmt;

use serde::de::{self, Deserializer, SeqAccess};
use serde::{Deserialize, Serialize};

use crate::refusal::Refusal;
use crate::seal::{IndexKind, Plain, Sealed, no_text};
use crate::text::personal::Kind;

/// A field of a customer's file. Every one is sealed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// The name of the person or firm.
    Name,
    /// Phones, the one to call first before the others.
    Phone,
    /// The number of an identity card, a passport or a firm's registration.
    Identity,
    /// Addresses for mail.
    Email,
    /// WeChat ids.
    Wechat,
    /// Addresses for letters.
    Address,
    /// Plates of vehicles.
    Plate,
    /// What the customer needs: a lift that works, help with the stairs.
    Needs,
    /// Preferences and habits: when to call, what to bring.
    Preferences,
}

/// Fields that are permitted together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum FieldClass {
    /// The name.
    Name,
    /// Phones, mail, WeChat, addresses.
    Contact,
    /// Numbers of identity cards, passports and firms.
    Identity,
    /// Plates.
    Vehicle,
    /// Free text: needs, preferences, what a case says.
    Note,
}

impl FieldClass {
    /// All classes.
    pub const ALL: [Self; 5] = [Self::Name, Self::Contact, Self::Identity, Self::Vehicle, Self::Note];
}

/// Sealed fields, each with its values in order.
pub type SealedFile = BTreeMap<Field, Vec<Sealed>>;
/// Fields as they are told: each takes the place of what was there, an empty list clears it.
pub type PlainFile = BTreeMap<Field, Values>;

/// The values of one field: one text, or a list of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Values(pub Vec<Plain>);

impl Field {
    /// All fields.
    pub const ALL: [Self; 9] = [
        Self::Name,
        Self::Phone,
        Self::Identity,
        Self::Email,
        Self::Wechat,
        Self::Address,
        Self::Plate,
        Self::Needs,
        Self::Preferences,
    ];

    /// The code used in JSON, and the place for which its values are sealed.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Phone => "phone",
            Self::Identity => "identity",
            Self::Email => "email",
            Self::Wechat => "wechat",
            Self::Address => "address",
            Self::Plate => "plate",
            Self::Needs => "needs",
            Self::Preferences => "preferences",
        }
    }

    /// With which fields it is permitted.
    pub const fn class(self) -> FieldClass {
        match self {
            Self::Name => FieldClass::Name,
            Self::Phone | Self::Email | Self::Wechat | Self::Address => FieldClass::Contact,
            Self::Identity => FieldClass::Identity,
            Self::Plate => FieldClass::Vehicle,
            Self::Needs | Self::Preferences => FieldClass::Note,
        }
    }

    /// As what its values are masked; none where nothing of them may be shown.
    pub const fn kind(self) -> Option<Kind> {
        match self {
            Self::Name => Some(Kind::Name),
            Self::Phone => Some(Kind::Mobile),
            Self::Identity => Some(Kind::Identity),
            Self::Email => Some(Kind::Email),
            Self::Wechat => Some(Kind::Wechat),
            Self::Plate => Some(Kind::Plate),
            Self::Address | Self::Needs | Self::Preferences => None,
        }
    }

    /// By what its values are found.
    pub const fn indexed(self) -> &'static [IndexKind] {
        match self {
            Self::Name => &[IndexKind::Name, IndexKind::Surname],
            Self::Phone => &[IndexKind::Phone, IndexKind::PhoneTail],
            Self::Identity => &[IndexKind::Identity],
            Self::Plate => &[IndexKind::Plate],
            Self::Wechat => &[IndexKind::Wechat],
            Self::Email | Self::Address | Self::Needs | Self::Preferences => &[],
        }
    }

    /// How many values it may have, and how many characters each.
    const fn bounds(self) -> (usize, usize) {
        match self {
            Self::Name => (1, 80),
            Self::Identity => (2, 40),
            Self::Phone | Self::Email | Self::Wechat | Self::Plate => (8, 80),
            Self::Address => (4, 200),
            Self::Needs | Self::Preferences => (16, 500),
        }
    }

    /// Refuses values that the field does not take. None of them is repeated.
    fn check(self, values: &[Plain]) -> Result<(), Refusal> {
        let (most, longest) = self.bounds();
        let code = self.code();
        if values.len() > most {
            return Err(Refusal::new(
                "people.too_many_values",
                format!("“{code}”最多{most}项,现有{}项", values.len()),
                format!("`{code}` has at most {most} values, these are {}", values.len()),
            ));
        }
        let long = |value: &Plain| value.as_str().chars().count() > longest;
        let lines = self.class() == FieldClass::Note;
        let wrong = |value: &Plain| {
            let text = value.as_str();
            text.trim() != text || text.is_empty() || text.chars().any(|c| c.is_control() && !(lines && c == '\n'))
        };
        if let Some(n) = values.iter().position(|value| long(value) || wrong(value)) {
            return Err(Refusal::new(
                "people.value",
                format!("“{code}”第{}项须为1至{longest}个字,首尾无空格,不含控制字符", n.saturating_add(1)),
                format!(
                    "value {n} of `{code}` is not 1 to {longest} characters without control characters or space at the ends"
                ),
            ));
        }
        let digits = |value: &Plain| value.as_str().chars().filter(|c| c.is_numeric()).count();
        if let Some(n) = values.iter().position(|value| self == Self::Phone && !(3..=20).contains(&digits(value))) {
            return Err(Refusal::new(
                "people.phone",
                format!("“{code}”第{}项须含3至20位数字", n.saturating_add(1)),
                format!("value {n} of `{code}` has not 3 to 20 digits"),
            ));
        }
        Ok(())
    }
}

/// Refuses a file with values that its fields do not take.
///
/// # Errors
/// A refusal that names field and place, never the value.
pub fn check_file(file: &PlainFile) -> Result<(), Refusal> {
    file.iter().try_for_each(|(field, values)| field.check(&values.0))
}

impl<'de> Deserialize<'de> for Values {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct OneOrMany;
        impl<'de> de::Visitor<'de> for OneOrMany {
            type Value = Values;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text, or a list of texts")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Values, E> {
                Ok(Values(vec![Plain::from(text)]))
            }

            fn visit_unit<E: de::Error>(self) -> Result<Values, E> {
                Ok(Values(Vec::new()))
            }

            fn visit_u64<E: de::Error>(self, _: u64) -> Result<Values, E> {
                Err(no_text())
            }

            fn visit_i64<E: de::Error>(self, _: i64) -> Result<Values, E> {
                Err(no_text())
            }

            fn visit_f64<E: de::Error>(self, _: f64) -> Result<Values, E> {
                Err(no_text())
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Values, A::Error> {
                let mut values = Vec::new();
                while let Some(value) = seq.next_element()? {
                    values.push(value);
                }
                Ok(Values(values))
            }
        }
        deserializer.deserialize_any(OneOrMany)
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for Values {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Values".into()
    }
    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "oneOf": [{ "type": "string" }, { "type": "array", "items": { "type": "string" } }, { "type": "null" }]
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(json: &str) -> PlainFile {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn one_value_or_many_are_read_alike_and_written_as_a_list() {
        let one = file(r#"{"name":"王芳","phone":["13800001234"],"email":null,"plate":[]}"#);
        assert_eq!(
            serde_json::to_string(&one).unwrap(),
            r#"{"name":["王芳"],"phone":["13800001234"],"email":[],"plate":[]}"#
        );
        assert_eq!(check_file(&one), Ok(()));
    }

    #[test]
    fn every_field_has_a_class_and_its_code_is_that_of_its_json() {
        for field in Field::ALL {
            assert_eq!(serde_json::to_string(&field).unwrap(), format!("\"{}\"", field.code()));
            assert!(FieldClass::ALL.contains(&field.class()));
        }
    }

    #[test]
    fn what_a_field_does_not_take_is_refused_without_being_repeated() {
        for (json, code) in [
            (r#"{"name":["王芳","王小芳"]}"#, "people.too_many_values"),
            (r#"{"name":""}"#, "people.value"),
            (r#"{"name":" 王芳"}"#, "people.value"),
            (r#"{"name":"王\u0000芳"}"#, "people.value"),
            (r#"{"phone":"13800001234\n"}"#, "people.value"),
            (r#"{"phone":"王芳家"}"#, "people.phone"),
            (r#"{"phone":"138000012341380000123413800001234"}"#, "people.phone"),
        ] {
            let refusal = check_file(&file(json)).unwrap_err();
            assert_eq!(&*refusal.code, code, "{json}");
            let words = format!("{} {}", refusal.words.zh, refusal.words.en);
            assert!(!words.contains("芳") && !words.contains("138"), "{words}");
        }
        assert_eq!(check_file(&file(r#"{"needs":"电梯\n轮椅"}"#)), Ok(()));
        for json in [r#"{"phone":13800001234}"#, r#"{"phone":[13800001234]}"#, r#"{"phone":{"n":"13800001234"}}"#] {
            let error = serde_json::from_str::<PlainFile>(json).unwrap_err().to_string();
            assert!(!error.contains("138"), "{error}");
        }
    }
}
