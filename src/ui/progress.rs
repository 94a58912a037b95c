//! The progress of a long operation.

use leptos::prelude::*;

use super::{Button, ButtonKind, to_integer};

/// A progress bar with a label and, if the operation can be cancelled, a **Cancel** button.
#[component]
pub fn Progress(
    /// The operation, such as "Uploading shop-1.2.0.mda".
    #[prop(into)]
    label: Signal<String>,
    /// From 0 to 100; `None` while it is unknown.
    #[prop(into)]
    percent: Signal<Option<f64>>,
    /// Text under the bar, such as "2.0 of 3.1 MB, 4 s left".
    #[prop(optional, into)]
    detail: Signal<String>,
    /// Called when the visitor cancels the operation.
    #[prop(optional, into)]
    on_cancel: Option<Callback<()>>,
) -> impl IntoView {
    let percent_text = move || percent.get().map(|percent| format!("{} %", to_integer(percent)));
    view! {
        <div class="progress">
            <div class="progress-head">
                <span class="progress-label">{label}</span>
                <span class="progress-figure">{percent_text}</span>
            </div>
            <progress
                max="100"
                aria-label=move || label.get()
                value={move || percent.get().map(|percent| to_integer(percent).to_string())}
            ></progress>
            <div class="progress-foot">
                <span>{detail}</span>
                {on_cancel.map(|cancel| view! {
                    <Button label="Cancel" kind=ButtonKind::Bare on_press=cancel/>
                })}
            </div>
        </div>
    }
}
