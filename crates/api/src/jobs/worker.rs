//! Workers: claim jobs from the store, run them, and try them again when they fail.

use std::panic::AssertUnwindSafe;

use async_lock::Semaphore;
use futures::FutureExt;
use futures::future::{Either, select};
use padlock_domain::time::saturating_add;
use padlock_domain::{SignedDuration, Timestamp};

use super::running::RunningJob;
use super::{JOB_LEASE, Job, JobOutcome, MAX_JOB_DELAY};
use crate::app_state::{Api, RETRY_DELAY_MILLIS};
use crate::log_events;
use crate::ports::{JobClaim, JobEnd, JobRecord, StoreResult, Update};
use crate::{cleanup, deployments, notifications, second_factor};

/// A third of [`JOB_LEASE`], in milliseconds.
const RENEW_AFTER_MILLIS: u32 = 10_000;
/// How often a worker checks for jobs without a notification: those whose time has come, and those of other processes.
const POLL_MILLIS: u32 = 1_000;
/// The time before the second attempt. It doubles with each further one.
const FIRST_RETRY: SignedDuration = SignedDuration::from_secs(5);
/// How many jobs of each kind run at once. Each kind has workers of its own, so that no kind waits for another. Deployments
/// are begun by the process that accepts them; those here were interrupted.
const WORKERS: &[(&str, usize)] =
    &[(Job::DEPLOYMENT, 1), (Job::MAIL_CODE_EMAIL, 2), (Job::NOTIFICATION_EMAIL, 2), (Job::CLEANUP, 1)];

impl Api {
    /// Starts the workers, which run jobs in the background until [`Api::close`]. Call it once, after [`Api::recover`].
    pub fn start_workers(&self) {
        for (kind, limit) in WORKERS {
            self.ports.spawn.spawn(Box::pin(work(self.clone(), kind, *limit)));
        }
    }

    /// Begins a job that was added with a lease of this worker.
    pub(crate) fn begin_leased_job(&self, job: JobRecord) {
        let running = self.running_jobs.begin(job.id);
        self.ports.spawn.spawn(Box::pin(run(self.clone(), job, running)));
    }
}

/// Runs jobs of this kind, at most `limit` at once, until the server shuts down.
async fn work(api: Api, kind: &'static str, limit: usize) {
    let slots = std::sync::Arc::new(Semaphore::new(limit));
    while !api.bus.is_closed() {
        let slot = slots.acquire_arc().await;
        if api.bus.is_closed() {
            return;
        }
        let signal = api.job_signal.listen();
        match claim(&api, kind).await {
            Ok(Some(job)) => {
                let running = api.running_jobs.begin(job.id);
                let job = run(api.clone(), job, running);
                api.ports.spawn.spawn(Box::pin(async move {
                    job.await;
                    drop(slot);
                }));
                continue;
            }
            Ok(None) => {}
            Err(cause) => tracing::warn!(%cause, "the jobs cannot be read now"),
        }
        drop(slot);
        let _ = select(signal, api.ports.clock.sleep(POLL_MILLIS)).await;
    }
}

async fn claim(api: &Api, kind: &str) -> StoreResult<Option<JobRecord>> {
    let now = api.ports.now();
    let until = saturating_add(now, JOB_LEASE);
    let running = api.running_jobs.ids();
    let claim = JobClaim { kinds: &[kind], worker: &api.config.worker, running: &running, now, until };
    api.ports.store.claim_job(claim).await
}

/// Runs a job that was claimed, and saves how that ended.
#[tracing::instrument(skip_all, fields(job = %job.id, kind = job.kind))]
async fn run(api: Api, job: JobRecord, _running: RunningJob) {
    let decision = decide(&api, &job, attempt_with_lease(&api, &job).await);
    loop {
        match save(&api, &job, &decision).await {
            Ok(Update::Applied) => return decision.log(&job),
            // An earlier attempt to save it may have been committed without an answer.
            Ok(Update::Stale) => return tracing::warn!("the job has ended already, or its lease was lost"),
            Err(cause) => tracing::error!(%cause, "how the job ended is not saved yet"),
        }
        if api.bus.is_closed() {
            return;
        }
        api.ports.clock.sleep(RETRY_DELAY_MILLIS).await;
    }
}

/// What follows an attempt.
enum Decision {
    Done(Timestamp),
    Again { at: Timestamp, cause: Option<String> },
    Failed { at: Timestamp, cause: String },
}

/// Decides what follows an attempt.
fn decide(api: &Api, job: &JobRecord, outcome: JobOutcome) -> Decision {
    let now = api.ports.now();
    match outcome {
        JobOutcome::Done => Decision::Done(now),
        JobOutcome::Again(at) => Decision::Again { at, cause: None },
        JobOutcome::Failed(cause) => Decision::Failed { at: now, cause },
        JobOutcome::Retry(cause) => {
            // A success in between, or the operator, has removed the error.
            let is_first_failure = job.last_error.is_none();
            let delay = retry_delay(if is_first_failure { 1 } else { job.attempts }, api.ports.random());
            let at = saturating_add(now, delay);
            match job.give_up_at {
                Some(give_up_at) if at >= give_up_at => Decision::Failed { at: now, cause },
                _ => Decision::Again { at, cause: Some(cause) },
            }
        }
    }
}

impl Decision {
    fn log(&self, job: &JobRecord) {
        let attempts = job.attempts;
        match self {
            Self::Done(_) | Self::Again { cause: None, .. } => tracing::debug!(attempts, "a job is done"),
            Self::Again { at, cause: Some(cause) } => {
                tracing::warn!(cause, attempts, %at, "a job failed and will be tried again");
            }
            Self::Failed { cause, .. } => {
                tracing::error!(event = log_events::JOB_FAILED, cause, attempts, "a job failed");
                if job.kind == Job::NOTIFICATION_EMAIL || job.kind == Job::MAIL_CODE_EMAIL {
                    tracing::error!(event = log_events::EMAIL_FAILED, cause, "an email was not sent");
                }
            }
        }
    }
}

/// Runs a job and renews its lease meanwhile. Renewing has ended, and with it its transaction, when this returns.
async fn attempt_with_lease(api: &Api, job: &JobRecord) -> JobOutcome {
    let attempt = std::pin::pin!(AssertUnwindSafe(attempt(api, job)).catch_unwind());
    let lease = std::pin::pin!(renew_lease(api, job));
    let outcome = match select(attempt, lease).await {
        Either::Left((outcome, _)) => outcome,
        Either::Right(((), attempt)) => attempt.await,
    };
    outcome.unwrap_or_else(|_| JobOutcome::Retry("it panicked".to_owned()))
}

async fn attempt(api: &Api, record: &JobRecord) -> JobOutcome {
    // Each is tried once at least: the server may not have run for a day.
    let is_late = record.attempts > 1 && record.give_up_at.is_some_and(|give_up_at| give_up_at <= api.ports.now());
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
async fn renew_lease(api: &Api, job: &JobRecord) {
    loop {
        api.ports.clock.sleep(RENEW_AFTER_MILLIS).await;
        let (id, number) = (job.id, job.attempts);
        let renewed: StoreResult<Update> = api
            .write(|mut tx| async move {
                let until = saturating_add(tx.now(), JOB_LEASE);
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

async fn save(api: &Api, job: &JobRecord, decision: &Decision) -> StoreResult<Update> {
    let (id, number) = (job.id, job.attempts);
    api.write(|mut tx| async move {
        let update = match decision {
            Decision::Done(at) => tx.end_job(id, number, JobEnd::Done(*at), None).await?,
            Decision::Again { at, cause } => tx.reschedule_job(id, number, *at, cause.as_deref()).await?,
            Decision::Failed { at, cause } => tx.end_job(id, number, JobEnd::Failed(*at), Some(cause)).await?,
        };
        tx.commit(update).await
    })
    .await
}

/// Returns the time until the attempt after this one: twice as long each time, and half of it random, so that jobs that
/// failed together are not tried together.
fn retry_delay(attempts: u32, [random]: [u8; 1]) -> SignedDuration {
    let doubled = FIRST_RETRY.saturating_mul(1 << attempts.saturating_sub(1).min(20));
    doubled.min(MAX_JOB_DELAY).mul_f64(0.5 + f64::from(random) / 510.0)
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
