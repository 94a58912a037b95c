//! The pill in the top bar that shows an open authorised window.

use leptos::prelude::*;

use super::{Padlock, PadlockState};

const UNTIL: &str = "until ";

/// A pill with the time left and a **Lock now** button.
#[component]
pub fn AuthorisedPill(
    /// How long the authorised window stays open, as [`time_left`](super::time_left) formats it. Nothing is rendered
    /// while it is empty.
    #[prop(into)]
    time_left: Signal<String>,
    /// Called when the visitor closes the authorised window.
    #[prop(into)]
    on_lock: Callback<()>,
) -> impl IntoView {
    let is_open = Memo::new(move |_| !time_left.with(String::is_empty));
    move || {
        is_open.get().then(|| {
            view! {
                <div class="pill" role="group" aria-label="Authorised window">
                    <Padlock state=PadlockState::Open/>
                    <span class="pill-text">
                        // Hidden on phones, where only the padlock and "until 17:42" fit.
                        {move || time_left.with(|text| text.starts_with(UNTIL)).then(|| view! {
                            <span class="pill-word">"Authorised "</span>
                            "until "
                        })}
                        <span class="pill-left">
                            {move || time_left.with(|text| text.strip_prefix(UNTIL).unwrap_or(text).to_owned())}
                        </span>
                    </span>
                    <button class="pill-lock" type="button" on:click=move |_| on_lock.run(())>
                        "Lock"<span class="pill-lock-words">" now"</span>
                    </button>
                </div>
            }
        })
    }
}
