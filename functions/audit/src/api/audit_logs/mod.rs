//! Endpoints below `/api/v1/audit-logs`.

pub mod r#type;
pub mod user;

automod::dir!(pub "src/api/audit_logs");
