//! A map of bounded size. It evicts idle entries first, then the least recent ones.

use std::collections::HashMap;
use std::hash::Hash;

use padlock_domain::throttle::{LoginThrottle, NetworkThrottle};
use padlock_domain::{SignedDuration, Timestamp};

/// How long a successful sign-in from a network is remembered.
const SUCCESS_LIFETIME: SignedDuration = SignedDuration::from_hours(24 * 30);

/// A value of a [`BoundedMap`].
pub(super) trait Evictable: Default {
    /// Returns whether the value has no effect any more.
    fn is_idle(&self, now: Timestamp) -> bool;
    /// Returns whether the value is in use and must stay.
    fn is_busy(&self) -> bool;
    /// Returns the time that decides which values are evicted first.
    fn last(&self) -> Option<Timestamp>;
}

/// The last successful sign-in with a login from a network.
#[derive(Default)]
pub(super) struct LastSuccess(pub(super) Option<Timestamp>);

impl Evictable for LastSuccess {
    fn is_idle(&self, now: Timestamp) -> bool {
        self.0.is_none_or(|at| now.duration_since(at) >= SUCCESS_LIFETIME)
    }

    fn is_busy(&self) -> bool {
        false
    }

    fn last(&self) -> Option<Timestamp> {
        self.0
    }
}

impl Evictable for LoginThrottle {
    fn is_idle(&self, now: Timestamp) -> bool {
        self.is_idle(now)
    }

    fn is_busy(&self) -> bool {
        self.is_busy()
    }

    fn last(&self) -> Option<Timestamp> {
        self.last_failure()
    }
}

impl Evictable for NetworkThrottle {
    fn is_idle(&self, now: Timestamp) -> bool {
        self.is_idle(now)
    }

    fn is_busy(&self) -> bool {
        self.is_busy()
    }

    fn last(&self) -> Option<Timestamp> {
        self.full_at()
    }
}

/// The map. Values in use stay even above the capacity; concurrency bounds their number.
pub(super) struct BoundedMap<K, V> {
    entries: HashMap<K, V>,
    capacity: usize,
}

impl<K: Eq + Hash, V: Evictable> BoundedMap<K, V> {
    pub(super) fn new(capacity: usize) -> Self {
        Self { entries: HashMap::new(), capacity }
    }

    pub(super) fn get(&self, key: &K) -> Option<&V> {
        self.entries.get(key)
    }

    pub(super) fn get_mut(&mut self, key: &K) -> Option<&mut V> {
        self.entries.get_mut(key)
    }

    /// Returns the value of this key, which is created if necessary.
    pub(super) fn entry(&mut self, key: K, now: Timestamp) -> &mut V {
        if self.entries.len() >= self.capacity && !self.entries.contains_key(&key) {
            self.evict(now);
        }
        self.entries.entry(key).or_default()
    }

    /// Evicts an eighth of the entries at once, so that a full map is not scanned for each new entry.
    fn evict(&mut self, now: Timestamp) {
        self.entries.retain(|_, value| value.is_busy() || !value.is_idle(now));
        let count = self.capacity / 8;
        if self.entries.len() + count <= self.capacity {
            return;
        }
        let mut lasts: Vec<_> = self.entries.values().filter(|value| !value.is_busy()).map(V::last).collect();
        lasts.sort_unstable();
        let Some(latest_evicted) = lasts.get(count.min(lasts.len().saturating_sub(1))).copied() else { return };
        self.entries.retain(|_, value| value.is_busy() || value.last() > latest_evicted);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_000_000 + second).unwrap()
    }

    #[test]
    fn the_least_recent_entries_are_evicted() {
        let mut map = BoundedMap::<i64, LastSuccess>::new(80);
        for n in 0..1_000 {
            map.entry(n, at(n)).0 = Some(at(n));
            assert!(map.entries.len() <= 80);
            assert!((n - 60..=n).filter(|n| *n >= 0).all(|n| map.get(&n).is_some()), "at {n}");
        }
    }

    #[test]
    fn entries_in_use_are_not_evicted() {
        let mut map = BoundedMap::<i64, NetworkThrottle>::new(8);
        let _ = map.entry(0, at(0)).admit(at(0));
        for n in 1..100 {
            let _ = map.entry(n, at(n));
        }
        assert!(map.get(&0).is_some_and(Evictable::is_busy));
        assert!(map.entries.len() <= 9);
    }
}
