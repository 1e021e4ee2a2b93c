//! `PUT /api/v1/auth/password`

use serde_json::{Value, json};
use testkit::TestResponse;

use crate::auth::{AuthFixture, PASSWORD, text};

const PATH: &str = "/api/v1/auth/password";
const NEW: &str = "an onyx goblin jumps at dawn";

async fn change(fixture: &AuthFixture, token: &str, current: &str, new: &str) -> TestResponse {
    let app = app!(fixture.world, AUTH_PASSWORD_UPDATE);
    fixture.world.put(&app, PATH, json!({"current_password": current, "new_password": new})).token(token).await
}

#[tokio::test]
async fn new_password_ends_other_sessions_and_the_old_password() {
    let fixture = AuthFixture::open().await;
    let (mine, other) = (fixture.sign_in().await, fixture.sign_in().await);
    fixture.advance_seconds(60);
    let answer = change(&fixture, text(&mine, "access_token"), PASSWORD, NEW).await;
    assert_eq!((answer.status.as_u16(), answer.body), (204, Value::Null));
    assert!(fixture.published_types().await.contains(&"user.password_changed".to_owned()));

    assert_eq!(fixture.try_refresh(&other).await.status, 401, "other sessions end");
    let mine = fixture.refresh_tokens(&mine).await;
    assert_eq!(fixture.try_login(&fixture.employee().email, PASSWORD).await.status, 401);
    assert_eq!(fixture.try_login(&fixture.employee().email, NEW).await.status, 200);
    fixture.refresh_tokens(&mine).await;

    let list = app!(fixture.world, AUTH_SESSIONS_LIST);
    let seen = fixture.world.get(&list, "/api/v1/auth/sessions").token(text(&mine, "access_token")).await;
    assert_eq!(
        seen.body["items"].as_array().unwrap().len(),
        2,
        "the own session and the new one are active: {}",
        seen.body
    );
}

#[tokio::test]
async fn weak_passwords_are_rejected_with_their_code() {
    let fixture = AuthFixture::open().await;
    let pair = fixture.sign_in().await;
    let before = credential(&fixture).await;
    for (new, code) in [
        ("short one", "too_short"),
        ("passwordpassword", "predictable"),
        ("correct horse battery staple", "too_common"),
        ("erin.doe@example.com", "personal"),
        (PASSWORD, "unchanged"),
        (&"ab c".repeat(33), "too_long"),
    ] {
        let answer = change(&fixture, text(&pair, "access_token"), PASSWORD, new).await;
        assert_eq!((answer.status.as_u16(), answer.pointers()), (422, vec!["/new_password"]), "{new}");
        assert_eq!(answer.body["errors"][0]["code"], json!(code), "{new}");
        assert!(!answer.body.to_string().contains(new), "the answer does not contain the password");
    }
    assert_eq!(credential(&fixture).await, before);
    fixture.refresh_tokens(&pair).await;
}

#[tokio::test]
async fn wrong_current_passwords_are_published_and_throttled() {
    let fixture = AuthFixture::open().await;
    let pair = fixture.sign_in().await;
    let before = credential(&fixture).await;
    for number in 0..10 {
        let answer = change(&fixture, text(&pair, "access_token"), "a wrong guess", NEW).await;
        assert_eq!((answer.status.as_u16(), answer.pointers()), (422, vec!["/current_password"]), "{number}");
    }
    let blocked = change(&fixture, text(&pair, "access_token"), PASSWORD, NEW).await;
    assert_eq!(blocked.status, 429);
    assert_eq!(credential(&fixture).await, before);
    assert!(fixture.published_types().await.contains(&"user.login_failed".to_owned()));
}

#[tokio::test]
async fn password_change_needs_an_own_password() {
    let fixture = AuthFixture::open().await;
    let token = fixture.world.token(&fixture.world.people.hr);
    let answer = change(&fixture, &token, PASSWORD, NEW).await;
    assert_eq!((answer.status.as_u16(), answer.problem()), (409, "no_password"));
    let app = app!(fixture.world, AUTH_PASSWORD_UPDATE);
    let anonymous = fixture.world.put(&app, PATH, json!({"current_password": PASSWORD, "new_password": NEW})).await;
    assert_eq!(anonymous.status, 401);
    let unknown = json!({"current_password": PASSWORD, "new_password": NEW, "employee_id": fixture.employee().id});
    let unknown = fixture.world.put(&app, PATH, unknown).signed_in_as(&fixture.world.people.admin).await;
    assert_eq!((unknown.status.as_u16(), unknown.pointers()), (400, vec!["/employee_id"]));
}

async fn credential(fixture: &AuthFixture) -> Vec<store::Item> {
    let mut items = fixture.world.list_items("AUTH_TABLE").await;
    items.retain(|item| item.contains_key("_password_hash"));
    items
}
