//! Units of work: what one transaction of the store reads, decides and saves.

use std::ops::{Deref, DerefMut};

use padlock_domain::activity::{Entry, Event};
use padlock_domain::time::saturating_add;
use padlock_domain::{
    Account, AccountEntry, AccountEntryId, AccountEvent, AccountId, ActivityId, AppId, EnvironmentId, JobId, Timestamp,
};

use crate::jobs::{JOB_LEASE, Job};
use crate::ports::{
    Attempt, Clock, Entropy, Insert, JobRecord, Lease, Store, StoreError, StoreResult, Transaction, random_bytes,
};

/// How many times a unit of work is tried when others that run at the same time are in its way.
const MAX_ATTEMPTS: u32 = 6;
/// The least time before the second attempt, in milliseconds. It doubles with each further one.
const FIRST_DELAY_MILLIS: u32 = 4;

/// A transaction of a unit of work.
///
/// The time is read when the transaction has begun, since the unit may have waited for others. The randomness of its ids is
/// drawn once for all attempts.
pub struct UnitOfWork {
    tx: Box<dyn Transaction>,
    now: Timestamp,
    entropy: [u8; 10],
    added_jobs: bool,
}

/// The result of a unit of work whose transaction is committed.
#[must_use]
pub struct Committed<T> {
    value: T,
    added_jobs: bool,
}

impl UnitOfWork {
    /// Returns the time of this attempt.
    #[must_use]
    pub const fn now(&self) -> Timestamp {
        self.now
    }

    /// Returns the entropy of the next id. Ids with the same time sort in the order in which they were created (RFC 9562
    /// §6.2, method 2).
    pub fn id_entropy(&mut self) -> [u8; 10] {
        let entropy = self.entropy;
        for byte in self.entropy.iter_mut().rev() {
            *byte = byte.wrapping_add(1);
            if *byte != 0 {
                break;
            }
        }
        entropy
    }

    /// Adds an entry to an app's audit trail. It has no `account` if the server acts by itself or for the operator.
    ///
    /// # Errors
    /// Returns the store's error.
    pub async fn record_activity(
        &mut self,
        app: AppId,
        environment: Option<EnvironmentId>,
        account: Option<AccountId>,
        event: Event,
    ) -> StoreResult<()> {
        let id = ActivityId::new(self.now, self.id_entropy());
        self.tx.add_activity(&Entry { id, app, environment, account, at: self.now, event }).await
    }

    /// Adds an entry about an account, and sends its owner an email about it if it concerns them.
    ///
    /// # Errors
    /// Returns the store's error.
    pub async fn record_account_event(
        &mut self,
        account: &Account,
        device: &str,
        event: AccountEvent,
    ) -> StoreResult<()> {
        let id = AccountEntryId::new(self.now, self.id_entropy());
        let entry = AccountEntry { id, account: account.id, at: self.now, device: device.to_owned(), event };
        self.tx.add_account_entry(&entry).await?;
        if event.notifies_owner() {
            self.add_job(&Job::NotificationEmail { account: account.id, entry: entry.id }).await?;
        }
        Ok(())
    }

    /// Adds a job that may run at once.
    ///
    /// # Errors
    /// Returns the store's error.
    pub async fn add_job(&mut self, job: &Job) -> StoreResult<()> {
        let id = JobId::new(self.now, self.id_entropy());
        self.add_job_with_id(id, job).await
    }

    /// Adds a job with this id, unless there is one already.
    ///
    /// # Errors
    /// Returns the store's error.
    pub async fn add_job_with_id(&mut self, id: JobId, job: &Job) -> StoreResult<()> {
        let record = self.new_job(id, job)?;
        self.added_jobs |= self.tx.add_job(&record).await? == Insert::Inserted;
        Ok(())
    }

    /// Adds a job whose first attempt belongs to this worker, and returns it. The worker begins it after the commit.
    ///
    /// # Errors
    /// Returns the store's error.
    pub(crate) async fn add_leased_job(&mut self, id: JobId, job: &Job, worker: &str) -> StoreResult<JobRecord> {
        let until = saturating_add(self.now, JOB_LEASE);
        let lease = Some(Lease { worker: worker.to_owned(), until });
        let record = JobRecord { attempts: 1, lease, ..self.new_job(id, job)? };
        match self.tx.add_job(&record).await? {
            Insert::Inserted => Ok(record),
            Insert::Duplicate => Err(StoreError::Failed("there is a job with this id already".to_owned())),
        }
    }

    fn new_job(&self, id: JobId, job: &Job) -> StoreResult<JobRecord> {
        Ok(JobRecord {
            id,
            kind: job.kind().to_owned(),
            payload: serde_json::to_string(job).map_err(|error| StoreError::Failed(error.to_string()))?,
            created_at: self.now,
            run_at: self.now,
            give_up_at: job.lifetime().and_then(|lifetime| self.now.checked_add(lifetime).ok()),
            attempts: 0,
            lease: None,
            last_error: None,
            end: None,
        })
    }

    /// Commits the transaction.
    ///
    /// # Errors
    /// Returns the store's error. Nothing was changed then, unless it is [`StoreError::OutcomeUnknown`].
    pub async fn commit<T>(self, value: T) -> StoreResult<Committed<T>> {
        self.tx.commit().await?;
        Ok(Committed { value, added_jobs: self.added_jobs })
    }
}

impl Deref for UnitOfWork {
    type Target = dyn Transaction;

    fn deref(&self) -> &Self::Target {
        self.tx.as_ref()
    }
}

impl DerefMut for UnitOfWork {
    fn deref_mut(&mut self) -> &mut Self::Target {
        self.tx.as_mut()
    }
}

impl<T> Committed<T> {
    /// Returns the result of the unit of work.
    pub fn into_value(self) -> T {
        self.value
    }

    /// Returns whether the unit of work added jobs.
    pub(crate) const fn added_jobs(&self) -> bool {
        self.added_jobs
    }
}

impl dyn Store {
    /// Runs a unit of work: begins a transaction, hands it to `work`, and begins again if the store could not put it in an
    /// order with those that ran at the same time, a bounded number of times. What must not be repeated, such as hashing
    /// passwords, drawing secrets and everything outside of the store, belongs before or after it.
    ///
    /// # Errors
    /// Returns the error of `work` or of the store. Nothing was changed then, unless it is [`StoreError::OutcomeUnknown`].
    pub async fn write<T, E, F>(
        &self,
        clock: &dyn Clock,
        entropy: &dyn Entropy,
        mut work: impl FnMut(UnitOfWork) -> F,
    ) -> Result<Committed<T>, E>
    where
        F: Future<Output = Result<Committed<T>, E>>,
        E: From<StoreError>,
    {
        let id_entropy = random_bytes(entropy);
        let mut number = 0;
        loop {
            let attempt = Attempt::new(number);
            let tx = self.begin_write(&attempt).await?;
            match work(UnitOfWork { tx, now: clock.now(), entropy: id_entropy, added_jobs: false }).await {
                Err(_) if attempt.had_conflict() && number + 1 < MAX_ATTEMPTS => {}
                result => return result,
            }
            let least = FIRST_DELAY_MILLIS << number;
            let [jitter] = random_bytes(entropy);
            clock.sleep(least + least * u32::from(jitter) / 256).await;
            number += 1;
        }
    }
}
