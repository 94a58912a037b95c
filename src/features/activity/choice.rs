//! One of many, or any: the browser's own list, which every keyboard and every phone knows.

use leptos::prelude::*;

use crate::ui::{live, unique};

/// What can be chosen: its value and what is read.
pub(super) type Choices = Vec<(String, String)>;

#[component]
pub(super) fn Choice(
    /// What is chosen here.
    label: &'static str,
    /// What stands for no choice.
    any: &'static str,
    /// The choices.
    #[prop(into)]
    choices: Signal<Choices>,
    /// The chosen value; empty for any.
    #[prop(into)]
    chosen: Signal<String>,
    /// Another was chosen.
    #[prop(into)]
    on_choose: Callback<String>,
) -> impl IntoView {
    let id = unique("choice");
    let options = move || {
        let (chosen, mut all) = (chosen.get(), choices.get());
        // The address may name what is not known (yet): it stays chosen.
        if !chosen.is_empty() && all.iter().all(|(value, _)| *value != chosen) {
            all.push((chosen.clone(), "The one in the address".to_owned()));
        }
        all.insert(0, (String::new(), any.to_owned()));
        let option = |(value, text): (String, String)| {
            let selected = value == chosen;
            view! { <option value=value prop:selected=selected>{text}</option> }
        };
        all.into_iter().map(option).collect_view()
    };
    view! {
        <div class="field">
            <label class="field-label" for=id.clone()>{label}</label>
            <span class="field-box">
                <select class="input choice" id=id on:change=move |event| on_choose.run(event_target_value(&event))>
                    {live(options)}
                </select>
            </span>
        </div>
    }
}
