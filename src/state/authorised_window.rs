//! The authorised window as time passes. The server decides whether it is open. The browser's clock only decides when
//! to ask the server again.

use std::time::Duration;

use js_sys::Date;
use leptos::ev;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::JsValue;

use crate::api::{Api, use_api};
use crate::state::portal::use_portal;
use crate::state::session::use_session;
use crate::ui;

/// How often the time left is updated while the window is open.
const TICK: Duration = Duration::from_secs(3);
/// The session is refreshed every so many ticks, and with every tick near the end of the window.
const REFRESH_EVERY_TICKS: u32 = 10;
/// How long before its end the window counts as near its end, in milliseconds.
const NEAR_END_MS: f64 = 3_000.0;
/// How long the window stays open after a second factor was proved, in milliseconds: eight hours.
const WINDOW_LENGTH_MS: f64 = 8.0 * 3_600_000.0;
/// The least time between two refreshes when the visitor returns to the tab, in milliseconds.
const RETURN_DEBOUNCE_MS: f64 = 1_000.0;

/// The authorised window, for components that show it.
#[derive(Clone, Copy)]
pub struct AuthorisedWindow {
    /// How long the window stays open: "until 17:42", "4 min left". Empty while it is closed.
    pub time_left: Memo<String>,
    clock: Clock,
}

/// The portal's clock: the browser's own, and in the demo as far ahead as it was moved.
#[derive(Clone, Copy)]
struct Clock {
    api: Api,
    is_demo: Memo<bool>,
    ahead_ms: RwSignal<f64>,
    ticks: RwSignal<u32>,
}

/// Makes [`use_authorised_window`] work below, and refreshes the session while the window is open.
pub fn provide_authorised_window() -> AuthorisedWindow {
    let (session, portal) = (use_session(), use_portal());
    let is_demo = Memo::new(move |_| portal.ready(|portal| portal.demo.is_some()).unwrap_or_default());
    let clock = Clock { api: use_api(), is_demo, ahead_ms: RwSignal::new(0.0), ticks: RwSignal::new(0) };
    let until = Memo::new(move |_| session.authorised_until().map(|until| parse_milliseconds(until.as_str())));
    let time_left = Memo::new(move |_| match until.get() {
        // The window is open until the server says otherwise, even if it has ended by the browser's clock.
        Some(until) => ui::time_left(until, clock.now().min(until - 1.0)),
        None => String::new(),
    });
    let authorised_window = AuthorisedWindow { time_left, clock };
    provide_context(authorised_window);

    let refresh = move || {
        session.refresh();
        clock.sync();
    };
    Effect::new(move |_| {
        let (Some(until), _) = (until.get(), is_demo.get()) else { return };
        clock.sync();
        let tick = move || {
            let ticks = clock.ticks.try_update(|ticks| {
                *ticks = ticks.wrapping_add(1);
                *ticks
            });
            let is_near_end = untrack(|| clock.now()) + NEAR_END_MS > until;
            // The demo's clock may be moved at any moment.
            let is_due = is_near_end
                || is_demo.get_untracked()
                || ticks.is_some_and(|ticks| ticks.is_multiple_of(REFRESH_EVERY_TICKS));
            if is_due && !document().hidden() {
                refresh();
            }
        };
        if let Ok(interval) = set_interval_with_handle(tick, TICK) {
            on_cleanup(move || interval.clear());
        }
    });
    refresh_on_return(refresh);
    authorised_window
}

/// Calls `refresh` when the visitor returns to the tab: timers sleep while it is hidden.
fn refresh_on_return(refresh: impl Fn() + Copy + 'static) {
    // Showing a hidden tab fires both events.
    let last_refresh = StoredValue::new(0.0);
    let on_return = move || {
        let now = Date::now();
        if !document().hidden() && now - last_refresh.get_value() > RETURN_DEBOUNCE_MS {
            last_refresh.set_value(now);
            refresh();
        }
    };
    let focus_listener = window_event_listener(ev::focus, move |_| on_return());
    let visibility_listener = window_event_listener(ev::visibilitychange, move |_| on_return());
    on_cleanup(move || {
        focus_listener.remove();
        visibility_listener.remove();
    });
}

/// Returns the authorised window.
#[must_use]
pub fn use_authorised_window() -> AuthorisedWindow {
    use_context().unwrap_or_else(provide_authorised_window)
}

impl AuthorisedWindow {
    /// Returns until when the window would be open if it were opened now: "until 17:42".
    #[must_use]
    pub fn until_if_opened_now(self) -> String {
        let now = self.clock.now();
        ui::time_left(now + WINDOW_LENGTH_MS, now)
    }

    /// Fetches how far the demo's clock was moved, so that [`until_if_opened_now`](Self::until_if_opened_now) is right.
    pub fn sync_clock(self) {
        self.clock.sync();
    }
}

impl Clock {
    fn now(self) -> f64 {
        self.ticks.track();
        Date::now() + self.ahead_ms.get()
    }

    /// Only the demo has a clock that can be moved.
    fn sync(self) {
        if !self.is_demo.get_untracked() {
            return;
        }
        spawn_local(async move {
            if let Ok(clock) = self.api.demo_clock().await {
                let ahead_seconds = u32::try_from(clock.ahead_seconds).unwrap_or(u32::MAX);
                self.ahead_ms.try_set(f64::from(ahead_seconds) * 1_000.0);
            }
        });
    }
}

/// Parses an RFC 3339 time, as the API gives it, into milliseconds since 1970.
#[must_use]
pub fn parse_milliseconds(time: &str) -> f64 {
    Date::new(&JsValue::from_str(time)).get_time()
}
