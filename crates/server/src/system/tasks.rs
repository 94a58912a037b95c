//! The [`Spawn`] port: background tasks that a shutdown waits for.

use padlock_api::ports::{Spawn, Task};
use tokio_util::task::TaskTracker;

/// The tasks that run.
#[derive(Debug, Clone, Default)]
pub struct Tasks(TaskTracker);

impl Tasks {
    /// Comes back when nothing runs any more. Tasks may still be added meanwhile; they are waited for too.
    pub async fn end(&self) {
        self.0.close();
        self.0.wait().await;
    }

    /// How many run now.
    #[must_use]
    pub fn running(&self) -> usize {
        self.0.len()
    }
}

impl Spawn for Tasks {
    fn spawn(&self, task: Task) {
        self.0.spawn(task);
    }
}
