//! The password and, where first binding is by mail, the code from it: whoever only holds the password must not be able
//! to enrol their own phone.

use leptos::ev::SubmitEvent;
use leptos::html;
use leptos::prelude::*;

use crate::features::proof::{Attempt, CodeField, trouble};
use crate::format::wait;
use crate::ui::{Button, ButtonKind, InputKind, TextField, dialog_actions, focus_on_arrival, live};

/// The mail with the code.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mailed {
    /// Where it went, with its middle hidden; empty until it was sent.
    pub to: String,
}

/// The form.
#[component]
pub fn PasswordForm(
    /// What is typed.
    password: RwSignal<String>,
    /// Why the password was not taken.
    refused: RwSignal<String>,
    /// The mailed code.
    attempt: Attempt,
    /// The mail, where one is asked for.
    #[prop(into)]
    mail: Signal<Option<Mailed>>,
    /// Seconds until another mail may be asked for.
    #[prop(into)]
    again_in: Signal<u64>,
    /// Send a mail.
    #[prop(into)]
    on_mail: Callback<()>,
    /// Go on, with the mailed code where one is asked for.
    #[prop(into)]
    on_next: Callback<Option<String>>,
    /// Go back.
    #[prop(into)]
    on_back: Callback<()>,
) -> impl IntoView {
    let field = NodeRef::<html::Input>::new();
    focus_on_arrival(field);
    let focus = move || field.get_untracked().map(|field| field.focus());
    // The password is what one types again.
    Effect::new(move |_| {
        if refused.with(|why| why != EMPTY && !why.is_empty()) {
            password.set(String::new());
        }
        if !refused.with(String::is_empty) {
            focus();
        }
    });
    let mailed = Memo::new(move |_| mail.with(Option::is_some));
    // What is said of the code stands at its field, where there is one.
    let error = Signal::derive(move || match refused.get() {
        none if none.is_empty() && !mailed.get() => attempt.error().get(),
        why => why,
    });
    let held = attempt.wait();
    let send = move || {
        if attempt.pending.get_untracked() || attempt.blocked().get_untracked() {
            return;
        }
        if password.with_untracked(String::is_empty) {
            refused.set(EMPTY.to_owned());
        } else if !mailed.get_untracked() {
            on_next.run(None);
        } else if let Some(code) = attempt.ready() {
            on_next.run(Some(code));
        }
    };
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        send();
    };
    view! {
        <form class="step-up" on:submit=submit novalidate>
            <TextField
                label="Password"
                hint="The one you sign in with."
                value=password
                name="password"
                kind=InputKind::Password
                autocomplete="current-password"
                error
                node=field
            />
            // Not announced: the error is, once.
            {live(move || (held.get() > 0 && !mailed.get()).then(|| view! {
                <p class="field-hint">"You can try again in "{live(move || wait(held.get()))}"."</p>
            }))}
            {live(move || mailed.get().then(|| view! { <Mail attempt mail again_in on_mail on_complete=move |_| send()/> }))}
            {trouble(attempt)}
            {dialog_actions(view! {
                <Button
                    label="Next"
                    kind=ButtonKind::Primary
                    submit=true
                    busy=attempt.pending
                    disabled=attempt.blocked()
                />
                <Button label="Back" on_press=on_back/>
            })}
        </form>
    }
}

const EMPTY: &str = "Enter your password.";

#[component]
fn Mail(
    attempt: Attempt,
    mail: Signal<Option<Mailed>>,
    again_in: Signal<u64>,
    on_mail: Callback<()>,
    #[prop(into)] on_complete: Callback<String>,
) -> impl IntoView {
    let to = Memo::new(move |_| mail.get().map(|mail| mail.to).unwrap_or_default());
    let sent = Memo::new(move |_| !to.with(String::is_empty));
    let label = Signal::derive(move || (if sent.get() { "Send a new code" } else { "Send the code" }).to_owned());
    let waits = Memo::new(move |_| again_in.get() > 0);
    view! {
        <div class="step-up-mail">
            <CodeField attempt label="Code from your mail" on_complete/>
            <p class="field-hint" role="status">{live(move || {
                if sent.get() { ["Sent to ", &to.get(), "."].concat() } else { UNSENT.to_owned() }
            })}</p>
            <div class="step-up-resend">
                <Button label disabled=waits on_press=on_mail/>
                // Not announced: a figure that changes every second would drown everything else.
                {live(move || waits.get().then(|| view! {
                    <span class="field-hint">"Another one in "{live(move || wait(again_in.get()))}</span>
                }))}
            </div>
        </div>
    }
}

const UNSENT: &str = "Your first second factor takes a code from your mail, too.";
