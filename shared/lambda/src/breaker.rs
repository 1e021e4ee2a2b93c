//! Circuit breaker: five failures in a row stop all calls for five minutes; then one call tests the provider.
//!
//! The breaker is a pure value. The service that calls the provider stores it in its own table.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// Failures in a row that open the breaker.
const FAILURES_TO_OPEN: u32 = 5;
/// Time that the breaker stays open.
pub const OPEN_FOR: SignedDuration = SignedDuration::from_mins(5);

/// Circuit breaker of one provider: its failures in a row, and the time of the last opening.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Breaker {
    /// Number of failed calls since the last successful one.
    pub failures: u32,
    /// Time of the last opening; none while the breaker is closed.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub opened_at: Option<Timestamp>,
}

/// Whether the provider may be called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BreakerState {
    /// Calls are allowed, with retries.
    Closed,
    /// One test call is allowed, without retries. The caller ensures that there is only one.
    HalfOpen,
    /// Calls are not allowed.
    Open,
}

impl BreakerState {
    /// Name of the state in summaries and logs.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Closed => "closed",
            Self::HalfOpen => "half_open",
            Self::Open => "open",
        }
    }
}

impl Breaker {
    /// State at this instant: an open breaker becomes half-open after [`OPEN_FOR`].
    pub fn state(&self, now: Timestamp) -> BreakerState {
        match self.opened_at {
            None => BreakerState::Closed,
            Some(opened_at) if now.duration_since(opened_at) < OPEN_FOR => BreakerState::Open,
            Some(_) => BreakerState::HalfOpen,
        }
    }

    /// Breaker after a successful call.
    pub fn after_success() -> Self {
        Self::default()
    }

    /// Breaker after a failed call. The fifth failure in a row opens it; after a failed test call it opens again at once.
    #[must_use]
    pub fn after_failure(self, now: Timestamp) -> Self {
        let failures = self.failures.saturating_add(1);
        let opens = failures >= FAILURES_TO_OPEN || self.opened_at.is_some();
        Self { failures, opened_at: opens.then_some(now) }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn five_failures_open_the_breaker_for_five_minutes() {
        let mut breaker = Breaker::default();
        for second in 0..4 {
            breaker = breaker.after_failure(at(second));
            assert_eq!(breaker.state(at(second)), BreakerState::Closed);
        }
        breaker = breaker.after_failure(at(4));
        assert_eq!(breaker.state(at(4)), BreakerState::Open);
        assert_eq!(breaker.state(at(303)), BreakerState::Open);
        assert_eq!(breaker.state(at(304)), BreakerState::HalfOpen);
        assert_eq!(
            breaker.after_failure(at(304)).state(at(305)),
            BreakerState::Open,
            "one failure opens a half-open breaker"
        );
        assert_eq!(Breaker::after_success().state(at(304)), BreakerState::Closed);
    }

    proptest! {
        #[test]
        fn success_resets_the_breaker(failures in 0u32..100) {
            let breaker = (0..failures).fold(Breaker::default(), |breaker, second| breaker.after_failure(at(second.into())));
            prop_assert_eq!(breaker.state(at(1000)) == BreakerState::Closed, failures < FAILURES_TO_OPEN);
            prop_assert_eq!(Breaker::after_success(), Breaker::default());
        }
    }
}
