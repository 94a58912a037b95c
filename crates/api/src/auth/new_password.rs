//! The rules for a new password (NIST SP 800-63B-4 §3.1.1.2): a minimum length and a strength estimate, no composition rules.

use padlock_domain::password::{MIN_CHARS, PasswordError};
use padlock_domain::{Login, Password};
use zxcvbn::{Score, zxcvbn};

/// Validates a new password for the account with this login.
///
/// # Errors
/// Returns [`PasswordError`] if the password is too short, too long, or likely to be guessed: zxcvbn estimates fewer than
/// 10^8 guesses, knowing the login.
pub fn validate(text: String, login: &Login) -> Result<Password, PasswordError> {
    let password = Password::from_input(text)?;
    if password.expose().chars().count() < MIN_CHARS {
        return Err(PasswordError::TooShort);
    }
    let words: Vec<&str> =
        login.as_str().split(|c: char| !c.is_alphanumeric()).chain([login.as_str(), "padlock"]).collect();
    if zxcvbn(password.expose(), &words).score() < Score::Three { Err(PasswordError::Common) } else { Ok(password) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_password_is_long_and_hard_to_guess() {
        let login = "tess@padlock.example".parse().unwrap();
        let check = |text: &str| validate(text.into(), &login).map(|_| ());
        assert_eq!(
            check(&"e\u{301}".repeat(11)),
            Err(PasswordError::TooShort),
            "eleven characters, however they are typed"
        );
        assert_eq!(check("elevenchars"), Err(PasswordError::TooShort));
        assert_eq!(check("a fine long sentence"), Ok(()));
        assert_eq!(check("Password-1234"), Err(PasswordError::Common));
        assert_eq!(check("aaaaaaaaaaaaaaaa"), Err(PasswordError::Common));
        assert_eq!(check("tess@padlock.example"), Err(PasswordError::Common));
        assert_eq!(check("padlockpadlock"), Err(PasswordError::Common));
        assert_eq!(check(&"long enough ".repeat(6)), Ok(()), "64 characters and more are accepted");
        assert_eq!(check(&"x1y2".repeat(300)), Err(PasswordError::TooLong));
    }
}
