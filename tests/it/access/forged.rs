//! Tokens that must not be believed, each at every route.

use access::{Claims, Role};
use aws_lc_rs::hmac;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::SignedDuration;
use serde_json::{Value, json};
use stage::Organisation;
use testkit::{NEXT_SIGNING_KEY, SIGNING_KEY, claims, key_set, sign_token, sign_token_with};
use uuid::Uuid;

use super::{closed, is_problem, seen};
use crate::conformance::repo::nothing_wrong;

/// A minute more than clocks may differ.
const TOO_FAR_S: i64 = access::LEEWAY_S + 60;

fn header(alg: &str) -> Value {
    json!({"alg": alg, "typ": "at+jwt", "kid": SIGNING_KEY})
}

fn unsigned(header: &Value, claims: &Value) -> String {
    format!("{}.{}", URL_SAFE_NO_PAD.encode(header.to_string()), URL_SAFE_NO_PAD.encode(claims.to_string()))
}

/// Signed with a secret that everybody knows: the public key.
fn by_hmac(algorithm: hmac::Algorithm, alg: &str, secret: &[u8], claims: &Value) -> String {
    let text = unsigned(&header(alg), claims);
    let tag = hmac::sign(&hmac::Key::new(algorithm, secret), text.as_bytes());
    format!("{text}.{}", URL_SAFE_NO_PAD.encode(tag.as_ref()))
}

/// A header and claims that the real key has signed, with one member of each set otherwise (null takes it away).
fn signed_with(good: &Claims, in_header: Value, in_claims: Value) -> String {
    let with = |mut whole: Value, changes: Value| {
        for (name, value) in changes.as_object().unwrap() {
            match value {
                Value::Null => whole.as_object_mut().unwrap().remove(name),
                value => whole.as_object_mut().unwrap().insert(name.clone(), value.clone()),
            };
        }
        whole
    };
    sign_token_with(&with(header("RS256"), in_header), &with(serde_json::to_value(good).unwrap(), in_claims))
}

/// Every forgery of a token that would be good for everything: that of a person with all roles.
async fn forgeries(stage: &Organisation) -> Vec<(&'static str, String)> {
    let now = stage.world.now();
    let good = claims(stage.hr.id, Role::ALL.into_iter().collect(), stage.hr.role_version, now);
    let values = serde_json::to_value(&good).unwrap();
    let real = sign_token(&good);
    let signature = real.rsplit('.').next().unwrap();
    let der = {
        let kms = aws_sdk_kms::Client::new(&stage.world.cloud.config());
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
        ("HS256 with the key's DER", by_hmac(hmac::HMAC_SHA256, "HS256", &der, &values)),
        ("HS256 with the key's PEM", by_hmac(hmac::HMAC_SHA256, "HS256", pem.as_bytes(), &values)),
        ("HS256 with the modulus", by_hmac(hmac::HMAC_SHA256, "HS256", modulus.as_bytes(), &values)),
        ("HS512 with the key's PEM", by_hmac(hmac::HMAC_SHA512, "HS512", pem.as_bytes(), &values)),
        ("HS256 with nothing", by_hmac(hmac::HMAC_SHA256, "HS256", b"", &values)),
        ("an HMAC called RS256", by_hmac(hmac::HMAC_SHA256, "RS256", pem.as_bytes(), &values)),
        ("no signature", unsigned(&header("RS256"), &values)),
        ("an empty signature", format!("{}.", unsigned(&header("RS256"), &values))),
        ("the signature of other claims", {
            let mut others = values.clone();
            others["sub"] = json!(stage.admin.id);
            format!("{}.{signature}", unsigned(&header("RS256"), &others))
        }),
        ("another key's id", signed_with(&good, json!({"kid": NEXT_SIGNING_KEY}), json!({}))),
        ("an unknown key", signed_with(&good, json!({"kid": "nobody's"}), json!({}))),
        ("no key", signed_with(&good, json!({"kid": null}), json!({}))),
        ("a path for a key", signed_with(&good, json!({"kid": "../../dev/null"}), json!({}))),
        (
            "a key of its own",
            signed_with(&good, json!({"kid": "mine", "jwk": {"kty": "RSA", "n": modulus, "e": "AQAB"}}), json!({})),
        ),
        ("another alg of the same key", signed_with(&good, json!({"alg": "PS256"}), json!({}))),
        ("typ JWT", signed_with(&good, json!({"typ": "JWT"}), json!({}))),
        ("no typ", signed_with(&good, json!({"typ": null}), json!({}))),
        ("another audience", signed_with(&good, json!({}), json!({"aud": "somebody-else"}))),
        ("several audiences", signed_with(&good, json!({}), json!({"aud": ["somebody-else"]}))),
        ("no audience", signed_with(&good, json!({}), json!({"aud": null}))),
        ("another issuer", signed_with(&good, json!({}), json!({"iss": "https://example.org"}))),
        ("no issuer", signed_with(&good, json!({}), json!({"iss": null}))),
        ("expired", signed_with(&good, json!({}), json!({"exp": now_s - TOO_FAR_S}))),
        ("no expiry", signed_with(&good, json!({}), json!({"exp": null}))),
        ("an expiry in words", signed_with(&good, json!({}), json!({"exp": "never"}))),
        ("not yet", signed_with(&good, json!({}), json!({"nbf": now_s + TOO_FAR_S}))),
        ("issued in the future", signed_with(&good, json!({}), json!({"iat": now_s + TOO_FAR_S}))),
        ("no subject", signed_with(&good, json!({}), json!({"sub": null}))),
        ("a subject that is no person", signed_with(&good, json!({}), json!({"sub": "system:admin"}))),
        (
            "a person who is not there",
            signed_with(&good, json!({}), json!({"sub": format!("emp_{}", Uuid::from_u128(9).simple())})),
        ),
        ("a role version that was", signed_with(&good, json!({}), json!({"rv": good.rv - 1}))),
        ("a role version to come", signed_with(&good, json!({}), json!({"rv": good.rv + 1}))),
        ("somebody else's role version", signed_with(&good, json!({}), json!({"rv": 0}))),
        ("the public key", pem.replace('\n', "")),
        ("nothing", String::new()),
        ("not three parts", "e30.e30".to_owned()),
        ("too many parts", format!("{real}.{signature}")),
        ("a long text", "x".repeat(100_000)),
    ];
    let mut turned = real.clone().into_bytes();
    let last = turned.len() - 10;
    turned[last] = if turned[last] == b'A' { b'B' } else { b'A' };
    forged.push(("a signature with one letter changed", String::from_utf8(turned).unwrap()));
    forged
}

#[tokio::test]
async fn no_route_believes_a_forged_token() {
    let stage = Organisation::build().await;
    let forged = forgeries(&stage).await;
    let before = stage.world.snapshot().await;
    let mut wrong = Vec::new();
    for row in closed() {
        let path = stage.foreign_path(row);
        for (what, token) in &forged {
            let answer = stage.ask(row, &path).token(token).await;
            let quiet = matches!(answer.problem(), "token_refused" | "token_superseded" | "token_missing");
            if !is_problem(&answer, 401) || !quiet || answer.header("www-authenticate") != "Bearer" {
                wrong.push(seen(row, what, &answer));
            }
        }
        let basic = stage.ask(row, &path).header("authorization", "Basic aHI6aHI=").await;
        if !is_problem(&basic, 401) {
            wrong.push(seen(row, "a name and a password", &basic));
        }
    }
    nothing_wrong("A token that is not good gets 401 and no reason:", &wrong);
    assert!(before == stage.world.snapshot().await, "a refused request stores nothing");
}

#[tokio::test]
async fn the_token_that_the_forgeries_are_made_of_is_good() {
    let stage = Organisation::build().await;
    let good = claims(stage.hr.id, stage.hr.roles, stage.hr.role_version, stage.world.now());
    let answer = stage.world.get(stage.app(&access::AUTH_ME), access::AUTH_ME.path).token(&sign_token(&good)).await;
    assert_eq!(answer.status, 200, "the token that all forgeries are made of is good: {}", answer.body);
}

#[tokio::test]
async fn who_is_suspended_or_gone_or_has_other_roles_gets_in_nowhere_with_an_old_token() {
    let stage = Organisation::build().await;
    let token = |person| stage.world.token(person);
    let old = [
        ("the suspended", token(&stage.manager)),
        ("the terminated", token(&stage.auditor)),
        ("the one with other roles", token(&stage.admin)),
    ];
    stage.change(&access::EMPLOYEES_STATUS_UPDATE, stage.manager.id, json!({"status": "suspended"})).await;
    stage.change(&access::EMPLOYEES_STATUS_UPDATE, stage.auditor.id, json!({"status": "terminated"})).await;
    stage.change(&access::EMPLOYEES_ROLES_UPDATE, stage.admin.id, json!({"roles": ["employee", "hr"]})).await;
    stage.world.clock.advance(SignedDuration::from_mins(1));
    // Even a token that names the role version of today does not help somebody who may not sign in.
    let suspended = stage.person(stage.manager.id).await;
    let anew = ("the suspended, with a new token", token(&suspended));
    let before = stage.world.snapshot().await;
    let mut wrong = Vec::new();
    for row in closed() {
        for (who, token) in old.iter().chain([&anew]) {
            let answer = stage.ask(row, &stage.foreign_path(row)).token(token).await;
            if !is_problem(&answer, 401) {
                wrong.push(seen(row, who, &answer));
            }
        }
    }
    nothing_wrong("A token of somebody who has changed since gets 401:", &wrong);
    assert!(before == stage.world.snapshot().await, "a refused request stores nothing");
}
