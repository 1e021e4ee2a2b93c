//! The edge: the only clock and the only source of ids.

use jiff::Timestamp;
use kernel::IdGenerator;
use uuid::Uuid;

/// Tells the time.
pub trait Clock: Send + Sync {
    /// Now, to the millisecond.
    fn now(&self) -> Timestamp;
}

/// The machine's clock.
#[derive(Debug, Clone, Copy)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the clock")]
    fn now(&self) -> Timestamp {
        let exact = Timestamp::now();
        Timestamp::from_millisecond(exact.as_millisecond()).unwrap_or(exact)
    }
}

/// UUIDs of version 7 with random tails.
#[derive(Debug, Clone, Copy)]
pub struct UuidV7Generator;

impl IdGenerator for UuidV7Generator {
    fn uuid(&self, at: Timestamp) -> Uuid {
        let seconds = u64::try_from(at.as_second()).unwrap_or_default();
        let nanos = u32::try_from(at.subsec_nanosecond()).unwrap_or_default();
        Uuid::new_v7(uuid::Timestamp::from_unix(uuid::NoContext, seconds, nanos))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_uuid_carries_the_time_it_was_made_for() {
        let at: Timestamp = "2024-01-10T10:30:45.123Z".parse().unwrap();
        let (seconds, nanos) = UuidV7Generator.uuid(at).get_timestamp().unwrap().to_unix();
        assert_eq!((seconds, nanos / 1_000_000), (1_704_882_645, 123));
        assert_ne!(UuidV7Generator.uuid(at), UuidV7Generator.uuid(at));
    }
}
