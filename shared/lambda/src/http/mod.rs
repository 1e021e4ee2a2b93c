//! Runner of endpoints: one axum route, with everything around it that a handler could forget.

mod answer;
mod caller;
mod extract;
mod problem;
mod serve;

pub use answer::{Created, IfMatch, Replayed, Versioned};
pub use caller::{Caller, Public};
pub use extract::{BODY_BYTES_MAX, Idempotency, Json, Path, Query, Valid};
pub use problem::{Problem, problem_body, status_of};
pub use serve::{app, serve};
