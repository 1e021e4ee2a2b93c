//! Endpoints below `/audit-logs/user`.

automod::dir!(pub(crate) "it/audit/audit_logs/user");
