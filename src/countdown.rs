//! Seconds that pass: how long to wait until something may be tried again.

use std::time::Duration;

use leptos::leptos_dom::helpers::TimeoutHandle;
use leptos::prelude::*;

/// A countdown, in seconds. It ends with the page that made it.
#[derive(Clone, Copy)]
pub struct Countdown {
    /// When it ends, on the browser's clock: timers sleep in hidden tabs, the clock does not.
    until: StoredValue<f64>,
    left: RwSignal<u64>,
    next: StoredValue<Option<TimeoutHandle>>,
}

impl Countdown {
    /// One that has ended.
    #[must_use]
    pub fn new() -> Self {
        let next = StoredValue::new(None::<TimeoutHandle>);
        on_cleanup(move || {
            if let Some(next) = next.try_get_value().flatten() {
                next.clear();
            }
        });
        Self { until: StoredValue::new(0.0), left: RwSignal::new(0), next }
    }

    /// How many seconds are left.
    #[must_use]
    pub fn left(self) -> u64 {
        self.left.get()
    }

    /// Begins, or begins anew.
    pub fn start(self, seconds: u64) {
        let seconds = u32::try_from(seconds).unwrap_or(u32::MAX);
        self.until.try_set_value(js_sys::Date::now() + f64::from(seconds) * 1000.0);
        self.tick();
    }

    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a few seconds, never negative")]
    fn tick(self) {
        let Some(until) = self.until.try_get_value() else { return };
        let left = ((until - js_sys::Date::now()) / 1000.0).ceil().max(0.0) as u64;
        self.left.try_set(left);
        if left > 0 {
            let next = set_timeout_with_handle(move || self.tick(), Duration::from_secs(1));
            self.next.try_set_value(next.ok());
        }
    }
}

impl Default for Countdown {
    fn default() -> Self {
        Self::new()
    }
}
