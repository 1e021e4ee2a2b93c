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

pub use fields::{FieldGroup, Fields, REDACTED, redact};
pub use operations::*;
pub use role::{Role, Roles, UnknownRole};
pub use table::{Access, Admission, Grant, Method, Operation, Relation, Scope};
pub use token::{Bearer, Claims, Key, KeySet, LEEWAY_S, Refused, TOKEN_TYPE};
