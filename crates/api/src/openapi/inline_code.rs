//! Descriptions with code between backticks.

use maud::{Markup, html};

/// Marks what is between backticks as code.
pub(super) fn inline_code(text: &str) -> Markup {
    let parts = text.split('`').enumerate();
    html! {
        @for (index, part) in parts {
            @if index % 2 == 1 { code { (part) } } @else { (part) }
        }
    }
}
