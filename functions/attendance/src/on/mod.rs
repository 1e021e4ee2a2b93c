//! Consumers of events.

pub mod change;
pub mod employee;
pub mod leave;
