//! Passwords: what may be one (NIST SP 800-63B-4 §3.1.1.2: length and a blocklist, no composition rules).

use std::fmt;

/// The fewest characters of a new password.
pub const MIN_CHARS: usize = 12;
/// The most bytes of a password: far above 64 characters, and low enough that hashing stays cheap.
pub const MAX_BYTES: usize = 1024;

/// What of the most common passwords is long enough to get past [`MIN_CHARS`], and what names this portal.
const COMMON: &[&str] = &[
    "123456789012",
    "1234567890123",
    "12345678901234",
    "123456789123456789",
    "1q2w3e4r5t6y",
    "1qaz2wsx3edc",
    "abcdefghijkl",
    "administrator",
    "changemeplease",
    "correcthorsebatterystaple",
    "iloveyou1234",
    "letmeinletmein",
    "padlockpadlock",
    "password1234",
    "passwordpassword",
    "qwerty123456",
    "qwertyuiopasdfghjkl",
    "qwertyuiop123",
    "welcome12345",
];

/// A password as it was typed. It redacts itself and is never stored.
#[derive(Clone, PartialEq, Eq)]
pub struct Password(String);

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(…)")
    }
}

/// Why a text cannot be a new password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PasswordError {
    /// Fewer than [`MIN_CHARS`] characters.
    #[error("use at least 12 characters")]
    TooShort,
    /// More than [`MAX_BYTES`] bytes.
    #[error("use at most 1024 bytes")]
    TooLong,
    /// Among the first that a guesser tries.
    #[error("this password is among the first that guessers try")]
    Common,
}

impl Password {
    /// A password typed at sign-in. Only its size is bounded: what fits no rule simply will not match.
    ///
    /// # Errors
    /// [`PasswordError::TooLong`] over [`MAX_BYTES`].
    pub fn from_input(text: String) -> Result<Self, PasswordError> {
        if text.len() > MAX_BYTES { Err(PasswordError::TooLong) } else { Ok(Self(text)) }
    }

    /// A password that someone wants to set for an account with this login.
    ///
    /// # Errors
    /// [`PasswordError`] when it is too short, too long, common, or the login itself.
    pub fn chosen(text: String, login: &str) -> Result<Self, PasswordError> {
        if text.chars().count() < MIN_CHARS {
            return Err(PasswordError::TooShort);
        }
        let squeezed: String = text.to_lowercase().chars().filter(|c| c.is_alphanumeric()).collect();
        let mut distinct: Vec<char> = squeezed.chars().collect();
        distinct.sort_unstable();
        distinct.dedup();
        let login: String = login.to_lowercase().chars().filter(|c| c.is_alphanumeric()).collect();
        if COMMON.contains(&squeezed.as_str()) || distinct.len() < 4 || squeezed == login {
            return Err(PasswordError::Common);
        }
        Self::from_input(text)
    }

    /// The characters, for the hasher.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn new_passwords() {
        let check = |text: &str| Password::chosen(text.into(), "tess@padlock.example").map(|_| ());
        assert_eq!(check("elevenchars"), Err(PasswordError::TooShort));
        assert_eq!(check("a fine long sentence"), Ok(()));
        assert_eq!(check("Password-1234"), Err(PasswordError::Common));
        assert_eq!(check("aaaaaaaaaaaaaaaa"), Err(PasswordError::Common));
        assert_eq!(check("tess@padlock.example"), Err(PasswordError::Common));
        assert_eq!(check(&"long enough ".repeat(6)), Ok(()), "64 characters and more are accepted");
        assert_eq!(check(&"x1y2".repeat(300)), Err(PasswordError::TooLong));
    }

    #[test]
    fn it_never_shows_itself() {
        assert_eq!(format!("{:?}", Password::from_input("secret".into()).unwrap()), "Password(…)");
    }
}
