//! A length of time.
use std::fmt;
use std::ops::{Add, Neg, Sub};
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::clause::Words;

const SECOND: i64 = 1_000_000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;

/// A length in microseconds, possibly negative. Its text form is ISO 8601 in hours, minutes and seconds (`PT15M`);
/// rulebooks may also say `15 min`, `4 h` or `30 s`. Days are no length: see `Budget`.
///
/// ```
/// use guanjia::calendar::Length;
/// let quarter: Length = "15 min".parse()?;
/// assert_eq!(quarter.to_string(), "PT15M");
/// # Ok::<(), guanjia::calendar::LengthError>(())
/// ```
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Length(i64);

/// Why a text is no length.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LengthError {
    /// Not a length, or one too large to count in microseconds.
    #[error("`{0}` is no length: write ISO 8601 such as PT15M, PT4H30M, or `15 min`, `4 h`")]
    Text(String),
}

impl Length {
    /// No time at all.
    pub const ZERO: Self = Self(0);
    /// The smallest length.
    pub const MICROSECOND: Self = Self(1);

    /// From microseconds.
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// From whole minutes; lengths beyond the range of microseconds stay at its end.
    pub const fn from_minutes(minutes: i64) -> Self {
        Self(minutes.saturating_mul(MINUTE))
    }

    /// In microseconds.
    pub const fn micros(self) -> i64 {
        self.0
    }

    /// As people say it: `3小时30分钟`, `3 h 30 min`; what is less than a second is left out.
    pub fn words(self) -> Words {
        let seconds = self.0.unsigned_abs() / SECOND.unsigned_abs();
        let parts = [(seconds / 3_600, "小时", "h"), (seconds % 3_600 / 60, "分钟", "min"), (seconds % 60, "秒", "s")];
        let mut words = Words::default();
        for (count, zh, en) in parts.into_iter().filter(|(count, ..)| *count > 0) {
            words.zh += &format!("{count}{zh}");
            let gap = if words.en.is_empty() { "" } else { " " };
            words.en += &format!("{gap}{count} {en}");
        }
        match (words.zh.is_empty(), self.0 < 0) {
            (true, _) => Words::new("0分钟", "0 min"),
            (false, true) => Words::new(format!("负{}", words.zh), format!("-{}", words.en)),
            (false, false) => words,
        }
    }
}

impl Add for Length {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl Sub for Length {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

impl Neg for Length {
    type Output = Self;
    fn neg(self) -> Self {
        Self(self.0.saturating_neg())
    }
}

impl std::iter::Sum for Length {
    fn sum<I: Iterator<Item = Self>>(lengths: I) -> Self {
        lengths.fold(Self::ZERO, Add::add)
    }
}

impl fmt::Display for Length {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let micros = self.0.unsigned_abs();
        let (hour, minute, second) = (HOUR.unsigned_abs(), MINUTE.unsigned_abs(), SECOND.unsigned_abs());
        let (hours, minutes) = (micros / hour, micros % hour / minute);
        let (seconds, rest) = (micros % minute / second, micros % second);
        if self.0 < 0 {
            f.write_str("-")?;
        }
        f.write_str("PT")?;
        if hours > 0 {
            write!(f, "{hours}H")?;
        }
        if minutes > 0 {
            write!(f, "{minutes}M")?;
        }
        if rest > 0 {
            let fraction = format!("{rest:06}");
            write!(f, "{seconds}.{}S", fraction.trim_end_matches('0'))
        } else if seconds > 0 || micros < minute {
            write!(f, "{seconds}S")
        } else {
            Ok(())
        }
    }
}

impl fmt::Debug for Length {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Length {
    type Err = LengthError;
    fn from_str(text: &str) -> Result<Self, LengthError> {
        parse_iso(text).or_else(|| parse_words(text)).map(Self).ok_or_else(|| LengthError::Text(text.to_owned()))
    }
}

/// `[-]PT[nH][nM][n[.f]S]`, at least one part, in this order.
fn parse_iso(text: &str) -> Option<i64> {
    let (sign, text) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text),
    };
    let mut rest = text.strip_prefix("PT")?;
    let mut total = 0_i64;
    for (letter, unit) in [('H', HOUR), ('M', MINUTE), ('S', SECOND)] {
        if let Some((number, after)) = rest.split_once(letter) {
            total = total.checked_add(parse_number(number, unit)?)?;
            rest = after;
        }
    }
    (rest.is_empty() && !text.ends_with("PT")).then(|| sign * total)
}

/// `15 min`, `4 h`, `30 s`: one number and one unit.
fn parse_words(text: &str) -> Option<i64> {
    let (number, unit) = text.trim().split_once(' ')?;
    let unit = match unit.trim() {
        "s" | "sec" | "second" | "seconds" => SECOND,
        "min" | "minute" | "minutes" => MINUTE,
        "h" | "hour" | "hours" => HOUR,
        _ => return None,
    };
    match number.strip_prefix('-') {
        Some(number) => parse_number(number, unit).map(|length| -length),
        None => parse_number(number, unit),
    }
}

/// A decimal number of `unit`, exact to the microsecond.
fn parse_number(number: &str, unit: i64) -> Option<i64> {
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !digits(whole) || !digits(fraction) || fraction.len() > 6 || number.ends_with('.') {
        return None;
    }
    let scale = 10_i64.checked_pow(u32::try_from(fraction.len()).ok()?)?;
    let parts = format!("{whole}{fraction}").parse::<i64>().ok()?.checked_mul(unit)?;
    (parts % scale == 0).then(|| parts / scale)
}

impl Serialize for Length {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Length {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;
        impl de::Visitor<'_> for Text {
            type Value = Length;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a length such as PT15M or `15 min`")
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<Length, E> {
                text.parse().map_err(E::custom)
            }
        }
        deserializer.deserialize_str(Text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_are_read_and_one_is_written() {
        for (text, iso) in [
            ("15 min", "PT15M"),
            ("1.5 h", "PT1H30M"),
            ("PT24H", "PT24H"),
            ("-PT0.25S", "-PT0.25S"),
            ("PT0S", "PT0S"),
            ("PT1H5S", "PT1H5S"),
        ] {
            assert_eq!(text.parse::<Length>().unwrap().to_string(), iso, "{text}");
        }
    }

    #[test]
    fn what_is_no_length_is_refused() {
        for text in ["", "PT", "15", "15 days", "PT-5M", "PT5M3H", "PT1.M", "P1D", "PT99999999999999H"] {
            assert!(text.parse::<Length>().is_err(), "{text}");
        }
    }
}
