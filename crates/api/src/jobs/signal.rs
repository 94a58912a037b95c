//! Wakes the workers of this process.

use event_listener::{Event, EventListener};

/// Notifies the workers of this process that a job was added.
#[derive(Default)]
pub(crate) struct JobSignal(Event);

impl JobSignal {
    /// Wakes everybody who listens.
    pub(crate) fn notify(&self) {
        self.0.notify(usize::MAX);
    }

    /// Returns a future that ends with the next [`JobSignal::notify`].
    pub(crate) fn listen(&self) -> EventListener {
        self.0.listen()
    }
}
