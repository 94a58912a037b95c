//! Limits how many long-running requests one account may have at once.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use padlock_domain::AccountId;

/// A number of permits for each account. Clones share them.
#[derive(Clone)]
pub(crate) struct ConcurrencyLimit {
    limit: u8,
    in_use: Arc<Mutex<BTreeMap<AccountId, u8>>>,
}

impl ConcurrencyLimit {
    pub(crate) fn new(limit: u8) -> Self {
        Self { limit, in_use: Arc::default() }
    }

    /// Returns a permit unless the account has as many as are allowed.
    pub(crate) fn acquire(&self, account: AccountId) -> Option<ConcurrencyPermit> {
        let mut in_use = self.in_use.lock().unwrap_or_else(PoisonError::into_inner);
        let count = in_use.entry(account).or_default();
        if *count >= self.limit {
            return None;
        }
        *count += 1;
        Some(ConcurrencyPermit { in_use: Arc::clone(&self.in_use), account })
    }
}

/// A permit, which is returned when it is dropped.
pub(crate) struct ConcurrencyPermit {
    in_use: Arc<Mutex<BTreeMap<AccountId, u8>>>,
    account: AccountId,
}

impl Drop for ConcurrencyPermit {
    fn drop(&mut self) {
        let mut in_use = self.in_use.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = in_use.get_mut(&self.account) {
            *count -= 1;
            if *count == 0 {
                in_use.remove(&self.account);
            }
        }
    }
}
