//! `POST /api/v1/auth/logout`

use axum::http::Method;

use crate::auth::{AuthFixture, text};

const LOGOUT: &str = "/api/v1/auth/logout";

#[tokio::test]
async fn a_logout_ends_the_session_of_the_token_and_no_other() {
    let desk = AuthFixture::open().await;
    let logout = app!(desk.world, AUTH_LOGOUT);
    let (one, other) = (desk.signed_in().await, desk.signed_in().await);
    let token = text(&one, "access_token");
    for _ in 0..2 {
        let answer = desk.world.ask(&logout, Method::POST, LOGOUT).token(token).await;
        assert_eq!(answer.status, 204, "{}", answer.body);
    }
    assert_eq!(desk.try_refresh(&one).await.status, 401);
    desk.refreshed(&other).await;
    let announced = desk.announced().await;
    assert_eq!(announced.iter().filter(|event| *event == "user.logout").count(), 1);
}

#[tokio::test]
async fn the_same_key_gets_the_same_answer() {
    let desk = AuthFixture::open().await;
    let logout = app!(desk.world, AUTH_LOGOUT);
    let pair = desk.signed_in().await;
    let ask = || {
        desk.world.ask(&logout, Method::POST, LOGOUT).token(text(&pair, "access_token")).header("idempotency-key", "k")
    };
    assert_eq!(ask().await.status, 204);
    let again = ask().await;
    assert_eq!((again.status.as_u16(), again.header("idempotent-replayed")), (204, "true"));

    let other = desk.signed_in().await;
    let reused = desk.world.ask(&logout, Method::POST, LOGOUT).token(text(&other, "access_token"));
    let reused = reused.header("idempotency-key", "k").await;
    assert_eq!((reused.status.as_u16(), reused.problem()), (422, "idempotency_key_reused"));
    desk.refreshed(&other).await;
}

#[tokio::test]
async fn nobody_logs_nobody_out() {
    let desk = AuthFixture::open().await;
    let logout = app!(desk.world, AUTH_LOGOUT);
    let before = desk.world.snapshot().await;
    assert_eq!(desk.world.ask(&logout, Method::POST, LOGOUT).await.status, 401);
    // A token of a session that is not there, as an outside provider's would be.
    assert_eq!(desk.world.ask(&logout, Method::POST, LOGOUT).signed_in_as(desk.employee()).await.status, 204);
    assert_eq!(desk.world.snapshot().await, before);
}
