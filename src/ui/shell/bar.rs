//! The top bar: mark, app switcher, authorised window, account.

use leptos::prelude::*;

use super::Person;
use crate::ui::{AuthorisedPill, ButtonKind, Mark, Menu, MenuItem, avatar, live};

#[component]
pub(super) fn TopBar(
    home: String,
    app: Signal<String>,
    apps: Signal<Vec<MenuItem>>,
    person: Signal<Person>,
    account: Signal<Vec<MenuItem>>,
    authorised: Signal<String>,
    on_lock: Callback<()>,
) -> impl IntoView {
    let unlocked = Signal::derive(move || !authorised.with(String::is_empty));
    let inside = Memo::new(move |_| !app.with(String::is_empty));
    view! {
        <header class="top-bar">
            <a class="top-bar-home" href=home aria-label="Padlock, your apps">
                <Mark open=unlocked/>
                <span class="wordmark">"Padlock"</span>
            </a>
            {live(move || inside.get().then(|| view! {
                <span class="top-bar-slash" aria-hidden="true">"/"</span>
                <div class="top-bar-app">
                    <Menu label=app items=apps kind=ButtonKind::Bare/>
                </div>
            }))}
            <div class="top-bar-end">
                <AuthorisedPill left=authorised on_lock/>
                // Made anew when the person changes: a face is given once.
                {live(move || {
                    let Person { name, login } = person.get();
                    let label = format!("Account of {name}");
                    let face = avatar(&name).into_any();
                    let head = move || view! {
                        <p class="menu-head">
                            <strong>{name.clone()}</strong>
                            <span>{login.clone()}</span>
                        </p>
                    };
                    view! {
                        <Menu
                            label=label
                            items=account
                            kind=ButtonKind::Bare
                            face
                            head=head
                        />
                    }
                })}
            </div>
        </header>
    }
}
