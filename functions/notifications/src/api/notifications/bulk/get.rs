//! `GET /api/v1/notifications/bulk/{bulk_id}`: reads the progress of a bulk message.

use axum::extract::State;
use kernel::{BulkId, Error};
use lambda::http::{Caller, Path, Problem};

use super::create::BulkMessageView;
use crate::{api::Api, messages};

lambda::endpoint!(NOTIFICATIONS_BULK_GET, get(handle), Api);

/// Returns a bulk message with its progress.
#[utoipa::path(get, path = "/api/v1/notifications/bulk/{bulk_id}", operation_id = "notifications-bulk-get",
    tag = "notifications",
    params(("bulk_id" = BulkId, Path, description = "Id of the bulk message.")),
    responses(
        (status = 200, body = BulkMessageView, description = "Bulk message with its progress."),
        (status = 404, description = "`not_found`: the bulk message does not exist.")))]
pub async fn handle(
    State(api): State<Api>,
    _caller: Caller,
    Path(id): Path<BulkId>,
) -> Result<axum::Json<BulkMessageView>, Problem> {
    let bulk = api.store.find_bulk_message(id).await?.ok_or_else(|| Error::not_found(messages::bulk_message()))?;
    Ok(axum::Json(bulk.into()))
}
