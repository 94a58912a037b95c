//! The visitor's own account.

use leptos::prelude::*;
use padlock_contract::second_factor::AccountDetails;

use crate::api::use_api;
use crate::state::query::Query;

/// The account's details. Loaded when something needs them: what the page itself shows comes first.
pub type AccountQuery = Query<AccountDetails>;

#[derive(Clone, Copy)]
struct AccountContext(AccountQuery);

/// Makes [`use_account`] work below.
pub fn provide_account() {
    let api = use_api();
    provide_context(AccountContext(Query::on_demand(move || api.account())));
}

/// Returns the visitor's account.
#[must_use]
pub fn use_account() -> AccountQuery {
    use_context::<AccountContext>().map_or_else(
        || {
            let api = use_api();
            Query::on_demand(move || api.account())
        },
        |account| account.0,
    )
}
