//! A stretch of a day on the wall clock.
use std::fmt;

use chrono::{NaiveDate, NaiveDateTime, NaiveTime, TimeDelta};
use serde::{Serialize, Serializer};

const DAY: u32 = 24 * 3_600;

/// Hours `[open, close)` on the wall clock, to the second. They belong to the day on which they open; a close at or
/// before the open lies on the next day. The text form is `08:30-12:00`, `20:00-08:00` or `00:00-24:00`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Segment {
    /// Seconds after midnight, below a day.
    open: u32,
    /// Seconds after the same midnight, after `open` and less than a day later unless `00:00-24:00`.
    close: u32,
}

/// Why a text gives no hours.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SegmentError {
    /// Not two times with a hyphen between.
    #[error("`{0}` gives no hours")]
    Form(String),
    /// No time of a day.
    #[error("`{0}` is no time of a day")]
    Clock(String),
    /// Opens and closes at one time.
    #[error("`{0}` is empty: it closes when it opens")]
    Empty(String),
}

impl Segment {
    /// The whole day.
    pub const WHOLE_DAY: Self = Self { open: 0, close: DAY };

    /// From the texts of opening and closing time.
    ///
    /// # Errors
    /// [`SegmentError`] if one is no time of a day or both are equal.
    pub fn between(open: &str, close: &str) -> Result<Self, SegmentError> {
        let (from, to) = (clock(open)?, clock(close)?);
        if from >= DAY {
            return Err(SegmentError::Clock(open.to_owned()));
        }
        match to {
            to if to == from => Err(SegmentError::Empty(format!("{open}-{close}"))),
            to if to < from => Ok(Self { open: from, close: to.saturating_add(DAY) }),
            to => Ok(Self { open: from, close: to }),
        }
    }

    /// Opening time in seconds after midnight.
    pub fn open_second(self) -> u32 {
        self.open
    }

    /// Closing time in seconds after the midnight before it opens; 86,400 and more lie on the next day.
    pub fn close_second(self) -> u32 {
        self.close
    }

    /// Whether it ends after midnight.
    pub fn crosses_midnight(self) -> bool {
        self.close > DAY
    }

    /// The part before midnight.
    pub(super) fn before_midnight(self) -> Self {
        Self { open: self.open, close: self.close.min(DAY) }
    }

    /// The part after midnight, as hours of the next day.
    pub(super) fn after_midnight(self) -> Option<Self> {
        self.close.checked_sub(DAY).filter(|close| *close > 0).map(|close| Self { open: 0, close })
    }
}

/// The wall-clock time `second` seconds after the midnight that begins `date`.
pub(super) fn wall_clock(date: NaiveDate, second: u32) -> NaiveDateTime {
    let midnight = date.and_time(NaiveTime::MIN);
    midnight.checked_add_signed(TimeDelta::seconds(i64::from(second))).unwrap_or(midnight)
}

/// `HH:MM` or `HH:MM:SS` from 00:00 to 24:00, in seconds after midnight.
fn clock(text: &str) -> Result<u32, SegmentError> {
    let refuse = || SegmentError::Clock(text.to_owned());
    let mut second = 0_u32;
    let mut parts = 0_usize;
    for (part, (unit, limit)) in text.trim().split(':').zip([(3_600_u32, 24_u32), (60, 59), (1, 59)]) {
        let two_digits = part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit());
        let value = part.parse::<u32>().ok().filter(|value| two_digits && *value <= limit).ok_or_else(refuse)?;
        second = second.saturating_add(value.saturating_mul(unit));
        parts += 1;
    }
    if parts < 2 || text.trim().split(':').count() != parts || second > DAY { Err(refuse()) } else { Ok(second) }
}

impl std::str::FromStr for Segment {
    type Err = SegmentError;
    fn from_str(text: &str) -> Result<Self, SegmentError> {
        let (open, close) = text.split_once(['-', '–']).ok_or_else(|| SegmentError::Form(text.to_owned()))?;
        Self::between(open.trim(), close.trim())
    }
}

impl fmt::Display for Segment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let close = if self.crosses_midnight() { self.close.saturating_sub(DAY) } else { self.close };
        write_clock(f, self.open)?;
        f.write_str("-")?;
        write_clock(f, close)
    }
}

fn write_clock(f: &mut fmt::Formatter<'_>, second: u32) -> fmt::Result {
    write!(f, "{:02}:{:02}", second / 3_600, second % 3_600 / 60)?;
    match second % 60 {
        0 => Ok(()),
        rest => write!(f, ":{rest:02}"),
    }
}

impl fmt::Debug for Segment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for Segment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_print_as_they_are_read() {
        for text in ["08:30-12:00", "20:00-08:00", "00:00-24:00", "22:00-24:00", "09:00:30-17:00"] {
            assert_eq!(text.parse::<Segment>().unwrap().to_string(), text);
        }
        assert_eq!("22:00-00:00".parse::<Segment>(), "22:00-24:00".parse());
    }

    /// Semantics A15: empty hours are a mistake of the rules.
    #[test]
    fn what_gives_no_hours_is_refused() {
        for (text, message) in [
            ("25:00-26:00", "`25:00` is no time of a day"),
            ("09:00-09:00", "`09:00-09:00` is empty: it closes when it opens"),
            ("24:00-08:00", "`24:00` is no time of a day"),
            ("8:30-12:00", "`8:30` is no time of a day"),
            ("08:30", "`08:30` gives no hours"),
            ("08:30-24:01", "`24:01` is no time of a day"),
            ("08:30:00:00-12:00", "`08:30:00:00` is no time of a day"),
            ("", "`` gives no hours"),
        ] {
            assert_eq!(text.parse::<Segment>().unwrap_err().to_string(), message);
        }
    }
}
