//! The conventions of the repository as tests: what a newcomer must keep to, and what to do when one of these fails.
//!
//! One name leads everywhere: a row of the access table, `functions/<service>/src/api/<resource>/<verb>.rs`,
//! `src/bin/<operation>.rs`, the block of `functions/<service>/template.yaml`, `events/<operation>.json`, a path of
//! `docs/openapi.json` and `tests/it/<service>/<resource>/<verb>.rs`. To add an endpoint, add the row and let these tests ask
//! for the rest.

mod crates;
mod environment;
mod imports;
mod names;
pub(crate) mod openapi;
pub(crate) mod repo;
mod sources;
mod stacks;
mod template;
