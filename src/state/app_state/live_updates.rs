//! Keeps the state of an app up to date: refetches what the server reports as changed.

use std::time::Duration;

use leptos::prelude::*;
use padlock_contract::environments::Environment;
use padlock_contract::events::Change;
use padlock_contract::{Time, paths};

use super::{AppState, is_in_progress};
use crate::api::{self, ServerEvent};
use crate::state::session::use_session;

/// How often the environments are fetched while a deployment is in progress.
const POLL_INTERVAL: Duration = Duration::from_secs(3);

/// Subscribes to the app's events once its environments are loaded. Browsers limit the number of connections, and the
/// content of the page comes first.
pub(super) fn subscribe(app_state: AppState) {
    let is_loaded = app_state.is_loaded();
    // Dropping the stream closes it.
    let stream = StoredValue::new_local(None);
    Effect::new(move |_| {
        if !is_loaded.get() {
            return;
        }
        let path = app_state.slug.with_value(|slug| paths::events(slug));
        let was_opened = StoredValue::new(false);
        let events = api::events(&path, move |event| match event {
            ServerEvent::Change(data) => apply_change(app_state, &data),
            // Changes that happened while the stream was interrupted are not sent again.
            ServerEvent::Open if was_opened.try_get_value() == Some(true) => app_state.refetch(),
            ServerEvent::Open => {
                was_opened.try_set_value(true);
                app_state.environments.refetch();
            }
        });
        stream.set_value(Some(events));
    });
}

/// Polls the environments while a deployment is in progress. Some proxies hold events back, and without events the
/// deployment would seem to stand still.
pub(super) fn poll_during_deployments(app_state: AppState) {
    let is_deploying = Memo::new(move |_| {
        let has_deployment = |environment: &Environment| environment.deployment.as_ref().is_some_and(is_in_progress);
        app_state.environments.ready(|all| all.iter().any(has_deployment)).unwrap_or_default()
    });
    Effect::new(move |_| {
        if is_deploying.get()
            && let Ok(interval) = set_interval_with_handle(move || app_state.environments.refetch(), POLL_INTERVAL)
        {
            on_cleanup(move || interval.clear());
        }
    });
}

/// Refetches the environments when the authorised window opens or closes, in this tab or another one: the padlocks
/// change with it.
pub(super) fn refetch_when_window_changes(app_state: AppState) {
    let session = use_session();
    let until = Memo::new(move |_| session.authorised_until());
    Effect::new(move |previous: Option<Option<Time>>| {
        let current = until.get();
        if previous.is_some_and(|previous| previous != current) {
            app_state.environments.refetch();
        }
        current
    });
}

/// Refetches the packages when the package of an environment changes. A package expires only while it is on no
/// environment, so the expiry dates in the list may have changed too.
pub(super) fn refetch_packages_when_environments_change(app_state: AppState) {
    Effect::new(move |previous: Option<Option<Vec<Option<String>>>>| {
        let package_id = |environment: &Environment| environment.package.as_ref().map(|package| package.id.clone());
        let current = app_state.environments.ready(|all| all.iter().map(package_id).collect::<Vec<_>>());
        if let (Some(Some(previous)), Some(current)) = (&previous, &current)
            && previous != current
        {
            app_state.repository.refetch();
        }
        current
    });
}

fn apply_change(app_state: AppState, data: &str) {
    match serde_json::from_str(data) {
        Ok(Change::Environment { .. }) => app_state.environments.refetch(),
        Ok(Change::Packages) => app_state.repository.refetch(),
        Ok(Change::Missed | Change::Unknown) | Err(_) => app_state.refetch(),
    }
}
