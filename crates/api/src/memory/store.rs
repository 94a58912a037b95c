//! A store in memory. A transaction works on a copy of the tables, with which commit replaces them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use async_lock::{Mutex as AsyncMutex, MutexGuardArc};
use async_trait::async_trait;
use padlock_domain::activity::Entry;
use padlock_domain::{
    Account, AccountEntry, AccountEntryId, AccountId, App, AppId, Deployment, DeploymentId, Environment, EnvironmentId,
    JobId, Login, Membership, MfaChallenge, Package, PackageId, Session, SessionId, Timestamp,
};

use crate::ports::{
    Attempt, EnrolmentRecord, JobClaim, JobRecord, MailCodeRecord, PackageListing, PackageRecord, ReadTransaction,
    RecoveryCodeRecord, SecondFactorRecord, Store, StoreResult, Transaction, Update,
};

/// The latest deployment of a package to an environment, and whether any deployment of it ran there.
#[derive(Debug, Clone, Copy)]
#[cfg_attr(feature = "snapshot", derive(serde::Serialize, serde::Deserialize))]
pub(super) struct LatestDeployment {
    pub(super) at: Timestamp,
    pub(super) has_run: bool,
}

#[derive(Clone, Default)]
#[cfg_attr(feature = "snapshot", derive(serde::Serialize, serde::Deserialize))]
pub(super) struct Tables {
    pub(super) accounts: BTreeMap<AccountId, Account>,
    pub(super) logins: BTreeMap<Login, AccountId>,
    pub(super) sessions: BTreeMap<SessionId, Session>,
    pub(super) challenges: BTreeMap<SessionId, MfaChallenge>,
    pub(super) factors: BTreeMap<AccountId, SecondFactorRecord>,
    pub(super) enrolments: BTreeMap<AccountId, EnrolmentRecord>,
    pub(super) recovery_codes: BTreeMap<AccountId, Vec<RecoveryCodeRecord>>,
    pub(super) mail_codes: BTreeMap<AccountId, MailCodeRecord>,
    pub(super) apps: BTreeMap<AppId, App>,
    #[cfg_attr(feature = "snapshot", serde(with = "super::snapshot::pairs"))]
    pub(super) memberships: BTreeMap<(AppId, AccountId), Membership>,
    pub(super) environments: BTreeMap<EnvironmentId, Environment>,
    pub(super) packages: BTreeMap<PackageId, Package>,
    #[cfg_attr(feature = "snapshot", serde(with = "super::snapshot::pairs"))]
    pub(super) latest_deployments: BTreeMap<(PackageId, EnvironmentId), LatestDeployment>,
    pub(super) deployments: BTreeMap<DeploymentId, Deployment>,
    // Never shrinks, so it is shared between copies until one of them changes it.
    pub(super) activity: Arc<Vec<Entry>>,
    pub(super) account_entries: Arc<Vec<AccountEntry>>,
    pub(super) dismissed: BTreeSet<AccountEntryId>,
    #[cfg_attr(feature = "snapshot", serde(default))]
    pub(super) jobs: BTreeMap<JobId, JobRecord>,
    /// Since when the wrong passwords of an account are counted, and how many there were.
    pub(super) wrong_passwords: BTreeMap<AccountId, (Timestamp, u32)>,
}

impl Tables {
    /// Returns the packages that an environment holds or that are being deployed.
    pub(super) fn packages_in_use(&self) -> BTreeSet<PackageId> {
        let held = self.environments.values().filter_map(|e| e.state.release()).map(|r| r.package.id);
        let in_deployment = self.deployments.values().filter(|d| d.end.is_none()).map(|d| d.package.id);
        held.chain(in_deployment).collect()
    }

    /// Returns when a package was last deployed, to any environment.
    pub(super) fn last_deployed_at(&self, package: PackageId) -> Option<Timestamp> {
        self.latest_deployments.iter().filter(|((p, _), _)| *p == package).map(|(_, latest)| latest.at).max()
    }

    pub(super) fn package_listing(&self, package: &Package) -> PackageListing {
        PackageListing { package: package.to_summary(), last_deployed_at: self.last_deployed_at(package.id) }
    }

    pub(super) fn package_record(&self, package: &Package) -> PackageRecord {
        PackageRecord { package: package.clone(), last_deployed_at: self.last_deployed_at(package.id) }
    }
}

/// Changes a row, if there is one in the expected state.
pub(super) fn update<T>(row: Option<&mut T>, change: impl FnOnce(&mut T)) -> Update {
    row.map(change).map_or(Update::Stale, |()| Update::Applied)
}

/// A store in memory.
#[derive(Clone, Default)]
pub struct MemoryStore {
    pub(super) tables: Arc<Mutex<Arc<Tables>>>,
    /// Held by the transaction that writes.
    write_lock: Arc<AsyncMutex<()>>,
}

/// The state of a store at one moment.
pub struct Revision(Arc<Tables>);

impl PartialEq for Revision {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl MemoryStore {
    /// Returns the present state, which differs from an earlier one if anything was committed since.
    #[must_use]
    pub fn revision(&self) -> Revision {
        Revision(self.snapshot())
    }

    /// Returns to an earlier state, once no transaction writes.
    pub async fn restore(&self, revision: &Revision) {
        let _write_guard = self.write_lock.lock_arc().await;
        *self.tables.lock().unwrap_or_else(PoisonError::into_inner) = Arc::clone(&revision.0);
    }

    pub(super) fn snapshot(&self) -> Arc<Tables> {
        Arc::clone(&self.tables.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[async_trait]
impl Store for MemoryStore {
    async fn read(&self) -> StoreResult<Box<dyn ReadTransaction>> {
        Ok(Box::new(MemoryTransaction { tables: self.snapshot(), store: self.clone(), _write_guard: None }))
    }

    async fn begin_write(&self, _: &Attempt) -> StoreResult<Box<dyn Transaction>> {
        let write_guard = Some(self.write_lock.lock_arc().await);
        Ok(Box::new(MemoryTransaction { tables: self.snapshot(), store: self.clone(), _write_guard: write_guard }))
    }

    async fn claim_job(&self, claim: JobClaim<'_>) -> StoreResult<Option<JobRecord>> {
        let _write_guard = self.write_lock.lock_arc().await;
        let mut tables = self.snapshot();
        // Looking must not count as a change.
        if !tables.jobs.values().any(|job| job.end.is_none() && job.run_at <= claim.now) {
            return Ok(None);
        }
        let claimed = Arc::make_mut(&mut tables).claim_job(claim);
        if claimed.is_some() {
            *self.tables.lock().unwrap_or_else(PoisonError::into_inner) = tables;
        }
        Ok(claimed)
    }

    async fn ready(&self) -> StoreResult<()> {
        Ok(())
    }
}

pub(super) struct MemoryTransaction {
    tables: Arc<Tables>,
    store: MemoryStore,
    /// Keeps other transactions from writing; `None` in one that reads.
    _write_guard: Option<MutexGuardArc<()>>,
}

impl MemoryTransaction {
    pub(super) fn tables(&self) -> &Tables {
        &self.tables
    }

    /// Returns the tables to change. Commit makes the change visible.
    pub(super) fn tables_mut(&mut self) -> &mut Tables {
        Arc::make_mut(&mut self.tables)
    }
}

impl ReadTransaction for MemoryTransaction {}

#[async_trait]
impl Transaction for MemoryTransaction {
    async fn commit(self: Box<Self>) -> StoreResult<()> {
        *self.store.tables.lock().unwrap_or_else(PoisonError::into_inner) = self.tables;
        Ok(())
    }
}
