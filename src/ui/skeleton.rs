//! Skeletons: the final geometry while its content is on the way. Silent: the page says once
//! that it is loading.

use leptos::prelude::*;

/// Lines of text.
pub fn skeleton_lines(count: usize) -> impl IntoView {
    view! { <div class="skeleton-lines" aria-hidden="true">{bones(count)}</div> }
}

/// Rows of a table.
pub fn skeleton_rows(count: usize) -> impl IntoView {
    let rows = (0..count).map(|_| view! { <div class="skeleton-row">{bones(4)}</div> }).collect_view();
    view! { <div class="skeleton-rows" aria-hidden="true">{rows}</div> }
}

/// Cards in a row, as tall as those to come.
pub fn skeleton_cards(count: usize) -> impl IntoView {
    let cards = (0..count).map(|_| skeleton_card()).collect_view();
    view! { <div class="skeleton-cards" aria-hidden="true">{cards}</div> }
}

/// The promotion line, in its own geometry.
pub fn skeleton_line(count: usize) -> impl IntoView {
    let places = (0..count)
        .map(|at| {
            view! {
                {(at > 0).then(|| view! { <li class="line-joint"></li> })}
                <li class="line-card">{skeleton_card()}</li>
            }
        })
        .collect_view();
    view! { <div class="line-box" aria-hidden="true"><ol class="line">{places}</ol></div> }
}

fn skeleton_card() -> impl IntoView {
    view! { <div class="skeleton-card">{bones(3)}</div> }
}

fn bones(count: usize) -> impl IntoView {
    (0..count).map(|_| view! { <span class="bone"></span> }).collect_view()
}
