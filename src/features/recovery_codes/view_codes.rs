//! Viewing the recovery codes and generating new ones. Both require the password and a fresh code, even while the
//! authorised window is open.

use leptos::ev::SubmitEvent;
use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;
use padlock_contract::ErrorCode;
use padlock_contract::second_factor::RecoveryCode;

use super::save::SaveCodes;
use crate::api::use_api;
use crate::features::code_entry::{CodeEntry, CodeField, Rejection, ToggleModeButton, form_error};
use crate::state::account::use_account;
use crate::ui::{Button, ButtonKind, InputKind, TextField, dialog_actions, focus_on_mount};

#[derive(Clone, PartialEq, Eq)]
enum Stage {
    ConfirmView,
    ConfirmGenerate,
    Codes { codes: Vec<RecoveryCode>, new: bool },
}

/// Shows the recovery codes after the password and a code are confirmed.
#[component]
pub fn ViewCodes(
    /// Whether to generate new codes, which invalidates the present ones.
    new: bool,
    /// Called when the dialog should close.
    #[prop(into)]
    on_close: Callback<()>,
) -> impl IntoView {
    let account = use_account();
    let stage = RwSignal::new(if new { Stage::ConfirmGenerate } else { Stage::ConfirmView });
    move || match stage.get() {
        Stage::ConfirmView => view! { <ConfirmForm stage new=false on_close/> }.into_any(),
        Stage::ConfirmGenerate => view! { <ConfirmForm stage new=true on_close/> }.into_any(),
        Stage::Codes { codes, new } => {
            let saved_before = account.ready_untracked(|account| account.recovery_codes_saved).unwrap_or_default();
            let saved = !new && saved_before;
            let generate = move |()| stage.set(Stage::ConfirmGenerate);
            let extra_button = move || view! { <Button label="Generate new codes" on_press=generate/> };
            view! { <SaveCodes codes saved on_done=on_close extra_button/> }.into_any()
        }
    }
}

/// The form for password and code.
#[component]
fn ConfirmForm(stage: RwSignal<Stage>, new: bool, on_close: Callback<()>) -> impl IntoView {
    let (api, account) = (use_api(), use_account());
    let (password, password_error) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let entry = CodeEntry::new();
    let password_field = NodeRef::<html::Input>::new();
    focus_on_mount(password_field);
    let focus_password = move || password_field.get_untracked().map(|field| field.focus());
    let send = Callback::new(move |_: String| {
        let typed_password = password.get_untracked();
        if typed_password.is_empty() {
            password_error.set("Enter your password.".to_owned());
            focus_password();
            return;
        }
        let Some(code) = entry.code_to_send() else { return };
        entry.begin();
        password_error.set(String::new());
        let request =
            if new { api.new_recovery_codes(typed_password, code) } else { api.recovery_codes(typed_password, code) };
        spawn_local(async move {
            match request.await {
                Ok(codes) => {
                    account.refetch();
                    stage.try_set(Stage::Codes { codes: codes.recovery_codes, new });
                }
                Err(error) => match entry.refuse(&error) {
                    Rejection::Other(Some(ErrorCode::WrongCredentials)) => {
                        password.try_set(String::new());
                        password_error.try_set("The password is not right.".to_owned());
                        focus_password();
                    }
                    Rejection::Other(_) => entry.show_form_error(error.message()),
                    _ => {}
                },
            }
        });
    });
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        send.run(String::new());
    };
    let (lead_text, submit_label) = if new {
        ("The old codes stop working as soon as there are new ones.", "Generate new codes")
    } else {
        ("Your password and a fresh code, so that nobody sees them over an unlocked tab.", "View recovery codes")
    };
    view! {
        <form class="step-up" on:submit=submit novalidate>
            <p class="step-up-lead">{lead_text}</p>
            <TextField
                label="Password"
                value=password
                name="password"
                kind=InputKind::Password
                autocomplete="current-password"
                error=password_error
                node=password_field
            />
            <CodeField entry label="Code" on_complete=send/>
            <ToggleModeButton entry/>
            {form_error(entry)}
            {dialog_actions(view! {
                <Button
                    label=submit_label
                    kind=if new { ButtonKind::Danger } else { ButtonKind::Primary }
                    submit=true
                    busy=entry.pending
                    disabled=entry.is_rate_limited()
                />
                <Button label="Cancel" on_press=on_close/>
            })}
        </form>
    }
}
