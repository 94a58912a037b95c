//! Values that can be copied to the clipboard: versions, hashes, keys.

use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen_futures::JsFuture;

use super::{Button, Glyph, Toasts, icon};

/// How long the copy button shows a check mark.
const COPIED_SHOWN_FOR: Duration = Duration::from_secs(2);

const COPIED: &str = "Copied.";

/// A value in monospace with a button that copies it.
#[component]
pub fn Copyable(
    /// The value.
    #[prop(into)]
    value: String,
    /// What kind of value it is, for the button's name: "hash" gives "Copy hash".
    noun: &'static str,
    /// The number of characters shown of a longer value; all by default. The full value is in the `title`.
    #[prop(optional)]
    max_chars: Option<usize>,
) -> impl IntoView {
    let copied = RwSignal::new(false);
    let toasts = use_context::<Toasts>();
    let visible_text: String = match max_chars {
        Some(max) if value.chars().count() > max => value.chars().take(max).chain(['…']).collect(),
        _ => value.clone(),
    };
    let title = value.clone();
    let on_click = move |_| {
        let value = value.clone();
        spawn_local(async move {
            if !write_to_clipboard(&value).await {
                return;
            }
            copied.try_set(true);
            if let Some(toasts) = toasts {
                toasts.announce(format!("Copied the {noun}."));
            }
            set_timeout(
                move || {
                    copied.try_set(false);
                },
                COPIED_SHOWN_FOR,
            );
        });
    };
    view! {
        <span class="copyable">
            <code title=title>{visible_text}</code>
            <button
                class="copyable-button"
                type="button"
                data-copied=move || copied.get().then_some("")
                aria-label=format!("Copy {noun}")
                title=format!("Copy {noun}")
                on:click=on_click
            >
                {move || icon(if copied.get() { Glyph::Check } else { Glyph::Copy })}
            </button>
        </span>
    }
}

/// A button that copies a text which is too long to show, and then shows a check mark.
#[component]
pub fn CopyButton(
    /// The text.
    #[prop(into)]
    text: Signal<String>,
    /// The button's label, such as "Copy key".
    label: &'static str,
    /// Called when the text has been copied.
    #[prop(optional, into)]
    on_copied: Option<Callback<()>>,
) -> impl IntoView {
    let message = RwSignal::new("");
    // Success is visible as a check mark, so that its message is for screen readers only. A failure is shown as text.
    let is_copied = Memo::new(move |_| message.get() == COPIED);
    let press = move |()| {
        let text = text.get_untracked();
        spawn_local(async move {
            message.try_set("");
            if write_to_clipboard(&text).await {
                message.try_set(COPIED);
                if let Some(on_copied) = on_copied {
                    on_copied.try_run(());
                }
            } else {
                message.try_set("The browser did not let it be copied. Select it and copy it by hand.");
            }
        });
    };
    view! {
        <span class="copy-button" data-done={move || is_copied.get().then_some("")}>
            <Button label glyph=Glyph::Copy on_press=press/>
            <span class="copy-status" class:visually-hidden=move || is_copied.get() role="status">
                {move || message.get()}
            </span>
        </span>
    }
}

/// Writes to the clipboard. Returns `false` outside a secure context and where the browser denies permission.
async fn write_to_clipboard(text: &str) -> bool {
    let window = window();
    window.is_secure_context() && JsFuture::from(window.navigator().clipboard().write_text(text)).await.is_ok()
}
