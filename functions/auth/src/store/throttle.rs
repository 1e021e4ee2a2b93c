//! Counters of attempts. An attempt is counted before it is evaluated, so that parallel guesses are limited as well. An attempt
//! that cannot be counted is refused.

use events::Fact;
use jiff::Timestamp;
use kernel::{Error, Origin, Result};
use store::{CommitError, Key, Write};

use super::AuthStore;
use crate::domain::throttle::ThrottleRule;

/// Seconds that a counter outlives its window, because clocks differ.
const COUNTER_TTL_MARGIN_S: i64 = 60;

/// Key of the counter of a subject in the window that contains `now`.
fn counter_key(rule: &ThrottleRule, subject: &str, now: Timestamp) -> Key {
    Key::new(format!("THROTTLE#{}#{subject}", rule.name), rule.window_at(now).start_s.to_string())
}

impl AuthStore {
    /// Counts an attempt and returns the number of attempts in this window, including this one. Publishes no event.
    ///
    /// # Errors
    /// 429 `throttled` if the window already has the most attempts; a refused attempt is not counted.
    pub async fn count_attempt(&self, origin: &Origin, rule: &ThrottleRule, subject: &str) -> Result<u32> {
        let window = rule.window_at(origin.at);
        let write = Write::update(counter_key(rule, subject, origin.at))
            .condition("attribute_not_exists(#tries) OR #tries < :max")
            .value(":max", &rule.attempts_max)
            .assign("#tries = if_not_exists(#tries, :none) + :step")
            .value(":none", &0)
            .value(":step", &1)
            .set("expires_at", &window.end_s.saturating_add(COUNTER_TTL_MARGIN_S));
        match self.table.commit(origin, write).await {
            Ok(committed) => {
                let attempts = committed.item.get("tries").and_then(|attempts| attempts.as_n().ok());
                let attempts = attempts.and_then(|attempts| attempts.parse().ok());
                attempts.ok_or_else(|| Error::unavailable("the counter has no number"))
            }
            Err(CommitError::ConditionFailed { .. }) => Err(Error::throttled(window.retry_after_s(origin.at))),
            Err(CommitError::Other(error)) => Err(error),
        }
    }

    /// Publishes `fact` about a counted attempt that failed. Counts the failure apart from the attempts, without a limit.
    pub async fn publish_failed_attempt(
        &self,
        origin: &Origin,
        rule: &ThrottleRule,
        subject: &str,
        fact: Fact,
    ) -> Result<()> {
        let write = Write::update(counter_key(rule, subject, origin.at))
            .assign("#failures = if_not_exists(#failures, :none) + :step")
            .value(":none", &0)
            .value(":step", &1)
            .set("expires_at", &rule.window_at(origin.at).end_s.saturating_add(COUNTER_TTL_MARGIN_S))
            .publishes(fact);
        self.commit_counter_write(origin, write).await
    }

    /// Sets the number of attempts in this window to 0, after a success.
    pub async fn clear_attempt_counter(&self, origin: &Origin, rule: &ThrottleRule, subject: &str) -> Result<()> {
        let write = Write::update(counter_key(rule, subject, origin.at))
            .set("tries", &0)
            .set("expires_at", &rule.window_at(origin.at).end_s.saturating_add(COUNTER_TTL_MARGIN_S));
        self.commit_counter_write(origin, write).await
    }

    /// Subtracts one attempt from the number in this window, after a success.
    ///
    /// # Errors
    /// Internal, if no attempt is counted.
    pub async fn refund_attempt(&self, origin: &Origin, rule: &ThrottleRule, subject: &str) -> Result<()> {
        let write = Write::update(counter_key(rule, subject, origin.at))
            .condition("#tries > :none")
            .assign("#tries = #tries - :step")
            .value(":none", &0)
            .value(":step", &1);
        self.commit_counter_write(origin, write).await
    }

    /// Commits a write to a counter. A failed condition is an internal error.
    async fn commit_counter_write(&self, origin: &Origin, write: Write) -> Result<()> {
        let missing = |failed: CommitError| failed.map_condition(|_, _| Error::internal("the attempt was not counted"));
        self.table.commit(origin, write).await.map(drop).map_err(missing)
    }
}
