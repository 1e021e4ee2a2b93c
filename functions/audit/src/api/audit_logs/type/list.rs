//! `GET /api/v1/audit-logs/type/{log_type}`: everything of one type, newest first.

use axum::{Json, extract::State};
use events::LogType;
use kernel::{Error, Page};
use lambda::http::{Caller, PageQuery, Paged, Path, Problem};

use crate::{
    api::{
        Api,
        audit_logs::{
            listing::{Filter, records},
            redaction::fields_for_all,
        },
    },
    domain::record::Record,
};

lambda::endpoint!(AUDIT_LOGS_TYPE_LIST, get(handle), Api);

/// A page of records of one type, without what the caller may not read.
#[utoipa::path(get, path = "/api/v1/audit-logs/type/{log_type}", operation_id = "audit-logs-type-list", tag = "audit",
    params(("log_type" = String, Path, description = "Such as `employee_updated`"), Filter, PageQuery),
    responses(
        (status = 200, description = "Newest first", body = Page<Record>),
        (status = 404, description = "There is no such type")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Path(log_type): Path<String>,
    Paged { mut filter, page }: Paged<Filter>,
) -> Result<Json<Page<Record>>, Problem> {
    filter.reject_filter("log_type", filter.log_type.is_some())?;
    let log_type: LogType = log_type.parse().map_err(|_| Error::not_found("type of audit record"))?;
    filter.log_type = Some(log_type);
    Ok(Json(records(&api.store, filter, &page, caller.origin().at, |_| fields_for_all(&caller)).await?))
}
