//! Endpoints, one file each.

pub mod audit_logs_create;
pub mod audit_logs_export;
pub mod audit_logs_get;
pub mod audit_logs_list;
pub mod audit_logs_proof;
pub mod audit_logs_type_list;
pub mod audit_logs_user_list;
