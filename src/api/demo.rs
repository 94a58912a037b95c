//! Endpoints that only the preview uses: moving the clock, and reading the outbox.

use padlock_contract::demo::{AdvanceClock, DemoClockResponse, Message};
use padlock_contract::{Page, paths};

use super::{Api, Call};

impl Api {
    /// Moves the portal's clock forward.
    #[must_use]
    pub fn move_demo_clock(self, advance_seconds: u32) -> Call<DemoClockResponse> {
        self.post(paths::DEMO_CLOCK.to_owned(), &AdvanceClock { advance_seconds })
    }

    /// Lists the emails and text messages that the portal would have sent, the latest first.
    #[must_use]
    pub fn demo_outbox(self) -> Call<Page<Message>> {
        self.get(paths::DEMO_OUTBOX.to_owned())
    }
}
