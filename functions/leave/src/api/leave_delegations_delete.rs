//! `DELETE /api/v1/leave-delegations/{delegation_id}`: ends a delegation. Publishes `leave.delegation_deleted`.

use axum::{Router, extract::State, http::StatusCode, routing::delete};
use kernel::DelegationId;
use lambda::{
    InitError, Shell,
    http::{Caller, IfMatch, Path, Problem},
};

use super::{Api, leave_delegations_update::given};

/// Ends a delegation that one has given; HR ends all. What was decided by it stands.
#[utoipa::path(delete, path = "/api/v1/leave-delegations/{delegation_id}", operation_id = "leave-delegations-delete",
    tag = "leave delegations",
    params(("delegation_id" = DelegationId, Path), ("If-Match" = Option<String>, Header, description = "ETag of the last read")),
    responses(
        (status = 204, description = "Ended"),
        (status = 404, description = "Not there, ended before, or somebody else's"),
        (status = 409, description = "Changed meanwhile"),
        (status = 412, description = "Changed since it was read")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Path(id): Path<DelegationId>,
    named: IfMatch,
) -> Result<StatusCode, Problem> {
    let origin = caller.origin();
    let before = given(&api, &caller, id).await?;
    named.check(before.version)?;
    let after = before.value.ended(origin.at);
    api.records.redelegate(origin, &before, &after).await.map_err(named.too_late())?;
    Ok(StatusCode::NO_CONTENT)
}

/// The route.
///
/// # Errors
/// What is missing from the environment.
pub fn router(shell: &Shell) -> Result<Router, InitError> {
    Ok(Router::new().route(access::LEAVE_DELEGATIONS_DELETE.path, delete(handle)).with_state(Api::of(shell)?))
}

/// Runs the endpoint.
pub fn serve() {
    lambda::http::serve(&access::LEAVE_DELEGATIONS_DELETE, router);
}
