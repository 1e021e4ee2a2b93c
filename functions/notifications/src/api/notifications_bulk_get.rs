//! `GET /api/v1/notifications/bulk/{bulk_id}`: how far a message to many has come.

use axum::{Router, extract::State, routing::get};
use kernel::{BulkId, Error};
use lambda::{
    InitError, Shell,
    http::{Caller, Path, Problem},
};

use super::{Api, notifications_bulk_create::BulkView};

/// Tells how far a message to many has come.
#[utoipa::path(get, path = "/api/v1/notifications/bulk/{bulk_id}", operation_id = "notifications-bulk-get",
    tag = "notifications",
    params(("bulk_id" = BulkId, Path)),
    responses((status = 200, body = BulkView), (status = 404, description = "Not there")))]
pub async fn handle(
    State(api): State<Api>,
    _caller: Caller,
    Path(id): Path<BulkId>,
) -> Result<axum::Json<BulkView>, Problem> {
    let bulk = api.store.bulk(id).await?.ok_or_else(|| Error::not_found("message to many"))?;
    Ok(axum::Json(bulk.into()))
}

/// The route.
///
/// # Errors
/// What is missing from the environment.
pub fn router(shell: &Shell) -> Result<Router, InitError> {
    Ok(Router::new().route(access::NOTIFICATIONS_BULK_GET.path, get(handle)).with_state(Api::of(shell)?))
}

/// Runs the endpoint.
pub fn serve() {
    lambda::http::serve(&access::NOTIFICATIONS_BULK_GET, router);
}
