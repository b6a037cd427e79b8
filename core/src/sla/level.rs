//! Warning levels: a part of the budget or an offset from the due time.
use serde::{Deserialize, Serialize};

use crate::calendar::{Budget, Calendar, Length};
use crate::ident::Code;

/// Parts that a whole budget has: a fraction is counted in millionths.
pub const PARTS: i64 = 1_000_000;

/// Where a level stands on its clock's own counted time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum At {
    /// So many millionths of the budget used.
    Fraction(i64),
    /// So long after the due time; before it if negative.
    Offset(Length),
    /// So many days after the due time, as a budget of days counts them; before it if negative.
    Days(Budget),
}

/// A warning level of a target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Level {
    /// Where it stands.
    pub at: At,
    /// Roles that are told.
    pub tell: Vec<Code>,
    /// The hours in which they read; at any time if none.
    pub schedule: Option<Calendar>,
}

impl Level {
    /// A level of which nobody is told.
    pub fn silent(at: At) -> Self {
        Self { at, tell: Vec::new(), schedule: None }
    }
}

impl At {
    /// The counted time at which the level is reached, never before the start; none where days count and not hours.
    pub(super) fn counted(self, budget: Length) -> Option<Length> {
        let length = match self {
            Self::Fraction(parts) => {
                let micros = i128::from(budget.micros()) * i128::from(parts) / i128::from(PARTS);
                Length::from_micros(i64::try_from(micros).unwrap_or(i64::MAX))
            }
            Self::Offset(offset) => budget + offset,
            Self::Days(_) => return None,
        };
        Some(length.max(Length::ZERO))
    }
}

/// The text form: `80%`, `0.8`, `-PT1H`, `+PT30M` or `+3 working_days`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is no level: write a part of the budget such as `80%`, or an offset such as `-PT1H` or `+3 working_days`"
)]
pub struct LevelError(String);

impl std::str::FromStr for At {
    type Err = LevelError;
    fn from_str(text: &str) -> Result<Self, LevelError> {
        let error = || LevelError(text.to_owned());
        if text.starts_with(['+', '-']) {
            let offset = text.strip_prefix('+').filter(|offset| !offset.starts_with('-')).unwrap_or(text);
            return match offset.parse().map_err(|_| error())? {
                Budget::Length(length) => Ok(Self::Offset(length)),
                days => Ok(Self::Days(days)),
            };
        }
        let parts = match text.strip_suffix('%') {
            Some(percent) => parse_decimal(percent.trim(), 4),
            None => parse_decimal(text, 6),
        };
        parts.filter(|parts| (0..=100 * PARTS).contains(parts)).map(Self::Fraction).ok_or_else(error)
    }
}

/// A decimal number in units of `10^-digits`.
fn parse_decimal(text: &str, digits: usize) -> Option<i64> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    if whole.is_empty()
        || fraction.len() > digits
        || !(whole.bytes().chain(fraction.bytes())).all(|b| b.is_ascii_digit())
    {
        return None;
    }
    format!("{whole}{fraction:0<digits$}").parse().ok()
}

impl std::fmt::Display for At {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Fraction(parts) if parts % 10_000 == 0 => write!(f, "{}%", parts / 10_000),
            Self::Fraction(parts) => {
                let rest = format!("{:04}", parts % 10_000);
                write!(f, "{}.{}%", parts / 10_000, rest.trim_end_matches('0'))
            }
            Self::Offset(length) if *length < Length::ZERO => write!(f, "{length}"),
            Self::Offset(length) => write!(f, "+{length}"),
            Self::Days(budget) if budget.days().is_some_and(|days| days.count < 0) => write!(f, "{budget}"),
            Self::Days(budget) => write!(f, "+{budget}"),
        }
    }
}

impl Serialize for At {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for At {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_read_and_print() {
        for (text, printed) in [
            ("80%", "80%"),
            ("0.8", "80%"),
            ("12.5%", "12.5%"),
            ("-PT1H", "-PT1H"),
            ("+30 min", "+PT30M"),
            ("0.33333", "33.333%"),
            ("+3 working days", "+3 working_days"),
            ("-1 days", "-1 days"),
        ] {
            assert_eq!(text.parse::<At>().unwrap().to_string(), printed, "{text}");
        }
        for text in ["", "80 %%", "soon", "-", "+", "1e3", "2 days", "+-PT1H", "+-2 days", "101", "10001%"] {
            assert!(text.parse::<At>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_level_before_the_start_stands_at_the_start() {
        let hour = Length::from_minutes(60);
        assert_eq!(At::Offset(Length::from_minutes(-90)).counted(hour), Some(Length::ZERO));
        assert_eq!(At::Fraction(PARTS / 2).counted(hour), Some(Length::from_minutes(30)));
    }
}
