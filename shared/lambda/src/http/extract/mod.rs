//! Extractors: bodies, queries, paths and headers that are read and validated before a handler runs.
//!
//! Choose the arguments of a handler from these types:
//!
//! | argument | gives | refuses |
//! |---|---|---|
//! | [`Json<T>`] | the body, at most 64 KiB | 400 `malformed`, 413, 415 |
//! | [`LargeJson<T>`] | the body of an import, at most 2 MiB | the same |
//! | [`Query<T>`] | the query string | 400 `malformed` |
//! | [`Valid<..>`](Valid) around one of them | the same, checked by `garde` | 422 `invalid` too |
//! | [`Paged<F>`] | filter and page of a list | 400 `malformed`, 422 `invalid` |
//! | [`Path<T>`] | the path parameters | 404 `not_found` |
//! | [`InScope<T>`] | the object named by the path, if the caller may see it | 404 `not_found` |
//! | [`IdempotencyHeader`] | `Idempotency-Key`, on every POST | 400 `malformed` |
//!
//! [`Caller`] and [`IfMatch`](super::IfMatch) are extractors as well.

mod body;
mod idempotency;
mod in_scope;
mod pagination;
mod query;
mod serde_error;
mod valid;

pub use body::{BODY_BYTES_MAX, Json, LARGE_BODY_BYTES_MAX, LargeJson, read_nested};
pub use idempotency::{IdempotencyHeader, UnusedIdempotencyHeader};
pub use in_scope::{InScope, LoadInScope, Path, Subject};
pub use pagination::{NoFilter, PageQuery, Paged};
pub use query::Query;
pub use valid::Valid;

use super::{Caller, Problem};
