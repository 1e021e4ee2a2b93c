//! `GET /.well-known/jwks.json`

use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use serde_json::{Value, json};
use testkit::{AUDIENCE, NEXT_SIGNING_KEY, SIGNING_KEY};

use crate::auth::{AuthFixture, text};

#[tokio::test]
async fn published_keys_verify_access_tokens() {
    let fixture = AuthFixture::open().await;
    let jwks = app!(fixture.world, WELL_KNOWN_JWKS);
    let answer = fixture.world.get(&jwks, "/.well-known/jwks.json").await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("cache-control"), "public, max-age=300");
    let keys = answer.body["keys"].as_array().unwrap();
    let ids: Vec<_> = keys.iter().map(|key| key["kid"].as_str().unwrap()).collect();
    assert_eq!(ids, [SIGNING_KEY, NEXT_SIGNING_KEY], "the current and the next key are published");
    for key in keys {
        assert_eq!((&key["kty"], &key["alg"], &key["use"]), (&json!("RSA"), &json!("RS256"), &json!("sig")));
        assert!(key.get("d").is_none());
    }

    let pair = fixture.sign_in().await;
    let token = text(&pair, "access_token");
    let header = jsonwebtoken::decode_header(token).unwrap();
    let key = keys.iter().find(|key| key["kid"].as_str() == header.kid.as_deref()).unwrap();
    let decoding = DecodingKey::from_rsa_components(text(key, "n"), text(key, "e")).unwrap();
    let mut validation = Validation::new(Algorithm::RS256);
    validation.set_audience(&[AUDIENCE]);
    validation.validate_exp = false; // The clock of the test is in the past.
    let claims = jsonwebtoken::decode::<Value>(token, &decoding, &validation).unwrap().claims;
    assert_eq!((header.typ.as_deref(), &claims["sub"]), (Some("at+jwt"), &json!(fixture.employee().id)));
}
