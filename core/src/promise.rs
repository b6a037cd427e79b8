//! Times promised to a customer, read from a note or a reply and bound to instants on a calendar.
//!
//! 「明天上午十点前给您回电」 becomes the instant, what is promised for it and the rule by which it was read; 「尽快」 becomes
//! a question. Reading takes three steps, each in a module of its own: what time is said (`said`), whether it is ours and
//! what is promised (`speech`), and which instant that is on the right calendar (`bind`). The instant is what
//! `case.promise` takes as `until`.
//!
//! It reads by rules and words, not by a model: what it finds it can explain, and what it has no words for it passes over.
mod bind;
mod hours;
mod letters;
mod note;
pub mod operations;
mod said;
mod speech;

use serde::Serialize;

use crate::calendar::{Calendar, CalendarError, Instant, Zoned};
use crate::clause::{Basis, Words};
use bind::Ground;
pub use hours::{Hours, Part};
use letters::Letters;
pub use note::Note;
use said::{Said, What};
use speech::{Clauses, Speech};

/// A time promised to a customer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Promise {
    /// Where its words begin, in characters.
    pub start: usize,
    /// Past their last, in characters.
    pub end: usize,
    /// The words of time, as they stand in the text.
    pub words: String,
    /// What is promised, where it is said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub act: Option<Act>,
    /// Deadline, instant or window; absent where no instant can be told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub form: Option<Form>,
    /// Where a window begins.
    #[cfg_attr(feature = "schema", schemars(with = "Option<String>"))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<Zoned>,
    /// The instant it binds to: for a window its end. Absent where none can be told; then `ask` says what to ask back.
    #[cfg_attr(feature = "schema", schemars(with = "Option<String>"))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<Zoned>,
    /// The instant by the other reading, where there are two.
    #[cfg_attr(feature = "schema", schemars(with = "Option<String>"))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub or_until: Option<Zoned>,
    /// How sure the instant is.
    pub certainty: Certainty,
    /// Whether the speaker only means to try: 争取, 预计, 尽量.
    pub hedged: bool,
    /// Whether the instant rests on holidays not announced yet.
    pub provisional: bool,
    /// What was assumed or has to be known.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<Note>,
    /// What to ask back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ask: Option<Words>,
    /// The rule by which it was read, and its steps.
    pub basis: Basis,
}

/// What is promised.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Act {
    /// 回电
    CallBack,
    /// 上门, 到场
    Visit,
    /// 维修
    Repair,
    /// 恢复: water, power, a lift.
    Restore,
    /// 答复, 反馈
    Answer,
    /// 联系
    Contact,
    /// 处理, 解决
    Handle,
    /// 核实, 检查
    Check,
    /// 清理
    Clean,
    /// 送到, 发给您
    Send,
    /// 退款
    Refund,
    /// 完成
    Finish,
}

/// How a promise binds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Form {
    /// By an instant: 十点前.
    Deadline,
    /// At an instant: 十点.
    Time,
    /// Between two: 上午.
    Window,
}

/// How sure an instant is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Certainty {
    /// One reading.
    Clear,
    /// Another reading is possible: see `notes`.
    Assumed,
    /// No instant.
    Vague,
}

/// The promises of a text that was said at an instant, in its order.
///
/// Times gone by, of the customer, of events, in a customer's quoted words, denied or only asked about are no promises.
/// Days are those of the calendar's zone; working days, make-up days and closings are the calendar's; hours and minutes
/// (48小时内) are time that passes.
///
/// ```
/// use guanjia::calendar::{Calendar, CalendarRules, TableName, Zone};
/// use guanjia::promise::{self, Act};
/// let mut rules = CalendarRules::new(Zone::SHANGHAI);
/// rules.hours.insert("mon-fri".into(), vec!["08:30-12:00".into(), "13:30-18:00".into()]);
/// rules.table = Some(TableName::China);
/// let office = Calendar::compile(&rules)?;
/// // Friday evening; the Saturday is worked for the Spring Festival.
/// let read = promise::read("您好,我们明天下班前给您回电。", "2026-02-13T19:00:00+08:00".parse()?, &office)?;
/// assert_eq!(read[0].until.map(|until| until.to_string()), Some("2026-02-14T18:00:00+08:00".into()));
/// assert_eq!((read[0].words.as_str(), read[0].act), ("明天下班前", Some(Act::CallBack)));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// What the calendar has no answer to: an instant outside of its years, or working days where none are.
pub fn read(text: &str, said_at: Instant, calendar: &Calendar) -> Result<Vec<Promise>, CalendarError> {
    read_with(text, said_at, calendar, &Hours::default())
}

/// [`read`] with other bounds for the parts of a day.
///
/// # Errors
/// As [`read`].
pub fn read_with(
    text: &str,
    said_at: Instant,
    calendar: &Calendar,
    hours: &Hours,
) -> Result<Vec<Promise>, CalendarError> {
    let letters = Letters::new(text);
    let clauses = Clauses::new(&letters);
    let original: Vec<char> = text.chars().collect();
    let mut ground = Ground::new(said_at, calendar, hours)?;
    let mut found: Vec<(usize, Promise)> = Vec::new();
    let (mut place, mut sentence) = (0, usize::MAX);
    while place < letters.len() {
        let Some(said) = said::read(&letters, place) else {
            place += 1;
            continue;
        };
        place = said.end.max(place + 1);
        let clause = clauses.of(said.start);
        let its = clauses.get(clause).map_or(0, |clause| clause.sentence);
        if its != sentence {
            (ground.day, sentence) = (None, its);
        }
        let heard = speech::heard(&letters, &clauses, &said);
        let words = || original.get(said.start..said.end).into_iter().flatten().collect();
        if let Some(promise) = ground.promise(&said, heard.as_ref(), words)? {
            found.push((clause, promise));
        }
    }
    Ok(without_echoes(found))
}

/// A vague word beside a time in one clause adds nothing: 明天上午尽快.
fn without_echoes(found: Vec<(usize, Promise)>) -> Vec<Promise> {
    let mut timed: Vec<usize> =
        found.iter().filter(|(_, promise)| promise.until.is_some()).map(|(clause, _)| *clause).collect();
    timed.dedup();
    let echo = |clause: &usize, promise: &Promise| {
        promise.certainty == Certainty::Vague && promise.form.is_none() && timed.binary_search(clause).is_ok()
    };
    found.into_iter().filter(|(clause, promise)| !echo(clause, promise)).map(|(_, promise)| promise).collect()
}

impl Ground<'_> {
    /// The promise of a time that was said, if it is one of ours. Its day is kept for times after it in the sentence.
    fn promise(
        &mut self,
        said: &Said,
        speech: Option<&Speech>,
        words: impl Fn() -> String,
    ) -> Result<Option<Promise>, CalendarError> {
        if said.what == What::Past {
            self.day = None;
            return Ok(None);
        }
        let Some(bound) = self.bind(said)? else { return Ok(None) };
        let Some(speech) = speech else { return Ok(None) };
        let passed = bound.until.is_some_and(|until| until <= self.at());
        let meant = speech.ahead || bound.form == Some(Form::Deadline);
        if passed && !meant {
            return Ok(None);
        }
        Ok(Some(self.told(said, speech, bound.or_past(passed), words())))
    }

    fn told(&self, said: &Said, speech: &Speech, bound: bind::Binding, words: String) -> Promise {
        let zoned = |at: Option<Instant>| at.map(|at| Zoned { at, zone: self.zone() });
        let ask = if bound.until.is_some() { None } else { bound.notes.iter().find_map(|note| note.question(&words)) };
        let certainty = match bound.until {
            None => Certainty::Vague,
            Some(_) if bound.notes.iter().any(|note| note.is_assumption()) => Certainty::Assumed,
            Some(_) => Certainty::Clear,
        };
        let mut steps = vec![bound.rule.words()];
        steps.extend(bound.notes.iter().map(|note| note.words()));
        let inputs = [("said_at".to_owned(), self.zone().format(self.at())), ("words".to_owned(), words.clone())];
        Promise {
            start: said.start,
            end: said.end,
            words,
            act: speech.act,
            form: bound.until.and(bound.form),
            from: zoned(bound.from),
            until: zoned(bound.until),
            or_until: zoned(bound.or_until),
            certainty,
            hedged: speech.hedged,
            provisional: bound.until.is_some_and(|until| self.provisional(until, bound.provisional)),
            notes: bound.notes,
            ask,
            basis: Basis { rule: bound.rule.name().to_owned(), clause: None, inputs: inputs.into(), steps },
        }
    }
}

#[cfg(test)]
mod tests;
