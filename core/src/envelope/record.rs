//! A record of any family, and how the journal rebuilds it.
use serde::{Deserialize, Serialize};

use super::entry::Entry;
use crate::case::{self, Notice, Stamp};
use crate::ident::Id;
use crate::people;

/// The state of one record.
#[expect(clippy::large_enum_variant, reason = "most records are cases, and a box would be one more step to each")]
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Record {
    /// A case.
    Case(case::State),
    /// A community, premises, customer or staff member.
    People(people::State),
}

/// What a journal row holds: the event, whom it tells, and on a command's first row the digest of the command.
#[derive(Debug, Serialize)]
pub struct Body<'a, E> {
    /// Digest of the command.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub digest: Option<String>,
    /// The event.
    pub event: &'a E,
    /// Who is told.
    #[serde(skip_serializing_if = "<[Notice]>::is_empty")]
    pub notices: &'a [Notice],
}

/// Why a journal row does not rebuild a record.
#[derive(Debug, thiserror::Error)]
pub enum ReplayError {
    /// Retention has dropped the body.
    #[error("row {seq}: its body was dropped")]
    Dropped {
        /// The row's place.
        seq: u64,
    },
    /// The body is not an event we know.
    #[error("row {seq}: {source}")]
    Unreadable {
        /// The row's place.
        seq: u64,
        /// What is wrong with it.
        source: serde_json::Error,
    },
    /// The row does not follow from the rows before it.
    #[error("row {seq}: `{kind}` does not follow from what came before")]
    Unfitting {
        /// The row's place.
        seq: u64,
        /// The event.
        kind: Box<str>,
    },
}

impl Record {
    /// The number it has in the host's books.
    pub fn external(&self) -> Option<&Id> {
        match self {
            Self::Case(state) => state.external.as_ref(),
            Self::People(_) => None,
        }
    }

    /// The state as it is kept, as JSON at the end of `text`.
    ///
    /// # Errors
    /// When it cannot be written as JSON, which no state of ours refuses.
    pub fn write_json(&self, text: &mut Vec<u8>) -> serde_json::Result<()> {
        match self {
            Self::Case(state) => serde_json::to_writer(text, state),
            Self::People(state) => serde_json::to_writer(text, state),
        }
    }

    /// Folds a journal row into the record it belongs to; the first row begins the record.
    ///
    /// # Errors
    /// When the row is unreadable or does not follow from the record.
    pub fn replay(before: Option<Self>, entry: &Entry) -> Result<Self, ReplayError> {
        #[derive(Deserialize)]
        struct Held<E> {
            event: E,
        }
        let seq = entry.seq;
        let body = entry.body.as_deref().ok_or(ReplayError::Dropped { seq })?;
        let unreadable = |source| ReplayError::Unreadable { seq, source };
        let unfitting = || ReplayError::Unfitting { seq, kind: entry.kind.as_ref().into() };
        let stamp = Stamp { at: entry.at, place: seq };
        if entry.kind.starts_with("people.") {
            let Held { event } = serde_json::from_str::<Held<people::Event>>(body).map_err(unreadable)?;
            return match before {
                None => people::State::begin(entry.record.clone(), &event),
                Some(Self::People(state)) => Some(state.apply(&event, entry.at)),
                Some(Self::Case(_)) => None,
            }
            .map(Self::People)
            .ok_or_else(unfitting);
        }
        let Held { event } = serde_json::from_str::<Held<case::Event>>(body).map_err(unreadable)?;
        match (before, &event) {
            (None, case::Event::Registered(first)) => {
                Ok(Self::Case(case::State::registered(entry.record.clone(), first, stamp)))
            }
            (Some(Self::Case(state)), event) => Ok(Self::Case(state.apply(event, stamp))),
            _ => Err(unfitting()),
        }
    }
}
