//! An app as a card: what runs where, and how it does.

use leptos::prelude::*;
use padlock_contract::apps::{App, EnvironmentSummary};

use crate::outlook::shown_health;
use crate::router::Router;
use crate::routes::Route;
use crate::ui::health;

pub(super) fn app_card(app: &App, router: Router) -> impl IntoView + use<> {
    let href = router.href(&Route::deploy(app.slug.as_str()));
    let environments = app.environments.iter().map(line).collect_view();
    view! {
        <li class="card app-card">
            <h2>
                // The link covers the card, so that all of it leads there and only its name is read.
                <a class="app-card-link" href=href>{app.name.clone()}</a>
            </h2>
            <p class="app-card-contact">"Technical Contact: "{app.technical_contact.name.clone()}</p>
            <ol class="app-card-environments">{environments}</ol>
        </li>
    }
}

fn line(environment: &EnvironmentSummary) -> impl IntoView + use<> {
    let version = environment.version.clone();
    view! {
        <li>
            <span class="app-card-environment">{environment.name.clone()}</span>
            <code class="app-card-version">{version.unwrap_or_else(|| "–".to_owned())}</code>
            {health(shown_health(environment.status, environment.health))}
        </li>
    }
}
