//! What a record means and how events are packed: pure, without a clock or a client.

pub(crate) mod change;
pub(crate) mod entry;
pub(crate) mod image;
