//! Keeps the state of an app up to date: refetches what the server reports as changed.

use std::time::Duration;

use leptos::prelude::*;
use padlock_contract::environments::Environment;
use padlock_contract::events::Change;
use padlock_contract::{Time, paths};

use super::deployment_text::is_in_progress;
use super::repository::Repository;
use crate::api::{self, ConnectionState, ServerEvent, use_connection};
use crate::state::query::{Query, QueryState};
use crate::state::session::use_session;

/// How often the environments are fetched while a deployment is in progress.
const POLL_INTERVAL: Duration = Duration::from_secs(3);
/// How often everything is fetched while no events arrive.
const NOT_LIVE_POLL_INTERVAL: Duration = Duration::from_secs(5);

/// Subscribes to the app's events once its environments are loaded. Browsers limit the number of connections, and the
/// content of the page comes first. `refetch_all` is called when it is unknown what has changed.
pub(super) fn subscribe(
    slug: StoredValue<String>,
    environments: Query<Vec<Environment>>,
    repository: Repository,
    refetch_all: impl Fn() + Copy + 'static,
) {
    let (outcome, connection) = (environments.outcome(), use_connection());
    // Dropping the stream closes it.
    let stream = StoredValue::new_local(None);
    Effect::new(move |_| {
        if outcome.get() != QueryState::Ready(()) {
            return;
        }
        let path = slug.with_value(|slug| paths::events(slug));
        let was_opened = StoredValue::new(false);
        let events = api::events(&path, move |event| match event {
            ServerEvent::Change(data) => {
                connection.set_silent(false);
                match serde_json::from_str(&data) {
                    Ok(Change::Environment { .. }) => environments.refetch(),
                    Ok(Change::Packages) => repository.refetch(),
                    Ok(Change::Missed | Change::Unknown) | Err(_) => refetch_all(),
                }
            }
            ServerEvent::Heartbeat => connection.set_silent(false),
            ServerEvent::Silent => connection.set_silent(true),
            // Changes that happened while the stream was interrupted are not sent again.
            ServerEvent::Open if was_opened.try_get_value() == Some(true) => refetch_all(),
            ServerEvent::Open => {
                was_opened.try_set_value(true);
                environments.refetch();
            }
        });
        stream.set_value(Some(events));
    });
}

/// Polls everything while the page does not hear of changes.
pub(super) fn poll_while_not_live(refetch_all: impl Fn() + Copy + 'static) {
    let connection = use_connection();
    // A page without events is live. It hears nothing that could go wrong.
    on_cleanup(move || connection.set_silent(false));
    let is_live = Memo::new(move |_| connection.state() == ConnectionState::Live);
    Effect::new(move |_| {
        if !is_live.get()
            && let Ok(interval) = set_interval_with_handle(refetch_all, NOT_LIVE_POLL_INTERVAL)
        {
            on_cleanup(move || interval.clear());
        }
    });
}

/// Polls the environments while a deployment is in progress. Some proxies buffer events, and without events the page
/// would not show the progress of the deployment.
pub(super) fn poll_during_deployments(environments: Query<Vec<Environment>>) {
    let is_deploying = Memo::new(move |_| {
        let has_deployment = |environment: &Environment| environment.deployment.as_ref().is_some_and(is_in_progress);
        environments.ready(|all| all.iter().any(has_deployment)).unwrap_or_default()
    });
    Effect::new(move |_| {
        if is_deploying.get()
            && let Ok(interval) = set_interval_with_handle(move || environments.refetch(), POLL_INTERVAL)
        {
            on_cleanup(move || interval.clear());
        }
    });
}

/// Refetches the environments when the authorised window opens or closes, in this tab or another one: the padlocks
/// change with it.
pub(super) fn refetch_when_window_changes(environments: Query<Vec<Environment>>) {
    let session = use_session();
    let until = Memo::new(move |_| session.authorised_until());
    Effect::new(move |previous: Option<Option<Time>>| {
        let current = until.get();
        if previous.is_some_and(|previous| previous != current) {
            environments.refetch();
        }
        current
    });
}

/// Refetches the packages when the package of an environment changes. A package expires only while it is on no
/// environment, so the expiry dates in the list may have changed too.
pub(super) fn refetch_packages_when_environments_change(environments: Query<Vec<Environment>>, repository: Repository) {
    Effect::new(move |previous: Option<Option<Vec<Option<String>>>>| {
        let package_id = |environment: &Environment| environment.package.as_ref().map(|package| package.id.clone());
        let current = environments.ready(|all| all.iter().map(package_id).collect::<Vec<_>>());
        if let (Some(Some(previous)), Some(current)) = (&previous, &current)
            && previous != current
        {
            repository.refetch();
        }
        current
    });
}
