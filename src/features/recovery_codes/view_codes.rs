//! **View recovery codes**, and **Generate new codes**: password and a fresh code, window or not.

use leptos::ev::SubmitEvent;
use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;
use padlock_contract::ErrorCode;
use padlock_contract::second_factor::RecoveryCode;

use super::save::SaveCodes;
use crate::features::account::use_account;
use crate::features::proof::{Attempt, CodeField, OtherWay, Verdict, trouble};
use crate::gateway::use_api;
use crate::ui::{Button, ButtonKind, InputKind, TextField, dialog_actions, focus_on_arrival, live};

/// What the dialog shows.
#[derive(Clone, PartialEq, Eq)]
enum Stage {
    /// Who wants to see them must prove it.
    AskToView,
    /// Who wants new ones, too: the old ones are dead from then on.
    AskForNew,
    Codes {
        codes: Vec<RecoveryCode>,
        new: bool,
    },
}

/// The dialog's content.
#[component]
pub fn ViewCodes(
    /// New ones are wanted.
    new: bool,
    /// The reader has what they came for.
    #[prop(into)]
    on_close: Callback<()>,
) -> impl IntoView {
    let account = use_account();
    let stage = RwSignal::new(if new { Stage::AskForNew } else { Stage::AskToView });
    live(move || match stage.get() {
        Stage::AskToView => view! { <Ask stage new=false on_close/> }.into_any(),
        Stage::AskForNew => view! { <Ask stage new=true on_close/> }.into_any(),
        Stage::Codes { codes, new } => {
            let known = account.details.ready_untracked(|account| account.recovery_codes_saved);
            let saved = !new && known.unwrap_or_default();
            let more =
                move || view! { <Button label="Generate new codes" on_press=move |()| stage.set(Stage::AskForNew)/> };
            view! { <SaveCodes codes saved on_done=on_close more/> }.into_any()
        }
    })
}

/// Password and code.
#[component]
fn Ask(stage: RwSignal<Stage>, new: bool, on_close: Callback<()>) -> impl IntoView {
    let (api, account) = (use_api(), use_account());
    let (password, refused) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let attempt = Attempt::new();
    let field = NodeRef::<html::Input>::new();
    focus_on_arrival(field);
    let at_password = move || field.get_untracked().map(|field| field.focus());
    let send = Callback::new(move |_: String| {
        let secret = password.get_untracked();
        if secret.is_empty() {
            refused.set("Enter your password.".to_owned());
            at_password();
            return;
        }
        let Some(code) = attempt.ready() else { return };
        attempt.begin();
        refused.set(String::new());
        let asked = if new { api.new_recovery_codes(secret, code) } else { api.recovery_codes(secret, code) };
        spawn_local(async move {
            match asked.await {
                Ok(codes) => {
                    account.details.again();
                    stage.try_set(Stage::Codes { codes: codes.recovery_codes, new });
                }
                Err(failure) => match attempt.refuse(&failure) {
                    Verdict::Other(Some(ErrorCode::WrongCredentials)) => {
                        password.try_set(String::new());
                        refused.try_set("The password is not right.".to_owned());
                        at_password();
                    }
                    Verdict::Other(_) => attempt.fail(failure.sentence()),
                    _ => {}
                },
            }
        });
    });
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        send.run(String::new());
    };
    let (words, act) = if new {
        ("The old codes stop working as soon as there are new ones.", "Generate new codes")
    } else {
        ("Your password and a fresh code, so that nobody sees them over an unlocked tab.", "View recovery codes")
    };
    view! {
        <form class="step-up" on:submit=submit novalidate>
            <p class="step-up-lead">{words}</p>
            <TextField
                label="Password"
                value=password
                name="password"
                kind=InputKind::Password
                autocomplete="current-password"
                error=refused
                node=field
            />
            <CodeField attempt label="Code" on_complete=send/>
            <OtherWay attempt/>
            {trouble(attempt)}
            {dialog_actions(view! {
                <Button
                    label=act
                    kind=if new { ButtonKind::Danger } else { ButtonKind::Primary }
                    submit=true
                    busy=attempt.pending
                    disabled=attempt.blocked()
                />
                <Button label="Cancel" on_press=on_close/>
            })}
        </form>
    }
}
