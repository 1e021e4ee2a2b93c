//! Forged and outdated tokens, each tried at every route.

use access::{Claims, Role};
use aws_lc_rs::hmac;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use fixtures::Organisation;
use jiff::SignedDuration;
use serde_json::{Value, json};
use testkit::{NEXT_SIGNING_KEY, SIGNING_KEY, claims, key_set, sign_token, sign_token_with};
use uuid::Uuid;

use super::{describe, is_problem, protected};
use crate::conformance::repo::nothing_wrong;

/// One minute more than the accepted clock difference, in seconds.
const BEYOND_LEEWAY_S: i64 = access::LEEWAY_S + 60;

fn header(alg: &str) -> Value {
    json!({"alg": alg, "typ": "at+jwt", "kid": SIGNING_KEY})
}

fn unsigned(header: &Value, claims: &Value) -> String {
    format!("{}.{}", URL_SAFE_NO_PAD.encode(header.to_string()), URL_SAFE_NO_PAD.encode(claims.to_string()))
}

/// Token with an HMAC whose secret is public, such as the public key.
fn hmac_token(algorithm: hmac::Algorithm, alg: &str, secret: &[u8], claims: &Value) -> String {
    let text = unsigned(&header(alg), claims);
    let tag = hmac::sign(&hmac::Key::new(algorithm, secret), text.as_bytes());
    format!("{text}.{}", URL_SAFE_NO_PAD.encode(tag.as_ref()))
}

/// Token signed by the real key with changed members of header and claims; null removes a member.
fn signed_with(good: &Claims, in_header: Value, in_claims: Value) -> String {
    let with = |mut object: Value, changes: Value| {
        for (name, value) in changes.as_object().unwrap() {
            match value {
                Value::Null => object.as_object_mut().unwrap().remove(name),
                value => object.as_object_mut().unwrap().insert(name.clone(), value.clone()),
            };
        }
        object
    };
    sign_token_with(&with(header("RS256"), in_header), &with(serde_json::to_value(good).unwrap(), in_claims))
}

/// Forgeries of a valid token of a person with all roles.
async fn forgeries(organisation: &Organisation) -> Vec<(&'static str, String)> {
    let now = organisation.world.now();
    let good = claims(organisation.hr.id, Role::ALL.into_iter().collect(), organisation.hr.role_version, now);
    let values = serde_json::to_value(&good).unwrap();
    let real = sign_token(&good);
    let signature = real.rsplit('.').next().unwrap();
    let der = {
        let kms = aws_sdk_kms::Client::new(&organisation.world.cloud.config());
        let key = kms.get_public_key().key_id(SIGNING_KEY).send().await.unwrap();
        key.public_key.unwrap().into_inner()
    };
    let pem = format!(
        "-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n",
        base64::engine::general_purpose::STANDARD.encode(&der)
    );
    let modulus = &key_set().keys[0].n;
    let now_s = now.as_second();
    let mut forged = vec![
        ("alg none", format!("{}.", unsigned(&header("none"), &values))),
        ("alg None", format!("{}.", unsigned(&header("None"), &values))),
        ("alg none with a signature", format!("{}.{signature}", unsigned(&header("none"), &values))),
        ("no alg", format!("{}.{signature}", unsigned(&json!({"typ": "at+jwt", "kid": SIGNING_KEY}), &values))),
        ("HS256 with the key's DER", hmac_token(hmac::HMAC_SHA256, "HS256", &der, &values)),
        ("HS256 with the key's PEM", hmac_token(hmac::HMAC_SHA256, "HS256", pem.as_bytes(), &values)),
        ("HS256 with the modulus", hmac_token(hmac::HMAC_SHA256, "HS256", modulus.as_bytes(), &values)),
        ("HS512 with the key's PEM", hmac_token(hmac::HMAC_SHA512, "HS512", pem.as_bytes(), &values)),
        ("HS256 with an empty secret", hmac_token(hmac::HMAC_SHA256, "HS256", b"", &values)),
        ("an HMAC called RS256", hmac_token(hmac::HMAC_SHA256, "RS256", pem.as_bytes(), &values)),
        ("no signature", unsigned(&header("RS256"), &values)),
        ("an empty signature", format!("{}.", unsigned(&header("RS256"), &values))),
        ("the signature of other claims", {
            let mut others = values.clone();
            others["sub"] = json!(organisation.admin.id);
            format!("{}.{signature}", unsigned(&header("RS256"), &others))
        }),
        ("another key's id", signed_with(&good, json!({"kid": NEXT_SIGNING_KEY}), json!({}))),
        ("an unknown key", signed_with(&good, json!({"kid": "unknown"}), json!({}))),
        ("no key", signed_with(&good, json!({"kid": null}), json!({}))),
        ("a path as the key id", signed_with(&good, json!({"kid": "../../dev/null"}), json!({}))),
        (
            "an embedded key",
            signed_with(&good, json!({"kid": "mine", "jwk": {"kty": "RSA", "n": modulus, "e": "AQAB"}}), json!({})),
        ),
        ("another alg of the same key", signed_with(&good, json!({"alg": "PS256"}), json!({}))),
        ("typ JWT", signed_with(&good, json!({"typ": "JWT"}), json!({}))),
        ("no typ", signed_with(&good, json!({"typ": null}), json!({}))),
        ("another audience", signed_with(&good, json!({}), json!({"aud": "other-audience"}))),
        ("several audiences", signed_with(&good, json!({}), json!({"aud": ["other-audience"]}))),
        ("no audience", signed_with(&good, json!({}), json!({"aud": null}))),
        ("another issuer", signed_with(&good, json!({}), json!({"iss": "https://example.org"}))),
        ("no issuer", signed_with(&good, json!({}), json!({"iss": null}))),
        ("expired", signed_with(&good, json!({}), json!({"exp": now_s - BEYOND_LEEWAY_S}))),
        ("no expiry", signed_with(&good, json!({}), json!({"exp": null}))),
        ("an expiry as text", signed_with(&good, json!({}), json!({"exp": "never"}))),
        ("not yet valid", signed_with(&good, json!({}), json!({"nbf": now_s + BEYOND_LEEWAY_S}))),
        ("issued in the future", signed_with(&good, json!({}), json!({"iat": now_s + BEYOND_LEEWAY_S}))),
        ("no subject", signed_with(&good, json!({}), json!({"sub": null}))),
        ("a subject other than a person", signed_with(&good, json!({}), json!({"sub": "system:admin"}))),
        (
            "an unknown person",
            signed_with(&good, json!({}), json!({"sub": format!("emp_{}", Uuid::from_u128(9).simple())})),
        ),
        ("an outdated role version", signed_with(&good, json!({}), json!({"rv": good.rv - 1}))),
        ("a future role version", signed_with(&good, json!({}), json!({"rv": good.rv + 1}))),
        ("another person's role version", signed_with(&good, json!({}), json!({"rv": 0}))),
        ("the public key", pem.replace('\n', "")),
        ("an empty token", String::new()),
        ("not three parts", "e30.e30".to_owned()),
        ("too many parts", format!("{real}.{signature}")),
        ("a long text", "x".repeat(100_000)),
    ];
    let mut changed = real.clone().into_bytes();
    let last = changed.len() - 10;
    changed[last] = if changed[last] == b'A' { b'B' } else { b'A' };
    forged.push(("a signature with one changed character", String::from_utf8(changed).unwrap()));
    forged
}

#[tokio::test]
async fn every_route_refuses_forged_tokens() {
    let organisation = crate::organisation().await;
    let forged = forgeries(&organisation).await;
    let before = organisation.world.snapshot().await;
    let mut wrong = Vec::new();
    for row in protected() {
        let path = organisation.outsider_path(row);
        for (what, token) in &forged {
            let answer = organisation.request(row, &path).token(token).await;
            let quiet = matches!(answer.problem(), "token_refused" | "token_superseded" | "token_missing");
            if !is_problem(&answer, 401) || !quiet || answer.header("www-authenticate") != "Bearer" {
                wrong.push(describe(row, what, &answer));
            }
        }
        let basic = organisation.request(row, &path).header("authorization", "Basic aHI6aHI=").await;
        if !is_problem(&basic, 401) {
            wrong.push(describe(row, "basic authentication", &basic));
        }
    }
    nothing_wrong("An invalid token must get 401 without details of the cause:", &wrong);
    assert!(before == organisation.world.snapshot().await, "a refused request must store nothing");
}

#[tokio::test]
async fn unforged_token_is_accepted() {
    let organisation = crate::organisation().await;
    let good =
        claims(organisation.hr.id, organisation.hr.roles, organisation.hr.role_version, organisation.world.now());
    let answer = organisation
        .world
        .get(organisation.app(&access::AUTH_ME), access::AUTH_ME.path)
        .token(&sign_token(&good))
        .await;
    assert_eq!(answer.status, 200, "the token before its forgery must be valid: {}", answer.body);
}

#[tokio::test]
async fn tokens_issued_before_a_status_or_role_change_are_refused() {
    let organisation = crate::organisation().await;
    let token = |person| organisation.world.token(person);
    let old = [
        ("suspended employee", token(&organisation.manager)),
        ("terminated employee", token(&organisation.auditor)),
        ("employee with changed roles", token(&organisation.admin)),
    ];
    organisation
        .update_employee(&access::EMPLOYEES_STATUS_UPDATE, organisation.manager.id, json!({"status": "suspended"}))
        .await;
    organisation
        .update_employee(&access::EMPLOYEES_STATUS_UPDATE, organisation.auditor.id, json!({"status": "terminated"}))
        .await;
    organisation
        .update_employee(&access::EMPLOYEES_ROLES_UPDATE, organisation.admin.id, json!({"roles": ["employee", "hr"]}))
        .await;
    organisation.world.clock.advance(SignedDuration::from_mins(1));
    // A token with the current role version is refused as well, because suspended employees may not sign in.
    let suspended = organisation.load_person_past_caches(organisation.manager.id).await;
    let renewed = ("suspended employee with a new token", token(&suspended));
    let before = organisation.world.snapshot().await;
    let mut wrong = Vec::new();
    for row in protected() {
        for (who, token) in old.iter().chain([&renewed]) {
            let answer = organisation.request(row, &organisation.outsider_path(row)).token(token).await;
            if !is_problem(&answer, 401) {
                wrong.push(describe(row, who, &answer));
            }
        }
    }
    nothing_wrong("A token issued before a change of status or roles must get 401:", &wrong);
    assert!(before == organisation.world.snapshot().await, "a refused request must store nothing");
}
