//! The top bar: logo, app switcher, authorised window, account menu.

use leptos::prelude::*;

use super::person::Person;
use crate::ui::{AuthorisedPill, ButtonKind, Logo, Menu, MenuItem, avatar};

#[component]
pub(super) fn TopBar(
    home: String,
    app: Signal<String>,
    apps: Signal<Vec<MenuItem>>,
    person: Signal<Person>,
    account_menu: Signal<Vec<MenuItem>>,
    time_left: Signal<String>,
    on_lock: Callback<()>,
    bar_items: ViewFn,
) -> impl IntoView {
    let is_unlocked = Signal::derive(move || !time_left.with(String::is_empty));
    let has_app = Memo::new(move |_| !app.with(String::is_empty));
    view! {
        <header class="top-bar">
            <a class="top-bar-home" href=home aria-label="Padlock, your apps">
                <Logo open=is_unlocked/>
                <span class="wordmark">"Padlock"</span>
            </a>
            {move || has_app.get().then(|| view! {
                <span class="top-bar-slash" aria-hidden="true">"/"</span>
                <div class="top-bar-app">
                    <Menu label=app items=apps kind=ButtonKind::Bare/>
                </div>
            })}
            <div class="top-bar-end">
                <AuthorisedPill time_left on_lock/>
                {move || bar_items.run()}
                // Rebuilt when the person changes, because the content of a menu's button is fixed.
                {move || {
                    let Person { name, login } = person.get();
                    let label = format!("Account of {name}");
                    let button_content = avatar(&name).into_any();
                    let header = move || view! {
                        <p class="menu-head">
                            <strong translate="no">{name.clone()}</strong>
                            <span>{login.clone()}</span>
                        </p>
                    };
                    view! {
                        <Menu
                            label
                            items=account_menu
                            kind=ButtonKind::Bare
                            button_content
                            header
                        />
                    }
                }}
            </div>
        </header>
    }
}
