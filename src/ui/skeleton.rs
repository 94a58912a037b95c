//! Skeletons: placeholders with the size of the content that is loading. They are hidden from screen readers, since the
//! page announces once that it is loading.

use leptos::prelude::*;

/// Renders placeholders for `count` lines of text.
pub fn skeleton_lines(count: usize) -> impl IntoView {
    view! { <div class="skeleton-lines" aria-hidden="true">{placeholders(count)}</div> }
}

/// Renders placeholders for `count` rows of a table.
pub fn skeleton_rows(count: usize) -> impl IntoView {
    let rows = (0..count).map(|_| view! { <div class="skeleton-row">{placeholders(4)}</div> }).collect_view();
    view! { <div class="skeleton-rows" aria-hidden="true">{rows}</div> }
}

/// Renders placeholders for `count` cards in a row.
pub fn skeleton_cards(count: usize) -> impl IntoView {
    let cards = (0..count).map(|_| skeleton_card()).collect_view();
    view! { <div class="skeleton-cards" aria-hidden="true">{cards}</div> }
}

/// Renders placeholders for a promotion line with `count` environments.
pub fn skeleton_promotion_line(count: usize) -> impl IntoView {
    let cards = (0..count)
        .map(|index| {
            view! {
                {(index > 0).then(|| view! { <li class="line-connector"></li> })}
                <li class="line-card">{skeleton_card()}</li>
            }
        })
        .collect_view();
    view! { <div class="line-box" aria-hidden="true"><ol class="line">{cards}</ol></div> }
}

fn skeleton_card() -> impl IntoView {
    view! { <div class="skeleton-card">{placeholders(3)}</div> }
}

fn placeholders(count: usize) -> impl IntoView {
    (0..count).map(|_| view! { <span class="bone"></span> }).collect_view()
}
