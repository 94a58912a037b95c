//! Signing in: what happens when the form is sent.

use leptos::prelude::*;
use leptos::task::spawn_local;
use padlock_contract::ErrorCode;
use padlock_contract::session::{Demo, SignedIn};

use super::code::SignInCode;
use super::typed::Typed;
use super::view::{DemoAccount, SignInFrame, SignInView};
use crate::countdown::Countdown;
use crate::features::shell::{page_title, use_portal};
use crate::format::wait;
use crate::gateway::{Failure, use_api};
use crate::lazy_view;
use crate::router::{Router, use_router};
use crate::routes::Route;
use crate::session::use_session;
use crate::ui::{live, skeleton_lines};

/// The page. Where it leads is up to the address: `?to=…`.
#[component]
pub fn SignInPage(
    /// What was typed before the program arrived.
    #[prop(optional)]
    typed: Typed,
) -> impl IntoView {
    page_title("Sign in");
    let (api, session, portal, router) = (use_api(), use_session(), use_portal(), use_router());
    let (busy, error) = (RwSignal::new(false), RwSignal::new(String::new()));
    // The password was right, and a code is asked for. A reload forgets it.
    let challenged = RwSignal::new(false);
    let at_code = Memo::new(move |_| challenged.get() && matches!(router.route(), Route::SignIn { code: true, .. }));
    let typed = StoredValue::new(typed);
    let held = Countdown::new();
    let submit = move |(login, password): (String, String)| {
        busy.set(true);
        error.set(String::new());
        // Who comes back from the code finds the login where it was.
        typed.set_value(Typed { login: login.clone(), password: String::new(), at_password: true });
        spawn_local(async move {
            match api.sign_in(login, password).await {
                Ok(SignedIn { account: Some(account), .. }) => session.signed_in(account, None),
                Ok(_) => {
                    challenged.try_set(true);
                    router.go(&at_step(router, true));
                }
                Err(failure) => {
                    let seconds = failure.problem().and_then(|problem| problem.retry_after);
                    if let (Some(ErrorCode::TooManyRequests), Some(seconds)) = (failure.code(), seconds) {
                        held.start(seconds);
                    }
                    error.try_set(said(&failure));
                }
            }
            busy.try_set(false);
        });
    };
    let hold = Signal::derive(move || {
        let left = held.left();
        if left > 0 { ["You can try again in ", &wait(left), "."].concat() } else { String::new() }
    });
    let demo = Signal::derive(move || portal.ready(|portal| portal.demo.as_ref().map(people)).flatten());
    let form = move || {
        view! {
            <SignInView
                busy
                error
                hold
                on_submit=submit
                typed=typed.get_value()
                demo=Signal::derive(move || demo.get().unwrap_or_default())
                demo_password=Signal::derive(move || {
                    portal
                        .ready(|portal| portal.demo.as_ref().map(|demo| demo.password.clone()))
                        .flatten()
                        .unwrap_or_default()
                })
            />
        }
    };
    // Back to the password: what is half proved counts for nothing.
    let leave = Callback::new(move |why: String| {
        error.set(why);
        challenged.set(false);
        router.replace(&at_step(router, false));
    });
    live(move || if at_code.get() { code(leave).into_any() } else { form().into_any() })
}

/// The same place at that step.
fn at_step(router: Router, code: bool) -> Route {
    match router.route_untracked() {
        Route::SignIn { to, .. } => Route::SignIn { to, code },
        other => other,
    }
}

/// The page with the code instead of the password.
fn code(leave: Callback<String>) -> impl IntoView {
    view! {
        <SignInFrame title="Two-factor authentication">
            {lazy_view!(verify, until waiting, |leave: Callback<String>| view! { <SignInCode on_leave=leave/> })}
        </SignInFrame>
    }
}

fn waiting() -> impl IntoView {
    skeleton_lines(3)
}

fn people(demo: &Demo) -> Vec<DemoAccount> {
    let person = |account: &padlock_contract::session::DemoAccount| DemoAccount {
        name: account.name.clone(),
        login: account.login.clone(),
        role: account.role.clone(),
    };
    demo.accounts.iter().map(person).collect()
}

fn said(failure: &Failure) -> String {
    match failure.code() {
        Some(ErrorCode::WrongCredentials) => "Login or password is not right.".to_owned(),
        // How long is said by the countdown.
        Some(ErrorCode::TooManyRequests) => "Too many tries.".to_owned(),
        _ => failure.sentence(),
    }
}
