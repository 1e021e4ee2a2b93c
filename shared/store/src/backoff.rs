//! Changes that others may be faster at: tried again after a pause with full jitter, so that those who met do not meet again.

use std::time::Duration;

use jiff::Timestamp;
use kernel::{Code, Error, IdGenerator, Result};

use crate::Race;

/// The first pause is drawn from 0 to this, each further one from twice as much.
const BASE_MS: u64 = 10;
/// No pause is longer than this.
const CAP_MS: u64 = 320;

/// Attempts at a change of a handler before the answer is 409 `busy`.
pub const ATTEMPTS_MAX: u32 = 12;

/// 409: every attempt was lost to others.
pub fn busy() -> Error {
    Error::new(Code::Busy, "Others change the same records right now; try again.")
}

/// Makes the attempt until its write wins, at most [`ATTEMPTS_MAX`] times. Each attempt reads anew what it judges.
///
/// # Errors
/// 409 `busy` when every attempt was lost.
pub async fn until_won<T, F: Future<Output = Result<Race<T>>>>(
    mint: &dyn IdGenerator,
    at: Timestamp,
    attempt: impl Fn() -> F,
) -> Result<T> {
    let attempt = || async { Ok(attempt().await?.won_or(())) };
    until_won_from(mint, at, (), |()| attempt()).await
}

/// The same for attempts that go on from what the lost one before has found.
///
/// # Errors
/// 409 `busy` when every attempt was lost.
pub async fn until_won_from<S, T, F: Future<Output = Result<std::result::Result<T, S>>>>(
    mint: &dyn IdGenerator,
    at: Timestamp,
    mut known: S,
    attempt: impl Fn(S) -> F,
) -> Result<T> {
    for number in 1..=ATTEMPTS_MAX {
        match attempt(known).await? {
            Ok(value) => return Ok(value),
            Err(found) => known = found,
        }
        wait_before_retry(mint, at, number).await;
    }
    Err(busy())
}

/// Waits before try number `tries` + 1 of a change that others were faster at.
pub async fn wait_before_retry(mint: &dyn IdGenerator, at: Timestamp, tries: u32) {
    sleep_with_jitter(mint, at, tries, BASE_MS, CAP_MS).await;
}

/// Waits between 0 and the base, doubled with every try, up to the cap.
pub(crate) async fn sleep_with_jitter(mint: &dyn IdGenerator, at: Timestamp, tries: u32, base_ms: u64, cap_ms: u64) {
    let ceiling = base_ms.saturating_mul(1 << tries.min(8)).min(cap_ms);
    let random = u64::try_from(mint.uuid(at).as_u128() & 0xffff_ffff).unwrap_or_default();
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
    async fn a_lost_attempt_hands_on_what_it_has_found() {
        let attempt = |found: Vec<u32>| async move {
            let next = found.len() as u32;
            Ok(if next == 4 { Ok(found) } else { Err([found, vec![next]].concat()) })
        };
        let found = until_won_from(&Zeros, Timestamp::UNIX_EPOCH, vec![], attempt).await.unwrap();
        assert_eq!(found, [0, 1, 2, 3]);
    }

    #[tokio::test]
    async fn nobody_tries_for_ever() {
        let lost = || async { Ok(Race::<()>::Lost) };
        let error = until_won(&Zeros, Timestamp::UNIX_EPOCH, lost).await.unwrap_err();
        assert_eq!(error.code(), "busy");
    }
}
