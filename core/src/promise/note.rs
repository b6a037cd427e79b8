//! What has to be known about a promise that was read: assumptions, and questions to ask back.
use serde::{Deserialize, Serialize};

use crate::clause::Words;

/// What was assumed or noticed when a time was bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Note {
    /// 三点: morning or afternoon was not said; the hour that lies in business hours, else by day, was taken.
    HalfOfDay,
    /// No day was said and the time has passed today: tomorrow was taken.
    NextDay,
    /// 15号前: the day itself was not counted.
    DayNotCounted,
    /// 三五天: the later end binds.
    LaterEnd,
    /// Today's weekday was said: today was taken while it lasts.
    SameWeekday,
    /// The day has passed this month: next month's was taken.
    NextMonth,
    /// The date has passed this year: next year's was taken.
    NextYear,
    /// 左右: the instant itself was taken.
    Approximate,
    /// 十点后: no end was said.
    OpenEnd,
    /// The last day is off and the next working day takes its place.
    MovedOn,
    /// The instant lies outside of business hours.
    OffHours,
    /// Nobody works on the day; it ends at its midnight.
    ClosedDay,
    /// Business has closed for today; today ends at midnight.
    AfterClosing,
    /// The calendar has no closing on that day; the end of the afternoon was taken.
    NoClosing,
    /// The weekday said beside the date is not that date's; the date was taken.
    WrongWeekday,
    /// The time promised has already passed.
    Past,
    /// The calendar has no such date.
    NoSuchDate,
    /// The holiday's days are not announced yet.
    NotAnnounced,
    /// 尽快, 马上: no time at all.
    Soon,
    /// 过两天, 近期: no day.
    SomeDay,
    /// 有空, 回头: at leisure.
    AtLeisure,
    /// 饭点前: a time of day that everybody has elsewhere.
    Meal,
    /// 到货后一天内: counted from an event whose time nobody said.
    AfterEvent,
    /// 9999周内: beyond the years that calendars cover.
    TooFar,
}

impl Note {
    /// Whether another reading is possible, so that somebody should look.
    pub fn is_assumption(self) -> bool {
        !matches!(self, Self::Approximate | Self::OffHours | Self::ClosedDay | Self::MovedOn)
    }

    /// What it means, for people.
    pub fn words(self) -> Words {
        let (zh, en) = match self {
            Self::HalfOfDay => (
                "没说上午还是下午,取工作时间内的一个",
                "neither morning nor afternoon was said: the one in business hours was taken",
            ),
            Self::NextDay => {
                ("没说哪天且今天已过,取明天", "no day was said and the time has passed today: tomorrow was taken")
            }
            Self::DayNotCounted => {
                ("“前”不含当天,取较早的时刻", "`before` a day does not count the day: the earlier instant was taken")
            }
            Self::LaterEnd => ("说了两个,取较晚的", "two were said: the later one binds"),
            Self::SameWeekday => ("今天就是这个星期几,取今天", "today is that weekday: today was taken"),
            Self::NextMonth => ("本月已过,取下月", "the day has passed this month: next month's was taken"),
            Self::NextYear => ("今年已过,取明年", "the date has passed this year: next year's was taken"),
            Self::Approximate => ("“左右”按所说的时刻计", "an approximate time counts as said"),
            Self::OpenEnd => ("只说了起点,没说最晚何时", "only the beginning was said, not the end"),
            Self::MovedOn => {
                ("最后一天休息,顺延到下一个工作日", "the last day is off: the next working day takes its place")
            }
            Self::OffHours => ("不在工作时间内", "outside of business hours"),
            Self::ClosedDay => ("当天不上班,计到当天二十四时", "nobody works that day: it ends at midnight"),
            Self::AfterClosing => {
                ("今天已下班,计到今天二十四时", "business has closed for today: today ends at midnight")
            }
            Self::NoClosing => {
                ("当天没有下班时间,取下午结束时", "that day has no closing: the end of the afternoon was taken")
            }
            Self::WrongWeekday => ("日期与星期几不符,以日期为准", "the weekday is not that date's: the date was taken"),
            Self::Past => ("所说的时间已过", "the time has already passed"),
            Self::NoSuchDate => ("没有这一天", "there is no such date"),
            Self::NotAnnounced => ("放假安排尚未公布", "the holiday's days are not announced yet"),
            Self::Soon => ("没有给出时间", "no time was given"),
            Self::SomeDay => ("没有给出哪一天", "no day was given"),
            Self::AtLeisure => ("没有给出时间,取决于是否有空", "no time was given but leisure"),
            Self::Meal => ("没有给出钟点", "no hour was given"),
            Self::AfterEvent => ("从某件事起算,那件事何时未知", "it is counted from an event whose time is not known"),
            Self::TooFar => ("超出了日历所含的年份", "it lies beyond the years that calendars cover"),
        };
        Words::new(zh, en)
    }

    /// What to ask back where no instant can be told.
    pub(super) fn question(self, words: &str) -> Option<Words> {
        let (zh, en) = match self {
            Self::Soon | Self::AtLeisure => {
                ("是什么时候?请给出日期和钟点,例如“今天17:00前”", "when is that? Give a day and an hour")
            }
            Self::SomeDay => ("是哪一天、几点前?请给出日期", "which day, and by what hour?"),
            Self::Meal => ("是几点前?请给出钟点", "by what hour?"),
            Self::AfterEvent => ("从哪天算起?最晚哪天?请给出日期", "counted from which day? Give the last date"),
            Self::OpenEnd => ("最晚到什么时候?请给出截止时间", "until when at the latest?"),
            Self::Past => ("已经过了,改到什么时候?", "that has passed: which time is meant?"),
            Self::TooFar => ("太远了,是哪一天?", "that is too far ahead: which day is meant?"),
            Self::NoSuchDate => ("没有这一天,是哪一天?", "there is no such date: which day is meant?"),
            Self::NotAnnounced => ("放假安排尚未公布,请给出日期", "the holiday is not announced yet: give a date"),
            _ => return None,
        };
        Some(Words::new(format!("“{words}”{zh}"), format!("`{words}`: {en}")))
    }
}
