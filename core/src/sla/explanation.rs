//! Why a clock is due when it is: the stretches counted, skipped and paused.
use super::clock::{Clock, Target};
use super::exchange::exchanges;
use super::line::Line;
use super::pause::{Bucket, Paused, paused};
use crate::calendar::{Budget, CalendarError, Instant, Zone, moment};
use crate::clause::Words;

impl Target {
    /// A line for each stretch of time from the start of a clock to its due time, or to the pause that still holds.
    /// The stretches that count add up to the budget.
    ///
    /// # Errors
    /// When the schedule has no answer, or the explanation would be too long to read.
    pub fn explain(&self, line: &Line, clock: &Clock) -> Result<Vec<Words>, CalendarError> {
        let exchange = usize::try_from(clock.exchange).ok().and_then(|n| exchanges(line, self).into_iter().nth(n));
        let pauses = exchange.map(|one| paused(line, &self.pauses, &one, clock.stop)).unwrap_or_default();
        let mut words = match self.budget {
            _ if self.metric == super::Metric::Promise => Vec::new(),
            Budget::Length(_) => self.stretches(clock, &pauses)?,
            Budget::WorkingDays(_) | Budget::Days(_) => {
                let mut words = self.schedule.explain(clock.start, &self.budget)?.words;
                let before_due = |pause: &&Paused| clock.due.is_none_or(|due| pause.from < due);
                words.extend(pauses.iter().filter(before_due).map(|pause| self.pause_words(pause)));
                words
            }
        };
        let zone = self.schedule.time_zone();
        words.push(match clock.due {
            Some(due) => due_words(zone, due),
            None => {
                let left = clock.remainder.words();
                Words::new(format!("暂停中,剩余{}", left.zh), format!("paused with {} left", left.en))
            }
        });
        // A budget of days that nothing moved has told its end already.
        words.dedup();
        Ok(words)
    }

    fn stretches(&self, clock: &Clock, pauses: &[Paused]) -> Result<Vec<Words>, CalendarError> {
        let mut words = Vec::new();
        let mut cursor = clock.start;
        let end = clock.due;
        let before_end = |at: Instant| end.is_none_or(|end| at < end);
        for pause in pauses.iter().filter(|pause| before_end(pause.from)) {
            self.unpaused(cursor, pause.from, &mut words)?;
            words.push(self.pause_words(pause));
            match pause.to {
                Some(to) => cursor = to,
                None => return Ok(words),
            }
        }
        if let Some(end) = end {
            self.unpaused(cursor, end, &mut words)?;
        }
        Ok(words)
    }

    fn unpaused(&self, from: Instant, to: Instant, words: &mut Vec<Words>) -> Result<(), CalendarError> {
        let spans = self.schedule.told_spans(from, to, &self.budget)?;
        words.extend(spans.iter().map(|span| span.words(self.schedule.time_zone())));
        Ok(())
    }

    fn pause_words(&self, pause: &Paused) -> Words {
        let zone = self.schedule.time_zone();
        let reason = match pause.bucket {
            Bucket::Closed => Words::new("办结后至重开", "resolved until reopened"),
            Bucket::ThirdParty => Words::new("等待外部单位", "waiting for somebody outside"),
            Bucket::Waiting => Words::new("等待客户或约定日期", "waiting for the customer or a date"),
        };
        let from = moment(zone, pause.from);
        let to = pause.to.map_or_else(|| Words::new("现在", "now"), |to| moment(zone, to));
        Words::new(
            format!("{}至{} 暂停({})", from.zh, to.zh, reason.zh),
            format!("{} to {} paused ({})", from.en, to.en, reason.en),
        )
    }
}

fn due_words(zone: Zone, due: Instant) -> Words {
    let at = moment(zone, due);
    Words::new(format!("到期:{}", at.zh), format!("due {}", at.en))
}
