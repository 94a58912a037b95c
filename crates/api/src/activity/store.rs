//! The audit trail in the store.

use async_trait::async_trait;
use padlock_domain::Timestamp;
use padlock_domain::activity::Entry;
use padlock_domain::ids::{AccountId, ActivityId, AppId, EnvironmentId};

use crate::ports::StoreError;

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
pub trait ActivityStore {
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
