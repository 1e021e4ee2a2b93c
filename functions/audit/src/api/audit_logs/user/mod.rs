//! Endpoints below `/api/v1/audit-logs/user`.

automod::dir!(pub "src/api/audit_logs/user");
