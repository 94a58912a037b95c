//! The [`Runtime`] port: environments that serve the unpacked `web/` of their package on a listener of their own.

mod address;
mod listener;
mod pages;
mod releases;
mod site;

use std::collections::{BTreeSet, HashMap};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use async_trait::async_trait;
use axum::body::Body;
use http::Request;
use padlock_api::ports::{ReadSeek, Runtime, RuntimeError};
use padlock_domain::app::App;
use padlock_domain::environment::Environment;
use padlock_domain::ids::{DeploymentId, EnvironmentId};
use padlock_domain::package::PackageLimits;
use tokio::task::{JoinError, spawn_blocking};

pub use address::{AppsUrl, Asked, InvalidAppsUrl, Place};
pub use listener::router;
use releases::{Releases, io_error};

/// How long a site may take for its first answer.
const FIRST_ANSWER: Duration = Duration::from_secs(10);

/// What is served where, and the files of it.
#[derive(Debug, Clone)]
pub struct Sites {
    releases: Releases,
    url: AppsUrl,
    live: Arc<RwLock<Live>>,
}

/// What is served now.
#[derive(Debug, Default)]
struct Live {
    releases: HashMap<Place, Arc<PathBuf>>,
    places: HashMap<EnvironmentId, Place>,
}

impl Live {
    fn put(&mut self, environment: EnvironmentId, place: Place, release: PathBuf) {
        if let Some(old) = self.places.insert(environment, place.clone())
            && old != place
        {
            self.releases.remove(&old);
        }
        self.releases.insert(place, Arc::new(release));
    }

    fn take(&mut self, environment: EnvironmentId) {
        if let Some(place) = self.places.remove(&environment) {
            self.releases.remove(&place);
        }
    }
}

impl Sites {
    /// Opens the releases below `data`. Nothing is served before [`Runtime::start`].
    ///
    /// # Errors
    /// When the folder cannot be made or read.
    pub fn open(data: &Path, url: AppsUrl, caps: PackageLimits) -> io::Result<Self> {
        Ok(Self { releases: Releases::open(data, caps)?, url, live: Arc::default() })
    }

    /// The release served at a place now. A request keeps it to its end, whatever is switched meanwhile.
    fn served(&self, place: &Place) -> Option<Arc<PathBuf>> {
        self.live.read().unwrap_or_else(PoisonError::into_inner).releases.get(place).map(Arc::clone)
    }

    /// Asks a release for its first page. One without an `index.html` answers 404, and that is an answer.
    async fn first_answer(&self, release: &Path) -> Result<(), RuntimeError> {
        let folder = release.to_owned();
        match spawn_blocking(move || std::fs::metadata(folder)).await {
            Ok(Ok(found)) if found.is_dir() => {}
            _ => return Err(RuntimeError::NotResponding("its files are missing".to_owned())),
        }
        let request = Request::new(Body::empty());
        match tokio::time::timeout(FIRST_ANSWER, site::answer(release, "", request)).await {
            Ok(response) if response.status().is_server_error() => {
                Err(RuntimeError::NotResponding(format!("it answers {}", response.status())))
            }
            Ok(_) => Ok(()),
            Err(_) => Err(RuntimeError::NotResponding("it takes too long".to_owned())),
        }
    }
}

#[async_trait]
impl Runtime for Sites {
    async fn unpack(&self, release: DeploymentId, package: Box<dyn ReadSeek>) -> Result<(), RuntimeError> {
        let releases = self.releases.clone();
        spawn_blocking(move || releases.unpack(release, package)).await.unwrap_or_else(|error| Err(ended_badly(&error)))
    }

    async fn check(&self, release: DeploymentId) -> Result<(), RuntimeError> {
        self.first_answer(&self.releases.path(release)).await
    }

    async fn start(&self, app: &App, environment: &Environment, release: DeploymentId) -> Result<(), RuntimeError> {
        let path = self.releases.path(release);
        self.first_answer(&path).await?;
        let place = Place { app: app.slug.clone(), environment: environment.slug.clone() };
        self.live.write().unwrap_or_else(PoisonError::into_inner).put(environment.id, place, path);
        Ok(())
    }

    async fn stop(&self, environment: EnvironmentId) {
        self.live.write().unwrap_or_else(PoisonError::into_inner).take(environment);
    }

    async fn remove(&self, release: DeploymentId) -> Result<(), RuntimeError> {
        let releases = self.releases.clone();
        on_disk(move || releases.remove(release)).await
    }

    async fn remove_unreferenced(&self, keep: &BTreeSet<DeploymentId>) -> Result<u64, RuntimeError> {
        let (releases, keep) = (self.releases.clone(), keep.clone());
        on_disk(move || releases.remove_unreferenced(&keep)).await
    }

    fn is_serving(&self, environment: EnvironmentId) -> bool {
        let release = {
            let live = self.live.read().unwrap_or_else(PoisonError::into_inner);
            live.places.get(&environment).and_then(|place| live.releases.get(place)).map(Arc::clone)
        };
        release.is_some_and(|release| release.is_dir())
    }

    fn url(&self, app: &App, environment: &Environment) -> String {
        self.url.of(&app.slug, &environment.slug)
    }
}

async fn on_disk<T: Send + 'static>(work: impl FnOnce() -> io::Result<T> + Send + 'static) -> Result<T, RuntimeError> {
    match spawn_blocking(work).await {
        Ok(result) => result.map_err(|error| io_error(&error)),
        Err(error) => Err(ended_badly(&error)),
    }
}

fn ended_badly(error: &JoinError) -> RuntimeError {
    RuntimeError::Io(error.to_string())
}
