//! A version, a hash, a key: shown in monospace and copied with one press.

use std::time::Duration;

use leptos::prelude::*;

use super::{Glyph, Toasts, attr, icon, live};

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
        let window = window();
        // Without a secure context there is no clipboard to write to.
        if !window.is_secure_context() {
            return;
        }
        let _ = window.navigator().clipboard().write_text(&value);
        copied.set(true);
        if let Some(toasts) = toasts {
            toasts.announce(format!("Copied the {what}."));
        }
        set_timeout(
            move || {
                copied.try_set(false);
            },
            SAYS_COPIED,
        );
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
