//! `POST /api/v1/auth/refresh`

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use directory::EmploymentStatus;
use futures::future::join_all;
use serde_json::{Value, json};

use crate::auth::{AuthFixture, REFRESH, text};

#[tokio::test]
async fn each_token_is_exchanged_for_its_successor_without_event() {
    let fixture = AuthFixture::open().await;
    let me = app!(fixture.world, AUTH_ME);
    let mut pair = fixture.sign_in().await;
    for _ in 0..3 {
        fixture.advance_seconds(600);
        let next = fixture.refresh_tokens(&pair).await;
        for name in ["access_token", "refresh_token"] {
            assert_ne!(next[name], pair[name]);
        }
        for name in ["session_id", "refresh_expires_at"] {
            assert_eq!(next[name], pair[name], "a refresh does not extend the session");
        }
        assert_eq!(fixture.world.get(&me, "/api/v1/auth/me").token(text(&next, "access_token")).await.status, 200);
        pair = next;
    }
    assert_eq!(fixture.published_types().await, ["user.login"]);
}

#[tokio::test]
async fn retry_within_ten_seconds_returns_the_same_tokens() {
    let fixture = AuthFixture::open().await;
    let first = fixture.sign_in().await;
    fixture.advance_seconds(300);
    let second = fixture.refresh_tokens(&first).await;
    fixture.advance_seconds(10);
    assert_eq!(fixture.refresh_tokens(&first).await, second, "the retry returns identical tokens");
    fixture.refresh_tokens(&second).await;
    assert_eq!(fixture.published_types().await, ["user.login"]);
}

#[tokio::test]
async fn concurrent_exchanges_of_one_token_return_one_successor() {
    let fixture = AuthFixture::open().await;
    let first = fixture.sign_in().await;
    fixture.advance_seconds(300);
    let answers = join_all((0..10).map(|_| fixture.try_refresh(&first))).await;
    for answer in &answers {
        assert_eq!((answer.status.as_u16(), &answer.body), (200, &answers[0].body));
    }
}

#[tokio::test]
async fn reused_refresh_token_ends_the_session_and_publishes_once() {
    let fixture = AuthFixture::open().await;
    let first = fixture.sign_in().await;
    fixture.advance_seconds(300);
    let second = fixture.refresh_tokens(&first).await;
    fixture.advance_seconds(11);
    for token in [&first, &first, &second] {
        let answer = fixture.try_refresh(token).await;
        assert_eq!((answer.status.as_u16(), answer.problem()), (401, "refresh_refused"), "{}", answer.body);
    }
    let stamp = fixture.world.stamps("AUTH_TABLE").await.pop().unwrap();
    assert_eq!((stamp.event.as_str(), stamp.entity_id.as_str()), ("user.token_reused", text(&first, "session_id")));
    assert_eq!(fixture.published_types().await, ["user.token_reused"], "the event is published once");
}

#[tokio::test]
async fn token_before_the_previous_one_always_counts_as_reused() {
    let fixture = AuthFixture::open().await;
    let first = fixture.sign_in().await;
    let second = fixture.refresh_tokens(&first).await;
    let third = fixture.refresh_tokens(&second).await;
    assert_eq!(fixture.try_refresh(&first).await.status, 401);
    assert_eq!(fixture.try_refresh(&third).await.status, 401);
}

#[tokio::test]
async fn session_ends_after_thirty_days_despite_refreshes() {
    let fixture = AuthFixture::open().await;
    let mut pair = fixture.sign_in().await;
    for _ in 0..29 {
        fixture.advance_seconds(24 * 3600);
        pair = fixture.refresh_tokens(&pair).await;
    }
    fixture.advance_seconds(24 * 3600 - 60);
    let last = fixture.refresh_tokens(&pair).await;
    assert_eq!(last["expires_in"], json!(60), "no access token outlives the session");
    fixture.advance_seconds(60);
    assert_eq!(fixture.try_refresh(&last).await.status, 401);
}

#[tokio::test]
async fn suspended_person_cannot_refresh() {
    let fixture = AuthFixture::open().await;
    let pair = fixture.sign_in().await;
    fixture.change_person(|person| person.status = EmploymentStatus::Suspended).await;
    assert_eq!(fixture.try_refresh(&pair).await.status, 401);
    fixture.change_person(|_| {}).await;
    fixture.refresh_tokens(&pair).await;
}

#[tokio::test]
async fn role_change_ends_sessions_before_its_event_arrives() {
    let fixture = AuthFixture::open().await;
    let pair = fixture.sign_in().await;
    fixture.change_person(|person| person.role_version += 1).await;
    assert_eq!(fixture.try_refresh(&pair).await.status, 401);
    assert_eq!(fixture.published_types().await, ["user.login"], "no token was reused");
}

#[tokio::test]
async fn old_token_stays_valid_when_kms_fails() {
    let fixture = AuthFixture::open().await;
    let pair = fixture.sign_in().await;
    let before = fixture.world.snapshot().await;
    for broken in ["TrentService.VerifyMac", "TrentService.Sign", "TrentService.GenerateMac"] {
        fixture.world.cloud.fail_calls(broken);
        let answer = fixture.try_refresh(&pair).await;
        assert_eq!((answer.status.as_u16(), answer.header("retry-after")), (503, "2"), "{broken}");
        fixture.world.cloud.recover();
    }
    assert_eq!(fixture.world.snapshot().await, before);
    fixture.advance_seconds(3600);
    fixture.refresh_tokens(&pair).await;
}

#[tokio::test]
async fn forged_tokens_are_refused_and_change_nothing() {
    let fixture = AuthFixture::open().await;
    let pair = fixture.sign_in().await;
    let good = text(&pair, "refresh_token");
    let parts: Vec<_> = good.split('.').collect();
    let hr = fixture.world.people.hr.id.uuid().simple();
    let before = fixture.world.snapshot().await;
    let mac = URL_SAFE_NO_PAD.encode([0_u8; 32]);
    for forged in [
        "x".to_owned(),
        format!("{}.{}.1.{}", parts[0], parts[1], parts[3]),
        format!("{}.{}.0.{mac}", parts[0], parts[1]),
        format!("rt_{hr}.{}.0.{}", parts[1], parts[3]),
        text(&pair, "access_token").chars().take(120).collect(),
    ] {
        let answer = fixture.world.post(&fixture.refresh, REFRESH, json!({"refresh_token": forged})).await;
        assert_eq!((answer.status.as_u16(), answer.problem()), (401, "refresh_refused"), "{forged}");
    }
    let long = fixture.world.post(&fixture.refresh, REFRESH, json!({"refresh_token": "x".repeat(2000)})).await;
    assert_eq!((long.status.as_u16(), long.pointers()), (422, vec!["/refresh_token"]));
    let missing = fixture.world.post(&fixture.refresh, REFRESH, Value::Object(serde_json::Map::new())).await;
    assert_eq!(missing.status, 400);
    assert_eq!(fixture.world.snapshot().await, before);
}
