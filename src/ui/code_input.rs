//! The code field: one real input, six slots drawn over it.

use leptos::{
    ev::{ClipboardEvent, KeyboardEvent},
    html,
    prelude::*,
};

use super::{CODE_LENGTH, RECOVERY_CODE_LENGTH, attr, clean_code, clean_recovery_code, field::Ties, unique};

/// What is being typed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CodeMode {
    /// Six digits: sent by themselves once they are all there.
    #[default]
    Digits,
    /// A recovery code: sent by its button only.
    Recovery,
}

impl CodeMode {
    /// The code as it is sent, if all of it is there.
    #[must_use]
    pub fn complete(self, typed: &str) -> Option<String> {
        let (code, length) = match self {
            Self::Digits => (clean_code(typed), CODE_LENGTH),
            Self::Recovery => (clean_recovery_code(typed), RECOVERY_CODE_LENGTH),
        };
        (code.len() == length).then_some(code)
    }

    /// What is missing from a code that is not complete.
    #[must_use]
    pub const fn lacks(self) -> &'static str {
        match self {
            Self::Digits => "A code has six digits.",
            Self::Recovery => "A recovery code has three groups of five letters and digits.",
        }
    }
}

/// A code field. It calls [`on_complete`](CodeInputProps::on_complete) once when six digits are
/// there; the caller sets `pending` until the answer has come, and `error` if it was no. A new
/// error gives the field the focus, and empties it unless the code is not all there yet.
#[component]
pub fn CodeInput(
    /// Its label: where the code comes from.
    #[prop(into)]
    label: Signal<String>,
    /// What is typed, cleaned.
    value: RwSignal<String>,
    /// Digits or a recovery code.
    #[prop(optional, into)]
    mode: Signal<CodeMode>,
    /// A sentence under the label.
    #[prop(optional, into)]
    hint: Signal<String>,
    /// Why the last code was not taken.
    #[prop(optional, into)]
    error: Signal<String>,
    /// The same as it is this second, where it counts down: for the eyes, while `error` is what is announced, once.
    #[prop(optional, into)]
    error_now: Signal<String>,
    /// An answer is awaited: nothing may be typed.
    #[prop(optional, into)]
    pending: Signal<bool>,
    /// Too many tries: nothing may be typed until the caller's countdown ends.
    #[prop(optional, into)]
    blocked: Signal<bool>,
    /// Six digits are there.
    #[prop(optional, into)]
    on_complete: Option<Callback<String>>,
    /// For whoever must give it the focus.
    #[prop(optional)]
    node: NodeRef<html::Input>,
) -> impl IntoView {
    let id = unique("code");
    let ties = Ties::new(&id, hint, error).counting(error_now);
    let digits = Memo::new(move |_| mode.get() == CodeMode::Digits);

    let take = move |raw: &str| {
        let before = value.get_untracked();
        let now = if pending.get_untracked() {
            before.clone()
        } else if digits.get_untracked() {
            clean_code(raw)
        } else {
            raw.to_owned()
        };
        // Written back even when unchanged: what was cleaned away is still in the box.
        if let Some(input) = node.get_untracked().filter(|input| input.value() != now) {
            input.set_value(&now);
        }
        let complete = digits.get_untracked() && now.len() == CODE_LENGTH && now != before;
        value.set(now.clone());
        if let (true, Some(send)) = (complete, on_complete) {
            send.run(now);
        }
    };
    let paste = move |event: ClipboardEvent| {
        let Some(text) = event.clipboard_data().and_then(|data| data.get_data("text").ok()) else { return };
        if digits.get_untracked() && !pending.get_untracked() {
            event.prevent_default();
            take(&text);
        }
    };
    // The slots show no caret inside the code, so it stays at the end.
    let keep_at_end = move |event: KeyboardEvent| {
        let moves = matches!(event.key().as_str(), "ArrowLeft" | "ArrowRight" | "Home" | "End");
        if moves && digits.get_untracked() && !event.shift_key() {
            event.prevent_default();
        }
    };
    Effect::new(move |_| {
        if error.with(String::is_empty) {
            return;
        }
        let refused = value.with_untracked(|typed| mode.get_untracked().complete(typed).is_some());
        if refused {
            value.set(String::new());
        }
        if let Some(input) = node.get_untracked() {
            if refused {
                input.set_value("");
            }
            let _ = input.focus();
        }
    });

    let slots = (0..CODE_LENGTH)
        .map(|at| {
            let shown = move || value.with(|code| code.chars().nth(at).map(String::from));
            let current = move || value.with(|code| code.len().min(CODE_LENGTH - 1) == at);
            view! { <span class="code-slot" data-current=attr(move || current().then_some(""))>{shown}</span> }
        })
        .collect_view();
    view! {
        <div
            class="field code-field"
            data-mode=attr(move || if digits.get() { "digits" } else { "recovery" })
            data-pending=attr(move || pending.get().then_some(""))
        >
            <label class="field-label" for=id.clone()>{label}</label>
            {ties.hint_line()}
            <div class="code-box">
                <input
                    class="input is-mono code-input"
                    id=id
                    type="text"
                    name="code"
                    inputmode=attr(move || if digits.get() { "numeric" } else { "text" })
                    autocomplete=attr(move || if digits.get() { "one-time-code" } else { "off" })
                    autocapitalize="characters"
                    spellcheck="false"
                    disabled=attr(move || blocked.get())
                    readonly=attr(move || pending.get())
                    aria-invalid=ties.invalid()
                    aria-describedby=ties.described_by()
                    prop:value=attr(move || value.get())
                    on:input=move |event| take(&event_target_value(&event))
                    on:paste=paste
                    on:keydown=keep_at_end
                    node_ref=node
                />
                <div class="code-slots" aria-hidden="true">{slots}</div>
            </div>
            {ties.error_line()}
        </div>
    }
}
