//! The banner: this is no server.

use leptos::prelude::*;

/// Says what the preview is, and what it is not.
#[component]
pub fn PreviewBanner() -> impl IntoView {
    view! {
        <p class="demo-banner preview-banner" role="note">
            <strong>"Preview"</strong>
            <span>" The whole portal runs in this tab. A reload starts anew."</span>
        </p>
    }
}
