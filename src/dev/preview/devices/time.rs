//! The portal's current time, for the devices.

use std::time::Duration;

use js_sys::Date;
use leptos::prelude::*;
use leptos::task::spawn_local;
use padlock_contract::demo::DemoClockResponse;

use crate::api::{Api, ApiResult, use_api};
use crate::state::session::{Session, use_session};

/// Short enough that the display skips no second.
const TICK: Duration = Duration::from_millis(250);

/// The portal's clock, which can be ahead of the machine's.
#[derive(Clone, Copy)]
pub(super) struct PortalTime {
    /// The portal's time in whole seconds since 1970.
    pub(super) now: Memo<i64>,
    /// How far the portal's clock is ahead of the machine's, in seconds.
    pub(super) ahead: RwSignal<i64>,
    api: Api,
    session: Session,
}

impl PortalTime {
    /// A clock that is updated while `open` is true.
    pub(super) fn new(open: RwSignal<bool>) -> Self {
        let (tick, ahead) = (RwSignal::new(Date::now()), RwSignal::new(0));
        let now = Memo::new(move |_| whole_seconds(tick.get()) + ahead.get());
        let time = Self { now, ahead, api: use_api(), session: use_session() };
        Effect::new(move |_| {
            if !open.get() {
                return;
            }
            tick.set(Date::now());
            time.apply(time.api.demo_clock());
            if let Ok(ticker) = set_interval_with_handle(move || tick.set(Date::now()), TICK) {
                on_cleanup(move || ticker.clear());
            }
        });
        time
    }

    /// Advances the portal's clock by a number of seconds and refreshes the session, which may have ended by then.
    pub(super) fn advance(self, seconds: u32) {
        self.apply(self.api.move_demo_clock(seconds));
    }

    fn apply(self, response: impl Future<Output = ApiResult<DemoClockResponse>> + 'static) {
        spawn_local(async move {
            if let Ok(clock) = response.await {
                let ahead = i64::try_from(clock.ahead_seconds).unwrap_or(i64::MAX);
                if self.ahead.try_get_untracked().is_some_and(|before| before != ahead) {
                    self.ahead.try_set(ahead);
                    self.session.refresh();
                }
            }
        });
    }
}

#[expect(clippy::cast_possible_truncation, reason = "milliseconds since 1970")]
fn whole_seconds(millis: f64) -> i64 {
    (millis / 1_000.0) as i64
}
