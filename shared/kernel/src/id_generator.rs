//! Where new ids come from. The edge decides; rules and stores only ask.

use jiff::Timestamp;
use uuid::Uuid;

/// A source of time-sortable UUIDs (version 7).
pub trait IdGenerator: Send + Sync {
    /// A new UUID whose time part is `at`, to the millisecond.
    fn uuid(&self, at: Timestamp) -> Uuid;
}
