//! What can be asked of the desk.
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::access::page;
use crate::calendar::Instant;
use crate::ident::{Code, Id};

/// The longest page of an answer.
pub(super) const PAGE: usize = 1000;

/// A question; each is answered from one snapshot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Query {
    /// A case with its clocks as they stand at `now`, each with its basis.
    Case {
        /// The case.
        case_id: Id,
        /// The time of asking.
        now: Instant,
    },
    /// What happened to a case, row by row.
    Timeline {
        /// The case.
        case_id: Id,
    },
    /// The service ledger (B4): the cases of a community by registration.
    Ledger {
        /// The community.
        community: Id,
        /// The first instant of registration.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        from: Option<Instant>,
        /// The end of registration, exclusive.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        to: Option<Instant>,
        /// Only in this status.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        status: Option<Code>,
        /// After this case: the last of the page before.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        after: Option<Id>,
        /// At most so many lines, 1 to 1000.
        #[serde(default = "page")]
        limit: usize,
    },
    /// The cases that have a number in the host's books, by id; of all communities if none is named.
    Find {
        /// The community.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        community: Option<Id>,
        /// The host's number.
        external: Id,
    },
    /// Cases with a clock that is past due at `now`, the longest overdue first; all communities if none is named.
    Overdue {
        /// The community.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        community: Option<Id>,
        /// The time of asking.
        now: Instant,
        /// At most so many lines, 1 to 1000.
        #[serde(default = "page")]
        limit: usize,
    },
    /// Notices to be sent, after a place of the journal: the outbox.
    Outbox {
        /// The community.
        community: Id,
        /// The place up to which the host has drained it.
        #[serde(default)]
        after: u64,
        /// At most so many journal rows, 1 to 1000.
        #[serde(default = "page")]
        limit: usize,
    },
    /// Labels that people corrected, after a place of the journal. With the texts, which the host has kept, they are what a
    /// classifier learns from.
    Corrections {
        /// The community.
        community: Id,
        /// The place of the last correction that the host has.
        #[serde(default)]
        after: u64,
        /// At most so many lines, 1 to 1000.
        #[serde(default = "page")]
        limit: usize,
    },
    /// Customers whose keys were destroyed, after a place of the journal. Kept elsewhere, it is the list of those to erase again
    /// when an old copy of the store is restored.
    Erasures {
        /// The community.
        community: Id,
        /// The place of the last erasure that the host has.
        #[serde(default)]
        after: u64,
        /// At most so many lines, 1 to 1000.
        #[serde(default = "page")]
        limit: usize,
    },
    /// The month report (J1, J2).
    Month {
        /// The community.
        community: Id,
        /// Any day of the month.
        month: NaiveDate,
        /// The time of asking, up to which open cases are judged.
        now: Instant,
    },
    /// Whether the journal's chain holds.
    Verify {
        /// The community.
        community: Id,
    },
    /// Who holds a premises on a day (A3).
    Tenures {
        /// The premises.
        premises_id: Id,
        /// The day.
        on: NaiveDate,
    },
}
