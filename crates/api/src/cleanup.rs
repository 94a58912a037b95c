//! Periodic cleanup of expired sessions, codes and packages.

use padlock_contract::events::Change;
use padlock_domain::account_entry::ACCOUNT_ENTRY_RETENTION;
use padlock_domain::activity::Event;
use padlock_domain::package::expiry::RETENTION;
use padlock_domain::second_factor::MAIL_CODE_HISTORY;
use padlock_domain::session::{COOKIE_IDLE_TIMEOUT, COOKIE_LIFETIME};
use padlock_domain::time::saturating_add;
use padlock_domain::{AppId, PackageId, SignedDuration, Timestamp};

use crate::app_state::Api;
use crate::jobs::{JobOutcome, MAX_JOB_DELAY};
use crate::log_events;
use crate::packages::retention::retained_packages;
use crate::ports::{StoreResult, Update};
use crate::unit_of_work::{Committed, UnitOfWork};

/// How far ahead of the clock a proof may be before its window is closed for good. Clocks are corrected in small steps, and
/// a window whose proof lies ahead is closed anyway until the clock is there.
const CLOCK_TOLERANCE: SignedDuration = SignedDuration::from_secs(1);

/// How long jobs that are done or have failed are kept, so that the operator can see them.
const DONE_JOB_RETENTION: SignedDuration = SignedDuration::from_hours(24);
const FAILED_JOB_RETENTION: SignedDuration = SignedDuration::from_hours(30 * 24);

/// Runs the cleanup, as a job that comes again.
pub(crate) async fn run(api: &Api) -> JobOutcome {
    match api.cleanup().await {
        Ok(()) => JobOutcome::Again(saturating_add(api.ports.now(), MAX_JOB_DELAY)),
        Err(cause) => JobOutcome::Retry(cause.to_string()),
    }
}

impl Api {
    /// Corrects what was written before the clock was moved back. Authorised windows whose proof lies in the future are closed:
    /// they would open again when the clock gets there, and last for longer than they may. Jobs that would wait until the clock
    /// gets there run earlier. The server calls it every few seconds.
    ///
    /// # Errors
    /// Returns the store's error.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn correct_after_clock_change(&self) -> StoreResult<()> {
        // The clock is read in the transaction: a window that was opened while it began is no window of the future.
        let latest = || saturating_add(self.ports.now(), CLOCK_TOLERANCE);
        let latest_job = || saturating_add(latest(), MAX_JOB_DELAY);
        let mut tx = self.ports.store.read().await?;
        let any_window = tx.any_window_proved_after(latest()).await?;
        if !any_window && !tx.any_job_due_after(latest_job()).await? {
            return Ok(());
        }
        drop(tx);
        let closed = self
            .write(|mut tx| async move {
                let closed = tx.close_windows_proved_after(latest()).await?;
                tx.bring_jobs_forward(latest_job()).await?;
                tx.commit(closed).await
            })
            .await?;
        tracing::warn!(
            event = log_events::CLOCK_MOVED_BACK,
            closed,
            "the clock was moved back: authorised windows whose proof lies in the future are closed, and waiting jobs run earlier"
        );
        Ok(())
    }

    /// Deletes expired sessions, MFA challenges, pending enrolments, mail codes, ended jobs and packages. A job does it every
    /// hour.
    ///
    /// # Errors
    /// Returns the store's error; what was deleted before stays deleted.
    #[tracing::instrument(skip_all)]
    pub async fn cleanup(&self) -> StoreResult<()> {
        let now = self.ports.now();
        let before = |span: SignedDuration| now.checked_sub(span).unwrap_or(Timestamp::MIN);
        let apps = self
            .write(|mut tx| async move {
                tx.delete_expired_sessions(before(COOKIE_IDLE_TIMEOUT), before(COOKIE_LIFETIME)).await?;
                // Expired mail codes are kept for longer, because the number of codes sent in a row still counts.
                tx.delete_expired_challenges_and_codes(before(MAIL_CODE_HISTORY)).await?;
                tx.delete_account_entries(before(ACCOUNT_ENTRY_RETENTION)).await?;
                tx.delete_ended_jobs(before(DONE_JOB_RETENTION), before(FAILED_JOB_RETENTION)).await?;
                let apps = tx.all_apps().await?;
                tx.commit(apps).await
            })
            .await?;
        for app in apps {
            let deleted = self.write(|tx| delete_expired_packages(tx, app.id, before(RETENTION))).await?;
            for id in &deleted {
                if let Err(cause) = self.ports.blobs.remove(*id).await {
                    tracing::warn!(%cause, package = %id, "the file of an expired package stays until the next start");
                }
            }
            if !deleted.is_empty() {
                self.bus.publish(app.id, Change::Packages);
            }
        }
        Ok(())
    }
}

/// Deletes the packages of an app that were idle since `idle_since` and need not be kept, and returns their ids.
async fn delete_expired_packages(
    mut tx: UnitOfWork,
    app: AppId,
    idle_since: Timestamp,
) -> StoreResult<Committed<Vec<PackageId>>> {
    let environments = tx.environments(app).await?;
    let retained = retained_packages(&mut *tx, app, &environments).await?;
    let mut deleted = Vec::new();
    for record in tx.idle_packages(app, idle_since).await? {
        let package = record.package;
        if retained.contains(&package.id) || tx.delete_package(app, package.id).await? == Update::Stale {
            continue;
        }
        let event = Event::PackageExpired { version: package.version, file_name: package.file_name };
        tx.record_activity(app, None, None, event).await?;
        deleted.push(package.id);
    }
    tx.commit(deleted).await
}
