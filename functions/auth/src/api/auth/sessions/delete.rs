//! `DELETE /api/v1/auth/sessions/{session_id}`: end one of one's own sessions. Publishes `user.session_revoked`.

use axum::{extract::State, http::StatusCode};
use events::{EventType, Fact};
use kernel::{Error, SessionId};
use lambda::http::{Caller, Path, Problem};

use crate::store::{AuthStore, RevocationOutcome};

lambda::endpoint!(AUTH_SESSIONS_DELETE, delete(handle), AuthStore);

/// Ends a session.
#[utoipa::path(delete, path = "/api/v1/auth/sessions/{session_id}", operation_id = "auth-sessions-delete", tag = "auth",
    security(("bearer" = [])), params(("session_id" = SessionId, Path, description = "The session")),
    responses((status = 204, description = "The session is over, now or before"),
        (status = 401, description = "No valid access token"), (status = 404, description = "Not there, or somebody else's")))]
async fn handle(
    State(store): State<AuthStore>,
    caller: Caller,
    Path(id): Path<SessionId>,
) -> Result<StatusCode, Problem> {
    let fact = Fact::new(EventType::UserSessionRevoked, "Session", id);
    // The key holds the caller's own id, so a foreign session is simply not there.
    match store.revoke_session(caller.origin(), caller.id(), id, fact, None).await? {
        RevocationOutcome::Now | RevocationOutcome::Before | RevocationOutcome::Replayed(_) => {
            Ok(StatusCode::NO_CONTENT)
        }
        RevocationOutcome::Unknown => Err(Error::not_found("session").into()),
    }
}
