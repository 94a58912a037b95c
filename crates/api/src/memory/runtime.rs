//! A runtime in memory: sites as maps of files.

use std::collections::{BTreeMap, BTreeSet};
use std::io::SeekFrom;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use bytes::Bytes;
use padlock_domain::{App, DeploymentId, Environment, EnvironmentId, PackageLimits};

use crate::packages::archive::{self, PackageError};
use crate::ports::{ReadSeek, Runtime, RuntimeError, UnpackObserver};

/// The files of a site by path.
pub type Site = Arc<BTreeMap<String, Bytes>>;

#[derive(Default)]
struct State {
    releases: BTreeMap<DeploymentId, Site>,
    serving: BTreeMap<EnvironmentId, DeploymentId>,
}

/// Serves environments from memory. It has no listener: [`MemoryRuntime::site`] returns the files.
#[derive(Clone, Default)]
pub struct MemoryRuntime {
    state: Arc<Mutex<State>>,
}

impl MemoryRuntime {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns the site that an environment serves, if any.
    #[must_use]
    pub fn site(&self, environment: EnvironmentId) -> Option<Site> {
        let state = self.state();
        state.serving.get(&environment).and_then(|release| state.releases.get(release)).cloned()
    }
}

#[async_trait]
impl Runtime for MemoryRuntime {
    async fn unpack(
        &self,
        release: DeploymentId,
        mut package: Box<dyn ReadSeek>,
        mut on_progress: UnpackObserver,
    ) -> Result<(), RuntimeError> {
        let mut site = BTreeMap::new();
        let size = package.seek(SeekFrom::End(0)).map_err(|cause| RuntimeError::Failed(cause.to_string()))?;
        archive::unpack_web(package, size, &PackageLimits::default(), &mut *on_progress, &mut |path, file| {
            let mut bytes = Vec::new();
            file.read_to_end(&mut bytes)?;
            site.insert(path.to_owned(), bytes.into());
            Ok(())
        })
        .map_err(|e| match e {
            PackageError::Io(cause) => RuntimeError::Failed(cause.to_string()),
            error => RuntimeError::Unreadable(error.to_string()),
        })?;
        self.state().releases.insert(release, Arc::new(site));
        Ok(())
    }

    async fn check_health(&self, release: DeploymentId) -> Result<(), RuntimeError> {
        if self.state().releases.contains_key(&release) {
            Ok(())
        } else {
            Err(RuntimeError::NotResponding("there is no such release".to_owned()))
        }
    }

    async fn start(&self, _: &App, environment: &Environment, release: DeploymentId) -> Result<(), RuntimeError> {
        self.check_health(release).await?;
        self.state().serving.insert(environment.id, release);
        Ok(())
    }

    async fn stop(&self, environment: EnvironmentId) {
        self.state().serving.remove(&environment);
    }

    async fn remove(&self, release: DeploymentId) -> Result<(), RuntimeError> {
        self.state().releases.remove(&release);
        Ok(())
    }

    async fn remove_unreferenced(&self, keep: &BTreeSet<DeploymentId>) -> Result<u64, RuntimeError> {
        let mut state = self.state();
        let before = state.releases.len();
        state.releases.retain(|id, _| keep.contains(id));
        Ok((before - state.releases.len()) as u64)
    }

    async fn serving(&self, environments: &[EnvironmentId]) -> BTreeSet<EnvironmentId> {
        let state = self.state();
        environments.iter().copied().filter(|environment| state.serving.contains_key(environment)).collect()
    }

    fn url(&self, app: &App, environment: &Environment) -> String {
        format!("http://{}--{}.localhost:8081/", environment.slug, app.slug)
    }
}
