//! A checkbox with its label.

use leptos::prelude::*;
use web_sys::HtmlInputElement;

use super::{attr, live, unique};

/// A real checkbox in our look. The label is part of the target.
#[component]
pub fn Checkbox(
    /// Its label.
    #[prop(into)]
    label: Signal<String>,
    /// Ticked or not; the caller decides after [`on_change`](CheckboxProps::on_change).
    #[prop(into)]
    checked: Signal<bool>,
    /// Called with what it should become.
    #[prop(into)]
    on_change: Callback<bool>,
    /// A sentence under the label.
    #[prop(optional, into)]
    hint: Signal<String>,
    /// May not be changed now.
    #[prop(optional, into)]
    disabled: Signal<bool>,
) -> impl IntoView {
    let id = unique("check");
    let hint_id = format!("{id}-hint");
    let described_by = hint_id.clone();
    view! {
        <div class="checkbox">
            <input
                type="checkbox"
                id=id.clone()
                prop:checked=attr(move || checked.get())
                disabled=attr(move || disabled.get())
                aria-describedby=attr(move || (!hint.with(String::is_empty)).then(|| described_by.clone()))
                on:change=move |event| {
                    on_change.run(event_target_checked(&event));
                    // The browser has ticked it already; it shows what the caller says.
                    event_target::<HtmlInputElement>(&event).set_checked(checked.get_untracked());
                }
            />
            <label for=id>{label}</label>
            {live(move || {
                let text = hint.get();
                let id = hint_id.clone();
                (!text.is_empty()).then(|| view! { <p class="field-hint" id=id>{text}</p> })
            })}
        </div>
    }
}
