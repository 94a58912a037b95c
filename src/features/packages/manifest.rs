//! What a package declares: its constants and its scheduled events.

use leptos::prelude::*;
use padlock_contract::packages::{Constant, Package};

use crate::format::counted;

pub(super) fn manifest(package: &Package) -> impl IntoView + use<> {
    let (constants, events) = (&package.constants, &package.scheduled_events);
    let constant_lines = constants.iter().map(constant).collect_view();
    let event_lines = events.iter().map(|event| view! { <li class="is-mono">{event.clone()}</li> }).collect_view();
    view! {
        <section class="manifest">
            <h3>{counted(constants.len(), "constant")}</h3>
            {(!constants.is_empty()).then(|| view! { <dl class="constants">{constant_lines}</dl> })}
        </section>
        <section class="manifest">
            <h3>{counted(events.len(), "scheduled event")}</h3>
            {(!events.is_empty()).then(|| view! { <ul class="events">{event_lines}</ul> })}
        </section>
    }
}

fn constant(constant: &Constant) -> impl IntoView + use<> {
    let Constant { name, kind, description, default_value } = constant.clone();
    let value = if default_value.is_empty() {
        view! { <span class="is-muted">"no default"</span> }.into_any()
    } else {
        view! { <code>{default_value}</code> }.into_any()
    };
    let note = (!description.is_empty()).then(|| view! { <p>{description}</p> });
    view! {
        <dt><code>{name}</code>" "<span class="is-muted">{kind}</span></dt>
        <dd>{value}{note}</dd>
    }
}
