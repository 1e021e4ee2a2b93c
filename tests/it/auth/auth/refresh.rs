//! `POST /api/v1/auth/refresh`

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use directory::EmploymentStatus;
use futures::future::join_all;
use serde_json::{Value, json};

use crate::auth::{AuthFixture, REFRESH, text};

#[tokio::test]
async fn each_token_is_exchanged_for_its_successor_and_nothing_is_published() {
    let desk = AuthFixture::open().await;
    let me = app!(desk.world, AUTH_ME);
    let mut pair = desk.signed_in().await;
    for _ in 0..3 {
        desk.later(600);
        let next = desk.refreshed(&pair).await;
        for name in ["access_token", "refresh_token"] {
            assert_ne!(next[name], pair[name]);
        }
        for name in ["session_id", "refresh_expires_at"] {
            assert_eq!(next[name], pair[name], "the end does not move");
        }
        assert_eq!(desk.world.get(&me, "/api/v1/auth/me").token(text(&next, "access_token")).await.status, 200);
        pair = next;
    }
    assert_eq!(desk.announced().await, ["user.login"]);
}

#[tokio::test]
async fn an_answer_that_got_lost_is_given_again_within_ten_seconds() {
    let desk = AuthFixture::open().await;
    let first = desk.signed_in().await;
    desk.later(300);
    let second = desk.refreshed(&first).await;
    desk.later(10);
    assert_eq!(desk.refreshed(&first).await, second, "identical");
    desk.refreshed(&second).await;
    assert_eq!(desk.announced().await, ["user.login"]);
}

#[tokio::test]
async fn many_requests_at_once_with_one_token_get_one_successor() {
    let desk = AuthFixture::open().await;
    let first = desk.signed_in().await;
    desk.later(300);
    let answers = join_all((0..10).map(|_| desk.try_refresh(&first))).await;
    for answer in &answers {
        assert_eq!((answer.status.as_u16(), &answer.body), (200, &answers[0].body));
    }
}

#[tokio::test]
async fn a_token_of_the_past_ends_the_family_and_is_announced_once() {
    let desk = AuthFixture::open().await;
    let first = desk.signed_in().await;
    desk.later(300);
    let second = desk.refreshed(&first).await;
    desk.later(11);
    for token in [&first, &first, &second] {
        let answer = desk.try_refresh(token).await;
        assert_eq!((answer.status.as_u16(), answer.problem()), (401, "refresh_refused"), "{}", answer.body);
    }
    let stamp = desk.world.stamps("AUTH_TABLE").await.pop().unwrap();
    assert_eq!((stamp.event.as_str(), stamp.entity_id.as_str()), ("user.token_reused", text(&first, "session_id")));
    assert_eq!(desk.announced().await, ["user.token_reused"], "the session's last stamp, written once");
}

#[tokio::test]
async fn the_second_last_token_is_reuse_even_at_once() {
    let desk = AuthFixture::open().await;
    let first = desk.signed_in().await;
    let second = desk.refreshed(&first).await;
    let third = desk.refreshed(&second).await;
    assert_eq!(desk.try_refresh(&first).await.status, 401);
    assert_eq!(desk.try_refresh(&third).await.status, 401);
}

#[tokio::test]
async fn a_session_ends_after_thirty_days_however_often_it_is_used() {
    let desk = AuthFixture::open().await;
    let mut pair = desk.signed_in().await;
    for _ in 0..29 {
        desk.later(24 * 3600);
        pair = desk.refreshed(&pair).await;
    }
    desk.later(24 * 3600 - 60);
    let last = desk.refreshed(&pair).await;
    assert_eq!(last["expires_in"], json!(60), "no access token outlives the session");
    desk.later(60);
    assert_eq!(desk.try_refresh(&last).await.status, 401);
}

#[tokio::test]
async fn a_person_who_may_no_longer_sign_in_is_refused() {
    let desk = AuthFixture::open().await;
    let pair = desk.signed_in().await;
    desk.change_person(|person| person.status = EmploymentStatus::Suspended).await;
    assert_eq!(desk.try_refresh(&pair).await.status, 401);
    desk.change_person(|_| {}).await;
    desk.refreshed(&pair).await;
}

#[tokio::test]
async fn other_roles_end_the_session_even_before_the_bus_has_spoken() {
    let desk = AuthFixture::open().await;
    let pair = desk.signed_in().await;
    desk.change_person(|person| person.role_version += 1).await;
    assert_eq!(desk.try_refresh(&pair).await.status, 401);
    assert_eq!(desk.announced().await, ["user.login"], "nothing was reused");
}

#[tokio::test]
async fn without_kms_the_old_token_stays_good() {
    let desk = AuthFixture::open().await;
    let pair = desk.signed_in().await;
    let before = desk.world.snapshot().await;
    for broken in ["TrentService.VerifyMac", "TrentService.Sign", "TrentService.GenerateMac"] {
        desk.world.cloud.fail_calls(broken);
        let answer = desk.try_refresh(&pair).await;
        assert_eq!((answer.status.as_u16(), answer.header("retry-after")), (503, "2"), "{broken}");
        desk.world.cloud.recover();
    }
    assert_eq!(desk.world.snapshot().await, before);
    desk.later(3600);
    desk.refreshed(&pair).await;
}

#[tokio::test]
async fn a_forged_token_is_refused_and_changes_nothing() {
    let desk = AuthFixture::open().await;
    let pair = desk.signed_in().await;
    let good = text(&pair, "refresh_token");
    let parts: Vec<_> = good.split('.').collect();
    let hr = desk.world.people.hr.id.uuid().simple();
    let before = desk.world.snapshot().await;
    let mac = URL_SAFE_NO_PAD.encode([0_u8; 32]);
    for forged in [
        "x".to_owned(),
        format!("{}.{}.1.{}", parts[0], parts[1], parts[3]),
        format!("{}.{}.0.{mac}", parts[0], parts[1]),
        format!("rt_{hr}.{}.0.{}", parts[1], parts[3]),
        text(&pair, "access_token").chars().take(120).collect(),
    ] {
        let answer = desk.world.post(&desk.refresh, REFRESH, json!({"refresh_token": forged})).await;
        assert_eq!((answer.status.as_u16(), answer.problem()), (401, "refresh_refused"), "{forged}");
    }
    let long = desk.world.post(&desk.refresh, REFRESH, json!({"refresh_token": "x".repeat(2000)})).await;
    assert_eq!((long.status.as_u16(), long.pointers()), (422, vec!["/refresh_token"]));
    let missing = desk.world.post(&desk.refresh, REFRESH, Value::Object(serde_json::Map::new())).await;
    assert_eq!(missing.status, 400);
    assert_eq!(desk.world.snapshot().await, before);
}
