//! The [`Clock`] port over the system clock.

use std::time::Duration;

use async_trait::async_trait;
use padlock_api::ports::Clock;
use padlock_domain::Timestamp;

/// The system clock, truncated to milliseconds as the database stores them.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

#[async_trait]
impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the adapter of the system clock")]
    fn now(&self) -> Timestamp {
        let now = Timestamp::now();
        Timestamp::from_millisecond(now.as_millisecond()).unwrap_or(now)
    }

    async fn sleep(&self, millis: u32) {
        tokio::time::sleep(Duration::from_millis(millis.into())).await;
    }
}
