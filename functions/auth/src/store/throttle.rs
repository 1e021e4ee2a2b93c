//! Counters of tries. A try is counted before it is judged, so that guessing in parallel does not slip through; when it
//! cannot be counted it does not happen.

use events::Fact;
use jiff::Timestamp;
use kernel::{Error, Origin, Result};
use store::{CommitError, Key, Write};

use super::AuthStore;
use crate::domain::throttle::ThrottleRule;

/// A counter is kept a little longer than its window: clocks differ.
const COUNTER_TTL_MARGIN_S: i64 = 60;

fn key(rule: &ThrottleRule, who: &str, now: Timestamp) -> Key {
    Key::new(format!("THROTTLE#{}#{who}", rule.name), rule.window(now).start_s.to_string())
}

impl AuthStore {
    /// Counts a try; answers how many there were in this window. Publishes nothing.
    ///
    /// # Errors
    /// 429 when there were too many; 503 when it cannot be counted.
    pub async fn count_attempt(&self, origin: &Origin, rule: &ThrottleRule, who: &str) -> Result<u32> {
        let window = rule.window(origin.at);
        let write = Write::update(key(rule, who, origin.at))
            .condition("attribute_not_exists(#tries) OR #tries < :max")
            .value(":max", &rule.tries_max)
            .assign("#tries = if_not_exists(#tries, :none) + :step")
            .value(":none", &0)
            .value(":step", &1)
            .set("expires_at", &window.end_s.saturating_add(COUNTER_TTL_MARGIN_S));
        match self.table.commit(origin, write).await {
            Ok(committed) => {
                let tries = committed.item.get("tries").and_then(|tries| tries.as_n().ok());
                tries.and_then(|tries| tries.parse().ok()).ok_or_else(|| Error::unavailable("counter without a count"))
            }
            Err(CommitError::Condition { .. }) => Err(Error::throttled(window.retry_after_s(origin.at))),
            Err(CommitError::Other(error)) => Err(error),
        }
    }

    /// Says on the counter of a try that it failed.
    pub async fn publish_failed_attempt(
        &self,
        origin: &Origin,
        rule: &ThrottleRule,
        who: &str,
        fact: Fact,
    ) -> Result<()> {
        let write = Write::update(key(rule, who, origin.at))
            .assign("#failures = if_not_exists(#failures, :none) + :step")
            .value(":none", &0)
            .value(":step", &1)
            .set("expires_at", &rule.window(origin.at).end_s.saturating_add(COUNTER_TTL_MARGIN_S))
            .publishes(fact);
        self.update_counter(origin, write).await
    }

    /// Forgets the tries of this window after one that succeeded.
    pub async fn reset_attempts(&self, origin: &Origin, rule: &ThrottleRule, who: &str) -> Result<()> {
        let write = Write::update(key(rule, who, origin.at))
            .set("tries", &0)
            .set("expires_at", &rule.window(origin.at).end_s.saturating_add(COUNTER_TTL_MARGIN_S));
        self.update_counter(origin, write).await
    }

    /// Takes back one counted try of this window, since it was a right one.
    pub async fn refund_attempt(&self, origin: &Origin, rule: &ThrottleRule, who: &str) -> Result<()> {
        let write = Write::update(key(rule, who, origin.at))
            .condition("#tries > :none")
            .assign("#tries = #tries - :step")
            .value(":none", &0)
            .value(":step", &1);
        self.update_counter(origin, write).await
    }

    /// Writes to a counter that a try was counted on.
    async fn update_counter(&self, origin: &Origin, write: Write) -> Result<()> {
        let refused = |refusal: CommitError| refusal.map_condition(|_, _| Error::internal("a try that nobody counted"));
        self.table.commit(origin, write).await.map(drop).map_err(refused)
    }
}
