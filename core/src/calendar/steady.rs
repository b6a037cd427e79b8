//! Wall clocks read fast: between two changes of a zone's clocks a local time is its midnight and the seconds since.
use chrono::{NaiveDate, NaiveTime};

use super::plan::{Piece, Plan};
use super::segment::wall_clock;
use super::zone::Zone;
use super::{Instant, NightShiftHoliday};

const SECOND: i64 = 1_000_000;
const DAY: i64 = 86_400 * SECOND;
/// How many days after its own the hours of a date and of its neighbours can reach: a break of the next day's night.
const REACH: i32 = 3;

/// How the wall clock of a date, and those of the dates around it, are read.
#[derive(Debug, Clone, Copy)]
pub(super) enum Clocks {
    /// As the zone has them.
    Zone(Zone),
    /// No clock changes from the day before `day` to three days after it.
    Steady {
        /// Days since the epoch.
        day: i32,
        /// Where its midnight lies on the line.
        midnight: i64,
    },
}

impl Clocks {
    /// The place on the line of a wall-clock time of `date`.
    pub(super) fn mark(self, date: NaiveDate, second: u32) -> i64 {
        match self {
            Self::Zone(zone) => zone.instant(wall_clock(date, second)).micros(),
            Self::Steady { day, midnight } => {
                let days = i64::from(date.to_epoch_days().saturating_sub(day));
                midnight.saturating_add(days.saturating_mul(DAY)).saturating_add(i64::from(second) * SECOND)
            }
        }
    }
}

/// Dates in their order, with what is open of the hours that belong to each.
pub(super) struct Dates<'a> {
    plan: &'a Plan,
    zone: Zone,
    /// The clocks run `offset` ahead of the line at every midnight from `since` to `until`.
    offset: i64,
    since: i32,
    until: i32,
}

impl<'a> Dates<'a> {
    pub(super) fn new(plan: &'a Plan) -> Self {
        Self { plan, zone: plan.line_zone(), offset: 0, since: 0, until: -1 }
    }

    /// What is open of the hours that belong to `date`, and whether it is a working day.
    pub(super) fn open_on(&mut self, date: NaiveDate) -> (Vec<Piece>, bool) {
        let open = self.plan.open_by(date, self.clocks(date));
        // By calendar date a holiday may keep the morning of its night shift, which makes no working day of it.
        let by_date = self.plan.conventions.night_shift_holiday == NightShiftHoliday::CalendarDate;
        let works = !(open.is_empty() || by_date && self.plan.day(date).hours.is_empty());
        (open, works)
    }

    fn clocks(&mut self, date: NaiveDate) -> Clocks {
        let day = date.to_epoch_days();
        if !(self.since..=self.until).contains(&day) {
            self.begin_at(date);
        }
        let reach = day.saturating_add(REACH);
        while self.until < reach && self.holds_on(self.until.saturating_add(1)) {
            self.until = self.until.saturating_add(1);
        }
        if self.since < day && reach <= self.until {
            Clocks::Steady { day, midnight: self.midnight(day) }
        } else {
            Clocks::Zone(self.zone)
        }
    }

    fn begin_at(&mut self, date: NaiveDate) {
        let day = date.to_epoch_days();
        let midnight = self.zone.instant(date.and_time(NaiveTime::MIN));
        self.offset = self.zone.offset_at(midnight);
        self.since = day;
        self.until = if self.holds_on(day) { day } else { day.saturating_sub(1) };
    }

    fn holds_on(&self, day: i32) -> bool {
        self.zone.offset_at(Instant::from_micros(self.midnight(day))) == self.offset
    }

    fn midnight(&self, day: i32) -> i64 {
        i64::from(day).saturating_mul(DAY).saturating_sub(self.offset)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Zones whose clocks change at midnight, by less than an hour, twice within a few weeks, or by a whole day.
    #[test]
    fn every_mark_is_that_of_the_zone() {
        for zone in [
            "Asia/Shanghai",
            "America/Sao_Paulo",
            "Australia/Lord_Howe",
            "Africa/Cairo",
            "Africa/Casablanca",
            "Pacific/Apia",
            "Asia/Gaza",
            "America/St_Johns",
            "Europe/Dublin",
        ] {
            let zone: Zone = zone.parse().unwrap();
            let plan = super::super::compile::round_the_clock(zone);
            let mut dates = Dates::new(&plan);
            let first = NaiveDate::from_ymd_opt(1900, 1, 1).unwrap();
            let mut steady = 0;
            for date in first.iter_days().take(366 * 150) {
                let clocks = dates.clocks(date);
                if let Clocks::Zone(_) = clocks {
                    continue;
                }
                steady += 1;
                for (days, second) in
                    [(-1, 0), (-1, 43_200), (0, 0), (0, 3_599), (0, 86_400), (1, 7_200), (1, 2 * 86_400)]
                {
                    let date = date + chrono::TimeDelta::days(days);
                    assert_eq!(
                        clocks.mark(date, second),
                        Clocks::Zone(zone).mark(date, second),
                        "{zone} {date} {second}"
                    );
                }
            }
            assert!(steady > 366 * 140, "{zone} {steady}");
        }
    }
}
