//! Process-local caches with a maximum age, so that shared data is not read for every request.

use std::{
    collections::HashMap,
    hash::Hash,
    sync::{Arc, PoisonError, RwLock},
};

use jiff::{SignedDuration, Timestamp};
use kernel::Result;

/// Time that a [`CachedValue`] is used after it was read.
const VALUE_TTL: SignedDuration = SignedDuration::from_secs(60);

type Slot<T> = (Timestamp, Arc<T>);

fn is_fresh<T>((read_at, _): &Slot<T>, now: Timestamp, ttl: SignedDuration) -> bool {
    now.duration_since(*read_at) < ttl
}

/// One value, cached for a minute. Clones share the value.
#[derive(Debug)]
pub struct CachedValue<T>(Arc<RwLock<Option<Slot<T>>>>);

impl<T> Clone for CachedValue<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<T> Default for CachedValue<T> {
    fn default() -> Self {
        Self(Arc::default())
    }
}

impl<T> CachedValue<T> {
    /// Cached value; `None` if it was never read, or a minute ago or earlier.
    pub fn get(&self, now: Timestamp) -> Option<Arc<T>> {
        let slot = self.0.read().unwrap_or_else(PoisonError::into_inner).clone();
        slot.filter(|slot| is_fresh(slot, now, VALUE_TTL)).map(|(_, value)| value)
    }

    /// Caches a value that was read at `now`, in place of the old one.
    pub fn put(&self, now: Timestamp, value: T) -> Arc<T> {
        let value = Arc::new(value);
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Some((now, Arc::clone(&value)));
        value
    }

    /// Cached value, or the result of `read`, which is then cached.
    ///
    /// # Errors
    /// Error of `read`; it is not cached.
    pub async fn get_or_read(&self, now: Timestamp, read: impl Future<Output = Result<T>>) -> Result<Arc<T>> {
        match self.get(now) {
            Some(value) => Ok(value),
            None => Ok(self.put(now, read.await?)),
        }
    }
}

/// Values by key, each cached for the same time. When the cache is full, all entries are dropped. Clones share the entries.
#[derive(Debug)]
pub struct CachedMap<K, T> {
    ttl: SignedDuration,
    entries_max: usize,
    slots: Arc<RwLock<HashMap<K, Slot<T>>>>,
}

impl<K, T> Clone for CachedMap<K, T> {
    fn clone(&self) -> Self {
        Self { ttl: self.ttl, entries_max: self.entries_max, slots: Arc::clone(&self.slots) }
    }
}

impl<K: Eq + Hash, T> CachedMap<K, T> {
    /// Cache of at most `entries_max` values, each for `ttl`.
    pub fn new(ttl: SignedDuration, entries_max: usize) -> Self {
        Self { ttl, entries_max, slots: Arc::default() }
    }

    /// Cached value of a key; `None` if there is none or its time has passed.
    pub fn get(&self, key: &K, now: Timestamp) -> Option<Arc<T>> {
        let slots = self.slots.read().unwrap_or_else(PoisonError::into_inner);
        slots.get(key).filter(|slot| is_fresh(slot, now, self.ttl)).map(|(_, value)| Arc::clone(value))
    }

    /// Caches a value that was read at `now`, in place of the old one. A full cache drops all other entries for a new key.
    pub fn put(&self, key: K, now: Timestamp, value: T) -> Arc<T> {
        let value = Arc::new(value);
        let mut slots = self.slots.write().unwrap_or_else(PoisonError::into_inner);
        if slots.len() >= self.entries_max && !slots.contains_key(&key) {
            slots.clear();
        }
        slots.insert(key, (now, Arc::clone(&value)));
        value
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn value_expires_after_a_minute() {
        let cache = CachedValue::default();
        assert_eq!(cache.get(at(0)), None);
        cache.put(at(0), "x");
        assert_eq!(cache.get(at(59)).as_deref(), Some(&"x"));
        assert_eq!(cache.get(at(60)), None);
    }

    #[test]
    fn full_cache_drops_all_entries() {
        let cache = CachedMap::new(SignedDuration::from_secs(5), 2);
        for key in [1, 2, 2] {
            cache.put(key, at(0), key);
        }
        assert_eq!((cache.get(&1, at(4)).is_some(), cache.get(&1, at(5))), (true, None));
        cache.put(3, at(0), 3);
        assert_eq!((cache.get(&1, at(0)), cache.get(&3, at(0)).as_deref()), (None, Some(&3)));
    }
}
