//! Accounts as the API shows them.

use padlock_contract::session;
use padlock_domain::account::Account;

/// One's own account.
pub(crate) fn account(account: &Account) -> session::Account {
    session::Account { id: account.id.to_string(), login: account.login.to_string(), name: account.name.clone() }
}
