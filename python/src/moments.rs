//! Datetimes and lengths of Python to microseconds and back, past the interpreter where that is exact.
//!
//! The stable ABI has no C interface to `datetime`, so its fields are reached the cheapest ways that Python itself promises:
//! two datetimes of one zone differ by their wall clocks without a call to the zone, and a datetime is made of the ten bytes
//! that pickles carry. What the zone's clocks do is asked of the zone, once for some hundred days.
use std::sync::OnceLock;

use pyo3::intern;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyBytes, PyType};

const DAY: i64 = 86_400_000_000;
const SECOND: i64 = 1_000_000;
/// Days whose clocks are kept, from 1900 to 2200; calendars cover these and no others.
const FIRST_DAY: i64 = -25_567;
const DAYS: usize = 109_938;
/// A time that datetimes reach from 1970 on both sides.
const FEW_CENTURIES: u64 = 400 * 365 * 86_400_000_000;
/// Days whose offsets are asked for at once.
const STRETCH: usize = 512;

/// The types and the epoch of Python's datetime.
struct Names {
    datetime: Py<PyType>,
    timedelta: Py<PyType>,
    utc: Py<PyAny>,
    /// 1970-01-01 in UTC.
    epoch: Py<PyAny>,
    /// 1970-01-01 without a zone.
    naive_epoch: Py<PyAny>,
}

fn names(py: Python<'_>) -> PyResult<&'static Names> {
    static NAMES: PyOnceLock<Names> = PyOnceLock::new();
    NAMES.get_or_try_init(py, || {
        let module = py.import("datetime")?;
        let datetime = module.getattr("datetime")?.cast_into::<PyType>()?;
        let naive_epoch = datetime.call1((1970, 1, 1))?;
        let utc = module.getattr("timezone")?.getattr("utc")?;
        Ok(Names {
            epoch: in_zone(&naive_epoch, &utc)?.unbind(),
            timedelta: module.getattr("timedelta")?.cast_into::<PyType>()?.unbind(),
            datetime: datetime.unbind(),
            naive_epoch: naive_epoch.unbind(),
            utc: utc.unbind(),
        })
    })
}

fn in_zone<'py>(at: &Bound<'py, PyAny>, zone: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    let given = pyo3::types::PyDict::new(at.py());
    given.set_item("tzinfo", zone)?;
    at.call_method("replace", (), Some(&given))
}

/// Microseconds of a timedelta; none if they do not fit.
fn micros_of(length: &Bound<'_, PyAny>) -> PyResult<Option<i64>> {
    let py = length.py();
    let days: i64 = length.getattr(intern!(py, "days"))?.extract()?;
    let seconds: i64 = length.getattr(intern!(py, "seconds"))?.extract()?;
    let micros: i64 = length.getattr(intern!(py, "microseconds"))?.extract()?;
    Ok(days.checked_mul(DAY).and_then(|whole| whole.checked_add(seconds * SECOND + micros)))
}

/// Offsets in seconds, day by day.
type Days = Box<[Option<i32>]>;

/// The offsets of a zone by the day of UTC; none around days on which its clocks change.
struct Offsets {
    zone: Py<PyAny>,
    /// 1970-01-01 on the zone's wall clocks.
    epoch: Py<PyAny>,
    stretches: Vec<OnceLock<Days>>,
}

impl Offsets {
    fn new(zone: &Bound<'_, PyAny>) -> PyResult<Self> {
        let epoch = in_zone(names(zone.py())?.naive_epoch.bind(zone.py()), zone)?;
        let stretches = (0..=DAYS / STRETCH).map(|_| OnceLock::new()).collect();
        Ok(Self { zone: zone.clone().unbind(), epoch: epoch.unbind(), stretches })
    }

    /// The offset in force all through the day of UTC in which `micros` lies, the day before and the day after. Since no
    /// offset reaches a day, it serves for a wall clock's `micros` as well, and no other instant shows that wall clock.
    fn steady(&self, py: Python<'_>, micros: i64) -> PyResult<Option<i64>> {
        let Ok(day) = usize::try_from(micros.div_euclid(DAY) - FIRST_DAY) else { return Ok(None) };
        let (stretch, day) = (day / STRETCH, day % STRETCH);
        let offsets = match self.stretches.get(stretch).map(|days| (days, days.get())) {
            None => return Ok(None),
            Some((_, Some(offsets))) => offsets,
            Some((days, None)) => {
                let asked = self.ask(py, stretch)?;
                days.get_or_init(|| asked)
            }
        };
        Ok(offsets.get(day).copied().flatten().map(|seconds| i64::from(seconds) * SECOND))
    }

    #[cold]
    fn ask(&self, py: Python<'_>, stretch: usize) -> PyResult<Days> {
        let first = FIRST_DAY + i64::try_from(stretch * STRETCH).unwrap_or(0);
        let module = py.import("guanjia._instants")?;
        let asked = module.call_method1("steady_offsets", (self.zone.bind(py), first, STRETCH))?;
        Ok(asked.extract::<Vec<Option<i32>>>()?.into_boxed_slice())
    }
}

/// The zones of a calendar: the one it answers in, and the one in which it reads naive datetimes.
pub(crate) struct Clock {
    answers: Offsets,
    naive: Option<Offsets>,
}

impl Clock {
    /// With tzinfo objects.
    pub(crate) fn new(zone: &Bound<'_, PyAny>, naive: Option<&Bound<'_, PyAny>>) -> PyResult<Self> {
        Ok(Self { answers: Offsets::new(zone)?, naive: naive.map(Offsets::new).transpose()? })
    }

    /// The zone of answers.
    pub(crate) fn zone<'py>(&self, py: Python<'py>) -> &Bound<'py, PyAny> {
        self.answers.zone.bind(py)
    }

    /// The zone of naive datetimes.
    pub(crate) fn naive<'py>(&self, py: Python<'py>) -> Option<&Bound<'py, PyAny>> {
        self.naive.as_ref().map(|offsets| offsets.zone.bind(py))
    }

    /// Microseconds since the epoch; `path` names the argument in errors.
    pub(crate) fn micros(&self, at: &Bound<'_, PyAny>, path: impl Fn() -> String) -> PyResult<i64> {
        match self.quick_micros(at)? {
            Some(micros) => Ok(micros),
            None => {
                let py = at.py();
                py.import("guanjia._instants")?.call_method1("micros", (at, self.naive(py), path()))?.extract()
            }
        }
    }

    fn quick_micros(&self, at: &Bound<'_, PyAny>) -> PyResult<Option<i64>> {
        let (py, names) = (at.py(), names(at.py())?);
        if !at.get_type().is(&names.datetime) {
            return Ok(None);
        }
        let zone = at.getattr(intern!(py, "tzinfo"))?;
        let (offsets, epoch) = match &self.naive {
            _ if zone.is(&self.answers.zone) => (&self.answers, &self.answers.epoch),
            _ if zone.is(&names.utc) => return micros_of(&at.sub(&names.epoch)?),
            Some(naive) if zone.is_none() => (naive, &names.naive_epoch),
            _ if zone.is_none() => return Ok(None),
            // Python asks the zone; one that knows no offset leaves the datetime naive, which is told elsewhere.
            _ => return at.sub(&names.epoch).map_or(Ok(None), |since| micros_of(&since)),
        };
        let Some(wall) = micros_of(&at.sub(epoch)?)? else { return Ok(None) };
        match offsets.steady(py, wall)? {
            Some(offset) => Ok(Some(wall - offset)),
            None if zone.is_none() => Ok(None),
            None => micros_of(&at.sub(&names.epoch)?),
        }
    }

    /// The datetime in the calendar's zone.
    pub(crate) fn moment<'py>(&self, py: Python<'py>, at: i64) -> PyResult<Bound<'py, PyAny>> {
        match self.answers.steady(py, at)? {
            Some(offset) => made(py, at + offset, self.answers.zone.bind(py)),
            None => py.import("guanjia._instants")?.call_method1("moment", (at, &self.answers.zone)),
        }
    }
}

/// The timedelta of so many microseconds. Two datetimes differ by one sooner than a timedelta is made of numbers.
pub(crate) fn length(py: Python<'_>, micros: i64) -> PyResult<Bound<'_, PyAny>> {
    let names = names(py)?;
    if micros.unsigned_abs() < FEW_CENTURIES {
        return names.datetime.bind(py).call1((state(py, micros),))?.sub(&names.naive_epoch);
    }
    let (days, rest) = (micros.div_euclid(DAY), micros.rem_euclid(DAY));
    names.timedelta.bind(py).call1((days, rest / SECOND, rest % SECOND))
}

/// Microseconds of an exact timedelta that 64 bits hold, else none.
pub(crate) fn length_micros(length: &Bound<'_, PyAny>) -> PyResult<Option<i64>> {
    if length.get_type().is(&names(length.py())?.timedelta) { micros_of(length) } else { Ok(None) }
}

/// A datetime of the state that it is pickled with.
fn made<'py>(py: Python<'py>, wall: i64, zone: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    names(py)?.datetime.bind(py).call1((state(py, wall), zone))
}

/// Year, month, day, hour, minute, second and microsecond as a datetime is pickled.
fn state(py: Python<'_>, wall: i64) -> Bound<'_, PyBytes> {
    let (year, month, day) = civil(wall.div_euclid(DAY));
    let time = wall.rem_euclid(DAY);
    let (seconds, micros) = (small(time / SECOND), small(time % SECOND));
    let [.., year_high, year_low] = year.to_be_bytes();
    let [_, micros_high, micros_mid, micros_low] = micros.to_be_bytes();
    let byte = |number: u32| number.to_le_bytes()[0];
    let (hour, minute, second) = (byte(seconds / 3600), byte(seconds / 60 % 60), byte(seconds % 60));
    PyBytes::new(
        py,
        &[year_high, year_low, byte(month), byte(day), hour, minute, second, micros_high, micros_mid, micros_low],
    )
}

fn small(number: i64) -> u32 {
    u32::try_from(number).unwrap_or(0)
}

/// Year, month and day of so many days since the epoch, by Hinnant's reckoning in years that begin in March.
fn civil(days: i64) -> (u32, u32, u32) {
    let days = small(days + 719_468);
    let (era, of_era) = (days / 146_097, days % 146_097);
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let march_month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * march_month + 2) / 5 + 1;
    let month = if march_month < 10 { march_month + 3 } else { march_month - 9 };
    (year_of_era + era * 400 + u32::from(month <= 2), month, day)
}
