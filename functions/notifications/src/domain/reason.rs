//! Why somebody was not told, or why a delivery waits, failed or was not sent.

pub const QUIET_HOURS: &str = "quiet_hours";
/// Waits for, or went out with, the recipient's daily digest.
pub const DIGEST: &str = "digest";
pub const BREAKER_OPEN: &str = "breaker_open";
/// Waits for another try; or was given up after the last one.
pub const PROVIDER_UNAVAILABLE: &str = "provider_unavailable";
/// The provider will never take it.
pub const REJECTED: &str = "rejected";
/// The provider was asked and nobody knows what it did; never asked again, so that nobody hears twice.
pub const OUTCOME_UNKNOWN: &str = "outcome_unknown";
/// What it says is no longer true, such as a link that has ended.
pub const EXPIRED: &str = "expired";
pub const NOT_CONFIGURED: &str = "not_configured";
pub const NO_ADDRESS: &str = "no_address";
pub const OWN_ACTION: &str = "own_action";
pub const PREFERENCE: &str = "preference";
/// Too much of the same came at once: it became part of one.
pub const STORM: &str = "storm";
pub const NOBODY: &str = "nobody";
pub const LEFT: &str = "left";
pub const UNKNOWN_PERSON: &str = "unknown_person";
pub const ALREADY_TOLD: &str = "already_told";
/// It was published again long after it happened: a repair of records is no news.
pub const TOO_OLD: &str = "too_old";
pub const TEMPLATE_BROKEN: &str = "template_broken";
