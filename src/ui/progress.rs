//! Progress of something long, which can be called off.

use leptos::prelude::*;

use super::{Button, ButtonKind, attr, whole};

/// A named bar, with its figures and, if it can be called off, **Cancel**.
#[component]
pub fn Progress(
    /// What goes on: "Uploading shop-1.2.0.mda".
    #[prop(into)]
    label: Signal<String>,
    /// From 0 to 100; `None` while nobody knows.
    #[prop(into)]
    percent: Signal<Option<f64>>,
    /// Figures under the bar: "2.0 of 3.1 MB, 4 s left".
    #[prop(optional, into)]
    detail: Signal<String>,
    /// Call it off.
    #[prop(optional, into)]
    on_cancel: Option<Callback<()>>,
) -> impl IntoView {
    let figure = move || percent.get().map(|percent| format!("{} %", whole(percent)));
    view! {
        <div class="progress">
            <div class="progress-head">
                <span class="progress-label">{label}</span>
                <span class="progress-figure">{figure}</span>
            </div>
            <progress
                max="100"
                aria-label=attr(move || label.get())
                value=attr(move || percent.get().map(|percent| whole(percent).to_string()))
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
