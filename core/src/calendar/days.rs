//! Budgets of days: which day is the last, and where within it the budget ends.
use chrono::{Days, NaiveDate};

use super::kernel::Beyond;
use super::segment::wall_clock;
use super::{AtClosing, Budget, Calendar, CalendarError, DayBudget, DayMeans, Instant, Land, Length};

impl Calendar {
    /// The deadline of a budget of days; of none at all as for a length of nothing.
    pub(super) fn day_deadline(&self, start: Instant, budget: &Budget) -> Result<Instant, CalendarError> {
        let Some(days) = budget.days().filter(|days| days.count != 0) else {
            return self.after(start, Length::ZERO);
        };
        if self.0.plan.never_opens() {
            return Err(self.no_working_time(start));
        }
        let at = match self.means(days) {
            DayMeans::HoursPerDay(length) => {
                let micros = length.micros().saturating_mul(i64::from(days.count));
                self.after(start, Length::from_micros(micros))?
            }
            DayMeans::SameTime | DayMeans::SameTimeOrClose => self.same_time(start, budget, days)?,
            DayMeans::StartTime => self.start_time(start, budget, days)?,
            DayMeans::Civil => {
                let last = self.last_day(start, self.date_of(start), budget, days)?;
                let edges = self.edges(last);
                // It ends at closing as it is: there is nothing to land.
                return Ok(if days.count > 0 { edges.1 } else { edges.0 });
            }
        };
        self.land(at, budget)
    }

    /// Where a budget ends that was moved to `at`, by a pause for example: one that ends at closing ends at the closing
    /// of the hours in which `at` lies, any other at `at`.
    ///
    /// # Errors
    /// [`CalendarError::NoWorkingTime`] or [`CalendarError::OutOfRange`].
    pub fn land(&self, at: Instant, budget: &Budget) -> Result<Instant, CalendarError> {
        let Some(days) = budget.days().filter(|days| days.count > 0) else { return Ok(at) };
        let civil = self.means(days) == DayMeans::Civil;
        if civil || days.land == Some(Land::Close) { Ok(self.edges(self.owner(at)).1) } else { Ok(at) }
    }

    /// What a day of this budget means.
    pub(super) fn means(&self, days: &DayBudget) -> DayMeans {
        days.means.unwrap_or(self.0.plan.conventions.day_means)
    }

    /// So many days after the first working instant, at its time of day, within the hours of the last day.
    fn same_time(&self, start: Instant, budget: &Budget, days: &DayBudget) -> Result<Instant, CalendarError> {
        let first = self.first_working(start, days.count)?;
        let last = self.last_day(start, self.date_of(first), budget, days)?;
        let wall = last.and_time(self.time_zone().local(first).time());
        let (open, close) = self.edges(last);
        let at = self.time_zone().instant(wall).clamp(open, close);
        match (self.means(days), self.0.plan.conventions.at_closing) {
            (DayMeans::SameTime, AtClosing::Roll) => self.next_open(at),
            _ => Ok(at),
        }
    }

    /// So many days after the date of the start, at its time of day.
    fn start_time(&self, start: Instant, budget: &Budget, days: &DayBudget) -> Result<Instant, CalendarError> {
        let last = self.last_day(start, self.date_of(start), budget, days)?;
        let at = self.time_zone().instant(last.and_time(self.time_zone().local(start).time()));
        match self.0.plan.conventions.at_closing {
            AtClosing::Land => {
                let (open, close) = self.edges(last);
                Ok(at.clamp(open, close))
            }
            AtClosing::Roll => self.next_open(at),
        }
    }

    /// The first working instant from `start` on, for a negative count backwards.
    pub(super) fn first_working(&self, start: Instant, count: i32) -> Result<Instant, CalendarError> {
        match count {
            0.. => self.next_open(start),
            _ if self.is_open(start)? => Ok(start),
            _ => self.prev_close(start),
        }
    }

    /// The last day of a budget whose first day, `first`, does not count.
    fn last_day(
        &self,
        start: Instant,
        first: NaiveDate,
        budget: &Budget,
        days: &DayBudget,
    ) -> Result<NaiveDate, CalendarError> {
        let (plan, line) = (&self.0.plan, &self.0.line);
        let found = match budget {
            Budget::WorkingDays(_) => line.working_day(plan, first, days.count),
            _ => {
                let count = Days::new(u64::from(days.count.unsigned_abs()));
                // The day on which the count ends, or the next one that works; backwards the one before.
                if days.count > 0 {
                    let eve = first.checked_add_days(count).and_then(|date| date.pred_opt());
                    eve.ok_or(Beyond::Outside).and_then(|eve| line.working_day(plan, eve, 1))
                } else {
                    let morrow = first.checked_sub_days(count).and_then(|date| date.succ_opt());
                    morrow.ok_or(Beyond::Outside).and_then(|morrow| line.working_day(plan, morrow, -1))
                }
            }
        };
        found.map_err(|_| self.too_far(start, budget))
    }

    fn date_of(&self, at: Instant) -> NaiveDate {
        self.time_zone().local(at).date()
    }

    /// The date to whose hours `at` belongs: that of the shift that it ends or lies in, else its own.
    fn owner(&self, at: Instant) -> NaiveDate {
        let (plan, date) = (&self.0.plan, self.date_of(at));
        let place = plan.to_line(at);
        let holds = |date: &NaiveDate| plan.open_on(*date).iter().any(|piece| piece.from < place && place <= piece.to);
        date.pred_opt().into_iter().chain([date]).find(holds).unwrap_or(date)
    }

    /// The first opening and the last closing of the hours that belong to a date; its midnights if it has none.
    fn edges(&self, date: NaiveDate) -> (Instant, Instant) {
        let plan = &self.0.plan;
        let open = plan.open_on(date);
        match (open.first(), open.last()) {
            (Some(first), Some(last)) => (plan.at_place(first.from), plan.at_place(last.to)),
            _ => {
                let midnight = |second| self.time_zone().instant(wall_clock(date, second));
                (midnight(0), midnight(86_400))
            }
        }
    }
}
