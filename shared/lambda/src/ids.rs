//! Generator of new ids; this is the only place that makes random ids.

use jiff::Timestamp;
use kernel::IdGenerator;
use uuid::Uuid;

/// Generator of UUIDs of version 7: a time in milliseconds and a random tail.
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
    fn uuid_contains_the_given_time() {
        let at: Timestamp = "2024-01-10T10:30:45.123Z".parse().unwrap();
        let (seconds, nanos) = UuidV7Generator.uuid(at).get_timestamp().unwrap().to_unix();
        assert_eq!((seconds, nanos / 1_000_000), (1_704_882_645, 123));
        assert_ne!(UuidV7Generator.uuid(at), UuidV7Generator.uuid(at));
    }
}
