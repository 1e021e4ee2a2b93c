//! Pause before the next attempt to send: exponential, with full jitter.

use jiff::SignedDuration;

/// Upper bound of the first pause, in seconds; it doubles with every attempt.
const BASE_S: u64 = 30;
/// Upper bound of every pause, in seconds.
const CAP_S: u64 = 60 * 60;
/// Minimum number of attempts before giving up.
pub const ATTEMPTS_MIN: u32 = 8;
/// Minimum time before giving up, so that an outage of one night loses no mail.
pub const RETRY_DURATION_MIN: SignedDuration = SignedDuration::from_hours(24);

/// Pause after `attempts` failed attempts: from one second to the upper bound, chosen by `random`.
pub fn retry_pause(attempts: u32, random: u64) -> SignedDuration {
    let doubled = BASE_S.saturating_mul(1 << attempts.saturating_sub(1).min(32));
    let seconds = 1 + random % doubled.min(CAP_S);
    SignedDuration::from_secs(i64::try_from(seconds).unwrap_or_default())
}

/// Whether to give up: after the minimum number of attempts and the minimum time.
pub fn are_attempts_exhausted(attempts: u32, tried_for: SignedDuration) -> bool {
    attempts >= ATTEMPTS_MIN && tried_for >= RETRY_DURATION_MIN
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn longest_pause_doubles_up_to_an_hour() {
        for (attempts, longest_s) in [(1, 30), (2, 60), (3, 120), (4, 240), (7, 1920), (8, 3600), (9, 3600), (99, 3600)]
        {
            assert_eq!(retry_pause(attempts, longest_s - 1).as_secs(), longest_s as i64, "{attempts}");
            assert_eq!(
                retry_pause(attempts, longest_s).as_secs(),
                1,
                "{attempts}: the jitter starts again at one second"
            );
        }
    }

    #[test]
    fn giving_up_needs_both_attempts_and_time() {
        let hours = SignedDuration::from_hours;
        assert!(!are_attempts_exhausted(ATTEMPTS_MIN, hours(23)));
        assert!(!are_attempts_exhausted(ATTEMPTS_MIN - 1, hours(100)));
        assert!(are_attempts_exhausted(ATTEMPTS_MIN, hours(24)));
    }

    proptest! {
        #[test]
        fn pauses_last_between_a_second_and_an_hour(attempts: u32, random: u64) {
            let pause = retry_pause(attempts, random).as_secs();
            prop_assert!((1..=3600).contains(&pause));
            if attempts <= 1 {
                prop_assert!(pause <= 30);
            }
        }

        #[test]
        fn small_draws_give_equal_pauses_after_every_attempt(attempts in 1u32..40, random in 0u64..30) {
            prop_assert_eq!(retry_pause(attempts, random), retry_pause(attempts + 1, random), "the same small draw gives the same pause");
        }
    }
}
