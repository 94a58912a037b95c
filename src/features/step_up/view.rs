//! The step-up dialog as it is seen.

use leptos::{ev::SubmitEvent, html, prelude::*};

use crate::ui::{Button, ButtonKind, CodeInput, CodeMode, Dialog, PadlockState, dialog_actions};

/// The dialog **Two-Factor Authentication** for someone who is enrolled.
#[component]
pub fn StepUpDialog(
    /// Whether it is open.
    #[prop(into)]
    open: Signal<bool>,
    /// What it is for: "transport shop 1.2.0 to Production".
    #[prop(into)]
    purpose: Signal<String>,
    /// What an open window means: "Then Production stays unlocked in this browser until 17:42."
    #[prop(into)]
    promise: Signal<String>,
    /// Where the code comes from: "Code from your authenticator app".
    #[prop(into)]
    code_label: Signal<String>,
    /// What is typed.
    code: RwSignal<String>,
    /// A code or a recovery code.
    mode: RwSignal<CodeMode>,
    /// Why the last one was not taken.
    #[prop(into)]
    error: Signal<String>,
    /// An answer is awaited.
    #[prop(into)]
    pending: Signal<bool>,
    /// Too many tries; `error` holds the countdown.
    #[prop(optional, into)]
    blocked: Signal<bool>,
    /// It was right: the shackle lifts; the caller closes the dialog 220 ms later.
    #[prop(optional, into)]
    unlocked: Signal<bool>,
    /// Send the code.
    #[prop(into)]
    on_submit: Callback<String>,
    /// Leave without proving anything.
    #[prop(into)]
    on_close: Callback<()>,
    /// Send a new code; there for SMS only.
    #[prop(optional, into)]
    on_resend: Option<Callback<()>>,
) -> impl IntoView {
    let field = NodeRef::<html::Input>::new();
    let recovery = Memo::new(move |_| mode.get() == CodeMode::Recovery);
    let padlock = Signal::derive(move || if unlocked.get() { PadlockState::Open } else { PadlockState::Closed });
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let typed = code.get_untracked();
        if !pending.get_untracked() && !typed.trim().is_empty() {
            on_submit.run(typed);
        }
    };
    let switch = move |()| {
        mode.update(|mode| {
            *mode = match mode {
                CodeMode::Digits => CodeMode::Recovery,
                CodeMode::Recovery => CodeMode::Digits,
            };
        });
        code.set(String::new());
        if let Some(field) = field.get_untracked() {
            let _ = field.focus();
        }
    };
    let label = Signal::derive(move || if recovery.get() { "Recovery code".to_owned() } else { code_label.get() });
    let other = Signal::derive(move || {
        let words = if recovery.get() { "Use a code instead" } else { "Use a recovery code" };
        words.to_owned()
    });
    view! {
        <Dialog open title="Two-Factor Authentication" padlock on_close>
            <form class="step-up" on:submit=submit>
                <p class="step-up-purpose">"To "<strong>{move || purpose.get()}</strong>"."</p>
                <CodeInput
                    label
                    value=code
                    mode
                    error
                    pending
                    blocked
                    on_complete=on_submit
                    node=field
                />
                <p class="step-up-promise">{move || promise.get()}</p>
                {dialog_actions(view! {
                    <Button label="Unlock" kind=ButtonKind::Primary submit=true busy=pending disabled=blocked/>
                    {on_resend.map(|resend| view! {
                        <Button label="Send a new code" kind=ButtonKind::Bare on_press=resend/>
                    })}
                    <Button label=other kind=ButtonKind::Bare on_press=switch/>
                })}
            </form>
        </Dialog>
    }
}
