//! The strip that says that the page is not up to date, and since when.

use leptos::prelude::*;

use crate::api::{ConnectionState, use_connection};
use crate::ui::{Glyph, clock_at, icon};

/// Shows the strip while the server cannot be reached or does not report changes.
#[component]
pub(super) fn ConnectionStrip() -> impl IntoView {
    let connection = use_connection();
    let text = Memo::new(move |_| match connection.state() {
        ConnectionState::Live => String::new(),
        ConnectionState::NotLive => "Not live: changes arrive late. This page is refreshed every 5 seconds.".to_owned(),
        ConnectionState::Unreachable => {
            ["Reconnecting… What you see is from ", &clock_at(connection.last_response_at()), "."].concat()
        }
    });
    // A screen reader announces new content only if the region was there before.
    view! {
        <div class="connection-strip" role="status">
            {move || {
                let text = text.get();
                (!text.is_empty()).then(|| view! { <p>{icon(Glyph::Offline)}<span>{text}</span></p> })
            }}
        </div>
    }
}
