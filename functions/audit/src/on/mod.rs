//! Consumers.

pub mod event;
