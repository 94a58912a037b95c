//! Accounts of the people who sign in.

use std::fmt;
use std::str::FromStr;

use crate::ids::AccountId;
use crate::password::PasswordForm;
use crate::text::{InvisibleCharacter, require_visible};

/// The email address that an account signs in with, compared case-insensitively.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "snapshot", derive(serde::Serialize, serde::Deserialize))]
pub struct Login(String);

/// The error returned for text that is not a login.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a login is an email address of at most 254 characters")]
pub struct InvalidLogin;

/// The error returned for text that cannot be the login of a new account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidNewLogin {
    /// The text is not a login.
    #[error(transparent)]
    NotALogin(#[from] InvalidLogin),
    /// The text contains a character that cannot be seen.
    #[error("a login must not contain {0}")]
    Invisible(#[from] InvisibleCharacter),
}

impl Login {
    /// Parses the login of a new account, which must not look the same as another one. Existing accounts keep theirs.
    ///
    /// # Errors
    /// Returns [`InvalidNewLogin`] if the text is not a login or contains an invisible character.
    pub fn parse_new(text: &str) -> Result<Self, InvalidNewLogin> {
        let login: Self = text.parse()?;
        require_visible(login.as_str())?;
        Ok(login)
    }

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
#[cfg_attr(feature = "snapshot", derive(serde::Serialize, serde::Deserialize))]
pub struct PasswordHash {
    phc: String,
    form: PasswordForm,
}

impl PasswordHash {
    /// Wraps the PHC string of a password in this form.
    #[must_use]
    pub const fn new(phc: String, form: PasswordForm) -> Self {
        Self { phc, form }
    }

    /// Returns the PHC string, for the hasher and the store.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.phc
    }

    /// Returns the form of the password that was hashed.
    #[must_use]
    pub const fn form(&self) -> PasswordForm {
        self.form
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
pub enum InvalidDisplayName {
    /// The text is empty or too long.
    #[error("a name is 1 to 100 characters on one line")]
    Length,
    /// The text contains a character that cannot be seen, or a line break.
    #[error("a name must not contain {0}")]
    Invisible(#[from] InvisibleCharacter),
}

/// Returns a display name without surrounding whitespace.
///
/// # Errors
/// Returns [`InvalidDisplayName`] if the name is empty, longer than [`MAX_DISPLAY_NAME_CHARS`] or contains invisible characters.
pub fn parse_display_name(text: &str) -> Result<String, InvalidDisplayName> {
    let text = text.trim();
    if !(1..=MAX_DISPLAY_NAME_CHARS).contains(&text.chars().count()) {
        return Err(InvalidDisplayName::Length);
    }
    require_visible(text)?;
    Ok(text.to_owned())
}

/// An account.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "snapshot", derive(serde::Serialize, serde::Deserialize))]
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
        for bad in ["", "  ", &"ä".repeat(MAX_DISPLAY_NAME_CHARS + 1)] {
            assert_eq!(parse_display_name(bad), Err(InvalidDisplayName::Length), "{bad:?}");
        }
        for bad in ["a\nb", "a\u{1b}[31m", "Tess\u{200b}", "T\u{202e}ess", "\u{3164}", "a\u{2028}b"] {
            assert!(matches!(parse_display_name(bad), Err(InvalidDisplayName::Invisible(_))), "{bad:?}");
        }
        let message = parse_display_name("Te\u{ad}ss").unwrap_err().to_string();
        assert_eq!(message, "a name must not contain the invisible character U+00AD");
    }

    #[test]
    fn a_new_login_has_no_invisible_characters() {
        assert!(Login::parse_new("tess@padlock.example").is_ok());
        assert_eq!(Login::parse_new("tess"), Err(InvalidNewLogin::NotALogin(InvalidLogin)));
        for (login, character) in [("te\u{200b}ss@x", '\u{200b}'), ("tess@\u{202e}x", '\u{202e}')] {
            assert_eq!(Login::parse_new(login), Err(InvalidNewLogin::Invisible(InvisibleCharacter(character))));
            assert!(login.parse::<Login>().is_ok(), "an account of an earlier version can still sign in");
        }
    }

    #[test]
    fn the_debug_output_of_a_password_hash_is_redacted() {
        assert_eq!(format!("{:?}", PasswordHash::new("$argon2id$secret".into(), PasswordForm::Nfc)), "PasswordHash(…)");
    }
}
