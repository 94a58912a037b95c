//! The navigation rail: links to the main pages. On phones it is a bar at the bottom.

use leptos::prelude::*;
use leptos_router::components::A;

use crate::ui::{Glyph, icon};

/// An item of the navigation rail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NavItem {
    /// The visible name.
    pub label: String,
    /// The address that it links to.
    pub href: String,
    /// The icon.
    pub glyph: Glyph,
}

#[component]
pub(super) fn Rail(nav_items: Signal<Vec<NavItem>>) -> impl IntoView {
    view! {
        <nav class="rail" aria-label="Main">
            <ul>
                {move || nav_items.get().into_iter().map(rail_item).collect_view()}
            </ul>
        </nav>
    }
}

fn rail_item(item: NavItem) -> impl IntoView {
    let NavItem { label, href, glyph } = item;
    let whole = label.clone();
    view! {
        <li>
            // The link to the current page gets `aria-current`.
            <A href exact=true attr:class="rail-link" attr:data-whole=whole>
                {icon(glyph)}
                // Between tablets and laptops only the icon is visible, and the label is in the tooltip.
                <span class="rail-label">{label}</span>
            </A>
        </li>
    }
}
