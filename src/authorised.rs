//! The authorised window as it passes. How it stands is the server's to say: what is told here by the browser's clock is
//! only when to look.

use std::time::Duration;

use js_sys::Date;
use leptos::ev;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::JsValue;

use crate::features::shell::use_portal;
use crate::gateway::{Api, use_api};
use crate::session::use_session;
use crate::ui::time_left;

/// How often the words are made anew while the window is open.
const BEAT: Duration = Duration::from_secs(3);
/// Every how many beats the server is asked, away from the end.
const LOOK: u32 = 10;
/// What counts as near the end, in milliseconds.
const NEAR: f64 = 3_000.0;
/// How long a proof opens the window for: eight hours, in milliseconds.
const LENGTH: f64 = 8.0 * 3_600_000.0;

/// The authorised window, for whatever shows it.
#[derive(Clone, Copy)]
pub struct Authorised {
    /// "until 17:42", "4 min left"; empty while the window is closed.
    pub left: Memo<String>,
    clock: Clock,
}

/// The portal's clock: the browser's own, and in the demo as far ahead as it was moved.
#[derive(Clone, Copy)]
struct Clock {
    api: Api,
    demo: Memo<bool>,
    ahead: RwSignal<f64>,
    beat: RwSignal<u32>,
}

/// Makes [`use_authorised`] work below, and keeps the session true while somebody is signed in.
pub fn provide_authorised() -> Authorised {
    let (session, portal) = (use_session(), use_portal());
    let demo = Memo::new(move |_| portal.ready(|portal| portal.demo.is_some()).unwrap_or_default());
    let clock = Clock { api: use_api(), demo, ahead: RwSignal::new(0.0), beat: RwSignal::new(0) };
    let until = Memo::new(move |_| session.authorised_until().map(|until| milliseconds(until.as_str())));
    let left = Memo::new(move |_| match until.get() {
        // Over by the browser's clock, open by the server's: the server is right, and is about to say so.
        Some(until) => time_left(until, clock.now().min(until - 1.0)),
        None => String::new(),
    });
    let authorised = Authorised { left, clock };
    provide_context(authorised);

    let look = move || {
        session.look();
        clock.look();
    };
    Effect::new(move |_| {
        let (Some(until), _) = (until.get(), demo.get()) else { return };
        clock.look();
        let beat = move || {
            let beat = clock.beat.try_update(|beat| {
                *beat = beat.wrapping_add(1);
                *beat
            });
            let near = untrack(|| clock.now()) + NEAR > until;
            // The demo's clock may be moved at any moment.
            let due = near || demo.get_untracked() || beat.is_some_and(|beat| beat.is_multiple_of(LOOK));
            if due && !document().hidden() {
                look();
            }
        };
        if let Ok(beating) = set_interval_with_handle(beat, BEAT) {
            on_cleanup(move || beating.clear());
        }
    });
    look_on_return(look);
    authorised
}

/// Whoever comes back to a tab that slept sees what is so now.
fn look_on_return(look: impl Fn() + Copy + 'static) {
    // Both are told when a hidden tab is chosen.
    let looked = StoredValue::new(0.0);
    let back = move || {
        let now = Date::now();
        if !document().hidden() && now - looked.get_value() > 1_000.0 {
            looked.set_value(now);
            look();
        }
    };
    let focused = window_event_listener(ev::focus, move |_| back());
    let shown = window_event_listener(ev::visibilitychange, move |_| back());
    on_cleanup(move || {
        focused.remove();
        shown.remove();
    });
}

/// The authorised window.
#[must_use]
pub fn use_authorised() -> Authorised {
    use_context().unwrap_or_else(provide_authorised)
}

impl Authorised {
    /// Until when the window would be open if it were opened now: "until 17:42".
    #[must_use]
    pub fn promise(self) -> String {
        let now = self.clock.now();
        time_left(now + LENGTH, now)
    }

    /// Learns how far the demo's clock was moved, for [`promise`](Self::promise).
    pub fn look_at_clock(self) {
        self.clock.look();
    }
}

impl Clock {
    fn now(self) -> f64 {
        self.beat.track();
        Date::now() + self.ahead.get()
    }

    /// Outside the demo no clock is ever moved.
    fn look(self) {
        if !self.demo.get_untracked() {
            return;
        }
        spawn_local(async move {
            if let Ok(clock) = self.api.demo_clock().await {
                let ahead = u32::try_from(clock.ahead_seconds).unwrap_or(u32::MAX);
                self.ahead.try_set(f64::from(ahead) * 1_000.0);
            }
        });
    }
}

/// A moment in milliseconds since 1970; RFC 3339, as the API gives it.
#[must_use]
pub fn milliseconds(time: &str) -> f64 {
    Date::new(&JsValue::from_str(time)).get_time()
}
