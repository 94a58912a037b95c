//! Enrolling in the same dialog: method, password, key and code, recovery codes. Until the right code nothing stands, and
//! leaving drops what was begun.

use leptos::prelude::*;
use leptos::task::spawn_local;
use padlock_contract::ErrorCode;
use padlock_contract::second_factor::{Enrolment, FirstBinding, RecoveryCode};

use super::choose::ChooseMethod;
use super::password::{Mailed, PasswordForm};
use super::prove::to;
use super::scan::ScanForm;
use super::{Purpose, StepUp};
use crate::countdown::Countdown;
use crate::features::account::use_account;
use crate::features::proof::{Attempt, Verdict};
use crate::features::recovery_codes::SaveCodes;
use crate::gateway::use_api;
use crate::session::use_session;
use crate::ui::live;

#[derive(Clone, PartialEq, Eq)]
enum Step {
    Choose,
    Password,
    Scan(Enrolment),
    Save(Vec<RecoveryCode>),
}

impl Step {
    const fn words(&self) -> &'static str {
        match self {
            Self::Choose => "Step 1 of 4: choose a method",
            Self::Password => "Step 2 of 4: confirm that it is you",
            Self::Scan(_) => "Step 3 of 4: set up the app",
            Self::Save(_) => "Step 4 of 4: save your recovery codes",
        }
    }
}

/// The steps. `look_again` is called when there is a factor after all.
#[component]
pub(super) fn Enrol(step_up: StepUp, purpose: Purpose, look_again: Callback<()>) -> impl IntoView {
    let step = RwSignal::new(Step::Choose);
    let unlocked = StoredValue::new(purpose.unlocked().0.to_owned());
    view! {
        {to(purpose.act)}
        // Here from the start, so that every step is announced.
        <p class="step-up-step" role="status">{live(move || step.with(Step::words))}</p>
        {live(move || match step.get() {
            Step::Choose => view! {
                <ChooseMethod
                    unlocked=unlocked.get_value()
                    on_authenticator=move |()| step.set(Step::Password)
                    on_cancel=move |()| step_up.close()
                />
            }.into_any(),
            Step::Password => view! { <Confirm step look_again/> }.into_any(),
            Step::Scan(enrolment) => view! { <Scan step_up step enrolment/> }.into_any(),
            Step::Save(codes) => view! { <SaveCodes codes on_done=move |()| step_up.opened()/> }.into_any(),
        })}
    }
}

/// The password and, where first binding is by mail, the code from it.
#[component]
fn Confirm(step: RwSignal<Step>, look_again: Callback<()>) -> impl IntoView {
    let (api, account) = (use_api(), use_account());
    let (password, refused) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let attempt = Attempt::new();
    let by_mail = account.details.ready_untracked(|account| account.first_binding == FirstBinding::Mail);
    let mail = RwSignal::new(by_mail.unwrap_or_default().then(Mailed::default));
    let again_in = Countdown::new();
    let send_mail = Callback::new(move |()| {
        spawn_local(async move {
            match api.mail_code().await {
                Ok(sent) => {
                    again_in.start(sent.resend_after);
                    mail.try_set(Some(Mailed { to: sent.sent_to }));
                    attempt.focus();
                }
                Err(failure) => {
                    let wait = failure.problem().and_then(|problem| problem.retry_after);
                    again_in.start(wait.unwrap_or_default());
                    attempt.fail(failure.sentence());
                }
            }
        });
    });
    let send = Callback::new(move |code: Option<String>| {
        attempt.begin();
        refused.set(String::new());
        let password = password.get_untracked();
        spawn_local(async move {
            let failure = match api.enrol(password, code).await {
                Ok(enrolment) => {
                    // Left meanwhile: nothing of it may stay behind.
                    if step.try_get_untracked() == Some(Step::Password) {
                        step.set(Step::Scan(enrolment));
                    } else {
                        let _ = api.drop_enrolment(&enrolment.enrolment_id).await;
                    }
                    return;
                }
                Err(failure) => failure,
            };
            match attempt.refuse(&failure) {
                Verdict::Other(Some(ErrorCode::WrongCredentials)) => {
                    refused.try_set("The password is not right.".to_owned());
                }
                Verdict::Other(Some(ErrorCode::MailCodeRequired)) => {
                    mail.try_update(|mail| *mail = mail.take().or_else(|| Some(Mailed::default())));
                }
                Verdict::Other(Some(ErrorCode::AlreadyEnrolled)) => look_again.run(()),
                Verdict::Other(_) => attempt.fail(failure.sentence()),
                _ => {}
            }
        });
    });
    view! {
        <PasswordForm
            password
            refused
            attempt
            mail
            again_in=Signal::derive(move || again_in.left())
            on_mail=send_mail
            on_next=send
            on_back=move |()| step.set(Step::Choose)
        />
    }
}

/// The key and the first code.
#[component]
fn Scan(step_up: StepUp, step: RwSignal<Step>, enrolment: Enrolment) -> impl IntoView {
    let (api, session, account) = (use_api(), use_session(), use_account());
    let attempt = Attempt::new();
    let id = StoredValue::new(enrolment.enrolment_id.clone());
    // Nothing of it stays when the reader leaves before the right code.
    let pending = StoredValue::new(enrolment.enrolment_id.clone());
    on_cleanup(move || {
        let id = pending.try_get_value().unwrap_or_default();
        if !id.is_empty() && !attempt.pending.try_get_untracked().unwrap_or_default() {
            spawn_local(async move {
                let _ = api.drop_enrolment(&id).await;
            });
        }
    });
    let send = Callback::new(move |code: String| {
        let id = id.get_value();
        spawn_local(async move {
            let failure = match api.confirm(id.clone(), code).await {
                Ok(enrolled) => {
                    // From here on the factor stands, whatever the reader does.
                    pending.try_set_value(String::new());
                    session.unlocked(enrolled.authorised_until);
                    step_up.unlocked.try_set(true);
                    account.details.again();
                    let unused = |code| RecoveryCode { code, used_at: None };
                    step.try_set(Step::Save(enrolled.recovery_codes.into_iter().map(unused).collect()));
                    return;
                }
                Err(failure) => failure,
            };
            match attempt.refuse(&failure) {
                Verdict::Other(Some(ErrorCode::EnrolmentExpired)) => {
                    pending.try_set_value(String::new());
                    attempt.fail("This key is too old by now. Go back for a new one.".to_owned());
                }
                Verdict::Other(_) => attempt.fail(failure.sentence()),
                _ => {}
            }
            // Left while it was looked at, and it was not right.
            if pending.try_get_value().is_none() {
                let _ = api.drop_enrolment(&id).await;
            }
        });
    });
    view! {
        <ScanForm
            uri=enrolment.otpauth_uri.clone()
            secret=enrolment.secret
            attempt
            on_code=send
            on_back=move |()| step.set(Step::Password)
        />
    }
}
