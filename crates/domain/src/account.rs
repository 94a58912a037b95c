//! Accounts: the people who sign in.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::ids::AccountId;

/// What a person signs in with: their mail address, compared without regard to case.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Login(String);

/// The text cannot be a login.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a login is a mail address of at most 254 characters")]
pub struct InvalidLogin;

impl Login {
    /// The login in its one spelling: trimmed and in lower case.
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
        let fits = text.len() <= 254
            && parts.is_some_and(|(local, host)| !local.is_empty() && !host.is_empty() && !host.contains('@'))
            && !text.chars().any(|c| c.is_whitespace() || c.is_control());
        if fits { Ok(Self(text.to_lowercase())) } else { Err(InvalidLogin) }
    }
}

impl TryFrom<String> for Login {
    type Error = InvalidLogin;

    fn try_from(text: String) -> Result<Self, InvalidLogin> {
        text.parse()
    }
}

impl From<Login> for String {
    fn from(login: Login) -> Self {
        login.0
    }
}

impl fmt::Display for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// An Argon2id hash in PHC string format. Never shown: it redacts itself.
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordHash(String);

impl PasswordHash {
    /// Wraps a PHC string that a hasher made.
    #[must_use]
    pub const fn new(phc: String) -> Self {
        Self(phc)
    }

    /// The PHC string, for the hasher and the store.
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

/// The most characters of a person's name.
pub const MAX_NAME_CHARS: usize = 100;

/// The text cannot be a person's or an app's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a name is 1 to 100 characters on one line")]
pub struct InvalidName;

/// A name as people read it, without the spaces around it.
///
/// # Errors
/// [`InvalidName`] if nothing is left, or too much, or more than a line.
pub fn parse_name(text: &str) -> Result<String, InvalidName> {
    let text = text.trim();
    let fits = (1..=MAX_NAME_CHARS).contains(&text.chars().count()) && !text.chars().any(char::is_control);
    fits.then(|| text.to_owned()).ok_or(InvalidName)
}

/// A person's account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Its id.
    pub id: AccountId,
    /// What the person signs in with.
    pub login: Login,
    /// The person's name, as others read it.
    pub name: String,
    /// The hash of the password.
    pub password: PasswordHash,
    /// A disabled account cannot sign in; to a stranger it answers like an unknown one.
    pub disabled: bool,
    /// Whether this person is a support agent.
    pub support_agent: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_login_has_one_spelling() {
        assert_eq!(" Tess@Padlock.Example ".parse::<Login>().unwrap().as_str(), "tess@padlock.example");
    }

    #[test]
    fn what_is_no_login() {
        for bad in ["", "tess", "@x", "x@", "a b@c", "a@b@c", "a\0@b", &format!("{}@b", "a".repeat(300))] {
            assert!(bad.parse::<Login>().is_err(), "{bad:?}");
        }
    }

    #[test]
    fn a_name_is_one_line_that_people_read() {
        assert_eq!(parse_name("  Tess Tanaka "), Ok("Tess Tanaka".to_owned()));
        assert!(parse_name(&"ä".repeat(MAX_NAME_CHARS)).is_ok());
        for bad in ["", "  ", "a\nb", "a\u{1b}[31m", &"ä".repeat(MAX_NAME_CHARS + 1)] {
            assert_eq!(parse_name(bad), Err(InvalidName), "{bad:?}");
        }
    }

    #[test]
    fn a_hash_never_shows_itself() {
        assert_eq!(format!("{:?}", PasswordHash::new("$argon2id$secret".into())), "PasswordHash(…)");
    }
}
