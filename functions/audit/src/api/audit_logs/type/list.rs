//! `GET /api/v1/audit-logs/type/{log_type}`: lists the records of one log type, newest first.

use axum::{Json, extract::State};
use events::LogType;
use kernel::{Error, Page};
use lambda::http::{Caller, PageQuery, Paged, Path, Problem};
use utoipa::{
    IntoParams,
    openapi::path::{Parameter, ParameterIn},
};

use crate::{
    api::{
        Api,
        audit_logs::{
            listing::{Filter, filter_parameters_without, list_records},
            redaction::fields_of_others,
        },
    },
    domain::record::AuditRecord,
    messages,
};

lambda::endpoint!(AUDIT_LOGS_TYPE_LIST, get(handle), Api);

/// Documented filter of this list.
struct TypeFilter;

impl IntoParams for TypeFilter {
    fn into_params(place: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        filter_parameters_without("log_type", place)
    }
}

/// Lists the audit records of one log type, newest first.
///
/// Values that the caller may not read are replaced by `[redacted]`. The query parameter `log_type` is refused.
#[utoipa::path(get, path = "/api/v1/audit-logs/type/{log_type}", operation_id = "audit-logs-type-list", tag = "audit",
    params(("log_type" = LogType, Path, description = "Log type of the records."), TypeFilter, PageQuery),
    responses(
        (status = 200, description = "One page of audit records, newest first.", body = Page<AuditRecord>),
        (status = 404, description = "`not_found`: no log type has this name."),
        (status = 422, description = "`invalid`: the range is empty or longer than 366 days.")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Path(log_type): Path<String>,
    Paged { mut filter, page }: Paged<Filter>,
) -> Result<Json<Page<AuditRecord>>, Problem> {
    filter.refuse_parameter_of_path("log_type", filter.log_type.is_some())?;
    let log_type: LogType = log_type.parse().map_err(|_| Error::not_found(messages::log_type()))?;
    filter.log_type = Some(log_type);
    Ok(Json(list_records(&api.store, filter, &page, caller.origin().at, |_| fields_of_others(&caller)).await?))
}
