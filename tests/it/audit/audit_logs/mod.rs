//! Endpoints below `/audit-logs`.

pub(crate) mod r#type;
pub(crate) mod user;

automod::dir!(pub(crate) "it/audit/audit_logs");
