//! The Padlock logo: a padlock whose shackle is an arrow.

use leptos::prelude::*;

/// The logo. Its shackle is open while the authorised window is open.
#[component]
pub fn Logo(
    /// Whether the authorised window is open.
    #[prop(optional, into)]
    open: Signal<bool>,
) -> impl IntoView {
    view! {
        <svg
            class="logo"
            data-open=move || open.get().then_some("")
            viewBox="0 0 24 24"
            aria-hidden="true"
            focusable="false"
        >
            <path
                class="logo-body"
                d="M7 10.5h9a2.5 2.5 0 0 1 2.5 2.5v5.5A2.5 2.5 0 0 1 16 21H6a2.5 2.5 0 0 1-2.5-2.5V13\
                   A2.5 2.5 0 0 1 6 10.5h1"
            ></path>
            <path class="logo-shackle" d="M7 10.5V7.5a5.25 5.25 0 0 1 10.5 0v.75m-2.5-2.5 2.5 2.5 2.5-2.5"></path>
        </svg>
    }
}
