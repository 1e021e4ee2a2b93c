//! The relay in process: real writes, a real stream, and what arrives on the bus.

mod relay_on_stream;
