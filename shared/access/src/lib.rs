//! Who may see or change what: roles, scopes, the access table, fields, tokens.
//!
//! One table drives the handlers, the lists, the redaction and the generated tests. Never knows a table of a database,
//! an HTTP request or a clock.

mod fields;
pub mod mac;
mod operations;
mod role;
mod table;
mod token;

pub use fields::{FieldGroup, REDACTED, ReadableFields, redact};
pub use operations::*;
pub use role::{Role, Roles, UnknownRole};
pub use table::{AccessRule, AdmissionTiming, Grant, Method, Operation, Relation, Scope};
pub use token::{Bearer, Claims, KeySet, LEEWAY_S, PublishedKey, TOKEN_TYPE, TokenError};
