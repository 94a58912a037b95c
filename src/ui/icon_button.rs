//! Buttons that show only an icon.

use leptos::html;
use leptos::prelude::*;

use super::{Glyph, icon};

/// A button that shows only an icon. Its label is the accessible name and the tooltip.
#[component]
pub fn IconButton(
    /// The accessible name.
    #[prop(into)]
    label: Signal<String>,
    /// The icon.
    glyph: Glyph,
    /// Called when it is pressed.
    #[prop(into)]
    on_press: Callback<()>,
    /// A reference to the button, for callers that focus it.
    #[prop(optional)]
    node: NodeRef<html::Button>,
) -> impl IntoView {
    view! {
        <button
            class="button button-icon"
            type="button"
            data-kind="bare"
            aria-label=move || label.get()
            data-tip=move || label.get()
            on:click=move |_| on_press.run(())
            node_ref=node
        >
            {icon(glyph)}
        </button>
    }
}
