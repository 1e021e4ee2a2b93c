//! Use cases: status changes and access roles.

pub mod roles;
pub mod status;
