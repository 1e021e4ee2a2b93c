//! Endpoints, in folders that mirror their URLs.

pub mod audit_logs;
