//! `DELETE /api/v1/sites/{site}`: removes what is known of a site. Publishes `attendance.site_deleted`.
//!
//! People still work there; but nothing is asked of where they punch.

use axum::{extract::State, http::StatusCode};
use lambda::http::{Caller, IfMatch, Path, Problem};

use crate::api::Api;

lambda::endpoint!(SITES_DELETE, delete(handle), Api);

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
    let before = api.store.site_or_404(&site).await?;
    named.require(before.version)?;
    let after = before.value.removed(origin.at);
    api.store.save_site(origin, before.version, &after).await.map_err(named.map_conflict())?;
    Ok(StatusCode::NO_CONTENT)
}
