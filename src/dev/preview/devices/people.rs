//! Who uses the portal: changes to another person of the demo, or starts everything anew.

use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;
use padlock_contract::session::{DemoAccount, SignInState};

use super::phone_storage;
use crate::api::{self, NotKept, use_api};
use crate::navigation::start_address;
use crate::state::portal::use_portal;
use crate::state::session::use_session;
use crate::ui::{Button, ButtonKind, Notice, Tone};

/// How often it is checked whether the state is kept.
const CHECK_INTERVAL: Duration = Duration::from_secs(1);

#[component]
pub(super) fn People() -> impl IntoView {
    let (api, portal, session) = (use_api(), use_portal(), use_session());
    let status = RwSignal::new(String::new());
    let become_person = Callback::new(move |login: String| {
        let password = portal.ready_untracked(|portal| portal.demo.as_ref().map(|demo| demo.password.clone()));
        let password = password.flatten().unwrap_or_default();
        spawn_local(async move {
            let _ = session.sign_out().await;
            match api.sign_in(login, password).await {
                // The sign-in page asks for the code.
                Ok(response) if response.state == SignInState::TwoFactorRequired => {
                    status.try_set("A code is asked for now. Sign in on the page.".to_owned());
                }
                Ok(_) => {
                    let _ = window().location().set_href(&start_address());
                }
                Err(error) => {
                    status.try_set(error.message());
                }
            }
        });
    });
    let current = Memo::new(move |_| session.account().map(|account| account.login).unwrap_or_default());
    let people = move || {
        let accounts = portal.ready(|portal| portal.demo.as_ref().map(|demo| demo.accounts.clone()));
        let item = |DemoAccount { login, name, .. }: DemoAccount| {
            let own_login = login.clone();
            let is_current = Memo::new(move |_| current.with(|current| *current == own_login));
            view! {
                <li>
                    <button
                        class="device-person"
                        type="button"
                        translate="no"
                        aria-pressed=move || if is_current.get() { "true" } else { "false" }
                        on:click=move |_| become_person.run(login.clone())
                    >
                        {name}
                    </button>
                </li>
            }
        };
        accounts.flatten().unwrap_or_default().into_iter().map(item).collect_view()
    };
    let reset = move |()| {
        phone_storage::forget();
        api::reset();
    };
    view! {
        <section class="device" aria-labelledby="device-people">
            <h3 id="device-people">"Who you are"</h3>
            <ul class="device-people">{people}</ul>
            <p class="device-note" role="status">{status}</p>
            {storage_notice()}
            <Button label="Reset" kind=ButtonKind::Danger on_press=reset/>
            <p class="device-note">"Begins anew: people, packages, deployments and devices as they were at first."</p>
        </section>
    }
}

/// Says when a reload would lose what was done.
fn storage_notice() -> impl IntoView {
    let not_kept = RwSignal::new(None);
    let check = move || {
        spawn_local(async move {
            let now = api::state_not_kept().await;
            if not_kept.try_get_untracked().is_some_and(|before| before != now) {
                not_kept.try_set(now);
            }
        });
    };
    check();
    if let Ok(interval) = set_interval_with_handle(check, CHECK_INTERVAL) {
        on_cleanup(move || interval.clear());
    }
    move || {
        let text = match not_kept.get()? {
            NotKept::Storage => "This browser lets the preview keep nothing. A reload begins anew.",
            NotKept::Uploads => "Your packages are too large to be kept. A reload begins anew.",
        };
        Some(view! { <Notice tone=Tone::Warning text/> })
    }
}
