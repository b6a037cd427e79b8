//! Who speaks where in a text: clauses, turns, quotations and what is reported of others.
use super::check::TextKind;
use super::compile::Mark;
use crate::text::fold;

/// A label of a transcript stands within so many characters of the beginning of a line.
const LABEL: usize = 12;
/// Between a person and the verb of saying lie no more characters than this.
const SUBJECT: usize = 10;
/// `已`, `后` or `并` may stand before the verb that opens a clause.
const LEAD: usize = 2;

/// A text folded and without spaces, and where each of its characters stood.
#[derive(Debug)]
pub(super) struct Plain {
    pub(super) chars: Vec<char>,
    /// Per character, its place in the text as it was given, in characters.
    pub(super) at: Vec<usize>,
}

impl Plain {
    pub(super) fn new(text: &str) -> Self {
        let mut plain = Self { chars: Vec::with_capacity(text.len() / 3), at: Vec::with_capacity(text.len() / 3) };
        // Folding leaves every character one character.
        for (at, c) in fold(text).chars().enumerate() {
            let unseen = matches!(c, '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}');
            if c == '\n' || !(c.is_whitespace() || c.is_control() || unseen) {
                plain.chars.push(c);
                plain.at.push(at);
            }
        }
        plain
    }
}

/// A word of the automaton at its place, in characters of the plain text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Hit {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) mark: Mark,
}

/// A stretch between two marks.
#[derive(Debug, Clone, Copy)]
pub(super) struct Clause {
    pub(super) start: usize,
    pub(super) end: usize,
    /// A question mark ends it, or `吗`.
    pub(super) question: bool,
    /// It stands in quotation marks.
    pub(super) quoted: bool,
    /// Whether the agent speaks where it begins.
    pub(super) agent: bool,
    /// The number of the turn it belongs to.
    pub(super) turn: usize,
}

/// A text by clauses and voices.
#[derive(Debug)]
pub(super) struct Speech {
    pub(super) clauses: Vec<Clause>,
    /// Per character, its clause; a mark belongs to the clause it ends.
    pub(super) clause_of: Vec<usize>,
    /// Per character, whether the agent speaks.
    pub(super) agent: Vec<bool>,
}

/// Who is meant to say what follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Person {
    Desk,
    Other,
}

/// How far what others say goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reported {
    /// The desk speaks.
    No,
    /// What others say, until the desk is said to speak.
    Said,
    /// What others complain of: in it the desk may be said to speak.
    Complaint,
}

/// The walk through a text.
struct Walk<'a> {
    kind: TextKind,
    chars: &'a [char],
    hits: &'a [Hit],
    /// Per character, the place of the mark that closes a quotation opened there.
    closing: Vec<Option<usize>>,
    speech: Speech,
    clause_start: usize,
    turn: usize,
    turns: usize,
    turn_is_agent: bool,
    /// Whom the sentence has named last: the end of the name and where it began.
    subject: Option<(Person, usize, usize)>,
    /// Who has been said to speak.
    speaker: Option<Person>,
    reported: Reported,
    /// Whether the clause is about words: what it quotes is said by nobody.
    about_words: bool,
    /// Where a word that makes the next name an addressee ends.
    towards: Option<usize>,
    quote: Option<Quote>,
}

#[derive(Clone, Copy)]
struct Quote {
    end: usize,
    is_agent: bool,
    outer_turn: usize,
}

/// Reads who speaks where. `hits` are in order of their starts.
pub(super) fn speech(kind: TextKind, chars: &[char], hits: &[Hit]) -> Speech {
    let room = chars.len();
    let mut walk = Walk {
        kind,
        chars,
        hits,
        closing: closing_marks(chars),
        speech: Speech { clauses: Vec::new(), clause_of: Vec::with_capacity(room), agent: Vec::with_capacity(room) },
        clause_start: 0,
        turn: 0,
        turns: 0,
        turn_is_agent: true,
        subject: None,
        speaker: None,
        reported: Reported::No,
        about_words: false,
        towards: None,
        quote: None,
    };
    walk.run();
    walk.speech
}

fn ends_sentence(c: char) -> bool {
    matches!(c, '。' | '!' | '?' | ';' | '\n' | '…')
}

fn is_quote(c: char) -> bool {
    matches!(c, '“' | '”' | '"' | '「' | '」' | '『' | '』' | '‘' | '’')
}

fn ends_clause(c: char) -> bool {
    ends_sentence(c) || is_quote(c) || matches!(c, ',' | '.' | ':' | '、' | '~' | '—')
}

/// For each opening quotation mark the place of the mark that closes it. A straight one opens and closes in turn; one that
/// nothing closes on its line opens nothing.
fn closing_marks(chars: &[char]) -> Vec<Option<usize>> {
    let mut closing = vec![None; chars.len()];
    let mut open: Option<(usize, char)> = None;
    for (at, c) in chars.iter().enumerate() {
        match (*c, open) {
            ('\n', _) => open = None,
            (c, Some((from, close))) if c == close => {
                if let Some(place) = closing.get_mut(from) {
                    *place = Some(at);
                }
                open = None;
            }
            ('“', None) => open = Some((at, '”')),
            ('"', None) => open = Some((at, '"')),
            ('「', None) => open = Some((at, '」')),
            ('『', None) => open = Some((at, '』')),
            ('‘', None) => open = Some((at, '’')),
            _ => {}
        }
    }
    closing
}

impl Walk<'_> {
    fn run(&mut self) {
        let mut next = 0;
        let mut label_until = self.label(0, next);
        for (at, c) in self.chars.iter().copied().enumerate() {
            let in_label = at < label_until;
            while let Some(hit) = self.hits.get(next).filter(|hit| hit.start <= at) {
                if !in_label && self.quote.is_none() {
                    self.hear(*hit);
                }
                next += 1;
            }
            self.speech.clause_of.push(self.speech.clauses.len());
            self.speech.agent.push(!in_label && self.is_agent(at));
            if !ends_clause(c) {
                continue;
            }
            self.close_clause(at);
            self.quotation(at);
            if self.quote.is_none() {
                self.after_mark(c);
                if ends_sentence(c) && !in_label {
                    label_until = self.label(at + 1, next);
                }
            }
        }
        self.close_clause(self.chars.len());
    }

    fn is_agent(&self, at: usize) -> bool {
        match self.quote {
            Some(quote) if at < quote.end => quote.is_agent,
            _ => self.turn_is_agent && self.reported == Reported::No,
        }
    }

    /// Reads a label such as `业主:` that begins at `start`, and begins a turn. Gives where what is said begins.
    fn label(&mut self, start: usize, next: usize) -> usize {
        let within = match self.kind {
            TextKind::Reply => return start,
            // A form's field and a line of a note begin alike: only the bare word is a label.
            TextKind::CallNote => 5,
            TextKind::Transcript => LABEL,
        };
        let line = self.chars.iter().skip(start).take(within);
        let Some(colon) = line.clone().position(|c| *c == ':').map(|colon| start + colon) else { return start };
        if line.take(colon - start).any(|c| ends_clause(*c)) {
            return start;
        }
        let named = |person: Person| {
            let mark = if person == Person::Desk { Mark::Desk } else { Mark::Others };
            let label = self.hits.get(next..).unwrap_or_default().iter().take_while(|hit| hit.start < colon);
            label.filter(|hit| hit.start >= start && hit.end <= colon).find(|hit| hit.mark == mark).copied()
        };
        let desk = named(Person::Desk);
        let person = desk.or_else(|| named(Person::Other));
        if self.kind == TextKind::CallNote && person.is_none_or(|hit| hit.start != start || hit.end != colon) {
            return start;
        }
        self.turn_is_agent = desk.is_some();
        self.turns += 1;
        self.turn = self.turns;
        colon + 1
    }

    /// What a cue says of who speaks.
    fn hear(&mut self, hit: Hit) {
        match hit.mark {
            Mark::Towards => self.towards = Some(hit.end),
            Mark::Others | Mark::Desk if self.towards == Some(hit.start) => self.towards = Some(hit.end),
            Mark::Others => self.subject = Some((Person::Other, hit.start, hit.end)),
            // `我们` is `我` and more; the longer word comes first.
            Mark::Desk if self.subject.is_none_or(|(_, _, end)| hit.end > end) => {
                self.subject = Some((Person::Desk, hit.start, hit.end));
            }
            Mark::AboutWords => {
                self.about_words = true;
                self.speaker = Some(Person::Other);
            }
            Mark::Says | Mark::Complains | Mark::Answers if self.about_words => {}
            Mark::Says => self.said(hit, Reported::Said, false),
            Mark::Complains => self.said(hit, Reported::Complaint, false),
            Mark::Answers => self.said(hit, Reported::Said, true),
            _ => {}
        }
    }

    fn said(&mut self, hit: Hit, how: Reported, answers: bool) {
        let near = |end: usize| (self.clause_start..=hit.start).contains(&end) && hit.start - end <= SUBJECT;
        let opens_clause = hit.start.saturating_sub(self.clause_start) <= LEAD;
        match self.subject.filter(|(_, _, end)| near(*end)) {
            Some((Person::Desk, start, _)) => {
                let breaks = self.reported != Reported::Complaint || answers;
                if self.reported == Reported::No || (breaks && start == self.clause_start) {
                    self.reported = Reported::No;
                    self.speaker = Some(Person::Desk);
                }
            }
            Some((Person::Other, ..)) => self.report(hit, how),
            None if self.kind != TextKind::CallNote || !opens_clause => {}
            None if answers => {
                self.reported = Reported::No;
                self.speaker = Some(Person::Desk);
            }
            // In a note a verb without a subject is the caller's.
            None => self.report(hit, how),
        }
    }

    fn report(&mut self, hit: Hit, how: Reported) {
        // `您反映的问题` names a matter and reports nothing.
        if self.chars.get(hit.end) == Some(&'的') {
            return;
        }
        self.speaker = Some(Person::Other);
        if self.reported != Reported::Complaint {
            self.reported = how;
        }
    }

    /// What a mark ends, outside of quotations.
    fn after_mark(&mut self, c: char) {
        self.about_words &= !ends_sentence(c) && c != ',';
        if ends_sentence(c) {
            self.reported = Reported::No;
            self.speaker = None;
            self.subject = None;
        } else if self.kind != TextKind::CallNote && c == ',' {
            // In a reply the agent answers at once to what he repeats.
            self.reported = Reported::No;
        }
    }

    /// Opens or closes a quotation at a mark.
    fn quotation(&mut self, at: usize) {
        if let Some(quote) = self.quote {
            if at >= quote.end {
                self.turn = quote.outer_turn;
                self.quote = None;
            }
            return;
        }
        if let Some(end) = self.closing.get(at).copied().flatten() {
            let is_agent = self.turn_is_agent && self.reported == Reported::No && self.speaker == Some(Person::Desk);
            self.quote = Some(Quote { end, is_agent, outer_turn: self.turn });
            self.turns += 1;
            self.turn = self.turns;
        }
    }

    fn close_clause(&mut self, end: usize) {
        let start = self.clause_start;
        let last = end.checked_sub(1).filter(|last| *last >= start).and_then(|last| self.chars.get(last));
        let question = self.chars.get(end) == Some(&'?') || matches!(last, Some('吗' | '么'));
        self.speech.clauses.push(Clause {
            start,
            end,
            question,
            quoted: self.quote.is_some(),
            agent: self.speech.agent.get(start).copied().unwrap_or(false),
            turn: self.turn,
        });
        self.clause_start = end.saturating_add(1);
    }
}
