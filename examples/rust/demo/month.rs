//! The month around the morning: the same contacts, dealt out over the other days, and what the staff does with each.
//! Chance is counted, not drawn: every run is the same.
use chrono::{Datelike, NaiveDate, NaiveDateTime, NaiveTime};
use guanjia::calendar::{Instant, Length};
use guanjia::case::{Command, LabelChange, Registration};
use guanjia::classify::{Classifier, Labels};
use guanjia::ident::{Code, Id};
use guanjia::rulebook::Rulebook;
use serde::Deserialize;

use crate::error::Failure;

/// The morning as it is written down.
#[derive(Deserialize)]
pub(crate) struct Morning {
    pub(crate) community: Id,
    pub(crate) day: NaiveDate,
    pub(crate) contacts: Vec<Contact>,
}

/// One contact.
#[derive(Deserialize)]
pub(crate) struct Contact {
    pub(crate) at: String,
    pub(crate) channel: Code,
    pub(crate) text: String,
    /// When the customer asks again.
    #[serde(default)]
    pub(crate) again: Option<NaiveDateTime>,
}

/// A command of the month.
pub(crate) struct Planned {
    pub(crate) at: Instant,
    pub(crate) id: String,
    pub(crate) role: &'static str,
    pub(crate) command: Command,
    /// The place among the morning's contacts, if it registers one of them.
    pub(crate) contact: Option<usize>,
}

/// All commands of the month in the order of time.
pub(crate) fn plan(morning: &Morning, book: &Rulebook) -> Result<Vec<Planned>, Failure> {
    let mut month = Month { book, classifier: Classifier::standard(), dice: Dice(7), planned: Vec::new() };
    let first = morning.day.with_day(1).unwrap_or(morning.day);
    for date in first.iter_days().take_while(|date| date.month() == first.month()) {
        if date == morning.day {
            for (n, contact) in morning.contacts.iter().enumerate() {
                let time = NaiveTime::parse_from_str(&contact.at, "%H:%M");
                let time = time.map_err(|_| Failure(format!("contact {n}: `{}` is no time of day", contact.at)))?;
                month.visit(contact, date.and_time(time), Some(n))?;
            }
        } else {
            month.other_day(&morning.contacts, date)?;
        }
    }
    month.planned.sort_by_key(|one| one.at);
    Ok(month.planned)
}

struct Month<'a> {
    book: &'a Rulebook,
    classifier: Classifier,
    dice: Dice,
    planned: Vec<Planned>,
}

impl Month<'_> {
    fn other_day(&mut self, contacts: &[Contact], date: NaiveDate) -> Result<(), Failure> {
        let works = self.book.calendar("office").is_none_or(|office| office.is_working_day(date));
        let visits = if works { 8 + self.dice.roll(7) } else { 3 + self.dice.roll(4) };
        for _ in 0..visits {
            let minute = 8 * 60 + self.dice.roll(11 * 60);
            let time =
                NaiveTime::from_num_seconds_from_midnight_opt(u32::try_from(minute * 60)?, 0).unwrap_or_default();
            let which = usize::try_from(self.dice.roll(i64::try_from(contacts.len())?))?;
            if let Some(contact) = contacts.get(which) {
                self.visit(contact, date.and_time(time), None)?;
            }
        }
        Ok(())
    }

    /// A contact and what comes of it.
    fn visit(&mut self, contact: &Contact, at: NaiveDateTime, of_morning: Option<usize>) -> Result<(), Failure> {
        let zone = self.book.time_zone();
        let registered = zone.instant(at);
        let read = self.classifier.classify(&contact.text);
        let mut case = Course { n: self.planned.len(), month: self, registered };
        let registration = Registration {
            case_id: None,
            channel: contact.channel.clone(),
            text: Some(contact.text.as_str().into()),
            labels: LabelChange::default(),
            customer: None,
            premises: None,
            external: None,
        };
        let case_id = case.id("case")?.derive("case", 0);
        case.add(0, "case", "agent", Command::Register(Box::new(registration)))?;
        if let Some(registered) = case.month.planned.last_mut() {
            registered.contact = of_morning;
        }
        case.handled(&case_id, contact, &read)?;
        if let Some(again) = contact.again.filter(|_| of_morning.is_some()) {
            let later = (zone.instant(again) - registered).micros() / 60_000_000;
            case.add(later, "again", "agent", Command::Hear { case_id: case_id.clone() })?;
            let answered = later + 10 * 24 * 60 - 6 * 60;
            case.add(answered, "answer", "agent", Command::Tell { case_id })?;
        }
        Ok(())
    }
}

/// The course of one case; times are minutes after its registration.
struct Course<'m, 'a> {
    n: usize,
    month: &'m mut Month<'a>,
    registered: Instant,
}

impl Course<'_, '_> {
    fn id(&self, step: &str) -> Result<Id, Failure> {
        Ok(Id::new(format!("{step}-{}", self.n))?)
    }

    fn add(&mut self, minutes: i64, step: &str, role: &'static str, command: Command) -> Result<(), Failure> {
        let (at, id) = (self.registered + Length::from_minutes(minutes), self.id(step)?.to_string());
        self.month.planned.push(Planned { at, id, role, command, contact: None });
        Ok(())
    }

    fn roll(&mut self, sides: i64) -> i64 {
        self.month.dice.roll(sides)
    }

    /// Answered, assigned, accepted, solved, called back and closed; now and then late, now and then never.
    fn handled(&mut self, case_id: &Id, contact: &Contact, read: &Labels) -> Result<(), Failure> {
        let rules = self.month.book.case();
        let topic = rules.topics.get(read.topic.as_str());
        let department = topic.and_then(|topic| topic.department.clone());
        let answered = rules.channels.get(&contact.channel).is_some_and(|channel| channel.answered);
        let case_id = case_id.clone();
        if !answered {
            let late = self.roll(9) == 0;
            let minutes = 2 + self.roll(12) + if late { 16 } else { 0 };
            self.add(minutes, "tell", "agent", Command::Tell { case_id: case_id.clone() })?;
        }
        let mut now = 15 + self.roll(15);
        if let Some(department) = department.filter(|_| !matches!(read.kind.as_str(), "inquiry" | "praise")) {
            let owner = Some(Id::new(owner(department.as_str()))?);
            self.add(now, "assign", "agent", Command::Assign { case_id: case_id.clone(), department, owner })?;
            now += 2 + self.roll(if read.urgency.as_str() == "emergency" { 7 } else { 45 });
            self.add(now, "accept", "leader", Command::Accept { case_id: case_id.clone() })?;
            if read.urgency.as_str() == "emergency" {
                now += 3 + self.roll(10);
                self.add(now, "arrive", "leader", Command::Arrive { case_id: case_id.clone() })?;
            }
        }
        if contact.again.is_some() || self.roll(16) == 0 {
            return Ok(());
        }
        now += self.work(read.kind.as_str());
        self.add(now - 1, "result", "agent", Command::Tell { case_id: case_id.clone() })?;
        self.add(now, "resolve", "agent", Command::Resolve { case_id: case_id.clone(), outcome: Code::new("done")? })?;
        self.after(now, &case_id, read.kind.as_str())
    }

    fn work(&mut self, kind: &str) -> i64 {
        match kind {
            "inquiry" | "praise" => 10 + self.roll(80),
            "suggestion" => 600 + self.roll(5 * 24 * 60),
            _ if self.roll(10) == 0 => 24 * 60 + self.roll(24 * 60),
            _ => 60 + self.roll(18 * 60),
        }
    }

    fn after(&mut self, resolved: i64, case_id: &Id, kind: &str) -> Result<(), Failure> {
        let mut now = resolved + 20 * 60 + self.roll(20 * 60);
        let case_id = case_id.clone();
        if matches!(kind, "complaint" | "repair" | "help") {
            let unhappy = self.roll(20) == 0;
            let score = if unhappy { 2 } else { 4 + u8::try_from(self.roll(2))? };
            let revisit = Command::Revisit {
                case_id: case_id.clone(),
                reached: true,
                solved: Some(!unhappy),
                score: Some(score),
            };
            self.add(now, "revisit", "agent", revisit)?;
            if unhappy {
                return Ok(());
            }
            now += 5;
        }
        self.add(now, "close", "agent", Command::Close { case_id })
    }
}

/// Who is responsible in a department.
fn owner(department: &str) -> &'static str {
    match department {
        "maintenance" => "周师傅",
        "security" => "陈队长",
        "environment" => "刘姐",
        "general_office" => "王助理",
        _ => "小李",
    }
}

/// Numbers that look like chance (splitmix64).
struct Dice(u64);

impl Dice {
    /// From 0 to `sides - 1`.
    fn roll(&mut self, sides: i64) -> i64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        i64::try_from((mixed ^ (mixed >> 31)) >> 1).unwrap_or_default().rem_euclid(sides.max(1))
    }
}
