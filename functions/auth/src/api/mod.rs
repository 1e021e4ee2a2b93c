//! Endpoints, in folders that mirror their URLs.

pub mod auth;
pub mod well_known;
