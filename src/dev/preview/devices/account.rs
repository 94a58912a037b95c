//! An account in the simulated authenticator app, read from an `otpauth` URI.

use padlock_domain::Timestamp;
use padlock_domain::second_factor::totp::{Seed, Step};

use crate::routes::value;

/// An account in the authenticator app.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Account {
    /// The address of the QR code that it was read from.
    pub(super) uri: String,
    /// The service that asks for the codes.
    pub(super) issuer: String,
    /// The account's name at the issuer.
    pub(super) name: String,
    seed: Seed,
}

impl Account {
    /// Parses `otpauth://totp/<issuer>:<name>?secret=…&issuer=…`.
    pub(super) fn parse(uri: &str) -> Option<Self> {
        let (label, query) = uri.strip_prefix("otpauth://totp/")?.split_once('?')?;
        let seed = Seed::from_base32(&value(query, "secret")?)?;
        let name = label.split_once(':').map_or(label, |(_, name)| name);
        let name = value(&["name=", name].concat(), "name")?;
        Some(Self { uri: uri.to_owned(), issuer: value(query, "issuer").unwrap_or_default(), name, seed })
    }

    /// Whether both are the same account. Their secrets may differ.
    pub(super) fn is_same_account(&self, other: &Self) -> bool {
        self.issuer == other.issuer && self.name == other.name
    }

    /// Returns the code at `second` (seconds since 1970 by the phone's clock), formatted as "123 456".
    pub(super) fn code(&self, second: i64) -> String {
        let now = Timestamp::from_second(second).unwrap_or(Timestamp::UNIX_EPOCH);
        let mut code = self.seed.code_at(Step::at(now)).expose();
        code.insert(3, ' ');
        code
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_portals_otpauth_uri_is_parsed_and_other_text_is_refused() {
        let seed = Seed::new(*b"12345678901234567890");
        let account = Account::parse(&seed.otpauth_uri("Padlock: 2", "tess+1@padlock.example")).unwrap();
        assert_eq!((account.issuer.as_str(), account.name.as_str()), ("Padlock: 2", "tess+1@padlock.example"));
        assert_eq!(account.code(59), "287 082");
        for bad in ["", "https://x/?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", "otpauth://totp/a:b?secret=x"] {
            assert_eq!(Account::parse(bad), None, "{bad}");
        }
    }
}
