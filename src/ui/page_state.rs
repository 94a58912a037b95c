//! Full-page error states: not found, forbidden, failed to load, offline.

use leptos::prelude::*;

use super::{Button, ButtonKind, Glyph, LinkButton, icon};

/// The layout that all error states share.
#[component]
pub fn PageState(
    /// The icon above the heading.
    glyph: Glyph,
    /// What happened; the page's heading.
    #[prop(into)]
    title: Signal<String>,
    /// Appended to the title in monospace, such as the slug of an app.
    #[prop(optional, into)]
    title_suffix: String,
    /// Why it happened, and what to do or whom to ask.
    #[prop(into)]
    text: Signal<String>,
    /// The next action: a button or a link.
    children: Children,
) -> impl IntoView {
    view! {
        <section class="page-state">
            <span class="page-state-glyph">{icon(glyph)}</span>
            <h1>{title}{(!title_suffix.is_empty()).then(|| view! { <code>{title_suffix}</code> })}</h1>
            <p>{text}</p>
            <div class="page-state-acts">{children()}</div>
        </section>
    }
}

/// Renders the page for an address that does not exist. `home` is the address of the home page.
pub fn not_found(home: String) -> impl IntoView {
    view! {
        <PageState
            glyph=Glyph::Search
            title="There is nothing at this address"
            text="It may have been removed, or the link is not complete. If it is an app, you may not be a \
                  member of it."
        >
            <LinkButton label="Your apps" href=home kind=ButtonKind::Primary/>
        </PageState>
    }
}

/// Renders the page for content that the visitor may not see. `reason` says which permission is missing and whom to
/// ask.
pub fn forbidden(reason: String, home: String) -> impl IntoView {
    view! {
        <PageState glyph=Glyph::Forbidden title="This page is not for you" text=reason>
            <LinkButton label="Your apps" href=home kind=ButtonKind::Primary/>
        </PageState>
    }
}

/// Renders the page for an unexpected response. `detail` helps to investigate it; may be empty.
pub fn broken(detail: String, retry: Callback<()>) -> impl IntoView {
    let detail = (!detail.is_empty()).then(|| view! { <code class="page-state-detail">{detail}</code> });
    view! {
        <PageState
            glyph=Glyph::Error
            title="This page could not be loaded"
            text="Something went wrong on our side. Nothing of yours was changed."
        >
            <Button label="Try again" kind=ButtonKind::Primary on_press=retry/>
            {detail}
        </PageState>
    }
}

/// Renders the page for a server that cannot be reached.
pub fn offline(retry: Callback<()>) -> impl IntoView {
    view! {
        <PageState
            glyph=Glyph::Offline
            title="Padlock cannot be reached"
            text="Your connection or the server is down. What runs goes on running."
        >
            <Button label="Try again" kind=ButtonKind::Primary on_press=retry/>
        </PageState>
    }
}
