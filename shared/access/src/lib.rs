//! Access control: roles, scopes, the access table, restricted fields and tokens.
//!
//! The table [`OPERATIONS`] drives routes, permission checks, list filters, redaction and the generated access tests.
//! This crate knows no database, HTTP request or clock.

mod field_access;
pub mod mac;
mod operation;
mod operations;
mod role;
mod token;

pub use field_access::{FieldGroup, REDACTED, ReadableFields, redact};
pub use operation::{AccessRule, AdmissionTiming, Grant, Method, Operation, Relation, Scope};
pub use operations::*;
pub use role::{Role, Roles, UnknownRole};
pub use token::{Bearer, Claims, KeySet, LEEWAY_S, PublishedKey, TOKEN_TYPE, TokenError};
