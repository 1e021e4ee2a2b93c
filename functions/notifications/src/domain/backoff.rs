//! How long to wait before a provider is asked again: exponential, with full jitter.

use jiff::SignedDuration;

/// The first pause is drawn from 1 second to this, each further one from twice as much.
const BASE_S: u64 = 30;
const CAP_S: u64 = 60 * 60;
pub const ATTEMPTS_MIN: u32 = 8;
/// Nor before so long: a provider that is away for a night costs nobody a mail.
pub const RETRY_DURATION_MIN: SignedDuration = SignedDuration::from_hours(24);

/// The pause after `attempts` tries that failed. `random` is any number, as random as can be had.
pub fn pause(attempts: u32, random: u64) -> SignedDuration {
    let doubled = BASE_S.saturating_mul(1 << attempts.saturating_sub(1).min(32));
    let seconds = 1 + random % doubled.min(CAP_S);
    SignedDuration::from_secs(i64::try_from(seconds).unwrap_or_default())
}

/// Whether it is time to give up: often enough and long enough tried.
pub fn exhausted(attempts: u32, tried_for: SignedDuration) -> bool {
    attempts >= ATTEMPTS_MIN && tried_for >= RETRY_DURATION_MIN
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_table_of_longest_pauses() {
        for (attempts, longest_s) in [(1, 30), (2, 60), (3, 120), (4, 240), (7, 1920), (8, 3600), (9, 3600), (99, 3600)]
        {
            assert_eq!(pause(attempts, longest_s - 1).as_secs(), longest_s as i64, "{attempts}");
            assert_eq!(pause(attempts, longest_s).as_secs(), 1, "{attempts}: jitter begins again at a second");
        }
    }

    #[test]
    fn giving_up_takes_both_many_tries_and_a_long_time() {
        let hours = SignedDuration::from_hours;
        assert!(!exhausted(ATTEMPTS_MIN, hours(23)));
        assert!(!exhausted(ATTEMPTS_MIN - 1, hours(100)));
        assert!(exhausted(ATTEMPTS_MIN, hours(24)));
    }

    proptest! {
        #[test]
        fn a_pause_is_between_a_second_and_an_hour(attempts: u32, random: u64) {
            let pause = pause(attempts, random).as_secs();
            prop_assert!((1..=3600).contains(&pause));
            if attempts <= 1 {
                prop_assert!(pause <= 30);
            }
        }

        #[test]
        fn later_pauses_may_be_longer_and_never_must_be_shorter(attempts in 1u32..40, random in 0u64..30) {
            prop_assert_eq!(pause(attempts, random), pause(attempts + 1, random), "the same small draw is the same pause");
        }
    }
}
