//! From what is written to an automaton over every word that matters, and every problem told.
use std::collections::{BTreeMap, BTreeSet};

use chrono::{NaiveDate, NaiveTime};
use daachorse::{CharwiseDoubleArrayAhoCorasick, CharwiseDoubleArrayAhoCorasickBuilder};

use super::phrase::blanks;
use super::rules::{CourtesyRules, Cues, ForbiddenRule, HourRule, Place, RawCourtesy, Strikes};
use super::speech::Plain;
use crate::clause::{Clause, Origin, Words};
use crate::ident::Code;
use crate::problem::{Problem, Problems};

/// A leap year, in which every month and day exists.
const LEAP_YEAR: i32 = 2000;

/// What a word of the automaton means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Mark {
    /// One of the phrases of a rule.
    Forbidden(usize),
    /// One of the words that must follow them.
    Then(usize),
    /// One of the words that make them harmless.
    Unless(usize),
    Others,
    Desk,
    Towards,
    Says,
    Complains,
    Answers,
    AboutWords,
    Help,
}

/// Everything that checking and speaking need.
pub(super) struct Compiled {
    pub(super) raw: RawCourtesy,
    /// None if there is no word to look for.
    pub(super) automaton: Option<CharwiseDoubleArrayAhoCorasick<u32>>,
    /// Per word of the automaton, its length in characters and its meanings.
    pub(super) words: Vec<(usize, Vec<Mark>)>,
    /// Per forbidden rule, what is said instead.
    pub(super) instead: Vec<Words>,
    /// Greetings by the hour, in order of time: index among those written.
    pub(super) hours: Vec<(NaiveTime, usize)>,
    pub(super) light: Light,
    pub(super) light_opening: Light,
}

/// Words that leave a blunt word as bare as it was.
pub(super) struct Light {
    words: BTreeSet<Box<[char]>>,
    longest: usize,
}

impl Light {
    fn new(words: &[String]) -> Self {
        let words: BTreeSet<Box<[char]>> = words.iter().map(|word| Plain::new(word).chars.into()).collect();
        Self { longest: words.iter().map(|word| word.len()).max().unwrap_or(0), words }
    }

    /// Whether `chars` are nothing but such words, the longest taken first.
    pub(super) fn covers(&self, mut chars: &[char]) -> bool {
        while !chars.is_empty() {
            let fits = |len: &usize| chars.get(..*len).is_some_and(|word| self.words.contains(word));
            match (1..=self.longest.min(chars.len())).rev().find(fits) {
                Some(len) => chars = chars.get(len..).unwrap_or_default(),
                None => return false,
            }
        }
        true
    }
}

pub(super) fn compile(raw: RawCourtesy) -> Result<Compiled, Problems> {
    let mut problems = Problems::default();
    let hours = hours(&raw.hours, &mut problems);
    for (n, festival) in raw.festivals.iter().enumerate() {
        if festival.date.as_deref().is_some_and(|date| month_and_day(date).is_none()) {
            let date = festival.date.as_deref().unwrap_or_default();
            let problem = Problem::new(format!("festivals[{n}].date"), format!("`{date}` is no day of a year"));
            problems.push(problem.expected("month and day such as `10-01`"));
        }
    }
    for (n, phrase) in raw.phrases.iter().enumerate() {
        for (language, text) in [("zh", &phrase.say.zh), ("en", &phrase.say.en)] {
            said(&format!("phrases[{n}].say.{language}"), text, &mut problems);
        }
    }
    for (n, rule) in raw.forbidden.iter().enumerate() {
        forbidden(&format!("forbidden[{n}]"), rule, &mut problems);
    }
    let instead = raw.forbidden.iter().enumerate().map(|(n, rule)| instead(&raw, n, rule, &mut problems)).collect();
    let mut marks: BTreeMap<String, Vec<Mark>> = BTreeMap::new();
    for (n, rule) in raw.forbidden.iter().enumerate() {
        for (mark, words) in
            [(Mark::Forbidden(n), &rule.phrases), (Mark::Then(n), &rule.then), (Mark::Unless(n), &rule.unless)]
        {
            add(&mut marks, mark, words);
        }
    }
    for (mark, words) in cues(&raw.cues) {
        add(&mut marks, mark, words);
    }
    let automaton = automaton(&marks, &mut problems);
    problems.or_ok(Compiled {
        automaton,
        words: marks.into_iter().map(|(word, marks)| (word.chars().count(), marks)).collect(),
        instead,
        hours,
        light: Light::new(&raw.cues.light),
        light_opening: Light::new(&raw.cues.light_opening),
        raw,
    })
}

fn cues(cues: &Cues) -> [(Mark, &Vec<String>); 8] {
    [
        (Mark::Others, &cues.others),
        (Mark::Desk, &cues.desk),
        (Mark::Towards, &cues.towards),
        (Mark::Says, &cues.says),
        (Mark::Complains, &cues.complains),
        (Mark::Answers, &cues.answers),
        (Mark::AboutWords, &cues.about_words),
        (Mark::Help, &cues.help),
    ]
}

fn add(marks: &mut BTreeMap<String, Vec<Mark>>, mark: Mark, words: &[String]) {
    for word in words {
        let plain: String = Plain::new(word).chars.iter().collect();
        let meanings = marks.entry(plain).or_default();
        if !meanings.contains(&mark) {
            meanings.push(mark);
        }
    }
}

fn automaton(
    marks: &BTreeMap<String, Vec<Mark>>,
    problems: &mut Problems,
) -> Option<CharwiseDoubleArrayAhoCorasick<u32>> {
    let words: Vec<(&str, u32)> = marks.keys().map(String::as_str).zip(0..).collect();
    // An empty word has been told as a problem.
    if words.is_empty() || marks.contains_key("") {
        return None;
    }
    match CharwiseDoubleArrayAhoCorasickBuilder::new().build_with_values(words) {
        Ok(automaton) => Some(automaton),
        Err(error) => {
            problems.push(Problem::new("", format!("the words make no automaton: {error}")));
            None
        }
    }
}

fn hours(rules: &[HourRule], problems: &mut Problems) -> Vec<(NaiveTime, usize)> {
    let mut hours = Vec::new();
    for (n, rule) in rules.iter().enumerate() {
        match NaiveTime::parse_from_str(&rule.from, "%H:%M") {
            Ok(from) => hours.push((from, n)),
            Err(_) => {
                let problem = Problem::new(format!("hours[{n}].from"), format!("`{}` is no time of day", rule.from));
                problems.push(problem.expected("a time such as `09:00`"));
            }
        }
    }
    hours.sort();
    for pair in hours.windows(2) {
        if let [(first, _), (second, n)] = pair
            && first == second
        {
            let problem = Problem::new(format!("hours[{n}].from"), format!("`{second}` begins twice"));
            problems.push(problem.expected("one greeting for each time"));
        }
    }
    if rules.is_empty() {
        problems.push(Problem::new("hours", "is missing or empty").expected("at least one greeting"));
    }
    hours
}

/// Month and day, as `10-01` has them.
pub(super) fn month_and_day(text: &str) -> Option<NaiveDate> {
    let (month, day) = text.split_once('-')?;
    NaiveDate::from_ymd_opt(LEAP_YEAR, month.parse().ok()?, day.parse().ok()?)
}

fn said(path: &str, text: &str, problems: &mut Problems) {
    if text.trim().is_empty() {
        problems.push(Problem::new(path, "is empty").expected("what is said"));
    }
    if text.matches('{').count() != blanks(text).count() {
        problems.push(Problem::new(path, "has a `{` that is not closed").expected("blanks such as `{company}`"));
    }
    for blank in blanks(text).filter(|blank| !super::phrase::BLANKS.contains(blank)) {
        let problem = Problem::new(path, format!("nothing fills the blank `{{{blank}}}`"));
        problems.push(problem.expected(format!("one of {}", super::phrase::BLANKS.join(", "))));
    }
}

fn forbidden(path: &str, rule: &ForbiddenRule, problems: &mut Problems) {
    if rule.phrases.is_empty() {
        problems.push(Problem::new(format!("{path}.phrases"), "is empty").expected("at least one phrase"));
    }
    for (field, words) in [("phrases", &rule.phrases), ("then", &rule.then), ("unless", &rule.unless)] {
        for (n, word) in words.iter().enumerate() {
            if Plain::new(word).chars.is_empty() {
                let problem = Problem::new(format!("{path}.{field}[{n}]"), "is empty");
                problems.push(problem.expected("words to look for"));
            }
        }
    }
    if rule.place != Place::Speech && !rule.then.is_empty() {
        let problem = Problem::new(format!("{path}.then"), "what must follow can follow in speech alone");
        problems.push(problem.expected("place = \"speech\", or no `then`"));
    }
}

/// The phrase said instead: the first of the situation without blanks, else the first with its blanks as they are.
fn instead(raw: &RawCourtesy, n: usize, rule: &ForbiddenRule, problems: &mut Problems) -> Words {
    let of_situation = || raw.phrases.iter().filter(|phrase| phrase.situation == rule.instead);
    let whole = of_situation().find(|phrase| blanks(&phrase.say.zh).next().is_none());
    match whole.or_else(|| of_situation().next()) {
        Some(phrase) => phrase.say.clone(),
        None => {
            let path = format!("forbidden[{n}].instead");
            let problem = Problem::new(path, format!("no phrase is said in the situation `{}`", rule.instead));
            let known: BTreeSet<&Code> = raw.phrases.iter().map(|phrase| &phrase.situation).collect();
            let known: Vec<&str> = known.into_iter().map(Code::as_str).collect();
            problems.push(problem.expected(format!("one of {}", known.join(", "))));
            Words::default()
        }
    }
}

/// The courtesy with what a company adds and strikes. Paths of problems are those of `rules`.
pub(super) fn extend(mut raw: RawCourtesy, rules: &CourtesyRules) -> Result<Compiled, Problems> {
    let mut problems = Problems::default();
    strike(&mut raw, &rules.strike, &mut problems);
    if rules.company.is_some() {
        raw.company.clone_from(&rules.company);
    }
    if !rules.hours.is_empty() {
        raw.hours.clone_from(&rules.hours);
    }
    raw.festivals.retain(|known| !rules.festivals.iter().any(|festival| festival.id == known.id));
    raw.festivals.splice(0..0, rules.festivals.iter().cloned());
    raw.phrases.splice(0..0, rules.phrases.iter().cloned());
    raw.forbidden.retain(|known| !rules.forbidden.iter().any(|rule| rule.id == known.id));
    keep_what_can_be_said_instead(&mut raw, &rules.strike, &mut problems);
    // What is added stands first, so the places in the lists are those of the company's rules.
    raw.forbidden.splice(0..0, rules.forbidden.iter().cloned());
    match compile(raw) {
        Ok(compiled) => problems.or_ok(compiled),
        Err(more) => {
            problems.extend_under("", more);
            Err(problems)
        }
    }
}

/// A situation may be struck only if no rule sends people to it.
fn keep_what_can_be_said_instead(raw: &mut RawCourtesy, strikes: &Strikes, problems: &mut Problems) {
    let RawCourtesy { phrases, forbidden, .. } = raw;
    forbidden.retain(|rule| {
        let struck = strikes.situations.iter().position(|situation| *situation == rule.instead);
        let lost = struck.filter(|_| !phrases.iter().any(|phrase| phrase.situation == rule.instead));
        if let Some(n) = lost {
            let message = format!("`{}` is what the rule `{}` has people say instead", rule.instead, rule.id);
            let problem = Problem::new(format!("strike.situations[{n}]"), message);
            problems.push(problem.expected("a phrase of your own for it, or the rule struck too"));
        }
        lost.is_none()
    });
}

fn strike(raw: &mut RawCourtesy, strikes: &Strikes, problems: &mut Problems) {
    let mut unknown = |path: String, what: &str| {
        let problem = Problem::new(path, format!("`{what}` is not there to be struck"));
        problems.push(problem.expected("one of the standard courtesy"));
    };
    for (n, code) in strikes.situations.iter().enumerate() {
        if !raw.phrases.iter().any(|phrase| phrase.situation == *code) {
            unknown(format!("strike.situations[{n}]"), code.as_str());
        }
    }
    for (n, code) in strikes.festivals.iter().enumerate() {
        if !raw.festivals.iter().any(|festival| festival.id == *code) {
            unknown(format!("strike.festivals[{n}]"), code.as_str());
        }
    }
    for (n, code) in strikes.rules.iter().enumerate() {
        if !raw.forbidden.iter().any(|rule| rule.id == *code) {
            unknown(format!("strike.rules[{n}]"), code.as_str());
        }
    }
    for (n, word) in strikes.words.iter().enumerate() {
        if !raw.forbidden.iter().any(|rule| rule.phrases.contains(word)) {
            unknown(format!("strike.words[{n}]"), word);
        }
    }
    raw.phrases.retain(|phrase| !strikes.situations.contains(&phrase.situation));
    raw.festivals.retain(|festival| !strikes.festivals.contains(&festival.id));
    for rule in &mut raw.forbidden {
        rule.phrases.retain(|word| !strikes.words.contains(word));
    }
    raw.forbidden.retain(|rule| !strikes.rules.contains(&rule.id) && !rule.phrases.is_empty());
}

/// The clause of a rule; one that cites nothing is ours.
pub(super) fn clause_of(clause: Option<&Clause>) -> Clause {
    clause.cloned().unwrap_or(Clause {
        regulation: None,
        article: None,
        requirements: Vec::new(),
        origin: Origin::Ours,
        words: None,
    })
}
