//! The second step of signing in: the code, for accounts that require one.

use leptos::prelude::*;
use leptos::task::spawn_local;
use padlock_contract::ErrorCode;

use crate::api::use_api;
use crate::features::code_entry::{CodeEntry, CodeForm, Rejection};
use crate::state::session::use_session;
use crate::ui::{Button, ButtonKind, focus_on_mount};

/// The form for the code.
#[component]
pub fn SignInCode(
    /// Called to go back to the password, with the error to show there; empty if there is none.
    on_back: Callback<String>,
) -> impl IntoView {
    let (api, session) = (use_api(), use_session());
    let entry = CodeEntry::new();
    focus_on_mount(entry.field);
    let send = Callback::new(move |code: String| {
        // Not cancelled with the page: the response sets the cookie that the next request needs.
        spawn_local(async move {
            match api.verify(code).await {
                // The sign-in page redirects as soon as the session is there.
                Ok(verified) => session.signed_in(verified.account, Some(verified.authorised_until)),
                Err(error) => match entry.refuse(&error) {
                    Rejection::Other(Some(ErrorCode::ChallengeEnded)) => go_back(on_back, error.message()),
                    Rejection::Other(Some(ErrorCode::NotSignedIn)) => go_back(on_back, TOOK_TOO_LONG.to_owned()),
                    Rejection::Other(_) => entry.show_form_error(error.message()),
                    _ => {}
                },
            }
        });
    });
    let start_again = move || {
        view! { <Button label="Start again" kind=ButtonKind::Bare on_press=move |()| on_back.run(String::new())/> }
    };
    view! {
        <p class="sign-in-lead">
            "Your account asks for a second factor, too. Open your authenticator app for its code."
        </p>
        <CodeForm entry label="Code" submit_label="Verify" on_send=send extra_button=start_again/>
    }
}

const TOOK_TOO_LONG: &str = "That took too long. Sign in again.";

fn go_back(on_back: Callback<String>, error_text: String) {
    on_back.try_run(error_text);
}
