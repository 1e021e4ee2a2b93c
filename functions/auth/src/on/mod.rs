//! Consumers.

pub mod employee;
