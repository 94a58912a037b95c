//! The constants and scheduled events that a package declares.

use leptos::prelude::*;
use padlock_contract::packages::{Constant, Package};

use crate::format::pluralize;

pub(super) fn manifest(package: &Package) -> impl IntoView + use<> {
    let (constants, events) = (&package.constants, &package.scheduled_events);
    let constant_entries = constants.iter().map(constant_entry).collect_view();
    let event_items =
        events.iter().map(|event| view! { <li class="is-mono" translate="no">{event.clone()}</li> }).collect_view();
    view! {
        <section class="manifest">
            <h3>{pluralize(constants.len(), "constant")}</h3>
            {(!constants.is_empty()).then(|| view! { <dl class="constants">{constant_entries}</dl> })}
        </section>
        <section class="manifest">
            <h3>{pluralize(events.len(), "scheduled event")}</h3>
            {(!events.is_empty()).then(|| view! { <ul class="events">{event_items}</ul> })}
        </section>
    }
}

fn constant_entry(constant: &Constant) -> impl IntoView + use<> {
    let Constant { name, kind, description, default_value } = constant.clone();
    let value = if default_value.is_empty() {
        view! { <span class="is-muted">"no default"</span> }.into_any()
    } else {
        view! { <code class="constant-value" translate="no">{default_value}</code> }.into_any()
    };
    let description = (!description.is_empty()).then(|| view! { <p>{description}</p> });
    view! {
        <dt><code translate="no">{name}</code>" "<span class="is-muted">{kind}</span></dt>
        <dd>{value}{description}</dd>
    }
}
