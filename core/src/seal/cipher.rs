//! The two primitives under everything here: a keyed hash, and a cipher whose nonce follows from what it hides.
use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce};
use hmac::{Hmac, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

/// Bytes of a key.
pub(super) const KEY: usize = 32;
/// Bytes of a nonce.
const NONCE: usize = 24;

/// A key that is wiped when it goes.
pub(super) type Key = Zeroizing<[u8; KEY]>;

/// HMAC-SHA-256 over parts, each told apart by its length.
pub(super) fn keyed(key: &[u8; KEY], parts: &[&[u8]]) -> [u8; 32] {
    // A key shorter than the hash's block counts as one with zeros after it.
    let block: Zeroizing<[u8; 64]> = Zeroizing::new(std::array::from_fn(|n| key.get(n).copied().unwrap_or_default()));
    let mut mac = Hmac::<Sha256>::new((&*block).into());
    for part in parts {
        mac.update(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

/// A key for one use, from another.
pub(super) fn derived(key: &[u8; KEY], label: &str) -> Key {
    Zeroizing::new(keyed(key, &[b"guanjia", label.as_bytes()]))
}

/// What hides bytes under one key.
#[derive(Clone)]
pub(super) struct Lock {
    nonces: Key,
    cipher: Key,
}

impl Lock {
    pub(super) fn new(key: &[u8; KEY]) -> Self {
        Self { nonces: derived(key, "nonce"), cipher: derived(key, "cipher") }
    }

    /// Hides bytes that belong to a place: nonce, then ciphertext with its tag.
    ///
    /// The nonce is a keyed hash of place, salt and bytes: two values under one nonce would have to be the same value.
    pub(super) fn hide(&self, place: &[&[u8]], salt: &[u8], plain: &[u8]) -> Vec<u8> {
        let mut parts = place.to_vec();
        parts.extend([salt, plain]);
        let whole = keyed(&self.nonces, &parts);
        let nonce: [u8; NONCE] = std::array::from_fn(|n| whole.get(n).copied().unwrap_or_default());
        let context = joined(place);
        let cipher = XChaCha20Poly1305::new((&*self.cipher).into());
        // The cipher refuses nothing shorter than 256 GiB.
        let hidden = cipher.encrypt(&XNonce::from(nonce), Payload { msg: plain, aad: &context }).unwrap_or_default();
        [nonce.as_slice(), &hidden].concat()
    }

    /// What was hidden at that place; none if it was changed, or hidden elsewhere or by another key.
    pub(super) fn show(&self, place: &[&[u8]], hidden: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let (nonce, hidden) = hidden.split_first_chunk::<NONCE>()?;
        let context = joined(place);
        let cipher = XChaCha20Poly1305::new((&*self.cipher).into());
        let plain = cipher.decrypt(&XNonce::from(*nonce), Payload { msg: hidden, aad: &context }).ok()?;
        Some(Zeroizing::new(plain))
    }
}

/// Parts in one, each told apart by its length.
fn joined(parts: &[&[u8]]) -> Vec<u8> {
    let mut whole = Vec::new();
    for part in parts {
        whole.extend(u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
        whole.extend(*part);
    }
    whole
}
