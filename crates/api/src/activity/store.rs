//! The audit trail in the store.

use async_trait::async_trait;
use padlock_domain::activity::{Entry, Event};
use padlock_domain::{AccountId, ActivityId, AppId, EnvironmentId, Timestamp};

use crate::ports::{StoreResult, Update};

/// The conditions on entries of an app's audit trail. `None` is no condition.
#[derive(Debug, Clone, Default)]
pub struct ActivityFilter {
    /// The entries of this person.
    pub account: Option<AccountId>,
    /// The entries about this environment.
    pub environment: Option<EnvironmentId>,
    /// The entries of this kind ([`Event::kind`](padlock_domain::activity::Event::kind)).
    pub kind: Option<&'static str>,
    /// The earliest time, with a precision of milliseconds.
    pub from: Option<Timestamp>,
    /// The time before which entries match.
    pub until: Option<Timestamp>,
}

/// A page of an audit trail.
#[derive(Debug, Default)]
pub struct ActivityPage {
    /// The entries, newest first.
    pub entries: Vec<Entry>,
    /// The `before` of the next page, or `None` if this is the last.
    pub next: Option<ActivityId>,
}

/// Queries of the audit trails.
#[async_trait]
pub trait ReadActivity {
    /// Returns the newest entries of an app that match the filter and are older than `before`, at most `limit`.
    ///
    /// A page that is not the last may have fewer entries, even none, so that a filter that rarely matches takes no
    /// longer than others.
    async fn activity(
        &mut self,
        app: AppId,
        filter: &ActivityFilter,
        before: Option<ActivityId>,
        limit: u32,
    ) -> StoreResult<ActivityPage>;
}

/// Statements on the audit trails.
#[async_trait]
pub trait WriteActivity {
    /// Adds an entry.
    async fn add_activity(&mut self, entry: &Entry) -> StoreResult<()>;
    /// Replaces the event of an entry by another of its kind, if it is still as in `entry`.
    async fn replace_activity_event(&mut self, entry: &Entry, event: &Event) -> StoreResult<Update>;
}
