//! `POST /api/v1/auth/password/forgot`

use axum::Router;
use directory::EmploymentStatus;
use serde_json::json;
use testkit::TestResponse;

use crate::auth::AuthFixture;

const PATH: &str = "/api/v1/auth/password/forgot";

async fn forgot(fixture: &AuthFixture, app: &Router, login: &str) -> TestResponse {
    fixture.world.post(app, PATH, json!({"login": login})).await
}

#[tokio::test]
async fn answer_is_the_same_and_only_active_people_get_mail() {
    let fixture = AuthFixture::open().await;
    let app = app!(fixture.world, AUTH_PASSWORD_FORGOT);
    let mut suspended = fixture.world.people.outsider.clone();
    suspended.status = EmploymentStatus::Suspended;
    fixture.world.add_people(&[&suspended]).await;
    let mut answers = Vec::new();
    for name in [&fixture.employee().email, "nobody@example.com", &suspended.email] {
        let (before, _) = (fixture.world.list_items("AUTH_TABLE").await.len(), ());
        let answer = forgot(&fixture, &app, name).await;
        assert_eq!(fixture.world.list_items("AUTH_TABLE").await.len() - before, if answers.is_empty() { 3 } else { 2 });
        answers.push((answer.status.as_u16(), answer.body));
    }
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
    assert_eq!(answers[0].0, 202);
    assert_eq!(fixture.published_types().await, ["user.password_reset_requested"]);
    let stamp = fixture.world.stamps("AUTH_TABLE").await.pop().unwrap();
    assert_eq!(stamp.entity_id, fixture.employee().id.to_string());
    let data = stamp.data.unwrap();
    assert_eq!(data.as_object().unwrap().keys().collect::<Vec<_>>(), ["reset_id"], "the event contains no secret");
}

#[tokio::test]
async fn one_person_gets_at_most_three_mails_an_hour() {
    let fixture = AuthFixture::open().await;
    let app = app!(fixture.world, AUTH_PASSWORD_FORGOT);
    let names = [fixture.employee().email.clone(), fixture.employee().employee_code.clone()];
    for number in 0..6 {
        assert_eq!(forgot(&fixture, &app, &names[number % 2]).await.status, 202, "the answer does not change");
    }
    assert_eq!(fixture.published_types().await, ["user.password_reset_requested"; 3]);
    fixture.advance_seconds(3600);
    forgot(&fixture, &app, &names[0]).await;
    assert_eq!(fixture.published_types().await.len(), 4);
}

#[tokio::test]
async fn address_with_too_many_requests_is_blocked() {
    let fixture = AuthFixture::open().await;
    let app = app!(fixture.world, AUTH_PASSWORD_FORGOT);
    for number in 0..30 {
        assert_eq!(forgot(&fixture, &app, &format!("e{number}@example.com")).await.status, 202);
    }
    let before = fixture.world.snapshot().await;
    let answer = forgot(&fixture, &app, &fixture.employee().email).await;
    assert_eq!(answer.status, 429);
    assert!(answer.header("retry-after").parse::<i64>().unwrap() > 0);
    assert_eq!(fixture.world.snapshot().await, before);
}

#[tokio::test]
async fn same_key_sends_one_mail() {
    let fixture = AuthFixture::open().await;
    let app = app!(fixture.world, AUTH_PASSWORD_FORGOT);
    let ask = |login: &str| fixture.world.post(&app, PATH, json!({"login": login})).header("idempotency-key", "k");
    assert_eq!(ask(&fixture.employee().email).await.status, 202);
    let again = ask(&fixture.employee().email).await;
    assert_eq!((again.status.as_u16(), again.header("idempotent-replayed")), (202, "true"));
    assert_eq!(fixture.published_types().await, ["user.password_reset_requested"]);
    assert_eq!(ask("other@example.com").await.problem(), "idempotency_key_reused");
}
