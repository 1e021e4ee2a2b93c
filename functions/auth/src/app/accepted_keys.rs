//! Which keys are believed: ours, and those of the outside identity provider that cannot be taken for ours.

use access::{KeySet, PublishedKey};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use crate::domain::der::RsaKey;

/// More keys of an outside provider are not kept.
const EXTERNAL_KEYS_MAX: usize = 20;
/// Smallest and largest RSA modulus in bytes: 2048 to 8192 bits.
const MODULUS_BYTES: std::ops::RangeInclusive<usize> = 256..=1024;
/// No key id is longer.
const KID_LENGTH_MAX: usize = 256;

/// Whose tokens a key signs, and for whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssuerAudience {
    pub iss: String,
    pub aud: String,
}

/// A key as an outside provider publishes it (RFC 7517), not yet believed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ExternalKey {
    pub kty: String,
    pub kid: Option<String>,
    pub alg: Option<String>,
    /// `use`.
    pub usage: Option<String>,
    pub n: Option<String>,
    pub e: Option<String>,
}

/// One of our keys, named by its id in KMS.
pub fn own_key(kid: &str, key: &RsaKey, parties: &IssuerAudience) -> PublishedKey {
    PublishedKey {
        kid: kid.to_owned(),
        n: URL_SAFE_NO_PAD.encode(&key.n),
        e: URL_SAFE_NO_PAD.encode(&key.e),
        iss: parties.iss.clone(),
        aud: parties.aud.clone(),
        internal: true,
    }
}

/// The candidates that are RSA keys for RS256 signatures of a decent size, each id once, in their order.
pub fn accept_external_keys(candidates: Vec<ExternalKey>, parties: &IssuerAudience) -> Vec<PublishedKey> {
    let mut keys: Vec<PublishedKey> = Vec::new();
    for candidate in candidates {
        let Some(key) = accept_external_key(candidate, parties) else { continue };
        if keys.len() < EXTERNAL_KEYS_MAX && !keys.iter().any(|known| known.kid == key.kid) {
            keys.push(key);
        }
    }
    keys
}

fn accept_external_key(candidate: ExternalKey, parties: &IssuerAudience) -> Option<PublishedKey> {
    let signs = candidate.usage.as_deref().is_none_or(|usage| usage == "sig");
    let rs256 = candidate.alg.as_deref().is_none_or(|alg| alg == "RS256");
    if candidate.kty != "RSA" || !signs || !rs256 {
        return None;
    }
    let kid = candidate.kid.filter(|kid| !kid.is_empty() && kid.len() <= KID_LENGTH_MAX)?;
    let (n, e) = (candidate.n?, candidate.e?);
    let modulus = URL_SAFE_NO_PAD.decode(&n).ok()?;
    let exponent = URL_SAFE_NO_PAD.decode(&e).ok()?;
    let strong = MODULUS_BYTES.contains(&modulus.len()) && modulus.first().is_some_and(|top| *top != 0);
    let usual = matches!(exponent.as_slice(), [1, 0, 1]);
    (strong && usual).then(|| PublishedKey {
        kid,
        n,
        e,
        iss: parties.iss.clone(),
        aud: parties.aud.clone(),
        internal: false,
    })
}

/// Ours first; an outside key that bears the id of one of ours is left out, and so is one that speaks for our issuer.
pub fn merge_keys(ours: Vec<PublishedKey>, outside: Vec<PublishedKey>) -> KeySet {
    let foreign = |key: &PublishedKey| !ours.iter().any(|own| own.kid == key.kid || own.iss == key.iss);
    let outside: Vec<_> = outside.into_iter().filter(|key| !key.internal && foreign(key)).collect();
    KeySet { keys: ours.into_iter().chain(outside).collect() }
}

/// The outside keys of a set, as they were kept, if they still speak for the same parties.
pub fn previous_external_keys(set: &KeySet, parties: &IssuerAudience) -> Vec<PublishedKey> {
    let same = |key: &&PublishedKey| !key.internal && key.iss == parties.iss && key.aud == parties.aud;
    set.keys.iter().filter(same).cloned().collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn outside() -> IssuerAudience {
        IssuerAudience { iss: "https://idp.example".into(), aud: "muster".into() }
    }

    fn good(kid: &str) -> ExternalKey {
        ExternalKey {
            kty: "RSA".into(),
            kid: Some(kid.into()),
            alg: Some("RS256".into()),
            usage: Some("sig".into()),
            n: Some(URL_SAFE_NO_PAD.encode([0x9f; 256])),
            e: Some("AQAB".into()),
        }
    }

    fn own(kid: &str) -> PublishedKey {
        let parties = IssuerAudience { iss: "urn:muster".into(), aud: "muster-api".into() };
        own_key(kid, &RsaKey { n: vec![0x9f; 256], e: vec![1, 0, 1] }, &parties)
    }

    #[test]
    fn only_rsa_keys_for_rs256_are_taken() {
        assert_eq!(accept_external_keys(vec![good("a")], &outside()).len(), 1);
        assert_eq!(
            accept_external_keys(vec![ExternalKey { alg: None, usage: None, ..good("a") }], &outside()).len(),
            1
        );
        for bad in [
            ExternalKey { kty: "EC".into(), ..good("a") },
            ExternalKey { kty: "oct".into(), ..good("a") },
            ExternalKey { alg: Some("HS256".into()), ..good("a") },
            ExternalKey { alg: Some("none".into()), ..good("a") },
            ExternalKey { usage: Some("enc".into()), ..good("a") },
            ExternalKey { kid: None, ..good("a") },
            ExternalKey { kid: Some(String::new()), ..good("a") },
            ExternalKey { n: None, ..good("a") },
            ExternalKey { n: Some(URL_SAFE_NO_PAD.encode([0x9f; 128])), ..good("a") },
            ExternalKey { n: Some(URL_SAFE_NO_PAD.encode([0; 256])), ..good("a") },
            ExternalKey { n: Some("not base64!".into()), ..good("a") },
            ExternalKey { e: Some(URL_SAFE_NO_PAD.encode([1])), ..good("a") },
        ] {
            assert_eq!(accept_external_keys(vec![bad.clone()], &outside()), vec![], "{bad:?}");
        }
    }

    #[test]
    fn an_outside_key_never_takes_the_place_of_one_of_ours() {
        let set = merge_keys(vec![own("k1"), own("k2")], accept_external_keys(vec![good("k1"), good("x")], &outside()));
        let ids: Vec<_> = set.keys.iter().map(|key| (key.kid.as_str(), key.internal)).collect();
        assert_eq!(ids, [("k1", true), ("k2", true), ("x", false)]);
    }

    #[test]
    fn an_outside_key_never_speaks_for_our_issuer() {
        let imposter = IssuerAudience { iss: "urn:muster".into(), aud: "muster-api".into() };
        assert_eq!(merge_keys(vec![own("k1")], accept_external_keys(vec![good("x")], &imposter)).keys.len(), 1);
    }

    #[test]
    fn keys_kept_from_before_must_speak_for_the_parties_of_today() {
        let set = merge_keys(vec![own("k1")], accept_external_keys(vec![good("x")], &outside()));
        assert_eq!(previous_external_keys(&set, &outside()).len(), 1);
        assert_eq!(
            previous_external_keys(&set, &IssuerAudience { iss: "https://other.example".into(), ..outside() }),
            vec![]
        );
    }

    proptest! {
        #[test]
        fn however_many_there_are_the_set_stays_small_and_every_id_is_there_once(ids in prop::collection::vec("[a-c][a-z]?", 0..60)) {
            let keys = accept_external_keys(ids.iter().map(|id| good(id)).collect(), &outside());
            prop_assert!(keys.len() <= EXTERNAL_KEYS_MAX);
            let mut seen: Vec<_> = keys.iter().map(|key| key.kid.clone()).collect();
            seen.sort();
            seen.dedup();
            prop_assert_eq!(seen.len(), keys.len());
        }
    }
}
