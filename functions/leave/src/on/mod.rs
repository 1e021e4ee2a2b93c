//! Consumers of events.

pub mod attendance;
pub mod employee;
pub mod recount;
pub mod request;
