//! A map that never grows beyond a size: what no longer matters goes first, then what lies back longest.

use std::collections::HashMap;
use std::hash::Hash;

use padlock_domain::throttle::{LoginThrottle, NetworkThrottle};
use padlock_domain::{SignedDuration, Timestamp};

/// How long a right password is remembered for the place that it came from.
const KNOWN: SignedDuration = SignedDuration::from_hours(24 * 30);

/// What a [`BoundedMap`] map keeps.
pub(super) trait Evictable: Default {
    /// Whether nothing in it matters any more.
    fn is_idle(&self, now: Timestamp) -> bool;
    /// Whether it is in use, so that it must not go.
    fn is_busy(&self) -> bool;
    /// What it remembers last.
    fn last(&self) -> Option<Timestamp>;
}

/// When a login's password was last right from some place.
#[derive(Default)]
pub(super) struct LastSuccess(pub(super) Option<Timestamp>);

impl Evictable for LastSuccess {
    fn is_idle(&self, now: Timestamp) -> bool {
        self.0.is_none_or(|at| now.duration_since(at) >= KNOWN)
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
        self.last_wrong()
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

/// The map. What is busy stays whatever the size; that is bounded by how much is done at once.
pub(super) struct BoundedMap<K, V> {
    entries: HashMap<K, V>,
    most: usize,
}

impl<K: Eq + Hash, V: Evictable> BoundedMap<K, V> {
    pub(super) fn new(most: usize) -> Self {
        Self { entries: HashMap::new(), most }
    }

    pub(super) fn get(&self, key: &K) -> Option<&V> {
        self.entries.get(key)
    }

    pub(super) fn get_mut(&mut self, key: &K) -> Option<&mut V> {
        self.entries.get_mut(key)
    }

    /// The entry of this key, made if it is not there.
    pub(super) fn entry(&mut self, key: K, now: Timestamp) -> &mut V {
        if self.entries.len() >= self.most && !self.entries.contains_key(&key) {
            self.make_room(now);
        }
        self.entries.entry(key).or_default()
    }

    /// Makes room for many at once, so that a map that is full is not looked through for each.
    fn make_room(&mut self, now: Timestamp) {
        self.entries.retain(|_, value| value.is_busy() || !value.is_idle(now));
        let room = self.most / 8;
        if self.entries.len() + room <= self.most {
            return;
        }
        let mut lasts: Vec<_> = self.entries.values().filter(|value| !value.is_busy()).map(V::last).collect();
        lasts.sort_unstable();
        let Some(latest_to_go) = lasts.get(room.min(lasts.len().saturating_sub(1))).copied() else { return };
        self.entries.retain(|_, value| value.is_busy() || value.last() > latest_to_go);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_000_000 + second).unwrap()
    }

    #[test]
    fn the_oldest_go_and_the_youngest_stay() {
        let mut map = BoundedMap::<i64, LastSuccess>::new(80);
        for n in 0..1_000 {
            map.entry(n, at(n)).0 = Some(at(n));
            assert!(map.entries.len() <= 80);
            assert!((n - 60..=n).filter(|n| *n >= 0).all(|n| map.get(&n).is_some()), "at {n}");
        }
    }

    #[test]
    fn what_is_in_use_stays() {
        let mut map = BoundedMap::<i64, NetworkThrottle>::new(8);
        let _ = map.entry(0, at(0)).begin(at(0));
        for n in 1..100 {
            let _ = map.entry(n, at(n));
        }
        assert!(map.get(&0).is_some_and(Evictable::is_busy));
        assert!(map.entries.len() <= 9);
    }
}
