//! The empty state of a list: what is missing and what to do next.

use leptos::prelude::*;

use super::{Glyph, icon};

/// An empty state. Its children are the next action.
#[component]
pub fn EmptyState(
    /// The icon above the title.
    glyph: Glyph,
    /// What is missing.
    #[prop(into)]
    title: Signal<String>,
    /// What to do next.
    #[prop(into)]
    text: Signal<String>,
    /// The next action: a button or a link.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="empty">
            <span class="empty-glyph">{icon(glyph)}</span>
            <p class="empty-title">{title}</p>
            <p class="empty-text">{text}</p>
            {children.map(|action| view! { <div class="empty-act">{action()}</div> })}
        </div>
    }
}
