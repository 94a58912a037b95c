//! The field of an attempt, and the way to the other kind of code.

use leptos::html;
use leptos::prelude::*;

use super::attempt::Attempt;
use crate::ui::{Button, ButtonKind, CodeInput, CodeMode, Notice, Tone, live};

/// The field. It asks to be sent once when six digits are there.
#[component]
pub fn CodeField(
    /// What is tried in it.
    attempt: Attempt,
    /// Where the code comes from: "Code from your authenticator app".
    #[prop(into)]
    label: Signal<String>,
    /// Six digits are there.
    #[prop(into)]
    on_complete: Callback<String>,
) -> impl IntoView {
    let recovery = Memo::new(move |_| attempt.mode.get() == CodeMode::Recovery);
    view! {
        <CodeInput
            label=Signal::derive(move || if recovery.get() { "Recovery code".to_owned() } else { label.get() })
            value=attempt.code
            mode=attempt.mode
            error=attempt.error()
            error_now=attempt.error_now()
            pending=attempt.pending
            blocked=attempt.blocked()
            on_complete
            node=attempt.field
        />
    }
}

/// **Use a recovery code**, **Use a code instead**. It holds the focus while the field cannot.
#[component]
pub fn OtherWay(
    /// What is tried.
    attempt: Attempt,
) -> impl IntoView {
    let node = NodeRef::<html::Button>::new();
    let blocked = attempt.blocked();
    Effect::new(move |before: Option<bool>| {
        let blocked = blocked.get();
        let Some(button) = node.get() else { return blocked };
        let at = document().active_element();
        let lost = at.as_ref().is_none_or(|at| at.tag_name() == "BODY" || at.tag_name() == "DIALOG");
        let in_field = attempt.field.get_untracked().is_some_and(|field| at.as_deref() == Some(&**field));
        match before {
            Some(false) if blocked && (lost || in_field) => {
                let _ = button.focus();
            }
            Some(true) if !blocked && (lost || at.as_deref() == Some(&**button)) => {
                // A frame later, when the field can take it.
                request_animation_frame(move || attempt.focus());
            }
            _ => {}
        }
        blocked
    });
    let label = Signal::derive(move || {
        let recovery = attempt.mode.get() == CodeMode::Recovery;
        (if recovery { "Use a code instead" } else { "Use a recovery code" }).to_owned()
    });
    live(move || {
        let stays = attempt.only_recovery.get();
        (!stays).then(|| view! { <Button label kind=ButtonKind::Bare on_press=move |()| attempt.switch() node/> })
    })
}

/// What went wrong that has nothing to do with the code; what was typed stays.
pub fn trouble(attempt: Attempt) -> impl IntoView {
    view! {
        <div role="alert">
            {live(move || {
                let text = attempt.trouble.get();
                (!text.is_empty()).then(|| view! { <Notice tone=Tone::Warning text/> })
            })}
        </div>
    }
}
