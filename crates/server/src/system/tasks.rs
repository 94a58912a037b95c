//! The [`Spawn`] port: background tasks that the shutdown waits for.

use padlock_api::ports::{Spawn, Task};
use tokio_util::task::TaskTracker;
use tracing::Instrument;

/// The running background tasks.
#[derive(Debug, Clone, Default)]
pub struct Tasks(TaskTracker);

impl Tasks {
    /// Waits until all tasks have ended, also those that are spawned meanwhile.
    pub async fn wait(&self) {
        self.0.close();
        self.0.wait().await;
    }

    /// Returns the number of running tasks.
    #[must_use]
    pub fn running(&self) -> usize {
        self.0.len()
    }
}

impl Spawn for Tasks {
    /// Spawns the task in the current span, so that its log lines name the request.
    fn spawn(&self, task: Task) {
        self.0.spawn(task.in_current_span());
    }
}
