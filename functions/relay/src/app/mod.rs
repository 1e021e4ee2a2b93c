//! The bus that events are put on.

pub(crate) mod bus;
