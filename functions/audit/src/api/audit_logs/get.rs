//! `GET /api/v1/audit-logs/{audit_id}`: returns one record, without the values that the caller may not read.

use axum::{Json, extract::State};
use kernel::AuditId;
use lambda::http::{Caller, Path, Problem};

use super::redaction::{fields_of_others, redact_record};
use crate::{domain::record::AuditRecord, store::AuditStore};

lambda::endpoint!(AUDIT_LOGS_GET, get(handle), AuditStore);

/// Returns an audit record.
///
/// Values that the caller may not read are replaced by `[redacted]`.
#[utoipa::path(get, path = "/api/v1/audit-logs/{audit_id}", operation_id = "audit-logs-get", tag = "audit",
    params(("audit_id" = AuditId, Path, description = "Id of the audit record.")),
    responses(
        (status = 200, description = "Audit record.", body = AuditRecord),
        (status = 404, description = "`not_found`: no record has this id, or its retention period has ended.")))]
pub async fn handle(
    State(store): State<AuditStore>,
    caller: Caller,
    Path(id): Path<AuditId>,
) -> Result<Json<AuditRecord>, Problem> {
    let stored = store.get_record(id).await?;
    Ok(Json(redact_record(stored.record, fields_of_others(&caller))))
}
