//! Recovery at the server's start: ends interrupted deployments and starts the environments that should run.

use std::collections::BTreeSet;

use padlock_domain::activity::Event;
use padlock_domain::deployment::Failure;
use padlock_domain::time::saturating_add;
use padlock_domain::{App, AppId, Environment, EnvironmentState, PackageId, Release};

use crate::app_state::Api;
use crate::deployments::execution;
use crate::jobs::{Job, MAX_JOB_DELAY, cleanup_job_id};
use crate::log_events;
use crate::ports::StoreResult;

impl Api {
    /// Makes files and served environments match the database. Call it once, before the first request.
    ///
    /// # Errors
    /// Returns the store's error.
    #[tracing::instrument(skip_all)]
    pub async fn recover(&self) -> StoreResult<()> {
        let worker = self.config.worker.as_str();
        let interrupted = self
            .write(|mut tx| async move {
                // The process that held them has ended.
                tx.release_job_leases(worker).await?;
                let now = tx.now();
                tx.fail_jobs_of_other_kinds(Job::KINDS, now).await?;
                let mut interrupted = Vec::new();
                for deployment in tx.unfinished_deployments().await? {
                    if tx.job(deployment.id.into()).await?.is_none_or(|job| !job.is_leased(now)) {
                        execution::end_failed(&mut tx, deployment.id, Failure::Interrupted).await?;
                        interrupted.push(deployment.id);
                    }
                }
                tx.add_job_with_id(cleanup_job_id(), &Job::Cleanup {}).await?;
                // The clock may have been ahead.
                let latest = saturating_add(tx.now(), MAX_JOB_DELAY);
                tx.bring_jobs_forward(latest).await?;
                tx.commit(interrupted).await
            })
            .await?;
        interrupted.into_iter().for_each(execution::log_interrupted);

        let mut tx = self.ports.store.read().await?;
        let environments = tx.all_environments().await?;
        let packages: BTreeSet<_> = tx.all_package_ids().await?.into_iter().collect();
        drop(tx);
        self.remove_unreferenced(&packages, &environments).await;
        for (app, environment) in environments {
            self.restore_release(&environment).await;
            let (EnvironmentState::Running(release) | EnvironmentState::Starting(release)) = &environment.state else {
                continue;
            };
            let outcome = self.ports.runtime.start(&app, &environment, release.deployment).await;
            if let Err(cause) = &outcome {
                tracing::error!(event = log_events::ENVIRONMENT_DOWN, %cause, app = %app.slug, environment = %environment.slug,
                    "did not start again");
            }
            if matches!(environment.state, EnvironmentState::Starting(_)) {
                let starting = &environment;
                let started = outcome.is_ok();
                self.write(|mut tx| async move {
                    if let Ok(ended) = starting.clone().end_start(started, tx.now()) {
                        let _ = tx.save_environment(&ended, starting.revision).await?;
                        let event = if started { Event::Started } else { Event::StartFailed };
                        tx.record_activity(ended.app, Some(ended.id), None, event).await?;
                    }
                    tx.commit(()).await
                })
                .await?;
            }
        }
        Ok(())
    }

    /// Unpacks a missing release again; a restored backup contains packages only.
    async fn restore_release(&self, environment: &Environment) {
        let Some(release) = environment.state.release() else { return };
        if self.ports.runtime.check_health(release.deployment).await.is_ok() {
            return;
        }
        match self.unpack_again(environment.app, release).await {
            Ok(()) => tracing::info!(release = %release.deployment, "a release was unpacked again"),
            Err(cause) => tracing::error!(cause, release = %release.deployment, "a release cannot be unpacked again"),
        }
    }

    async fn unpack_again(&self, app: AppId, release: &Release) -> Result<(), String> {
        let (ports, package) = (&self.ports, release.package.id);
        let mut tx = ports.store.read().await.map_err(text)?;
        let expected = tx.package(app, package).await.map_err(text)?.ok_or("it has no package")?.package.sha256;
        drop(tx);
        if ports.blobs.hash(package).await.map_err(text)? != expected {
            return Err("the package's file is not what was uploaded".to_owned());
        }
        let file = ports.blobs.open(package).await.map_err(text)?;
        ports.runtime.unpack(release.deployment, file, Box::new(|_, _| {})).await.map_err(text)
    }

    /// Removes package files and releases that no row refers to: leftovers of a crash. A failure does not stop the start.
    async fn remove_unreferenced(&self, packages: &BTreeSet<PackageId>, environments: &[(App, Environment)]) {
        let releases = environments.iter().filter_map(|(_, e)| e.state.release()).map(|r| r.deployment).collect();
        match self.ports.blobs.remove_unreferenced(packages).await {
            Ok(removed) if removed > 0 => tracing::info!(removed, "unreferenced package files were removed"),
            Ok(_) => {}
            Err(cause) => tracing::warn!(%cause, "unreferenced package files could not be removed"),
        }
        match self.ports.runtime.remove_unreferenced(&releases).await {
            Ok(removed) if removed > 0 => tracing::info!(removed, "unreferenced releases were removed"),
            Ok(_) => {}
            Err(cause) => tracing::warn!(%cause, "unreferenced releases could not be removed"),
        }
    }
}

/// Returns whether another process has the job.
fn text(error: impl std::fmt::Display) -> String {
    error.to_string()
}
