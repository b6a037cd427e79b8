//! Forbidden words found: where they stand, who says them and what they do there decide.
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::Courtesy;
use super::compile::{Compiled, Mark, clause_of};
use super::rules::{ForbiddenRule, Place, Severity};
use super::speech::{Clause, Hit, Plain, Speech, speech};
use crate::clause;
use crate::clause::Words;

/// Beside a bare word no more characters than this are light ones.
const LIGHT_MOST: usize = 16;
/// Between a word and what must follow it lie no more characters than this.
const REACH: usize = 16;

/// What kind of text is checked: it decides who speaks in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum TextKind {
    /// The agent writes or speaks to a customer.
    Reply,
    /// The agent notes what was said and done; what the caller says is not his.
    CallNote,
    /// Lines with a label each, such as `客服:` and `业主:`; a text without labels is the agent's.
    Transcript,
}

/// Words that should not have been said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Finding {
    /// Where they begin, in characters.
    pub start: usize,
    /// Where they end, in characters; the one there is no part of them.
    pub end: usize,
    /// The words as they stand in the text.
    pub text: String,
    /// Id of the rule.
    pub rule: String,
    /// What they do, such as `refusal`.
    pub kind: String,
    /// How grave it is.
    pub severity: Severity,
    /// The article behind it.
    pub clause: clause::Clause,
    /// Why they are wrong.
    pub why: Words,
    /// What is said instead; blanks such as `{company}` are the speaker's to fill.
    pub instead: Words,
}

impl Courtesy {
    /// What in a text should not have been said, in its order. One pass over the text: the time grows with its length.
    pub fn check(&self, text: &str, kind: TextKind) -> Vec<Finding> {
        let plain = Plain::new(text);
        let hits = self.0.hits(&plain.chars);
        if !hits.iter().any(|hit| matches!(hit.mark, Mark::Forbidden(_))) {
            return Vec::new();
        }
        let speech = speech(kind, &plain.chars, &hits);
        let check = Check::new(&self.0, kind, &plain.chars, &hits, &speech);
        let found = check.found();
        let chars: Vec<char> = if found.is_empty() { Vec::new() } else { text.chars().collect() };
        found.into_iter().filter_map(|span| self.0.finding(span, &plain, &chars)).collect()
    }

    /// [`Courtesy::check`] of many texts of one kind, in their order.
    pub fn check_many<'t>(&self, texts: impl IntoIterator<Item = &'t str>, kind: TextKind) -> Vec<Vec<Finding>> {
        texts.into_iter().map(|text| self.check(text, kind)).collect()
    }
}

/// Words of a rule, in characters of the plain text.
#[derive(Debug, Clone, Copy)]
struct Span {
    start: usize,
    end: usize,
    rule: usize,
}

impl Compiled {
    /// Every word of the automaton, by start, of those that start alike the longest first.
    fn hits(&self, chars: &[char]) -> Vec<Hit> {
        let Some(automaton) = &self.automaton else { return Vec::new() };
        let text: String = chars.iter().collect();
        let mut hits = Vec::new();
        // Ends come in ascending order, so characters are counted once.
        let (mut byte, mut end) = (0, 0_usize);
        let mut widths = chars.iter().map(|c| c.len_utf8());
        for found in automaton.find_overlapping_iter(&text) {
            while byte < found.end() {
                byte += widths.next().unwrap_or(found.end());
                end += 1;
            }
            let word = usize::try_from(found.value()).ok().and_then(|n| self.words.get(n));
            let Some((len, marks)) = word else { continue };
            hits.extend(marks.iter().map(|mark| Hit { start: end.saturating_sub(*len), end, mark: *mark }));
        }
        hits.sort_by_key(|hit| (hit.start, Reverse(hit.end), hit.mark));
        hits
    }

    fn finding(&self, span: Span, plain: &Plain, chars: &[char]) -> Option<Finding> {
        let rule = self.raw.forbidden.get(span.rule)?;
        let start = *plain.at.get(span.start)?;
        let end = plain.at.get(span.end.checked_sub(1)?)?.saturating_add(1);
        Some(Finding {
            start,
            end,
            text: chars.get(start..end)?.iter().collect(),
            rule: rule.id.to_string(),
            kind: rule.kind.to_string(),
            severity: rule.severity,
            clause: clause_of(rule.clause.as_ref()),
            why: rule.why.clone(),
            instead: self.instead.get(span.rule)?.clone(),
        })
    }
}

struct Check<'a> {
    compiled: &'a Compiled,
    kind: TextKind,
    chars: &'a [char],
    hits: &'a [Hit],
    speech: &'a Speech,
    /// Clauses and the rules that they make harmless.
    harmless: BTreeSet<(usize, usize)>,
    /// Per turn, where the agent last offers help.
    help: BTreeMap<usize, usize>,
}

impl<'a> Check<'a> {
    fn new(compiled: &'a Compiled, kind: TextKind, chars: &'a [char], hits: &'a [Hit], speech: &'a Speech) -> Self {
        let mut check = Self { compiled, kind, chars, hits, speech, harmless: BTreeSet::new(), help: BTreeMap::new() };
        for hit in hits {
            match hit.mark {
                Mark::Unless(rule) => {
                    if let Some(clause) = speech.clause_of.get(hit.start) {
                        check.harmless.insert((*clause, rule));
                    }
                }
                Mark::Help => {
                    if let Some((_, clause)) = check.clause(hit.start) {
                        check.help.insert(clause.turn, hit.start);
                    }
                }
                _ => {}
            }
        }
        check
    }

    fn clause(&self, at: usize) -> Option<(usize, &'a Clause)> {
        let n = *self.speech.clause_of.get(at)?;
        Some((n, self.speech.clauses.get(n)?))
    }

    fn found(&self) -> Vec<Span> {
        // Per rule, its last words that something must follow.
        let mut heads: BTreeMap<usize, (usize, Hit)> = BTreeMap::new();
        let mut opening = self.first_clause();
        let mut spans = Vec::new();
        for hit in self.hits {
            let (Mark::Forbidden(n) | Mark::Then(n)) = hit.mark else { continue };
            let Some(rule) = self.compiled.raw.forbidden.get(n) else { continue };
            let Some((place, clause)) = self.clause(hit.start) else { continue };
            if hit.mark == Mark::Then(n) {
                if let Some((at, head)) = heads.get(&n)
                    && *at == place
                    && (head.end..=head.end.saturating_add(REACH)).contains(&hit.start)
                {
                    spans.push(Span { start: head.start, end: hit.end, rule: n });
                }
                continue;
            }
            if !self.stands(n, rule, hit, place, clause) {
                continue;
            }
            let wrong = match rule.place {
                Place::Speech => true,
                Place::Answer => (self.kind != TextKind::CallNote || clause.quoted) && self.is_bare(hit, clause, false),
                Place::Opening => opening.is_some_and(|open| place <= open) && self.is_bare(hit, clause, true),
            };
            if wrong && rule.place == Place::Opening {
                // A blunt word after a blunt word still stands at the opening.
                opening = opening.map(|open| open.max(place.saturating_add(1)));
            }
            match (wrong, rule.then.is_empty()) {
                (true, true) => spans.push(Span { start: hit.start, end: hit.end, rule: n }),
                (true, false) => _ = heads.insert(n, (place, *hit)),
                (false, _) => {}
            }
        }
        self.apart(spans)
    }

    /// Whether the agent says it and nothing takes it back.
    fn stands(&self, n: usize, rule: &ForbiddenRule, hit: &Hit, place: usize, clause: &Clause) -> bool {
        let said_by_agent = self.speech.agent.get(hit.start) == Some(&true);
        let harmless = self.harmless.contains(&(place, n));
        let asked = rule.asserted && clause.question;
        let helped = rule.softened && self.help.get(&clause.turn).is_some_and(|help| *help >= hit.end);
        said_by_agent && !(harmless || asked || helped)
    }

    /// The clause with which the agent opens, if he does.
    fn first_clause(&self) -> Option<usize> {
        let wanted = |clause: &Clause| clause.agent && (self.kind != TextKind::CallNote || clause.quoted);
        self.speech.clauses.iter().position(|clause| clause.start < clause.end && wanted(clause))
    }

    /// Whether nothing but light words stands beside a word in its clause.
    fn is_bare(&self, hit: &Hit, clause: &Clause, at_opening: bool) -> bool {
        let beside = clause.end.saturating_sub(clause.start).saturating_sub(hit.end.saturating_sub(hit.start));
        if beside > LIGHT_MOST {
            return false;
        }
        let light = if at_opening { &self.compiled.light_opening } else { &self.compiled.light };
        let start = clause.start.max(hit.start.saturating_sub(LIGHT_MOST));
        [start..hit.start, hit.end..clause.end]
            .into_iter()
            .all(|range| self.chars.get(range).is_some_and(|chars| light.covers(chars)))
    }

    /// One finding of a kind where several overlap: the longest.
    fn apart(&self, mut spans: Vec<Span>) -> Vec<Span> {
        spans.sort_by_key(|span| (span.start, Reverse(span.end), span.rule));
        let mut reached: BTreeMap<&str, usize> = BTreeMap::new();
        spans.retain(|span| {
            let Some(rule) = self.compiled.raw.forbidden.get(span.rule) else { return false };
            let reached = reached.entry(rule.kind.as_str()).or_default();
            let apart = span.start >= *reached;
            if apart {
                *reached = span.end;
            }
            apart
        });
        spans
    }
}
