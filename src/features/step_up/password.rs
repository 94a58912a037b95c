//! The form for the password and, if first binding is by mail, the code from the mail: a stolen password alone must not
//! be enough to enrol a second factor.

use leptos::ev::SubmitEvent;
use leptos::html;
use leptos::prelude::*;

use crate::features::code_entry::{CodeEntry, CodeField, form_error};
use crate::format::format_duration;
use crate::ui::{Button, ButtonKind, InputKind, TextField, dialog_actions, focus_on_mount};

/// A code that is sent by mail.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MailCode {
    /// The address with its middle hidden; empty until a mail is sent.
    pub sent_to: String,
}

/// The form for the password and the code from the mail.
#[component]
pub fn PasswordForm(
    /// The text in the password field.
    password: RwSignal<String>,
    /// Why the password was refused; empty if it was not.
    password_error: RwSignal<String>,
    /// The state of the field for the code from the mail.
    entry: CodeEntry,
    /// The code from the mail; `None` if none is required.
    #[prop(into)]
    mail: Signal<Option<MailCode>>,
    /// Seconds until another mail can be requested.
    #[prop(into)]
    resend_in: Signal<u64>,
    /// Called to send a mail.
    #[prop(into)]
    on_send_mail: Callback<()>,
    /// Called with the code from the mail, if one is required, when the form is submitted.
    #[prop(into)]
    on_next: Callback<Option<String>>,
    /// Called when **Back** is pressed.
    #[prop(into)]
    on_back: Callback<()>,
) -> impl IntoView {
    let password_field = NodeRef::<html::Input>::new();
    focus_on_mount(password_field);
    let focus_password = move || password_field.get_untracked().map(|field| field.focus());
    // A wrong password has to be typed again.
    Effect::new(move |_| {
        if password_error.with(|text| text != PASSWORD_MISSING && !text.is_empty()) {
            password.set(String::new());
        }
        if !password_error.with(String::is_empty) {
            focus_password();
        }
    });
    let needs_mail_code = Memo::new(move |_| mail.with(Option::is_some));
    // Without a code field, its errors are shown at the password.
    let error = Signal::derive(move || match password_error.get() {
        text if text.is_empty() && !needs_mail_code.get() => entry.error().get(),
        text => text,
    });
    let retry_after = entry.retry_after();
    let send = move || {
        if entry.pending.get_untracked() || entry.is_rate_limited().get_untracked() {
            return;
        }
        if password.with_untracked(String::is_empty) {
            password_error.set(PASSWORD_MISSING.to_owned());
        } else if !needs_mail_code.get_untracked() {
            on_next.run(None);
        } else if let Some(code) = entry.code_to_send() {
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
                node=password_field
            />
            // Not a live region: the error is announced already.
            {move || (retry_after.get() > 0 && !needs_mail_code.get()).then(|| view! {
                <p class="field-hint">"You can try again in "{move || format_duration(retry_after.get())}"."</p>
            })}
            {move || needs_mail_code.get().then(|| view! {
                <MailCodeField entry mail resend_in on_send_mail on_complete=move |_| send()/>
            })}
            {form_error(entry)}
            {dialog_actions(view! {
                <Button
                    label="Next"
                    kind=ButtonKind::Primary
                    submit=true
                    busy=entry.pending
                    disabled=entry.is_rate_limited()
                />
                <Button label="Back" on_press=on_back/>
            })}
        </form>
    }
}

const PASSWORD_MISSING: &str = "Enter your password.";

#[component]
fn MailCodeField(
    entry: CodeEntry,
    mail: Signal<Option<MailCode>>,
    resend_in: Signal<u64>,
    on_send_mail: Callback<()>,
    #[prop(into)] on_complete: Callback<String>,
) -> impl IntoView {
    let sent_to = Memo::new(move |_| mail.get().map(|mail| mail.sent_to).unwrap_or_default());
    let is_sent = Memo::new(move |_| !sent_to.with(String::is_empty));
    let label = Signal::derive(move || (if is_sent.get() { "Send a new code" } else { "Send the code" }).to_owned());
    let must_wait = Memo::new(move |_| resend_in.get() > 0);
    view! {
        <div class="step-up-mail">
            <CodeField entry label="Code from your mail" on_complete/>
            <p class="field-hint" role="status">{move || {
                if is_sent.get() { ["Sent to ", &sent_to.get(), "."].concat() } else { MAIL_NOT_SENT.to_owned() }
            }}</p>
            <div class="step-up-resend">
                <Button label disabled=must_wait on_press=on_send_mail/>
                // Not a live region: an announcement every second would drown out all others.
                {move || must_wait.get().then(|| view! {
                    <span class="field-hint">"Another one in "{move || format_duration(resend_in.get())}</span>
                })}
            </div>
        </div>
    }
}

const MAIL_NOT_SENT: &str = "Your first second factor takes a code from your mail, too.";
