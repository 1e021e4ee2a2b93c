//! Runner of endpoints: one axum route, with everything around it that a handler could forget.

mod answer;
mod caller;
mod extract;
pub mod field;
mod problem;
mod serve;

pub use answer::{Created, IfMatch, Replayed, Versioned, accepted, created, ok};
pub use caller::{Caller, PublicCaller, VerifiedToken};
pub use extract::{
    BODY_BYTES_MAX, FILE_BYTES_MAX, IdempotencyHeader, Json, LargeJson, NoFilter, PageQuery, Paged, Path, Query, Reach,
    Reached, Subject, Valid, read_part,
};
pub use problem::{Problem, problem_body, status_of};
pub use serve::{Endpoint, app, serve};
