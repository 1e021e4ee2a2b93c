//! Interpretation of stream records and batching of events: pure functions without clock or clients.

pub(crate) mod change;
pub(crate) mod entry;
pub(crate) mod image;
