//! Money in whole fen: exact sums, named rounding, shares that add up.
mod apportion;
pub mod operations;

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

pub use apportion::{Weight, apportion};

const FEN_PER_YUAN: u64 = 100;

/// An amount in fen. Its text form is yuan with two decimals: `12.50`, `-0.05`.
///
/// ```
/// use guanjia::money::{Fen, Rounding};
/// let fee: Fen = "100.00".parse()?;
/// assert_eq!(fee.part(1, 3, Rounding::HalfUp)?.to_string(), "33.33");
/// # Ok::<(), guanjia::money::MoneyError>(())
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fen(i64);

/// What becomes of the part of a fen.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Rounding {
    /// To the nearest fen, half a fen away from zero.
    #[default]
    HalfUp,
    /// To the nearest fen, half a fen to the even one.
    HalfEven,
    /// To the fen nearer to zero.
    Down,
}

/// Why there is no amount.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    /// Not an amount.
    #[error("`{0}` is no amount: write yuan with at most two decimals, such as 12.50")]
    Amount(String),
    /// Not a weight.
    #[error("`{0}` is no weight: write a number from 0 with at most six decimals, such as 89.5")]
    Weight(String),
    /// Beyond what fen can count.
    #[error("the result is beyond {max} yuan", max = Fen(i64::MAX))]
    TooLarge,
    /// A part of nothing.
    #[error("nothing can be divided by zero")]
    ByZero,
    /// Weights among which nothing can be shared.
    #[error("the weights add up to nothing: at least one must be greater than 0")]
    NoWeight,
}

impl Fen {
    /// No money.
    pub const ZERO: Self = Self(0);

    /// From a count of fen.
    pub const fn new(fen: i64) -> Self {
        Self(fen)
    }

    /// The count of fen.
    pub const fn fen(self) -> i64 {
        self.0
    }

    /// The sum.
    ///
    /// # Errors
    /// [`MoneyError::TooLarge`].
    pub fn plus(self, other: Self) -> Result<Self, MoneyError> {
        self.0.checked_add(other.0).map(Self).ok_or(MoneyError::TooLarge)
    }

    /// The part `numerator / denominator`, rounded once.
    ///
    /// # Errors
    /// [`MoneyError::ByZero`] or [`MoneyError::TooLarge`].
    pub fn part(self, numerator: i64, denominator: i64, rounding: Rounding) -> Result<Self, MoneyError> {
        let (product, by) = (i128::from(self.0) * i128::from(numerator), i128::from(denominator));
        let whole = product.checked_div(by).ok_or(MoneyError::ByZero)?;
        let rest = (product - whole * by).abs();
        let away = match (rounding, (2 * rest).cmp(&by.abs())) {
            (Rounding::Down, _) | (_, std::cmp::Ordering::Less) => false,
            (Rounding::HalfEven, std::cmp::Ordering::Equal) => whole % 2 != 0,
            (Rounding::HalfUp | Rounding::HalfEven, _) => true,
        };
        let sign = if (product < 0) == (by < 0) { 1 } else { -1 };
        let rounded = if away { whole + sign } else { whole };
        i64::try_from(rounded).map(Self).map_err(|_| MoneyError::TooLarge)
    }
}

impl fmt::Display for Fen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let fen = self.0.unsigned_abs();
        let sign = if self.0 < 0 { "-" } else { "" };
        write!(f, "{sign}{}.{:02}", fen / FEN_PER_YUAN, fen % FEN_PER_YUAN)
    }
}

impl FromStr for Fen {
    type Err = MoneyError;
    fn from_str(text: &str) -> Result<Self, MoneyError> {
        let refuse = || MoneyError::Amount(text.to_owned());
        let (negative, digits) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
        let fen = scaled(digits, 2).ok_or_else(refuse)?;
        i64::try_from(if negative { -fen } else { fen }).map(Self).map_err(|_| refuse())
    }
}

/// A plain decimal as a whole number of `10^-places`.
fn scaled(text: &str, places: usize) -> Option<i128> {
    let (whole, fraction) = text.split_once('.').map_or((text, ""), |(whole, fraction)| (whole, fraction));
    let dangling = text.ends_with('.') || whole.is_empty() || fraction.len() > places;
    if dangling || !whole.bytes().chain(fraction.bytes()).all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    format!("{whole}{fraction:0<places$}").parse().ok()
}

impl Serialize for Fen {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Fen {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for Fen {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Fen".into()
    }
    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": "string", "pattern": r"^-?[0-9]+(\.[0-9]{1,2})?$", "description": "yuan, such as 12.50"
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_print_as_they_are_read() {
        for (text, fen, printed) in [("12.5", 1250, "12.50"), ("-0.05", -5, "-0.05"), ("7", 700, "7.00")] {
            let amount: Fen = text.parse().unwrap();
            assert_eq!((amount.fen(), amount.to_string().as_str()), (fen, printed));
        }
        assert_eq!(Fen::new(i64::MIN).to_string().parse(), Ok(Fen::new(i64::MIN)));
        for text in ["", "1.234", "1.", ".5", "1e3", "--1", "+1", "一", "92233720368547758.08"] {
            assert_eq!(text.parse::<Fen>(), Err(MoneyError::Amount(text.to_owned())));
        }
    }

    #[test]
    fn rounding_is_the_one_that_is_named() {
        let part = |fen, rounding| Fen::new(fen).part(1, 2, rounding).unwrap().fen();
        assert_eq!([1, 3, -1, -3].map(|fen| part(fen, Rounding::HalfUp)), [1, 2, -1, -2]);
        assert_eq!([1, 3, -1, -3].map(|fen| part(fen, Rounding::HalfEven)), [0, 2, 0, -2]);
        assert_eq!([1, 3, -1, -3].map(|fen| part(fen, Rounding::Down)), [0, 1, 0, -1]);
        assert_eq!(Fen::new(3).part(-1, 2, Rounding::HalfUp), Ok(Fen::new(-2)));
        assert_eq!(Fen::new(1).part(1, 0, Rounding::Down), Err(MoneyError::ByZero));
        assert_eq!(Fen::new(i64::MAX).part(2, 1, Rounding::Down), Err(MoneyError::TooLarge));
    }
}
