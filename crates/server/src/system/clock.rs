//! The [`Clock`] port over the system's clock.

use std::time::Duration;

use async_trait::async_trait;
use padlock_api::ports::Clock;
use padlock_domain::Timestamp;

/// The system's clock, to the millisecond: what is stored reads back the same.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

#[async_trait]
impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the adapter that asks the machine")]
    fn now(&self) -> Timestamp {
        let now = Timestamp::now();
        Timestamp::from_millisecond(now.as_millisecond()).unwrap_or(now)
    }

    async fn sleep(&self, millis: u32) {
        tokio::time::sleep(Duration::from_millis(millis.into())).await;
    }
}
