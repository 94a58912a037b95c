//! The choice of a second factor, for accounts that have none.

use leptos::html;
use leptos::prelude::*;

use crate::ui::{Button, ButtonKind, Glyph, dialog_actions, focus_on_mount, icon};

/// Lists the methods and explains where to get an authenticator app.
#[component]
pub fn ChooseMethod(
    /// What the second factor unlocks: "Production".
    unlocked: String,
    /// Called when **Use Google Authenticator** is pressed.
    #[prop(into)]
    on_authenticator: Callback<()>,
    /// Called when **Cancel** is pressed.
    #[prop(into)]
    on_cancel: Callback<()>,
) -> impl IntoView {
    let first_method = NodeRef::<html::Button>::new();
    focus_on_mount(first_method);
    view! {
        <p class="step-up-lead">
            "Two-factor authentication unlocks "{unlocked}" in this browser for eight hours. \
             Your account has no second factor yet: set one up now, once."
        </p>
        <ul class="methods">
            <li>
                <button class="method" type="button" on:click=move |_| on_authenticator.run(()) node_ref=first_method>
                    <span class="method-glyph">{icon(Glyph::Key)}</span>
                    <span class="method-name">"Use Google Authenticator"</span>
                    <span class="method-about">"Or any other app for one-time codes. Works without a network."</span>
                    {icon(Glyph::ChevronRight)}
                </button>
            </li>
            <li>
                <button class="method" type="button" aria-disabled="true">
                    <span class="method-glyph">{icon(Glyph::Phone)}</span>
                    <span class="method-name">"Use SMS"</span>
                    <span class="method-about">
                        "The weaker one: a phone number can be taken over. This portal has no SMS gateway set up."
                    </span>
                </button>
            </li>
        </ul>
        <details class="step-up-help">
            <summary>"No such app yet?"</summary>
            <p>
                "Get one from your phone's app store: Google Authenticator, Aegis, 2FAS, Microsoft Authenticator, \
                 or the password manager that you use already. It is free and needs no account. Then come back here."
            </p>
        </details>
        {dialog_actions(view! { <Button label="Cancel" kind=ButtonKind::Quiet on_press=on_cancel/> })}
    }
}
