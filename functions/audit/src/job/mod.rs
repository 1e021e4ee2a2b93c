//! Scheduled jobs.

pub mod seal;
