//! The portal's time, as the devices see it.

use std::time::Duration;

use js_sys::Date;
use leptos::prelude::*;
use leptos::task::spawn_local;
use padlock_contract::demo::DemoClock;

use crate::gateway::{Answer, Api, use_api};
use crate::session::{CurrentSession, use_session};

/// Often enough that a second is never skipped.
const TICK: Duration = Duration::from_millis(250);

/// The portal's clock.
#[derive(Clone, Copy)]
pub(super) struct Time {
    /// Whole seconds since 1970.
    pub(super) now: Memo<i64>,
    /// How far it is ahead of the machine's, in seconds.
    pub(super) ahead: RwSignal<i64>,
    api: Api,
    session: CurrentSession,
}

impl Time {
    /// A clock that goes while the panel is open.
    pub(super) fn new(open: RwSignal<bool>) -> Self {
        let (tick, ahead) = (RwSignal::new(Date::now()), RwSignal::new(0));
        let now = Memo::new(move |_| whole_seconds(tick.get()) + ahead.get());
        let time = Self { now, ahead, api: use_api(), session: use_session() };
        Effect::new(move |_| {
            if !open.get() {
                return;
            }
            tick.set(Date::now());
            time.take(time.api.demo_clock());
            if let Ok(ticking) = set_interval_with_handle(move || tick.set(Date::now()), TICK) {
                on_cleanup(move || ticking.clear());
            }
        });
        time
    }

    /// Moves it on by so many seconds; the page looks at once at what is left of its session.
    pub(super) fn advance(self, seconds: u32) {
        self.take(self.api.move_demo_clock(seconds));
    }

    fn take(self, answer: impl Future<Output = Answer<DemoClock>> + 'static) {
        spawn_local(async move {
            if let Ok(clock) = answer.await {
                let ahead = i64::try_from(clock.ahead_seconds).unwrap_or(i64::MAX);
                if self.ahead.try_get_untracked().is_some_and(|before| before != ahead) {
                    self.ahead.try_set(ahead);
                    self.session.look();
                }
            }
        });
    }
}

#[expect(clippy::cast_possible_truncation, reason = "milliseconds since 1970")]
fn whole_seconds(millis: f64) -> i64 {
    (millis / 1_000.0) as i64
}
