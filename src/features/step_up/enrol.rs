//! Enrolment in the step-up dialog: method, password, key and first code, recovery codes. The factor exists only after
//! the first right code; a visitor who leaves before discards the enrolment.

use leptos::prelude::*;
use leptos::task::spawn_local;
use padlock_contract::ErrorCode;
use padlock_contract::second_factor::{Enrolment, FirstBinding, RecoveryCode};

use super::choose::ChooseMethod;
use super::loading::loading;
use super::password::{MailCode, PasswordForm};
use super::purpose_line::purpose_line;
use super::scan::ScanForm;
use crate::api::use_api;
use crate::features::code_entry::{CodeEntry, Rejection};
use crate::features::recovery_codes::SaveCodes;
use crate::state::account::use_account;
use crate::state::countdown::Countdown;
use crate::state::session::use_session;
use crate::state::step_up::{Purpose, StepUp, Unlocked};

#[derive(Clone, PartialEq, Eq)]
enum Step {
    /// An enrolment that was begun before the page was reloaded is fetched.
    Resume,
    Choose,
    Password,
    Scan(Enrolment),
    Save(Vec<RecoveryCode>),
}

impl Step {
    const fn title(&self) -> &'static str {
        match self {
            Self::Choose => "Step 1 of 4: choose a method",
            Self::Password => "Step 2 of 4: confirm that it is you",
            Self::Resume | Self::Scan(_) => "Step 3 of 4: set up the app",
            Self::Save(_) => "Step 4 of 4: save your recovery codes",
        }
    }
}

/// The steps of an enrolment. `reload` is called if the account turns out to have a factor.
#[component]
pub(super) fn Enrol(step_up: StepUp, purpose: Purpose, reload: Callback<()>) -> impl IntoView {
    let (api, account) = (use_api(), use_account());
    let is_pending = account.ready_untracked(|account| account.pending_enrolment).unwrap_or_default();
    let step = RwSignal::new(if is_pending { Step::Resume } else { Step::Choose });
    if is_pending {
        spawn_local(async move {
            let next = api.pending_enrolment().await.map_or(Step::Choose, Step::Scan);
            step.try_set(next);
        });
    }
    let unlocked = StoredValue::new(purpose.unlocked().0.to_owned());
    view! {
        {purpose_line(purpose.act)}
        // One element for all steps: a live region announces only what changes in it.
        <p class="step-up-step" role="status">{move || step.with(Step::title)}</p>
        {move || match step.get() {
            Step::Resume => loading(),
            Step::Choose => view! {
                <ChooseMethod
                    unlocked=unlocked.get_value()
                    on_authenticator=move |()| step.set(Step::Password)
                    on_cancel=move |()| step_up.close()
                />
            }.into_any(),
            Step::Password => view! { <ConfirmPassword step reload/> }.into_any(),
            Step::Scan(enrolment) => view! { <Scan step_up step enrolment/> }.into_any(),
            Step::Save(codes) => view! { <SaveCodes codes on_done=move |()| step_up.succeed(Unlocked::ByEnrolment)/> }.into_any(),
        }}
    }
}

/// The password and, if first binding is by mail, the code from the mail.
#[component]
fn ConfirmPassword(step: RwSignal<Step>, reload: Callback<()>) -> impl IntoView {
    let (api, account) = (use_api(), use_account());
    let (password, password_error) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let entry = CodeEntry::new();
    let by_mail = account.ready_untracked(|account| account.first_binding == FirstBinding::Mail);
    let mail = RwSignal::new(by_mail.unwrap_or_default().then(MailCode::default));
    let resend_countdown = Countdown::new();
    let send_mail = Callback::new(move |()| {
        spawn_local(async move {
            match api.send_mail_code().await {
                Ok(sent) => {
                    resend_countdown.start(sent.resend_after);
                    mail.try_set(Some(MailCode { sent_to: sent.sent_to }));
                    entry.focus();
                }
                Err(error) => {
                    let retry_after = error.problem().and_then(|problem| problem.retry_after);
                    resend_countdown.start(retry_after.unwrap_or_default());
                    entry.show_form_error(error.message());
                }
            }
        });
    });
    let start_enrolment = Callback::new(move |code: Option<String>| {
        entry.begin();
        password_error.set(String::new());
        let password = password.get_untracked();
        spawn_local(async move {
            let error = match api.enrol(password, code).await {
                Ok(enrolment) => {
                    // If the visitor has left this step, the enrolment is discarded.
                    if step.try_get_untracked() == Some(Step::Password) {
                        step.set(Step::Scan(enrolment));
                    } else {
                        let _ = api.cancel_enrolment(&enrolment.enrolment_id).await;
                    }
                    return;
                }
                Err(error) => error,
            };
            match entry.refuse(&error) {
                Rejection::Other(Some(ErrorCode::WrongCredentials)) => {
                    password_error.try_set("The password is not right.".to_owned());
                }
                Rejection::Other(Some(ErrorCode::MailCodeRequired)) => {
                    mail.try_update(|mail| *mail = mail.take().or_else(|| Some(MailCode::default())));
                }
                Rejection::Other(Some(ErrorCode::AlreadyEnrolled)) => reload.run(()),
                Rejection::Other(_) => entry.show_form_error(error.message()),
                _ => {}
            }
        });
    });
    view! {
        <PasswordForm
            password
            password_error
            entry
            mail
            resend_in=Signal::derive(move || resend_countdown.seconds_left())
            on_send_mail=send_mail
            on_next=start_enrolment
            on_back=move |()| step.set(Step::Choose)
        />
    }
}

/// The key and the first code.
#[component]
fn Scan(step_up: StepUp, step: RwSignal<Step>, enrolment: Enrolment) -> impl IntoView {
    let (api, session, account) = (use_api(), use_session(), use_account());
    let entry = CodeEntry::new();
    let id = StoredValue::new(enrolment.enrolment_id.clone());
    // Whether the enrolment is discarded when the visitor leaves: until it is confirmed or has expired. A reload keeps it.
    let is_unconfirmed = StoredValue::new(true);
    on_cleanup(move || {
        // While a code is being checked, its response decides.
        if is_unconfirmed.try_get_value() == Some(true) && !entry.pending.try_get_untracked().unwrap_or_default() {
            let Some(id) = id.try_get_value() else { return };
            spawn_local(async move {
                let _ = api.cancel_enrolment(&id).await;
                account.refetch();
            });
        }
    });
    let confirm = Callback::new(move |code: String| {
        let id = id.get_value();
        spawn_local(async move {
            let error = match api.confirm(id.clone(), code).await {
                Ok(enrolled) => {
                    // The factor exists now, even if the visitor leaves before the last step.
                    is_unconfirmed.try_set_value(false);
                    session.unlocked(enrolled.authorised_until);
                    step_up.unlocked.try_set(true);
                    account.refetch();
                    let unused = |code| RecoveryCode { code, used_at: None };
                    step.try_set(Step::Save(enrolled.recovery_codes.into_iter().map(unused).collect()));
                    return;
                }
                Err(error) => error,
            };
            match entry.refuse(&error) {
                Rejection::Other(Some(ErrorCode::EnrolmentExpired)) => {
                    is_unconfirmed.try_set_value(false);
                    entry.show_form_error("This key is too old by now. Go back for a new one.".to_owned());
                }
                Rejection::Other(_) => entry.show_form_error(error.message()),
                _ => {}
            }
            // The visitor left while the code was checked, and it was refused.
            if is_unconfirmed.try_get_value().is_none() {
                let _ = api.cancel_enrolment(&id).await;
            }
        });
    });
    view! {
        <ScanForm
            uri=enrolment.otpauth_uri.clone()
            secret=enrolment.secret
            entry
            on_code=confirm
            on_back=move |()| step.set(Step::Password)
        />
    }
}
