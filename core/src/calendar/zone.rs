//! A named time zone: from the wall clock to instants and back.
use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, LocalResult, NaiveDateTime, Offset, SecondsFormat, TimeDelta, TimeZone};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::Instant;

/// A time zone of the IANA database; its text form is the name, such as `Asia/Shanghai`.
///
/// ```
/// use guanjia::calendar::Zone;
/// let zone: Zone = "Asia/Shanghai".parse()?;
/// assert_eq!(zone, Zone::SHANGHAI);
/// let nine = "2026-02-28T01:00:00Z".parse()?;
/// assert_eq!(zone.format(nine), "2026-02-28T09:00:00+08:00");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Zone(chrono_tz::Tz);

/// Why a text names no zone.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ZoneError {
    /// Not in the database.
    #[error("`{0}` is no time zone: write an IANA name such as Asia/Shanghai")]
    Unknown(String),
}

/// No zone skips more than a day at once.
const LONGEST_GAP_HOURS: i64 = 25;

impl Zone {
    /// China.
    pub const SHANGHAI: Self = Self(chrono_tz::Tz::Asia__Shanghai);
    /// Coordinated universal time.
    pub const UTC: Self = Self(chrono_tz::Tz::UTC);

    /// The instant at which the zone's clocks show `local`: a skipped time moves forward by the gap, of a time
    /// that comes twice the earlier one is taken ("compatible", as in Temporal).
    pub fn instant(self, local: NaiveDateTime) -> Instant {
        match self.0.from_local_datetime(&local) {
            LocalResult::Single(time) | LocalResult::Ambiguous(time, _) => Instant::from(time.to_utc()),
            LocalResult::None => self.after_gap(local),
        }
    }

    /// Reads `local` with the offset that was in force before the gap it lies in.
    fn after_gap(self, local: NaiveDateTime) -> Instant {
        let offset = (1..=LONGEST_GAP_HOURS)
            .filter_map(|hours| local.checked_sub_signed(TimeDelta::hours(hours)))
            .find_map(|earlier| self.0.from_local_datetime(&earlier).latest())
            .map_or(0, |time| time.offset().fix().local_minus_utc());
        let utc = local.checked_sub_signed(TimeDelta::seconds(i64::from(offset))).unwrap_or(local);
        Instant::from(utc.and_utc())
    }

    /// What the zone's clocks show at an instant.
    pub fn local(self, at: Instant) -> NaiveDateTime {
        self.zoned(at).naive_local()
    }

    /// How far its clocks run ahead of UTC at an instant, in microseconds.
    pub(super) fn offset_at(self, at: Instant) -> i64 {
        let offset = self.0.offset_from_utc_datetime(&at.to_utc().naive_utc());
        i64::from(offset.fix().local_minus_utc()) * 1_000_000
    }

    /// RFC 3339 with the zone's offset. Offsets that are no whole minutes (local mean time, before zones) have no
    /// such form; those instants are written in UTC.
    pub fn format(self, at: Instant) -> String {
        let zoned = self.zoned(at);
        if zoned.offset().fix().local_minus_utc() % 60 == 0 {
            zoned.to_rfc3339_opts(SecondsFormat::AutoSi, false)
        } else {
            at.to_string()
        }
    }

    fn zoned(self, at: Instant) -> DateTime<chrono_tz::Tz> {
        at.to_utc().with_timezone(&self.0)
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.name())
    }
}

impl fmt::Debug for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Zone {
    type Err = ZoneError;
    fn from_str(text: &str) -> Result<Self, ZoneError> {
        text.parse().map(Self).map_err(|_| ZoneError::Unknown(text.to_owned()))
    }
}

impl Serialize for Zone {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Zone {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;
        impl de::Visitor<'_> for Text {
            type Value = Zone;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("the name of a time zone such as Asia/Shanghai")
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<Zone, E> {
                text.parse().map_err(E::custom)
            }
        }
        deserializer.deserialize_str(Text)
    }
}

/// An instant as the clocks of a zone show it; its text form is [`Zone::format`].
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Zoned {
    /// The instant.
    pub at: Instant,
    /// Whose clocks.
    pub zone: Zone,
}

impl fmt::Display for Zoned {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.zone.format(self.at))
    }
}

impl fmt::Debug for Zoned {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for Zoned {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Semantics D35-D40: gaps, repeated hours, a midnight that does not exist, an ambiguity that is no DST.
    #[test]
    fn local_times_are_read_compatibly() {
        for (zone, local, instant) in [
            ("America/New_York", "2024-03-10T02:30:00", "2024-03-10T03:30:00-04:00"),
            ("America/New_York", "2024-11-03T01:30:00", "2024-11-03T01:30:00-04:00"),
            ("America/Sao_Paulo", "2015-10-18T00:00:00", "2015-10-18T01:00:00-02:00"),
            ("Australia/Lord_Howe", "2024-10-06T02:15:00", "2024-10-06T02:45:00+11:00"),
            ("Pacific/Apia", "2011-12-30T09:00:00", "2011-12-31T09:00:00+14:00"),
            ("Asia/Shanghai", "2026-02-28T09:00:00", "2026-02-28T09:00:00+08:00"),
        ] {
            let zone: Zone = zone.parse().unwrap();
            assert_eq!(zone.format(zone.instant(local.parse().unwrap())), instant, "{zone} {local}");
        }
    }

    #[test]
    fn local_mean_time_is_written_in_utc() {
        let text = Zone::SHANGHAI.format("1900-12-31T15:00:00Z".parse().unwrap());
        assert_eq!(text, "1900-12-31T15:00:00Z");
    }

    #[test]
    fn an_unknown_zone_is_named() {
        assert_eq!(
            "Asia/Shangai".parse::<Zone>().unwrap_err().to_string(),
            "`Asia/Shangai` is no time zone: write an IANA name such as Asia/Shanghai"
        );
    }
}
