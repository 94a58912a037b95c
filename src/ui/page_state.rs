//! Pages that could not be: not found, not for you, broken, offline. Drawn with the same care.

use leptos::prelude::*;

use super::{Button, ButtonKind, Glyph, LinkButton, icon};

/// The shape they share.
#[component]
pub fn PageState(
    /// Its picture.
    glyph: Glyph,
    /// What is so; the page's heading.
    #[prop(into)]
    title: Signal<String>,
    /// What the title ends with, as it is written in an address.
    #[prop(optional, into)]
    named: String,
    /// Why, and what to do or whom to ask.
    #[prop(into)]
    text: Signal<String>,
    /// The next step.
    children: Children,
) -> impl IntoView {
    view! {
        <section class="page-state">
            <span class="page-state-glyph">{icon(glyph)}</span>
            <h1>{title}{(!named.is_empty()).then(|| view! { <code>{named}</code> })}</h1>
            <p>{text}</p>
            <div class="page-state-acts">{children()}</div>
        </section>
    }
}

/// There is no such page.
pub fn not_found(home: String) -> impl IntoView {
    view! {
        <PageState
            glyph=Glyph::Search
            title="There is nothing at this address"
            text="It may have been removed, or the link is not complete. If it is an app, you may not be a member of it."
        >
            <LinkButton label="Your apps" href=home kind=ButtonKind::Primary/>
        </PageState>
    }
}

/// This person may not see it. `reason` says what is missing and whom to ask.
pub fn forbidden(reason: String, home: String) -> impl IntoView {
    view! {
        <PageState glyph=Glyph::Forbidden title="This page is not for you" text=reason>
            <LinkButton label="Your apps" href=home kind=ButtonKind::Primary/>
        </PageState>
    }
}

/// The server answered with something unexpected. `detail` helps whoever looks into it.
pub fn broken(detail: String, retry: Callback<()>) -> impl IntoView {
    let noted = (!detail.is_empty()).then(|| view! { <code class="page-state-detail">{detail}</code> });
    view! {
        <PageState
            glyph=Glyph::Error
            title="This page could not be loaded"
            text="Something went wrong on our side. Nothing of yours was changed."
        >
            <Button label="Try again" kind=ButtonKind::Primary on_press=retry/>
            {noted}
        </PageState>
    }
}

/// The server cannot be reached.
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
