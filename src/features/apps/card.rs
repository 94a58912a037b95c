//! The card of an app: its environments with their versions and health.

use leptos::prelude::*;
use leptos_router::components::A;
use padlock_contract::apps::{App, EnvironmentSummary};

use crate::navigation::Navigation;
use crate::routes::Route;
use crate::state::operation_status::health_of;
use crate::ui::{health, version};

pub(super) fn app_card(app: &App, navigation: Navigation) -> impl IntoView + use<> {
    let href = navigation.href(&Route::deploy(app.slug.as_str()));
    let name = app.name.clone();
    let environments = app.environments.iter().map(environment_line).collect_view();
    view! {
        <li class="card app-card">
            <h2>
                // The style sheet stretches the link over the card: the whole card can be clicked, and a screen reader
                // reads only the name.
                <A href attr:class="app-card-link" attr:translate="no">{name}</A>
            </h2>
            <p class="app-card-contact">"Technical Contact: "<span translate="no">{app.technical_contact.name.clone()}</span></p>
            <ol class="app-card-environments">{environments}</ol>
        </li>
    }
}

fn environment_line(environment: &EnvironmentSummary) -> impl IntoView + use<> {
    let number = environment.version.clone().unwrap_or_else(|| "–".to_owned());
    view! {
        <li>
            <span class="app-card-environment" translate="no">{environment.name.clone()}</span>
            <code class="app-card-version">{version(number)}</code>
            {health(health_of(environment.status, environment.health))}
        </li>
    }
}
