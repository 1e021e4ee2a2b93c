//! Endpoints below `/audit-logs/type`.

automod::dir!(pub(crate) "it/audit/audit_logs/type");
