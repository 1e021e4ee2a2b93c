//! A circuit breaker: after enough failures in a row nobody calls for a while, then one call feels its way.
//!
//! Pure: who calls a provider keeps the state in its own table.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// So many failures in a row open it.
const FAILURES_TO_OPEN: u32 = 5;
/// For so long it stays open.
pub const OPEN_FOR: SignedDuration = SignedDuration::from_mins(5);

/// What has happened so far.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Breaker {
    /// Failures since the last success.
    pub failures: u32,
    /// When it opened last, while it is not closed.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub opened_at: Option<Timestamp>,
}

/// Whether to call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BreakerState {
    /// Call, and try again on failure.
    Closed,
    /// Call once.
    HalfOpen,
    /// Do not call.
    Open,
}

impl BreakerState {
    /// As it is written in summaries and logs.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Closed => "closed",
            Self::HalfOpen => "half_open",
            Self::Open => "open",
        }
    }
}

impl Breaker {
    /// The state at this instant.
    pub fn state(&self, now: Timestamp) -> BreakerState {
        match self.opened_at {
            None => BreakerState::Closed,
            Some(opened_at) if now.duration_since(opened_at) < OPEN_FOR => BreakerState::Open,
            Some(_) => BreakerState::HalfOpen,
        }
    }

    /// After a call that came back.
    pub fn after_success() -> Self {
        Self::default()
    }

    /// After a call that did not: opens at the fifth in a row, and again at once when it was feeling its way.
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
    fn five_failures_open_it_and_five_minutes_later_one_call_decides() {
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
            "half open: one failure is enough"
        );
        assert_eq!(Breaker::after_success().state(at(304)), BreakerState::Closed);
    }

    proptest! {
        #[test]
        fn a_success_forgets_everything(failures in 0u32..100) {
            let broken = (0..failures).fold(Breaker::default(), |breaker, second| breaker.after_failure(at(second.into())));
            prop_assert_eq!(broken.state(at(1000)) == BreakerState::Closed, failures < FAILURES_TO_OPEN);
            prop_assert_eq!(Breaker::after_success(), Breaker::default());
        }
    }
}
