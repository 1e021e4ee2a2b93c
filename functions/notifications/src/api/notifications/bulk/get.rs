//! `GET /api/v1/notifications/bulk/{bulk_id}`: how far a message to many has come.

use axum::extract::State;
use kernel::{BulkId, Error};
use lambda::http::{Caller, Path, Problem};

use super::create::BulkMessageView;
use crate::api::Api;

lambda::endpoint!(NOTIFICATIONS_BULK_GET, get(handle), Api);

/// Tells how far a message to many has come.
#[utoipa::path(get, path = "/api/v1/notifications/bulk/{bulk_id}", operation_id = "notifications-bulk-get",
    tag = "notifications",
    params(("bulk_id" = BulkId, Path)),
    responses((status = 200, body = BulkMessageView), (status = 404, description = "Not there")))]
pub async fn handle(
    State(api): State<Api>,
    _caller: Caller,
    Path(id): Path<BulkId>,
) -> Result<axum::Json<BulkMessageView>, Problem> {
    let bulk = api.store.bulk(id).await?.ok_or_else(|| Error::not_found("message to many"))?;
    Ok(axum::Json(bulk.into()))
}
