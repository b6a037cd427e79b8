//! From what is written to what holds: every reference resolved, every problem told.
use std::collections::{BTreeMap, BTreeSet};

use super::raw::{RawKind, RawLevel, RawNotice, RawPurpose, RawRole, RawRulebook, RawTarget};
use super::role::{QUESTIONS, Role, covers};
use super::sight::Purpose;
use super::{Compiled, hash, stem};
use crate::calendar::{Budget, Calendar, Length, Zone};
use crate::case::{
    self, ChannelRule, KindRule, Labels, NoticeRule, OWNER, ReasonRule, Rules, TargetRule, TopicRule, When,
};
use crate::clause::{Clause, Origin};
use crate::courtesy::Courtesy;
use crate::ident::{Code, ID_MAX, hex};
use crate::people;
use crate::problem::{Lines, Problem, Problems};
use crate::sla::{Level, Metric, Target, pauses_of};

/// The format this code reads.
const FORMAT: u32 = 1;

pub(super) fn compile(raw: RawRulebook) -> Result<Compiled, Problems> {
    let mut check = Check { raw: &raw, problems: Problems::default() };
    check.outline();
    let calendars = check.calendars();
    let roles = check.roles();
    let purposes = check.purposes();
    let case = check.case(&calendars);
    let courtesy = check.courtesy();
    let problems = check.problems;
    let hash = hash(&raw);
    let stem = stem(&raw).unwrap_or(hash);
    let digits = hex(hash.get(..8).unwrap_or_default());
    let pin: Box<str> = format!("{}@{}#{digits}", raw.id, raw.version).into();
    let zone = raw.time_zone.unwrap_or(Zone::UTC);
    let tolerance = raw.time.tolerance;
    let people = people::Rules {
        roles: roles.keys().cloned().collect(),
        departments: case.departments.keys().cloned().collect(),
    };
    problems.or_ok(Compiled {
        case: Rules { book: pin.clone(), ..case },
        raw,
        hash,
        stem,
        pin,
        zone,
        roles,
        purposes,
        calendars,
        people,
        courtesy,
        tolerance,
        lines: Lines::default(),
    })
}

struct Check<'a> {
    raw: &'a RawRulebook,
    problems: Problems,
}

impl Check<'_> {
    fn problem(&mut self, path: impl Into<String>, message: impl Into<String>, expected: impl Into<String>) {
        self.problems.push(Problem::new(path, message).expected(expected));
    }

    fn outline(&mut self) {
        let raw = self.raw;
        if raw.format != FORMAT {
            self.problem("format", format!("format `{}` is not known", raw.format), format!("format = {FORMAT}"));
        }
        for (path, text) in [("id", &raw.id), ("version", &raw.version)] {
            let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
            if text.is_empty() || text.len() > ID_MAX / 4 || !text.chars().all(plain) {
                self.problem(
                    path,
                    format!("`{text}` does not name a rulebook"),
                    "1 to 16 letters, digits, `-`, `_` or `.`",
                );
            }
        }
        if raw.time_zone.is_none() {
            self.problem("time_zone", "is missing", "an IANA zone such as `Asia/Shanghai`");
        }
        self.not_negative("time.tolerance", raw.time.tolerance);
        for (family, empty) in [
            ("kinds", raw.kinds.is_empty()),
            ("topics", raw.topics.is_empty()),
            ("urgencies", raw.urgencies.is_empty()),
            ("complexities", raw.complexities.is_empty()),
            ("channels", raw.channels.is_empty()),
            ("roles", raw.roles.is_empty()),
            ("outcomes", raw.outcomes.is_empty()),
        ] {
            if empty {
                self.problem(family, "is missing or empty", "at least one entry");
            }
        }
    }

    /// How long after the fact something may be entered, and how far clocks may run apart, are no less than nothing.
    fn not_negative(&mut self, path: &str, length: Length) {
        if length < Length::ZERO {
            self.problem(path, format!("`{length}` is less than nothing"), "`PT0S` or more");
        }
    }

    /// J4: what the text says names its article; what is ours cites none.
    fn clause(&mut self, path: &str, clause: &Clause) {
        let path = format!("{path}.clause");
        match (clause.origin, &clause.regulation, &clause.article) {
            (Origin::Ours, None, None) => {}
            (Origin::Ours, _, _) => {
                self.problem(
                    path.clone(),
                    "a rule of our own cites a regulation",
                    "origin `text` or `derived`, or no citation",
                );
            }
            (_, Some(_), Some(_)) => {}
            (Origin::Text | Origin::Derived, _, _) => {
                self.problem(
                    path.clone(),
                    "does not say where it comes from",
                    "`regulation` and `article`, or origin `ours`",
                );
            }
        }
        if let Some(code) = clause.regulation.as_ref().filter(|code| !self.raw.regulations.contains_key(code.as_str()))
        {
            let known = names(self.raw.regulations.keys());
            self.problem(format!("{path}.regulation"), format!("no regulation `{code}` is listed"), known);
        }
    }

    fn calendars(&mut self) -> BTreeMap<Code, Calendar> {
        let mut calendars = BTreeMap::new();
        for (id, calendar) in &self.raw.calendars {
            self.clause(&format!("calendars.{id}"), &calendar.clause);
            match Calendar::compile(&calendar.rules) {
                Ok(compiled) => _ = calendars.insert(id.clone(), compiled),
                Err(problems) => self.problems.extend_under(&format!("calendars.{id}.rules"), problems),
            }
        }
        calendars
    }

    fn courtesy(&mut self) -> Courtesy {
        let standard = Courtesy::standard();
        let Some(rules) = &self.raw.courtesy else { return standard };
        let of = |family: &str, n: usize| format!("courtesy.{family}[{n}]");
        let hours = rules.hours.iter().enumerate().map(|(n, rule)| (of("hours", n), &rule.clause));
        let festivals = rules.festivals.iter().enumerate().map(|(n, rule)| (of("festivals", n), &rule.clause));
        let phrases = rules.phrases.iter().enumerate().map(|(n, rule)| (of("phrases", n), &rule.clause));
        let forbidden = rules.forbidden.iter().enumerate().map(|(n, rule)| (of("forbidden", n), &rule.clause));
        for (path, clause) in hours.chain(festivals).chain(phrases).chain(forbidden) {
            if let Some(clause) = clause {
                self.clause(&path, clause);
            }
        }
        standard.extend(rules).unwrap_or_else(|problems| {
            self.problems.extend_under("courtesy", problems);
            standard
        })
    }

    fn roles(&mut self) -> BTreeMap<Code, Role> {
        let raw = self.raw;
        raw.roles.iter().map(|(code, role)| (code.clone(), self.role(code, role))).collect()
    }

    fn role(&mut self, code: &Code, role: &RawRole) -> Role {
        let path = format!("roles.{code}");
        if code.as_str() == OWNER {
            self.problem(path.clone(), "`owner` stands for the person responsible", "another name for the role");
        }
        for (n, pattern) in role.may.iter().enumerate() {
            let mut known = case::Command::NAMES.iter().chain(people::Command::NAMES.iter());
            if !known.any(|name| covers(pattern, name)) {
                self.problem(
                    format!("{path}.may[{n}]"),
                    format!("no command is called `{pattern}`"),
                    "a command such as `case.register`, a family such as `case.*`, or `*`",
                );
            }
        }
        if let Some(clause) = &role.clause {
            self.clause(&path, clause);
        }
        let late = role.late.unwrap_or(self.raw.time.late);
        self.not_negative(&format!("{path}.late"), late);
        for (n, pattern) in role.asks.iter().enumerate() {
            if !QUESTIONS.iter().any(|name| covers(pattern, name)) {
                self.problem(
                    format!("{path}.asks[{n}]"),
                    format!("no question about persons is called `{pattern}`"),
                    QUESTIONS.join(", "),
                );
            }
        }
        for (n, purpose) in role.purposes.iter().enumerate() {
            if !self.raw.purposes.contains_key(purpose) {
                let known = names(self.raw.purposes.keys());
                self.problem(format!("{path}.purposes[{n}]"), format!("no purpose `{purpose}` is listed"), known);
            }
        }
        Role {
            label: role.label.clone(),
            clause: role.clause.clone(),
            late,
            may: role.may.clone(),
            asks: role.asks.clone(),
            sees: role.sees.clone(),
            purposes: role.purposes.clone(),
        }
    }

    fn purposes(&mut self) -> BTreeMap<Code, Purpose> {
        let raw = self.raw;
        for (code, purpose) in &raw.purposes {
            let path = format!("purposes.{code}");
            if let Some(clause) = &purpose.clause {
                self.clause(&path, clause);
            }
            for (n, role) in purpose.tells.iter().enumerate().filter(|(_, role)| !raw.roles.contains_key(*role)) {
                self.problem(
                    format!("{path}.tells[{n}]"),
                    format!("no role `{role}` is listed"),
                    names(raw.roles.keys()),
                );
            }
            if purpose.tells.is_empty() && !purpose.sees.is_empty() {
                self.problem(
                    format!("{path}.sees"),
                    "an ordinary purpose shows what the role sees, no more",
                    "`tells`, the roles that hear of each use, for an emergency; else no `sees`",
                );
            }
        }
        let compiled = |purpose: &RawPurpose| Purpose {
            label: purpose.label.clone(),
            tells: purpose.tells.clone(),
            sees: purpose.sees.clone(),
            clause: purpose.clause.clone(),
        };
        raw.purposes.iter().map(|(code, purpose)| (code.clone(), compiled(purpose))).collect()
    }

    fn case(&mut self, calendars: &BTreeMap<Code, Calendar>) -> Rules {
        let raw = self.raw;
        let mut rules = Rules {
            kinds: raw.kinds.iter().map(|(code, kind)| (code.clone(), self.kind(code, kind))).collect(),
            urgencies: raw.urgencies.clone(),
            complexities: raw.complexities.clone(),
            outcomes: raw.outcomes.clone(),
            ..Rules::default()
        };
        for (code, topic) in &raw.topics {
            if let Some(department) = &topic.department {
                self.known(&format!("topics.{code}.department"), "department", department, raw.departments.keys());
            }
            let rule = TopicRule { label: topic.label.clone(), department: topic.department.clone() };
            rules.topics.insert(code.clone(), rule);
        }
        for (code, channel) in &raw.channels {
            if let Some(clause) = &channel.clause {
                self.clause(&format!("channels.{code}"), clause);
            }
            rules
                .channels
                .insert(code.clone(), ChannelRule { label: channel.label.clone(), answered: channel.answered });
        }
        for (code, department) in &raw.departments {
            if let Some(clause) = &department.clause {
                self.clause(&format!("departments.{code}"), clause);
            }
            rules.departments.insert(code.clone(), department.label.clone());
        }
        for (code, reason) in &raw.reasons {
            for (n, command) in reason.commands.iter().enumerate() {
                if !case::Command::NAMES.contains(&command.as_str()) {
                    self.problem(
                        format!("reasons.{code}.commands[{n}]"),
                        format!("no command is called `{command}`"),
                        "a command such as `case.suspend`",
                    );
                }
            }
            let rule = ReasonRule { label: reason.label.clone(), commands: reason.commands.clone() };
            rules.reasons.insert(code.clone(), rule);
        }
        rules.defaults = self.defaults();
        rules.targets = self.targets(calendars);
        rules.notices = self.notices(calendars);
        rules
    }

    fn kind(&mut self, code: &Code, kind: &RawKind) -> KindRule {
        if let Some(clause) = &kind.clause {
            self.clause(&format!("kinds.{code}"), clause);
        }
        for (step, needs) in [("resolve_needs", &kind.resolve_needs), ("close_needs", &kind.close_needs)] {
            for (n, mark) in needs.iter().enumerate().filter(|(_, mark)| !case::FACTS.contains(&mark.as_str())) {
                let path = format!("kinds.{code}.{step}[{n}]");
                self.problem(
                    path,
                    format!("no case has the mark `{mark}`"),
                    format!("one of {}", case::FACTS.join(", ")),
                );
            }
        }
        KindRule {
            label: kind.label.clone(),
            resolve_needs: kind.resolve_needs.clone(),
            close_needs: kind.close_needs.clone(),
            clause: kind.clause.clone(),
        }
    }

    fn defaults(&mut self) -> Option<Labels> {
        let raw = self.raw;
        let defaults = raw.defaults.as_ref()?;
        self.known("defaults.kind", "kind", &defaults.kind, raw.kinds.keys());
        self.known("defaults.topic", "topic", &defaults.topic, raw.topics.keys());
        self.known("defaults.urgency", "urgency", &defaults.urgency, raw.urgencies.keys());
        self.known("defaults.complexity", "complexity", &defaults.complexity, raw.complexities.keys());
        Some(Labels {
            kind: defaults.kind.clone(),
            topic: defaults.topic.clone(),
            urgency: defaults.urgency.clone(),
            complexity: defaults.complexity.clone(),
            major: false,
        })
    }

    fn targets(&mut self, calendars: &BTreeMap<Code, Calendar>) -> Vec<TargetRule> {
        let raw = self.raw;
        let mut seen = BTreeSet::new();
        let mut rules = Vec::new();
        for (n, target) in raw.targets.iter().enumerate() {
            let path = format!("targets[{n}]");
            if !seen.insert(&target.id) {
                self.problem(format!("{path}.id"), format!("a second target `{}`", target.id), "ids that differ");
            }
            rules.extend(self.target(&path, target, calendars));
        }
        rules
    }

    fn target(&mut self, path: &str, raw: &RawTarget, calendars: &BTreeMap<Code, Calendar>) -> Option<TargetRule> {
        self.clause(path, &raw.clause);
        self.when(&format!("{path}.when"), &raw.when);
        let budget = self.budget(path, raw);
        let levels: Vec<Level> = (raw.levels.iter().enumerate())
            .map(|(n, level)| self.level(&format!("{path}.levels[{n}]"), level, calendars))
            .collect();
        let schedule = self.schedule(path, Some(&raw.schedule), calendars)?;
        let mut target = Target::new(raw.id.as_str(), raw.metric, budget?, schedule);
        target.levels = levels;
        target.pauses = match raw.preset {
            Some(preset) if raw.pauses.is_empty() => pauses_of(preset, raw.metric),
            _ => raw.pauses.clone(),
        };
        target.on_reopen = raw.on_reopen;
        let marks = |codes: &[Code]| codes.iter().map(|code| code.as_str().into()).collect();
        target = target.with_marks(marks(&raw.start), marks(&raw.stop));
        Some(TargetRule::new(raw.id.clone(), target, raw.when.clone(), raw.label.clone(), Some(raw.clause.clone())))
    }

    fn budget(&mut self, path: &str, raw: &RawTarget) -> Option<Budget> {
        let path = format!("{path}.budget");
        match (raw.metric, &raw.budget) {
            (Metric::Promise, None) => Some(Budget::Length(Length::ZERO)),
            (Metric::Promise, Some(_)) => {
                self.problem(path, "a promise has no budget: it ends at the instant that was given", "no `budget`");
                None
            }
            (_, None) => {
                self.problem(path, "is missing", "a length such as `15 min`, or days such as `5 working_days`");
                None
            }
            (_, Some(Budget::Length(length))) if *length <= Length::ZERO => {
                self.problem(path, format!("`{length}` leaves no time"), "more than nothing");
                None
            }
            (_, Some(Budget::WorkingDays(days) | Budget::Days(days))) if days.count <= 0 => {
                self.problem(path, format!("`{}` days leave no time", days.count), "at least one day");
                None
            }
            (_, Some(budget)) => Some(*budget),
        }
    }

    /// The calendar of this name. One that is there but wrong has told its own problems.
    fn schedule(&mut self, path: &str, name: Option<&Code>, calendars: &BTreeMap<Code, Calendar>) -> Option<Calendar> {
        let name = name?;
        let found = calendars.get(name).cloned();
        if found.is_none() && !self.raw.calendars.contains_key(name) {
            let known = names(self.raw.calendars.keys());
            self.problem(format!("{path}.schedule"), format!("no calendar is called `{name}`"), known);
        }
        found
    }

    fn level(&mut self, path: &str, level: &RawLevel, calendars: &BTreeMap<Code, Calendar>) -> Level {
        self.recipients(&format!("{path}.tell"), &level.tell);
        let schedule = self.schedule(path, level.schedule.as_ref(), calendars);
        Level { at: level.at, tell: level.tell.clone(), schedule }
    }

    fn notices(&mut self, calendars: &BTreeMap<Code, Calendar>) -> Vec<NoticeRule> {
        let raw = self.raw;
        let mut seen = BTreeSet::new();
        let mut rules = Vec::new();
        for (n, notice) in raw.notices.iter().enumerate() {
            let path = format!("notices[{n}]");
            if !seen.insert(&notice.id) {
                self.problem(format!("{path}.id"), format!("a second notice `{}`", notice.id), "ids that differ");
            }
            rules.push(self.notice(&path, notice, calendars));
        }
        rules
    }

    fn notice(&mut self, path: &str, raw: &RawNotice, calendars: &BTreeMap<Code, Calendar>) -> NoticeRule {
        self.clause(path, &raw.clause);
        self.when(&format!("{path}.when"), &raw.when);
        self.recipients(&format!("{path}.to"), &raw.to);
        if raw.to.is_empty() {
            self.problem(format!("{path}.to"), "tells nobody", "at least one role");
        }
        if raw.metric.is_some() && raw.on != case::On::Breached {
            self.problem(format!("{path}.metric"), "only a clock has a metric", "`on = \"breached\"`, or no `metric`");
        }
        NoticeRule {
            id: raw.id.clone(),
            on: raw.on,
            metric: raw.metric,
            when: raw.when.clone(),
            to: raw.to.clone(),
            escalate: raw.escalate,
            schedule: self.schedule(path, raw.schedule.as_ref(), calendars),
            clause: Some(raw.clause.clone()),
            label: raw.label.clone(),
        }
    }

    fn recipients(&mut self, path: &str, roles: &[Code]) {
        let raw = self.raw;
        for (n, role) in roles.iter().enumerate().filter(|(_, role)| role.as_str() != OWNER) {
            self.known(&format!("{path}[{n}]"), "role", role, raw.roles.keys());
        }
    }

    fn when(&mut self, path: &str, when: &When) {
        let raw = self.raw;
        self.all_known(path, "kind", &when.kind, &raw.kinds.keys().collect::<Vec<_>>());
        self.all_known(path, "topic", &when.topic, &raw.topics.keys().collect::<Vec<_>>());
        self.all_known(path, "urgency", &when.urgency, &raw.urgencies.keys().collect::<Vec<_>>());
        self.all_known(path, "complexity", &when.complexity, &raw.complexities.keys().collect::<Vec<_>>());
        self.all_known(path, "channel", &when.channel, &raw.channels.keys().collect::<Vec<_>>());
    }

    fn all_known(&mut self, path: &str, what: &str, codes: &[Code], known: &[&Code]) {
        for (n, code) in codes.iter().enumerate() {
            self.known(&format!("{path}.{what}[{n}]"), what, code, known.iter().copied());
        }
    }

    fn known<'k>(&mut self, path: &str, what: &str, code: &Code, known: impl Iterator<Item = &'k Code> + Clone) {
        if !known.clone().any(|other| other == code) {
            self.problem(path, format!("no {what} is called `{code}`"), names(known));
        }
    }
}

fn names<'k>(known: impl Iterator<Item = &'k Code>) -> String {
    let names: Vec<String> = known.map(|code| format!("`{code}`")).collect();
    if names.is_empty() { "an entry to refer to".to_owned() } else { format!("one of {}", names.join(", ")) }
}
