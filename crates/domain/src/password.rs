//! Passwords in plain text, in Unicode Normalization Form C (NFC), as RFC 8265 §4.2 has it: keyboards and terminals type the
//! same letter in different ways. The strength of a new one is checked in the API crate (`auth::new_password`).

use std::fmt;

use unicode_normalization::UnicodeNormalization;

/// The minimum length of a new password, in characters.
pub const MIN_CHARS: usize = 12;
/// The maximum length of a password, in bytes. It allows more than 64 characters and bounds the cost of hashing.
pub const MAX_BYTES: usize = 1024;

/// A password in plain text. Its `Debug` output is redacted, and it is never stored.
#[derive(Clone)]
pub struct Password {
    typed: String,
    normalised: String,
}

/// Passwords are equal if their normalised forms are.
impl PartialEq for Password {
    fn eq(&self, other: &Self) -> bool {
        self.normalised == other.normalised
    }
}

impl Eq for Password {}

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

/// The form of a password that a hash was made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "snapshot", derive(serde::Serialize, serde::Deserialize))]
pub enum PasswordForm {
    /// The text as it was typed, which earlier versions hashed.
    AsTyped,
    /// Unicode Normalization Form C.
    Nfc,
}

impl Password {
    /// Wraps a password entered at sign-in. Only its size is checked. A leading byte order mark, which some shells and
    /// editors write, is no part of the password.
    ///
    /// # Errors
    /// Returns [`PasswordError::TooLong`] if it has more than [`MAX_BYTES`] bytes.
    pub fn from_input(typed: String) -> Result<Self, PasswordError> {
        // The text in NFC counts. What was typed may be longer, but not without bound.
        if typed.len() > 4 * MAX_BYTES {
            return Err(PasswordError::TooLong);
        }
        let normalised: String = typed.strip_prefix('\u{feff}').unwrap_or(&typed).nfc().collect();
        if normalised.len() > MAX_BYTES { Err(PasswordError::TooLong) } else { Ok(Self { typed, normalised }) }
    }

    /// Returns the password in NFC, for the hasher.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.normalised
    }

    /// Returns the password in the form that a hash was made of.
    #[must_use]
    pub fn expose_in(&self, form: PasswordForm) -> &str {
        match form {
            PasswordForm::AsTyped => &self.typed,
            PasswordForm::Nfc => &self.normalised,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_the_same_however_its_letters_are_typed() {
        let password = |text: &str| Password::from_input(text.to_owned()).unwrap();
        assert_eq!(password("Gro\u{308}ße"), password("Größe"));
        assert_eq!(password("\u{feff}Größe"), password("Größe"));
        assert_eq!(password("\u{feff}Gro\u{308}ße").expose(), "Größe");
        assert_eq!(password("Gro\u{308}ße").expose_in(PasswordForm::AsTyped), "Gro\u{308}ße");
        assert_ne!(password("１２"), password("12"), "letters that only look alike stay different");
        assert_ne!(password("a\u{feff}"), password("a"));
        assert_eq!(password(&"o\u{308}".repeat(512)), password(&"ö".repeat(512)), "1024 bytes in NFC");
        assert_eq!(Password::from_input("ö".repeat(513)), Err(PasswordError::TooLong));
    }

    #[test]
    fn the_debug_output_of_a_password_is_redacted() {
        assert_eq!(format!("{:?}", Password::from_input("secret".into()).unwrap()), "Password(…)");
    }
}
