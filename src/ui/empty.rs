//! Nothing here yet: what would be here, and what to do next.

use leptos::prelude::*;

use super::{Glyph, icon};

/// An empty state, with the next act as its children.
#[component]
pub fn EmptyState(
    /// Its picture.
    glyph: Glyph,
    /// What is not here.
    #[prop(into)]
    title: Signal<String>,
    /// What to do next.
    #[prop(into)]
    text: Signal<String>,
    /// The act.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="empty">
            <span class="empty-glyph">{icon(glyph)}</span>
            <p class="empty-title">{title}</p>
            <p class="empty-text">{text}</p>
            {children.map(|act| view! { <div class="empty-act">{act()}</div> })}
        </div>
    }
}
