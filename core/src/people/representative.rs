//! Who may speak for a customer, in what, and from when to when (A12).
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::tenure::{Days, covers, share_a_day};
use crate::ident::{Code, Id};
use crate::refusal::Refusal;

/// The most matters one may speak in.
const MOST_MATTERS: usize = 16;

/// One who may speak for a customer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Representative {
    /// Who: a customer with a file as well.
    pub representative: Id,
    /// In what: codes of the company's, such as `repairs` or `fees`.
    pub scope: Vec<Code>,
    /// The first day.
    pub from: NaiveDate,
    /// The day after the last; none while it goes on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<NaiveDate>,
}

impl Representative {
    /// Whether it holds on a day.
    pub fn covers(&self, day: NaiveDate) -> bool {
        covers(self.days(), day)
    }

    fn days(&self) -> Days {
        (self.from, self.to)
    }

    /// Refuses what is no mandate, or one that shares a day with another of the same two.
    pub(super) fn check(&self, customer: &Id, others: &[Self]) -> Result<(), Refusal> {
        if self.representative == *customer {
            return Err(Refusal::new(
                "people.itself",
                "客户不能做自己的代理人",
                format!("`{customer}` needs nobody to speak for itself: name another customer"),
            ));
        }
        if !(1..=MOST_MATTERS).contains(&self.scope.len()) {
            return Err(Refusal::new(
                "people.scope",
                format!("代理范围须为1至{MOST_MATTERS}项"),
                format!("a representative speaks in 1 to {MOST_MATTERS} matters, these are {}", self.scope.len()),
            ));
        }
        if self.to.is_some_and(|to| to <= self.from) {
            return Err(Refusal::new(
                "people.empty_mandate",
                format!("代理止期须晚于起期“{}”", self.from),
                format!("`to` is the day after the last and lies after `{}`, the first", self.from),
            ));
        }
        let shares_a_day =
            |other: &&Self| other.representative == self.representative && share_a_day(self.days(), other.days());
        match others.iter().find(shares_a_day) {
            None => Ok(()),
            Some(other) => Err(Refusal::new(
                "people.overlap",
                format!("“{}”自“{}”起已是代理人", self.representative, other.from),
                format!("`{}` speaks for the customer from `{}` already", self.representative, other.from),
            )),
        }
    }
}
