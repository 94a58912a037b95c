//! A lock for each environment.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use async_lock::Mutex as AsyncMutex;
use padlock_domain::EnvironmentId;

/// The locks of the environments that were started or stopped since the server runs.
#[derive(Default)]
pub(crate) struct EnvironmentLocks(Mutex<BTreeMap<EnvironmentId, Arc<AsyncMutex<()>>>>);

impl EnvironmentLocks {
    /// Returns the lock of an environment.
    pub(crate) fn of(&self, environment: EnvironmentId) -> Arc<AsyncMutex<()>> {
        let mut locks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(locks.entry(environment).or_default())
    }
}
