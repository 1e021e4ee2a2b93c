//! `GET /api/v1/audit-logs/{audit_id}`: one record, without what the caller may not read.

use axum::{Json, Router, extract::State, routing::get};
use kernel::AuditId;
use lambda::{
    InitError, Shell,
    http::{Caller, Path, Problem},
};

use crate::{domain::record::Record, reading::of_others, store::Trail};

/// One record.
#[utoipa::path(
    get,
    path = "/api/v1/audit-logs/{audit_id}",
    tag = "audit",
    operation_id = "audit-logs-get",
    params(("audit_id" = AuditId, Path, description = "The record")),
    responses(
        (status = 200, description = "The record", body = Record),
        (status = 404, description = "There is no such record, or it has left the table for the archive"),
    ),
)]
pub async fn handle(
    State(trail): State<Trail>,
    caller: Caller,
    Path(id): Path<AuditId>,
) -> Result<Json<Record>, Problem> {
    let found = trail.get(id).await?;
    Ok(Json(found.record.redacted(of_others(&caller))))
}

/// The one route.
///
/// # Errors
/// Names what is missing from the environment.
pub fn router(shell: &Shell) -> Result<Router, InitError> {
    Ok(Router::new().route(access::AUDIT_LOGS_GET.path, get(handle)).with_state(Trail::of(shell)?))
}

/// Runs the endpoint.
pub fn serve() {
    lambda::http::serve(&access::AUDIT_LOGS_GET, router);
}
