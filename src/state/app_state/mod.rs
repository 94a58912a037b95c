//! The state that the pages of an app share: the app, its environments and its packages, kept up to date by the app's
//! events.

mod deployment_text;
mod live_updates;
mod repository;

use futures::TryFutureExt;
use leptos::prelude::*;
use padlock_contract::apps::App;
use padlock_contract::environments::{Environment, EnvironmentStatus};

use crate::api::use_api;
use crate::state::query::{Query, QueryState};
use crate::ui::toasts;

pub use deployment_text::{current_stage, is_in_progress, outcome_message};
pub use repository::Repository;

/// The state of an app. Owned by the page that created it.
#[derive(Clone, Copy)]
pub struct AppState {
    /// The app's slug.
    pub slug: StoredValue<String>,
    /// The app.
    pub app: Query<App>,
    /// The app's environments in promotion order.
    pub environments: Query<Vec<Environment>>,
    /// The app's packages.
    pub repository: Repository,
    /// The id of the deployment whose progress an open dialog shows. Its outcome is not announced in a toast.
    pub watched_deployment: RwSignal<Option<String>>,
}

impl AppState {
    /// Fetches the app, its environments and its packages at once, and keeps them up to date.
    #[must_use]
    pub fn new(slug: String) -> Self {
        let api = use_api();
        let slug = StoredValue::new(slug);
        let app_state = Self {
            slug,
            app: Query::new(move || slug.with_value(|slug| api.app(slug))),
            environments: Query::new(move || slug.with_value(|slug| api.environments(slug)).map_ok(|page| page.items)),
            repository: Repository::new(slug),
            watched_deployment: RwSignal::new(None),
        };
        let Self { environments, repository, watched_deployment, .. } = app_state;
        live_updates::subscribe(slug, environments, repository, move || app_state.refetch());
        live_updates::poll_while_not_live(move || app_state.refetch());
        live_updates::poll_during_deployments(environments);
        live_updates::refetch_packages_when_environments_change(environments, repository);
        live_updates::refetch_when_window_changes(environments);
        deployment_text::announce_outcomes(environments, watched_deployment, toasts());
        app_state
    }

    /// Whether the environments are loaded, which is enough to show the page.
    #[must_use]
    pub fn is_loaded(self) -> Memo<bool> {
        Memo::new(move |_| self.environments.with(|state| matches!(state, QueryState::Ready(_))))
    }

    /// Returns the name of the app's Technical Contact. Empty until the app is loaded.
    #[must_use]
    pub fn technical_contact(self) -> String {
        self.app.ready(|app| app.technical_contact.name.clone()).unwrap_or_default()
    }

    /// Returns the environment with this slug, if it is loaded.
    #[must_use]
    pub fn environment(self, slug: &str) -> Option<Environment> {
        self.environments.ready(|all| all.iter().find(|one| one.slug == slug).cloned()).flatten()
    }

    /// Returns the environment before the one with this slug in promotion order, if there is one.
    #[must_use]
    pub fn previous_environment(self, slug: &str) -> Option<Environment> {
        let previous = |all: &Vec<Environment>| {
            let index = all.iter().position(|one| one.slug == slug)?.checked_sub(1)?;
            all.get(index).cloned()
        };
        self.environments.ready(previous).flatten()
    }

    /// Returns the names of the environments that hold the package with this id. They come from the environments, not
    /// from the package, so that the list of packages always agrees with the promotion line.
    #[must_use]
    pub fn environments_holding(self, package_id: &str) -> Vec<String> {
        let names = |all: &Vec<Environment>| {
            all.iter().filter(|one| holds(one, package_id)).map(|one| one.name.clone()).collect()
        };
        self.environments.ready(names).unwrap_or_default()
    }

    /// Returns the names of the environments that hold the package with this id, with the state of those that do not run
    /// it: "Production (stopped)".
    #[must_use]
    pub fn runs_on(self, package_id: &str) -> Vec<String> {
        let name = |environment: &Environment| match environment.status {
            EnvironmentStatus::Running | EnvironmentStatus::Starting => environment.name.clone(),
            EnvironmentStatus::Failed => [&environment.name, " (failed)"].concat(),
            _ => [&environment.name, " (stopped)"].concat(),
        };
        let names = |all: &Vec<Environment>| all.iter().filter(|one| holds(one, package_id)).map(name).collect();
        self.environments.ready(names).unwrap_or_default()
    }

    /// Fetches everything again.
    pub fn refetch(self) {
        self.app.refetch();
        self.environments.refetch();
        self.repository.refetch();
    }

    /// Fetches everything again after a failure.
    pub fn retry(self) {
        self.app.retry();
        self.environments.retry();
        self.repository.packages.retry();
    }
}

fn holds(environment: &Environment, package_id: &str) -> bool {
    environment.package.as_ref().is_some_and(|package| package.id == package_id)
}
