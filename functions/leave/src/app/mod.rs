//! Use cases and clients of other services, shared by endpoints, consumers and jobs.

pub mod escalation_clock;
pub mod feed_token;
pub mod post_due_entries;
