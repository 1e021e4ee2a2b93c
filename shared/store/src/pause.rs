//! The pause before another try: full jitter, so that those who met do not meet again.

use std::time::Duration;

use jiff::Timestamp;
use kernel::Mint;

/// The first pause is drawn from 0 to this, each further one from twice as much.
const BASE_MS: u64 = 10;
/// No pause is longer than this.
const CAP_MS: u64 = 320;

/// Waits before try number `tries` + 1 of a change that others were faster at.
pub async fn before_another(mint: &dyn Mint, at: Timestamp, tries: u32) {
    full_jitter(mint, at, tries, BASE_MS, CAP_MS).await;
}

/// Waits between 0 and the base, doubled with every try, up to the cap.
pub(crate) async fn full_jitter(mint: &dyn Mint, at: Timestamp, tries: u32, base_ms: u64, cap_ms: u64) {
    let ceiling = base_ms.saturating_mul(1 << tries.min(8)).min(cap_ms);
    let random = u64::try_from(mint.uuid(at).as_u128() & 0xffff_ffff).unwrap_or_default();
    tokio::time::sleep(Duration::from_millis(random % (ceiling + 1))).await;
}
