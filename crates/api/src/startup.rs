//! The start of the server: what was interrupted is ended, what should run is started.

use std::collections::BTreeSet;

use padlock_domain::activity::Event;
use padlock_domain::app::App;
use padlock_domain::deployment::Failure;
use padlock_domain::environment::{Environment, Release, Slot};
use padlock_domain::ids::{AppId, PackageId};

use crate::activity::entry::new_entry;
use crate::app_state::Api;
use crate::deployments::job;
use crate::log_events;
use crate::ports::StoreError;

impl Api {
    /// Brings the world in line with the books. Call it once, before the first request is answered.
    ///
    /// # Errors
    /// [`StoreError`] when the books cannot be read or written.
    pub async fn recover(&self) -> Result<(), StoreError> {
        let mut tx = self.ports.store.write().await?;
        for deployment in tx.unfinished_deployments().await? {
            tracing::warn!(event = log_events::DEPLOYMENT, outcome = "interrupted", deployment = %deployment.id, "was interrupted");
            job::end_failed(self, tx.as_mut(), deployment.id, Failure::Interrupted).await?;
        }
        tx.commit().await?;

        let mut tx = self.ports.store.read().await?;
        let environments = tx.all_environments().await?;
        let packages: BTreeSet<_> = tx.all_package_ids().await?.into_iter().collect();
        drop(tx);
        self.remove_unreferenced(&packages, &environments).await;
        for (app, environment) in environments {
            self.see_to_release(&environment).await;
            let (Slot::Running(release) | Slot::Starting(release)) = &environment.slot else { continue };
            let outcome = self.ports.runtime.start(&app, &environment, release.deployment).await;
            if let Err(cause) = &outcome {
                tracing::error!(event = log_events::ENVIRONMENT_DOWN, %cause, app = %app.slug, environment = %environment.slug,
                    "did not start again");
            }
            if matches!(environment.slot, Slot::Starting(_)) {
                let was = environment.revision;
                let came_up = outcome.is_ok();
                let Ok(ended) = environment.end_start(came_up, self.ports.now()) else { continue };
                let mut tx = self.ports.store.write().await?;
                let _ = tx.save_environment(&ended, was).await?;
                let event = if came_up { Event::Started } else { Event::StartFailed };
                tx.add_activity(&new_entry(&self.ports, app.id, Some(ended.id), None, event)).await?;
                tx.commit().await?;
            }
        }
        Ok(())
    }

    /// Unpacks a release again that is not there any more: a restored backup has the packages alone.
    async fn see_to_release(&self, environment: &Environment) {
        let Some(release) = environment.slot.release() else { return };
        if self.ports.runtime.check(release.deployment).await.is_ok() {
            return;
        }
        match self.unpack_again(environment.app, release).await {
            Ok(()) => tracing::info!(release = %release.deployment, "a release was unpacked again"),
            Err(cause) => tracing::error!(cause, release = %release.deployment, "a release cannot be unpacked again"),
        }
    }

    async fn unpack_again(&self, app: AppId, release: &Release) -> Result<(), String> {
        let (ports, package) = (&self.ports, release.package.id);
        let words = |error: &dyn std::fmt::Display| error.to_string();
        let mut tx = ports.store.read().await.map_err(|e| words(&e))?;
        let expected = tx.package(app, package).await.map_err(|e| words(&e))?.ok_or("it has no package")?.sha256;
        drop(tx);
        if ports.blobs.hash(package).await.map_err(|e| words(&e))? != expected {
            return Err("the package's file is not what was uploaded".to_owned());
        }
        let file = ports.blobs.open(package).await.map_err(|e| words(&e))?;
        ports.runtime.unpack(release.deployment, file).await.map_err(|e| words(&e))
    }

    /// Files that no row names are left-overs of a crash. What cannot be swept is no reason not to start.
    async fn remove_unreferenced(&self, packages: &BTreeSet<PackageId>, environments: &[(App, Environment)]) {
        let releases = environments.iter().filter_map(|(_, e)| e.slot.release()).map(|r| r.deployment).collect();
        match self.ports.blobs.remove_unreferenced(packages).await {
            Ok(swept) if swept > 0 => tracing::info!(swept, "package files without an entry were taken away"),
            Ok(_) => {}
            Err(cause) => tracing::warn!(%cause, "package files could not be swept"),
        }
        match self.ports.runtime.remove_unreferenced(&releases).await {
            Ok(swept) if swept > 0 => tracing::info!(swept, "releases that nothing uses were taken away"),
            Ok(_) => {}
            Err(cause) => tracing::warn!(%cause, "releases could not be swept"),
        }
    }
}
