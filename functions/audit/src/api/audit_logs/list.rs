//! `GET /api/v1/audit-logs`: searches the audit trail by time and filters, newest first.

use axum::{Json, extract::State};
use kernel::Page;
use lambda::http::{Caller, PageQuery, Paged, Problem};

use super::{
    listing::{Filter, records},
    redaction::fields_for_all,
};
use crate::{api::Api, domain::record::Record};

lambda::endpoint!(AUDIT_LOGS_LIST, get(handle), Api);

/// A page of records, without what the caller may not read.
#[utoipa::path(get, path = "/api/v1/audit-logs", operation_id = "audit-logs-list", tag = "audit",
    params(Filter, PageQuery),
    responses(
        (status = 200, description = "Newest first", body = Page<Record>),
        (status = 400, description = "A cursor of another list, or an unknown filter"),
        (status = 422, description = "A range that is empty or longer than 366 days")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Paged { filter, page }: Paged<Filter>,
) -> Result<Json<Page<Record>>, Problem> {
    Ok(Json(records(&api.store, filter, &page, caller.origin().at, |_| fields_for_all(&caller)).await?))
}
