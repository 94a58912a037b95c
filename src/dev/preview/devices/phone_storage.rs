//! What the simulated phone remembers over a reload of the tab: the accounts of its authenticator app.

use leptos::prelude::*;

use super::account::Account;
use crate::browser_storage::session_storage;

const KEY: &str = "padlock.preview.authenticator";

/// Returns the accounts of the authenticator app, which are kept in the tab's storage from now on.
pub(super) fn keep_accounts() -> RwSignal<Vec<Account>> {
    let stored = session_storage().and_then(|storage| storage.get_item(KEY).ok().flatten()).unwrap_or_default();
    let accounts = RwSignal::new(stored.lines().filter_map(Account::parse).collect::<Vec<_>>());
    Effect::new(move |_| {
        let uris = accounts.with(|all| all.iter().map(|account| account.uri.as_str()).collect::<Vec<_>>().join("\n"));
        // Without storage, the phone forgets them with the page.
        let _ = session_storage().map(|storage| storage.set_item(KEY, &uris));
    });
    accounts
}

/// Forgets the accounts.
pub(super) fn forget() {
    let _ = session_storage().map(|storage| storage.remove_item(KEY));
}
