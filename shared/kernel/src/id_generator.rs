//! Source of new ids, injected so that tests get predictable ones.

use jiff::Timestamp;
use uuid::Uuid;

/// Generator of time-sortable UUIDs (version 7).
pub trait IdGenerator: Send + Sync {
    /// New UUID whose time part is `at`, to the millisecond.
    fn uuid(&self, at: Timestamp) -> Uuid;
}
