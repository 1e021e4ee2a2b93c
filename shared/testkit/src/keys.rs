//! Real keys, and access tokens signed with them.

use std::sync::OnceLock;

use access::{Claims, KeySet, PublishedKey, Roles, TOKEN_TYPE};
use aws_lc_rs::{
    encoding::{AsDer, Pkcs8V1Der},
    hmac, rand,
    rsa::KeySize,
    signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair, RSA_PKCS1_SHA256, RsaKeyPair},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::Timestamp;
use kernel::{EmployeeId, SessionId};
use serde_json::{Value, json};
use uuid::Uuid;

/// KMS key that signs access tokens now (RSA 2048).
pub const SIGNING_KEY: &str = "11111111-0000-4000-8000-000000000001";
/// KMS key that will sign access tokens next (RSA 2048).
pub const NEXT_SIGNING_KEY: &str = "11111111-0000-4000-8000-000000000002";

/// Issuer of all test tokens.
pub const ISSUER: &str = "urn:muster:test";
/// Audience of all test tokens.
pub const AUDIENCE: &str = "muster-api";

/// Lifetime of a test token, in seconds.
const TOKEN_LIFE_S: i64 = 900;

/// Keys in the stub of KMS.
pub(crate) struct Keys {
    pub(crate) signing: RsaKeyPair,
    pub(crate) next: RsaKeyPair,
    pub(crate) seal: EcdsaKeyPair,
    pub(crate) mac: hmac::Key,
}

/// Keys of this process, created at the first use.
#[expect(clippy::expect_used, reason = "a test helper")]
pub(crate) fn keys() -> &'static Keys {
    static KEYS: OnceLock<Keys> = OnceLock::new();
    KEYS.get_or_init(|| Keys {
        signing: rsa_key("signing").expect("an RSA key"),
        next: rsa_key("next").expect("an RSA key"),
        seal: EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).expect("an EC key"),
        mac: hmac::Key::generate(hmac::HMAC_SHA256, &rand::SystemRandom::new()).expect("a MAC key"),
    })
}

/// RSA key from a file beside the test binary, which is created if it is missing. Generating one takes a tenth of a
/// second, and every test is a process.
fn rsa_key(name: &str) -> Result<RsaKeyPair, Box<dyn std::error::Error>> {
    let file = std::env::current_exe()?.with_file_name(format!("testkit-{name}.pk8"));
    if let Some(key) = std::fs::read(&file).ok().and_then(|der| RsaKeyPair::from_pkcs8(&der).ok()) {
        return Ok(key);
    }
    let key = RsaKeyPair::generate(KeySize::Rsa2048)?;
    let new = file.with_extension(std::process::id().to_string());
    std::fs::write(&new, AsDer::<Pkcs8V1Der<'_>>::as_der(&key)?.as_ref())?;
    std::fs::rename(&new, &file)?;
    Ok(key)
}

/// Modulus and exponent from the DER of a 2048-bit RSA public key, which has a fixed layout.
fn modulus_and_exponent(key: &RsaKeyPair) -> (String, String) {
    let der = key.public_key().as_ref();
    let part = |range: std::ops::Range<usize>| URL_SAFE_NO_PAD.encode(der.get(range).unwrap_or_default());
    (part(9..265), part(267..270))
}

/// Published keys in tests: the current and the next signing key.
pub fn key_set() -> KeySet {
    let key = |kid: &str, pair: &RsaKeyPair| {
        let (n, e) = modulus_and_exponent(pair);
        PublishedKey { kid: kid.to_owned(), n, e, iss: ISSUER.to_owned(), aud: AUDIENCE.to_owned(), internal: true }
    };
    KeySet { keys: vec![key(SIGNING_KEY, &keys().signing), key(NEXT_SIGNING_KEY, &keys().next)] }
}

/// Claims of a valid token for this person, issued at `now`.
pub fn claims(id: EmployeeId, roles: Roles, role_version: u64, now: Timestamp) -> Claims {
    let now_s = now.as_second();
    Claims {
        iss: ISSUER.to_owned(),
        aud: AUDIENCE.to_owned(),
        sub: id,
        exp: now_s.saturating_add(TOKEN_LIFE_S),
        nbf: now_s,
        iat: now_s,
        jti: format!("test-{}", id.uuid().simple()),
        sid: SessionId::new(Uuid::from_u128(id.uuid().as_u128() ^ 1)),
        roles,
        rv: role_version,
    }
}

/// Access token with these claims, signed like those of `auth`.
///
/// # Panics
/// If the claims have no JSON form.
#[expect(clippy::expect_used, reason = "a test helper")]
pub fn sign_token(claims: &Claims) -> String {
    let header = json!({"alg": "RS256", "typ": TOKEN_TYPE, "kid": SIGNING_KEY});
    sign_token_with(&header, &serde_json::to_value(claims).expect("claims are JSON"))
}

/// Token with any header and claims and a valid signature, for tests of other token checks.
///
/// # Panics
/// If the key cannot sign.
#[expect(clippy::expect_used, reason = "a test helper")]
pub fn sign_token_with(header: &Value, claims: &Value) -> String {
    let text = format!("{}.{}", URL_SAFE_NO_PAD.encode(header.to_string()), URL_SAFE_NO_PAD.encode(claims.to_string()));
    let key = &keys().signing;
    let mut signature = vec![0; key.public_modulus_len()];
    key.sign(&RSA_PKCS1_SHA256, &rand::SystemRandom::new(), text.as_bytes(), &mut signature).expect("signs");
    format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature))
}

#[cfg(test)]
mod tests {
    use access::Bearer;

    use super::*;
    use crate::clock_and_ids::test_start;

    #[test]
    fn test_tokens_verify_with_the_test_keys() {
        let id = EmployeeId::new(Uuid::from_u128(7));
        let token = sign_token(&claims(id, Roles::default(), 3, test_start()));
        match key_set().verify(&token, test_start()) {
            Ok(Bearer::Internal(read)) => assert_eq!((read.sub, read.rv), (id, 3)),
            other => panic!("{other:?}"),
        }
    }
}
