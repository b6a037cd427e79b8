//! The keys of one transaction: each subject's is unwrapped once, and made when its first value comes.
use std::collections::HashMap;

use super::error::DeskError;
use super::records::{Found, MERGED, REPRESENTED};
use crate::cell::Cell;
use crate::ident::Id;
use crate::people::Customer;
use crate::refusal::Refusal;
use crate::seal::{Plain, SealError, Sealed, Seed, SubjectKey, Vault};
use crate::store::{Row, StoreError, Tx, View, tables};

/// An open vault, and where new keys come from.
#[derive(Debug)]
pub(super) struct Open {
    pub(super) vault: Vault,
    pub(super) seed: Seed,
}

pub(super) struct Keys<'a> {
    vault: Option<&'a Vault>,
    seed: Option<&'a mut Seed>,
    held: HashMap<Id, Held>,
}

struct Held {
    key: SubjectKey,
    /// It was made in this transaction, and is not written yet.
    new: bool,
}

impl<'a> Keys<'a> {
    pub(super) fn new(open: Option<&'a mut Open>) -> Self {
        let (vault, seed) = open.map_or((None, None), |open| (Some(&open.vault), Some(&mut open.seed)));
        Self { vault, seed, held: HashMap::new() }
    }

    /// The vault, if it is open.
    pub(super) fn vault(&self) -> Option<&'a Vault> {
        self.vault
    }

    /// The key of a subject, made if there is none; nothing without a subject or an open vault.
    pub(super) fn of(
        &mut self,
        view: &dyn View,
        subject: Option<&Id>,
    ) -> Result<Result<Option<SubjectKey>, Refusal>, DeskError> {
        let (Some(subject), Some(vault)) = (subject, self.vault) else { return Ok(Ok(None)) };
        if let Some(held) = self.held.get(subject) {
            return Ok(Ok(Some(held.key.clone())));
        }
        let (key, new) = match key_of(view, vault, subject)? {
            Some(Ok(key)) => (key, false),
            Some(Err(error)) => return Ok(Err(forged(&error))),
            None => match &mut self.seed {
                Some(seed) => (seed.subject_key(subject), true),
                None => return Ok(Ok(None)),
            },
        };
        self.held.insert(subject.clone(), Held { key: key.clone(), new });
        Ok(Ok(Some(key)))
    }

    /// Writes the key of a subject whose first value was kept.
    pub(super) fn keep(&mut self, tx: &mut dyn Tx, community: &Id, subject: &Id) -> Result<(), StoreError> {
        let (Some(vault), Some(held)) = (self.vault, self.held.get_mut(subject)) else { return Ok(()) };
        if !std::mem::take(&mut held.new) {
            return Ok(());
        }
        tx.put(&tables::SUBJECT_KEY, &key_row(vault, community, subject, &held.key), None)
    }

    /// Destroys the key of a subject.
    pub(super) fn destroy(&mut self, tx: &mut dyn Tx, subject: &Id) -> Result<(), StoreError> {
        self.held.remove(subject);
        tx.remove(&tables::SUBJECT_KEY, subject)
    }

    /// What a customer is found by; none if that cannot be told, for the vault is closed.
    pub(super) fn found_by(&mut self, view: &dyn View, customer: &Customer) -> Result<Option<Found>, DeskError> {
        if customer.erased.is_some() {
            return Ok(Some(Found::new()));
        }
        let merged = customer.merged_into.iter().map(|into| (MERGED, into.as_str().as_bytes().to_vec()));
        let spoken_for = customer.representatives.iter();
        let represented = spoken_for.map(|one| (REPRESENTED, one.representative.as_str().as_bytes().to_vec()));
        let mut found: Found = merged.chain(represented).collect();
        found.dedup();
        if customer.file.is_empty() {
            return Ok(Some(found));
        }
        let Some(vault) = self.vault else { return Ok(None) };
        let key = match self.of(view, Some(&customer.customer_id))? {
            Ok(Some(key)) => key,
            Ok(None) => return Ok(None),
            Err(refusal) => return Err(DeskError::Refused(Box::new(refusal))),
        };
        found.extend(blind_keys(vault, &key, customer)?);
        Ok(Some(found))
    }
}

/// The blind index of a customer.
pub(super) fn blind_keys(vault: &Vault, key: &SubjectKey, customer: &Customer) -> Result<Found, SealError> {
    let mut found = Found::new();
    for (field, values) in &customer.file {
        for value in values {
            let plain: Plain = key.open(field.code(), value)?;
            let kinds = field.indexed().iter();
            found.extend(kinds.filter_map(|kind| Some((kind.code(), vault.blind(*kind, &plain)?))));
        }
    }
    found.sort_unstable();
    found.dedup();
    Ok(found)
}

/// The key that the store keeps of a subject, or why it does not open.
pub(super) fn key_of(
    view: &dyn View,
    vault: &Vault,
    subject: &Id,
) -> Result<Option<Result<SubjectKey, SealError>>, StoreError> {
    let Some(stored) = view.record(&tables::SUBJECT_KEY, subject)? else { return Ok(None) };
    Ok(Some(wrapped(&stored.state, subject).and_then(|wrapped| vault.unwrap(subject, &wrapped))))
}

/// Reads a wrapped key.
pub(super) fn wrapped(state: &str, subject: &Id) -> Result<Sealed, SealError> {
    let forged = |_| SealError::Forged { what: "wrapped key", place: subject.as_str().into() };
    serde_json::from_str(state).map_err(forged)
}

/// A subject's key as it is kept.
pub(super) fn key_row(vault: &Vault, community: &Id, subject: &Id, key: &SubjectKey) -> Row {
    Row {
        community: community.clone(),
        id: subject.clone(),
        version: 1,
        wake_at: None,
        columns: vec![Cell::Int(i64::from(vault.epoch()))],
        // Base64 needs no escape.
        state: format!("\"{}\"", vault.wrap(subject, key).as_str()),
    }
}

/// The refusal of what does not open.
pub(super) fn forged(error: &SealError) -> Refusal {
    Refusal::new(error.code(), "密钥或密文与所写不符,无法打开", error.to_string())
}
