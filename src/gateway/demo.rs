//! What only the preview asks for: moving the clock, and looking into the mail.

use padlock_contract::demo::{DemoClock, Message, MoveClock};
use padlock_contract::{Page, paths};

use super::{Api, Call};

impl Api {
    /// Moves the portal's clock on.
    #[must_use]
    pub fn move_demo_clock(self, advance_seconds: u32) -> Call<DemoClock> {
        self.post(paths::DEMO_CLOCK.to_owned(), &MoveClock { advance_seconds })
    }

    /// What the portal would have sent, the latest first.
    #[must_use]
    pub fn demo_outbox(self) -> Call<Page<Message>> {
        self.get(paths::DEMO_OUTBOX.to_owned())
    }
}
