//! The relay in process: real writes, a real stream, and what arrives on the bus.

pub(crate) mod on;
