//! What tests and benchmarks of all endpoints stand on: every endpoint by its row of the access table, an organisation in
//! which everybody has something of every kind, and what carries a change on its way.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::large_futures,
    reason = "a test may fail as loudly as it likes"
)]

mod bus;
mod endpoints;
mod organisation;
mod repo;
mod undo;

pub use bus::{deliver, queue_message, relay_stream};
pub use endpoints::{Build, ENDPOINTS, endpoint};
pub use organisation::{
    Organisation, PAY, PAY_OF_OTHERS, PHONE, PHONE_OF_OTHERS, REASON, REASON_OF_OTHERS, Request, method, row,
    sample_body, with_query,
};
pub use repo::{read, root};
pub use undo::restore;
