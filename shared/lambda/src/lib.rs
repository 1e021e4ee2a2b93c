//! The shell of every function: clients, keys, telemetry, and the runners `http`, `queue`, `stream` and `job`.
//!
//! Everything generic is instantiated here, once; a function's binary only calls a plain `serve()`. This is the one
//! place that reads the environment, the clock and random ids. Never knows a service's words.

mod aws;
pub mod breaker;
mod clock;
mod environment;
mod frame;
pub mod http;
pub mod job;
pub mod log;
mod mac_key;
pub mod metrics;
pub mod published_keys;
pub mod queue;
mod runtime;
mod shell;
pub mod stream;

use std::{future::Future, pin::Pin};

pub use aws::unavailable;
pub use clock::{Clock, SystemClock, UuidV7Generator};
pub use environment::{Environment, InitError};
pub use frame::{Api, FromShell};
pub use mac_key::MacKey;
pub use published_keys::KeyRing;
pub use shell::Shell;

/// A future in a box: what keeps generics out of crate borders.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;
