//! Proving the second factor: with a code or, if the account has no factor, by enrolling one first.

use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;
use padlock_contract::ErrorCode;
use padlock_contract::second_factor::{SecondFactor, SecondFactorMethod, VerificationMethod};

use super::enrol::Enrol;
use super::loading::loading;
use super::purpose_line::purpose_line;
use crate::api::use_api;
use crate::features::code_entry::{CodeEntry, CodeForm, Rejection};
use crate::lazy::LazyView;
use crate::lazy_view;
use crate::state::account::use_account;
use crate::state::authorised_window::{AuthorisedWindow, use_authorised_window};
use crate::state::query::QueryState;
use crate::state::session::use_session;
use crate::state::step_up::{Purpose, StepUp, Unlocked};
use crate::ui::{Button, Notice, Tone, focus_on_mount};

/// How often the promised end of the authorised window is updated.
const UPDATE_INTERVAL: Duration = Duration::from_secs(10);

/// What the dialog asks for. Chosen when the account is loaded, and again only if the API contradicts it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
    Code { method: SecondFactorMethod, blocked: bool },
    Enrol,
}

static ENROL: LazyView<(StepUp, Purpose, Callback<()>)> = lazy_view!(
    enrolment,
    |step_up: StepUp, purpose: Purpose, reload: Callback<()>| view! { <Enrol step_up purpose reload/> }
);

#[component]
pub(super) fn Prove(step_up: StepUp, purpose: Purpose) -> impl IntoView {
    let (account, authorised) = (use_account(), use_authorised_window());
    account.load();
    authorised.sync_clock();
    let mode = RwSignal::new(None);
    Effect::new(move |_| {
        let factor = account.ready(|account| account.second_factor.clone());
        if let (Some(factor), None) = (factor, mode.get()) {
            let code = |factor: SecondFactor| Mode::Code { method: factor.method, blocked: factor.blocked };
            mode.set(Some(factor.map_or(Mode::Enrol, code)));
        }
    });
    let outcome = account.outcome();
    let load_error = Memo::new(move |_| match outcome.get() {
        QueryState::Failed(error) => Some(error.message()),
        QueryState::Loading | QueryState::Ready(()) => None,
    });
    let reload = Callback::new(move |()| {
        account.retry();
        mode.set(None);
    });
    let purpose = StoredValue::new(purpose);
    move || match (mode.get(), load_error.get()) {
        (Some(Mode::Code { method, blocked }), _) => {
            view! { <Unlock step_up purpose=purpose.get_value() method blocked reload/> }.into_any()
        }
        (Some(Mode::Enrol), _) => ENROL.view((step_up, purpose.get_value(), reload), loading),
        (None, Some(text)) => view! {
            <Notice tone=Tone::Warning text>
                <Button label="Try again" on_press=reload/>
            </Notice>
        }
        .into_any(),
        (None, None) => loading(),
    }
}

/// The form for a code of the enrolled factor or a recovery code. `reload` is called if the account turns out to have
/// no factor.
#[component]
fn Unlock(
    step_up: StepUp,
    purpose: Purpose,
    method: SecondFactorMethod,
    blocked: bool,
    reload: Callback<()>,
) -> impl IntoView {
    let (api, session, account) = (use_api(), use_session(), use_account());
    let entry = CodeEntry::new();
    if blocked {
        entry.require_recovery_code(FACTOR_BLOCKED.to_owned());
    }
    let label = match method {
        SecondFactorMethod::Authenticator => "Code from your authenticator app",
        SecondFactorMethod::Sms => "Code from your text message",
        SecondFactorMethod::Unknown => "Code of your second factor",
    };
    let send = Callback::new(move |code: String| {
        // Not cancelled with the dialog: the response sets the cookie that the next request needs.
        spawn_local(async move {
            match api.verify(code).await {
                Ok(verified) => {
                    session.unlocked(verified.authorised_until);
                    if verified.method == VerificationMethod::RecoveryCode {
                        account.refetch();
                    }
                    step_up.succeed(Unlocked::ByCode);
                }
                Err(error) => match entry.refuse(&error) {
                    Rejection::Other(Some(ErrorCode::NotEnrolled)) => reload.run(()),
                    Rejection::Other(_) => entry.show_form_error(error.message()),
                    _ => {}
                },
            }
        });
    });
    // The dialog may have opened before the field was rendered.
    focus_on_mount(entry.field);
    let unlock_promise = unlock_promise(&purpose, use_authorised_window());
    view! {
        {purpose_line(purpose.act)}
        <CodeForm entry label submit_label="Unlock" on_send=send>
            <p class="step-up-promise">{move || unlock_promise.get()}</p>
        </CodeForm>
    }
}

const FACTOR_BLOCKED: &str = "Too many wrong codes have blocked it. Only a recovery code or Support leads out.";

/// Returns "Then Production stays unlocked in this browser until 17:42." and keeps the time up to date.
fn unlock_promise(purpose: &Purpose, authorised: AuthorisedWindow) -> Signal<String> {
    let (unlocked, stays) = purpose.unlocked();
    let start = ["Then ", unlocked, " ", stays, " unlocked in this browser "].concat();
    let update = RwSignal::new(());
    if let Ok(interval) = set_interval_with_handle(move || update.set(()), UPDATE_INTERVAL) {
        on_cleanup(move || interval.clear());
    }
    Signal::derive(move || {
        update.track();
        [start.as_str(), &authorised.until_if_opened_now(), "."].concat()
    })
}
