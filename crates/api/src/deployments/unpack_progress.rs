//! How far the deployments are that unpack a package now. It is not stored: it is worthless after a restart.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use padlock_contract::deployments::StageProgress;
use padlock_domain::DeploymentId;

/// The progress of each deployment that unpacks.
#[derive(Clone, Default)]
pub(crate) struct UnpackProgress(Arc<Mutex<BTreeMap<DeploymentId, StageProgress>>>);

impl UnpackProgress {
    fn lock(&self) -> MutexGuard<'_, BTreeMap<DeploymentId, StageProgress>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns how far a deployment is, if it unpacks now.
    pub(crate) fn get(&self, deployment: DeploymentId) -> Option<StageProgress> {
        self.lock().get(&deployment).copied()
    }

    pub(crate) fn set(&self, deployment: DeploymentId, progress: StageProgress) {
        self.lock().insert(deployment, progress);
    }

    pub(crate) fn remove(&self, deployment: DeploymentId) {
        self.lock().remove(&deployment);
    }
}
