//! One code, and what it is for: at a padlock and at sign-in.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;

use super::attempt::Attempt;
use super::field::{CodeField, OtherWay, trouble};
use crate::ui::{Button, ButtonKind, dialog_actions};

/// The form: the field, what stands between, the act, the other kind of code.
#[component]
pub fn CodeForm(
    /// What is tried.
    attempt: Attempt,
    /// Where the code comes from: "Code from your authenticator app".
    #[prop(into)]
    label: Signal<String>,
    /// What a right one does: "Unlock".
    act: &'static str,
    /// The code is all there, and the reader wants it sent.
    #[prop(into)]
    on_send: Callback<String>,
    /// Another way out, after the others.
    #[prop(optional, into)]
    way_out: Option<ViewFn>,
    /// What stands between the field and the act.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let send = Callback::new(move |_: String| {
        if let Some(code) = attempt.ready() {
            attempt.begin();
            on_send.run(code);
        }
    });
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        send.run(String::new());
    };
    view! {
        <form class="step-up" on:submit=submit novalidate>
            <CodeField attempt label on_complete=send/>
            {children.map(|between| between())}
            {trouble(attempt)}
            {dialog_actions(view! {
                <Button
                    label=act
                    kind=ButtonKind::Primary
                    submit=true
                    busy=attempt.pending
                    disabled=attempt.blocked()
                />
                <OtherWay attempt/>
                {way_out.map(|way| way.run())}
            })}
        </form>
    }
}
