//! Scheduled jobs and queue workers.

pub mod accrue;
pub mod escalate;
pub mod post;
pub mod retain;
