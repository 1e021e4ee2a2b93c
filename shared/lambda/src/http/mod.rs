//! Endpoints: extractors, responses, problem bodies, and the middleware around every handler.
//!
//! A handler is an `async fn` whose arguments are extractors and whose error is [`Problem`]. [`Caller`] admits the caller by
//! the access table. The middleware adds problem bodies, `X-Request-Id`, safe headers, one log line and metrics.

mod caller;
mod endpoint;
mod extract;
mod parameter;
mod problem;
mod response;
pub mod validators;

pub use caller::{Caller, PeopleOfList, PublicCaller, VerifiedToken};
pub use endpoint::{Endpoint, app, serve};
pub use extract::{
    BODY_BYTES_MAX, IdempotencyHeader, InScope, Json, LARGE_BODY_BYTES_MAX, LargeJson, LoadInScope, NoFilter,
    PageQuery, Paged, Path, Query, Subject, UnusedIdempotencyHeader, Valid, read_nested,
};
pub use problem::{Problem, problem_body, status_of};
pub use response::{Created, IfMatch, Replayed, Versioned, accepted, accepted_in, created, ok, updated};
