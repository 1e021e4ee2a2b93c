//! Scheduled jobs.

pub mod training;
