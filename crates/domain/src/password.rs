//! Passwords in plain text. The strength of a new one is checked in the API crate (`auth::new_password`).

use std::fmt;

/// The minimum length of a new password, in characters.
pub const MIN_CHARS: usize = 12;
/// The maximum length of a password, in bytes. It allows more than 64 characters and bounds the cost of hashing.
pub const MAX_BYTES: usize = 1024;

/// A password in plain text. Its `Debug` output is redacted, and it is never stored.
#[derive(Clone, PartialEq, Eq)]
pub struct Password(String);

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(…)")
    }
}

/// Why a password is rejected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PasswordError {
    /// The password has fewer than [`MIN_CHARS`] characters.
    #[error("use at least 12 characters")]
    TooShort,
    /// The password has more than [`MAX_BYTES`] bytes.
    #[error("use at most 1024 bytes")]
    TooLong,
    /// The password is likely to be guessed.
    #[error("this password is among the first that guessers try")]
    Common,
}

impl Password {
    /// Wraps a password entered at sign-in. Only its size is checked.
    ///
    /// # Errors
    /// Returns [`PasswordError::TooLong`] if it has more than [`MAX_BYTES`] bytes.
    pub fn from_input(text: String) -> Result<Self, PasswordError> {
        if text.len() > MAX_BYTES { Err(PasswordError::TooLong) } else { Ok(Self(text)) }
    }

    /// Returns the password, for the hasher.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_debug_output_of_a_password_is_redacted() {
        assert_eq!(format!("{:?}", Password::from_input("secret".into()).unwrap()), "Password(…)");
    }
}
