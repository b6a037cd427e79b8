//! The parts of a day, as data.
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::calendar::Segment;
use crate::problem::{Problem, Problems};

/// A part of a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// 凌晨
    Dawn,
    /// 一早, 早上
    Early,
    /// 上午
    Morning,
    /// 中午
    Noon,
    /// 下午
    Afternoon,
    /// 傍晚
    Dusk,
    /// 晚上
    Evening,
    /// 夜里
    Night,
}

/// When the parts of a day begin and end. Early, morning and afternoon are further held within the calendar's hours of the
/// day: 下午 ends at closing. The bounds are ours; no regulation gives them.
///
/// | part | default |
/// |---|---|
/// | dawn 凌晨 | 00:00-06:00 |
/// | early 早上, 一早 | 06:00-10:00 |
/// | morning 上午 | 08:00-12:00 |
/// | noon 中午 | 11:30-13:30 |
/// | afternoon 下午 | 12:00-18:00 |
/// | dusk 傍晚 | 17:00-19:00 |
/// | evening 晚上 | 18:00-22:00 |
/// | night 夜里 | 22:00-24:00 |
///
/// ```
/// use guanjia::promise::{Hours, Part};
/// let hours = Hours::default().with(Part::Evening, "18:30-21:00".parse()?);
/// assert_eq!(hours.of(Part::Evening).to_string(), "18:30-21:00");
/// # Ok::<(), guanjia::calendar::SegmentError>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Hours(BTreeMap<Part, Segment>);

impl Part {
    const fn seconds(self) -> (&'static str, &'static str) {
        match self {
            Self::Dawn => ("00:00", "06:00"),
            Self::Early => ("06:00", "10:00"),
            Self::Morning => ("08:00", "12:00"),
            Self::Noon => ("11:30", "13:30"),
            Self::Afternoon => ("12:00", "18:00"),
            Self::Dusk => ("17:00", "19:00"),
            Self::Evening => ("18:00", "22:00"),
            Self::Night => ("22:00", "24:00"),
        }
    }

    /// Whether it is held within the hours of the day.
    pub(super) fn is_of_business(self) -> bool {
        matches!(self, Self::Early | Self::Morning | Self::Afternoon)
    }
}

impl Hours {
    /// With other bounds of a part.
    #[must_use]
    pub fn with(mut self, part: Part, bounds: Segment) -> Self {
        self.0.insert(part, bounds);
        self
    }

    /// The bounds of a part.
    pub fn of(&self, part: Part) -> Segment {
        let given = || {
            let (open, close) = part.seconds();
            Segment::between(open, close).unwrap_or(Segment::WHOLE_DAY)
        };
        self.0.get(&part).copied().unwrap_or_else(given)
    }

    /// From texts such as `18:30-21:00`, by part.
    ///
    /// # Errors
    /// All texts that give no hours.
    pub fn read(parts: &BTreeMap<Part, String>) -> Result<Self, Problems> {
        let mut problems = Problems::default();
        let mut hours = Self::default();
        for (part, text) in parts {
            match text.parse() {
                Ok(bounds) => hours = hours.with(*part, bounds),
                Err(error) => {
                    let name = serde_json::to_value(part).ok().and_then(|name| name.as_str().map(str::to_owned));
                    let path = format!("parts.{}", name.unwrap_or_default());
                    problems.push(Problem::new(path, format!("{error}")).expected("hours such as 18:00-22:00"));
                }
            }
        }
        problems.or_ok(hours)
    }
}
