//! Warning levels, tried out on clocks that start through two weeks.
use super::{Lint, reference};
use crate::calendar::{CalendarError, Instant, Length};
use crate::case::{NoticeRule, On};
use crate::rulebook::RawTarget;
use crate::sla::{At, Held, Line, Metric, PARTS, Target, standings};

/// Hours between the starts that are tried: they meet every hour of the day and every day of the week.
const STEP: i64 = 5;
/// How many starts are tried.
const TRIED: i64 = 68;
/// How far ahead a promise is tried: so long that no level is meant to lie before its start.
const PROMISED: i64 = 30 * 24;

/// A clock that was tried out: its start, its due time and the instants of its levels.
struct Tried {
    start: Instant,
    due: Instant,
    levels: Vec<Option<Instant>>,
}

impl Lint<'_> {
    pub(super) fn levels(&mut self, path: &str, n: usize, raw: &RawTarget) {
        let Some(rule) = self.book.case().targets.get(n).filter(|_| !raw.levels.is_empty()) else { return };
        // A calendar without an answer has its finding at the budget.
        let Ok(tried) = tried(&rule.target) else { return };
        let always = |holds: &dyn Fn(&Tried) -> bool| !tried.is_empty() && tried.iter().all(holds);
        let at = |one: &Tried, level: usize| one.levels.get(level).copied().flatten();
        for (level, written) in raw.levels.iter().enumerate() {
            let path = format!("{path}.levels[{level}]");
            if written.tell.is_empty() {
                self.find(format!("{path}.tell"), "the level tells nobody", "at least one role, or `owner`");
            }
            if always(&|one| at(one, level) == Some(one.start)) {
                let message = format!("`{}` is reached as the clock starts: it fires at once", written.at);
                self.find(format!("{path}.at"), message, "a level that lies within the budget");
            }
            if let At::Fraction(parts) = written.at
                && parts > PARTS
            {
                let message = format!("`{}` lies after the due time: at 100% the budget is used up", written.at);
                self.find(
                    format!("{path}.at"),
                    message,
                    "a part of the budget, or an offset such as `+1 h` if lateness is meant",
                );
            }
            let earlier = (0..level)
                .find(|earlier| always(&|one| at(one, level).is_some() && at(one, level) == at(one, *earlier)));
            if let Some(other) = earlier.and_then(|earlier| raw.levels.get(earlier)) {
                let message =
                    format!("`{}` falls on the same instant as `{}`: only the later one tells", written.at, other.at);
                self.find(format!("{path}.at"), message, "one level, or instants that differ");
            }
        }
        let after_due = |level: usize| always(&|one| at(one, level).is_none_or(|at| at > one.due));
        if (0..raw.levels.len()).all(after_due) && !self.breach_is_told(raw) {
            let message = format!(
                "every level of `{}` lies after the due time and no notice tells the breach: nobody hears of it in time",
                raw.id
            );
            let expected = "a level before the due time such as `-1 h`, or a notice with `on = \"breached\"`";
            self.find(format!("{path}.levels"), message, expected);
        }
    }

    fn breach_is_told(&self, target: &RawTarget) -> bool {
        let own = self.all.of(&target.when);
        let tells =
            |rule: &&NoticeRule| rule.on == On::Breached && rule.metric.is_none_or(|metric| metric == target.metric);
        self.book.raw().notices.iter().any(|raw| {
            let rule = self.book.case().notices.iter().find(|rule| rule.id == raw.id);
            rule.is_some_and(|rule| tells(&rule)) && own.meets(&self.all.of(&raw.when))
        })
    }
}

fn tried(target: &Target) -> Result<Vec<Tried>, CalendarError> {
    let target = target.clone().with_marks(vec!["tried".into()], vec!["never".into()]);
    (0..TRIED).map(|n| try_out(&target, reference() + hours(STEP * n))).filter_map(Result::transpose).collect()
}

/// None if the clock is due as it starts.
fn try_out(target: &Target, start: Instant) -> Result<Option<Tried>, CalendarError> {
    let mut line = Line::default();
    if target.metric == Metric::Promise {
        line.promise("tried", start, 1, start + hours(PROMISED));
    } else {
        line.mark("tried", start, 1);
    }
    let Some(standing) = standings(&line, target, Held::default())?.pop() else { return Ok(None) };
    let levels = target.alarms(&standing)?.levels;
    Ok(standing.due.filter(|due| *due > start).map(|due| Tried { start, due, levels }))
}

fn hours(count: i64) -> Length {
    Length::from_minutes(count.saturating_mul(60))
}
