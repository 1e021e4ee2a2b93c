//! `POST /api/v1/auth/logout`: end the session of the token. Publishes `user.logout`.
//!
//! The refresh tokens of the session are worthless at once; its access token dies within its fifteen minutes.

use axum::{
    Router,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::post,
};
use events::{EventType, Fact};
use lambda::{
    InitError, Shell,
    http::{Caller, Idempotency, Problem, Replayed},
};

use crate::store::{Revoked, Store};

/// Signs out.
#[utoipa::path(post, path = "/api/v1/auth/logout", operation_id = "auth-logout", tag = "auth", security(("bearer" = [])),
    params(("Idempotency-Key" = Option<String>, Header, description = "The same answer for 24 hours")),
    responses((status = 204, description = "The session is over, now or before"), (status = 401, description = "No valid access token")))]
async fn handle(State(store): State<Store>, caller: Caller, key: Idempotency) -> Result<Response, Problem> {
    // A token of an outside identity provider belongs to a session of theirs, which we cannot end.
    let Some(session) = caller.session() else { return Ok(StatusCode::NO_CONTENT.into_response()) };
    let fact = Fact::new(EventType::UserLogout, "Session", session);
    let once = key.once(access::AUTH_LOGOUT.name, caller.id(), &session);
    Ok(match store.revoke(caller.origin(), caller.id(), session, fact, once.as_ref()).await? {
        Revoked::Now | Revoked::Before | Revoked::Unknown => StatusCode::NO_CONTENT.into_response(),
        Revoked::Replayed(answer) => Replayed(StatusCode::NO_CONTENT, answer).into_response(),
    })
}

/// The route.
///
/// # Errors
/// Names what is missing from the environment.
pub fn router(shell: &Shell) -> Result<Router, InitError> {
    Ok(Router::new().route(access::AUTH_LOGOUT.path, post(handle)).with_state(Store::load(shell)?))
}

/// Runs the function.
pub fn serve() {
    lambda::http::serve(&access::AUTH_LOGOUT, router);
}
