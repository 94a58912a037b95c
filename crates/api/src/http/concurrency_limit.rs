//! ConcurrencyLimit that an account has for what takes long: a few, so that nobody can take all there are.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use padlock_domain::ids::AccountId;

/// So many places for each account.
pub(crate) struct ConcurrencyLimit {
    most: u8,
    taken: Arc<Mutex<BTreeMap<AccountId, u8>>>,
}

impl ConcurrencyLimit {
    pub(crate) fn new(most: u8) -> Self {
        Self { most, taken: Arc::default() }
    }

    /// Takes one of the account's places, if one is free.
    pub(crate) fn acquire(&self, account: AccountId) -> Option<ConcurrencyPermit> {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let mine = taken.entry(account).or_default();
        if *mine >= self.most {
            return None;
        }
        *mine += 1;
        Some(ConcurrencyPermit { taken: Arc::clone(&self.taken), account })
    }
}

/// A place; free again when dropped.
pub(crate) struct ConcurrencyPermit {
    taken: Arc<Mutex<BTreeMap<AccountId, u8>>>,
    account: AccountId,
}

impl Drop for ConcurrencyPermit {
    fn drop(&mut self) {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(mine) = taken.get_mut(&self.account) {
            *mine -= 1;
            if *mine == 0 {
                taken.remove(&self.account);
            }
        }
    }
}
