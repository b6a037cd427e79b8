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
    open: Option<(&'a Vault, &'a mut Seed)>,
    held: HashMap<Id, Held>,
}

struct Held {
    key: SubjectKey,
    /// It was made in this transaction, and is not written yet.
    new: bool,
}

impl<'a> Keys<'a> {
    pub(super) fn new(open: Option<&'a mut Open>) -> Self {
        Self { open: open.map(|open| (&open.vault, &mut open.seed)), held: HashMap::new() }
    }

    /// The vault, if it is open.
    pub(super) fn vault(&self) -> Option<&'a Vault> {
        self.open.as_ref().map(|(vault, _)| *vault)
    }

    /// The key of a subject, made if there is none; nothing where the vault is closed.
    pub(super) fn of(&mut self, view: &dyn View, subject: &Id) -> Result<Option<SubjectKey>, DeskError> {
        let Some((vault, seed)) = &mut self.open else { return Ok(None) };
        if let Some(held) = self.held.get(subject) {
            return Ok(Some(held.key.clone()));
        }
        let (key, new) = match key_of(view, vault, subject)? {
            Some(key) => (key, false),
            None => (seed.subject_key(subject), true),
        };
        self.held.insert(subject.clone(), Held { key: key.clone(), new });
        Ok(Some(key))
    }

    /// Writes the key of a subject whose first value was kept.
    pub(super) fn keep(&mut self, tx: &mut dyn Tx, community: &Id, subject: &Id) -> Result<(), StoreError> {
        let (Some(vault), Some(held)) = (self.vault(), self.held.get_mut(subject)) else { return Ok(()) };
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
        let Some(vault) = self.vault() else { return Ok(None) };
        let Some(key) = self.of(view, &customer.customer_id)? else { return Ok(None) };
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

/// The key that the store keeps of a subject, if it keeps one; a refusal if it does not open.
pub(super) fn key_of(view: &dyn View, vault: &Vault, subject: &Id) -> Result<Option<SubjectKey>, DeskError> {
    let stored = view.record(&tables::SUBJECT_KEY, subject)?;
    Ok(stored.map(|stored| unwrapped(vault, subject, &stored.state)).transpose()?)
}

/// The key that a row keeps of a subject.
pub(super) fn unwrapped(vault: &Vault, subject: &Id, state: &str) -> Result<SubjectKey, Refusal> {
    let unreadable = |_| SealError::Forged { what: "wrapped key", place: subject.as_str().into() };
    let wrapped = serde_json::from_str::<Sealed>(state).map_err(unreadable);
    wrapped.and_then(|wrapped| vault.unwrap(subject, &wrapped)).map_err(|error| forged(&error))
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
