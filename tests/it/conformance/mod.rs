//! Tests of the repository's conventions. A failure says what to change.
//!
//! An operation has one name everywhere: in the access table, `functions/<service>/src/api/<resource>/<verb>.rs`,
//! `src/bin/<operation>.rs`, `functions/<service>/template.yaml`, `events/<operation>.json`, `docs/openapi.json` and
//! `tests/it/<service>/<resource>/<verb>.rs`. To add an endpoint, add its row to the access table; these tests name the missing parts.

mod crates;
mod environment;
mod imports;
mod languages;
mod names;
pub(crate) mod openapi;
pub(crate) mod policy_fields;
pub(crate) mod repo;
mod sources;
mod stacks;
mod template;
mod voice;
