//! The demo's people, apps, packages and history. Made by `--demo` and by the preview, never otherwise.

mod history;
mod package;
mod people;
pub(crate) mod routes;

pub use people::{DemoPerson, PASSWORD, PEOPLE};

use padlock_domain::ids::AppId;
use padlock_domain::package::Package;
use padlock_domain::password::Password;
use padlock_domain::{SignedDuration, Timestamp};

use crate::ports::Ports;
use crate::ports::{BlobError, HasherBusy, RuntimeError, StoreError, Transaction};
use history::{APPS, AppStory};
use people::People;

/// Why the demo's data could not be made.
#[derive(Debug, thiserror::Error)]
pub enum SeedError {
    /// The store refused.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A package file could not be written.
    #[error(transparent)]
    Blob(#[from] BlobError),
    /// A package could not be unpacked.
    #[error(transparent)]
    Runtime(#[from] RuntimeError),
    /// The password could not be hashed.
    #[error(transparent)]
    Hasher(#[from] HasherBusy),
    /// The demo's own data is wrong.
    #[error("the demo's data does not fit: {0}")]
    Data(String),
}

/// Makes the demo's data, if there is none yet. All rows come in one transaction at the end, so that a crash leaves
/// either nothing but files without a row (swept at the next start) or all of it.
///
/// # Errors
/// [`SeedError`].
pub async fn seed(ports: &Ports) -> Result<(), SeedError> {
    if ports.store.read().await?.any_account().await? {
        return Ok(());
    }
    let hash = ports.hasher.hash(Password::from_input(PASSWORD.to_owned()).map_err(data)?).await?;
    let mut tx = ports.store.write().await?;
    let people = People::add(ports, tx.as_mut(), &hash).await?;
    for story in APPS {
        story.tell(ports, tx.as_mut(), &people).await?;
    }
    tx.commit().await?;
    Ok(())
}

fn data(cause: impl std::fmt::Display) -> SeedError {
    SeedError::Data(cause.to_string())
}

/// The instant so many hours before now.
fn ago(now: Timestamp, hours: i64) -> Timestamp {
    now.checked_sub(SignedDuration::from_hours(hours)).unwrap_or(now)
}

impl AppStory {
    /// Puts the file of one of the story's packages where packages lie, and its row into the repository.
    async fn add_package(
        &self,
        ports: &Ports,
        tx: &mut dyn Transaction,
        app: AppId,
        version: &history::Version,
        people: &People,
    ) -> Result<Package, SeedError> {
        let bytes = package::build(self.slug, version).map_err(data)?;
        let mut upload = ports.blobs.begin_upload().await?;
        upload.write(bytes.into()).await?;
        let received = upload.finish().await?;
        let reader = received.open().await?;
        let manifest = crate::packages::archive::inspect(reader, received.size(), &Default::default()).map_err(data)?;
        let created_at = ago(ports.now(), version.uploaded_hours_ago);
        let package = Package {
            id: padlock_domain::ids::PackageId::new(created_at, ports.random()),
            app,
            file_name: format!("{}-{}.mda", self.slug, version.number),
            manifest,
            size: received.size(),
            sha256: received.sha256(),
            uploaded_by: people.id(version.uploaded_by)?,
            created_at,
        };
        received.persist(package.id).await?;
        tx.add_package(&package).await?;
        Ok(package)
    }
}
