//! `DELETE /api/v1/sites/{site}`: deletes the settings of a site. Publishes `attendance.site_deleted`.
//!
//! Employees may still work there, but positions are no longer checked.

use axum::{extract::State, http::StatusCode};
use lambda::http::{Caller, IfMatch, Path, Problem};

use crate::api::Api;

lambda::endpoint!(SITES_DELETE, delete(handle), Api);

/// Deletes the settings and fences of a site.
///
/// Employees may still work there, but the positions of their punches are no longer checked.
#[utoipa::path(delete, path = "/api/v1/sites/{site}", operation_id = "sites-delete", tag = "sites",
    params(("site" = String, Path, min_length = 1, max_length = 40, pattern = "^[a-z0-9-]+$",
        description = "Code of the site, as in employee records."), IfMatch),
    responses(
        (status = 204, description = "The settings of the site were deleted."),
        (status = 404, description = "`not_found`: the site has no settings."),
        (status = 409, description = "`changed_meanwhile`: another request changed the site at the same time."),
        (status = 412, description = "`stale`: `If-Match` names an older version.")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Path(site): Path<String>,
    if_match: IfMatch,
) -> Result<StatusCode, Problem> {
    let origin = caller.origin();
    let before = api.store.get_site(&site).await?;
    if_match.require(before.version)?;
    let after = before.value.tombstone(origin.at);
    api.store.save_site(origin, before.version, &after).await.map_err(if_match.map_conflict())?;
    Ok(StatusCode::NO_CONTENT)
}
