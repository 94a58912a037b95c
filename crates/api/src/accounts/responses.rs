//! Accounts as the API shows them.

use padlock_contract::session;
use padlock_domain::Account;

/// Returns an account as its owner sees it.
pub(crate) fn account(account: &Account) -> session::Account {
    session::Account { id: account.id.to_string(), login: account.login.to_string(), name: account.name.clone() }
}
