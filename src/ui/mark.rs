//! The mark: one stroke that is a padlock, and whose shackle is the arrow that carries a version
//! to the next environment.

use leptos::prelude::*;

use super::attr;

/// The mark. Its shackle lifts while the authorised window is open.
#[component]
pub fn Mark(
    /// Whether a window is open.
    #[prop(optional, into)]
    open: Signal<bool>,
) -> impl IntoView {
    view! {
        <svg
            class="mark"
            data-open=attr(move || open.get().then_some(""))
            viewBox="0 0 24 24"
            aria-hidden="true"
            focusable="false"
        >
            <path class="mark-body" d="M7 10.5h9a2.5 2.5 0 0 1 2.5 2.5v5.5A2.5 2.5 0 0 1 16 21H6a2.5 2.5 0 0 1-2.5-2.5V13A2.5 2.5 0 0 1 6 10.5h1"></path>
            <path class="mark-shackle" d="M7 10.5V7.5a5.25 5.25 0 0 1 10.5 0v.75m-2.5-2.5 2.5 2.5 2.5-2.5"></path>
        </svg>
    }
}
