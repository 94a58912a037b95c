//! A filter that is chosen from a list: the browser's own `<select>`.

use leptos::prelude::*;

use crate::ui::unique_id;

/// The choices of a filter, each with its value and its label.
pub(super) type Choices = Vec<(String, String)>;

#[component]
pub(super) fn Choice(
    /// The label of the filter.
    label: &'static str,
    /// The label of the choice that filters nothing.
    any_label: &'static str,
    /// The choices.
    #[prop(into)]
    choices: Signal<Choices>,
    /// The chosen value; empty if the filter is not set.
    #[prop(into)]
    chosen: Signal<String>,
    /// Called with the value of the new choice.
    #[prop(into)]
    on_choose: Callback<String>,
) -> impl IntoView {
    let id = unique_id("choice");
    let options = move || {
        let (chosen, mut choices) = (chosen.get(), choices.get());
        // The address may name a value that is not, or not yet, among the choices.
        if !chosen.is_empty() && choices.iter().all(|(value, _)| *value != chosen) {
            choices.push((chosen.clone(), "The one in the address".to_owned()));
        }
        choices.insert(0, (String::new(), any_label.to_owned()));
        let option = |(value, label): (String, String)| {
            let selected = value == chosen;
            view! { <option value=value prop:selected=selected>{label}</option> }
        };
        choices.into_iter().map(option).collect_view()
    };
    view! {
        <div class="field">
            <label class="field-label" for=id.clone()>{label}</label>
            <span class="field-box">
                <select class="input choice" id=id on:change=move |event| on_choose.run(event_target_value(&event))>
                    {options}
                </select>
            </span>
        </div>
    }
}
