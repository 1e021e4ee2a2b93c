//! Client of the event bus.

pub(crate) mod bus;
