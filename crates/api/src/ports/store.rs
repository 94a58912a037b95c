//! The database: a transaction is the unit of work.
//!
//! Begin, load, let the domain decide, save by a guarded statement, commit. A transaction that is dropped without
//! [`Transaction::commit`] changes nothing. Writing transactions run one at a time, so what is read in one stays true in it;
//! the guards (`revision`, `WHERE … IS NULL`) hold even on an engine where that is not so.

use async_trait::async_trait;
use padlock_domain::Timestamp;
use padlock_domain::account::{Account, Login, PasswordHash};
use padlock_domain::activity::Entry;
use padlock_domain::app::{App, Membership};
use padlock_domain::deployment::Deployment;
use padlock_domain::environment::Environment;
use padlock_domain::ids::{AccountId, ActivityId, AppId, DeploymentId, EnvironmentId, PackageId, SessionId};
use padlock_domain::package::Package;
use padlock_domain::session::{AuthorisedWindow, MfaChallenge, SecretHash, Session};

use super::{AccountEntries, SecondFactors};

/// Why the store did not do it. Every one denies; none allows.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// It is locked or has no free connection; try again soon.
    #[error("the store is busy")]
    Busy,
    /// There is no room.
    #[error("no space left")]
    Full,
    /// Anything else, for the log.
    #[error("{0}")]
    Failed(String),
}

/// A guarded statement found something else than what was decided on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub enum Conflict {
    /// One row changed, as decided.
    None,
    /// Somebody else was faster; nothing changed.
    Lost,
}

/// The store.
#[async_trait]
pub trait Store: Send + Sync {
    /// Begins a transaction that only reads, on one consistent state.
    async fn read(&self) -> Result<Box<dyn Transaction>, StoreError>;

    /// Begins a transaction that may write.
    async fn write(&self) -> Result<Box<dyn Transaction>, StoreError>;

    /// Whether the store answers.
    async fn ready(&self) -> Result<(), StoreError>;
}

/// A unit of work.
#[async_trait]
pub trait Transaction:
    Accounts + AccountEntries + SecondFactors + Sessions + Apps + Environments + Packages + Deployments + Activities + Send
{
    /// Makes everything in it lasting, or nothing.
    async fn commit(self: Box<Self>) -> Result<(), StoreError>;
}

/// Accounts.
#[async_trait]
pub trait Accounts {
    /// By id.
    async fn account(&mut self, id: AccountId) -> Result<Option<Account>, StoreError>;
    /// By login.
    async fn account_by_login(&mut self, login: &Login) -> Result<Option<Account>, StoreError>;
    /// The names of these accounts, in any order; unknown ids are left out.
    async fn display_names(&mut self, ids: &[AccountId]) -> Result<Vec<(AccountId, String)>, StoreError>;
    /// Adds one; [`Conflict::Lost`] when the login is taken.
    async fn add_account(&mut self, account: &Account) -> Result<Conflict, StoreError>;
    /// Whether there is any account at all.
    async fn any_account(&mut self) -> Result<bool, StoreError>;
    /// Every account, by login.
    async fn all_accounts(&mut self) -> Result<Vec<Account>, StoreError>;
    /// Gives one another password; [`Conflict::Lost`] when there is no such account.
    async fn set_password(&mut self, id: AccountId, password: &PasswordHash) -> Result<Conflict, StoreError>;
    /// Disables or enables one; [`Conflict::Lost`] when it was so already.
    async fn set_disabled(&mut self, id: AccountId, disabled: bool) -> Result<Conflict, StoreError>;
    /// Makes its owner a support agent or takes that away; [`Conflict::Lost`] when it was so already.
    async fn set_support_agent(&mut self, id: AccountId, support_agent: bool) -> Result<Conflict, StoreError>;
}

/// Sessions.
#[async_trait]
pub trait Sessions {
    /// By the hash of its secret.
    async fn session(&mut self, secret: &SecretHash) -> Result<Option<Session>, StoreError>;
    /// By its id.
    async fn session_by_id(&mut self, id: SessionId) -> Result<Option<Session>, StoreError>;
    /// All of an account, the latest used first.
    async fn sessions_of(&mut self, account: AccountId) -> Result<Vec<Session>, StoreError>;
    /// Adds one.
    async fn add_session(&mut self, session: &Session) -> Result<(), StoreError>;
    /// Records its use; a session that has ended stays ended.
    async fn update_last_seen(&mut self, id: SessionId, at: Timestamp) -> Result<(), StoreError>;
    /// Ends one of this account's; [`Conflict::Lost`] when there is none.
    async fn end_session(&mut self, account: AccountId, id: SessionId) -> Result<Conflict, StoreError>;
    /// Ends all of an account but one, and says how many.
    async fn end_other_sessions(&mut self, account: AccountId, keep: SessionId) -> Result<u64, StoreError>;
    /// Ends everything that an account has begun: sessions, sign-ins and enrolments that wait for a code, mailed codes.
    async fn end_all_access(&mut self, account: AccountId) -> Result<(), StoreError>;
    /// Gives a session another secret and this window, if its secret is still what it `was`.
    async fn open_authorised_window(
        &mut self,
        id: SessionId,
        was: &SecretHash,
        secret: &SecretHash,
        window: AuthorisedWindow,
    ) -> Result<Conflict, StoreError>;
    /// Records that a padlocked operation was done in a session's window.
    async fn record_window_use(&mut self, id: SessionId, at: Timestamp) -> Result<(), StoreError>;
    /// Closes a session's window.
    async fn close_window(&mut self, id: SessionId) -> Result<(), StoreError>;
    /// Closes every window of an account.
    async fn close_windows(&mut self, account: AccountId) -> Result<(), StoreError>;
    /// A sign-in that waits for its code, by the hash of its secret.
    async fn mfa_challenge(&mut self, secret: &SecretHash) -> Result<Option<MfaChallenge>, StoreError>;
    /// Adds one.
    async fn add_mfa_challenge(&mut self, session: &MfaChallenge) -> Result<(), StoreError>;
    /// Charges tries to one, if there `were` so many.
    async fn record_challenge_attempt(
        &mut self,
        id: SessionId,
        were: u32,
        charged: u32,
    ) -> Result<Conflict, StoreError>;
    /// Takes one away: it has become a session, or ended.
    async fn remove_mfa_challenge(&mut self, id: SessionId) -> Result<Conflict, StoreError>;
    /// Forgets what waited for a code before: sign-ins, enrolments, mailed codes.
    async fn delete_expired_pending(&mut self, before: Timestamp) -> Result<u64, StoreError>;
    /// Forgets sessions whose last use was before `idle_before` or that began before `created_before`.
    async fn delete_expired_sessions(
        &mut self,
        idle_before: Timestamp,
        created_before: Timestamp,
    ) -> Result<u64, StoreError>;
}

/// Apps and teams.
#[async_trait]
pub trait Apps {
    /// The apps this account is a member of (deactivated members see none), by name.
    async fn apps_of(&mut self, account: AccountId) -> Result<Vec<App>, StoreError>;
    /// Every app there is, by name.
    async fn all_apps(&mut self) -> Result<Vec<App>, StoreError>;
    /// By slug or, if it reads as one, by id.
    async fn app(&mut self, slug_or_id: &str) -> Result<Option<App>, StoreError>;
    /// An account's place in an app's team, with its whole row of the matrix.
    async fn membership(&mut self, app: AppId, account: AccountId) -> Result<Option<Membership>, StoreError>;
    /// Adds an app; [`Conflict::Lost`] when the slug is taken.
    async fn add_app(&mut self, app: &App) -> Result<Conflict, StoreError>;
    /// Adds a member with a row of the matrix.
    async fn add_membership(&mut self, membership: &Membership) -> Result<(), StoreError>;
}

/// Environments.
#[async_trait]
pub trait Environments {
    /// An app's environments in promotion order.
    async fn environments(&mut self, app: AppId) -> Result<Vec<Environment>, StoreError>;
    /// Every environment there is, for the start of the server.
    async fn all_environments(&mut self) -> Result<Vec<(App, Environment)>, StoreError>;
    /// One by id.
    async fn environment(&mut self, id: EnvironmentId) -> Result<Option<Environment>, StoreError>;
    /// Adds one; [`Conflict::Lost`] when slug or position is taken in the app.
    async fn add_environment(&mut self, environment: &Environment) -> Result<Conflict, StoreError>;
    /// Saves `slot`, `job` and `revision` of an environment that was at revision `was`.
    async fn save_environment(&mut self, environment: &Environment, was: i64) -> Result<Conflict, StoreError>;
}

/// A package with what the repository shows of it.
#[derive(Debug, Clone)]
pub struct PackageRecord {
    /// The package.
    pub package: Package,
    /// When it was last put onto an environment.
    pub last_deployed_at: Option<Timestamp>,
}

/// Packages.
#[async_trait]
pub trait Packages {
    /// The newest `limit` of an app's packages that are older than `before` (an id of that app), newest first.
    async fn packages(
        &mut self,
        app: AppId,
        before: Option<PackageId>,
        limit: u32,
    ) -> Result<Vec<PackageRecord>, StoreError>;
    /// One of an app's.
    async fn package(&mut self, app: AppId, id: PackageId) -> Result<Option<Package>, StoreError>;
    /// The `limit` packages of an app that were put onto an environment last, the latest first.
    async fn recently_deployed(&mut self, app: AppId, limit: u32) -> Result<Vec<PackageId>, StoreError>;
    /// The packages of an app that were uploaded, and last put onto an environment if ever, before `before`.
    async fn idle_packages(&mut self, app: AppId, before: Timestamp) -> Result<Vec<PackageRecord>, StoreError>;
    /// Every package's id, for the sweep of files.
    async fn all_package_ids(&mut self) -> Result<Vec<PackageId>, StoreError>;
    /// Adds one.
    async fn add_package(&mut self, package: &Package) -> Result<(), StoreError>;
    /// Deletes one unless it lies on an environment or is on its way to one ([`Conflict::Lost`]).
    async fn delete_package(&mut self, app: AppId, id: PackageId) -> Result<Conflict, StoreError>;
    /// Records that a package was put onto an environment (now, or again), and whether it ran there.
    async fn record_deployment(
        &mut self,
        package: PackageId,
        on: EnvironmentId,
        ran: bool,
        at: Timestamp,
    ) -> Result<(), StoreError>;
    /// When it was last put onto any environment.
    async fn last_deployed_at(&mut self, package: PackageId) -> Result<Option<Timestamp>, StoreError>;
    /// Whether it ever ran there.
    async fn has_run(&mut self, package: PackageId, on: EnvironmentId) -> Result<bool, StoreError>;
}

/// Deployments.
#[async_trait]
pub trait Deployments {
    /// One by id.
    async fn deployment(&mut self, id: DeploymentId) -> Result<Option<Deployment>, StoreError>;
    /// The latest onto an environment.
    async fn latest_deployment(&mut self, environment: EnvironmentId) -> Result<Option<Deployment>, StoreError>;
    /// Those that have not ended, for the start of the server.
    async fn unfinished_deployments(&mut self) -> Result<Vec<Deployment>, StoreError>;
    /// Adds one.
    async fn add_deployment(&mut self, deployment: &Deployment) -> Result<(), StoreError>;
    /// Saves stages and end of one that has not ended.
    async fn save_deployment(&mut self, deployment: &Deployment) -> Result<Conflict, StoreError>;
}

/// Which entries of an app's audit trail are wanted. What is left out is no condition.
#[derive(Debug, Clone, Default)]
pub struct ActivityFilter {
    /// By this person.
    pub account: Option<AccountId>,
    /// About this environment.
    pub environment: Option<EnvironmentId>,
    /// Of this kind ([`Event::kind`](padlock_domain::activity::Event::kind)).
    pub kind: Option<&'static str>,
    /// Not before this moment; milliseconds count.
    pub from: Option<Timestamp>,
    /// Before this moment.
    pub until: Option<Timestamp>,
}

/// One page of an audit trail.
#[derive(Debug, Default)]
pub struct ActivityPage {
    /// The entries that were found, newest first.
    pub entries: Vec<Entry>,
    /// Pass it as `before` to go on; none when there is nothing older.
    pub next: Option<ActivityId>,
}

/// The audit trail.
#[async_trait]
pub trait Activities {
    /// Adds an entry.
    async fn add_activity(&mut self, entry: &Entry) -> Result<(), StoreError>;
    /// The newest entries of an app that fit and are older than `before`: at most `limit`, and maybe fewer although there
    /// are more, so that a filter that hardly anything fits takes no longer than another.
    async fn activity(
        &mut self,
        app: AppId,
        filter: &ActivityFilter,
        before: Option<ActivityId>,
        limit: u32,
    ) -> Result<ActivityPage, StoreError>;
}
