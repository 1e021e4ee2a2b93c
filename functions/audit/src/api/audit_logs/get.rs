//! `GET /api/v1/audit-logs/{audit_id}`: one record, without what the caller may not read.

use axum::{Json, extract::State};
use kernel::AuditId;
use lambda::http::{Caller, Path, Problem};

use super::redaction::{fields_for_all, redacted};
use crate::{domain::record::Record, store::AuditStore};

lambda::endpoint!(AUDIT_LOGS_GET, get(handle), AuditStore);

/// One record.
#[utoipa::path(get, path = "/api/v1/audit-logs/{audit_id}", operation_id = "audit-logs-get", tag = "audit",
    params(("audit_id" = AuditId, Path, description = "The record")),
    responses(
        (status = 200, description = "The record", body = Record),
        (status = 404, description = "There is no such record, or it has left the table for the archive")))]
pub async fn handle(
    State(trail): State<AuditStore>,
    caller: Caller,
    Path(id): Path<AuditId>,
) -> Result<Json<Record>, Problem> {
    let found = trail.get(id).await?;
    Ok(Json(redacted(found.record, fields_for_all(&caller))))
}
