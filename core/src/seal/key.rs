//! The company's key, and where new keys come from.
use std::fmt;

use argon2::{Algorithm, Argon2, Params, Version};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::SealError;
use super::cipher::{KEY, Key, derived, keyed};
use super::sealed::SubjectKey;
use crate::ident::{Id, hex, unhex};

/// The shortest passphrase, in characters.
const LEAST: usize = 12;
/// Bytes of a salt.
const SALT: usize = 16;

/// The key of a company: 32 bytes of the host's, or stretched from a passphrase. Whoever has it reads every file.
#[derive(Clone)]
pub struct CompanyKey(Key);

/// How a passphrase becomes a key: Argon2id (RFC 9106) with its salt and cost.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stretch {
    /// The salt: 16 random bytes, in hexadecimal digits.
    pub salt: Box<str>,
    /// Memory in KiB, 8 to 1,048,576.
    pub memory_kib: u32,
    /// Passes over the memory, 1 to 64.
    pub passes: u32,
    /// Lanes, 1 to 16.
    pub lanes: u32,
}

impl CompanyKey {
    /// Takes a key: 32 bytes that nobody can guess.
    pub fn new(bytes: [u8; KEY]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// The key of a passphrase of at least 12 characters. It takes the memory and about the time that `stretch` asks for.
    ///
    /// # Errors
    /// [`SealError::Short`], or [`SealError::Cost`].
    pub fn from_passphrase(passphrase: &str, stretch: &Stretch) -> Result<Self, SealError> {
        let found = passphrase.chars().count();
        if found < LEAST {
            return Err(SealError::Short { least: LEAST, found });
        }
        let salt = unhex(&stretch.salt).filter(|salt| salt.len() == SALT).ok_or(SealError::Cost)?;
        let within = stretch.memory_kib <= 1 << 20 && stretch.passes <= 64 && stretch.lanes <= 16;
        let params = Params::new(stretch.memory_kib, stretch.passes, stretch.lanes, Some(KEY))
            .ok()
            .filter(|_| within)
            .ok_or(SealError::Cost)?;
        let mut key: Key = Zeroizing::new([0; KEY]);
        Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
            .hash_password_into(passphrase.as_bytes(), &salt, key.as_mut_slice())
            .map_err(|_| SealError::Cost)?;
        Ok(Self(key))
    }

    /// The key for one use.
    pub(super) fn derived(&self, label: &str) -> Key {
        derived(&self.0, label)
    }
}

impl fmt::Debug for CompanyKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CompanyKey(..)")
    }
}

impl Stretch {
    /// The cost that RFC 9106 recommends where memory is scarce: 64 MiB, three passes, four lanes; a tenth of a second or so.
    pub fn standard(salt: [u8; SALT]) -> Self {
        Self { salt: hex(&salt).into(), memory_kib: 64 * 1024, passes: 3, lanes: 4 }
    }
}

/// Where new keys come from: 32 random bytes that the caller drew. Each key moves it on by a hash that nobody turns back, so
/// a key that was destroyed cannot be made again from what the seed is now.
pub struct Seed(Key);

impl Seed {
    /// Takes the bytes; the same bytes must never serve two desks.
    pub fn new(bytes: [u8; KEY]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// A new key for a customer, or for another subject.
    pub fn subject_key(&mut self, subject: &Id) -> SubjectKey {
        SubjectKey::new(self.next(&["subject key", subject.as_str()]))
    }

    /// A new salt for a passphrase.
    pub fn salt(&mut self) -> [u8; SALT] {
        let bytes = self.next(&["salt"]);
        std::array::from_fn(|n| bytes.get(n).copied().unwrap_or_default())
    }

    /// A new secret of the vault.
    pub(super) fn secret(&mut self) -> Key {
        self.next(&["secret"])
    }

    fn next(&mut self, parts: &[&str]) -> Key {
        let parts: Vec<&[u8]> = parts.iter().map(|part| part.as_bytes()).collect();
        let drawn = Zeroizing::new(keyed(&self.0, &parts));
        self.0 = derived(&self.0, "seed");
        drawn
    }
}

impl fmt::Debug for Seed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Seed(..)")
    }
}
