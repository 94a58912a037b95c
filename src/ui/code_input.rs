//! The input for one-time codes and recovery codes. Six slots are drawn over a single text input.

use leptos::ev::{ClipboardEvent, KeyboardEvent};
use leptos::html;
use leptos::prelude::*;

use super::field::HintAndError;
use super::{CODE_LENGTH, clean_code, clean_recovery_code, unique_id};

/// The kind of code that is typed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CodeMode {
    /// A one-time code of six digits, which is submitted as soon as it is complete.
    #[default]
    Digits,
    /// A recovery code, which is submitted by a button only.
    Recovery,
}

impl CodeMode {
    /// Returns the code in the form in which it is sent, or `None` if it is incomplete.
    #[must_use]
    pub fn parse(self, typed: &str) -> Option<String> {
        match self {
            Self::Digits => Some(clean_code(typed)).filter(|code| code.len() == CODE_LENGTH),
            Self::Recovery => clean_recovery_code(typed),
        }
    }

    /// Returns the error text for an incomplete code.
    #[must_use]
    pub const fn incomplete_message(self) -> &'static str {
        match self {
            Self::Digits => "A code has six digits.",
            Self::Recovery => "A recovery code has three groups of five letters and digits.",
        }
    }
}

/// A code input. It calls [`on_complete`](CodeInputProps::on_complete) once when the sixth digit is typed; the caller
/// sets `pending` until the response is there, and `error` if the code was rejected. A new error focuses the input, and
/// clears it if the code is complete.
#[component]
pub fn CodeInput(
    /// The label, which says where the code comes from.
    #[prop(into)]
    label: Signal<String>,
    /// The text in the input; in digits mode only its digits.
    value: RwSignal<String>,
    /// The kind of code.
    #[prop(optional, into)]
    mode: Signal<CodeMode>,
    /// A sentence under the label.
    #[prop(optional, into)]
    hint: Signal<String>,
    /// Why the last code was rejected; empty if it was not. Screen readers announce it.
    #[prop(optional, into)]
    error: Signal<String>,
    /// Shown in place of `error` while it is not empty, without being announced: for countdowns.
    #[prop(optional, into)]
    visible_error: Signal<String>,
    /// Whether a response is pending; the input is read-only then.
    #[prop(optional, into)]
    pending: Signal<bool>,
    /// Whether there were too many attempts; the input is disabled then.
    #[prop(optional, into)]
    blocked: Signal<bool>,
    /// Called with the code when the sixth digit is typed.
    #[prop(optional, into)]
    on_complete: Option<Callback<String>>,
    /// A reference to the input, for callers that focus it.
    #[prop(optional)]
    node: NodeRef<html::Input>,
) -> impl IntoView {
    let id = unique_id("code");
    let messages = HintAndError::new(&id, hint, error).with_visible_error(visible_error);
    let is_digits = Memo::new(move |_| mode.get() == CodeMode::Digits);

    let update = move |raw: &str| {
        let previous = value.get_untracked();
        let next = if pending.get_untracked() {
            previous.clone()
        } else if is_digits.get_untracked() {
            clean_code(raw)
        } else {
            raw.to_owned()
        };
        // Set here because the signal may be unchanged while the input still has the characters that were removed.
        if let Some(input) = node.get_untracked().filter(|input| input.value() != next) {
            input.set_value(&next);
        }
        let is_new_code = is_digits.get_untracked() && next.len() == CODE_LENGTH && next != previous;
        value.set(next.clone());
        if let (true, Some(on_complete)) = (is_new_code, on_complete) {
            on_complete.run(next);
        }
    };
    let on_paste = move |event: ClipboardEvent| {
        let Some(text) = event.clipboard_data().and_then(|data| data.get_data("text").ok()) else { return };
        if is_digits.get_untracked() && !pending.get_untracked() {
            event.prevent_default();
            update(&text);
        }
    };
    // The slots cannot show a caret inside the code, so it has to stay at the end.
    let keep_caret_at_end = move |event: KeyboardEvent| {
        let moves_caret = matches!(event.key().as_str(), "ArrowLeft" | "ArrowRight" | "Home" | "End");
        if moves_caret && is_digits.get_untracked() && !event.shift_key() {
            event.prevent_default();
        }
    };
    Effect::new(move |_| {
        if error.with(String::is_empty) {
            return;
        }
        let is_complete = value.with_untracked(|typed| mode.get_untracked().parse(typed).is_some());
        if is_complete {
            value.set(String::new());
        }
        if let Some(input) = node.get_untracked() {
            if is_complete {
                input.set_value("");
            }
            let _ = input.focus();
        }
    });

    let slots = (0..CODE_LENGTH)
        .map(|index| {
            let digit = move || value.with(|code| code.chars().nth(index).map(String::from));
            let is_current = move || value.with(|code| code.len().min(CODE_LENGTH - 1) == index);
            view! { <span class="code-slot" data-current={move || is_current().then_some("")}>{digit}</span> }
        })
        .collect_view();
    view! {
        <div
            class="field code-field"
            data-mode=move || if is_digits.get() { "digits" } else { "recovery" }
            data-pending={move || pending.get().then_some("")}
        >
            <label class="field-label" for=id.clone()>{label}</label>
            {messages.hint_line()}
            <div class="code-box">
                <input
                    class="input is-mono code-input"
                    id=id
                    type="text"
                    name="code"
                    inputmode=move || if is_digits.get() { "numeric" } else { "text" }
                    autocomplete=move || if is_digits.get() { "one-time-code" } else { "off" }
                    autocapitalize="characters"
                    spellcheck="false"
                    disabled=move || blocked.get()
                    readonly=move || pending.get()
                    aria-invalid=messages.invalid()
                    aria-describedby=messages.described_by()
                    prop:value=move || value.get()
                    on:input=move |event| update(&event_target_value(&event))
                    on:paste=on_paste
                    on:keydown=keep_caret_at_end
                    node_ref=node
                />
                <div class="code-slots" aria-hidden="true">{slots}</div>
            </div>
            {messages.error_line()}
        </div>
    }
}
