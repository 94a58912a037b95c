//! Encryption at rest: what is sealed opens only with the key file, which lies beside the data and never in it.

use std::fmt;

/// An encrypted secret as the store keeps it, with the id of the key that opens it.
#[derive(Clone, PartialEq, Eq)]
pub struct EncryptedSecret(pub String);

impl fmt::Debug for EncryptedSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EncryptedSecret(…)")
    }
}

/// What secrets are sealed for. They are part of what was sealed: they never change.
pub mod context {
    use padlock_domain::ids::AccountId;

    /// The seed of an account's authenticator, confirmed or not.
    #[must_use]
    pub fn seed(account: AccountId) -> String {
        format!("seed:{account}")
    }

    /// One of an account's recovery codes.
    #[must_use]
    pub fn recovery_code(account: AccountId, number: u32) -> String {
        format!("recovery-code:{account}:{number}")
    }

    /// The code that was mailed to an account.
    #[must_use]
    pub fn mail_code(account: AccountId) -> String {
        format!("mail-code:{account}")
    }
}

/// It cannot be opened: the key is missing, or it is not what was sealed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a secret cannot be opened: the key file is another one, or the data was changed")]
pub struct DecryptionError;

/// Seals and opens secrets. `context` says what it is and whose: a secret opens only where it was sealed for, so that rows
/// cannot be exchanged.
pub trait Vault: Send + Sync {
    /// Seals a secret with the newest key.
    fn encrypt(&self, context: &str, secret: &[u8]) -> EncryptedSecret;

    /// Opens it with the key that sealed it.
    ///
    /// # Errors
    /// [`DecryptionError`].
    fn decrypt(&self, context: &str, sealed: &EncryptedSecret) -> Result<Vec<u8>, DecryptionError>;
}
