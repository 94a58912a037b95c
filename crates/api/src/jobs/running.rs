//! The jobs that this process runs.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use padlock_domain::JobId;

/// The jobs that this process runs. Clones share them.
#[derive(Clone, Default)]
pub(crate) struct RunningJobs(Arc<Mutex<BTreeSet<JobId>>>);

impl RunningJobs {
    /// Adds a job until the result is dropped.
    pub(crate) fn begin(&self, job: JobId) -> RunningJob {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(job);
        RunningJob { jobs: self.clone(), job }
    }

    /// Returns the jobs.
    pub(crate) fn ids(&self) -> Vec<JobId> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).iter().copied().collect()
    }
}

/// A job that this process runs.
pub(crate) struct RunningJob {
    jobs: RunningJobs,
    job: JobId,
}

impl Drop for RunningJob {
    fn drop(&mut self) {
        self.jobs.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.job);
    }
}
