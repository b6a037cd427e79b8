//! How large premises are.
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The largest area, in dm²: ten square kilometres.
const MOST_DM2: i64 = 1_000_000_000;

/// A floor area in whole square decimetres, from 1 to 1,000,000,000. Its text form is square metres with two decimals.
///
/// ```
/// use guanjia::people::Area;
/// let area: Area = "89.5".parse()?;
/// assert_eq!((area.dm2(), area.to_string()), (8_950, "89.50".to_owned()));
/// # Ok::<(), guanjia::people::AreaError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Area(i64);

/// Why a text is no area.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no area: write square metres from 0.01 to 10000000 with at most 2 decimals, such as 89.50")]
pub struct AreaError(String);

impl Area {
    /// The area in square decimetres, a hundredth of a square metre each.
    pub fn dm2(self) -> i64 {
        self.0
    }
}

impl FromStr for Area {
    type Err = AreaError;
    fn from_str(text: &str) -> Result<Self, AreaError> {
        dm2(text).filter(|dm2| (1..=MOST_DM2).contains(dm2)).map(Self).ok_or_else(|| AreaError(text.to_owned()))
    }
}

fn dm2(text: &str) -> Option<i64> {
    let (whole, part) = text.split_once('.').unwrap_or((text, "0"));
    let hundredths = match part.len() {
        1 => digits(part)?.checked_mul(10)?,
        2 => digits(part)?,
        _ => return None,
    };
    digits(whole)?.checked_mul(100)?.checked_add(hundredths)
}

/// A number of ASCII digits alone: `parse` would take a sign as well.
fn digits(text: &str) -> Option<i64> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok())?
}

impl fmt::Display for Area {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{:02}", self.0 / 100, self.0 % 100)
    }
}

impl TryFrom<String> for Area {
    type Error = AreaError;
    fn try_from(text: String) -> Result<Self, AreaError> {
        text.parse()
    }
}

impl From<Area> for String {
    fn from(area: Area) -> Self {
        area.to_string()
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for Area {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Area".into()
    }
    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "pattern": r"^[0-9]+(\.[0-9]{1,2})?$" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn square_metres_become_whole_square_decimetres() {
        for (text, dm2, printed) in [
            ("89.5", 8_950, "89.50"),
            ("89.05", 8_905, "89.05"),
            ("120", 12_000, "120.00"),
            ("0.01", 1, "0.01"),
            ("10000000", MOST_DM2, "10000000.00"),
        ] {
            let area: Area = text.parse().unwrap();
            assert_eq!((area.dm2(), area.to_string().as_str()), (dm2, printed));
        }
    }

    #[test]
    fn what_is_no_area_is_refused_with_the_value() {
        for text in [
            "",
            ".",
            "5.",
            ".5",
            "0",
            "0.00",
            "-1",
            "+1",
            "1e3",
            "89.505",
            " 89",
            "89,5",
            "８９",
            "10000000.01",
            "99999999999999999999",
        ] {
            assert_eq!(text.parse::<Area>(), Err(AreaError(text.to_owned())));
        }
    }

    #[test]
    fn in_json_an_area_is_text() {
        assert_eq!(serde_json::to_string(&Area(8_950)).unwrap(), r#""89.50""#);
        assert_eq!(serde_json::from_str::<Area>(r#""89.5""#).unwrap(), Area(8_950));
        let error = serde_json::from_str::<Area>("89.5").unwrap_err().to_string();
        assert!(error.contains("expected a string"), "{error}");
    }
}
