//! A checkbox with its label.

use leptos::prelude::*;
use web_sys::HtmlInputElement;

use super::unique_id;

/// A native checkbox whose label can be clicked too. The caller owns its state.
#[component]
pub fn Checkbox(
    /// The label.
    #[prop(into)]
    label: Signal<String>,
    /// Whether it is ticked. The caller updates it in [`on_change`](CheckboxProps::on_change).
    #[prop(into)]
    checked: Signal<bool>,
    /// Called with the state that the visitor wants.
    #[prop(into)]
    on_change: Callback<bool>,
    /// A sentence under the label.
    #[prop(optional, into)]
    hint: Signal<String>,
    /// Whether the checkbox is disabled.
    #[prop(optional, into)]
    disabled: Signal<bool>,
) -> impl IntoView {
    let id = unique_id("check");
    let hint_id = format!("{id}-hint");
    let described_by = hint_id.clone();
    view! {
        <div class="checkbox">
            <input
                type="checkbox"
                id=id.clone()
                prop:checked=move || checked.get()
                disabled=move || disabled.get()
                aria-describedby=move || (!hint.with(String::is_empty)).then(|| described_by.clone())
                on:change=move |event| {
                    on_change.run(event_target_checked(&event));
                    // The browser has toggled it already, but the caller decides its state.
                    event_target::<HtmlInputElement>(&event).set_checked(checked.get_untracked());
                }
            />
            <label for=id>{label}</label>
            {move || {
                let text = hint.get();
                let id = hint_id.clone();
                (!text.is_empty()).then(|| view! { <p class="field-hint" id=id>{text}</p> })
            }}
        </div>
    }
}
