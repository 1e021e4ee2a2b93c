//! Consumers of events.

pub mod attendance;
pub mod employee;
pub mod request;
