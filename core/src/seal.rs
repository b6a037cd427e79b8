//! Personal data under seal: keys, sealed values, and what they are found by.
//!
//! A company has one key, given by the host or stretched from a passphrase. It wraps a key per customer, which seals the
//! customer's values with XChaCha20-Poly1305: whoever destroys the customer's key has erased the values everywhere they were
//! ever written. Values are found by a keyed hash (the blind index), since what is sealed cannot be compared.
//!
//! Nothing here draws randomness. Nonces follow from what is sealed, where, and under which command, by a keyed hash, so that
//! the same step gives the same bytes and no nonce serves two values; new keys come from a [`Seed`] that the caller drew and
//! that goes on by a hash, so that no key can be computed again once it is destroyed.
//!
//! What the parts leak to whoever holds the file and not the key: the length of a value to the byte; that two customers share a
//! phone, a surname or another indexed value, not which; how often an indexed value occurs, which for surnames tells much.
//! Whoever holds the key can try out phones against the index.
//!
//! ```
//! use guanjia::ident::Id;
//! use guanjia::seal::{CompanyKey, Plain, Seed, Vault};
//! let mut seed = Seed::new([7; 32]);
//! let (vault, record) = Vault::create(&CompanyKey::new([1; 32]), None, &mut seed);
//! let customer = Id::new("k-1")?;
//! let key = seed.subject_key(&customer);
//! let sealed = key.seal("name", "command-1", &Plain::from("王芳"));
//! assert_eq!(key.open("name", &sealed)?.as_str(), "王芳");
//! // The key is kept wrapped, and comes back by the company's key alone.
//! let wrapped = vault.wrap(&customer, &key);
//! let again = Vault::open(&CompanyKey::new([1; 32]), &record)?.unwrap(&customer, &wrapped)?;
//! assert_eq!(again.open("name", &sealed)?.as_str(), "王芳");
//! assert!(Vault::open(&CompanyKey::new([2; 32]), &record).is_err());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
mod cipher;
mod index;
mod key;
mod sealed;
mod vault;

pub use index::IndexKind;
pub use key::{CompanyKey, Seed, Stretch};
pub(crate) use sealed::no_text;
pub use sealed::{Plain, Sealed, SubjectKey};
pub use vault::{Vault, VaultRecord};

/// Why something under seal could not be opened. None of them tells what is sealed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// The company's key does not open this vault.
    #[error(
        "the key does not open this vault: give the key, or the passphrase, with which it was made or last rotated"
    )]
    WrongKey,
    /// The vault was made with a passphrase, and a key was given, or the other way round.
    #[error("this vault opens with a {wanted}")]
    OtherMeans {
        /// `key` or `passphrase`.
        wanted: &'static str,
    },
    /// A wrapped key, or a sealed value, is not what was written, or belongs elsewhere.
    #[error("the {what} of `{place}` does not open: it was changed, or moved from elsewhere")]
    Forged {
        /// `wrapped key` or `sealed value`.
        what: &'static str,
        /// The subject or the field.
        place: Box<str>,
    },
    /// What is kept of the vault cannot be read.
    #[error("the record of the vault cannot be read: {0}")]
    Record(Box<str>),
    /// The cost of a passphrase is out of bounds.
    #[error(
        "a passphrase is stretched with 8 to 1048576 KiB, 1 to 64 passes and 1 to 16 lanes, and a salt of 16 bytes"
    )]
    Cost,
    /// A passphrase too short to be one.
    #[error("a passphrase has at least {least} characters, this one has {found}")]
    Short {
        /// The least.
        least: usize,
        /// How many it has.
        found: usize,
    },
}

impl SealError {
    /// A stable name of the kind of error, in snake_case.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::WrongKey => "vault.wrong_key",
            Self::OtherMeans { .. } => "vault.other_means",
            Self::Forged { .. } => "vault.forged",
            Self::Record(_) => "vault.record",
            Self::Cost => "vault.cost",
            Self::Short { .. } => "vault.short",
        }
    }
}

#[cfg(test)]
mod tests;
