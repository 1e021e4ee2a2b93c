//! Consumers of events.

pub mod employee;
pub mod request;
