//! The frame around each example of the kit page.

use leptos::prelude::*;

/// Shows an example under a heading.
pub(super) fn specimen(name: &'static str, content: impl IntoView + 'static) -> AnyView {
    view! {
        <div class="specimen">
            <h3>{name}</h3>
            <div class="specimen-body">{content.into_any()}</div>
        </div>
    }
    .into_any()
}
