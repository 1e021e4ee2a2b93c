//! Use cases: status changes, dated terms and access roles.

pub mod roles;
pub mod status;
pub mod terms;
