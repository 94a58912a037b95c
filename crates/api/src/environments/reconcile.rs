//! What is served follows the books.

use padlock_domain::app::App;
use padlock_domain::environment::{Environment, Slot};
use padlock_domain::ids::EnvironmentId;

use crate::app_state::Api;
use crate::ports::{RuntimeError, StoreError};

impl Api {
    /// Serves what the books say of an environment, or nothing. Whoever has changed them calls it afterwards, with what it
    /// left there. Two who changed them at once may come in any order: one goes after the other, and each looks at the
    /// books as they are by then.
    pub(crate) async fn reconcile(&self, app: &App, environment: &Environment) -> Result<(), RuntimeError> {
        let _turn = self.following.lock().await;
        let now = match self.look_up(environment.id).await {
            Ok(Some(now)) => now,
            Ok(None) => environment.clone(),
            Err(cause) => {
                tracing::warn!(%cause, environment = %environment.id, "the books cannot be read: what was just done counts");
                environment.clone()
            }
        };
        match &now.slot {
            Slot::Running(release) | Slot::Starting(release) => {
                self.ports.runtime.start(app, &now, release.deployment).await
            }
            Slot::Empty | Slot::Stopped(_) | Slot::Failed(_) => {
                self.ports.runtime.stop(now.id).await;
                Ok(())
            }
        }
    }

    async fn look_up(&self, id: EnvironmentId) -> Result<Option<Environment>, StoreError> {
        self.ports.store.read().await?.environment(id).await
    }
}
