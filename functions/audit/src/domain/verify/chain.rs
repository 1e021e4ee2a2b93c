//! The seals: each by itself, each with the one before, then both ends of the chain.

use super::{Bounds, Finding, What};
use crate::domain::{
    hour::Hour,
    seal::{Broken, PublicKey, Seal, Sealed},
};

fn found(what: What, hour: Hour, detail: impl Into<String>) -> Finding {
    Finding { what, hour: Some(hour), id: None, detail: detail.into() }
}

/// Checks the chain; answers its first and last hour.
pub(super) fn check(seals: &[Sealed], keys: &[PublicKey], bounds: &Bounds) -> Result<Option<(Hour, Hour)>, Finding> {
    let mut ordered: Vec<_> = seals.iter().collect();
    ordered.sort_by_key(|sealed| sealed.signed.seal.hour);
    for sealed in &ordered {
        genuine(sealed, keys)?;
    }
    for pair in ordered.windows(2) {
        let &[before, after] = pair else { continue };
        follows(&before.signed.seal, &after.signed.seal)?;
    }
    let first = ordered.first().map(|sealed| &sealed.signed.seal);
    let last = ordered.last().map(|sealed| &sealed.signed.seal);
    whole(first, last, bounds)?;
    Ok(first.zip(last).map(|(first, last)| (first.hour, last.hour)))
}

fn genuine(sealed: &Sealed, keys: &[PublicKey]) -> Result<(), Finding> {
    let hour = sealed.signed.seal.hour;
    sealed.check(keys).map_err(|broken| {
        let why = match broken {
            Broken::Signature => "its signature does not fit any of the public keys",
            Broken::List => "its list of records is not the one that was signed",
            Broken::Root => "its tree has another root than the one that was signed",
        };
        found(What::SealForged, hour, format!("The seal of hour {hour} is not genuine: {why}."))
    })
}

fn follows(before: &Seal, after: &Seal) -> Result<(), Finding> {
    let next = before.hour.next();
    if after.hour == before.hour {
        return Err(found(What::ChainBroken, after.hour, format!("Hour {} is sealed twice.", after.hour)));
    }
    if after.hour != next {
        return Err(found(What::ChainBroken, next, format!("The seal of hour {next} is missing.")));
    }
    if after.previous != Some(before.hash()) {
        let detail = format!("The seal of hour {} does not follow the seal of hour {}.", after.hour, before.hour);
        return Err(found(What::ChainBroken, after.hour, detail));
    }
    Ok(())
}

/// The chain begins with the very first seal, or early enough, and ends late enough.
fn whole(first: Option<&Seal>, last: Option<&Seal>, bounds: &Bounds) -> Result<(), Finding> {
    if let Some(first) = first {
        let early = bounds.from.is_some_and(|from| first.hour <= Hour::of(from));
        if first.previous.is_some() && !early {
            let detail = format!("The seals before hour {} are missing.", first.hour);
            return Err(found(What::ChainTruncated, first.hour, detail));
        }
    }
    let Some(until) = bounds.until else { return Ok(()) };
    // The hour that `until` lies in counts only when `until` is not its first instant.
    let wanted = if Hour::of(until).start() == until { Hour::of(until).back(1) } else { Hour::of(until) };
    if last.is_none_or(|last| last.hour < wanted) {
        let from = last.map_or(wanted, |last| last.hour.next());
        let detail = format!("The seals from hour {from} to hour {wanted} are missing.");
        return Err(found(What::ChainTruncated, from, detail));
    }
    Ok(())
}
