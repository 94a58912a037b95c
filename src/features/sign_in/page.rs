//! The sign-in page: what happens when its forms are submitted.

use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_meta::Title;
use padlock_contract::ErrorCode;
use padlock_contract::session::{Demo, SignInResponse};

use super::code::SignInCode;
use super::view::{DemoAccount, SignInFrame, SignInView};
use crate::api::{ApiError, use_api};
use crate::format::format_duration;
use crate::lazy::LazyView;
use crate::lazy_view;
use crate::navigation::{Navigation, use_navigation};
use crate::routes::Route;
use crate::state::countdown::Countdown;
use crate::state::portal::use_portal;
use crate::state::session::{SessionState, use_session};
use crate::static_shell::{self, Prefill};
use crate::ui::skeleton_lines;

/// The sign-in page. It redirects a signed-in visitor to the route in the address (`?to=…`).
#[component]
pub fn SignInPage(
    /// What the visitor typed into the static form before the program was loaded.
    #[prop(optional)]
    prefill: Prefill,
) -> impl IntoView {
    static_shell::remove_when_mounted();
    let (api, session, portal, navigation) = (use_api(), use_session(), use_portal(), use_navigation());
    let (busy, error_text) = (RwSignal::new(false), RwSignal::new(String::new()));
    // The password is accepted and a code is required. Lost on reload.
    let code_required = RwSignal::new(false);
    let shows_code =
        Memo::new(move |_| code_required.get() && matches!(navigation.route(), Route::SignIn { code: true, .. }));
    let prefill = StoredValue::new(prefill);
    Effect::new(move |_| {
        if let (SessionState::SignedIn(_), Route::SignIn { to, .. }) = (session.get(), navigation.route()) {
            navigation.replace(&to.map_or_else(Route::home, |to| *to));
        }
    });
    let retry_countdown = Countdown::new();
    let submit = move |(login, password): (String, String)| {
        busy.set(true);
        error_text.set(String::new());
        // Fills in the login again if the visitor comes back from the code.
        prefill.set_value(Prefill { login: login.clone(), password: String::new(), password_focused: true });
        spawn_local(async move {
            match api.sign_in(login, password).await {
                Ok(SignInResponse { account: Some(account), .. }) => session.signed_in(account, None),
                Ok(_) => {
                    code_required.try_set(true);
                    navigation.go(&route_of_step(navigation, true));
                }
                Err(error) => {
                    let retry_after = error.problem().and_then(|problem| problem.retry_after);
                    if let (Some(ErrorCode::TooManyRequests), Some(seconds)) = (error.code(), retry_after) {
                        retry_countdown.start(seconds);
                    }
                    error_text.try_set(sign_in_error(&error));
                }
            }
            busy.try_set(false);
        });
    };
    let retry_text = Signal::derive(move || {
        let seconds_left = retry_countdown.seconds_left();
        if seconds_left > 0 {
            ["You can try again in ", &format_duration(seconds_left), "."].concat()
        } else {
            String::new()
        }
    });
    let demo = Signal::derive(move || portal.ready(|portal| portal.demo.as_ref().map(demo_accounts)).flatten());
    let password_form = move || {
        view! {
            <SignInView
                busy
                error=error_text
                retry_text
                on_submit=submit
                prefill=prefill.get_value()
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
    // The sign-in starts over: the password has to be entered again.
    let back_to_password = Callback::new(move |text: String| {
        error_text.set(text);
        code_required.set(false);
        navigation.replace(&route_of_step(navigation, false));
    });
    view! {
        <Title text="Sign in"/>
        {move || if shows_code.get() { code_page(back_to_password).into_any() } else { password_form().into_any() }}
    }
}

/// Returns the current route with the step of the password or, if `code`, of the code.
fn route_of_step(navigation: Navigation, code: bool) -> Route {
    match navigation.route_untracked() {
        Route::SignIn { to, .. } => Route::SignIn { to, code },
        other => other,
    }
}

static CODE_FORM: LazyView<(Callback<String>,)> =
    lazy_view!(step_up, |on_back: Callback<String>| view! { <SignInCode on_back/> });

fn code_page(on_back: Callback<String>) -> impl IntoView {
    view! {
        <SignInFrame title="Two-factor authentication">
            {CODE_FORM.view((on_back,), loading_skeleton)}
        </SignInFrame>
    }
}

fn loading_skeleton() -> AnyView {
    skeleton_lines(3).into_any()
}

fn demo_accounts(demo: &Demo) -> Vec<DemoAccount> {
    let demo_account = |account: &padlock_contract::session::DemoAccount| DemoAccount {
        name: account.name.clone(),
        login: account.login.clone(),
        role: account.role.clone(),
    };
    demo.accounts.iter().map(demo_account).collect()
}

fn sign_in_error(error: &ApiError) -> String {
    match error.code() {
        Some(ErrorCode::WrongCredentials) => "Login or password is not right.".to_owned(),
        // The countdown says how long to wait.
        Some(ErrorCode::TooManyRequests) => "Too many tries.".to_owned(),
        _ => error.message(),
    }
}
