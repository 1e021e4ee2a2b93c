//! Relay in process: writes to a real database, its stream, and the entries on the bus.

pub(crate) mod on;
