//! The vault: what the company's key opens.
use std::fmt;

use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::cipher::{KEY, Key, Lock, derived, keyed};
use super::index::IndexKind;
use super::key::{CompanyKey, Seed, Stretch};
use super::sealed::{Sealed, SubjectKey};
use super::{Plain, SealError};
use crate::ident::{Id, hex};

/// Bytes of a blind key: two values are alike by chance once in 2^128.
const BLIND: usize = 16;
/// Bytes of a digest that are kept.
const DIGEST: usize = 16;
/// The version of the vault's form.
const FORM: u32 = 1;

/// What is kept of a vault. It tells nothing without the key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VaultRecord {
    /// Version of this form.
    pub v: u32,
    /// How often the company's key has changed, from 1.
    pub epoch: u32,
    /// How the passphrase is stretched; none if the host gives a key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stretch: Option<Stretch>,
    /// The vault's own secret, under the company's key.
    pub secret: Sealed,
}

/// An open vault. It wraps and unwraps keys, and computes what values are found by.
#[derive(Clone)]
pub struct Vault {
    epoch: u32,
    wrapping: Lock,
    secret: Key,
    index: Key,
    digests: Key,
}

impl Vault {
    /// Makes a vault, and what is to be kept of it.
    pub fn create(key: &CompanyKey, stretch: Option<Stretch>, seed: &mut Seed) -> (Self, VaultRecord) {
        Self::under(key, stretch, seed.secret(), 1)
    }

    /// Opens a vault by the key.
    ///
    /// # Errors
    /// [`SealError::WrongKey`], or [`SealError::Record`] for a form that this version does not know.
    pub fn open(key: &CompanyKey, record: &VaultRecord) -> Result<Self, SealError> {
        if record.v != FORM {
            return Err(SealError::Record(format!("its form is {}, this version knows {FORM}", record.v).into()));
        }
        let epoch = record.epoch.to_be_bytes();
        let shown = record
            .secret
            .bytes()
            .and_then(|bytes| Lock::new(&key.derived("vault")).show(&[b"vault", &epoch], &bytes))
            .ok_or(SealError::WrongKey)?;
        let mut secret: Key = Zeroizing::new([0; KEY]);
        if shown.len() != KEY {
            return Err(SealError::Record("its secret is too short".into()));
        }
        secret.copy_from_slice(&shown);
        Ok(Self::parts(key, secret, record.epoch))
    }

    /// Opens a vault that was made with a passphrase.
    ///
    /// # Errors
    /// As [`Vault::open`]; [`SealError::OtherMeans`] if it was made with a key.
    pub fn open_with_passphrase(passphrase: &str, record: &VaultRecord) -> Result<Self, SealError> {
        let stretch = record.stretch.as_ref().ok_or(SealError::OtherMeans { wanted: "key" })?;
        Self::open(&CompanyKey::from_passphrase(passphrase, stretch)?, record)
    }

    /// The same vault under another key of the company's. Wrapped keys are to be wrapped anew; what is sealed, indexed and
    /// digested stays as it is, so no history is rewritten.
    pub fn rotated(&self, key: &CompanyKey, stretch: Option<Stretch>) -> (Self, VaultRecord) {
        Self::under(key, stretch, self.secret.clone(), self.epoch.saturating_add(1))
    }

    fn under(key: &CompanyKey, stretch: Option<Stretch>, secret: Key, epoch: u32) -> (Self, VaultRecord) {
        let hidden = Lock::new(&key.derived("vault")).hide(&[b"vault", &epoch.to_be_bytes()], b"", secret.as_slice());
        let record = VaultRecord { v: FORM, epoch, stretch, secret: Sealed::of(&hidden) };
        (Self::parts(key, secret, epoch), record)
    }

    fn parts(key: &CompanyKey, secret: Key, epoch: u32) -> Self {
        let (index, digests) = (derived(&secret, "index"), derived(&secret, "digests"));
        Self { epoch, wrapping: Lock::new(&key.derived("wrapping")), secret, index, digests }
    }

    /// How often the company's key has changed, from 1.
    pub fn epoch(&self) -> u32 {
        self.epoch
    }

    /// A subject's key as it is kept.
    pub fn wrap(&self, subject: &Id, key: &SubjectKey) -> Sealed {
        Sealed::of(&self.wrapping.hide(&[b"subject", subject.as_str().as_bytes()], b"", key.bytes()))
    }

    /// The key of a subject.
    ///
    /// # Errors
    /// [`SealError::Forged`] if it is not what this vault wrapped for this subject.
    pub fn unwrap(&self, subject: &Id, wrapped: &Sealed) -> Result<SubjectKey, SealError> {
        let forged = || SealError::Forged { what: "wrapped key", place: subject.as_str().into() };
        let bytes = wrapped.bytes().ok_or_else(forged)?;
        let shown = self.wrapping.show(&[b"subject", subject.as_str().as_bytes()], &bytes).ok_or_else(forged)?;
        let mut key: Key = Zeroizing::new([0; KEY]);
        if shown.len() != KEY {
            return Err(forged());
        }
        key.copy_from_slice(&shown);
        Ok(SubjectKey::new(key))
    }

    /// What a value is found by; none if there is nothing in it to find, as in a phone without digits.
    pub fn blind(&self, kind: IndexKind, value: &Plain) -> Option<Vec<u8>> {
        let form = kind.form(value.as_str())?;
        let whole = keyed(&self.index, &[kind.code().as_bytes(), form.as_bytes()]);
        whole.get(..BLIND).map(<[u8]>::to_vec)
    }

    /// The keyed digest of a command, that nobody without the key can compare guesses with.
    pub fn digest(&self, command: &[u8]) -> String {
        hex(keyed(&self.digests, &[command]).get(..DIGEST).unwrap_or_default())
    }
}

impl fmt::Debug for Vault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Vault").field("epoch", &self.epoch).finish_non_exhaustive()
    }
}
