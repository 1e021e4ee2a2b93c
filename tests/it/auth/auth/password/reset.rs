//! `POST /api/v1/auth/password/reset`

use ::auth::app::reset_token;
use axum::Router;
use futures::future::join_all;
use kernel::ResetId;
use lambda::{FromShell, mac::MacKey};
use serde_json::{Value, json};
use testkit::Answer;

use crate::auth::{AuthFixture, PASSWORD};

const PATH: &str = "/api/v1/auth/password/reset";
const NEW: &str = "an onyx goblin jumps at dawn";

/// The token of the latest request, as whoever sends the mail derives it from the event.
async fn mailed(desk: &AuthFixture, login: &str) -> String {
    let app = app!(desk.world, AUTH_PASSWORD_FORGOT);
    let asked = desk.world.post(&app, "/api/v1/auth/password/forgot", json!({"login": login})).await;
    assert_eq!(asked.status, 202);
    let stamp = desk.world.stamps("AUTH_TABLE").await.pop().unwrap();
    assert_eq!(stamp.event, "user.password_reset_requested");
    let id: ResetId = serde_json::from_value(stamp.data.unwrap()["reset_id"].clone()).unwrap();
    token(desk, id).await
}

async fn token(desk: &AuthFixture, id: ResetId) -> String {
    let mac = MacKey::from_shell(&desk.world.shell).unwrap().derive(&reset_token::mac_input(id)).await.unwrap();
    reset_token::encode(id, &mac)
}

fn app(desk: &AuthFixture) -> Router {
    app!(desk.world, AUTH_PASSWORD_RESET)
}

async fn set(desk: &AuthFixture, app: &Router, token: &str, new: &str) -> Answer {
    desk.world.post(app, PATH, json!({"token": token, "new_password": new})).await
}

#[tokio::test]
async fn a_reset_sets_the_password_once_and_ends_all_sessions() {
    let desk = AuthFixture::open().await;
    let (app, pair) = (app(&desk), desk.signed_in().await);
    let (spare, token) = (mailed(&desk, &desk.employee().email).await, mailed(&desk, &desk.employee().email).await);
    desk.later(60);
    let answer = set(&desk, &app, &token, NEW).await;
    assert_eq!((answer.status.as_u16(), answer.body), (204, Value::Null));
    assert_eq!(desk.try_refresh(&pair).await.status, 401);
    assert_eq!(desk.try_login(&desk.employee().email, PASSWORD).await.status, 401);
    assert_eq!(desk.try_login(&desk.employee().email, NEW).await.status, 200);

    for used in [&token, &spare] {
        let again = set(&desk, &app, used, "yet another onyx goblin").await;
        assert_eq!((again.status.as_u16(), again.pointers()), (422, vec!["/token"]), "used up, all of them");
    }
    assert_eq!(desk.try_login(&desk.employee().email, NEW).await.status, 200);
}

#[tokio::test]
async fn of_many_at_once_one_wins() {
    let desk = AuthFixture::open().await;
    let (app, token) = (app(&desk), mailed(&desk, &desk.employee().email).await);
    desk.later(60);
    let passwords: Vec<_> = (0..5).map(|number| format!("an onyx goblin jumps at dawn {number}")).collect();
    let answers = join_all(passwords.iter().map(|new| set(&desk, &app, &token, new))).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 204).count(), 1);
    assert_eq!(answers.iter().filter(|answer| answer.status == 422).count(), 4);
}

#[tokio::test]
async fn somebody_who_never_had_a_password_gets_their_first_one_so() {
    let desk = AuthFixture::open().await;
    let hr = desk.world.people.hr.email.clone();
    let token = mailed(&desk, &hr).await;
    assert_eq!(set(&desk, &app(&desk), &token, NEW).await.status, 204);
    assert_eq!(desk.try_login(&hr, NEW).await.status, 200);
}

#[tokio::test]
async fn a_token_that_is_old_or_made_up_or_a_weak_password_changes_nothing() {
    let desk = AuthFixture::open().await;
    let (app, good) = (app(&desk), mailed(&desk, &desk.employee().email).await);
    let nobodys = {
        let forgot = app!(desk.world, AUTH_PASSWORD_FORGOT);
        desk.world.post(&forgot, "/api/v1/auth/password/forgot", json!({"login": "nobody@example.com"})).await;
        let items = desk.world.list_items("AUTH_TABLE").await;
        let item = items.iter().find(|item| item.contains_key("reset_id") && !item.contains_key("employee_id"));
        let id = store::string_attribute(item.unwrap(), "reset_id").unwrap().parse().unwrap();
        token(&desk, id).await
    };
    let unknown = token(&desk, "reset_018f6b0e4a3b7c21a5d4c3b2a1f0e9d8".parse().unwrap()).await;
    let before = credential(&desk).await;
    let forged = format!("{}.{}", good.split('.').next().unwrap(), unknown.split('.').nth(1).unwrap());
    for (token, new, pointer) in [
        (nobodys.as_str(), NEW, "/token"),
        (&unknown, NEW, "/token"),
        (&forged, NEW, "/token"),
        ("rst_x.y", NEW, "/token"),
        (&good, "short one", "/new_password"),
        (&good, "erin.doe@example.com", "/new_password"),
    ] {
        let answer = set(&desk, &app, token, new).await;
        assert_eq!((answer.status.as_u16(), answer.pointers()), (422, vec![pointer]), "{token} {new}");
    }
    desk.later(30 * 60);
    assert_eq!(set(&desk, &app, &good, NEW).await.pointers(), ["/token"], "half an hour has passed");
    assert_eq!(credential(&desk).await, before);
}

#[tokio::test]
async fn the_same_key_gets_the_same_answer() {
    let desk = AuthFixture::open().await;
    let (app, token) = (app(&desk), mailed(&desk, &desk.employee().email).await);
    let ask =
        || desk.world.post(&app, PATH, json!({"token": token, "new_password": NEW})).header("idempotency-key", "k");
    desk.later(1);
    assert_eq!(ask().await.status, 204);
    let again = ask().await;
    assert_eq!((again.status.as_u16(), again.header("idempotent-replayed")), (204, "true"));
    let stored = format!("{:?}", desk.world.snapshot().await);
    assert!(!stored.contains(NEW) && !stored.contains(&token));
}

async fn credential(desk: &AuthFixture) -> Vec<store::Item> {
    let mut items = desk.world.list_items("AUTH_TABLE").await;
    items.retain(|item| item.contains_key("_password_hash"));
    items
}
