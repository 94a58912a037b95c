//! A table: rows of 44 px; on phones every row becomes a card.

use leptos::prelude::*;

/// A column's head.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    /// Its name. Every cell repeats it in `data-label`, for the cards on phones.
    pub name: &'static str,
    /// Digits stand at the end of their cell.
    pub numeric: bool,
    /// The name is heard, not drawn (a column of buttons).
    pub hidden: bool,
}

impl Column {
    /// A column of text.
    #[must_use]
    pub const fn text(name: &'static str) -> Self {
        Self { name, numeric: false, hidden: false }
    }

    /// A column of figures.
    #[must_use]
    pub const fn figures(name: &'static str) -> Self {
        Self { name, numeric: true, hidden: false }
    }

    /// A column of acts.
    #[must_use]
    pub const fn acts(name: &'static str) -> Self {
        Self { name, numeric: true, hidden: true }
    }
}

/// The table; its children are `<tr>` with one `<td data-label="…">` per column
/// (`class="is-numeric"` for figures, `"is-acts"` for buttons, `"is-mono"` for versions).
#[component]
pub fn Table(
    /// What it lists; heard, not drawn.
    #[prop(into)]
    caption: Signal<String>,
    /// Its columns.
    columns: Vec<Column>,
    /// Its rows.
    children: Children,
) -> impl IntoView {
    let heads = columns
        .into_iter()
        .map(|Column { name, numeric, hidden }| {
            view! {
                <th scope="col" class:is-numeric=numeric>
                    <span class:visually-hidden=hidden>{name}</span>
                </th>
            }
        })
        .collect_view();
    view! {
        <div class="table-box">
            <table class="table">
                <caption class="visually-hidden">{caption}</caption>
                <thead><tr>{heads}</tr></thead>
                <tbody>{children()}</tbody>
            </table>
        </div>
    }
}
