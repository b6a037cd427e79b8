//! The forms in which values are compared before they are hashed.
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::text;

/// Digits at the end of a phone by which it is found as well.
const TAIL: usize = 4;
/// Digits of a mobile number.
const MOBILE: usize = 11;

/// By what a customer is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum IndexKind {
    /// A phone, by its digits, with or without +86.
    Phone,
    /// The last four digits of a phone.
    PhoneTail,
    /// The whole name.
    Name,
    /// The surname.
    Surname,
    /// The number of an identity card or of a firm.
    Identity,
    /// A vehicle's plate.
    Plate,
    /// A WeChat id.
    Wechat,
}

impl IndexKind {
    /// The code used in JSON and under which the store keeps it.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Phone => "phone",
            Self::PhoneTail => "phone_tail",
            Self::Name => "name",
            Self::Surname => "surname",
            Self::Identity => "identity",
            Self::Plate => "plate",
            Self::Wechat => "wechat",
        }
    }

    /// The form in which two spellings of one value are alike.
    pub(super) fn form(self, value: &str) -> Option<Zeroizing<String>> {
        let form = match self {
            Self::Phone => phone(value),
            Self::PhoneTail => tail(&phone(value)),
            Self::Name => text::fold(&text::name(value)),
            Self::Surname => text::surname(&text::name(value)).unwrap_or_default(),
            Self::Identity | Self::Plate => {
                text::fold(value).chars().filter(|c| c.is_alphanumeric()).collect::<String>()
            }
            Self::Wechat => text::fold(value.trim()),
        };
        Some(Zeroizing::new(form)).filter(|form| !form.is_empty())
    }
}

/// The digits of a phone, of a mobile number without the country's code.
fn phone(value: &str) -> String {
    let digits: String = text::fold(value).chars().filter(char::is_ascii_digit).collect();
    let mobile = digits.get(digits.len().saturating_sub(MOBILE)..).filter(|last| last.len() == MOBILE);
    match mobile {
        Some(mobile) if mobile.starts_with('1') && matches!(digits.len(), 11 | 13 | 15) => mobile.to_owned(),
        _ => digits,
    }
}

fn tail(digits: &str) -> String {
    digits.get(digits.len().saturating_sub(TAIL)..).filter(|tail| tail.len() == TAIL).unwrap_or_default().to_owned()
}
