//! The code field and the button that switches to the other kind of code.

use leptos::html;
use leptos::prelude::*;

use super::entry::CodeEntry;
use crate::ui::{Button, ButtonKind, CodeInput, CodeMode, Notice, Tone};

const RECOVERY_CODE_HINT: &str =
    "Fifteen letters and digits, such as 7K3MQ-9X2VA-B8NCD. A whole line of your file will do.";

/// A field for a code or a recovery code.
#[component]
pub fn CodeField(
    /// The state of the field.
    entry: CodeEntry,
    /// The label, which says where the code comes from: "Code from your authenticator app".
    #[prop(into)]
    label: Signal<String>,
    /// Called once with the code when its six digits are entered.
    #[prop(into)]
    on_complete: Callback<String>,
) -> impl IntoView {
    let is_recovery = Memo::new(move |_| entry.mode.get() == CodeMode::Recovery);
    let hint = Signal::derive(move || (if is_recovery.get() { RECOVERY_CODE_HINT } else { "" }).to_owned());
    view! {
        <CodeInput
            hint
            label=Signal::derive(move || if is_recovery.get() { "Recovery code".to_owned() } else { label.get() })
            value=entry.code
            mode=entry.mode
            error=entry.error()
            visible_error=entry.visible_error()
            pending=entry.pending
            blocked=entry.is_rate_limited()
            on_complete
            node=entry.field
        />
    }
}

/// The button **Use a recovery code** or **Use a code instead**. It takes the focus from the field while that is
/// disabled, and gives it back afterwards.
#[component]
pub fn ToggleModeButton(
    /// The state of the field.
    entry: CodeEntry,
) -> impl IntoView {
    let node = NodeRef::<html::Button>::new();
    let is_rate_limited = entry.is_rate_limited();
    Effect::new(move |was_rate_limited: Option<bool>| {
        let is_rate_limited = is_rate_limited.get();
        let Some(button) = node.get() else { return is_rate_limited };
        let active = document().active_element();
        let focus_lost =
            active.as_ref().is_none_or(|active| active.tag_name() == "BODY" || active.tag_name() == "DIALOG");
        let field_focused = entry.field.get_untracked().is_some_and(|field| active.as_deref() == Some(&**field));
        match was_rate_limited {
            Some(false) if is_rate_limited && (focus_lost || field_focused) => {
                let _ = button.focus();
            }
            Some(true) if !is_rate_limited && (focus_lost || active.as_deref() == Some(&**button)) => {
                // The field is enabled and can be focused one frame later.
                request_animation_frame(move || entry.focus());
            }
            _ => {}
        }
        is_rate_limited
    });
    let label = Signal::derive(move || {
        let is_recovery = entry.mode.get() == CodeMode::Recovery;
        (if is_recovery { "Use a code instead" } else { "Use a recovery code" }).to_owned()
    });
    move || {
        let only_recovery = entry.only_recovery.get();
        (!only_recovery)
            .then(|| view! { <Button label kind=ButtonKind::Bare on_press=move |()| entry.toggle_mode() node/> })
    }
}

/// Shows the error that does not concern the code, if there is one.
pub fn form_error(entry: CodeEntry) -> impl IntoView {
    view! {
        <div role="alert">
            {move || {
                let text = entry.form_error.get();
                (!text.is_empty()).then(|| view! { <Notice tone=Tone::Warning text/> })
            }}
        </div>
    }
}
