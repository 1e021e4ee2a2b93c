//! Use cases that endpoints, consumers and jobs share.

pub mod days_between;
pub mod employment_end;
pub mod escalation_scheduler;
pub mod feed_token;
pub mod post_credit;
pub mod post_due_entries;
pub mod record_hours;
pub mod recount_requests;
