//! `POST /api/v1/auth/password/reset`

use ::auth::app::reset_token;
use axum::Router;
use futures::future::join_all;
use kernel::ResetId;
use lambda::{FromShell, MacKey};
use serde_json::{Value, json};
use testkit::TestResponse;

use crate::auth::{AuthFixture, PASSWORD};

const PATH: &str = "/api/v1/auth/password/reset";
const NEW: &str = "an onyx goblin jumps at dawn";

/// Token of the latest request, derived from the event as the sender of the e-mail does.
async fn mailed_token(fixture: &AuthFixture, login: &str) -> String {
    let app = app!(fixture.world, AUTH_PASSWORD_FORGOT);
    let answer = fixture.world.post(&app, "/api/v1/auth/password/forgot", json!({"login": login})).await;
    assert_eq!(answer.status, 202);
    let stamp = fixture.world.stamps("AUTH_TABLE").await.pop().unwrap();
    assert_eq!(stamp.event, "user.password_reset_requested");
    let id: ResetId = serde_json::from_value(stamp.data.unwrap()["reset_id"].clone()).unwrap();
    token(fixture, id).await
}

async fn token(fixture: &AuthFixture, id: ResetId) -> String {
    let mac = MacKey::from_shell(&fixture.world.shell).unwrap().derive(&reset_token::mac_input(id)).await.unwrap();
    reset_token::encode(id, &mac)
}

fn app(fixture: &AuthFixture) -> Router {
    app!(fixture.world, AUTH_PASSWORD_RESET)
}

async fn set(fixture: &AuthFixture, app: &Router, token: &str, new: &str) -> TestResponse {
    fixture.world.post(app, PATH, json!({"token": token, "new_password": new})).await
}

#[tokio::test]
async fn reset_sets_the_password_once_and_ends_all_sessions() {
    let fixture = AuthFixture::open().await;
    let (app, pair) = (app(&fixture), fixture.sign_in().await);
    let (spare, token) = (
        mailed_token(&fixture, &fixture.employee().email).await,
        mailed_token(&fixture, &fixture.employee().email).await,
    );
    fixture.advance_seconds(60);
    let answer = set(&fixture, &app, &token, NEW).await;
    assert_eq!((answer.status.as_u16(), answer.body), (204, Value::Null));
    assert_eq!(fixture.try_refresh(&pair).await.status, 401);
    assert_eq!(fixture.try_login(&fixture.employee().email, PASSWORD).await.status, 401);
    assert_eq!(fixture.try_login(&fixture.employee().email, NEW).await.status, 200);

    for used in [&token, &spare] {
        let again = set(&fixture, &app, used, "yet another onyx goblin").await;
        assert_eq!(
            (again.status.as_u16(), again.pointers()),
            (422, vec!["/token"]),
            "all outstanding tokens are used up"
        );
    }
    assert_eq!(fixture.try_login(&fixture.employee().email, NEW).await.status, 200);
}

#[tokio::test]
async fn concurrent_resets_with_one_token_set_one_password() {
    let fixture = AuthFixture::open().await;
    let (app, token) = (app(&fixture), mailed_token(&fixture, &fixture.employee().email).await);
    fixture.advance_seconds(60);
    let passwords: Vec<_> = (0..5).map(|number| format!("an onyx goblin jumps at dawn {number}")).collect();
    let answers = join_all(passwords.iter().map(|new| set(&fixture, &app, &token, new))).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 204).count(), 1);
    assert_eq!(answers.iter().filter(|answer| answer.status == 422).count(), 4);
}

#[tokio::test]
async fn reset_sets_the_first_password() {
    let fixture = AuthFixture::open().await;
    let hr = fixture.world.people.hr.email.clone();
    let token = mailed_token(&fixture, &hr).await;
    assert_eq!(set(&fixture, &app(&fixture), &token, NEW).await.status, 204);
    assert_eq!(fixture.try_login(&hr, NEW).await.status, 200);
}

#[tokio::test]
async fn invalid_tokens_and_weak_passwords_change_nothing() {
    let fixture = AuthFixture::open().await;
    let (app, good) = (app(&fixture), mailed_token(&fixture, &fixture.employee().email).await);
    let unowned = {
        let forgot = app!(fixture.world, AUTH_PASSWORD_FORGOT);
        fixture.world.post(&forgot, "/api/v1/auth/password/forgot", json!({"login": "nobody@example.com"})).await;
        let items = fixture.world.list_items("AUTH_TABLE").await;
        let item = items.iter().find(|item| item.contains_key("reset_id") && !item.contains_key("employee_id"));
        let id = store::string_attribute(item.unwrap(), "reset_id").unwrap().parse().unwrap();
        token(&fixture, id).await
    };
    let unknown = token(&fixture, "reset_018f6b0e4a3b7c21a5d4c3b2a1f0e9d8".parse().unwrap()).await;
    let before = credential(&fixture).await;
    let forged = format!("{}.{}", good.split('.').next().unwrap(), unknown.split('.').nth(1).unwrap());
    for (token, new, pointer) in [
        (unowned.as_str(), NEW, "/token"),
        (&unknown, NEW, "/token"),
        (&forged, NEW, "/token"),
        ("rst_x.y", NEW, "/token"),
        (&good, "short one", "/new_password"),
        (&good, "erin.doe@example.com", "/new_password"),
    ] {
        let answer = set(&fixture, &app, token, new).await;
        assert_eq!((answer.status.as_u16(), answer.pointers()), (422, vec![pointer]), "{token} {new}");
    }
    fixture.advance_seconds(30 * 60);
    assert_eq!(set(&fixture, &app, &good, NEW).await.pointers(), ["/token"], "the token expires after half an hour");
    assert_eq!(credential(&fixture).await, before);
}

#[tokio::test]
async fn same_key_returns_the_same_answer() {
    let fixture = AuthFixture::open().await;
    let (app, token) = (app(&fixture), mailed_token(&fixture, &fixture.employee().email).await);
    let ask =
        || fixture.world.post(&app, PATH, json!({"token": token, "new_password": NEW})).header("idempotency-key", "k");
    fixture.advance_seconds(1);
    assert_eq!(ask().await.status, 204);
    let again = ask().await;
    assert_eq!((again.status.as_u16(), again.header("idempotent-replayed")), (204, "true"));
    let stored = format!("{:?}", fixture.world.snapshot().await);
    assert!(!stored.contains(NEW) && !stored.contains(&token));
}

async fn credential(fixture: &AuthFixture) -> Vec<store::Item> {
    let mut items = fixture.world.list_items("AUTH_TABLE").await;
    items.retain(|item| item.contains_key("_password_hash"));
    items
}
