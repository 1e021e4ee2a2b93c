//! Fixed clock and predictable ids.

use std::sync::{
    Arc, Mutex, PoisonError,
    atomic::{AtomicU32, Ordering},
};

use jiff::{SignedDuration, Timestamp};
use kernel::{Actor, IdGenerator, Origin, RequestId};
use uuid::Uuid;

/// Start time of every test: Monday, 10 June 2024, 10:30:45 UTC.
pub fn test_start() -> Timestamp {
    Timestamp::new(1_718_015_445, 0).unwrap_or_default()
}

/// Clock that only tests advance. Clones share the time.
#[derive(Debug, Clone)]
pub struct FixedClock(Arc<Mutex<Timestamp>>);

impl Default for FixedClock {
    fn default() -> Self {
        Self(Arc::new(Mutex::new(test_start())))
    }
}

impl FixedClock {
    /// Current time of the clock.
    pub fn now(&self) -> Timestamp {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Moves the clock forward, or back if `by` is negative.
    pub fn advance(&self, by: SignedDuration) {
        let mut now = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *now = now.saturating_add(by).unwrap_or(*now);
    }

    pub fn set(&self, to: Timestamp) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = to;
    }
}

impl lambda::Clock for FixedClock {
    fn now(&self) -> Timestamp {
        Self::now(self)
    }
}

/// Generator of UUIDs of version 7 that are unique, ordered by creation and the same in every run.
#[derive(Debug, Default)]
pub struct TestIds(AtomicU32);

impl TestIds {
    /// Generator at its first id.
    pub fn new() -> Arc<Self> {
        Arc::default()
    }
}

impl IdGenerator for TestIds {
    fn uuid(&self, at: Timestamp) -> Uuid {
        let count = self.0.fetch_add(1, Ordering::Relaxed);
        // The counter comes first, for the order. The bits after it look random, because pauses are drawn from them.
        let tail = count.wrapping_mul(0x9E37_79B1).rotate_left(13);
        let random = (u128::from(count) << 32 | u128::from(tail)).to_be_bytes();
        let mut ten = [0_u8; 10];
        ten.copy_from_slice(random.get(6..).unwrap_or_default());
        uuid::Builder::from_unix_timestamp_millis(u64::try_from(at.as_millisecond()).unwrap_or_default(), &ten)
            .into_uuid()
    }
}

/// Origin of a change by the system function `test` at [`test_start`].
pub fn origin() -> Origin {
    Origin {
        actor: Actor::System("test".to_owned()),
        at: test_start(),
        request_id: RequestId::sanitised("req_test"),
        ip_address: Some("192.0.2.1".to_owned()),
        user_agent: Some("testkit".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_unique_sorted_and_reproducible() {
        let make = || {
            let ids = TestIds::new();
            (0..10_000).map(|_| ids.uuid(test_start())).collect::<Vec<_>>()
        };
        let ids = make();
        assert!(ids.is_sorted_by(|a, b| a < b));
        assert_eq!(ids, make());
        assert!(ids.iter().all(|id| id.get_version_num() == 7));
    }
}
