//! Job commands of the operator: listing, trying again and dropping jobs.

use padlock_domain::{JobId, SignedDuration};

use super::{Operator, Result, refused};
use crate::jobs::Job;
use crate::notifications::subject;
use crate::ports::{JobRecord, JobStatistics, NotFound, ReadTransaction, Update};

/// How long a job is tried again that the operator asked for.
const RETRY_LIFETIME: SignedDuration = SignedDuration::from_hours(24);
/// How many jobs are listed.
const MAX_LISTED: u32 = 1_000;

/// A job, with what it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobSummary {
    /// The job.
    pub job: JobRecord,
    /// What it is about: whom an email goes to, and its subject, or which version is deployed where.
    pub subject: Option<String>,
}

/// Returns what a job is about.
async fn subject_of(tx: &mut dyn ReadTransaction, job: &JobRecord) -> Result<Option<String>> {
    let Ok(job) = serde_json::from_str(&job.payload) else { return Ok(None) };
    Ok(match job {
        Job::NotificationEmail { account, entry } => {
            let (account, entry) = (tx.account(account).await?, tx.account_entry(account, entry).await?);
            account.zip(entry).map(|(account, entry)| format!("to {}: {}", account.login, subject(entry.event)))
        }
        Job::MailCodeEmail { account, .. } => {
            tx.account(account).await?.map(|account| format!("to {}: a code", account.login))
        }
        Job::Deployment { deployment } => match tx.deployment(deployment).await? {
            Some(deployment) => {
                let app = tx.app(&deployment.app.to_string()).await?;
                let environment = tx.environment(deployment.environment).await?;
                let version = deployment.package.version;
                app.zip(environment).map(|(app, environment)| format!("{version} to {}/{}", app.slug, environment.slug))
            }
            None => None,
        },
        Job::Cleanup {} => None,
    })
}

impl Operator {
    /// Returns the jobs that are not done, those that have failed first, at most 1 000. The cleanup, which always waits, is left
    /// out.
    ///
    /// # Errors
    /// Returns [`OperatorError::Store`](super::OperatorError) when the store fails.
    pub async fn jobs(&self) -> Result<Vec<JobSummary>> {
        let mut tx = self.store.read().await?;
        let mut jobs = tx.open_jobs(MAX_LISTED).await?;
        jobs.retain(|job| job.kind != Job::CLEANUP || job.last_error.is_some());
        let mut summaries = Vec::with_capacity(jobs.len());
        for job in jobs {
            let subject = subject_of(&mut *tx, &job).await?;
            summaries.push(JobSummary { job, subject });
        }
        Ok(summaries)
    }

    /// Counts the jobs that wait and those that have failed.
    ///
    /// # Errors
    /// Returns [`OperatorError::Store`](super::OperatorError) when the store fails.
    pub async fn job_statistics(&self) -> Result<JobStatistics> {
        Ok(self.store.read().await?.job_statistics(self.clock.now()).await?)
    }

    /// Lets a job that has failed run again, for a day.
    ///
    /// # Errors
    /// Returns [`OperatorError::Refused`](super::OperatorError) when there is no such job or it has not failed.
    #[tracing::instrument(skip_all)]
    pub async fn retry_job(&self, id: JobId) -> Result<()> {
        self.write(|mut tx| async move {
            let give_up_at = tx.now().checked_add(RETRY_LIFETIME).ok();
            let now = tx.now();
            if tx.retry_job(id, now, give_up_at).await? == Update::Stale {
                return refused(format!("there is no job {id} that has failed"));
            }
            Ok(tx.commit(()).await?)
        })
        .await
    }

    /// Lets every job that has failed run again, for a day, and returns how many.
    ///
    /// # Errors
    /// Returns [`OperatorError::Store`](super::OperatorError) when the store fails.
    #[tracing::instrument(skip_all)]
    pub async fn retry_failed_jobs(&self) -> Result<u64> {
        self.write(|mut tx| async move {
            let now = tx.now();
            let retried = tx.retry_failed_jobs(now, now.checked_add(RETRY_LIFETIME).ok()).await?;
            Ok(tx.commit(retried).await?)
        })
        .await
    }

    /// Removes a job that does not run. Deployments and the cleanup cannot be removed.
    ///
    /// # Errors
    /// Returns [`OperatorError::Refused`](super::OperatorError) when there is no such job, or it runs, is done or belongs to
    /// the server.
    #[tracing::instrument(skip_all)]
    pub async fn drop_job(&self, id: JobId) -> Result<()> {
        self.write(|mut tx| async move {
            let now = tx.now();
            let job = tx.job(id).await?;
            if job.is_some_and(|job| job.kind == Job::DEPLOYMENT || job.kind == Job::CLEANUP) {
                return refused("this job belongs to the server: it ends by itself, or comes again");
            }
            if tx.remove_job(id, now).await? == Err(NotFound) {
                return refused(format!("there is no job {id} that can be dropped: it is done, runs, or never was"));
            }
            Ok(tx.commit(()).await?)
        })
        .await
    }
}
