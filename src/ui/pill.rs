//! The pill in the top bar while an authorised window is open.

use leptos::prelude::*;

use super::{Padlock, PadlockState, live};

const UNTIL: &str = "until ";

/// "Authorised until 17:42 · Lock now".
#[component]
pub fn AuthorisedPill(
    /// How long: "until 17:42", "until tomorrow 01:12", "4 min left" (from `time_left`).
    /// Nothing is drawn when it is empty.
    #[prop(into)]
    left: Signal<String>,
    /// Close the window now.
    #[prop(into)]
    on_lock: Callback<()>,
) -> impl IntoView {
    let open = Memo::new(move |_| !left.with(String::is_empty));
    move || {
        open.get().then(|| {
            view! {
                <div class="pill" role="group" aria-label="Authorised window">
                    <Padlock state=PadlockState::Open/>
                    <span class="pill-text">
                        // Phones show the padlock and the time.
                        {live(move || left.with(|left| left.starts_with(UNTIL)).then(|| view! {
                            <span class="pill-word">"Authorised until "</span>
                        }))}
                        <span class="pill-left">
                            {live(move || left.with(|left| left.strip_prefix(UNTIL).unwrap_or(left).to_owned()))}
                        </span>
                    </span>
                    <button class="pill-lock" type="button" on:click=move |_| on_lock.run(())>"Lock now"</button>
                </div>
            }
        })
    }
}
