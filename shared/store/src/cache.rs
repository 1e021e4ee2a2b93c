//! What one function remembers for a while, so that it is not read for every request.

use std::{
    collections::HashMap,
    hash::Hash,
    sync::{Arc, PoisonError, RwLock},
};

use jiff::{SignedDuration, Timestamp};
use kernel::Result;

/// Age at which a remembered value is read again.
const MINUTE: SignedDuration = SignedDuration::from_secs(60);

type Slot<T> = (Timestamp, Arc<T>);

fn is_young<T>((read_at, _): &Slot<T>, now: Timestamp, age_max: SignedDuration) -> bool {
    now.duration_since(*read_at) < age_max
}

/// One value, remembered for a minute.
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
    /// The value, if it was read less than a minute ago.
    pub fn get(&self, now: Timestamp) -> Option<Arc<T>> {
        let slot = self.0.read().unwrap_or_else(PoisonError::into_inner).clone();
        slot.filter(|slot| is_young(slot, now, MINUTE)).map(|(_, value)| value)
    }

    /// Remembers a value that was read at `now`.
    pub fn put(&self, now: Timestamp, value: T) -> Arc<T> {
        let value = Arc::new(value);
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Some((now, Arc::clone(&value)));
        value
    }

    /// The value: remembered, or else read.
    ///
    /// # Errors
    /// What `read` answers; nothing is remembered then.
    pub async fn get_or(&self, now: Timestamp, read: impl Future<Output = Result<T>>) -> Result<Arc<T>> {
        match self.get(now) {
            Some(value) => Ok(value),
            None => Ok(self.put(now, read.await?)),
        }
    }
}

/// Values by key, each remembered for the same time. All are forgotten when there are too many.
#[derive(Debug)]
pub struct CachedMap<K, T> {
    age_max: SignedDuration,
    entries_max: usize,
    slots: Arc<RwLock<HashMap<K, Slot<T>>>>,
}

impl<K, T> Clone for CachedMap<K, T> {
    fn clone(&self) -> Self {
        Self { age_max: self.age_max, entries_max: self.entries_max, slots: Arc::clone(&self.slots) }
    }
}

impl<K: Eq + Hash, T> CachedMap<K, T> {
    /// Remembers at most `entries_max` values, each for `age_max`.
    pub fn new(age_max: SignedDuration, entries_max: usize) -> Self {
        Self { age_max, entries_max, slots: Arc::default() }
    }

    /// The value of a key, if it was read recently.
    pub fn get(&self, key: &K, now: Timestamp) -> Option<Arc<T>> {
        let slots = self.slots.read().unwrap_or_else(PoisonError::into_inner);
        slots.get(key).filter(|slot| is_young(slot, now, self.age_max)).map(|(_, value)| Arc::clone(value))
    }

    /// Remembers a value that was read at `now`.
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
    fn a_value_is_forgotten_after_a_minute() {
        let remembered = CachedValue::default();
        assert_eq!(remembered.get(at(0)), None);
        remembered.put(at(0), "x");
        assert_eq!(remembered.get(at(59)).as_deref(), Some(&"x"));
        assert_eq!(remembered.get(at(60)), None);
    }

    #[test]
    fn all_entries_are_forgotten_when_there_are_too_many() {
        let remembered = CachedMap::new(SignedDuration::from_secs(5), 2);
        for key in [1, 2, 2] {
            remembered.put(key, at(0), key);
        }
        assert_eq!((remembered.get(&1, at(4)).is_some(), remembered.get(&1, at(5))), (true, None));
        remembered.put(3, at(0), 3);
        assert_eq!((remembered.get(&1, at(0)), remembered.get(&3, at(0)).as_deref()), (None, Some(&3)));
    }
}
