//! Proving the second factor: by a code, or by enrolling first where there is none.

use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;
use padlock_contract::ErrorCode;
use padlock_contract::second_factor::{ProvedBy, SecondFactor};
use padlock_contract::session::Method;

use super::enrol::Enrol;
use super::{Purpose, StepUp, dialog};
use crate::authorised::{Authorised, use_authorised};
use crate::features::account::use_account;
use crate::features::proof::{Attempt, CodeForm, Verdict};
use crate::gateway::use_api;
use crate::load::Loaded;
use crate::session::use_session;
use crate::ui::{Button, Notice, Tone, focus_on_arrival, live};

/// How often the promised time is made anew.
const MINUTE_HAND: Duration = Duration::from_secs(10);

/// What is to be done. It is decided when the dialog opens, and changes only when the API says otherwise.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    Code { method: Method, blocked: bool },
    Enrol,
}

#[component]
pub(super) fn Prove(step_up: StepUp, purpose: Purpose) -> impl IntoView {
    let (account, authorised) = (use_account(), use_authorised());
    account.want();
    authorised.look_at_clock();
    let way = RwSignal::new(None);
    Effect::new(move |_| {
        let factor = account.details.ready(|account| account.second_factor.clone());
        if let (Some(factor), None) = (factor, way.get()) {
            let code = |factor: SecondFactor| Way::Code { method: factor.method, blocked: factor.blocked };
            way.set(Some(factor.map_or(Way::Enrol, code)));
        }
    });
    let missing = Memo::new(move |_| match account.details.outcome().get() {
        Loaded::Failed(failure) => Some(failure.sentence()),
        Loaded::Loading | Loaded::Ready(()) => None,
    });
    // It was another way than what was known of the account said.
    let look_again = Callback::new(move |()| {
        account.details.retry();
        way.set(None);
    });
    let purpose = StoredValue::new(purpose);
    live(move || match (way.get(), missing.get()) {
        (Some(Way::Code { method, blocked }), _) => {
            view! { <Unlock step_up purpose=purpose.get_value() method blocked look_again/> }.into_any()
        }
        (Some(Way::Enrol), _) => view! { <Enrol step_up purpose=purpose.get_value() look_again/> }.into_any(),
        (None, Some(text)) => view! {
            <Notice tone=Tone::Warning text>
                <Button label="Try again" on_press=look_again/>
            </Notice>
        }
        .into_any(),
        (None, None) => dialog::waiting().into_any(),
    })
}

/// The code of an enrolled factor, or a recovery code.
#[component]
fn Unlock(step_up: StepUp, purpose: Purpose, method: Method, blocked: bool, look_again: Callback<()>) -> impl IntoView {
    let (api, session, account) = (use_api(), use_session(), use_account());
    let attempt = Attempt::new();
    if blocked {
        attempt.block(BLOCKED.to_owned());
    }
    let label = match method {
        Method::Authenticator => "Code from your authenticator app",
        Method::Sms => "Code from your text message",
    };
    let send = Callback::new(move |code: String| {
        // Not tied to the dialog: its answer brings the cookie that the next request needs.
        spawn_local(async move {
            match api.verify(code).await {
                Ok(verified) => {
                    session.unlocked(verified.authorised_until);
                    if verified.method == ProvedBy::RecoveryCode {
                        account.details.again();
                    }
                    step_up.opened();
                }
                Err(failure) => match attempt.refuse(&failure) {
                    Verdict::Other(Some(ErrorCode::NotEnrolled)) => look_again.run(()),
                    Verdict::Other(_) => attempt.fail(failure.sentence()),
                    _ => {}
                },
            }
        });
    });
    // The dialog may have been open before it was there.
    focus_on_arrival(attempt.field);
    let promise = promise(&purpose, use_authorised());
    view! {
        {to(purpose.act)}
        <CodeForm attempt label act="Unlock" on_send=send>
            <p class="step-up-promise">{live(move || promise.get())}</p>
        </CodeForm>
    }
}

const BLOCKED: &str = "Too many wrong codes have blocked it. Only a recovery code or Support leads out.";

/// "To transport shop 1.2.0 to Production."
pub(super) fn to(act: String) -> impl IntoView {
    view! { <p class="step-up-purpose">"To "<strong>{act}</strong>"."</p> }
}

/// "Then Production stays unlocked in this browser until 17:42."
fn promise(purpose: &Purpose, authorised: Authorised) -> Signal<String> {
    let (unlocked, stays) = purpose.unlocked();
    let what = ["Then ", unlocked, " ", stays, " unlocked in this browser "].concat();
    let hand = RwSignal::new(());
    if let Ok(moving) = set_interval_with_handle(move || hand.set(()), MINUTE_HAND) {
        on_cleanup(move || moving.clear());
    }
    Signal::derive(move || {
        hand.track();
        [what.as_str(), &authorised.promise(), "."].concat()
    })
}
