//! `POST /api/v1/auth/login`

use ::auth::domain::hash::password_verification_count;
use directory::EmploymentStatus;
use futures::future::join_all;
use serde_json::json;

use crate::auth::{AuthFixture, LOGIN, PASSWORD, text};

#[tokio::test]
async fn login_by_email_or_code_returns_a_valid_token() {
    let fixture = AuthFixture::open().await;
    let me = app!(fixture.world, AUTH_ME);
    for name in [
        fixture.employee().email.clone(),
        fixture.employee().employee_code.to_lowercase(),
        " Erin.Doe@Example.com".into(),
    ] {
        let answer = fixture.try_login(&name, PASSWORD).await;
        assert_eq!(answer.status, 200, "{name}: {}", answer.body);
        assert_eq!((&answer.body["token_type"], &answer.body["expires_in"]), (&json!("Bearer"), &json!(900)));
        assert_eq!(answer.body["user"]["id"], json!(fixture.employee().id));
        assert_eq!(answer.header("cache-control"), "no-store");
        let who = fixture.world.get(&me, "/api/v1/auth/me").token(text(&answer.body, "access_token")).await;
        assert_eq!((who.status.as_u16(), &who.body["session_id"]), (200, &answer.body["session_id"]), "{}", who.body);
    }
    assert_eq!(fixture.published_types().await, ["user.login"; 3]);
    let stamp = fixture.world.stamps("AUTH_TABLE").await.pop().unwrap();
    assert_eq!(stamp.actor, kernel::Actor::Person(fixture.employee().id), "the actor is the person who signed in");
}

#[tokio::test]
async fn tokens_and_passwords_are_not_stored() {
    let fixture = AuthFixture::open().await;
    let pair = fixture.sign_in().await;
    let stored = format!("{:?}", fixture.world.snapshot().await);
    for secret in [text(&pair, "access_token"), text(&pair, "refresh_token"), PASSWORD] {
        let tail = secret.rsplit('.').next().unwrap();
        assert!(!stored.contains(tail));
    }
}

#[tokio::test]
async fn login_refusals_are_indistinguishable_by_answer_and_cost() {
    let fixture = AuthFixture::open().await;
    let mut suspended = fixture.world.people.outsider.clone();
    suspended.status = EmploymentStatus::Suspended;
    fixture.world.add_people(&[&suspended]).await;
    fixture.give_password(&suspended).await;
    let hr = fixture.world.people.hr.email.clone();
    let mut answers = Vec::new();
    for (name, password) in [
        (fixture.employee().email.as_str(), "wrong password here"),
        ("nobody@example.com", PASSWORD),
        ("E9999", PASSWORD),
        (suspended.email.as_str(), PASSWORD),
        (hr.as_str(), PASSWORD),
    ] {
        let (before, reads) = (password_verification_count(), fixture.world.cloud.calls().len());
        let mut answer = fixture.try_login(name, password).await;
        assert_eq!(password_verification_count() - before, 1, "{name}: argon2 runs once");
        assert_eq!(fixture.world.cloud.calls().len(), reads, "{name}: KMS is not called");
        answer.body["request_id"] = json!(null);
        answers.push((name.to_owned(), answer.status.as_u16(), answer.body));
    }
    for (name, status, body) in &answers {
        assert_eq!((*status, body), (401, &answers[0].2), "{name}");
    }
    assert_eq!(answers[0].2["type"].as_str().unwrap().rsplit('/').next(), Some("login_refused"));
    let stamps = fixture.world.stamps("AUTH_TABLE").await;
    let failed: Vec<_> = stamps.iter().filter(|stamp| stamp.event == "user.login_failed").collect();
    let reasons: Vec<_> = failed.iter().map(|stamp| stamp.data.as_ref().unwrap()["reason"].as_str().unwrap()).collect();
    assert_eq!(reasons, ["wrong_password", "unknown_user", "unknown_user", "not_active", "no_password"]);
    assert_eq!(failed[0].entity_id, fixture.employee().id.to_string());
    assert_eq!(failed[1].entity_id, "unknown", "the text may be a password and is not stored");
}

#[tokio::test]
async fn twenty_parallel_guesses_get_ten_answers_and_ten_blocks() {
    let fixture = AuthFixture::open().await;
    let guess = |number: usize| {
        let body = json!({"login": fixture.employee().email, "password": format!("a wrong guess {number}")});
        let ask = fixture.world.post(&fixture.login, LOGIN, body).from_ip(&format!("198.51.100.{number}"));
        async move { ask.await }
    };
    let before = password_verification_count();
    let answers = join_all((1..=20).map(guess)).await;
    let count = |status: u16| answers.iter().filter(|answer| answer.status == status).count();
    assert_eq!((count(401), count(429)), (10, 10));
    assert_eq!(password_verification_count() - before, 10, "a blocked guess is not verified");
    let blocked = answers.iter().find(|answer| answer.status == 429).unwrap();
    let wait: i64 = blocked.header("retry-after").parse().unwrap();
    assert!((1..=900).contains(&wait), "{wait}");

    let snapshot = fixture.world.list_items("AUTH_TABLE").await;
    let right =
        fixture.world.post(&fixture.login, LOGIN, json!({"login": fixture.employee().email, "password": PASSWORD}));
    assert_eq!(right.from_ip("203.0.113.9").await.status, 429, "the correct password is blocked as well");
    let sessions = |items: &[store::Item]| items.iter().filter(|item| item.contains_key("generation")).count();
    assert_eq!((sessions(&snapshot), sessions(&fixture.world.list_items("AUTH_TABLE").await)), (0, 0));

    fixture.advance_seconds(wait);
    fixture.sign_in().await;
}

#[tokio::test]
async fn successful_login_resets_the_attempts_of_the_account() {
    let fixture = AuthFixture::open().await;
    for _ in 0..2 {
        for number in 0..6 {
            assert_eq!(fixture.try_login(&fixture.employee().email, "a wrong guess").await.status, 401, "{number}");
        }
        fixture.sign_in().await;
    }
}

#[tokio::test]
async fn blocked_address_blocks_no_account() {
    let fixture = AuthFixture::open().await;
    let set_counter = |attempts: u32| {
        let table = fixture.world.table_name("AUTH_TABLE");
        let rule = ::auth::domain::throttle::LOGIN_ADDRESS;
        let start_s = rule.window_at(fixture.world.now()).start_s;
        fixture
            .world
            .dynamo
            .client
            .put_item()
            .table_name(table)
            .item("pk", aws_sdk_dynamodb::types::AttributeValue::S(format!("THROTTLE#{}#192.0.2.10", rule.name)))
            .item("sk", aws_sdk_dynamodb::types::AttributeValue::S(start_s.to_string()))
            .item("tries", aws_sdk_dynamodb::types::AttributeValue::N(attempts.to_string()))
            .send()
    };
    set_counter(100).await.unwrap();
    let before = fixture.world.list_items("AUTH_TABLE").await;
    for number in 0..12 {
        let name = if number % 2 == 0 { fixture.employee().email.clone() } else { format!("e{number}@example.com") };
        assert_eq!(fixture.try_login(&name, PASSWORD).await.status, 429);
    }
    assert_eq!(fixture.world.list_items("AUTH_TABLE").await, before, "the attempts are not counted for the accounts");
    let elsewhere =
        fixture.world.post(&fixture.login, LOGIN, json!({"login": fixture.employee().email, "password": PASSWORD}));
    assert_eq!(elsewhere.from_ip("198.51.100.7").await.status, 200);
}

#[tokio::test]
async fn successful_logins_do_not_count_against_the_address() {
    let fixture = AuthFixture::open().await;
    let counted = async || {
        let items = fixture.world.list_items("AUTH_TABLE").await;
        let of_address = |item: &&store::Item| item["pk"].as_s().is_ok_and(|pk| pk.ends_with("login-ip#192.0.2.10"));
        items.iter().find(of_address).map(|item| item["tries"].as_n().unwrap().clone())
    };
    join_all((0..8).map(|_| fixture.sign_in())).await;
    assert_eq!(counted().await.as_deref(), Some("0"), "successful logins are refunded");
    for _ in 0..3 {
        assert_eq!(fixture.try_login(&fixture.employee().email, "a wrong guess").await.status, 401);
    }
    fixture.sign_in().await;
    assert_eq!(counted().await.as_deref(), Some("3"), "a successful login does not clear failed ones");
}

#[tokio::test]
async fn same_key_returns_the_same_tokens_and_session() {
    let fixture = AuthFixture::open().await;
    let ask = |login: &str, key: &str| {
        let body = json!({"login": login, "password": PASSWORD});
        let ask = fixture.world.post(&fixture.login, LOGIN, body).header("idempotency-key", key);
        async move { ask.await }
    };
    let email = fixture.employee().email.clone();
    let first = ask(&email, "key-1").await;
    fixture.advance_seconds(30);
    let again = ask(&email, "key-1").await;
    assert_eq!((again.status.as_u16(), &again.body), (200, &first.body));
    assert_eq!((first.header("idempotent-replayed"), again.header("idempotent-replayed")), ("", "true"));
    assert_eq!(fixture.published_types().await, ["user.login"]);

    let other = ask(&fixture.employee().employee_code, "key-1").await;
    assert_eq!((other.status.as_u16(), other.problem()), (422, "idempotency_key_reused"));
    let new = ask(&email, "key-2").await;
    assert_ne!(new.body["session_id"], first.body["session_id"]);
    fixture.advance_seconds(24 * 3600);
    let next_day = ask(&email, "key-1").await;
    assert_eq!(next_day.status, 200);
    assert_ne!(next_day.body["session_id"], first.body["session_id"], "a key is valid for a day");
}

#[tokio::test]
async fn login_without_kms_fails_and_starts_no_session() {
    let fixture = AuthFixture::open().await;
    for broken in ["TrentService.Sign", "TrentService.GenerateMac"] {
        fixture.world.cloud.fail_calls(broken);
        let answer = fixture.try_login(&fixture.employee().email, PASSWORD).await;
        assert_eq!((answer.status.as_u16(), answer.problem()), (503, "unavailable"), "{broken}");
        assert_eq!(fixture.published_types().await, Vec::<String>::new());
        fixture.world.cloud.recover();
    }
    fixture.sign_in().await;
}

#[tokio::test]
async fn malformed_logins_are_rejected_and_not_counted() {
    let fixture = AuthFixture::open().await;
    let before = fixture.world.snapshot().await;
    for (body, status, pointer) in [
        (json!({"login": "a"}), 400, ""),
        (json!({"login": "a", "password": "b", "admin": true}), 400, "/admin"),
        (json!({"login": 7, "password": "b"}), 400, "/login"),
        (json!({"login": "", "password": "b"}), 422, "/login"),
        (json!({"login": "a".repeat(255), "password": "b"}), 422, "/login"),
        (json!({"login": "a", "password": "b".repeat(513)}), 422, "/password"),
    ] {
        let answer = fixture.world.post(&fixture.login, LOGIN, body.clone()).await;
        assert_eq!(answer.status, status, "{body} {}", answer.body);
        assert!(answer.pointers().iter().any(|at| at.starts_with(pointer)), "{body} {}", answer.body);
    }
    assert_eq!(fixture.world.snapshot().await, before);
}
