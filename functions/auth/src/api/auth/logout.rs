//! `POST /api/v1/auth/logout`: end the session of the token. Publishes `user.logout`.
//!
//! The refresh tokens of the session are worthless at once; its access token dies within its fifteen minutes.

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use events::{EventType, Fact};
use lambda::http::{Caller, IdempotencyHeader, Problem, Replayed};

use crate::store::{AuthStore, RevocationOutcome};

lambda::endpoint!(AUTH_LOGOUT, post(handle), AuthStore);

/// Signs out.
#[utoipa::path(post, path = "/api/v1/auth/logout", operation_id = "auth-logout", tag = "auth", security(("bearer" = [])),
    params(("Idempotency-Key" = Option<String>, Header, description = "The same answer for 24 hours")),
    responses((status = 204, description = "The session is over, now or before"), (status = 401, description = "No valid access token")))]
async fn handle(State(store): State<AuthStore>, caller: Caller, key: IdempotencyHeader) -> Result<Response, Problem> {
    // A token of an outside identity provider belongs to a session of theirs, which we cannot end.
    let Some(session) = caller.session() else { return Ok(StatusCode::NO_CONTENT.into_response()) };
    let fact = Fact::new(EventType::UserLogout, "Session", session);
    let once = key.for_request(access::AUTH_LOGOUT.name, caller.id(), &session);
    Ok(match store.revoke_session(caller.origin(), caller.id(), session, fact, once.as_ref()).await? {
        RevocationOutcome::Now | RevocationOutcome::Before | RevocationOutcome::Unknown => {
            StatusCode::NO_CONTENT.into_response()
        }
        RevocationOutcome::Replayed(answer) => Replayed(StatusCode::NO_CONTENT, answer).into_response(),
    })
}
