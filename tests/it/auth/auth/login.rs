//! `POST /api/v1/auth/login`

use ::auth::domain::hash::verification_count;
use directory::EmploymentStatus;
use futures::future::join_all;
use serde_json::json;

use crate::auth::{AuthFixture, LOGIN, PASSWORD, text};

#[tokio::test]
async fn a_person_signs_in_by_mail_or_code_and_the_token_is_believed() {
    let desk = AuthFixture::open().await;
    let me = app!(desk.world, AUTH_ME);
    for name in
        [desk.employee().email.clone(), desk.employee().employee_code.to_lowercase(), " Erin.Doe@Example.com".into()]
    {
        let answer = desk.try_login(&name, PASSWORD).await;
        assert_eq!(answer.status, 200, "{name}: {}", answer.body);
        assert_eq!((&answer.body["token_type"], &answer.body["expires_in"]), (&json!("Bearer"), &json!(900)));
        assert_eq!(answer.body["user"]["id"], json!(desk.employee().id));
        assert_eq!(answer.header("cache-control"), "no-store");
        let who = desk.world.get(&me, "/api/v1/auth/me").token(text(&answer.body, "access_token")).await;
        assert_eq!((who.status.as_u16(), &who.body["session_id"]), (200, &answer.body["session_id"]), "{}", who.body);
    }
    assert_eq!(desk.announced().await, ["user.login"; 3]);
    let stamp = desk.world.stamps("AUTH_TABLE").await.pop().unwrap();
    assert_eq!(stamp.actor, kernel::Actor::Person(desk.employee().id), "the person signs in, not nobody");
}

#[tokio::test]
async fn no_token_is_stored_anywhere() {
    let desk = AuthFixture::open().await;
    let pair = desk.signed_in().await;
    let stored = format!("{:?}", desk.world.snapshot().await);
    for secret in [text(&pair, "access_token"), text(&pair, "refresh_token"), PASSWORD] {
        let tail = secret.rsplit('.').next().unwrap();
        assert!(!stored.contains(tail));
    }
}

#[tokio::test]
async fn whoever_may_not_sign_in_gets_the_same_answer_for_the_same_work() {
    let desk = AuthFixture::open().await;
    let mut suspended = desk.world.people.outsider.clone();
    suspended.status = EmploymentStatus::Suspended;
    desk.world.add_people(&[&suspended]).await;
    desk.give_password(&suspended).await;
    let hr = desk.world.people.hr.email.clone();
    let mut answers = Vec::new();
    for (name, password) in [
        (desk.employee().email.as_str(), "wrong password here"),
        ("nobody@example.com", PASSWORD),
        ("E9999", PASSWORD),
        (suspended.email.as_str(), PASSWORD),
        (hr.as_str(), PASSWORD),
    ] {
        let (before, reads) = (verification_count(), desk.world.cloud.calls().len());
        let mut answer = desk.try_login(name, password).await;
        assert_eq!(verification_count() - before, 1, "{name}: argon2 runs once");
        assert_eq!(desk.world.cloud.calls().len(), reads, "{name}: KMS is not asked");
        answer.body["request_id"] = json!(null);
        answers.push((name.to_owned(), answer.status.as_u16(), answer.body));
    }
    for (name, status, body) in &answers {
        assert_eq!((*status, body), (401, &answers[0].2), "{name}");
    }
    assert_eq!(answers[0].2["type"].as_str().unwrap().rsplit('/').next(), Some("login_refused"));
    let stamps = desk.world.stamps("AUTH_TABLE").await;
    let failed: Vec<_> = stamps.iter().filter(|stamp| stamp.event == "user.login_failed").collect();
    let reasons: Vec<_> = failed.iter().map(|stamp| stamp.data.as_ref().unwrap()["reason"].as_str().unwrap()).collect();
    assert_eq!(reasons, ["wrong_password", "unknown_user", "unknown_user", "not_active", "no_password"]);
    assert_eq!(failed[0].entity_id, desk.employee().id.to_string());
    assert_eq!(failed[1].entity_id, "unknown", "what was typed may be a password: it is not kept");
}

#[tokio::test]
async fn twenty_guesses_at_once_get_ten_answers_and_ten_refusals() {
    let desk = AuthFixture::open().await;
    let guess = |number: usize| {
        let body = json!({"login": desk.employee().email, "password": format!("a wrong guess {number}")});
        let ask = desk.world.post(&desk.login, LOGIN, body).from_ip(&format!("198.51.100.{number}"));
        async move { ask.await }
    };
    let before = verification_count();
    let answers = join_all((1..=20).map(guess)).await;
    let count = |status: u16| answers.iter().filter(|answer| answer.status == status).count();
    assert_eq!((count(401), count(429)), (10, 10));
    assert_eq!(verification_count() - before, 10, "a blocked guess is not even looked at");
    let blocked = answers.iter().find(|answer| answer.status == 429).unwrap();
    let wait: i64 = blocked.header("retry-after").parse().unwrap();
    assert!((1..=900).contains(&wait), "{wait}");

    let snapshot = desk.world.list_items("AUTH_TABLE").await;
    let right = desk.world.post(&desk.login, LOGIN, json!({"login": desk.employee().email, "password": PASSWORD}));
    assert_eq!(right.from_ip("203.0.113.9").await.status, 429, "the right password does not help either");
    let sessions = |items: &[store::Item]| items.iter().filter(|item| item.contains_key("generation")).count();
    assert_eq!((sessions(&snapshot), sessions(&desk.world.list_items("AUTH_TABLE").await)), (0, 0));

    desk.later(wait);
    desk.signed_in().await;
}

#[tokio::test]
async fn a_success_forgets_the_tries_before_it() {
    let desk = AuthFixture::open().await;
    for _ in 0..2 {
        for number in 0..6 {
            assert_eq!(desk.try_login(&desk.employee().email, "a wrong guess").await.status, 401, "{number}");
        }
        desk.signed_in().await;
    }
}

#[tokio::test]
async fn one_address_is_stopped_whatever_names_it_tries_and_blocks_no_account() {
    let desk = AuthFixture::open().await;
    let counter = |tries: u32| {
        let table = desk.world.table_name("AUTH_TABLE");
        let rule = ::auth::domain::throttle::LOGIN_ADDRESS;
        let start_s = rule.window(desk.world.now()).start_s;
        desk.world
            .dynamo
            .client
            .put_item()
            .table_name(table)
            .item("pk", aws_sdk_dynamodb::types::AttributeValue::S(format!("THROTTLE#{}#192.0.2.10", rule.name)))
            .item("sk", aws_sdk_dynamodb::types::AttributeValue::S(start_s.to_string()))
            .item("tries", aws_sdk_dynamodb::types::AttributeValue::N(tries.to_string()))
            .send()
    };
    counter(100).await.unwrap();
    let before = desk.world.list_items("AUTH_TABLE").await;
    for number in 0..12 {
        let name = if number % 2 == 0 { desk.employee().email.clone() } else { format!("e{number}@example.com") };
        assert_eq!(desk.try_login(&name, PASSWORD).await.status, 429);
    }
    assert_eq!(desk.world.list_items("AUTH_TABLE").await, before, "nothing is counted for the accounts");
    let elsewhere = desk.world.post(&desk.login, LOGIN, json!({"login": desk.employee().email, "password": PASSWORD}));
    assert_eq!(elsewhere.from_ip("198.51.100.7").await.status, 200);
}

#[tokio::test]
async fn who_signs_in_uses_up_nothing_of_the_address_and_who_fails_does() {
    let desk = AuthFixture::open().await;
    let counted = async || {
        let items = desk.world.list_items("AUTH_TABLE").await;
        let of_address = |item: &&store::Item| item["pk"].as_s().is_ok_and(|pk| pk.ends_with("login-ip#192.0.2.10"));
        items.iter().find(of_address).map(|item| item["tries"].as_n().unwrap().clone())
    };
    join_all((0..8).map(|_| desk.signed_in())).await;
    assert_eq!(counted().await.as_deref(), Some("0"), "an office signs in");
    for _ in 0..3 {
        assert_eq!(desk.try_login(&desk.employee().email, "a wrong guess").await.status, 401);
    }
    desk.signed_in().await;
    assert_eq!(counted().await.as_deref(), Some("3"), "one right password does not clear a machine's wrong ones");
}

#[tokio::test]
async fn the_same_key_gets_the_same_tokens_and_one_session() {
    let desk = AuthFixture::open().await;
    let ask = |login: &str, key: &str| {
        let body = json!({"login": login, "password": PASSWORD});
        let ask = desk.world.post(&desk.login, LOGIN, body).header("idempotency-key", key);
        async move { ask.await }
    };
    let email = desk.employee().email.clone();
    let first = ask(&email, "key-1").await;
    desk.later(30);
    let again = ask(&email, "key-1").await;
    assert_eq!((again.status.as_u16(), &again.body), (200, &first.body));
    assert_eq!((first.header("idempotent-replayed"), again.header("idempotent-replayed")), ("", "true"));
    assert_eq!(desk.announced().await, ["user.login"]);

    let other = ask(&desk.employee().employee_code, "key-1").await;
    assert_eq!((other.status.as_u16(), other.problem()), (422, "idempotency_key_reused"));
    let new = ask(&email, "key-2").await;
    assert_ne!(new.body["session_id"], first.body["session_id"]);
    desk.later(24 * 3600);
    let next_day = ask(&email, "key-1").await;
    assert_eq!(next_day.status, 200);
    assert_ne!(next_day.body["session_id"], first.body["session_id"], "a key is remembered for a day");
}

#[tokio::test]
async fn without_kms_nobody_signs_in_and_no_session_begins() {
    let desk = AuthFixture::open().await;
    for broken in ["TrentService.Sign", "TrentService.GenerateMac"] {
        desk.world.cloud.fail_calls(broken);
        let answer = desk.try_login(&desk.employee().email, PASSWORD).await;
        assert_eq!((answer.status.as_u16(), answer.problem()), (503, "unavailable"), "{broken}");
        assert_eq!(desk.announced().await, Vec::<String>::new());
        desk.world.cloud.recover();
    }
    desk.signed_in().await;
}

#[tokio::test]
async fn what_cannot_be_read_is_refused_before_anything_is_counted() {
    let desk = AuthFixture::open().await;
    let before = desk.world.snapshot().await;
    for (body, status, pointer) in [
        (json!({"login": "a"}), 400, ""),
        (json!({"login": "a", "password": "b", "admin": true}), 400, "/admin"),
        (json!({"login": 7, "password": "b"}), 400, "/login"),
        (json!({"login": "", "password": "b"}), 422, "/login"),
        (json!({"login": "a".repeat(255), "password": "b"}), 422, "/login"),
        (json!({"login": "a", "password": "b".repeat(513)}), 422, "/password"),
    ] {
        let answer = desk.world.post(&desk.login, LOGIN, body.clone()).await;
        assert_eq!(answer.status, status, "{body} {}", answer.body);
        assert!(answer.pointers().iter().any(|at| at.starts_with(pointer)), "{body} {}", answer.body);
    }
    assert_eq!(desk.world.snapshot().await, before);
}
