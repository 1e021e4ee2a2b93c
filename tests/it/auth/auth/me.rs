//! `GET /api/v1/auth/me`, and every kind of token that is refused.

use access::Role;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use directory::EmploymentStatus;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::{Value, json};
use testkit::{NEXT_SIGNING_KEY, SIGNING_KEY, claims, key_set, sign_token_with, world};

use crate::auth::{AuthFixture, text};

const ME: &str = "/api/v1/auth/me";

#[tokio::test]
async fn every_role_reads_own_identity_and_scopes() {
    let world = world().await;
    let me = app!(world, AUTH_ME);
    for role in Role::ALL {
        let person = world.people.with_role(role);
        let answer = world.get(&me, ME).signed_in_as(person).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        assert_eq!((&answer.body["id"], &answer.body["email"]), (&json!(person.id), &json!(person.email)));
        assert_eq!(answer.body["roles"], json!(person.roles));
        let scopes: Vec<_> = answer.body["scopes"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
        assert!(scopes.contains(&"auth-me:own"));
        assert_eq!(scopes.contains(&"employees-compensation-update:all"), role == Role::Hr, "{role}");
        assert_eq!(scopes.contains(&"employees-roles-update:all"), role == Role::Admin, "{role}");
        assert!(answer.body.get("phone").is_none() && answer.body.get("salary").is_none());
    }
}

#[tokio::test]
async fn forged_and_foreign_tokens_are_refused() {
    let fixture = AuthFixture::open().await;
    let me = app!(fixture.world, AUTH_ME);
    let pair = fixture.sign_in().await;
    let good = text(&pair, "access_token");
    let parts: Vec<_> = good.split('.').collect();
    let person = fixture.employee();
    let genuine =
        serde_json::to_value(claims(person.id, person.roles, person.role_version, fixture.world.now())).unwrap();
    let now = fixture.world.now().as_second();
    let header = |alg: &str| json!({"alg": alg, "typ": "at+jwt", "kid": SIGNING_KEY});
    let with = |changes: Value| {
        let mut claims = genuine.clone();
        claims.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
        sign_token_with(&header("RS256"), &claims)
    };
    let without = |name: &str| {
        let mut claims = genuine.clone();
        claims.as_object_mut().unwrap().remove(name);
        sign_token_with(&header("RS256"), &claims)
    };
    let encode = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let hs256 = {
        // Algorithm confusion: the public key as the secret of an HMAC.
        let secret = key_set().keys.into_iter().find(|key| key.kid == SIGNING_KEY).unwrap().n;
        let mut hs = Header::new(Algorithm::HS256);
        hs.kid = Some(SIGNING_KEY.to_owned());
        hs.typ = Some("at+jwt".to_owned());
        jsonwebtoken::encode(&hs, &genuine, &EncodingKey::from_secret(secret.as_bytes())).unwrap()
    };
    let admin = {
        let mut claims = genuine.clone();
        claims["roles"] = json!(["admin"]);
        encode(&claims)
    };
    for (what, token) in [
        ("alg none", format!("{}.{}.", encode(&header("none")), encode(&genuine))),
        ("alg none with a valid signature", format!("{}.{}.{}", encode(&header("none")), encode(&genuine), parts[2])),
        ("HS256 with the public key", hs256),
        ("RS512", sign_token_with(&header("RS512"), &genuine)),
        ("unknown kid", sign_token_with(&json!({"alg": "RS256", "typ": "at+jwt", "kid": "other"}), &genuine)),
        ("no kid", sign_token_with(&json!({"alg": "RS256", "typ": "at+jwt"}), &genuine)),
        (
            "another key's kid",
            sign_token_with(&json!({"alg": "RS256", "typ": "at+jwt", "kid": NEXT_SIGNING_KEY}), &genuine),
        ),
        ("an id token", sign_token_with(&json!({"alg": "RS256", "typ": "JWT", "kid": SIGNING_KEY}), &genuine)),
        ("other claims", format!("{}.{admin}.{}", parts[0], parts[2])),
        ("cut", good.chars().take(good.len() - 1).collect()),
        ("refresh token", text(&pair, "refresh_token").to_owned()),
        ("wrong audience", with(json!({"aud": "another-api"}))),
        ("wrong issuer", with(json!({"iss": "urn:muster:other"}))),
        ("expired", with(json!({"exp": now - 31}))),
        ("not yet valid", with(json!({"nbf": now + 31}))),
        ("issued in the future", with(json!({"iat": now + 31}))),
        ("unknown person", with(json!({"sub": "emp_018f6b0e4a3b7c21a5d4c3b2a1f0e9d8"}))),
        ("no role version", without("rv")),
        ("no expiry", without("exp")),
        ("empty", String::new()),
        ("huge", "x".repeat(10_000)),
    ] {
        let answer = fixture.world.get(&me, ME).token(&token).await;
        assert_eq!(answer.status, 401, "{what}: {}", answer.body);
        assert!(answer.body.get("id").is_none(), "{what}");
        assert!(answer.header("www-authenticate").starts_with("Bearer"), "{what}");
    }
    assert_eq!(fixture.world.get(&me, ME).await.status, 401, "anonymous");
    assert_eq!(fixture.world.get(&me, ME).token(good).await.status, 200, "the genuine token is accepted");
}

#[tokio::test]
async fn role_and_status_changes_end_tokens_at_once() {
    let fixture = AuthFixture::open().await;
    let me = app!(fixture.world, AUTH_ME);
    let pair = fixture.sign_in().await;
    let ask = || fixture.world.get(&me, ME).token(text(&pair, "access_token"));
    assert_eq!(ask().await.status, 200);
    fixture.change_person(|person| person.role_version += 1).await;
    assert_eq!(ask().await.problem(), "token_superseded");
    fixture.change_person(|person| person.status = EmploymentStatus::Terminated).await;
    assert_eq!(ask().await.status, 401);
}

#[tokio::test]
async fn access_token_expires_after_fifteen_minutes() {
    let fixture = AuthFixture::open().await;
    let me = app!(fixture.world, AUTH_ME);
    let pair = fixture.sign_in().await;
    let ask = || fixture.world.get(&me, ME).token(text(&pair, "access_token"));
    fixture.advance_seconds(899);
    assert_eq!(ask().await.status, 200);
    fixture.advance_seconds(1 + access::LEEWAY_S);
    assert_eq!(ask().await.status, 401);
}
