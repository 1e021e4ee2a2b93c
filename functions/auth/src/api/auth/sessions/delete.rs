//! `DELETE /api/v1/auth/sessions/{session_id}`: ends an own session. Publishes `user.session_revoked`.

use axum::{extract::State, http::StatusCode};
use events::{EventType, Fact};
use kernel::{Error, SessionId};
use lambda::http::{Caller, Path, Problem};

use crate::{
    messages,
    store::{AuthStore, RevocationOutcome},
};

lambda::endpoint!(AUTH_SESSIONS_DELETE, delete(handle), AuthStore);

/// Ends a session of the caller.
///
/// Its refresh tokens become invalid at once; its access token expires within 15 minutes.
#[utoipa::path(delete, path = "/api/v1/auth/sessions/{session_id}", operation_id = "auth-sessions-delete", tag = "auth",
    security(("bearer" = [])), params(("session_id" = SessionId, Path, description = "Id of the session.")),
    responses(
        (status = 204, description = "The session has ended, now or before."),
        (status = 404, description = "`not_found`: the caller has no session with this id.")))]
async fn handle(
    State(store): State<AuthStore>,
    caller: Caller,
    Path(id): Path<SessionId>,
) -> Result<StatusCode, Problem> {
    let fact = Fact::new(EventType::UserSessionRevoked, "Session", id);
    // The key contains the id of the caller, so a session of another person is not found.
    match store.revoke_session(caller.origin(), caller.id(), id, fact, None).await? {
        RevocationOutcome::Revoked | RevocationOutcome::AlreadyRevoked | RevocationOutcome::Replayed(_) => {
            Ok(StatusCode::NO_CONTENT)
        }
        RevocationOutcome::Unknown => Err(Error::not_found(messages::session()).into()),
    }
}
