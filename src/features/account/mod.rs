//! My account: what every page may need of it, and what its owner has to be told.

mod notices;

use leptos::prelude::*;
use padlock_contract::second_factor::AccountDetails;

use self::notices::AccountNotices;
use crate::features::shell::use_mine;
use crate::gateway::use_api;
use crate::lazy_view;
use crate::load::Load;
use crate::ui::live;

pub use notices::{NoticeList, TellOwner};

/// My account.
#[derive(Clone, Copy)]
pub struct MyAccount {
    /// What is known of it, once somebody wanted it.
    pub details: Load<AccountDetails>,
    wanted: RwSignal<bool>,
}

impl MyAccount {
    /// Fetches it, unless it is here. What only tells its owner something waits until the page itself is there.
    pub fn want(self) {
        if !self.wanted.get_untracked() {
            self.wanted.set(true);
        }
    }
}

/// Makes [`use_account`] work below.
pub fn provide_account() -> MyAccount {
    let (api, wanted) = (use_api(), RwSignal::new(false));
    let details = Load::new(move || {
        let wanted = wanted.get();
        async move { if wanted { api.account().await } else { std::future::pending().await } }
    });
    let account = MyAccount { details, wanted };
    provide_context(account);
    account
}

/// What its owner is to be told. It comes, with its part of the program, after the page's own content.
#[component]
pub fn AccountNews() -> impl IntoView {
    let (account, mine) = (use_account(), use_mine());
    Effect::new(move |_| {
        if mine.apps.ready(|_| ()).is_some() {
            account.want();
        }
    });
    let known = Memo::new(move |_| account.details.ready(|_| ()).is_some());
    live(move || known.get().then(|| lazy_view!(notices, || view! { <AccountNotices/> })))
}

/// My account.
#[must_use]
pub fn use_account() -> MyAccount {
    use_context().unwrap_or_else(provide_account)
}
