//! A segmented control: a choice of one among a few visible options, made of radio buttons.

use leptos::prelude::*;

use super::unique_id;

/// One option.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Segment {
    /// Identifies the option to the caller.
    pub value: String,
    /// The visible text.
    pub label: String,
}

/// A segmented control. The caller owns the selection.
#[component]
pub fn Segmented(
    /// What is chosen; visually hidden.
    #[prop(into)]
    label: Signal<String>,
    /// The options.
    #[prop(into)]
    segments: Signal<Vec<Segment>>,
    /// The value of the chosen option.
    #[prop(into)]
    chosen: Signal<String>,
    /// Called with the value of the option that the visitor chooses.
    #[prop(into)]
    on_choose: Callback<String>,
) -> impl IntoView {
    let group = unique_id("segment");
    view! {
        <fieldset class="segmented">
            <legend class="visually-hidden">{label}</legend>
            {move || {
                segments.get().into_iter().map(|Segment { value, label }| {
                    let own_value = value.clone();
                    view! {
                        <label>
                            <input
                                type="radio"
                                name=group.clone()
                                prop:checked=move || chosen.with(|chosen| *chosen == own_value)
                                on:change=move |_| on_choose.run(value.clone())
                            />
                            <span>{label}</span>
                        </label>
                    }
                }).collect_view()
            }}
        </fieldset>
    }
}
