//! A version, a hash, a key: shown in monospace and copied with one press.

use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen_futures::JsFuture;

use super::{Button, Glyph, Toasts, attr, icon, live};

const SAYS_COPIED: Duration = Duration::from_secs(2);

/// A value that can be copied.
#[component]
pub fn Copyable(
    /// What is copied.
    #[prop(into)]
    value: String,
    /// What it is: "hash", "version". The button is named "Copy hash".
    what: &'static str,
    /// How many characters are shown of a long one; all by default. The whole is in the title.
    #[prop(optional)]
    show: Option<usize>,
) -> impl IntoView {
    let copied = RwSignal::new(false);
    let toasts = use_context::<Toasts>();
    let shown: String = match show {
        Some(length) if value.chars().count() > length => value.chars().take(length).chain(['…']).collect(),
        _ => value.clone(),
    };
    let title = value.clone();
    let copy = move |_| {
        let value = value.clone();
        spawn_local(async move {
            if !copy(&value).await {
                return;
            }
            copied.try_set(true);
            if let Some(toasts) = toasts {
                toasts.announce(format!("Copied the {what}."));
            }
            set_timeout(
                move || {
                    copied.try_set(false);
                },
                SAYS_COPIED,
            );
        });
    };
    view! {
        <span class="copyable">
            <code title=title>{shown}</code>
            <button
                class="copyable-button"
                type="button"
                data-copied=attr(move || copied.get().then_some(""))
                aria-label=format!("Copy {what}")
                title=format!("Copy {what}")
                on:click=copy
            >
                {live(move || icon(if copied.get() { Glyph::Check } else { Glyph::Copy }))}
            </button>
        </span>
    }
}

/// A button that copies something longer, and wears a tick once it did.
#[component]
pub fn CopyButton(
    /// What is copied.
    #[prop(into)]
    text: Signal<String>,
    /// Its label: "Copy key".
    label: &'static str,
    /// It was copied.
    #[prop(optional, into)]
    on_copied: Option<Callback<()>>,
) -> impl IntoView {
    let said = RwSignal::new("");
    // The tick is plain to see, and moves nothing; what went wrong takes words.
    let done = Memo::new(move |_| said.get() == DONE);
    let press = move |()| {
        let text = text.get_untracked();
        spawn_local(async move {
            said.try_set("");
            if copy(&text).await {
                said.try_set(DONE);
                if let Some(on_copied) = on_copied {
                    on_copied.try_run(());
                }
            } else {
                said.try_set("The browser did not let it be copied. Select it and copy it by hand.");
            }
        });
    };
    view! {
        <span class="copy-button" data-done=attr(move || done.get().then_some(""))>
            <Button label glyph=Glyph::Copy on_press=press/>
            <span class="copy-said" class:visually-hidden=move || done.get() role="status">{live(move || said.get())}</span>
        </span>
    }
}

const DONE: &str = "Copied.";

/// Writes to the clipboard. Without a secure context, or the reader's leave, there is none to write to.
async fn copy(text: &str) -> bool {
    let window = window();
    window.is_secure_context() && JsFuture::from(window.navigator().clipboard().write_text(text)).await.is_ok()
}
