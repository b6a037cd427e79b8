//! A point on the line of time.
use std::fmt;
use std::ops::{Add, Sub};
use std::str::FromStr;

use chrono::{DateTime, Datelike, Timelike, Utc};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::Length;

/// An instant in microseconds since 1970-01-01T00:00:00Z. Its text form is RFC 3339 with an offset.
///
/// ```
/// use guanjia::calendar::Instant;
/// let morning: Instant = "2026-02-28T09:00:00+08:00".parse()?;
/// assert_eq!(morning.to_string(), "2026-02-28T01:00:00Z");
/// # Ok::<(), guanjia::calendar::InstantError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instant(i64);

/// Why a text is no instant.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InstantError {
    /// Not RFC 3339, or a local time without an offset.
    #[error("`{0}` is no instant: write RFC 3339 with an offset, such as 2026-02-28T09:00:00+08:00")]
    Text(String),
}

impl Instant {
    /// The earliest instant that prints: year 0001.
    pub const MIN: Self = Self(-62_135_596_800_000_000);
    /// The latest instant that prints: the last microsecond of year 9999.
    pub const MAX: Self = Self(253_402_300_799_999_999);

    /// From microseconds since the epoch, held within [`Instant::MIN`] and [`Instant::MAX`].
    pub fn from_micros(micros: i64) -> Self {
        Self(micros.clamp(Self::MIN.0, Self::MAX.0))
    }

    /// Microseconds since the epoch.
    pub fn micros(self) -> i64 {
        self.0
    }

    /// As chrono's date and time in UTC.
    pub fn to_utc(self) -> DateTime<Utc> {
        DateTime::from_timestamp_micros(self.0).unwrap_or(DateTime::UNIX_EPOCH)
    }
}

impl From<DateTime<Utc>> for Instant {
    fn from(time: DateTime<Utc>) -> Self {
        Self::from_micros(time.timestamp_micros())
    }
}

/// Moves by a length; an end beyond what prints stays at [`Instant::MIN`] or [`Instant::MAX`].
impl Add<Length> for Instant {
    type Output = Self;
    fn add(self, length: Length) -> Self {
        Self::from_micros(self.0.saturating_add(length.micros()))
    }
}

/// Moves back by a length, as [`Add`] does forwards.
impl Sub<Length> for Instant {
    type Output = Self;
    fn sub(self, length: Length) -> Self {
        Self::from_micros(self.0.saturating_sub(length.micros()))
    }
}

/// The length from `earlier` to `self`, negative if `self` comes first.
impl Sub for Instant {
    type Output = Length;
    fn sub(self, earlier: Self) -> Length {
        Length::from_micros(self.0.saturating_sub(earlier.0))
    }
}

/// The longest text form: with microseconds.
const TEXT_MAX: usize = 27;

impl Instant {
    /// RFC 3339 in UTC, with milli- or microseconds where they are not zero. States are full of instants, so this goes
    /// past the formatter.
    fn write(self, text: &mut [u8; TEXT_MAX]) -> &str {
        let time = self.to_utc();
        let (year, micros) = (u32::try_from(time.year()).unwrap_or(0), time.timestamp_subsec_micros());
        let (fraction, digits) = if micros % 1_000 == 0 { (micros / 1_000, 3) } else { (micros, 6) };
        let mut parts = [
            (year, 4, b'-'),
            (time.month(), 2, b'-'),
            (time.day(), 2, b'T'),
            (time.hour(), 2, b':'),
            (time.minute(), 2, b':'),
            (time.second(), 2, b'Z'),
            (fraction, digits, b'Z'),
        ];
        let wanted = if micros == 0 { 6 } else { 7 };
        if let (7, [.., second, _]) = (wanted, &mut parts) {
            second.2 = b'.';
        }
        let mut rest = text.as_mut_slice();
        let mut length = 0;
        for (mut number, digits, after) in parts.into_iter().take(wanted) {
            let Some((part, behind)) = rest.split_at_mut_checked(digits + 1) else { break };
            let mut places = part.iter_mut().rev();
            places.next().into_iter().for_each(|place| *place = after);
            for place in places {
                *place = b'0' + u8::try_from(number % 10).unwrap_or(0);
                number /= 10;
            }
            length += digits + 1;
            rest = behind;
        }
        text.get(..length).and_then(|text| std::str::from_utf8(text).ok()).unwrap_or_default()
    }
}

impl fmt::Display for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.write(&mut [0; TEXT_MAX]))
    }
}

impl fmt::Debug for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Instant {
    type Err = InstantError;
    fn from_str(text: &str) -> Result<Self, InstantError> {
        let time = DateTime::parse_from_rfc3339(text).map_err(|_| InstantError::Text(text.to_owned()))?;
        let micros = time.timestamp_micros();
        if (Self::MIN.0..=Self::MAX.0).contains(&micros) {
            Ok(Self(micros))
        } else {
            Err(InstantError::Text(text.to_owned()))
        }
    }
}

impl Serialize for Instant {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.write(&mut [0; TEXT_MAX]))
    }
}

impl<'de> Deserialize<'de> for Instant {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;
        impl de::Visitor<'_> for Text {
            type Value = Instant;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an instant in RFC 3339 with an offset")
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<Instant, E> {
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
    fn text_form_round_trips_at_any_precision() {
        for text in ["2026-02-28T01:00:00Z", "2026-02-28T01:00:00.123Z", "1969-12-31T23:59:59.999999Z"] {
            assert_eq!(text.parse::<Instant>().unwrap().to_string(), text);
        }
        assert_eq!(Instant::MIN.to_string(), "0001-01-01T00:00:00Z");
        assert_eq!(Instant::MAX.to_string(), "9999-12-31T23:59:59.999999Z");
    }

    #[test]
    fn a_local_time_without_offset_is_refused() {
        assert!("2026-02-28T09:00:00".parse::<Instant>().is_err());
    }
}
