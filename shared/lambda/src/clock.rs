//! Time source of a function; this is the only place that reads the clock.

use jiff::Timestamp;

/// Time source, injected so that tests control it.
pub trait Clock: Send + Sync {
    /// Current time, to the millisecond.
    fn now(&self) -> Timestamp;
}

/// Clock of the machine, cut to the millisecond.
#[derive(Debug, Clone, Copy)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the clock")]
    fn now(&self) -> Timestamp {
        let exact = Timestamp::now();
        Timestamp::from_millisecond(exact.as_millisecond()).unwrap_or(exact)
    }
}
