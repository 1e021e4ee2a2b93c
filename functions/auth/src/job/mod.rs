//! Scheduled jobs of the service.

pub mod refresh_jwks;
