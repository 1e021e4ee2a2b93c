//! Consumers of events.

pub mod employee;
pub mod recount;
pub mod request;
