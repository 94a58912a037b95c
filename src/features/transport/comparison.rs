//! The differences between the package to deploy and the one on the target environment.

use leptos::prelude::*;
use padlock_contract::packages::Package;

use super::differences::{Change, Differences};
use crate::api::ApiError;
use crate::format::pluralize;
use crate::state::app_state::AppState;
use crate::state::query::{Query, QueryState};
use crate::ui::{Button, Notice, Tone, skeleton_lines, unique_id};

/// Fetches two packages by their ids and shows how they differ. `old_id` is `None` if the environment is empty.
#[component]
pub(super) fn Comparison(app_state: AppState, new_id: String, old_id: Option<String>) -> impl IntoView {
    let repository = app_state.repository;
    let query = Query::new(move || {
        let old = old_id.as_deref().map(|id| repository.fetch(id));
        let new = repository.fetch(&new_id);
        async move {
            let old = match old {
                Some(old) => Some(old.await?),
                None => None,
            };
            Ok::<_, ApiError>((old, new.await?))
        }
    });
    move || {
        query.with(|state| match state {
            QueryState::Loading => skeleton_lines(3).into_any(),
            QueryState::Ready((Some(old), new)) => difference_list(&Differences::between(old, new), old.summary.name()),
            QueryState::Ready((None, new)) => content_summary(new).into_any(),
            QueryState::Failed(error) => view! {
                <Notice tone=Tone::Warning title="What differs could not be loaded." text=error.message()>
                    <Button label="Try again" on_press=move |()| query.retry()/>
                </Notice>
            }
            .into_any(),
        })
    }
}

/// Summarises a package that is deployed to an empty environment.
fn content_summary(new: &Package) -> impl IntoView + use<> {
    let constants = pluralize(new.constants.len(), "constant");
    let events = pluralize(new.scheduled_events.len(), "scheduled event");
    let text = ["Nothing lies there yet. It brings ", &constants, " and ", &events, "."].concat();
    view! { <p class="differences-none">{text}</p> }
}

fn difference_list(differences: &Differences, old_version: &str) -> AnyView {
    let count = differences.count();
    if count == 0 {
        let text = ["Same runtime, constants and scheduled events as ", old_version, "."].concat();
        return view! { <p class="differences-none">{text}</p> }.into_any();
    }
    let Differences { runtime, constants, events } = differences.clone();
    let runtime = runtime.map(|(old, new)| {
        item(
            "changed",
            "Runtime",
            view! { <code translate="no">{old}</code>" → "<code translate="no">{new}</code> }.into_any(),
        )
    });
    let constants = constants.into_iter().map(|(name, change)| match change {
        Change::Added(value) => item("added", &name, view! { "new, "{default_value(value)} }.into_any()),
        Change::Removed => item("removed", &name, "removed".into_any()),
        Change::Changed(old, new) => {
            item("changed", &name, view! { {default_value(old)}" → "{default_value(new)} }.into_any())
        }
    });
    let events = events.into_iter().map(|(name, is_added)| {
        let (kind, text) =
            if is_added { ("added", "new scheduled event") } else { ("removed", "scheduled event removed") };
        item(kind, &name, text.into_any())
    });
    let items = runtime.into_iter().chain(constants).chain(events).collect_view();
    let title = ["What differs from ", old_version, ": ", &count.to_string()].concat();
    let id = unique_id("differences");
    let heading_id = id.clone();
    view! {
        <section class="differences">
            <h3 id=id>{title}</h3>
            // A long list scrolls: it must be focusable to be scrolled with the keyboard.
            <ul tabindex="0" aria-labelledby=heading_id>{items}</ul>
        </section>
    }
    .into_any()
}

fn item(kind: &'static str, name: &str, text: AnyView) -> impl IntoView + use<> {
    view! {
        <li class="difference" data-kind=kind>
            <code class="difference-name" translate="no">{name.to_owned()}</code>
            <span class="difference-words">{text}</span>
        </li>
    }
}

fn default_value(value: String) -> AnyView {
    if value.is_empty() {
        "no default".into_any()
    } else {
        view! { <code class="difference-value" translate="no">{value}</code> }.into_any()
    }
}
