//! Whether the server can be reached, and whether the page hears of changes at once.

use std::time::Duration;

use leptos::ev;
use leptos::prelude::*;
use leptos::task::spawn_local;
use padlock_contract::paths;

use super::{ApiError, Method, Request, call};

/// How often an unreachable server is tried again.
const RETRY_INTERVAL: Duration = Duration::from_secs(5);

/// The connection to the server.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ConnectionState {
    /// Requests are answered and changes are reported.
    #[default]
    Live,
    /// Requests are answered, but changes are not reported: something holds the events back.
    NotLive,
    /// The server cannot be reached. What the page shows may be out of date.
    Unreachable,
}

/// The state of the connection, the same for every page.
#[derive(Clone, Copy)]
pub struct Connection {
    is_unreachable: RwSignal<bool>,
    is_silent: RwSignal<bool>,
    last_response_at: StoredValue<f64>,
    /// Counts how often the server could be reached again.
    recoveries: RwSignal<u32>,
}

/// Makes [`use_connection`] work below, and tries an unreachable server again until it answers.
pub(super) fn provide_connection() -> Connection {
    let connection = Connection::new();
    provide_context(connection);
    // The browser knows before the first request has failed.
    let offline = window_event_listener(ev::offline, move |_| connection.is_unreachable.set(true));
    let online = window_event_listener(ev::online, move |_| connection.probe());
    on_cleanup(move || {
        offline.remove();
        online.remove();
    });
    Effect::new(move |_| {
        if connection.is_unreachable.get()
            && let Ok(interval) = set_interval_with_handle(move || connection.probe(), RETRY_INTERVAL)
        {
            on_cleanup(move || interval.clear());
        }
    });
    connection
}

/// Returns the state of the connection.
#[must_use]
pub fn use_connection() -> Connection {
    use_context().unwrap_or_else(Connection::new)
}

impl Connection {
    fn new() -> Self {
        Self {
            is_unreachable: RwSignal::new(false),
            is_silent: RwSignal::new(false),
            last_response_at: StoredValue::new(now()),
            recoveries: RwSignal::new(0),
        }
    }

    /// Returns the state and tracks it.
    #[must_use]
    pub fn state(self) -> ConnectionState {
        match (self.is_unreachable.get(), self.is_silent.get()) {
            (true, _) => ConnectionState::Unreachable,
            (false, true) => ConnectionState::NotLive,
            (false, false) => ConnectionState::Live,
        }
    }

    /// Returns when the server last answered, in milliseconds since 1970.
    #[must_use]
    pub fn last_response_at(self) -> f64 {
        self.last_response_at.get_value()
    }

    /// Calls `action` whenever the server can be reached again.
    pub fn on_recovery(self, action: impl Fn() + 'static) {
        Effect::watch(move || self.recoveries.get(), move |_, _, _| action(), false);
    }

    /// Notes whether changes are reported.
    pub fn set_silent(self, is_silent: bool) {
        if self.is_silent.try_get_untracked() == Some(!is_silent) {
            self.is_silent.set(is_silent);
        }
    }

    /// Notes whether a request was answered.
    pub(super) fn note_result<T>(self, result: &Result<T, ApiError>) {
        let is_unreachable = matches!(result, Err(ApiError::Network));
        if !is_unreachable {
            self.last_response_at.try_set_value(now());
        }
        if self.is_unreachable.try_get_untracked() == Some(!is_unreachable) {
            self.is_unreachable.set(is_unreachable);
            if !is_unreachable {
                self.recoveries.update(|count| *count = count.wrapping_add(1));
            }
        }
    }

    fn probe(self) {
        spawn_local(async move {
            let request = Request { method: Method::Get, path: paths::PORTAL.to_owned(), body: None };
            self.note_result(&call(request).await.map_err(ApiError::from));
        });
    }
}

/// Returns the time in milliseconds since 1970. Tests outside a browser have no clock.
fn now() -> f64 {
    if cfg!(target_arch = "wasm32") { js_sys::Date::now() } else { 0.0 }
}
