//! Endpoints below `/api/v1/audit-logs/type`.

automod::dir!(pub "src/api/audit_logs/type");
