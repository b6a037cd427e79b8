//! Opening, closing and rotating the vault of a desk.
use serde::{Deserialize, Serialize};

use super::error::DeskError;
use super::keys::{Open, key_row, unwrapped};
use super::{Desk, company, named, seen, written};
use crate::cell::Cell;
use crate::refusal::Refusal;
use crate::seal::{CompanyKey, Plain, SealError, Seed, Stretch, Vault, VaultRecord};
use crate::store::{Row, Tx, tables};

/// Under which id the vault's record is kept.
const VAULT: &str = "vault";

/// What opens a vault.
#[derive(Debug, Clone)]
pub enum Opener {
    /// A key of the host's.
    Key(CompanyKey),
    /// A passphrase.
    Passphrase(Plain),
}

/// What an unlock found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Unlocked {
    /// There was no vault, and one was made.
    pub created: bool,
    /// How often the company's key has changed, from 1.
    pub epoch: u32,
}

/// What a rotation did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Rotated {
    /// Customers' keys that were wrapped anew.
    pub keys: u64,
    /// How often the company's key has changed, from 1.
    pub epoch: u32,
}

impl Desk {
    /// Opens the store's vault, and makes it where there is none. `seed` holds 32 random bytes that serve no other desk: new
    /// keys come from it.
    ///
    /// # Errors
    /// A key or a passphrase that does not open the vault, or a failure of the store.
    pub fn unlock(&mut self, opener: &Opener, mut seed: Seed) -> Result<Unlocked, DeskError> {
        if let Some(record) = self.vault_record()? {
            let vault = opened(opener, &record)?;
            let epoch = vault.epoch();
            self.open = Some(Open { vault, seed });
            return Ok(Unlocked { created: false, epoch });
        }
        let (key, stretch) = key_of(opener, &mut seed)?;
        let (vault, record) = Vault::create(&key, stretch, &mut seed);
        let row = vault_row(&record)?;
        let mut there = false;
        self.store.write(&company()?, &mut |tx| {
            // Another process may have made one while we thought.
            there = tx.record(&tables::VAULT, &row.id)?.is_some();
            if there { Ok(()) } else { tx.put(&tables::VAULT, &row, None) }
        })?;
        if there {
            return self.unlock(opener, seed);
        }
        self.open = Some(Open { vault, seed });
        Ok(Unlocked { created: true, epoch: record.epoch })
    }

    /// Closes the vault: nothing personal is read or written until it is opened again.
    pub fn lock(&mut self) {
        self.open = None;
    }

    /// Whether the vault is open.
    pub fn is_unlocked(&self) -> bool {
        self.open.is_some()
    }

    /// Gives the vault another key of the company's: every customer's key is wrapped anew in one transaction, and the old key
    /// opens nothing of the store any more. What is sealed stays as it is, so no history is rewritten; whoever kept the old key
    /// and an old copy of the file can read that copy, and with the keys in it what is added to those files later.
    ///
    /// # Errors
    /// When the vault is closed, a wrapped key does not open (then nothing is changed), or the store fails.
    pub fn rotate(&mut self, opener: &Opener) -> Result<Rotated, DeskError> {
        let Some(open) = &mut self.open else { return Err(locked().into()) };
        let (key, stretch) = key_of(opener, &mut open.seed)?;
        let old = open.vault.clone();
        let (vault, record) = old.rotated(&key, stretch);
        let row = vault_row(&record)?;
        let keys = written(&mut *self.store, &company()?, |tx| {
            tx.put(&tables::VAULT, &row, None)?;
            rewrap(tx, &old, &vault)
        })?;
        open.vault = vault;
        // Keys under the old one lie in the log until then.
        self.store.wipe()?;
        Ok(Rotated { keys, epoch: record.epoch })
    }

    fn vault_record(&mut self) -> Result<Option<VaultRecord>, DeskError> {
        let id = named(VAULT)?;
        let found = seen(&mut *self.store, |view| Ok(view.record(&tables::VAULT, &id)?))?;
        let unreadable = |error: serde_json::Error| SealError::Record(error.to_string().into());
        Ok(found.map(|stored| serde_json::from_str(&stored.state).map_err(unreadable)).transpose()?)
    }
}

/// Wraps every subject's key anew: how many there are.
fn rewrap(tx: &mut dyn Tx, old: &Vault, new: &Vault) -> Result<u64, DeskError> {
    let mut rows: Vec<Row> = Vec::new();
    tx.each(&tables::SUBJECT_KEY, &mut |row| rows.push(row.clone()))?;
    let count = u64::try_from(rows.len()).unwrap_or(u64::MAX);
    for row in rows {
        let key = unwrapped(old, &row.id, &row.state)?;
        tx.put(&tables::SUBJECT_KEY, &key_row(new, &row.community, &row.id, &key), None)?;
    }
    Ok(count)
}

fn opened(opener: &Opener, record: &VaultRecord) -> Result<Vault, SealError> {
    match opener {
        Opener::Passphrase(passphrase) => Vault::open_with_passphrase(passphrase.as_str(), record),
        Opener::Key(_) if record.stretch.is_some() => Err(SealError::OtherMeans { wanted: "passphrase" }),
        Opener::Key(key) => Vault::open(key, record),
    }
}

fn key_of(opener: &Opener, seed: &mut Seed) -> Result<(CompanyKey, Option<Stretch>), SealError> {
    match opener {
        Opener::Key(key) => Ok((key.clone(), None)),
        Opener::Passphrase(passphrase) => {
            let stretch = Stretch::standard(seed.salt());
            Ok((CompanyKey::from_passphrase(passphrase.as_str(), &stretch)?, Some(stretch)))
        }
    }
}

fn vault_row(record: &VaultRecord) -> Result<Row, DeskError> {
    let unwritten = |error: serde_json::Error| DeskError::Data { record: VAULT.into(), message: error.to_string() };
    Ok(Row {
        community: company()?,
        id: named(VAULT)?,
        version: i64::from(record.epoch),
        wake_at: None,
        columns: vec![Cell::Int(i64::from(record.epoch))],
        state: serde_json::to_string(record).map_err(unwritten)?,
    })
}

/// The refusal of what needs an open vault.
pub(super) fn locked() -> Refusal {
    Refusal::new("vault.locked", "保险库未打开", "the vault is closed: open it first")
}
