//! Jobs in the store.

use async_trait::async_trait;
use padlock_domain::{JobId, Timestamp};

use crate::ports::{Insert, NotFound, StoreResult, Update};

/// The error of a job that a later version has added.
pub const UNKNOWN_KIND: &str = "this version does not know its kind";

/// A job as the store has it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "snapshot", derive(serde::Serialize, serde::Deserialize))]
pub struct JobRecord {
    /// The job's id.
    pub id: JobId,
    /// What it does: the [kind](crate::jobs::Job::kind).
    pub kind: String,
    /// What it needs for that, as JSON. Empty when it is done.
    pub payload: String,
    /// When it was created.
    pub created_at: Timestamp,
    /// The earliest time at which it may run.
    pub run_at: Timestamp,
    /// The time after which it is not tried again.
    pub give_up_at: Option<Timestamp>,
    /// How many times it was begun. Each time has its own number, which proves the lease.
    pub attempts: u32,
    /// The worker that runs it, if one does.
    pub lease: Option<Lease>,
    /// Why the last attempt failed.
    pub last_error: Option<String>,
    /// How it ended.
    pub end: Option<JobEnd>,
}

impl JobRecord {
    /// Returns whether a worker has the job at this time.
    #[must_use]
    pub fn is_leased(&self, now: Timestamp) -> bool {
        self.end.is_none() && self.lease.as_ref().is_some_and(|lease| lease.until > now)
    }
}

/// The right of a worker to run a job.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "snapshot", derive(serde::Serialize, serde::Deserialize))]
pub struct Lease {
    /// The worker.
    pub worker: String,
    /// When the lease ends, unless the worker renews it.
    pub until: Timestamp,
}

/// How a job ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "snapshot", derive(serde::Serialize, serde::Deserialize))]
pub enum JobEnd {
    /// It is done.
    Done(Timestamp),
    /// It failed and is not tried again.
    Failed(Timestamp),
}

/// How many jobs wait or have failed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct JobStatistics {
    /// The earliest time at which a job that waits could have run, if one waits.
    pub oldest_waiting: Option<Timestamp>,
    /// How many jobs have failed.
    pub failed: u64,
}

/// A worker's request for a job.
#[derive(Debug, Clone, Copy)]
pub struct JobClaim<'a> {
    /// The kinds that the worker runs.
    pub kinds: &'a [&'a str],
    /// The worker.
    pub worker: &'a str,
    /// The jobs that the worker runs now. It does not get them again when the clock jumps over the end of a lease.
    pub running: &'a [JobId],
    /// The present time.
    pub now: Timestamp,
    /// When the lease ends.
    pub until: Timestamp,
}

/// Queries of jobs.
#[async_trait]
pub trait ReadJobs {
    /// Returns the job with this id, if any.
    async fn job(&mut self, id: JobId) -> StoreResult<Option<JobRecord>>;
    /// Returns the jobs that are not done, those that may run first first, at most `limit`.
    async fn open_jobs(&mut self, limit: u32) -> StoreResult<Vec<JobRecord>>;
    /// Returns whether a job that is open may run only after this time.
    async fn any_job_due_after(&mut self, time: Timestamp) -> StoreResult<bool>;
    /// Counts the jobs that wait at `now`, and those that have failed.
    async fn job_statistics(&mut self, now: Timestamp) -> StoreResult<JobStatistics>;
}

/// Statements on jobs. Those with `attempt` change the job only while that attempt has the lease.
#[async_trait]
pub trait WriteJobs {
    /// Adds a job; [`Insert::Duplicate`] if there is one with this id.
    async fn add_job(&mut self, job: &JobRecord) -> StoreResult<Insert>;
    /// Extends a lease.
    async fn renew_job_lease(&mut self, id: JobId, attempt: u32, until: Timestamp) -> StoreResult<Update>;
    /// Ends a job. A payload that is not needed any more is removed.
    async fn end_job(&mut self, id: JobId, attempt: u32, end: JobEnd, error: Option<&str>) -> StoreResult<Update>;
    /// Ends the lease; the job may run again from `run_at` on.
    async fn reschedule_job(
        &mut self,
        id: JobId,
        attempt: u32,
        run_at: Timestamp,
        error: Option<&str>,
    ) -> StoreResult<Update>;
    /// Ends the leases of a worker, and returns how many: the process that held them has ended.
    async fn release_job_leases(&mut self, worker: &str) -> StoreResult<u64>;
    /// Lets a job that has failed run again from `now` on, until `give_up_at`; [`Update::Stale`] if it has not failed.
    async fn retry_job(&mut self, id: JobId, now: Timestamp, give_up_at: Option<Timestamp>) -> StoreResult<Update>;
    /// Lets every job that has failed run again from `now` on, until `give_up_at`, and returns how many.
    async fn retry_failed_jobs(&mut self, now: Timestamp, give_up_at: Option<Timestamp>) -> StoreResult<u64>;
    /// Lets jobs that would run after `latest` run then: the clock was moved back.
    async fn bring_jobs_forward(&mut self, latest: Timestamp) -> StoreResult<u64>;
    /// Ends the open jobs whose kind is not among these as failed, and returns how many.
    async fn fail_jobs_of_other_kinds(&mut self, kinds: &[&str], now: Timestamp) -> StoreResult<u64>;
    /// Removes a job that is not done and that nobody runs at `now`.
    async fn remove_job(&mut self, id: JobId, now: Timestamp) -> StoreResult<Result<(), NotFound>>;
    /// Deletes the jobs that were done or failed before these times, and returns how many.
    async fn delete_ended_jobs(&mut self, done_before: Timestamp, failed_before: Timestamp) -> StoreResult<u64>;
}
