//! What people ask of a case.
use serde::{Deserialize, Serialize};

use crate::calendar::Instant;
use crate::ident::{Code, Id};
use crate::seal::Plain;

/// Everything that can be asked of a case. Each names its case; registration may leave the id to follow from the command's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub enum Command {
    /// A contact becomes a case (C1).
    #[serde(rename = "case.register")]
    Register(Box<Registration>),
    /// It goes to a department, and to a person (C4).
    #[serde(rename = "case.assign")]
    Assign {
        /// The case.
        case_id: Id,
        /// To whom.
        department: Code,
        /// The person responsible.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        owner: Option<Id>,
    },
    /// The department or person takes it.
    #[serde(rename = "case.accept")]
    Accept {
        /// The case.
        case_id: Id,
    },
    /// The department or person sends it back.
    #[serde(rename = "case.refuse")]
    Refuse {
        /// The case.
        case_id: Id,
        /// Why, from the rulebook's reasons.
        reason: Code,
    },
    /// Work begins.
    #[serde(rename = "case.begin")]
    Begin {
        /// The case.
        case_id: Id,
    },
    /// The worker is on site (C5).
    #[serde(rename = "case.arrive")]
    Arrive {
        /// The case.
        case_id: Id,
    },
    /// A word of ours reached the customer.
    #[serde(rename = "case.tell")]
    Tell {
        /// The case.
        case_id: Id,
    },
    /// The customer spoke again.
    #[serde(rename = "case.hear")]
    Hear {
        /// The case.
        case_id: Id,
    },
    /// A plan; the date of its next step becomes a promise (D3, D4).
    #[serde(rename = "case.plan")]
    Plan {
        /// The case.
        case_id: Id,
        /// The next step or the solution; a plan without a date does not stop the plan clock.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        next: Option<Instant>,
    },
    /// A time is given to the customer (D4).
    #[serde(rename = "case.promise")]
    Promise {
        /// The case.
        case_id: Id,
        /// By when.
        until: Instant,
    },
    /// What was promised is done.
    #[serde(rename = "case.keep")]
    Keep {
        /// The case.
        case_id: Id,
    },
    /// The problem is more than general (C2).
    #[serde(rename = "case.declare_complex")]
    DeclareComplex {
        /// The case.
        case_id: Id,
        /// Why, from the rulebook's reasons.
        reason: Code,
    },
    /// It is major and goes to the superior at once (C3).
    #[serde(rename = "case.declare_major")]
    DeclareMajor {
        /// The case.
        case_id: Id,
        /// Why, from the rulebook's reasons.
        reason: Code,
    },
    /// Labels are corrected.
    #[serde(rename = "case.relabel")]
    Relabel {
        /// The case.
        case_id: Id,
        /// What changes.
        labels: LabelChange,
    },
    /// Clocks that the reason pauses stand still.
    #[serde(rename = "case.suspend")]
    Suspend {
        /// The case.
        case_id: Id,
        /// Why, from the rulebook's reasons.
        reason: Code,
        /// When it returns by itself.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        until: Option<Instant>,
    },
    /// Work goes on.
    #[serde(rename = "case.resume")]
    Resume {
        /// The case.
        case_id: Id,
    },
    /// A member of staff is complained about or has an interest in the matter, and has no more to do with it (C9).
    #[serde(rename = "case.recuse")]
    Recuse {
        /// The case.
        case_id: Id,
        /// The member of staff.
        staff_id: Id,
    },
    /// A measure was taken in a major matter (C3).
    #[serde(rename = "case.measure")]
    Measure {
        /// The case.
        case_id: Id,
        /// Which, from the rulebook's reasons.
        measure: Code,
    },
    /// Its running clocks go over to the rulebook in force.
    #[serde(rename = "case.rebase")]
    Rebase {
        /// The case.
        case_id: Id,
    },
    /// The one it was escalated to has seen it.
    #[serde(rename = "case.acknowledge")]
    Acknowledge {
        /// The case.
        case_id: Id,
    },
    /// The problem is solved, or declined with a reason (E6).
    #[serde(rename = "case.resolve")]
    Resolve {
        /// The case.
        case_id: Id,
        /// `done`, `partly` or `declined`.
        outcome: Code,
    },
    /// Nothing is left to do.
    #[serde(rename = "case.close")]
    Close {
        /// The case.
        case_id: Id,
    },
    /// It was none.
    #[serde(rename = "case.cancel")]
    Cancel {
        /// The case.
        case_id: Id,
        /// Why, from the rulebook's reasons.
        reason: Code,
    },
    /// It is the same matter as another.
    #[serde(rename = "case.merge")]
    Merge {
        /// The case.
        case_id: Id,
        /// The case that goes on.
        into: Id,
    },
    /// It was not solved after all.
    #[serde(rename = "case.reopen")]
    Reopen {
        /// The case.
        case_id: Id,
        /// Why, from the rulebook's reasons.
        reason: Code,
    },
    /// The call after the work (E2).
    #[serde(rename = "case.revisit")]
    Revisit {
        /// The case.
        case_id: Id,
        /// Somebody answered.
        reached: bool,
        /// The customer says it is solved.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        solved: Option<bool>,
        /// 1 (very dissatisfied) to 5.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        score: Option<u8>,
    },
}

/// What is known when a contact becomes a case. Labels that are absent come from the text, then from the rulebook.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Registration {
    /// The host's own id of the case; ours follows from the command's id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub case_id: Option<Id>,
    /// How the customer came: hotline, window, message, ...
    pub channel: Code,
    /// What the customer said. It is classified, and kept under seal where a vault is open; else it is not kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<Plain>,
    /// Labels that the caller knows.
    #[serde(default, skip_serializing_if = "LabelChange::is_empty")]
    pub labels: LabelChange,
    /// Who asks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer: Option<Id>,
    /// Where.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub premises: Option<Id>,
    /// The number it has in the host's books.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub external: Option<Id>,
}

/// Labels to set; absent ones stay as they are.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct LabelChange {
    /// Kind.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<Code>,
    /// Topic.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub topic: Option<Code>,
    /// Urgency.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub urgency: Option<Code>,
    /// Complexity.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub complexity: Option<Code>,
    /// Whether it is major.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub major: Option<bool>,
    /// Which model gave those that nobody stated: for the step to say, not for the caller.
    #[serde(skip)]
    pub model: Option<Box<str>>,
}

impl LabelChange {
    /// Whether nothing is set.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl Command {
    /// The code by which roles are permitted, such as `case.register`.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Register(_) => "case.register",
            Self::Assign { .. } => "case.assign",
            Self::Accept { .. } => "case.accept",
            Self::Refuse { .. } => "case.refuse",
            Self::Begin { .. } => "case.begin",
            Self::Arrive { .. } => "case.arrive",
            Self::Tell { .. } => "case.tell",
            Self::Hear { .. } => "case.hear",
            Self::Plan { .. } => "case.plan",
            Self::Promise { .. } => "case.promise",
            Self::Keep { .. } => "case.keep",
            Self::DeclareComplex { .. } => "case.declare_complex",
            Self::DeclareMajor { .. } => "case.declare_major",
            Self::Relabel { .. } => "case.relabel",
            Self::Suspend { .. } => "case.suspend",
            Self::Resume { .. } => "case.resume",
            Self::Recuse { .. } => "case.recuse",
            Self::Measure { .. } => "case.measure",
            Self::Rebase { .. } => "case.rebase",
            Self::Acknowledge { .. } => "case.acknowledge",
            Self::Resolve { .. } => "case.resolve",
            Self::Close { .. } => "case.close",
            Self::Cancel { .. } => "case.cancel",
            Self::Merge { .. } => "case.merge",
            Self::Reopen { .. } => "case.reopen",
            Self::Revisit { .. } => "case.revisit",
        }
    }

    /// All names, for rulebooks to be checked against.
    pub const NAMES: [&'static str; 26] = [
        "case.register",
        "case.assign",
        "case.accept",
        "case.refuse",
        "case.begin",
        "case.arrive",
        "case.tell",
        "case.hear",
        "case.plan",
        "case.promise",
        "case.keep",
        "case.declare_complex",
        "case.declare_major",
        "case.relabel",
        "case.suspend",
        "case.resume",
        "case.recuse",
        "case.measure",
        "case.rebase",
        "case.acknowledge",
        "case.resolve",
        "case.close",
        "case.cancel",
        "case.merge",
        "case.reopen",
        "case.revisit",
    ];

    /// The case it names; a registration's id follows from `command` unless the host gave one.
    pub fn case_id(&self, command: &Id) -> Id {
        match self {
            Self::Register(registration) => registration.case_id.clone().unwrap_or_else(|| command.derive("case", 0)),
            Self::Assign { case_id, .. }
            | Self::Accept { case_id }
            | Self::Refuse { case_id, .. }
            | Self::Begin { case_id }
            | Self::Arrive { case_id }
            | Self::Tell { case_id }
            | Self::Hear { case_id }
            | Self::Plan { case_id, .. }
            | Self::Promise { case_id, .. }
            | Self::Keep { case_id }
            | Self::DeclareComplex { case_id, .. }
            | Self::DeclareMajor { case_id, .. }
            | Self::Relabel { case_id, .. }
            | Self::Suspend { case_id, .. }
            | Self::Resume { case_id }
            | Self::Recuse { case_id, .. }
            | Self::Measure { case_id, .. }
            | Self::Rebase { case_id }
            | Self::Acknowledge { case_id }
            | Self::Resolve { case_id, .. }
            | Self::Close { case_id }
            | Self::Cancel { case_id, .. }
            | Self::Merge { case_id, .. }
            | Self::Reopen { case_id, .. }
            | Self::Revisit { case_id, .. } => case_id.clone(),
        }
    }
}
