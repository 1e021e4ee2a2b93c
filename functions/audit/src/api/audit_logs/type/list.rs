//! `GET /api/v1/audit-logs/type/{log_type}`: everything of one type, newest first.

use axum::{Json, extract::State};
use events::LogType;
use kernel::{Error, Page};
use lambda::http::{Caller, Path, Problem, Query, Valid};

use crate::{
    api::audit_logs::listing::{Filters, Reader, of_others},
    domain::record::Record,
};

lambda::endpoint!(AUDIT_LOGS_TYPE_LIST, get(handle), Reader);

/// A page of records of one type, without what the caller may not read.
#[utoipa::path(
    get,
    path = "/api/v1/audit-logs/type/{log_type}",
    tag = "audit",
    operation_id = "audit-logs-type-list",
    params(("log_type" = String, Path, description = "Such as `employee_updated`"), Filters),
    responses(
        (status = 200, description = "Newest first", body = Page<Record>),
        (status = 404, description = "There is no such type"),
    ),
)]
pub async fn handle(
    State(reader): State<Reader>,
    caller: Caller,
    Path(log_type): Path<String>,
    Valid(Query(mut filters)): Valid<Query<Filters>>,
) -> Result<Json<Page<Record>>, Problem> {
    filters.without("log_type", filters.log_type.is_some())?;
    let log_type: LogType = log_type.parse().map_err(|_| Error::not_found("type of audit record"))?;
    filters.log_type = Some(log_type);
    let page = reader.page(&caller, access::AUDIT_LOGS_TYPE_LIST.name, &filters, |_| of_others(&caller)).await?;
    Ok(Json(page))
}
