//! The second half of a sign-in: the code, for accounts that ask for one.

use leptos::prelude::*;
use leptos::task::spawn_local;
use padlock_contract::ErrorCode;

use crate::features::proof::{Attempt, CodeForm, Verdict};
use crate::gateway::use_api;
use crate::session::use_session;
use crate::ui::{Button, ButtonKind, focus_on_arrival};

/// The form. `on_leave` leads back to the password, with a sentence that says why.
#[component]
pub fn SignInCode(
    /// Back to the password.
    on_leave: Callback<String>,
) -> impl IntoView {
    let (api, session) = (use_api(), use_session());
    let attempt = Attempt::new();
    focus_on_arrival(attempt.field);
    let send = Callback::new(move |code: String| {
        // Not tied to the page: its answer brings the cookie that the next request needs.
        spawn_local(async move {
            match api.verify(code).await {
                // The app sees that somebody is signed in, and leaves this page.
                Ok(verified) => session.signed_in(verified.account, Some(verified.authorised_until)),
                Err(failure) => match attempt.refuse(&failure) {
                    Verdict::Other(Some(ErrorCode::ChallengeEnded)) => leave(on_leave, failure.sentence()),
                    Verdict::Other(Some(ErrorCode::NotSignedIn)) => leave(on_leave, TOO_LONG.to_owned()),
                    Verdict::Other(_) => attempt.fail(failure.sentence()),
                    _ => {}
                },
            }
        });
    });
    let start_again = move || {
        view! { <Button label="Start again" kind=ButtonKind::Bare on_press=move |()| on_leave.run(String::new())/> }
    };
    view! {
        <p class="sign-in-lead">"Your account asks for a second factor, too. Open your authenticator app for its code."</p>
        <CodeForm attempt label="Code" act="Verify" on_send=send way_out=start_again/>
    }
}

const TOO_LONG: &str = "That took too long. Sign in again.";

fn leave(on_leave: Callback<String>, why: String) {
    on_leave.try_run(why);
}
