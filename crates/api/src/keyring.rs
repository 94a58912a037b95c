//! The keyring: the [`Vault`] port with XChaCha20-Poly1305, a random nonce for each secret, and key rotation.

use std::fmt;
use std::sync::Arc;

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use data_encoding::{BASE64URL_NOPAD, HEXLOWER};
use sha2::{Digest, Sha256};

use crate::ports::{DecryptionError, EncryptedSecret, Entropy, Vault, random_bytes};

/// The length of a key in bytes.
pub const KEY_BYTES: usize = 32;
const NONCE_BYTES: usize = 24;
/// The version of the text format, with which every encrypted secret begins.
const FORMAT: &str = "v1";

impl EncryptedSecret {
    /// Returns the id of the key that the secret was encrypted with; `None` if the text has another format.
    #[must_use]
    pub fn key_id(&self) -> Option<&str> {
        self.key_id_and_text().map(|(id, _)| id)
    }

    fn key_id_and_text(&self) -> Option<(&str, &str)> {
        self.0.strip_prefix(FORMAT)?.strip_prefix('.')?.split_once('.')
    }
}

/// An encryption key. Its `Debug` output shows the id alone.
#[derive(Clone, PartialEq, Eq)]
pub struct Key([u8; KEY_BYTES]);

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Key({})", self.id())
    }
}

impl Key {
    /// Creates a key from random bytes.
    #[must_use]
    pub const fn new(bytes: [u8; KEY_BYTES]) -> Self {
        Self(bytes)
    }

    /// Returns the key's id: the first 8 hexadecimal digits of its SHA-256.
    #[must_use]
    pub fn id(&self) -> String {
        let mut id = HEXLOWER.encode(&Sha256::digest(self.0));
        id.truncate(8);
        id
    }

    /// Returns the key as the key file holds it (base64url).
    #[must_use]
    pub fn to_text(&self) -> String {
        BASE64URL_NOPAD.encode(&self.0)
    }

    /// Parses the output of [`Key::to_text`].
    #[must_use]
    pub fn from_text(text: &str) -> Option<Self> {
        BASE64URL_NOPAD.decode(text.as_bytes()).ok()?.try_into().ok().map(Self)
    }

    /// Returns the bytes of the key, to derive keys for other purposes.
    #[must_use]
    pub const fn expose(&self) -> &[u8; KEY_BYTES] {
        &self.0
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new(&self.0.into())
    }
}

/// The keys of an installation. The newest encrypts; each decrypts what it encrypted.
pub struct Keyring {
    newest: Key,
    older: Vec<Key>,
    entropy: Arc<dyn Entropy>,
}

impl Keyring {
    /// Creates a keyring that takes its nonces from `entropy`.
    #[must_use]
    pub fn new(newest: Key, older: Vec<Key>, entropy: Arc<dyn Entropy>) -> Self {
        Self { newest, older, entropy }
    }

    /// Creates a keyring with one new key that is stored nowhere, for the preview and for tests.
    #[must_use]
    pub fn ephemeral(entropy: Arc<dyn Entropy>) -> Self {
        let key = Key::new(crate::ports::random_bytes(entropy.as_ref()));
        Self::new(key, Vec::new(), entropy)
    }
}

impl Vault for Keyring {
    fn encrypt(&self, context: &str, secret: &[u8]) -> EncryptedSecret {
        let nonce: [u8; NONCE_BYTES] = random_bytes(self.entropy.as_ref());
        let payload = Payload { msg: secret, aad: context.as_bytes() };
        // Only a secret of more than 256 GiB cannot be encrypted. The empty result cannot be decrypted.
        let ciphertext = self.newest.cipher().encrypt(&XNonce::from(nonce), payload).unwrap_or_default();
        let text = BASE64URL_NOPAD.encode(&[&nonce[..], &ciphertext].concat());
        EncryptedSecret([FORMAT, &self.newest.id(), &text].join("."))
    }

    fn decrypt(&self, context: &str, encrypted: &EncryptedSecret) -> Result<Vec<u8>, DecryptionError> {
        let (id, text) = encrypted.key_id_and_text().ok_or(DecryptionError)?;
        let key = [&self.newest].into_iter().chain(&self.older).find(|key| key.id() == id).ok_or(DecryptionError)?;
        let bytes = BASE64URL_NOPAD.decode(text.as_bytes()).map_err(|_| DecryptionError)?;
        let (nonce, ciphertext) = bytes.split_first_chunk::<NONCE_BYTES>().ok_or(DecryptionError)?;
        let payload = Payload { msg: ciphertext, aad: context.as_bytes() };
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

    fn keyring(newest: u8, older: &[u8]) -> Keyring {
        let key = |n: &u8| Key::new([*n; KEY_BYTES]);
        Keyring::new(key(&newest), older.iter().map(key).collect(), Arc::new(Counting(0.into())))
    }

    #[test]
    fn a_secret_is_decrypted_with_its_context_only() {
        let keyring = keyring(1, &[]);
        let encrypted = keyring.encrypt("seed of tess", b"secret");
        assert_eq!(keyring.decrypt("seed of tess", &encrypted).unwrap(), b"secret");
        assert_eq!(keyring.decrypt("seed of omar", &encrypted), Err(DecryptionError));
        assert!(!encrypted.0.contains("secret"));
        assert_ne!(keyring.encrypt("seed of tess", b"secret"), encrypted, "another nonce each time");
    }

    #[test]
    fn older_keys_decrypt_and_do_not_encrypt() {
        let before = keyring(1, &[]).encrypt("x", b"old");
        let after = keyring(2, &[1]);
        assert_eq!(after.decrypt("x", &before).unwrap(), b"old");
        assert_eq!(keyring(1, &[]).decrypt("x", &after.encrypt("x", b"new")), Err(DecryptionError));
        assert_eq!(keyring(2, &[]).decrypt("x", &before), Err(DecryptionError), "the key is gone");
    }

    #[test]
    fn a_changed_secret_is_not_decrypted() {
        let keyring = keyring(1, &[]);
        let encrypted = keyring.encrypt("x", b"secret");
        for at in 0..encrypted.0.len() {
            let mut bytes = encrypted.0.clone().into_bytes();
            bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
            let changed = EncryptedSecret(String::from_utf8(bytes).unwrap());
            assert_eq!(keyring.decrypt("x", &changed), Err(DecryptionError), "{at}");
        }
        for bad in ["", "v1", "v1.0.x", "v2.a.b", "v1.a.b.c"] {
            assert_eq!(keyring.decrypt("x", &EncryptedSecret(bad.to_owned())), Err(DecryptionError));
        }
    }

    #[test]
    fn a_key_is_parsed_from_its_text_and_not_shown_by_debug() {
        let key = Key::new([7; KEY_BYTES]);
        assert_eq!(Key::from_text(&key.to_text()), Some(key.clone()));
        assert_eq!(Key::from_text("short"), None);
        assert!(!format!("{key:?}").contains(&key.to_text()));
    }
}
