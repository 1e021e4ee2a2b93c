//! `POST /api/v1/auth/password/forgot`

use axum::Router;
use directory::EmploymentStatus;
use serde_json::json;
use testkit::Answer;

use crate::auth::AuthFixture;

const PATH: &str = "/api/v1/auth/password/forgot";

async fn forgot(desk: &AuthFixture, app: &Router, login: &str) -> Answer {
    desk.world.post(app, PATH, json!({"login": login})).await
}

#[tokio::test]
async fn the_answer_is_the_same_for_everybody_and_only_known_people_are_sent_mail() {
    let desk = AuthFixture::open().await;
    let app = app!(desk.world, AUTH_PASSWORD_FORGOT);
    let mut suspended = desk.world.people.outsider.clone();
    suspended.status = EmploymentStatus::Suspended;
    desk.world.add_people(&[&suspended]).await;
    let mut answers = Vec::new();
    for name in [&desk.employee().email, "nobody@example.com", &suspended.email] {
        let (before, _) = (desk.world.list_items("AUTH_TABLE").await.len(), ());
        let answer = forgot(&desk, &app, name).await;
        assert_eq!(desk.world.list_items("AUTH_TABLE").await.len() - before, if answers.is_empty() { 3 } else { 2 });
        answers.push((answer.status.as_u16(), answer.body));
    }
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
    assert_eq!(answers[0].0, 202);
    assert_eq!(desk.announced().await, ["user.password_reset_requested"]);
    let stamp = desk.world.stamps("AUTH_TABLE").await.pop().unwrap();
    assert_eq!(stamp.entity_id, desk.employee().id.to_string());
    let data = stamp.data.unwrap();
    assert_eq!(data.as_object().unwrap().keys().collect::<Vec<_>>(), ["reset_id"], "no secret is on the bus");
}

#[tokio::test]
async fn one_person_gets_three_mails_an_hour_by_whatever_name() {
    let desk = AuthFixture::open().await;
    let app = app!(desk.world, AUTH_PASSWORD_FORGOT);
    let names = [desk.employee().email.clone(), desk.employee().employee_code.clone()];
    for number in 0..6 {
        assert_eq!(forgot(&desk, &app, &names[number % 2]).await.status, 202, "the answer does not change");
    }
    assert_eq!(desk.announced().await, ["user.password_reset_requested"; 3]);
    desk.later(3600);
    forgot(&desk, &app, &names[0]).await;
    assert_eq!(desk.announced().await.len(), 4);
}

#[tokio::test]
async fn one_address_is_stopped() {
    let desk = AuthFixture::open().await;
    let app = app!(desk.world, AUTH_PASSWORD_FORGOT);
    for number in 0..30 {
        assert_eq!(forgot(&desk, &app, &format!("e{number}@example.com")).await.status, 202);
    }
    let before = desk.world.snapshot().await;
    let answer = forgot(&desk, &app, &desk.employee().email).await;
    assert_eq!(answer.status, 429);
    assert!(answer.header("retry-after").parse::<i64>().unwrap() > 0);
    assert_eq!(desk.world.snapshot().await, before);
}

#[tokio::test]
async fn the_same_key_sends_one_mail() {
    let desk = AuthFixture::open().await;
    let app = app!(desk.world, AUTH_PASSWORD_FORGOT);
    let ask = |login: &str| desk.world.post(&app, PATH, json!({"login": login})).header("idempotency-key", "k");
    assert_eq!(ask(&desk.employee().email).await.status, 202);
    let again = ask(&desk.employee().email).await;
    assert_eq!((again.status.as_u16(), again.header("idempotent-replayed")), (202, "true"));
    assert_eq!(desk.announced().await, ["user.password_reset_requested"]);
    assert_eq!(ask("other@example.com").await.problem(), "idempotency_key_reused");
}
