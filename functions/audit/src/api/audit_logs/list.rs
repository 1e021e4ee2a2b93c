//! `GET /api/v1/audit-logs`: lists audit records by time and filter, newest first.

use axum::{Json, extract::State};
use kernel::Page;
use lambda::http::{Caller, PageQuery, Paged, Problem};

use super::{
    listing::{Filter, list_records},
    redaction::fields_of_others,
};
use crate::{api::Api, domain::record::AuditRecord};

lambda::endpoint!(AUDIT_LOGS_LIST, get(handle), Api);

/// Lists audit records, newest first.
///
/// Values that the caller may not read are replaced by `[redacted]`. A page may
/// have fewer items than `limit`, or none, and still have a next page.
#[utoipa::path(get, path = "/api/v1/audit-logs", operation_id = "audit-logs-list", tag = "audit",
    params(Filter, PageQuery),
    responses(
        (status = 200, description = "One page of audit records, newest first.", body = Page<AuditRecord>),
        (status = 422, description = "`invalid`: the range is empty or longer than 366 days.")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Paged { filter, page }: Paged<Filter>,
) -> Result<Json<Page<AuditRecord>>, Problem> {
    Ok(Json(list_records(&api.store, filter, &page, caller.origin().at, |_| fields_of_others(&caller)).await?))
}
