//! Jobs in SQL.

use async_trait::async_trait;
use padlock_api::ports::{
    Insert, JobClaim, JobEnd, JobRecord, JobStatistics, Lease, NotFound, ReadJobs, StoreResult, UNKNOWN_KIND, Update,
    WriteJobs,
};
use padlock_domain::{JobId, Timestamp};
use tracing::instrument;

use super::SqlStore;
use super::query::{QueryBuilder, sql};
use super::row::{Columns, Row};
use super::transaction::SqlTransaction;

macro_rules! columns {
    () => {
        "id, kind, payload, created_at, run_at, give_up_at, attempts, leased_by, leased_until, last_error, done_at,
         failed_at"
    };
}

macro_rules! select {
    ($tail:literal) => {
        concat!("SELECT ", columns!(), " FROM jobs ", $tail)
    };
}

fn job(row: &Row) -> StoreResult<JobRecord> {
    let lease = row.optional_text("leased_by")?.zip(row.optional_time("leased_until")?);
    let end = match (row.optional_time("done_at")?, row.optional_time("failed_at")?) {
        (Some(at), _) => Some(JobEnd::Done(at)),
        (None, Some(at)) => Some(JobEnd::Failed(at)),
        (None, None) => None,
    };
    Ok(JobRecord {
        id: row.parsed("id")?,
        kind: row.text("kind")?,
        payload: row.text("payload")?,
        created_at: row.time("created_at")?,
        run_at: row.time("run_at")?,
        give_up_at: row.optional_time("give_up_at")?,
        attempts: row.unsigned("attempts")?,
        lease: lease.map(|(worker, until)| Lease { worker, until }),
        last_error: row.optional_text("last_error")?,
        end,
    })
}

/// Returns the times of the end, as done and as failed.
const fn end_times(end: Option<JobEnd>) -> (Option<Timestamp>, Option<Timestamp>) {
    match end {
        Some(JobEnd::Done(at)) => (Some(at), None),
        Some(JobEnd::Failed(at)) => (None, Some(at)),
        None => (None, None),
    }
}

/// Appends the condition that a job may be claimed.
fn push_claimable(query: &mut QueryBuilder, claim: JobClaim<'_>) {
    query.push(" WHERE done_at IS NULL AND failed_at IS NULL AND run_at <= ").push_bind(claim.now);
    query.push(" AND (leased_until IS NULL OR leased_until <= ").push_bind(claim.now).push(")");
    for id in claim.running {
        query.push(" AND id <> ").push_bind(*id);
    }
    let mut separator = " AND kind IN (";
    for kind in claim.kinds {
        query.push(separator).push_bind(*kind);
        separator = ", ";
    }
    query.push(") ORDER BY run_at, id LIMIT 1");
}

impl SqlStore {
    /// Leases the job that may run first to a worker. The transaction is not serializable: several workers that take
    /// different rows are not in conflict.
    pub(super) async fn lease_job(&self, claim: JobClaim<'_>) -> StoreResult<Option<JobRecord>> {
        // A read does not wait for those that write.
        let mut due_job = QueryBuilder::new("SELECT id FROM jobs");
        push_claimable(&mut due_job, claim);
        if !self.begin_read().await?.exists(due_job.build()).await? {
            return Ok(None);
        }
        let mut query = QueryBuilder::new("UPDATE jobs SET attempts = attempts + 1, leased_by = ");
        query.push_bind(claim.worker).push(", leased_until = ").push_bind(claim.until);
        query.push(" WHERE id = (SELECT id FROM jobs");
        push_claimable(&mut query, claim);
        query.push(self.engine.skip_locked()).push(concat!(") RETURNING ", columns!()));
        let mut tx = self.begin_queue().await?;
        let claimed = tx.fetch_optional(query.build(), job).await?;
        tx.commit().await?;
        Ok(claimed)
    }
}

#[async_trait]
impl ReadJobs for SqlTransaction {
    #[instrument(level = "debug", skip_all)]
    async fn job(&mut self, id: JobId) -> StoreResult<Option<JobRecord>> {
        self.fetch_optional(sql(select!("WHERE id = $1")).bind(id), job).await
    }

    #[instrument(level = "debug", skip_all)]
    async fn open_jobs(&mut self, limit: u32) -> StoreResult<Vec<JobRecord>> {
        let query = sql(select!("WHERE done_at IS NULL ORDER BY failed_at IS NULL, run_at, id LIMIT $1")).bind(limit);
        self.fetch_all(query, job).await
    }

    #[instrument(level = "debug", skip_all)]
    async fn any_job_due_after(&mut self, time: Timestamp) -> StoreResult<bool> {
        let query = sql("SELECT 1 FROM jobs WHERE run_at > $1 AND done_at IS NULL AND failed_at IS NULL LIMIT 1");
        self.exists(query.bind(time)).await
    }

    #[instrument(level = "debug", skip_all)]
    async fn job_statistics(&mut self, now: Timestamp) -> StoreResult<JobStatistics> {
        let waiting = sql("SELECT run_at FROM jobs WHERE done_at IS NULL AND failed_at IS NULL AND run_at <= $1
                 AND (leased_until IS NULL OR leased_until <= $1)
             ORDER BY run_at, id LIMIT 1")
        .bind(now);
        let oldest_waiting = self.fetch_optional(waiting, |row| row.time("run_at")).await?;
        let failed = sql("SELECT COUNT(*) AS failed FROM jobs WHERE failed_at IS NOT NULL");
        let failed = self.fetch_optional(failed, |row| row.unsigned("failed")).await?.unwrap_or_default();
        Ok(JobStatistics { oldest_waiting, failed })
    }
}

#[async_trait]
impl WriteJobs for SqlTransaction {
    #[instrument(level = "debug", skip_all)]
    async fn add_job(&mut self, job: &JobRecord) -> StoreResult<Insert> {
        let (done_at, failed_at) = end_times(job.end);
        let query = sql(concat!(
            "INSERT INTO jobs (",
            columns!(),
            ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) ON CONFLICT (id) DO NOTHING"
        ))
        .bind(job.id)
        .bind(&job.kind)
        .bind(&job.payload)
        .bind(job.created_at)
        .bind(job.run_at)
        .bind(job.give_up_at)
        .bind(job.attempts)
        .bind(job.lease.as_ref().map(|lease| &lease.worker))
        .bind(job.lease.as_ref().map(|lease| lease.until))
        .bind(job.last_error.as_ref())
        .bind(done_at)
        .bind(failed_at);
        self.insert(query).await
    }

    #[instrument(level = "debug", skip_all)]
    async fn renew_job_lease(&mut self, id: JobId, attempt: u32, until: Timestamp) -> StoreResult<Update> {
        let query = sql("UPDATE jobs SET leased_until = $3
             WHERE id = $1 AND attempts = $2 AND leased_by IS NOT NULL AND done_at IS NULL AND failed_at IS NULL")
        .bind(id)
        .bind(attempt)
        .bind(until);
        self.update_if_current(query).await
    }

    #[instrument(level = "debug", skip_all)]
    async fn end_job(&mut self, id: JobId, attempt: u32, end: JobEnd, error: Option<&str>) -> StoreResult<Update> {
        let (done_at, failed_at) = end_times(Some(end));
        let query = sql("UPDATE jobs
             SET done_at = $3, failed_at = $4, last_error = $5, leased_by = NULL, leased_until = NULL,
                 payload = CASE WHEN $3 IS NULL THEN payload ELSE '' END
             WHERE id = $1 AND attempts = $2 AND leased_by IS NOT NULL AND done_at IS NULL AND failed_at IS NULL")
        .bind(id)
        .bind(attempt)
        .bind(done_at)
        .bind(failed_at)
        .bind(error);
        self.update_if_current(query).await
    }

    #[instrument(level = "debug", skip_all)]
    async fn reschedule_job(
        &mut self,
        id: JobId,
        attempt: u32,
        run_at: Timestamp,
        error: Option<&str>,
    ) -> StoreResult<Update> {
        let query = sql("UPDATE jobs SET run_at = $3, last_error = $4, leased_by = NULL, leased_until = NULL
             WHERE id = $1 AND attempts = $2 AND leased_by IS NOT NULL AND done_at IS NULL AND failed_at IS NULL")
        .bind(id)
        .bind(attempt)
        .bind(run_at)
        .bind(error);
        self.update_if_current(query).await
    }

    #[instrument(level = "debug", skip_all)]
    async fn release_job_leases(&mut self, worker: &str) -> StoreResult<u64> {
        let query = sql("UPDATE jobs SET leased_by = NULL, leased_until = NULL WHERE leased_by = $1").bind(worker);
        self.rows_affected(query).await
    }

    #[instrument(level = "debug", skip_all)]
    async fn retry_job(&mut self, id: JobId, now: Timestamp, give_up_at: Option<Timestamp>) -> StoreResult<Update> {
        let query = sql("UPDATE jobs SET failed_at = NULL, last_error = NULL, run_at = $2, give_up_at = $3
             WHERE id = $1 AND failed_at IS NOT NULL")
        .bind(id)
        .bind(now)
        .bind(give_up_at);
        self.update_if_current(query).await
    }

    #[instrument(level = "debug", skip_all)]
    async fn retry_failed_jobs(&mut self, now: Timestamp, give_up_at: Option<Timestamp>) -> StoreResult<u64> {
        let query = sql("UPDATE jobs SET failed_at = NULL, last_error = NULL, run_at = $1, give_up_at = $2
             WHERE failed_at IS NOT NULL")
        .bind(now)
        .bind(give_up_at);
        self.rows_affected(query).await
    }

    #[instrument(level = "debug", skip_all)]
    async fn bring_jobs_forward(&mut self, latest: Timestamp) -> StoreResult<u64> {
        let query =
            sql("UPDATE jobs SET run_at = $1 WHERE run_at > $1 AND done_at IS NULL AND failed_at IS NULL").bind(latest);
        self.rows_affected(query).await
    }

    #[instrument(level = "debug", skip_all)]
    async fn fail_jobs_of_other_kinds(&mut self, kinds: &[&str], now: Timestamp) -> StoreResult<u64> {
        let mut query = QueryBuilder::new("UPDATE jobs SET leased_by = NULL, leased_until = NULL, failed_at = ");
        query.push_bind(now).push(", last_error = ").push_bind(UNKNOWN_KIND);
        query.push(" WHERE done_at IS NULL AND failed_at IS NULL");
        for kind in kinds {
            query.push(" AND kind <> ").push_bind(*kind);
        }
        self.rows_affected(query.build()).await
    }

    #[instrument(level = "debug", skip_all)]
    async fn remove_job(&mut self, id: JobId, now: Timestamp) -> StoreResult<Result<(), NotFound>> {
        let query =
            sql("DELETE FROM jobs WHERE id = $1 AND done_at IS NULL AND (leased_until IS NULL OR leased_until <= $2)")
                .bind(id)
                .bind(now);
        self.change_existing(query).await
    }

    #[instrument(level = "debug", skip_all)]
    async fn delete_ended_jobs(&mut self, done_before: Timestamp, failed_before: Timestamp) -> StoreResult<u64> {
        let done = sql("DELETE FROM jobs WHERE done_at < $1").bind(done_before);
        let failed = sql("DELETE FROM jobs WHERE failed_at < $1").bind(failed_before);
        Ok(self.rows_affected(done).await? + self.rows_affected(failed).await?)
    }
}
