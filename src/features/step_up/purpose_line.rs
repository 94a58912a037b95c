//! The sentence that says what the second factor is asked for.

use leptos::prelude::*;

/// Shows what the second factor is asked for: "To transport shop 1.2.0 to Production."
pub(super) fn purpose_line(act: String) -> impl IntoView {
    view! { <p class="step-up-purpose">"To "<strong>{act}</strong>"."</p> }
}
