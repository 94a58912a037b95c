//! A store in memory, with the same all-or-nothing as a database: a transaction works on a copy, and commit swaps it in.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use async_lock::{Mutex as AsyncMutex, MutexGuardArc};
use async_trait::async_trait;
use padlock_domain::Timestamp;
use padlock_domain::account::{Account, Login};
use padlock_domain::account_entry::AccountEntry;
use padlock_domain::activity::Entry;
use padlock_domain::app::{App, Membership};
use padlock_domain::deployment::Deployment;
use padlock_domain::environment::Environment;
use padlock_domain::ids::{AccountEntryId, AccountId, AppId, DeploymentId, EnvironmentId, PackageId, SessionId};
use padlock_domain::package::Package;
use padlock_domain::session::{MfaChallenge, Session};

use crate::ports::{
    EnrolmentRecord, MailCodeRecord, RecoveryCodeRecord, SecondFactorRecord, Store, StoreError, Transaction, Update,
};

/// When a package was last put onto an environment, and whether it ever ran there.
#[derive(Debug, Clone, Copy)]
pub(super) struct Run {
    pub(super) at: Timestamp,
    pub(super) ran: bool,
}

#[derive(Clone, Default)]
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
    pub(super) memberships: BTreeMap<(AppId, AccountId), Membership>,
    pub(super) environments: BTreeMap<EnvironmentId, Environment>,
    pub(super) packages: BTreeMap<PackageId, Package>,
    pub(super) runs: BTreeMap<(PackageId, EnvironmentId), Run>,
    pub(super) deployments: BTreeMap<DeploymentId, Deployment>,
    // Grows without end; shared between copies until someone adds to it.
    pub(super) activity: Arc<Vec<Entry>>,
    pub(super) account_entries: Arc<Vec<AccountEntry>>,
    pub(super) dismissed: BTreeSet<AccountEntryId>,
}

impl Tables {
    /// The packages that lie on an environment or are on their way to one.
    pub(super) fn packages_in_use(&self) -> BTreeSet<PackageId> {
        let lying = self.environments.values().filter_map(|e| e.slot.release()).map(|r| r.package.id);
        let coming = self.deployments.values().filter(|d| d.end.is_none()).map(|d| d.package.id);
        lying.chain(coming).collect()
    }

    /// When a package was last put onto any environment.
    pub(super) fn last_run(&self, package: PackageId) -> Option<Timestamp> {
        self.runs.iter().filter(|((p, _), _)| *p == package).map(|(_, run)| run.at).max()
    }
}

/// Returns whether a guarded change was applied.
pub(super) const fn updated(applied: bool) -> Update {
    if applied { Update::Applied } else { Update::Stale }
}

/// A store in memory.
#[derive(Clone, Default)]
pub struct MemoryStore {
    tables: Arc<Mutex<Arc<Tables>>>,
    writer: Arc<AsyncMutex<()>>,
}

impl MemoryStore {
    fn snapshot(&self) -> Arc<Tables> {
        Arc::clone(&self.tables.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[async_trait]
impl Store for MemoryStore {
    async fn read(&self) -> Result<Box<dyn Transaction>, StoreError> {
        Ok(Box::new(MemoryTransaction { tables: self.snapshot(), store: self.clone(), writing: None }))
    }

    async fn write(&self) -> Result<Box<dyn Transaction>, StoreError> {
        let writing = Some(self.writer.lock_arc().await);
        Ok(Box::new(MemoryTransaction { tables: self.snapshot(), store: self.clone(), writing }))
    }

    async fn ready(&self) -> Result<(), StoreError> {
        Ok(())
    }
}

pub(super) struct MemoryTransaction {
    tables: Arc<Tables>,
    store: MemoryStore,
    writing: Option<MutexGuardArc<()>>,
}

impl MemoryTransaction {
    pub(super) fn tables(&self) -> &Tables {
        &self.tables
    }

    /// The tables to write to; a transaction that only reads has none.
    pub(super) fn tables_mut(&mut self) -> Result<&mut Tables, StoreError> {
        if self.writing.is_none() {
            return Err(StoreError::Failed("a reading transaction cannot write".to_owned()));
        }
        Ok(Arc::make_mut(&mut self.tables))
    }
}

#[async_trait]
impl Transaction for MemoryTransaction {
    async fn commit(self: Box<Self>) -> Result<(), StoreError> {
        if self.writing.is_some() {
            *self.store.tables.lock().unwrap_or_else(PoisonError::into_inner) = self.tables;
        }
        Ok(())
    }
}
