//! Runtime of every Lambda function: the [`Shell`] (clients, keys, clock, ids), telemetry, and the runners [`http`],
//! [`queue`], [`stream`] and [`job`].
//!
//! Start with the macros [`endpoint!`], [`consumer!`] and [`job!`], which turn one handler into one function.
//!
//! Generic code is instantiated here once, so that binaries stay small. This is the only crate that reads the environment,
//! the clock and random ids. Constructors fail with [`InitError`] when an environment variable is missing; calls to AWS fail
//! with 503 `unavailable`. This crate knows no service.

mod aws;
pub mod breaker;
mod clock;
mod environment;
mod frame;
pub mod http;
mod ids;
pub mod job;
pub mod log;
mod mac_key;
pub mod messages;
pub mod metrics;
pub mod published_keys;
pub mod queue;
pub mod records_bucket;
pub mod retention;
mod runtime;
mod shell;
pub mod stream;

use std::{future::Future, pin::Pin};

pub use aws::aws_call_error;
pub use clock::{Clock, SystemClock};
pub use environment::{Environment, InitError};
pub use frame::{Api, FromShell};
pub use ids::UuidV7Generator;
pub use mac_key::MacKey;
pub use published_keys::KeyRing;
pub use shell::Shell;

/// Boxed future, which keeps generic types out of the interfaces between crates.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;
