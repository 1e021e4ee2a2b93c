//! `PUT /api/v1/auth/password`

use serde_json::{Value, json};
use testkit::Answer;

use crate::auth::{AuthFixture, PASSWORD, text};

const PATH: &str = "/api/v1/auth/password";
const NEW: &str = "an onyx goblin jumps at dawn";

async fn change(desk: &AuthFixture, token: &str, current: &str, new: &str) -> Answer {
    let app = app!(desk.world, AUTH_PASSWORD_UPDATE);
    desk.world.put(&app, PATH, json!({"current_password": current, "new_password": new})).token(token).await
}

#[tokio::test]
async fn a_new_password_ends_all_other_sessions_and_the_old_one() {
    let desk = AuthFixture::open().await;
    let (mine, other) = (desk.signed_in().await, desk.signed_in().await);
    desk.later(60);
    let answer = change(&desk, text(&mine, "access_token"), PASSWORD, NEW).await;
    assert_eq!((answer.status.as_u16(), answer.body), (204, Value::Null));
    assert!(desk.announced().await.contains(&"user.password_changed".to_owned()));

    assert_eq!(desk.try_refresh(&other).await.status, 401, "another session is over");
    let mine = desk.refreshed(&mine).await;
    assert_eq!(desk.try_login(&desk.employee().email, PASSWORD).await.status, 401);
    assert_eq!(desk.try_login(&desk.employee().email, NEW).await.status, 200);
    desk.refreshed(&mine).await;

    let list = app!(desk.world, AUTH_SESSIONS_LIST);
    let seen = desk.world.get(&list, "/api/v1/auth/sessions").token(text(&mine, "access_token")).await;
    assert_eq!(seen.body["items"].as_array().unwrap().len(), 2, "mine and the new one: {}", seen.body);
}

#[tokio::test]
async fn a_password_that_breaks_a_rule_is_refused_with_its_reason_and_changes_nothing() {
    let desk = AuthFixture::open().await;
    let pair = desk.signed_in().await;
    let before = credential(&desk).await;
    for (new, code) in [
        ("short one", "too_short"),
        ("passwordpassword", "predictable"),
        ("correct horse battery staple", "too_common"),
        ("erin.doe@example.com", "personal"),
        (PASSWORD, "unchanged"),
        (&"ab c".repeat(33), "too_long"),
    ] {
        let answer = change(&desk, text(&pair, "access_token"), PASSWORD, new).await;
        assert_eq!((answer.status.as_u16(), answer.pointers()), (422, vec!["/new_password"]), "{new}");
        assert_eq!(answer.body["errors"][0]["code"], json!(code), "{new}");
        assert!(!answer.body.to_string().contains(new), "a password is not repeated");
    }
    assert_eq!(credential(&desk).await, before);
    desk.refreshed(&pair).await;
}

#[tokio::test]
async fn guessing_the_current_password_is_announced_and_throttled() {
    let desk = AuthFixture::open().await;
    let pair = desk.signed_in().await;
    let before = credential(&desk).await;
    for number in 0..10 {
        let answer = change(&desk, text(&pair, "access_token"), "a wrong guess", NEW).await;
        assert_eq!((answer.status.as_u16(), answer.pointers()), (422, vec!["/current_password"]), "{number}");
    }
    let blocked = change(&desk, text(&pair, "access_token"), PASSWORD, NEW).await;
    assert_eq!(blocked.status, 429);
    assert_eq!(credential(&desk).await, before);
    assert!(desk.announced().await.contains(&"user.login_failed".to_owned()));
}

#[tokio::test]
async fn nobody_changes_a_password_that_is_not_there() {
    let desk = AuthFixture::open().await;
    let token = desk.world.token(&desk.world.people.hr);
    let answer = change(&desk, &token, PASSWORD, NEW).await;
    assert_eq!((answer.status.as_u16(), answer.problem()), (409, "no_password"));
    let app = app!(desk.world, AUTH_PASSWORD_UPDATE);
    let anonymous = desk.world.put(&app, PATH, json!({"current_password": PASSWORD, "new_password": NEW})).await;
    assert_eq!(anonymous.status, 401);
    let unknown = json!({"current_password": PASSWORD, "new_password": NEW, "employee_id": desk.employee().id});
    let unknown = desk.world.put(&app, PATH, unknown).signed_in_as(&desk.world.people.admin).await;
    assert_eq!((unknown.status.as_u16(), unknown.pointers()), (400, vec!["/employee_id"]));
}

async fn credential(desk: &AuthFixture) -> Vec<store::Item> {
    let mut items = desk.world.list_items("AUTH_TABLE").await;
    items.retain(|item| item.contains_key("_password_hash"));
    items
}
