//! Retries of optimistic writes after a pause with full jitter, so that competing requests spread out.

use std::time::Duration;

use jiff::Timestamp;
use kernel::{Code, Error, IdGenerator, Result};

use crate::{Race, messages};

/// Base of the pauses, in milliseconds: the maximum is twice as long after the first attempt, and doubles with each
/// attempt.
const BASE_MS: u64 = 10;
/// Maximum of any pause, in milliseconds.
const CAP_MS: u64 = 320;

/// Attempts of an optimistic write before a lost race becomes 409 `busy`.
pub const ATTEMPTS_MAX: u32 = 12;

/// 409 `busy`: other requests won every attempt.
pub fn busy_error() -> Error {
    Error::new(Code::Busy, messages::busy())
}

/// Repeats an attempt until its write wins, at most [`ATTEMPTS_MAX`] times, with pauses. Each attempt must read its
/// data anew.
///
/// # Errors
/// 409 `busy` if no attempt wins; the error of an attempt ends the loop.
pub async fn until_won<T, F: Future<Output = Result<Race<T>>>>(
    ids: &dyn IdGenerator,
    at: Timestamp,
    attempt: impl Fn() -> F,
) -> Result<T> {
    let attempt = || async { Ok(attempt().await?.won_or(())) };
    until_won_from(ids, at, (), |()| attempt()).await
}

/// Repeats an attempt like [`until_won`], with a state in place of a new read. The first attempt starts from `known`, each
/// further one from the state that the lost attempt returned as its inner `Err`.
///
/// # Errors
/// 409 `busy` if no attempt wins; the error of an attempt ends the loop.
pub async fn until_won_from<S, T, F: Future<Output = Result<std::result::Result<T, S>>>>(
    ids: &dyn IdGenerator,
    at: Timestamp,
    mut known: S,
    attempt: impl Fn(S) -> F,
) -> Result<T> {
    for number in 1..=ATTEMPTS_MAX {
        match attempt(known).await? {
            Ok(value) => return Ok(value),
            Err(newer) => known = newer,
        }
        if number < ATTEMPTS_MAX {
            wait_before_retry(ids, at, number).await;
        }
    }
    Err(busy_error())
}

/// Waits for a random time after attempt number `attempt`, counted from 1: at most 20 ms after the first one, twice as long
/// after each further one, and never more than 320 ms.
pub async fn wait_before_retry(ids: &dyn IdGenerator, at: Timestamp, attempt: u32) {
    sleep_with_jitter(ids, at, attempt, BASE_MS, CAP_MS).await;
}

/// Waits for a random time of at most `base_ms` times 2 to the power of `attempt` (up to 8), and at most `cap_ms`.
pub(crate) async fn sleep_with_jitter(ids: &dyn IdGenerator, at: Timestamp, attempt: u32, base_ms: u64, cap_ms: u64) {
    let ceiling = base_ms.saturating_mul(1 << attempt.min(8)).min(cap_ms);
    let random = u64::try_from(ids.uuid(at).as_u128() & 0xffff_ffff).unwrap_or_default();
    tokio::time::sleep(Duration::from_millis(random % (ceiling + 1))).await;
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    struct Zeros;

    impl IdGenerator for Zeros {
        fn uuid(&self, _: Timestamp) -> Uuid {
            Uuid::nil()
        }
    }

    #[tokio::test]
    async fn lost_attempt_passes_its_state_to_the_next_one() {
        let attempt = |found: Vec<u32>| async move {
            let next = found.len() as u32;
            Ok(if next == 4 { Ok(found) } else { Err([found, vec![next]].concat()) })
        };
        let found = until_won_from(&Zeros, Timestamp::UNIX_EPOCH, vec![], attempt).await.unwrap();
        assert_eq!(found, [0, 1, 2, 3]);
    }

    #[tokio::test]
    async fn attempts_end_with_busy() {
        let lost = || async { Ok(Race::<()>::Lost) };
        let error = until_won(&Zeros, Timestamp::UNIX_EPOCH, lost).await.unwrap_err();
        assert_eq!(error.code(), "busy");
    }
}
