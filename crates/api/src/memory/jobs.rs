//! Jobs in memory.

use std::cmp::Reverse;

use async_trait::async_trait;
use padlock_domain::{JobId, Timestamp};

use super::store::{MemoryTransaction, Tables, update};
use crate::ports::{
    Insert, JobClaim, JobEnd, JobRecord, JobStatistics, Lease, NotFound, ReadJobs, StoreResult, UNKNOWN_KIND, Update,
    WriteJobs,
};

impl JobRecord {
    /// Returns whether the job waits for a worker at this time.
    fn is_waiting(&self, now: Timestamp) -> bool {
        self.end.is_none() && self.run_at <= now && !self.is_leased(now)
    }

    const fn is_done(&self) -> bool {
        matches!(self.end, Some(JobEnd::Done(_)))
    }

    const fn is_failed(&self) -> bool {
        matches!(self.end, Some(JobEnd::Failed(_)))
    }
}

impl Tables {
    /// Leases the job that may run first.
    pub(super) fn claim_job(&mut self, claim: JobClaim<'_>) -> Option<JobRecord> {
        let may_run = |job: &&mut JobRecord| {
            let is_requested = claim.kinds.contains(&job.kind.as_str()) && !claim.running.contains(&job.id);
            job.is_waiting(claim.now) && is_requested
        };
        let job = self.jobs.values_mut().filter(may_run).min_by_key(|job| (job.run_at, job.id))?;
        job.attempts += 1;
        job.lease = Some(Lease { worker: claim.worker.to_owned(), until: claim.until });
        Some(job.clone())
    }

    /// Returns the job if this attempt has its lease.
    fn leased_job(&mut self, id: JobId, attempt: u32) -> Option<&mut JobRecord> {
        self.jobs.get_mut(&id).filter(|job| job.attempts == attempt && job.lease.is_some() && job.end.is_none())
    }
}

fn retry(job: &mut JobRecord, now: Timestamp, give_up_at: Option<Timestamp>) {
    job.end = None;
    job.run_at = now;
    job.give_up_at = give_up_at;
    job.last_error = None;
}

#[async_trait]
impl ReadJobs for MemoryTransaction {
    async fn job(&mut self, id: JobId) -> StoreResult<Option<JobRecord>> {
        Ok(self.tables().jobs.get(&id).cloned())
    }

    async fn open_jobs(&mut self, limit: u32) -> StoreResult<Vec<JobRecord>> {
        let jobs = self.tables().jobs.values().filter(|job| !job.is_done());
        let mut jobs: Vec<_> = jobs.cloned().collect();
        jobs.sort_by_key(|job| (Reverse(job.end.is_some()), job.run_at, job.id));
        jobs.truncate(limit as usize);
        Ok(jobs)
    }

    async fn any_job_due_after(&mut self, time: Timestamp) -> StoreResult<bool> {
        Ok(self.tables().jobs.values().any(|job| job.end.is_none() && job.run_at > time))
    }

    async fn job_statistics(&mut self, now: Timestamp) -> StoreResult<JobStatistics> {
        let jobs = &self.tables().jobs;
        let failed = jobs.values().filter(|job| job.is_failed()).count();
        Ok(JobStatistics {
            oldest_waiting: jobs.values().filter(|job| job.is_waiting(now)).map(|job| job.run_at).min(),
            failed: failed.try_into().unwrap_or(u64::MAX),
        })
    }
}

#[async_trait]
impl WriteJobs for MemoryTransaction {
    async fn add_job(&mut self, job: &JobRecord) -> StoreResult<Insert> {
        let jobs = &mut self.tables_mut().jobs;
        if jobs.contains_key(&job.id) {
            return Ok(Insert::Duplicate);
        }
        jobs.insert(job.id, job.clone());
        Ok(Insert::Inserted)
    }

    async fn renew_job_lease(&mut self, id: JobId, attempt: u32, until: Timestamp) -> StoreResult<Update> {
        let job = self.tables_mut().leased_job(id, attempt);
        Ok(update(job.and_then(|job| job.lease.as_mut()), |lease| lease.until = until))
    }

    async fn end_job(&mut self, id: JobId, attempt: u32, end: JobEnd, error: Option<&str>) -> StoreResult<Update> {
        Ok(update(self.tables_mut().leased_job(id, attempt), |job| {
            job.end = Some(end);
            job.lease = None;
            job.last_error = error.map(str::to_owned);
            if matches!(end, JobEnd::Done(_)) {
                job.payload.clear();
            }
        }))
    }

    async fn reschedule_job(
        &mut self,
        id: JobId,
        attempt: u32,
        run_at: Timestamp,
        error: Option<&str>,
    ) -> StoreResult<Update> {
        Ok(update(self.tables_mut().leased_job(id, attempt), |job| {
            job.run_at = run_at;
            job.lease = None;
            job.last_error = error.map(str::to_owned);
        }))
    }

    async fn release_job_leases(&mut self, worker: &str) -> StoreResult<u64> {
        let jobs = self.tables_mut().jobs.values_mut();
        let released = jobs.filter_map(|job| job.lease.take_if(|lease| lease.worker == worker));
        Ok(released.count() as u64)
    }

    async fn retry_job(&mut self, id: JobId, now: Timestamp, give_up_at: Option<Timestamp>) -> StoreResult<Update> {
        let job = self.tables_mut().jobs.get_mut(&id).filter(|job| job.is_failed());
        Ok(update(job, |job| retry(job, now, give_up_at)))
    }

    async fn retry_failed_jobs(&mut self, now: Timestamp, give_up_at: Option<Timestamp>) -> StoreResult<u64> {
        let jobs = self.tables_mut().jobs.values_mut();
        Ok(jobs.filter(|job| job.is_failed()).map(|job| retry(job, now, give_up_at)).count() as u64)
    }

    async fn bring_jobs_forward(&mut self, latest: Timestamp) -> StoreResult<u64> {
        let jobs = self.tables_mut().jobs.values_mut();
        Ok(jobs.filter(|job| job.end.is_none() && job.run_at > latest).map(|job| job.run_at = latest).count() as u64)
    }

    async fn fail_jobs_of_other_kinds(&mut self, kinds: &[&str], now: Timestamp) -> StoreResult<u64> {
        let jobs = self.tables_mut().jobs.values_mut();
        let others = jobs.filter(|job| job.end.is_none() && !kinds.contains(&job.kind.as_str()));
        let fail = |job: &mut JobRecord| {
            job.end = Some(JobEnd::Failed(now));
            job.lease = None;
            job.last_error = Some(UNKNOWN_KIND.to_owned());
        };
        Ok(others.map(fail).count() as u64)
    }

    async fn remove_job(&mut self, id: JobId, now: Timestamp) -> StoreResult<Result<(), NotFound>> {
        let jobs = &mut self.tables_mut().jobs;
        if jobs.get(&id).is_none_or(|job| job.is_done() || job.is_leased(now)) {
            return Ok(Err(NotFound));
        }
        jobs.remove(&id);
        Ok(Ok(()))
    }

    async fn delete_ended_jobs(&mut self, done_before: Timestamp, failed_before: Timestamp) -> StoreResult<u64> {
        let jobs = &mut self.tables_mut().jobs;
        let before = jobs.len();
        jobs.retain(|_, job| match job.end {
            Some(JobEnd::Done(at)) => at >= done_before,
            Some(JobEnd::Failed(at)) => at >= failed_before,
            None => true,
        });
        Ok((before - jobs.len()) as u64)
    }
}
