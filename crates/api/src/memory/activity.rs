//! The audit trails in memory.

use std::sync::Arc;

use async_trait::async_trait;
use padlock_domain::activity::{CLOCK_DIFFERENCE, Entry, Event};
use padlock_domain::{ActivityId, AppId};

use super::store::{MemoryTransaction, update};
use crate::ports::{ActivityFilter, ActivityPage, ReadActivity, StoreResult, Update, WriteActivity};

#[async_trait]
impl ReadActivity for MemoryTransaction {
    async fn activity(
        &mut self,
        app: AppId,
        filter: &ActivityFilter,
        before: Option<ActivityId>,
        limit: u32,
    ) -> StoreResult<ActivityPage> {
        let of_app = || self.tables().activity.iter().filter(|entry| entry.app == app);
        // Stable, so that entries of one time stay in the order in which they were added.
        let mut entries: Vec<_> = of_app().collect();
        entries.sort_by_key(|entry| entry.at);
        entries.reverse();
        let skipped = match before {
            None => 0,
            Some(before) => entries.iter().position(|entry| entry.id == before).map_or(entries.len(), |n| n + 1),
        };
        let matches = |entry: &&&Entry| {
            filter.account.is_none_or(|account| entry.account == Some(account))
                && filter.environment.is_none_or(|environment| entry.environment == Some(environment))
                && filter.kind.is_none_or(|kind| entry.event.kind() == kind)
                && filter.from.is_none_or(|from| entry.at >= from)
                && filter.until.is_none_or(|until| entry.at < until)
        };
        let entries = entries.iter().skip(skipped).filter(matches);
        let mut entries: Vec<_> = entries.map(|entry| (*entry).clone()).collect();
        let more = entries.len() > limit as usize;
        entries.truncate(limit as usize);
        let next = entries.last().filter(|_| more).map(|last| last.id);
        Ok(ActivityPage { entries, next })
    }
}

#[async_trait]
impl WriteActivity for MemoryTransaction {
    async fn add_activity(&mut self, entry: &Entry) -> StoreResult<()> {
        let entries = Arc::make_mut(&mut self.tables_mut().activity);
        let latest = entries.iter().rev().find(|latest| latest.app == entry.app).map(|latest| latest.at);
        let not_before = latest.filter(|latest| latest.duration_since(entry.at) <= CLOCK_DIFFERENCE);
        entries.push(Entry { at: not_before.map_or(entry.at, |latest| latest.max(entry.at)), ..entry.clone() });
        Ok(())
    }

    async fn replace_activity_event(&mut self, entry: &Entry, event: &Event) -> StoreResult<Update> {
        let entries = Arc::make_mut(&mut self.tables_mut().activity);
        let stored = entries.iter_mut().find(|stored| stored.id == entry.id && stored.event == entry.event);
        Ok(update(stored, |stored| stored.event = event.clone()))
    }
}
