//! Which keys are believed: ours, and those of the outside identity provider that cannot be taken for ours.

use access::{Key, KeySet};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use crate::domain::der::RsaKey;

/// More keys of an outside provider are not kept.
const OUTSIDE_MAX: usize = 20;
/// Smallest and largest RSA modulus in bytes: 2048 to 8192 bits.
const MODULUS_BYTES: std::ops::RangeInclusive<usize> = 256..=1024;
/// No key id is longer.
const KID_LENGTH_MAX: usize = 256;

/// Whose tokens a key signs, and for whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parties {
    pub iss: String,
    pub aud: String,
}

/// A key as an outside provider publishes it (RFC 7517), not yet believed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Candidate {
    pub kty: String,
    pub kid: Option<String>,
    pub alg: Option<String>,
    /// `use`.
    pub usage: Option<String>,
    pub n: Option<String>,
    pub e: Option<String>,
}

/// One of our keys, named by its id in KMS.
pub fn ours(kid: &str, key: &RsaKey, parties: &Parties) -> Key {
    Key {
        kid: kid.to_owned(),
        n: URL_SAFE_NO_PAD.encode(&key.n),
        e: URL_SAFE_NO_PAD.encode(&key.e),
        iss: parties.iss.clone(),
        aud: parties.aud.clone(),
        ours: true,
    }
}

/// The candidates that are RSA keys for RS256 signatures of a decent size, each id once, in their order.
pub fn acceptable(candidates: Vec<Candidate>, parties: &Parties) -> Vec<Key> {
    let mut keys: Vec<Key> = Vec::new();
    for candidate in candidates {
        let Some(key) = accept(candidate, parties) else { continue };
        if keys.len() < OUTSIDE_MAX && !keys.iter().any(|known| known.kid == key.kid) {
            keys.push(key);
        }
    }
    keys
}

fn accept(candidate: Candidate, parties: &Parties) -> Option<Key> {
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
    (strong && usual).then(|| Key { kid, n, e, iss: parties.iss.clone(), aud: parties.aud.clone(), ours: false })
}

/// Ours first; an outside key that bears the id of one of ours is left out, and so is one that speaks for our issuer.
pub fn merged(ours: Vec<Key>, outside: Vec<Key>) -> KeySet {
    let foreign = |key: &Key| !ours.iter().any(|own| own.kid == key.kid || own.iss == key.iss);
    let outside: Vec<_> = outside.into_iter().filter(|key| !key.ours && foreign(key)).collect();
    KeySet { keys: ours.into_iter().chain(outside).collect() }
}

/// The outside keys of a set, as they were kept, if they still speak for the same parties.
pub fn kept(set: &KeySet, parties: &Parties) -> Vec<Key> {
    let same = |key: &&Key| !key.ours && key.iss == parties.iss && key.aud == parties.aud;
    set.keys.iter().filter(same).cloned().collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn outside() -> Parties {
        Parties { iss: "https://idp.example".into(), aud: "muster".into() }
    }

    fn good(kid: &str) -> Candidate {
        Candidate {
            kty: "RSA".into(),
            kid: Some(kid.into()),
            alg: Some("RS256".into()),
            usage: Some("sig".into()),
            n: Some(URL_SAFE_NO_PAD.encode([0x9f; 256])),
            e: Some("AQAB".into()),
        }
    }

    fn own(kid: &str) -> Key {
        let parties = Parties { iss: "urn:muster".into(), aud: "muster-api".into() };
        ours(kid, &RsaKey { n: vec![0x9f; 256], e: vec![1, 0, 1] }, &parties)
    }

    #[test]
    fn only_rsa_keys_for_rs256_are_taken() {
        assert_eq!(acceptable(vec![good("a")], &outside()).len(), 1);
        assert_eq!(acceptable(vec![Candidate { alg: None, usage: None, ..good("a") }], &outside()).len(), 1);
        for bad in [
            Candidate { kty: "EC".into(), ..good("a") },
            Candidate { kty: "oct".into(), ..good("a") },
            Candidate { alg: Some("HS256".into()), ..good("a") },
            Candidate { alg: Some("none".into()), ..good("a") },
            Candidate { usage: Some("enc".into()), ..good("a") },
            Candidate { kid: None, ..good("a") },
            Candidate { kid: Some(String::new()), ..good("a") },
            Candidate { n: None, ..good("a") },
            Candidate { n: Some(URL_SAFE_NO_PAD.encode([0x9f; 128])), ..good("a") },
            Candidate { n: Some(URL_SAFE_NO_PAD.encode([0; 256])), ..good("a") },
            Candidate { n: Some("not base64!".into()), ..good("a") },
            Candidate { e: Some(URL_SAFE_NO_PAD.encode([1])), ..good("a") },
        ] {
            assert_eq!(acceptable(vec![bad.clone()], &outside()), vec![], "{bad:?}");
        }
    }

    #[test]
    fn an_outside_key_never_takes_the_place_of_one_of_ours() {
        let set = merged(vec![own("k1"), own("k2")], acceptable(vec![good("k1"), good("x")], &outside()));
        let ids: Vec<_> = set.keys.iter().map(|key| (key.kid.as_str(), key.ours)).collect();
        assert_eq!(ids, [("k1", true), ("k2", true), ("x", false)]);
    }

    #[test]
    fn an_outside_key_never_speaks_for_our_issuer() {
        let imposter = Parties { iss: "urn:muster".into(), aud: "muster-api".into() };
        assert_eq!(merged(vec![own("k1")], acceptable(vec![good("x")], &imposter)).keys.len(), 1);
    }

    #[test]
    fn keys_kept_from_before_must_speak_for_the_parties_of_today() {
        let set = merged(vec![own("k1")], acceptable(vec![good("x")], &outside()));
        assert_eq!(kept(&set, &outside()).len(), 1);
        assert_eq!(kept(&set, &Parties { iss: "https://other.example".into(), ..outside() }), vec![]);
    }

    proptest! {
        #[test]
        fn however_many_there_are_the_set_stays_small_and_every_id_is_there_once(ids in prop::collection::vec("[a-c][a-z]?", 0..60)) {
            let keys = acceptable(ids.iter().map(|id| good(id)).collect(), &outside());
            prop_assert!(keys.len() <= OUTSIDE_MAX);
            let mut seen: Vec<_> = keys.iter().map(|key| key.kid.clone()).collect();
            seen.sort();
            seen.dedup();
            prop_assert_eq!(seen.len(), keys.len());
        }
    }
}
