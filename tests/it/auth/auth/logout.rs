//! `POST /api/v1/auth/logout`

use axum::http::Method;

use crate::auth::{AuthFixture, text};

const LOGOUT: &str = "/api/v1/auth/logout";

#[tokio::test]
async fn logout_ends_only_the_session_of_the_token() {
    let fixture = AuthFixture::open().await;
    let logout = app!(fixture.world, AUTH_LOGOUT);
    let (one, other) = (fixture.sign_in().await, fixture.sign_in().await);
    let token = text(&one, "access_token");
    for _ in 0..2 {
        let answer = fixture.world.request(&logout, Method::POST, LOGOUT).token(token).await;
        assert_eq!(answer.status, 204, "{}", answer.body);
    }
    assert_eq!(fixture.try_refresh(&one).await.status, 401);
    fixture.refresh_tokens(&other).await;
    let published = fixture.published_types().await;
    assert_eq!(published.iter().filter(|event| *event == "user.logout").count(), 1);
}

#[tokio::test]
async fn same_key_returns_the_same_answer() {
    let fixture = AuthFixture::open().await;
    let logout = app!(fixture.world, AUTH_LOGOUT);
    let pair = fixture.sign_in().await;
    let ask = || {
        fixture
            .world
            .request(&logout, Method::POST, LOGOUT)
            .token(text(&pair, "access_token"))
            .header("idempotency-key", "k")
    };
    assert_eq!(ask().await.status, 204);
    let again = ask().await;
    assert_eq!((again.status.as_u16(), again.header("idempotent-replayed")), (204, "true"));

    let other = fixture.sign_in().await;
    let reused = fixture.world.request(&logout, Method::POST, LOGOUT).token(text(&other, "access_token"));
    let reused = reused.header("idempotency-key", "k").await;
    assert_eq!((reused.status.as_u16(), reused.problem()), (422, "idempotency_key_reused"));
    fixture.refresh_tokens(&other).await;
}

#[tokio::test]
async fn logout_without_token_or_session_changes_nothing() {
    let fixture = AuthFixture::open().await;
    let logout = app!(fixture.world, AUTH_LOGOUT);
    let before = fixture.world.snapshot().await;
    assert_eq!(fixture.world.request(&logout, Method::POST, LOGOUT).await.status, 401);
    // A token of an unknown session, like one of an external provider.
    assert_eq!(fixture.world.request(&logout, Method::POST, LOGOUT).signed_in_as(fixture.employee()).await.status, 204);
    assert_eq!(fixture.world.snapshot().await, before);
}
