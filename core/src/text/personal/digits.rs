//! Digits in a text: groups of them, and numbers that groups make together.
use super::letters::Letters;

/// The longest number that anything here has.
const LONGEST: usize = 20;

/// The characters that are digits.
pub(super) const ALL: &str = "0123456789〇零一幺二三四五六七八九";

/// The value of a digit, Arabic or Chinese as numbers are read out: 幺 is one.
#[inline]
pub(in crate::text) fn digit(c: char) -> Option<u8> {
    Some(match c {
        '0'..='9' => return u8::try_from(u32::from(c)).ok()?.checked_sub(b'0'),
        '〇' | '零' => 0,
        '一' | '幺' => 1,
        '二' => 2,
        '三' => 3,
        '四' => 4,
        '五' => 5,
        '六' => 6,
        '七' => 7,
        '八' => 8,
        '九' => 9,
        _ => return None,
    })
}

/// Digits of one script without anything between them.
#[derive(Debug, Clone, Copy)]
pub(super) struct Group {
    pub(super) at: usize,
    pub(super) end: usize,
    pub(super) chinese: bool,
    /// Beside a mask.
    pub(super) masked: bool,
}

impl Group {
    pub(super) fn len(&self) -> usize {
        self.end - self.at
    }
}

/// All groups of a text, in order.
#[derive(Debug, Default)]
pub(super) struct Groups(Vec<Group>);

impl Groups {
    /// Adds a character if it is a digit; places must come in order.
    pub(super) fn add(&mut self, place: usize, c: char) {
        if digit(c).is_none() {
            return;
        }
        let chinese = !c.is_ascii();
        match self.0.last_mut() {
            Some(group) if group.end == place && group.chinese == chinese => group.end += 1,
            _ => self.0.push(Group { at: place, end: place + 1, chinese, masked: false }),
        }
    }

    /// The groups, those beside a mask marked.
    pub(super) fn done(mut self, letters: &Letters) -> Vec<Group> {
        for group in &mut self.0 {
            group.masked = letters.before(group.at) == Some('*') || letters.at(group.end) == Some('*');
        }
        self.0
    }
}

/// A number that groups make together.
#[derive(Debug, Default)]
pub(super) struct Number {
    digits: [u8; LONGEST],
    length: usize,
    pub(super) at: usize,
    pub(super) end: usize,
    /// How many groups.
    pub(super) groups: usize,
    /// Digits of the first group.
    pub(super) first: usize,
    shortest: usize,
    longest: usize,
    pub(super) chinese: bool,
}

impl Number {
    /// Adds a group; false if it does not go on the number.
    pub(super) fn join(&mut self, group: &Group, letters: &Letters) -> bool {
        let joins = self.groups == 0 || gap(letters.slice(self.end..group.at));
        if group.masked || !joins || self.length + group.len() > LONGEST {
            return false;
        }
        for (room, c) in self.digits.iter_mut().skip(self.length).zip(letters.slice(group.at..group.end)) {
            *room = digit(*c).unwrap_or_default();
        }
        if self.groups == 0 {
            (self.at, self.first, self.shortest) = (group.at, group.len(), group.len());
        }
        self.shortest = self.shortest.min(group.len());
        self.longest = self.longest.max(group.len());
        self.length += group.len();
        self.end = group.end;
        self.groups += 1;
        self.chinese |= group.chinese;
        true
    }

    pub(super) fn digits(&self) -> &[u8] {
        self.digits.get(..self.length).unwrap_or_default()
    }

    /// Whether the groups are such as people set apart to read a number: none of one digit, or all.
    pub(super) fn well_set(&self) -> bool {
        self.shortest >= 2 || self.longest == 1
    }

    pub(super) fn shortest(&self) -> usize {
        self.shortest
    }
}

/// What may stand between groups of one number: nothing, where the script changes, or a separator.
fn gap(between: &[char]) -> bool {
    let separates = |c: &char| matches!(c, ' ' | '-' | '.' | '_' | '·' | ')' | '‐' | '‑' | '‒' | '–' | '—' | '−' | '~');
    between.len() <= 3 && between.iter().all(separates) && between.iter().filter(|c| **c != ' ').count() <= 1
}
