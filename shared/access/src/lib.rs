//! Who may see or change what: roles, scopes, the access table, fields, tokens.
//!
//! One table drives the handlers, the lists, the redaction and the generated tests. Never knows a table of a database,
//! an HTTP request or a clock.

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
