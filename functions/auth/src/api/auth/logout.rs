//! `POST /api/v1/auth/logout`: ends the session of the token. Publishes `user.logout`.
//!
//! The refresh tokens of the session are invalid at once; its access token expires within 15 minutes.

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use events::{EventType, Fact};
use lambda::http::{Caller, IdempotencyHeader, Problem, Replayed};

use crate::store::{AuthStore, RevocationOutcome};

lambda::endpoint!(AUTH_LOGOUT, post(handle), AuthStore);

/// Signs out: ends the session of the access token.
///
/// The access token itself stays valid until it expires, at most 15 minutes. Sessions of an external identity provider
/// are not ended.
#[utoipa::path(post, path = "/api/v1/auth/logout", operation_id = "auth-logout", tag = "auth", security(("bearer" = [])),
    params(IdempotencyHeader),
    responses(
        (status = 204, description = "The session has ended, now or before, or belongs to an external identity provider."),
        (status = 409, description = "`busy`: other requests won every attempt."),
        (status = 422, description = "`idempotency_key_reused`: the key belongs to a different request.")))]
async fn handle(State(store): State<AuthStore>, caller: Caller, key: IdempotencyHeader) -> Result<Response, Problem> {
    // A token of an external identity provider belongs to a session that only the provider can end.
    let Some(session) = caller.session() else { return Ok(StatusCode::NO_CONTENT.into_response()) };
    let fact = Fact::new(EventType::UserLogout, "Session", session);
    let idempotency_key = key.for_request(access::AUTH_LOGOUT.name, caller.id(), &session);
    Ok(match store.revoke_session(caller.origin(), caller.id(), session, fact, idempotency_key.as_ref()).await? {
        RevocationOutcome::Revoked | RevocationOutcome::AlreadyRevoked | RevocationOutcome::Unknown => {
            StatusCode::NO_CONTENT.into_response()
        }
        RevocationOutcome::Replayed(answer) => Replayed(StatusCode::NO_CONTENT, answer).into_response(),
    })
}
