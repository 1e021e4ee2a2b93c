//! Scheduled jobs.

pub mod refresh_jwks;
