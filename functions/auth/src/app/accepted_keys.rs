//! Accepted verification keys: the own ones, and those of the external identity provider that cannot pass for own ones.

use access::{KeySet, PublishedKey};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use crate::domain::der::RsaKey;

/// Most accepted keys of the external provider; further ones are left out.
const EXTERNAL_KEYS_MAX: usize = 20;
/// Smallest and largest RSA modulus in bytes: 2048 to 8192 bits.
const MODULUS_BYTES: std::ops::RangeInclusive<usize> = 256..=1024;
/// Longest key id, in bytes.
const KID_LENGTH_MAX: usize = 256;

/// Issuer and audience of the tokens that a key signs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssuerAudience {
    pub iss: String,
    pub aud: String,
}

/// Unverified key of an external provider (RFC 7517).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ExternalKey {
    pub kty: String,
    pub kid: Option<String>,
    pub alg: Option<String>,
    /// The member `use`.
    pub usage: Option<String>,
    pub n: Option<String>,
    pub e: Option<String>,
}

/// Published form of an own key, with its id in KMS.
pub fn own_published_key(kid: &str, key: &RsaKey, tokens: &IssuerAudience) -> PublishedKey {
    PublishedKey {
        kid: kid.to_owned(),
        n: URL_SAFE_NO_PAD.encode(&key.n),
        e: URL_SAFE_NO_PAD.encode(&key.e),
        iss: tokens.iss.clone(),
        aud: tokens.aud.clone(),
        internal: true,
    }
}

/// Candidates that are RSA keys of 2048 to 8192 bits with exponent 65537 for RS256 signatures: each id once, in their
/// order, at most 20. The others are left out.
pub fn accept_external_keys(candidates: Vec<ExternalKey>, tokens: &IssuerAudience) -> Vec<PublishedKey> {
    let mut keys: Vec<PublishedKey> = Vec::new();
    for candidate in candidates {
        let Some(key) = accept_external_key(candidate, tokens) else { continue };
        if keys.len() < EXTERNAL_KEYS_MAX && !keys.iter().any(|known| known.kid == key.kid) {
            keys.push(key);
        }
    }
    keys
}

fn accept_external_key(candidate: ExternalKey, tokens: &IssuerAudience) -> Option<PublishedKey> {
    let is_for_signatures = candidate.usage.as_deref().is_none_or(|usage| usage == "sig");
    let is_rs256 = candidate.alg.as_deref().is_none_or(|alg| alg == "RS256");
    if candidate.kty != "RSA" || !is_for_signatures || !is_rs256 {
        return None;
    }
    let kid = candidate.kid.filter(|kid| !kid.is_empty() && kid.len() <= KID_LENGTH_MAX)?;
    let (n, e) = (candidate.n?, candidate.e?);
    let modulus = URL_SAFE_NO_PAD.decode(&n).ok()?;
    let exponent = URL_SAFE_NO_PAD.decode(&e).ok()?;
    let is_strong = MODULUS_BYTES.contains(&modulus.len()) && modulus.first().is_some_and(|top| *top != 0);
    let is_f4 = matches!(exponent.as_slice(), [1, 0, 1]);
    (is_strong && is_f4).then(|| PublishedKey {
        kid,
        n,
        e,
        iss: tokens.iss.clone(),
        aud: tokens.aud.clone(),
        internal: false,
    })
}

/// One set of own and external keys, own keys first. External keys with the id or the issuer of an own key are left
/// out.
pub fn merge_keys(own: Vec<PublishedKey>, external: Vec<PublishedKey>) -> KeySet {
    let is_distinct = |key: &PublishedKey| !own.iter().any(|own| own.kid == key.kid || own.iss == key.iss);
    let external: Vec<_> = external.into_iter().filter(|key| !key.internal && is_distinct(key)).collect();
    KeySet { keys: own.into_iter().chain(external).collect() }
}

/// External keys of the previous set that have this issuer and audience.
pub fn previous_external_keys(set: &KeySet, tokens: &IssuerAudience) -> Vec<PublishedKey> {
    let is_configured = |key: &&PublishedKey| !key.internal && key.iss == tokens.iss && key.aud == tokens.aud;
    set.keys.iter().filter(is_configured).cloned().collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn external() -> IssuerAudience {
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
        let tokens = IssuerAudience { iss: "urn:muster".into(), aud: "muster-api".into() };
        own_published_key(kid, &RsaKey { n: vec![0x9f; 256], e: vec![1, 0, 1] }, &tokens)
    }

    #[test]
    fn only_rsa_keys_for_rs256_are_accepted() {
        assert_eq!(accept_external_keys(vec![good("a")], &external()).len(), 1);
        assert_eq!(
            accept_external_keys(vec![ExternalKey { alg: None, usage: None, ..good("a") }], &external()).len(),
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
            assert_eq!(accept_external_keys(vec![bad.clone()], &external()), vec![], "{bad:?}");
        }
    }

    #[test]
    fn external_keys_never_replace_own_keys() {
        let set =
            merge_keys(vec![own("k1"), own("k2")], accept_external_keys(vec![good("k1"), good("x")], &external()));
        let ids: Vec<_> = set.keys.iter().map(|key| (key.kid.as_str(), key.internal)).collect();
        assert_eq!(ids, [("k1", true), ("k2", true), ("x", false)]);
    }

    #[test]
    fn external_keys_never_sign_for_the_own_issuer() {
        let imposter = IssuerAudience { iss: "urn:muster".into(), aud: "muster-api".into() };
        assert_eq!(merge_keys(vec![own("k1")], accept_external_keys(vec![good("x")], &imposter)).keys.len(), 1);
    }

    #[test]
    fn previous_external_keys_need_the_configured_issuer_and_audience() {
        let set = merge_keys(vec![own("k1")], accept_external_keys(vec![good("x")], &external()));
        assert_eq!(previous_external_keys(&set, &external()).len(), 1);
        assert_eq!(
            previous_external_keys(&set, &IssuerAudience { iss: "https://other.example".into(), ..external() }),
            vec![]
        );
    }

    proptest! {
        #[test]
        fn external_keys_are_limited_and_their_ids_unique(ids in prop::collection::vec("[a-c][a-z]?", 0..60)) {
            let keys = accept_external_keys(ids.iter().map(|id| good(id)).collect(), &external());
            prop_assert!(keys.len() <= EXTERNAL_KEYS_MAX);
            let mut seen: Vec<_> = keys.iter().map(|key| key.kid.clone()).collect();
            seen.sort();
            seen.dedup();
            prop_assert_eq!(seen.len(), keys.len());
        }
    }
}
