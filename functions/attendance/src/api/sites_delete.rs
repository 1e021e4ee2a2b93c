//! `DELETE /api/v1/sites/{site}`: removes what is known of a site. Publishes `attendance.site_deleted`.
//!
//! People still work there; but nothing is asked of where they punch.

use axum::{Router, extract::State, http::StatusCode, routing::delete};
use lambda::{
    InitError, Shell,
    http::{Caller, IfMatch, Path, Problem},
};

use super::Api;

/// Removes a site with its fences.
#[utoipa::path(delete, path = "/api/v1/sites/{site}", operation_id = "sites-delete", tag = "sites",
    params(("site" = String, Path, description = "Its slug"),
        ("If-Match" = Option<String>, Header, description = "ETag of the last read")),
    responses(
        (status = 204, description = "Removed"),
        (status = 404, description = "Not there, or removed before"),
        (status = 409, description = "Changed meanwhile"),
        (status = 412, description = "Changed since it was read")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Path(site): Path<String>,
    named: IfMatch,
) -> Result<StatusCode, Problem> {
    let origin = caller.origin();
    let before = api.records.standing_site(&site).await?;
    named.check(before.version)?;
    let after = before.value.removed(origin.at);
    api.records.keep_site(origin, before.version, &after).await.map_err(named.too_late())?;
    Ok(StatusCode::NO_CONTENT)
}

/// The route.
///
/// # Errors
/// What is missing from the environment.
pub fn router(shell: &Shell) -> Result<Router, InitError> {
    Ok(Router::new().route(access::SITES_DELETE.path, delete(handle)).with_state(Api::of(shell)?))
}

/// Runs the endpoint.
pub fn serve() {
    lambda::http::serve(&access::SITES_DELETE, router);
}
