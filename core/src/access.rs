//! Who may read what of a person, and the record of it.
//!
//! A question about a person comes as a [`Request`]: who asks, in which role, for what purpose. [`grant`] says by the rulebook
//! how much is seen of each class of fields, or refuses; what is not named is not seen. Both answers are kept as a journal row
//! of their own chain, before anything is told: [`Access`] is its body, and names customers by id alone.
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::calendar::Instant;
use crate::case::Notice;
use crate::clause::Words;
use crate::envelope::Actor;
use crate::ident::{Code, Id};
use crate::people::FieldClass;
use crate::refusal::Refusal;
use crate::rulebook::{Purpose, Rulebook, Sight};
use crate::seal::{IndexKind, Plain};

/// The chain in which reads are recorded; no community has this id.
pub const CHAIN: &str = "company/access";
/// What is asked in an emergency whatever the role may ask otherwise.
const URGENT: [&str; 3] = ["contact_card", "customer", "case_text"];

/// A question about persons.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Request {
    /// Who asks. The host has made sure of id and role.
    pub actor: Actor,
    /// What for; without a purpose personal fields are masked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub purpose: Option<Code>,
    /// When.
    pub at: Instant,
    /// What is asked.
    pub ask: Question,
}

/// What is asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Question {
    /// Who is calling (A8): file, premises, cases and promises of whoever is found.
    ContactCard {
        /// What is known of the caller.
        by: Caller,
    },
    /// A customer's file (A1).
    Customer {
        /// The customer.
        customer_id: Id,
    },
    /// What the customer said when a case was registered.
    CaseText {
        /// The case.
        case_id: Id,
    },
    /// Who looked at a customer's file, and who was refused (A12), the last first.
    Accesses {
        /// The customer.
        customer_id: Id,
        /// At most so many, 1 to 1000.
        #[serde(default = "page")]
        limit: usize,
    },
    /// All reads and refusals, after a place of their chain.
    AccessLog {
        /// The place of the last one known.
        #[serde(default)]
        after: u64,
        /// At most so many, 1 to 1000.
        #[serde(default = "page")]
        limit: usize,
    },
    /// Files to go through (A1): first those that lack a name or a phone or were never gone through, then the longest ago.
    FilesDue {
        /// Gone through before this, or never.
        before: Instant,
        /// After this customer.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        after: Option<Id>,
        /// At most so many, 1 to 1000.
        #[serde(default = "page")]
        limit: usize,
    },
}

/// How many lines an answer has where nobody says it.
pub(crate) fn page() -> usize {
    100
}

/// What is known of a caller: one thing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Caller {
    /// The phone.
    Phone(Plain),
    /// The last four digits of the phone.
    PhoneTail(Plain),
    /// The whole name.
    Name(Plain),
    /// The surname.
    Surname(Plain),
    /// The number of an identity card or of a firm.
    Identity(Plain),
    /// A plate.
    Plate(Plain),
    /// The WeChat id.
    Wechat(Plain),
    /// The premises: whoever holds them on that day.
    Premises(Id),
    /// The customer's id.
    Customer(Id),
}

impl Caller {
    /// The index in which a value is looked up; none for an id.
    pub fn indexed(&self) -> Option<(IndexKind, &Plain)> {
        Some(match self {
            Self::Phone(value) => (IndexKind::Phone, value),
            Self::PhoneTail(value) => (IndexKind::PhoneTail, value),
            Self::Name(value) => (IndexKind::Name, value),
            Self::Surname(value) => (IndexKind::Surname, value),
            Self::Identity(value) => (IndexKind::Identity, value),
            Self::Plate(value) => (IndexKind::Plate, value),
            Self::Wechat(value) => (IndexKind::Wechat, value),
            Self::Premises(_) | Self::Customer(_) => return None,
        })
    }
}

impl Question {
    /// Its name, as roles are permitted by it.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::ContactCard { .. } => "contact_card",
            Self::Customer { .. } => "customer",
            Self::CaseText { .. } => "case_text",
            Self::Accesses { .. } => "accesses",
            Self::AccessLog { .. } => "access_log",
            Self::FilesDue { .. } => "files_due",
        }
    }
}

/// How much is seen, class by class.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    sights: BTreeMap<FieldClass, Sight>,
    /// Whom the use of an emergency is told.
    pub tells: Vec<Code>,
}

impl Grant {
    /// How much of a class of fields is seen; none if nothing.
    pub fn sight(&self, class: FieldClass) -> Option<Sight> {
        self.sights.get(&class).copied()
    }
}

/// What the rulebook grants.
///
/// # Errors
/// The refusal, with the rule.
pub fn grant(request: &Request, rulebook: &Rulebook) -> Result<Grant, Refusal> {
    let (role_code, question) = (&request.actor.role, request.ask.name());
    let Some(role) = rulebook.role(role_code) else {
        return Err(Refusal::unknown("access", ("role", "角色"), role_code, rulebook.raw().roles.keys()));
    };
    let purpose = request.purpose.as_ref().map(|code| purpose(code, rulebook)).transpose()?;
    if let Some(code) = request.purpose.as_ref().filter(|code| !role.has_purpose(code)) {
        return Err(Refusal::new(
            "access.purpose",
            format!("“{}”不得为“{code}”查阅个人资料", role.label.zh),
            format!("the role `{role_code}` may not read personal data for `{code}`"),
        )
        .by(format!("roles.{role_code}.purposes"), role.clause.as_ref()));
    }
    let emergency = purpose.filter(|purpose| purpose.is_emergency());
    let urgent = emergency.is_some() && URGENT.contains(&question);
    if !role.asks(question) && !urgent {
        return Err(Refusal::new(
            "access.not_permitted",
            format!("“{}”无权查询 {question}", role.label.zh),
            format!("the role `{role_code}` may not ask `{question}`"),
        )
        .by(format!("roles.{role_code}.asks"), role.clause.as_ref()));
    }
    let seen = |class: FieldClass| {
        let by_role = role.sight(class, request.purpose.as_ref());
        let by_emergency = emergency.and_then(|purpose| purpose.sees.get(&class).copied());
        by_role.max(by_emergency).map(|sight| (class, sight))
    };
    Ok(Grant {
        sights: FieldClass::ALL.into_iter().filter_map(seen).collect(),
        tells: emergency.map(|purpose| purpose.tells.clone()).unwrap_or_default(),
    })
}

fn purpose<'a>(code: &Code, rulebook: &'a Rulebook) -> Result<&'a Purpose, Refusal> {
    let unknown = || Refusal::unknown("access", ("purpose", "查阅目的"), code, rulebook.raw().purposes.keys());
    rulebook.purpose(code).ok_or_else(unknown)
}

/// One read, or a refusal of one, as it is recorded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Access {
    /// What was asked.
    pub ask: Box<str>,
    /// In which role.
    pub role: Code,
    /// What for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub purpose: Option<Code>,
    /// What was shown, and how much of it: fields of the file, or `case_text`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub shown: BTreeMap<Box<str>, Sight>,
    /// Why nothing was: the refusal's code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refused: Option<Box<str>>,
    /// Who hears of it, where it was an emergency.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notices: Vec<Notice>,
}

impl Access {
    /// The name of the event in the journal.
    pub fn event(&self) -> &'static str {
        match (&self.refused, self.notices.is_empty()) {
            (Some(_), _) => "access.refused",
            (None, false) => "access.emergency",
            (None, true) => "access.granted",
        }
    }
}

/// What the roles of an emergency are told.
pub(crate) fn emergency_words(purpose: &Purpose) -> Words {
    Words::new(
        format!("有人以“{}”为由查阅了个人资料,请核实", purpose.label.zh),
        format!("personal data were read for `{}`: please look into it", purpose.label.en),
    )
}

#[cfg(test)]
mod tests;
