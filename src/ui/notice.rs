//! A notice: a sentence that stands in the page until its reason is gone.

use leptos::prelude::*;

use super::{Tone, icon, live};

/// A notice with an optional act on its right.
#[component]
pub fn Notice(
    /// What kind of news it is.
    #[prop(optional)]
    tone: Tone,
    /// The sentence in bold before the rest; may be empty.
    #[prop(optional, into)]
    title: Signal<String>,
    /// The rest.
    #[prop(into)]
    text: Signal<String>,
    /// An act: a button or a link.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="notice" data-tone=tone.name() role=(tone == Tone::Bad).then_some("alert")>
            {icon(tone.glyph())}
            <p>
                {live(move || {
                    let title = title.get();
                    (!title.is_empty()).then(|| view! { <strong>{title}" "</strong> })
                })}
                {text}
            </p>
            {children.map(|act| view! { <div class="notice-act">{act()}</div> })}
        </div>
    }
}
