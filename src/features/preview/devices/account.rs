//! An account in the authenticator app, from the address that its code holds.

use padlock_domain::Timestamp;
use padlock_domain::totp::{Seed, Step};

use crate::address;

/// An account on the phone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Account {
    /// Who asks for the codes.
    pub(super) issuer: String,
    /// Whose they are.
    pub(super) name: String,
    seed: Seed,
}

impl Account {
    /// Reads `otpauth://totp/<issuer>:<name>?secret=…&issuer=…`.
    pub(super) fn read(uri: &str) -> Option<Self> {
        let (label, query) = uri.strip_prefix("otpauth://totp/")?.split_once('?')?;
        let seed = Seed::from_base32(&address::value(query, "secret")?)?;
        let name = label.split_once(':').map_or(label, |(_, name)| name);
        let name = address::value(&["name=", name].concat(), "name")?;
        Some(Self { issuer: address::value(query, "issuer").unwrap_or_default(), name, seed })
    }

    /// Whether it is the same account, whatever its secret.
    pub(super) fn is_of(&self, other: &Self) -> bool {
        self.issuer == other.issuer && self.name == other.name
    }

    /// What the phone shows at `second` by its own clock: "123 456".
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
    fn what_the_portal_shows_is_understood() {
        let seed = Seed::new(*b"12345678901234567890");
        let account = Account::read(&seed.otpauth_uri("Padlock: 2", "tess+1@padlock.example")).unwrap();
        assert_eq!((account.issuer.as_str(), account.name.as_str()), ("Padlock: 2", "tess+1@padlock.example"));
        assert_eq!(account.code(59), "287 082");
        for bad in ["", "https://x/?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", "otpauth://totp/a:b?secret=x"] {
            assert_eq!(Account::read(bad), None, "{bad}");
        }
    }
}
