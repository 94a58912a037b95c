//! Brings what the runtime serves in line with the store.

use padlock_domain::{App, Environment, EnvironmentId, EnvironmentState};

use crate::app_state::Api;
use crate::ports::{RuntimeError, StoreResult};

impl Api {
    /// Starts or stops serving an environment, according to its state in the store. Call it after committing a change,
    /// with the environment as changed, which is used only if the store cannot be read.
    ///
    /// Calls for one environment run one at a time and each reads the state anew, so the order of concurrent calls does not
    /// matter.
    #[tracing::instrument(skip_all)]
    pub(crate) async fn reconcile(&self, app: &App, changed: &Environment) -> Result<(), RuntimeError> {
        let lock = self.environment_locks.of(changed.id);
        let _guard = lock.lock().await;
        let current = match self.read_environment(changed.id).await {
            Ok(Some(current)) => current,
            Ok(None) => changed.clone(),
            Err(cause) => {
                tracing::warn!(%cause, environment = %changed.id,
                    "the store cannot be read; the change that was just committed is applied");
                changed.clone()
            }
        };
        match &current.state {
            EnvironmentState::Running(release) | EnvironmentState::Starting(release) => {
                self.ports.runtime.start(app, &current, release.deployment).await
            }
            EnvironmentState::Empty | EnvironmentState::Stopped(_) | EnvironmentState::Failed(_) => {
                self.ports.runtime.stop(current.id).await;
                Ok(())
            }
        }
    }

    async fn read_environment(&self, id: EnvironmentId) -> StoreResult<Option<Environment>> {
        self.ports.store.read().await?.environment(id).await
    }
}
