//! Consumers.

pub mod employee;
pub mod event;
