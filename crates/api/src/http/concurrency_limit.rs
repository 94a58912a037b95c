//! Limits how much one account or client network may have at once.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

/// A number of permits for each key. Clones share them.
pub struct ConcurrencyLimit<K> {
    limit: u16,
    in_use: Arc<Mutex<BTreeMap<K, u16>>>,
}

impl<K> Clone for ConcurrencyLimit<K> {
    fn clone(&self) -> Self {
        Self { limit: self.limit, in_use: Arc::clone(&self.in_use) }
    }
}

impl<K: Ord + Copy> ConcurrencyLimit<K> {
    /// Creates a limit of so many permits for each key.
    #[must_use]
    pub fn new(limit: u16) -> Self {
        Self { limit, in_use: Arc::default() }
    }

    /// Returns a permit unless the key has as many as are allowed.
    #[must_use]
    pub fn acquire(&self, key: K) -> Option<ConcurrencyPermit<K>> {
        let mut in_use = self.in_use.lock().unwrap_or_else(PoisonError::into_inner);
        let count = in_use.entry(key).or_default();
        if *count >= self.limit {
            return None;
        }
        *count += 1;
        Some(ConcurrencyPermit { in_use: Arc::clone(&self.in_use), key })
    }
}

/// A permit, which is returned when it is dropped.
pub struct ConcurrencyPermit<K: Ord> {
    in_use: Arc<Mutex<BTreeMap<K, u16>>>,
    key: K,
}

impl<K: Ord> Drop for ConcurrencyPermit<K> {
    fn drop(&mut self) {
        let mut in_use = self.in_use.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = in_use.get_mut(&self.key) {
            *count -= 1;
            if *count == 0 {
                in_use.remove(&self.key);
            }
        }
    }
}
