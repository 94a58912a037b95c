//! The [`Runtime`] port: serves the unpacked `web/` of each environment's package, on a listener of its own.

mod address;
mod error_pages;
mod listener;
mod releases;
mod service_worker;
mod site;

use std::collections::{BTreeSet, HashMap};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use async_trait::async_trait;
use axum::body::Body;
use http::Request;
use padlock_api::ports::{ReadSeek, Runtime, RuntimeError, UnpackObserver};
use padlock_domain::{App, DeploymentId, Environment, EnvironmentId, PackageLimits};
use tokio::task::{JoinError, spawn_blocking};

pub use address::{AppsUrl, EnvironmentAddress, InvalidAppsUrl, RequestTarget};
pub use listener::router;
use releases::{Releases, io_error};

const HEALTH_CHECK_TIMEOUT: Duration = Duration::from_secs(10);

/// Serves static sites. Clones share their state.
#[derive(Debug, Clone)]
pub struct StaticSiteRuntime {
    releases: Releases,
    url: AppsUrl,
    served: Arc<RwLock<ServedReleases>>,
}

#[derive(Debug, Default)]
struct ServedReleases {
    folders: HashMap<EnvironmentAddress, Arc<PathBuf>>,
    addresses: HashMap<EnvironmentId, EnvironmentAddress>,
}

impl ServedReleases {
    fn insert(&mut self, environment: EnvironmentId, address: EnvironmentAddress, folder: PathBuf) {
        if let Some(old) = self.addresses.insert(environment, address.clone())
            && old != address
        {
            self.folders.remove(&old);
        }
        self.folders.insert(address, Arc::new(folder));
    }

    fn remove(&mut self, environment: EnvironmentId) {
        if let Some(address) = self.addresses.remove(&environment) {
            self.folders.remove(&address);
        }
    }
}

impl StaticSiteRuntime {
    /// Opens the releases below `data`. Serves nothing before [`Runtime::start`].
    ///
    /// # Errors
    /// Returns an error if the folder cannot be created or read.
    pub fn open(data: &Path, url: AppsUrl, limits: PackageLimits) -> io::Result<Self> {
        Ok(Self { releases: Releases::open(data, limits)?, url, served: Arc::default() })
    }

    /// Returns the folder of the served release. A request uses it to its end, even if another release starts.
    fn served_folder(&self, address: &EnvironmentAddress) -> Option<Arc<PathBuf>> {
        self.served.read().unwrap_or_else(PoisonError::into_inner).folders.get(address).map(Arc::clone)
    }

    /// Requests the start page of a release. A 404 is healthy: a site may have no `index.html`.
    async fn request_start_page(&self, release: &Path) -> Result<(), RuntimeError> {
        let folder = release.to_owned();
        match spawn_blocking(move || std::fs::metadata(folder)).await {
            Ok(Ok(metadata)) if metadata.is_dir() => {}
            _ => return Err(RuntimeError::NotResponding("its files are missing".to_owned())),
        }
        let request = Request::new(Body::empty());
        match tokio::time::timeout(HEALTH_CHECK_TIMEOUT, site::handle(release, "", request)).await {
            Ok(response) if response.status().is_server_error() => {
                Err(RuntimeError::NotResponding(format!("it answers {}", response.status())))
            }
            Ok(_) => Ok(()),
            Err(_) => Err(RuntimeError::NotResponding("it takes too long".to_owned())),
        }
    }
}

#[async_trait]
impl Runtime for StaticSiteRuntime {
    async fn unpack(
        &self,
        release: DeploymentId,
        package: Box<dyn ReadSeek>,
        on_progress: UnpackObserver,
    ) -> Result<(), RuntimeError> {
        let releases = self.releases.clone();
        let unpacking = spawn_blocking(move || releases.unpack(release, package, on_progress));
        unpacking.await.unwrap_or_else(|error| Err(join_error(&error)))
    }

    async fn check_health(&self, release: DeploymentId) -> Result<(), RuntimeError> {
        self.request_start_page(&self.releases.path(release)).await
    }

    async fn start(&self, app: &App, environment: &Environment, release: DeploymentId) -> Result<(), RuntimeError> {
        let folder = self.releases.path(release);
        self.request_start_page(&folder).await?;
        let address = EnvironmentAddress { app: app.slug.clone(), environment: environment.slug.clone() };
        self.served.write().unwrap_or_else(PoisonError::into_inner).insert(environment.id, address, folder);
        Ok(())
    }

    async fn stop(&self, environment: EnvironmentId) {
        self.served.write().unwrap_or_else(PoisonError::into_inner).remove(environment);
    }

    async fn remove(&self, release: DeploymentId) -> Result<(), RuntimeError> {
        let releases = self.releases.clone();
        blocking(move || releases.remove(release)).await
    }

    async fn remove_unreferenced(&self, keep: &BTreeSet<DeploymentId>) -> Result<u64, RuntimeError> {
        let (releases, keep) = (self.releases.clone(), keep.clone());
        blocking(move || releases.remove_unreferenced(&keep)).await
    }

    async fn serving(&self, environments: &[EnvironmentId]) -> BTreeSet<EnvironmentId> {
        let folders: Vec<_> = {
            let served = self.served.read().unwrap_or_else(PoisonError::into_inner);
            let folder = |id| served.addresses.get(id).and_then(|address| served.folders.get(address)).map(Arc::clone);
            environments.iter().filter_map(|id| Some((*id, folder(id)?))).collect()
        };
        let exist = || folders.into_iter().filter(|(_, folder)| folder.is_dir()).map(|(id, _)| id).collect();
        spawn_blocking(exist).await.unwrap_or_default()
    }

    fn url(&self, app: &App, environment: &Environment) -> String {
        self.url.environment_url(&app.slug, &environment.slug)
    }
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> io::Result<T> + Send + 'static) -> Result<T, RuntimeError> {
    match spawn_blocking(work).await {
        Ok(result) => result.map_err(|error| io_error(&error)),
        Err(error) => Err(join_error(&error)),
    }
}

fn join_error(error: &JoinError) -> RuntimeError {
    RuntimeError::Failed(error.to_string())
}
