//! Tables. On phones every row becomes a card.

use leptos::prelude::*;

/// A column of a [`Table`].
#[derive(Clone, Copy, Debug)]
pub struct Column {
    /// The heading. Every cell repeats it in `data-label`, for the cards on phones.
    pub name: &'static str,
    /// Whether the cells are aligned at their end.
    pub numeric: bool,
    /// Whether the heading is visually hidden, as for a column of buttons.
    pub hidden: bool,
}

impl Column {
    /// Creates a column of text.
    #[must_use]
    pub const fn text(name: &'static str) -> Self {
        Self { name, numeric: false, hidden: false }
    }

    /// Creates a column of numbers.
    #[must_use]
    pub const fn numbers(name: &'static str) -> Self {
        Self { name, numeric: true, hidden: false }
    }

    /// Creates a column of buttons.
    #[must_use]
    pub const fn actions(name: &'static str) -> Self {
        Self { name, numeric: true, hidden: true }
    }
}

/// A table. Its children are `<tr>` elements with one `<td data-label="…">` per column (`class="is-numeric"` for
/// numbers, `"is-acts"` for buttons, `"is-mono"` for versions).
#[component]
pub fn Table(
    /// What the table lists; visually hidden.
    #[prop(into)]
    caption: Signal<String>,
    /// The columns.
    columns: Vec<Column>,
    /// The rows.
    children: Children,
) -> impl IntoView {
    let headings = columns
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
                <thead><tr>{headings}</tr></thead>
                <tbody>{children()}</tbody>
            </table>
        </div>
    }
}
