//! `GET /api/v1/audit-logs`: searches the audit trail by time and filters, newest first.

use axum::{Json, extract::State};
use kernel::Page;
use lambda::http::{Caller, Problem, Query, Valid};

use super::listing::{Filters, Reader, of_others};
use crate::domain::record::Record;

lambda::endpoint!(AUDIT_LOGS_LIST, get(handle), Reader);

/// A page of records, without what the caller may not read.
#[utoipa::path(
    get,
    path = "/api/v1/audit-logs",
    tag = "audit",
    operation_id = "audit-logs-list",
    params(Filters),
    responses(
        (status = 200, description = "Newest first", body = Page<Record>),
        (status = 400, description = "A cursor of another list, or an unknown filter"),
        (status = 422, description = "A range that is empty or longer than 366 days"),
    ),
)]
pub async fn handle(
    State(reader): State<Reader>,
    caller: Caller,
    Valid(Query(filters)): Valid<Query<Filters>>,
) -> Result<Json<Page<Record>>, Problem> {
    let page = reader.page(&caller, access::AUDIT_LOGS_LIST.name, &filters, |_| of_others(&caller)).await?;
    Ok(Json(page))
}
