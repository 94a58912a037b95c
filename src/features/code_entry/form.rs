//! The form around a code field, used by step-up and sign-in.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;

use super::entry::CodeEntry;
use super::field::{CodeField, ToggleModeButton, form_error};
use crate::ui::{Button, ButtonKind, dialog_actions};

/// Returns what sends the code of a form: when it is complete, and when the form is submitted. `on_code` is called only
/// with a code that may be sent now.
pub fn send_code(
    entry: CodeEntry,
    on_code: Callback<String>,
) -> (Callback<String>, impl Fn(SubmitEvent) + Clone + 'static) {
    let send = Callback::new(move |_: String| {
        if let Some(code) = entry.code_to_send() {
            entry.begin();
            on_code.run(code);
        }
    });
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        send.run(String::new());
    };
    (send, submit)
}

/// A form with a code field, a submit button and the button for the other kind of code.
#[component]
pub fn CodeForm(
    /// The state of the field.
    entry: CodeEntry,
    /// The label of the field, which says where the code comes from: "Code from your authenticator app".
    #[prop(into)]
    label: Signal<String>,
    /// The label of the submit button: "Unlock".
    submit_label: &'static str,
    /// Called with the complete code when the form is submitted.
    #[prop(into)]
    on_send: Callback<String>,
    /// A further button, after the others.
    #[prop(optional, into)]
    extra_button: Option<ViewFn>,
    /// Content between the field and the buttons.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let (send, submit) = send_code(entry, on_send);
    view! {
        <form class="step-up" on:submit=submit novalidate>
            <CodeField entry label on_complete=send/>
            {children.map(|children| children())}
            {form_error(entry)}
            {dialog_actions(view! {
                <Button
                    label=submit_label
                    kind=ButtonKind::Primary
                    submit=true
                    busy=entry.pending
                    disabled=entry.is_rate_limited()
                />
                <ToggleModeButton entry/>
                {extra_button.map(|button| button.run())}
            })}
        </form>
    }
}
