//! A segmented control: one of a few, all visible. Real radio buttons underneath.

use leptos::prelude::*;

use super::{attr, live, unique};

/// One choice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Segment {
    /// What the caller knows it by.
    pub value: String,
    /// What is read.
    pub label: String,
}

/// The control.
#[component]
pub fn Segmented(
    /// What is chosen here; heard, not drawn.
    #[prop(into)]
    label: Signal<String>,
    /// The choices.
    #[prop(into)]
    segments: Signal<Vec<Segment>>,
    /// The chosen one's value.
    #[prop(into)]
    chosen: Signal<String>,
    /// Another was chosen.
    #[prop(into)]
    on_choose: Callback<String>,
) -> impl IntoView {
    let group = unique("segment");
    view! {
        <fieldset class="segmented">
            <legend class="visually-hidden">{label}</legend>
            {live(move || {
                segments.get().into_iter().map(|Segment { value, label }| {
                    let (own, sent) = (value.clone(), value);
                    view! {
                        <label>
                            <input
                                type="radio"
                                name=group.clone()
                                prop:checked=attr(move || chosen.with(|chosen| *chosen == own))
                                on:change=move |_| on_choose.run(sent.clone())
                            />
                            <span>{label}</span>
                        </label>
                    }
                }).collect_view()
            })}
        </fieldset>
    }
}
