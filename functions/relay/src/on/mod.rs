//! Consumers.

pub mod stream;
