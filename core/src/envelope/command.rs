//! A command as it comes in: who, when it happened, when it was entered, and what.
use std::fmt;

use serde::de::value::MapAccessDeserializer;
use serde::de::{self, DeserializeSeed, IntoDeserializer, MapAccess};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::calendar::Instant;
use crate::case;
use crate::ident::{Code, Id, hex};
use crate::people;
use crate::seal::Vault;

/// How much of a command's hash is kept.
const DIGEST_BYTES: usize = 16;
/// Before a digest that only an open vault can compare.
pub(crate) const KEYED: &str = "keyed:";
/// What a command is mostly shorter than, written out.
const TYPICAL_BYTES: usize = 512;

/// A command. Its id makes it answered once: a repeat gets the receipt of the first.
///
/// ```
/// use guanjia::envelope::Command;
/// let command: Command = serde_json::from_str(r#"{
///     "id": "k-1", "community": "riverside", "actor": {"id": "wang", "role": "agent"},
///     "recorded_at": "2026-03-02T09:00:00+08:00",
///     "do": {"case.register": {"channel": "hotline", "text": "厨房水管漏水了"}}
/// }"#)?;
/// assert_eq!(command.action.name(), "case.register");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Command {
    /// Its id.
    pub id: Id,
    /// The community it concerns.
    pub community: Id,
    /// Who gives it.
    pub actor: Actor,
    /// What personal data are read for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub purpose: Option<Code>,
    /// When it happened; when it was entered, if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Instant>,
    /// When it was entered.
    pub recorded_at: Instant,
    /// What is to be done.
    #[serde(rename = "do")]
    pub action: Action,
}

/// Who gives a command, in which role. The host has made sure of both.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Actor {
    /// The staff member.
    pub id: Id,
    /// The role acted in.
    pub role: Code,
}

/// What is to be done: the command of one family of records, as one key and its fields.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// To a case.
    Case(case::Command),
    /// To a community, premises, customer or staff member.
    People(people::Command),
}

impl Command {
    /// When it happened.
    pub fn happened_at(&self) -> Instant {
        self.at.unwrap_or(self.recorded_at)
    }

    /// The record it concerns.
    pub fn record_id(&self) -> Id {
        match &self.action {
            Action::Case(action) => action.case_id(&self.id),
            Action::People(action) => action.record_id(&self.id, &self.community),
        }
    }

    /// Whose key seals what the command tells: the customer's, or that of a case without one. None if it tells nothing
    /// personal.
    pub fn subject(&self) -> Option<Id> {
        match &self.action {
            Action::People(action) => action.file().map(|_| self.record_id()),
            Action::Case(case::Command::Register(registration)) => {
                registration.text.as_ref().map(|_| registration.customer.clone().unwrap_or_else(|| self.record_id()))
            }
            Action::Case(_) => None,
        }
    }

    /// Whether it destroys a customer's key, after which no trace of it may be left.
    pub fn erases(&self) -> bool {
        matches!(self.action, Action::People(people::Command::EraseCustomer { .. }))
    }

    /// Whether it changes what a file is found by beside its values.
    pub(crate) fn moves_index(&self) -> bool {
        use people::Command::{AppointRepresentative, MergeCustomer, SplitCustomer};
        matches!(
            self.action,
            Action::People(AppointRepresentative { .. } | MergeCustomer { .. } | SplitCustomer { .. })
        )
    }

    /// Hash of the whole command, so that a known id with other content is refused. Of an open vault it is keyed: nobody finds
    /// a phone by hashing guesses.
    pub fn digest(&self, vault: Option<&Vault>) -> String {
        // Hashed in one piece: a hash fed word by word costs more than the text. No command of ours refuses to be written.
        let mut text = Zeroizing::new(Vec::with_capacity(TYPICAL_BYTES));
        _ = serde_json::to_writer(&mut *text, self);
        match vault {
            Some(vault) => format!("{KEYED}{}", vault.digest(&text)),
            None => hex(Sha256::digest(&*text).get(..DIGEST_BYTES).unwrap_or_default()),
        }
    }
}

impl Action {
    /// Its name, such as `case.register`.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Case(action) => action.name(),
            Self::People(action) => action.name(),
        }
    }
}

impl Serialize for Action {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Case(action) => action.serialize(serializer),
            Self::People(action) => action.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for Action {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Named;
        impl<'de> de::Visitor<'de> for Named {
            type Value = Action;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("one command and its fields, such as {\"case.tell\": {\"case_id\": \"...\"}}")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Action, A::Error> {
                let Some(name) = map.next_key::<String>()? else {
                    return Err(de::Error::custom("no command is named"));
                };
                let people = name.starts_with("people.");
                let whole = MapAccessDeserializer::new(WithName { name: Some(name), map });
                if people {
                    people::Command::deserialize(whole).map(Action::People)
                } else {
                    case::Command::deserialize(whole).map(Action::Case)
                }
            }
        }
        deserializer.deserialize_map(Named)
    }
}

/// A map whose first key was read to see which family it belongs to.
struct WithName<A> {
    name: Option<String>,
    map: A,
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for WithName<A> {
    type Error = A::Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, A::Error> {
        match self.name.take() {
            Some(name) => seed.deserialize(name.into_deserializer()).map(Some),
            None => self.map.next_key_seed(seed),
        }
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, A::Error> {
        self.map.next_value_seed(seed)
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for Action {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Action".into()
    }
    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let families = [generator.subschema_for::<case::Command>(), generator.subschema_for::<people::Command>()];
        schemars::json_schema!({ "oneOf": families })
    }
}
