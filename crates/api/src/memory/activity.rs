//! The audit trails in memory.

use std::sync::Arc;

use async_trait::async_trait;
use padlock_domain::activity::{Entry, Event};
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
        let matches = |entry: &&Entry| {
            entry.app == app
                && before.is_none_or(|before| entry.id < before)
                && filter.account.is_none_or(|account| entry.account == Some(account))
                && filter.environment.is_none_or(|environment| entry.environment == Some(environment))
                && filter.kind.is_none_or(|kind| entry.event.kind() == kind)
                && filter.from.is_none_or(|from| entry.id >= ActivityId::min_at(from))
                && filter.until.is_none_or(|until| entry.id < ActivityId::min_at(until))
        };
        let mut entries: Vec<_> = self.tables().activity.iter().filter(matches).cloned().collect();
        entries.sort_by_key(|e| std::cmp::Reverse(e.id));
        let more = entries.len() > limit as usize;
        entries.truncate(limit as usize);
        let next = entries.last().filter(|_| more).map(|last| last.id);
        Ok(ActivityPage { entries, next })
    }
}

#[async_trait]
impl WriteActivity for MemoryTransaction {
    async fn add_activity(&mut self, entry: &Entry) -> StoreResult<()> {
        Arc::make_mut(&mut self.tables_mut().activity).push(entry.clone());
        Ok(())
    }

    async fn replace_activity_event(&mut self, entry: &Entry, event: &Event) -> StoreResult<Update> {
        let entries = Arc::make_mut(&mut self.tables_mut().activity);
        let stored = entries.iter_mut().find(|stored| *stored == entry);
        Ok(update(stored, |stored| stored.event = event.clone()))
    }
}
