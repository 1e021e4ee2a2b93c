//! Checks of the seal chain: each seal, each pair of consecutive seals, then both ends.

use super::{Finding, Tampering, VerificationScope};
use crate::domain::{
    hour::Hour,
    seal::{PublicKey, SealDocument, SealFault, SealStatement},
};

fn seal_finding(tampering: Tampering, hour: Hour, detail: impl Into<String>) -> Finding {
    Finding { tampering, hour: Some(hour), id: None, detail: detail.into() }
}

/// Checks the chain and returns its first and last hour; `None` without seals.
///
/// # Errors
/// First [`Finding`].
pub(super) fn check_chain(
    seals: &[SealDocument],
    keys: &[PublicKey],
    scope: &VerificationScope,
) -> Result<Option<(Hour, Hour)>, Finding> {
    let mut ordered: Vec<_> = seals.iter().collect();
    ordered.sort_by_key(|sealed| sealed.signed.seal.hour);
    for sealed in &ordered {
        check_seal(sealed, keys)?;
    }
    for pair in ordered.windows(2) {
        let &[before, after] = pair else { continue };
        check_successor(&before.signed.seal, &after.signed.seal)?;
    }
    let first = ordered.first().map(|sealed| &sealed.signed.seal);
    let last = ordered.last().map(|sealed| &sealed.signed.seal);
    check_ends(first, last, scope)?;
    Ok(first.zip(last).map(|(first, last)| (first.hour, last.hour)))
}

fn check_seal(sealed: &SealDocument, keys: &[PublicKey]) -> Result<(), Finding> {
    let hour = sealed.signed.seal.hour;
    sealed.check(keys).map_err(|fault| {
        let cause = match fault {
            SealFault::Signature => "none of the public keys verifies its signature",
            SealFault::List => "its list of records differs from the signed one",
            SealFault::Root => "the root of its tree differs from the signed one",
        };
        seal_finding(Tampering::SealForged, hour, format!("The seal of hour {hour} is not genuine: {cause}."))
    })
}

/// Checks that `after` is the seal of the next hour and contains the hash of `before`.
fn check_successor(before: &SealStatement, after: &SealStatement) -> Result<(), Finding> {
    let next = before.hour.next();
    if after.hour == before.hour {
        return Err(seal_finding(Tampering::ChainBroken, after.hour, format!("Hour {} is sealed twice.", after.hour)));
    }
    if after.hour != next {
        return Err(seal_finding(Tampering::ChainBroken, next, format!("The seal of hour {next} is missing.")));
    }
    if after.previous != Some(before.hash()) {
        let detail = format!("The seal of hour {} does not follow the seal of hour {}.", after.hour, before.hour);
        return Err(seal_finding(Tampering::ChainBroken, after.hour, detail));
    }
    Ok(())
}

/// Checks that the chain covers the scope: it starts with the first seal or early enough, and ends late enough.
fn check_ends(
    first: Option<&SealStatement>,
    last: Option<&SealStatement>,
    scope: &VerificationScope,
) -> Result<(), Finding> {
    if let Some(first) = first {
        let covers_start = scope.from.is_some_and(|from| first.hour <= Hour::of(from));
        if first.previous.is_some() && !covers_start {
            let detail = format!("The seals before hour {} are missing.", first.hour);
            return Err(seal_finding(Tampering::ChainTruncated, first.hour, detail));
        }
    }
    let Some(until) = scope.until else { return Ok(()) };
    // The hour of `until` counts only if `until` is after its first instant.
    let required = if Hour::of(until).start() == until { Hour::of(until).minus_hours(1) } else { Hour::of(until) };
    if last.is_none_or(|last| last.hour < required) {
        let from = last.map_or(required, |last| last.hour.next());
        let detail = format!("The seals from hour {from} to hour {required} are missing.");
        return Err(seal_finding(Tampering::ChainTruncated, from, detail));
    }
    Ok(())
}
