//! In what the package that goes differs from the one that is there, as the dialog shows it.

use leptos::prelude::*;
use padlock_contract::packages::Package;

use super::differences::{Change, Differences};
use crate::features::board::Board;
use crate::format::counted;
use crate::gateway::Failure;
use crate::load::{Load, Loaded};
use crate::ui::{Button, Notice, Tone, skeleton_lines, unique};

/// The comparison of two packages by their ids; `there` is empty where nothing lies.
#[component]
pub(super) fn Comparison(board: Board, goes: String, there: Option<String>) -> impl IntoView {
    let repository = board.repository;
    let load = Load::new(move || {
        let old = there.as_deref().map(|there| repository.find(there));
        let new = repository.find(&goes);
        async move {
            let old = match old {
                Some(old) => Some(old.await?),
                None => None,
            };
            Ok::<_, Failure>((old, new.await?))
        }
    });
    move || {
        load.with(|state| match state {
            Loaded::Loading => skeleton_lines(3).into_any(),
            Loaded::Ready((Some(old), new)) => listed(&Differences::between(old, new), old.name()),
            Loaded::Ready((None, new)) => everything(new).into_any(),
            Loaded::Failed(failure) => view! {
                <Notice tone=Tone::Warning title="What differs could not be loaded." text=failure.sentence()>
                    <Button label="Try again" on_press=move |()| load.retry()/>
                </Notice>
            }
            .into_any(),
        })
    }
}

/// Onto an empty environment.
fn everything(new: &Package) -> impl IntoView + use<> {
    let constants = counted(new.constants.len(), "constant");
    let events = counted(new.scheduled_events.len(), "scheduled event");
    let text = ["Nothing lies there yet. It brings ", &constants, " and ", &events, "."].concat();
    view! { <p class="differences-none">{text}</p> }
}

fn listed(differences: &Differences, old: &str) -> AnyView {
    let count = differences.count();
    if count == 0 {
        let text = ["Same runtime, constants and scheduled events as ", old, "."].concat();
        return view! { <p class="differences-none">{text}</p> }.into_any();
    }
    let Differences { runtime, constants, events } = differences.clone();
    let runtime = runtime.map(|(before, after)| {
        line("changed", "Runtime", view! { <code>{before}</code>" → "<code>{after}</code> }.into_any())
    });
    let constants = constants.into_iter().map(|(name, change)| match change {
        Change::Added(value) => line("added", &name, view! { "new, "{said(value)} }.into_any()),
        Change::Removed => line("removed", &name, "removed".into_any()),
        Change::Default(before, after) => line("changed", &name, view! { {said(before)}" → "{said(after)} }.into_any()),
    });
    let events = events.into_iter().map(|(name, comes)| {
        let (kind, words) =
            if comes { ("added", "new scheduled event") } else { ("removed", "scheduled event removed") };
        line(kind, &name, words.into_any())
    });
    let lines = runtime.into_iter().chain(constants).chain(events).collect_view();
    let title = ["What differs from ", old, ": ", &count.to_string()].concat();
    let id = unique("differences");
    let named_by = id.clone();
    view! {
        <section class="differences">
            <h3 id=id>{title}</h3>
            // A long one scrolls, so a keyboard must be able to get into it.
            <ul tabindex="0" aria-labelledby=named_by>{lines}</ul>
        </section>
    }
    .into_any()
}

fn line(kind: &'static str, name: &str, words: AnyView) -> impl IntoView + use<> {
    view! {
        <li class="difference" data-kind=kind>
            <code class="difference-name">{name.to_owned()}</code>
            <span class="difference-words">{words}</span>
        </li>
    }
}

fn said(value: String) -> AnyView {
    if value.is_empty() { "no default".into_any() } else { view! { <code>{value}</code> }.into_any() }
}
