//! Endpoints, in folders that mirror their URLs.

pub mod audit_logs;

use crate::store::AuditStore;

/// Shared handler state: the audit table and the shell.
pub type Api = lambda::Api<AuditStore>;
