//! Accounts of the people who sign in.

use std::fmt;
use std::str::FromStr;

use crate::ids::AccountId;

/// The email address that an account signs in with, compared case-insensitively.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Login(String);

/// The error returned for text that is not a login.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a login is an email address of at most 254 characters")]
pub struct InvalidLogin;

impl Login {
    /// Returns the normalised login: trimmed and in lower case.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Login {
    type Err = InvalidLogin;

    fn from_str(text: &str) -> Result<Self, InvalidLogin> {
        let text = text.trim();
        let parts = text.split_once('@');
        let valid = text.len() <= 254
            && parts.is_some_and(|(local, host)| !local.is_empty() && !host.is_empty() && !host.contains('@'))
            && !text.chars().any(|c| c.is_whitespace() || c.is_control());
        if valid { Ok(Self(text.to_lowercase())) } else { Err(InvalidLogin) }
    }
}

impl fmt::Display for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// An Argon2id hash in PHC string format. Its `Debug` output is redacted.
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordHash(String);

impl PasswordHash {
    /// Wraps a PHC string.
    #[must_use]
    pub const fn new(phc: String) -> Self {
        Self(phc)
    }

    /// Returns the PHC string, for the hasher and the store.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordHash(…)")
    }
}

/// The maximum length of a name, in characters.
pub const MAX_DISPLAY_NAME_CHARS: usize = 100;

/// The error returned for text that is not the name of a person or an app.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a name is 1 to 100 characters on one line")]
pub struct InvalidDisplayName;

/// Returns a display name without surrounding whitespace.
///
/// # Errors
/// Returns [`InvalidDisplayName`] if the name is empty, longer than [`MAX_DISPLAY_NAME_CHARS`] or contains control characters.
pub fn parse_display_name(text: &str) -> Result<String, InvalidDisplayName> {
    let text = text.trim();
    let valid = (1..=MAX_DISPLAY_NAME_CHARS).contains(&text.chars().count()) && !text.chars().any(char::is_control);
    valid.then(|| text.to_owned()).ok_or(InvalidDisplayName)
}

/// An account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// The id of the account.
    pub id: AccountId,
    /// The login of the account.
    pub login: Login,
    /// The display name of the person.
    pub name: String,
    /// The hash of the password.
    pub password_hash: PasswordHash,
    /// Whether the account is disabled. It cannot sign in, and the response to its sign-in is the same as for an unknown login.
    pub disabled: bool,
    /// Whether the person is a support agent.
    pub support_agent: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_login_is_normalised() {
        assert_eq!(" Tess@Padlock.Example ".parse::<Login>().unwrap().as_str(), "tess@padlock.example");
    }

    #[test]
    fn text_that_is_not_an_email_address_is_not_a_login() {
        for bad in ["", "tess", "@x", "x@", "a b@c", "a@b@c", "a\0@b", &format!("{}@b", "a".repeat(300))] {
            assert!(bad.parse::<Login>().is_err(), "{bad:?}");
        }
    }

    #[test]
    fn a_name_is_one_line_of_at_most_100_characters() {
        assert_eq!(parse_display_name("  Tess Tanaka "), Ok("Tess Tanaka".to_owned()));
        assert!(parse_display_name(&"ä".repeat(MAX_DISPLAY_NAME_CHARS)).is_ok());
        for bad in ["", "  ", "a\nb", "a\u{1b}[31m", &"ä".repeat(MAX_DISPLAY_NAME_CHARS + 1)] {
            assert_eq!(parse_display_name(bad), Err(InvalidDisplayName), "{bad:?}");
        }
    }

    #[test]
    fn the_debug_output_of_a_password_hash_is_redacted() {
        assert_eq!(format!("{:?}", PasswordHash::new("$argon2id$secret".into())), "PasswordHash(…)");
    }
}
