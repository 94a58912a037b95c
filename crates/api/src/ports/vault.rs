//! Encryption at rest. The keys are in a key file that is kept apart from the data.

use std::fmt;

/// An encrypted secret as the store keeps it, with the id of its key.
#[derive(Clone, PartialEq, Eq)]
#[cfg_attr(feature = "snapshot", derive(serde::Serialize, serde::Deserialize))]
pub struct EncryptedSecret(pub String);

impl fmt::Debug for EncryptedSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EncryptedSecret(…)")
    }
}

/// What a secret is and whose (the associated data of its encryption). A context must never change, or existing secrets can no
/// longer be decrypted.
pub mod context {
    use data_encoding::HEXLOWER;
    use padlock_domain::{AccountId, SecretHash, SessionId, Timestamp};

    /// Returns the context of an authenticator's seed, confirmed or not.
    #[must_use]
    pub fn seed(account: AccountId) -> String {
        format!("seed:{account}")
    }

    /// Returns the context of a recovery code.
    #[must_use]
    pub fn recovery_code(account: AccountId, number: u32) -> String {
        format!("recovery-code:{account}:{number}")
    }

    /// Returns the context of a mail code.
    #[must_use]
    pub fn mail_code(account: AccountId) -> String {
        format!("mail-code:{account}")
    }

    /// Returns the statement that the seal of an authorised window confirms.
    #[must_use]
    pub fn window(account: AccountId, session: SessionId, secret_hash: &SecretHash, proved_at: Timestamp) -> String {
        let secret = HEXLOWER.encode(&secret_hash.0);
        format!("window:{account}:{session}:{secret}:{}", proved_at.as_millisecond())
    }
}

/// A secret cannot be decrypted: its key is missing, or the text or context was changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a secret cannot be opened: the key file is another one, or the data was changed")]
pub struct DecryptionError;

/// Encrypts and decrypts secrets. A secret can be decrypted only with the `context` that it was encrypted with, so that rows
/// cannot be exchanged.
pub trait Vault: Send + Sync {
    /// Encrypts a secret with the newest key.
    fn encrypt(&self, context: &str, secret: &[u8]) -> EncryptedSecret;

    /// Decrypts a secret with the key that it was encrypted with.
    ///
    /// # Errors
    /// Returns [`DecryptionError`] when that key is missing, or the secret or context is another.
    fn decrypt(&self, context: &str, encrypted: &EncryptedSecret) -> Result<Vec<u8>, DecryptionError>;

    /// Seals a statement: returns a text that only a holder of the key can make, and for this statement only. It is the
    /// encryption of nothing, with the statement as associated data.
    fn seal(&self, statement: &str) -> String {
        self.encrypt(statement, &[]).0
    }

    /// Returns whether a seal was made for this statement, with a key that the vault still has.
    fn verify_seal(&self, statement: &str, seal: &str) -> bool {
        self.decrypt(statement, &EncryptedSecret(seal.to_owned())).is_ok_and(|content| content.is_empty())
    }
}
