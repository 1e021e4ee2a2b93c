//! Runner of endpoints: one axum route, with everything around it that a handler could forget.

mod caller;
mod endpoint;
mod extract;
mod parameter;
mod problem;
mod response;
pub mod validators;

pub use caller::{Caller, PublicCaller, VerifiedToken};
pub use endpoint::{Endpoint, app, serve};
pub use extract::{
    BODY_BYTES_MAX, IdempotencyHeader, InScope, Json, LARGE_BODY_BYTES_MAX, LargeJson, LoadInScope, NoFilter,
    PageQuery, Paged, Path, Query, Subject, UnusedIdempotencyHeader, Valid, read_nested,
};
pub use problem::{Problem, problem_body, status_of};
pub use response::{Created, IfMatch, Replayed, Versioned, accepted, created, ok};
