//! Workers: claim jobs from the store, run them, and try them again when they fail.

use std::panic::AssertUnwindSafe;

use async_lock::Semaphore;
use futures::FutureExt;
use futures::future::{Either, select};
use padlock_domain::{SignedDuration, Timestamp};

use super::{JOB_LEASE, Job, JobOutcome};
use crate::app_state::{Api, RETRY_DELAY_MILLIS};
use crate::log_events;
use crate::ports::{JobClaim, JobEnd, JobRecord, StoreResult, Update};
use crate::{cleanup, deployments, notifications, second_factor};

/// A third of [`JOB_LEASE`], in milliseconds.
const RENEW_AFTER_MILLIS: u32 = 10_000;
/// How often a worker looks for jobs that it was not told of: those whose time has come, and those of other processes.
const POLL_MILLIS: u32 = 1_000;
/// The time before the second attempt. It doubles with each further one.
const FIRST_RETRY: SignedDuration = SignedDuration::from_secs(5);
const MAX_RETRY: SignedDuration = SignedDuration::from_hours(1);
/// How many jobs of other workers' deployments, and how many other jobs, run at once.
const MAX_DEPLOYMENTS: usize = 1;
const MAX_OTHERS: usize = 4;

impl Api {
    /// Starts the workers, which run jobs in the background until [`Api::close`]. Call it once, after [`Api::recover`].
    pub fn start_workers(&self) {
        for (kinds, limit) in [(&[Job::DEPLOYMENT][..], MAX_DEPLOYMENTS), (Job::OTHERS, MAX_OTHERS)] {
            self.ports.spawn.spawn(Box::pin(work(self.clone(), kinds, limit)));
        }
    }

    /// Begins a job that was added with a lease of this worker.
    pub(crate) fn begin_leased_job(&self, job: JobRecord) {
        self.ports.spawn.spawn(Box::pin(run(self.clone(), job)));
    }
}

/// Runs jobs of these kinds, at most `limit` at once, until the server shuts down.
async fn work(api: Api, kinds: &'static [&'static str], limit: usize) {
    let slots = std::sync::Arc::new(Semaphore::new(limit));
    while !api.bus.is_closed() {
        let signal = api.job_signal.listen();
        let slot = slots.acquire_arc().await;
        match claim(&api, kinds).await {
            Ok(Some(job)) => {
                let running = run(api.clone(), job);
                api.ports.spawn.spawn(Box::pin(async move {
                    running.await;
                    drop(slot);
                }));
                continue;
            }
            Ok(None) => {}
            Err(cause) => tracing::warn!(%cause, "the jobs cannot be read and will be looked at again"),
        }
        drop(slot);
        let _ = select(signal, api.ports.clock.sleep(POLL_MILLIS)).await;
    }
}

async fn claim(api: &Api, kinds: &[&str]) -> StoreResult<Option<JobRecord>> {
    let now = api.ports.now();
    let until = now.checked_add(JOB_LEASE).unwrap_or(Timestamp::MAX);
    api.ports.store.claim_job(JobClaim { kinds, worker: &api.config.worker, now, until }).await
}

/// Runs a job that was claimed, and saves how that ended.
#[tracing::instrument(skip_all, fields(job = %job.id, kind = job.kind))]
async fn run(api: Api, job: JobRecord) {
    let outcome = attempt_with_lease(&api, &job).await;
    loop {
        match save(&api, &job, &outcome).await {
            Ok(Update::Applied) => return,
            Ok(Update::Stale) => return tracing::warn!("the lease was lost; another worker decides"),
            Err(cause) => tracing::error!(%cause, "how the job ended is not saved yet"),
        }
        if api.bus.is_closed() {
            return;
        }
        api.ports.clock.sleep(RETRY_DELAY_MILLIS).await;
    }
}

/// Runs a job and renews its lease meanwhile. Renewing has ended, and with it its transaction, when this returns.
async fn attempt_with_lease(api: &Api, job: &JobRecord) -> JobOutcome {
    let attempt = std::pin::pin!(AssertUnwindSafe(attempt(api, job)).catch_unwind());
    let lease = std::pin::pin!(keep_lease(api, job));
    let outcome = match select(attempt, lease).await {
        Either::Left((outcome, _)) => outcome,
        Either::Right(((), attempt)) => attempt.await,
    };
    outcome.unwrap_or_else(|_| JobOutcome::Retry("it panicked".to_owned()))
}

async fn attempt(api: &Api, record: &JobRecord) -> JobOutcome {
    let is_late = record.give_up_at.is_some_and(|give_up_at| give_up_at <= api.ports.now());
    match serde_json::from_str(&record.payload) {
        Ok(Job::Deployment { deployment }) if record.attempts == 1 => deployments::run(api, deployment).await,
        Ok(Job::Deployment { deployment }) => deployments::end_interrupted(api, deployment).await,
        Ok(_) if is_late => JobOutcome::Failed("nobody ran it in time".to_owned()),
        Ok(Job::NotificationEmail { account, entry }) => notifications::send_email(api, account, entry).await,
        Ok(Job::MailCodeEmail { account, sent_at }) => second_factor::send_mail_code(api, account, sent_at).await,
        Ok(Job::Cleanup {}) => cleanup::run(api).await,
        Err(error) => JobOutcome::Failed(format!("its payload cannot be read: {error}")),
    }
}

/// Renews the lease for as long as the job runs. Returns when the lease was lost: what the job still does is guarded.
async fn keep_lease(api: &Api, job: &JobRecord) {
    loop {
        api.ports.clock.sleep(RENEW_AFTER_MILLIS).await;
        let (id, number) = (job.id, job.attempts);
        let renewed: StoreResult<Update> = api
            .write(|mut tx| async move {
                let until = tx.now().checked_add(JOB_LEASE).unwrap_or(Timestamp::MAX);
                let update = tx.renew_job_lease(id, number, until).await?;
                tx.commit(update).await
            })
            .await;
        match renewed {
            Ok(Update::Applied) => {}
            Ok(Update::Stale) => return,
            Err(cause) => tracing::warn!(%cause, "the lease is not renewed yet"),
        }
    }
}

/// Saves how an attempt ended.
async fn save(api: &Api, job: &JobRecord, outcome: &JobOutcome) -> StoreResult<Update> {
    let (id, number) = (job.id, job.attempts);
    let now = api.ports.now();
    let retry_at = now.checked_add(retry_delay(number, api.ports.random())).unwrap_or(Timestamp::MAX);
    let is_last = job.give_up_at.is_some_and(|give_up_at| retry_at >= give_up_at);
    if let JobOutcome::Failed(cause) | JobOutcome::Retry(cause) = outcome {
        if is_last || matches!(outcome, JobOutcome::Failed(_)) {
            tracing::error!(event = log_events::JOB_FAILED, %cause, attempts = number, "a job failed");
            if job.kind.ends_with("_email") {
                tracing::error!(event = log_events::EMAIL_FAILED, %cause, "an email was not sent");
            }
        } else {
            tracing::warn!(%cause, attempts = number, %retry_at, "a job failed and will be tried again");
        }
    }
    api.write(|mut tx| async move {
        let update = match outcome {
            JobOutcome::Done => tx.end_job(id, number, JobEnd::Done(now), None).await?,
            JobOutcome::Again(at) => tx.reschedule_job(id, number, *at, None).await?,
            JobOutcome::Retry(cause) if !is_last => tx.reschedule_job(id, number, retry_at, Some(cause)).await?,
            JobOutcome::Retry(cause) | JobOutcome::Failed(cause) => {
                tx.end_job(id, number, JobEnd::Failed(now), Some(cause)).await?
            }
        };
        tx.commit(update).await
    })
    .await
}

/// Returns the time until the attempt after this one: twice as long each time, and half of it random, so that jobs that
/// failed together are not tried together.
fn retry_delay(attempts: u32, [random]: [u8; 1]) -> SignedDuration {
    let doubled = FIRST_RETRY.saturating_mul(1 << attempts.saturating_sub(1).min(20));
    doubled.min(MAX_RETRY).mul_f64(0.5 + f64::from(random) / 510.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attempts_are_further_apart_each_time_up_to_an_hour() {
        let seconds = |attempts, random| retry_delay(attempts, [random]).as_secs();
        assert_eq!([1, 2, 3, 4].map(|n| seconds(n, 255)), [5, 10, 20, 40]);
        assert_eq!([1, 2, 3, 4].map(|n| seconds(n, 0)), [2, 5, 10, 20]);
        assert_eq!([20, 200, u32::MAX].map(|n| seconds(n, 255)), [3_600; 3]);
    }
}
