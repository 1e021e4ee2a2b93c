//! `GET /api/v1/audit-logs/type/{log_type}`: everything of one type, newest first.

use axum::{Json, Router, extract::State, routing::get};
use events::LogType;
use kernel::{Error, Page};
use lambda::{
    InitError, Shell,
    http::{Caller, Path, Problem, Query, Valid},
};

use crate::{
    domain::record::Record,
    reading::{Filters, Reader, of_others},
};

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

/// The one route.
///
/// # Errors
/// Names what is missing from the environment.
pub fn router(shell: &Shell) -> Result<Router, InitError> {
    Ok(Router::new().route(access::AUDIT_LOGS_TYPE_LIST.path, get(handle)).with_state(Reader::of(shell)?))
}

/// Runs the endpoint.
pub fn serve() {
    lambda::http::serve(&access::AUDIT_LOGS_TYPE_LIST, router);
}
