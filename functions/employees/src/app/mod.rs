//! Use cases that need both rules and the store.

pub mod roles;
pub mod status;
