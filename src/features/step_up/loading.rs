//! The placeholder that the dialog shows while its content loads.

use leptos::prelude::*;

use crate::ui::skeleton_lines;

/// Shows a placeholder in the shape of the code form.
pub(super) fn loading() -> AnyView {
    view! { <div class="step-up-loading" aria-busy="true">{skeleton_lines(4)}</div> }.into_any()
}
