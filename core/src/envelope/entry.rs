//! What a step leaves behind: journal rows, chained by hash.
use std::borrow::Cow;

use sha2::{Digest, Sha256};

use crate::calendar::Instant;
use crate::ident::Id;

/// One row of the journal: one event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The community whose chain it stands in.
    pub community: Id,
    /// Its place in that chain, dense from 1.
    pub seq: u64,
    /// The command that brought it; what time alone brought has a command id derived from the record and the number of its steps.
    pub command: Id,
    /// The `n`th event of that command, from 0.
    pub n: u32,
    /// When it happened.
    pub at: Instant,
    /// When it was entered.
    pub recorded_at: Instant,
    /// Who did it.
    pub actor: Id,
    /// The record it belongs to.
    pub record: Id,
    /// Name of the event, such as `case.registered`.
    pub kind: Cow<'static, str>,
    /// Version of the event's form.
    pub version: u32,
    /// How many notices its body carries.
    pub notices: u32,
    /// The event as JSON; retention may drop it, never its hash.
    pub body: Option<Box<str>>,
    /// Hash of the body.
    pub body_hash: [u8; 32],
    /// Hash of the row before, the columns above and `body_hash`.
    pub hash: [u8; 32],
}

/// Where a community's chain stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// Place of the last row, 0 before the first.
    pub seq: u64,
    /// Hash of the last row, zeros before the first.
    pub hash: [u8; 32],
    /// Hash of the rulebook in force.
    pub rulebook: [u8; 32],
    /// The latest instant the community was woken to or wrote at.
    pub woken_to: Instant,
}

impl Default for Head {
    fn default() -> Self {
        Self { seq: 0, hash: [0; 32], rulebook: [0; 32], woken_to: Instant::MIN }
    }
}

impl Head {
    /// The place of the row to come.
    pub(crate) fn next_place(&self) -> u64 {
        self.seq.saturating_add(1)
    }
}

impl Entry {
    /// The hash that chains this row to `previous`; equal to `self.hash` unless somebody changed a row.
    pub fn chained(&self, previous: &[u8; 32]) -> [u8; 32] {
        let mut hash = Sha256::new();
        hash.update(previous);
        for text in
            [self.community.as_str(), self.command.as_str(), self.actor.as_str(), self.record.as_str(), &self.kind]
        {
            hash.update(u64::try_from(text.len()).unwrap_or(u64::MAX).to_be_bytes());
            hash.update(text);
        }
        hash.update(self.seq.to_be_bytes());
        hash.update(self.at.micros().to_be_bytes());
        hash.update(self.recorded_at.micros().to_be_bytes());
        for number in [self.n, self.version, self.notices] {
            hash.update(number.to_be_bytes());
        }
        hash.update(self.body_hash);
        hash.finalize().into()
    }

    /// The row as the next of its chain, which stands after it then: place and hash follow from the head, whatever the row says.
    pub(crate) fn next_of(mut self, head: &mut Head) -> Self {
        self.seq = head.next_place();
        self.hash = self.chained(&head.hash);
        (head.seq, head.hash) = (self.seq, self.hash);
        self
    }

    /// Hash of a body.
    pub fn digest(body: &str) -> [u8; 32] {
        Sha256::digest(body).into()
    }
}
