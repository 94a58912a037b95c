//! A message that stays in the page for as long as its cause exists.

use leptos::prelude::*;

use super::{Tone, icon};

/// A message within the page, with an optional action on its right. Screen readers announce [`Tone::Bad`] as an alert.
#[component]
pub fn Notice(
    /// How good or bad the news is.
    #[prop(optional)]
    tone: Tone,
    /// A sentence in bold before the text; may be empty.
    #[prop(optional, into)]
    title: Signal<String>,
    /// The text.
    #[prop(into)]
    text: Signal<String>,
    /// An action: a button or a link.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="notice" data-tone=tone.name() role=(tone == Tone::Bad).then_some("alert")>
            {icon(tone.glyph())}
            <p>
                {move || {
                    let title = title.get();
                    (!title.is_empty()).then(|| view! { <strong>{title}" "</strong> })
                }}
                {text}
            </p>
            {children.map(|action| view! { <div class="notice-act">{action()}</div> })}
        </div>
    }
}
