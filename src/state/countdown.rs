//! A countdown of the seconds until something may be tried again.

use std::time::Duration;

use leptos::leptos_dom::helpers::TimeoutHandle;
use leptos::prelude::*;

/// A countdown in seconds. Stops when its owner is disposed.
#[derive(Clone, Copy)]
pub struct Countdown {
    /// The end, in milliseconds since 1970. Timers sleep in hidden tabs, the browser's clock does not.
    until: StoredValue<f64>,
    seconds_left: RwSignal<u64>,
    timeout: StoredValue<Option<TimeoutHandle>>,
}

impl Countdown {
    /// Creates a countdown that has ended.
    #[must_use]
    pub fn new() -> Self {
        let timeout = StoredValue::new(None::<TimeoutHandle>);
        on_cleanup(move || {
            if let Some(timeout) = timeout.try_get_value().flatten() {
                timeout.clear();
            }
        });
        Self { until: StoredValue::new(0.0), seconds_left: RwSignal::new(0), timeout }
    }

    /// Returns the seconds that are left and tracks them. 0 if the countdown has ended.
    #[must_use]
    pub fn seconds_left(self) -> u64 {
        self.seconds_left.get()
    }

    /// Starts the countdown, or restarts it.
    pub fn start(self, seconds: u64) {
        let seconds = u32::try_from(seconds).unwrap_or(u32::MAX);
        self.until.try_set_value(js_sys::Date::now() + f64::from(seconds) * 1000.0);
        self.tick();
    }

    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a few seconds, never negative")]
    fn tick(self) {
        let Some(until) = self.until.try_get_value() else { return };
        let seconds_left = ((until - js_sys::Date::now()) / 1000.0).ceil().max(0.0) as u64;
        self.seconds_left.try_set(seconds_left);
        if seconds_left > 0 {
            let timeout = set_timeout_with_handle(move || self.tick(), Duration::from_secs(1));
            self.timeout.try_set_value(timeout.ok());
        }
    }
}

impl Default for Countdown {
    fn default() -> Self {
        Self::new()
    }
}
