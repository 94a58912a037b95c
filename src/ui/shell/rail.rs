//! The rail: where one can go from here. On phones the same list is a bar at the foot.

use leptos::prelude::*;

use crate::ui::{Glyph, icon, live};

/// A place in the rail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Its name.
    pub label: String,
    /// Its address.
    pub href: String,
    /// Its picture.
    pub glyph: Glyph,
    /// Where the reader is.
    pub current: bool,
}

#[component]
pub(super) fn Rail(places: Signal<Vec<Place>>) -> impl IntoView {
    view! {
        <nav class="rail" aria-label="Main">
            <ul>
                {live(move || places.get().into_iter().map(line).collect_view())}
            </ul>
        </nav>
    }
}

fn line(place: Place) -> impl IntoView {
    let Place { label, href, glyph, current } = place;
    view! {
        <li>
            <a class="rail-place" href=href aria-current=current.then_some("page")>
                {icon(glyph)}
                <span>{label}</span>
            </a>
        </li>
    }
}
