//! The reasons of a refusal as the API shows them.

use padlock_contract::Reason;

/// A reason in words.
pub(crate) fn reason(reason: &padlock_domain::reason::Reason, place: &str, contact: &str) -> Reason {
    Reason {
        code: reason.code().to_owned(),
        message: reason.message(place, contact),
        ask: reason.asks_contact().then(|| contact.to_owned()),
    }
}
