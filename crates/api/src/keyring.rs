//! The [`Vault`] port: XChaCha20-Poly1305 with a random nonce each time, and keys that can be followed by newer ones.

use std::fmt;
use std::sync::Arc;

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use data_encoding::{BASE64URL_NOPAD, HEXLOWER};
use sha2::{Digest, Sha256};

use crate::ports::{DecryptionError, EncryptedSecret, Entropy, Vault, entropy};

/// Bytes of a key.
pub const KEY_BYTES: usize = 32;
const NONCE_BYTES: usize = 24;
/// How a sealed secret begins: the layout, so that another can follow one day.
const LAYOUT: &str = "v1";

/// A key. It redacts itself.
#[derive(Clone, PartialEq, Eq)]
pub struct Key([u8; KEY_BYTES]);

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Key({})", self.id())
    }
}

impl Key {
    /// A key of these random bytes.
    #[must_use]
    pub const fn new(bytes: [u8; KEY_BYTES]) -> Self {
        Self(bytes)
    }

    /// What names it without telling anything of it: the beginning of its SHA-256.
    #[must_use]
    pub fn id(&self) -> String {
        let mut id = HEXLOWER.encode(&Sha256::digest(self.0));
        id.truncate(8);
        id
    }

    /// As the key file holds it.
    #[must_use]
    pub fn to_text(&self) -> String {
        BASE64URL_NOPAD.encode(&self.0)
    }

    /// Reads what [`Key::to_text`] wrote.
    #[must_use]
    pub fn from_text(text: &str) -> Option<Self> {
        BASE64URL_NOPAD.decode(text.as_bytes()).ok()?.try_into().ok().map(Self)
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new(&self.0.into())
    }
}

/// The keys of an installation: the newest seals, every one opens what it sealed.
pub struct Keyring {
    newest: Key,
    older: Vec<Key>,
    entropy: Arc<dyn Entropy>,
}

impl Keyring {
    /// A ring of keys, with the nonces from `entropy`.
    #[must_use]
    pub fn new(newest: Key, older: Vec<Key>, entropy: Arc<dyn Entropy>) -> Self {
        Self { newest, older, entropy }
    }

    /// A ring with one new key that is kept nowhere: for the preview, and for tests.
    #[must_use]
    pub fn ephemeral(entropy: Arc<dyn Entropy>) -> Self {
        let key = Key::new(crate::ports::entropy(entropy.as_ref()));
        Self::new(key, Vec::new(), entropy)
    }
}

impl Vault for Keyring {
    fn encrypt(&self, context: &str, secret: &[u8]) -> EncryptedSecret {
        let nonce: [u8; NONCE_BYTES] = entropy(self.entropy.as_ref());
        let payload = Payload { msg: secret, aad: context.as_bytes() };
        // Only a secret of more than 256 GiB cannot be encrypted; sealed empty, it would not open.
        let hidden = self.newest.cipher().encrypt(&XNonce::from(nonce), payload).unwrap_or_default();
        let text = BASE64URL_NOPAD.encode(&[&nonce[..], &hidden].concat());
        EncryptedSecret([LAYOUT, &self.newest.id(), &text].join("."))
    }

    fn decrypt(&self, context: &str, sealed: &EncryptedSecret) -> Result<Vec<u8>, DecryptionError> {
        let mut parts = sealed.0.split('.');
        let (Some(LAYOUT), Some(id), Some(text), None) = (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(DecryptionError);
        };
        let key = [&self.newest].into_iter().chain(&self.older).find(|key| key.id() == id).ok_or(DecryptionError)?;
        let bytes = BASE64URL_NOPAD.decode(text.as_bytes()).map_err(|_| DecryptionError)?;
        let (nonce, hidden) = bytes.split_first_chunk::<NONCE_BYTES>().ok_or(DecryptionError)?;
        let payload = Payload { msg: hidden, aad: context.as_bytes() };
        key.cipher().decrypt(&XNonce::from(*nonce), payload).map_err(|_| DecryptionError)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Counts up, so that no two nonces are alike.
    struct Counting(std::sync::atomic::AtomicU8);

    impl Entropy for Counting {
        fn fill(&self, bytes: &mut [u8]) {
            bytes.fill(self.0.fetch_add(1, std::sync::atomic::Ordering::Relaxed));
        }
    }

    fn ring(newest: u8, older: &[u8]) -> Keyring {
        let key = |n: &u8| Key::new([*n; KEY_BYTES]);
        Keyring::new(key(&newest), older.iter().map(key).collect(), Arc::new(Counting(0.into())))
    }

    #[test]
    fn what_is_sealed_opens_where_it_was_sealed_for_and_nowhere_else() {
        let ring = ring(1, &[]);
        let sealed = ring.encrypt("seed of tess", b"secret");
        assert_eq!(ring.decrypt("seed of tess", &sealed).unwrap(), b"secret");
        assert_eq!(ring.decrypt("seed of omar", &sealed), Err(DecryptionError));
        assert!(!sealed.0.contains("secret"));
        assert_ne!(ring.encrypt("seed of tess", b"secret"), sealed, "another nonce each time");
    }

    #[test]
    fn older_keys_open_and_do_not_seal() {
        let before = ring(1, &[]).encrypt("x", b"old");
        let after = ring(2, &[1]);
        assert_eq!(after.decrypt("x", &before).unwrap(), b"old");
        assert_eq!(ring(1, &[]).decrypt("x", &after.encrypt("x", b"new")), Err(DecryptionError));
        assert_eq!(ring(2, &[]).decrypt("x", &before), Err(DecryptionError), "the key is gone");
    }

    #[test]
    fn what_was_changed_does_not_open() {
        let ring = ring(1, &[]);
        let sealed = ring.encrypt("x", b"secret");
        for at in 0..sealed.0.len() {
            let mut bytes = sealed.0.clone().into_bytes();
            bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
            let changed = EncryptedSecret(String::from_utf8(bytes).unwrap());
            assert_eq!(ring.decrypt("x", &changed), Err(DecryptionError), "{at}");
        }
        for bad in ["", "v1", "v1.0.x", "v2.a.b", "v1.a.b.c"] {
            assert_eq!(ring.decrypt("x", &EncryptedSecret(bad.to_owned())), Err(DecryptionError));
        }
    }

    #[test]
    fn a_key_survives_its_text_and_never_shows_itself() {
        let key = Key::new([7; KEY_BYTES]);
        assert_eq!(Key::from_text(&key.to_text()), Some(key.clone()));
        assert_eq!(Key::from_text("short"), None);
        assert!(!format!("{key:?}").contains(&key.to_text()));
    }
}
