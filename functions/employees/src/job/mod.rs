//! Scheduled jobs.

pub mod apply_terms;
