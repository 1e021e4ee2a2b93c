//! `GET /api/v1/auth/me`, and every kind of token that is not believed.

use access::Role;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use directory::EmploymentStatus;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::{Value, json};
use testkit::{NEXT_SIGNING_KEY, SIGNING_KEY, claims, key_set, sign_token_with, world};

use crate::auth::{AuthFixture, text};

const ME: &str = "/api/v1/auth/me";

#[tokio::test]
async fn everybody_learns_who_they_are_and_what_they_may_do() {
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
async fn a_token_that_was_tampered_with_or_is_somebody_elses_is_refused() {
    let desk = AuthFixture::open().await;
    let me = app!(desk.world, AUTH_ME);
    let pair = desk.signed_in().await;
    let good = text(&pair, "access_token");
    let parts: Vec<_> = good.split('.').collect();
    let person = desk.employee();
    let said = serde_json::to_value(claims(person.id, person.roles, person.role_version, desk.world.now())).unwrap();
    let now = desk.world.now().as_second();
    let header = |alg: &str| json!({"alg": alg, "typ": "at+jwt", "kid": SIGNING_KEY});
    let with = |changes: Value| {
        let mut claims = said.clone();
        claims.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
        sign_token_with(&header("RS256"), &claims)
    };
    let without = |name: &str| {
        let mut claims = said.clone();
        claims.as_object_mut().unwrap().remove(name);
        sign_token_with(&header("RS256"), &claims)
    };
    let encode = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let hs256 = {
        // The classic: the public key as the secret of an HMAC.
        let secret = key_set().keys.into_iter().find(|key| key.kid == SIGNING_KEY).unwrap().n;
        let mut hs = Header::new(Algorithm::HS256);
        hs.kid = Some(SIGNING_KEY.to_owned());
        hs.typ = Some("at+jwt".to_owned());
        jsonwebtoken::encode(&hs, &said, &EncodingKey::from_secret(secret.as_bytes())).unwrap()
    };
    let admin = {
        let mut claims = said.clone();
        claims["roles"] = json!(["admin"]);
        encode(&claims)
    };
    for (what, token) in [
        ("alg none", format!("{}.{}.", encode(&header("none")), encode(&said))),
        ("alg none with our signature", format!("{}.{}.{}", encode(&header("none")), encode(&said), parts[2])),
        ("HS256 with the public key", hs256),
        ("RS512", sign_token_with(&header("RS512"), &said)),
        ("unknown kid", sign_token_with(&json!({"alg": "RS256", "typ": "at+jwt", "kid": "other"}), &said)),
        ("no kid", sign_token_with(&json!({"alg": "RS256", "typ": "at+jwt"}), &said)),
        (
            "another key's kid",
            sign_token_with(&json!({"alg": "RS256", "typ": "at+jwt", "kid": NEXT_SIGNING_KEY}), &said),
        ),
        ("an id token", sign_token_with(&json!({"alg": "RS256", "typ": "JWT", "kid": SIGNING_KEY}), &said)),
        ("other claims", format!("{}.{admin}.{}", parts[0], parts[2])),
        ("cut", good.chars().take(good.len() - 1).collect()),
        ("refresh token", text(&pair, "refresh_token").to_owned()),
        ("wrong audience", with(json!({"aud": "another-api"}))),
        ("wrong issuer", with(json!({"iss": "urn:muster:other"}))),
        ("expired", with(json!({"exp": now - 31}))),
        ("not yet valid", with(json!({"nbf": now + 31}))),
        ("issued in the future", with(json!({"iat": now + 31}))),
        ("nobody", with(json!({"sub": "emp_018f6b0e4a3b7c21a5d4c3b2a1f0e9d8"}))),
        ("no role version", without("rv")),
        ("no expiry", without("exp")),
        ("empty", String::new()),
        ("huge", "x".repeat(10_000)),
    ] {
        let answer = desk.world.get(&me, ME).token(&token).await;
        assert_eq!(answer.status, 401, "{what}: {}", answer.body);
        assert!(answer.body.get("id").is_none(), "{what}");
        assert!(answer.header("www-authenticate").starts_with("Bearer"), "{what}");
    }
    assert_eq!(desk.world.get(&me, ME).await.status, 401, "anonymous");
    assert_eq!(desk.world.get(&me, ME).token(good).await.status, 200, "the good one is good");
}

#[tokio::test]
async fn a_token_from_before_a_change_of_roles_or_status_is_refused_at_once() {
    let desk = AuthFixture::open().await;
    let me = app!(desk.world, AUTH_ME);
    let pair = desk.signed_in().await;
    let ask = || desk.world.get(&me, ME).token(text(&pair, "access_token"));
    assert_eq!(ask().await.status, 200);
    desk.change_person(|person| person.role_version += 1).await;
    assert_eq!(ask().await.problem(), "token_superseded");
    desk.change_person(|person| person.status = EmploymentStatus::Terminated).await;
    assert_eq!(ask().await.status, 401);
}

#[tokio::test]
async fn an_access_token_lives_for_fifteen_minutes() {
    let desk = AuthFixture::open().await;
    let me = app!(desk.world, AUTH_ME);
    let pair = desk.signed_in().await;
    let ask = || desk.world.get(&me, ME).token(text(&pair, "access_token"));
    desk.later(899);
    assert_eq!(ask().await.status, 200);
    desk.later(1 + access::LEEWAY_S);
    assert_eq!(ask().await.status, 401);
}
