//! `GET /api/v1/audit-logs/user/{user_id}`: lists the activities of a person or a function, newest first.

use axum::{Json, extract::State};
use kernel::Page;
use lambda::http::{Caller, InScope, PageQuery, Paged, Problem};
use utoipa::{
    IntoParams,
    openapi::path::{Parameter, ParameterIn},
};

use super::acting_user::ActingUser;
use crate::{
    api::{
        Api,
        audit_logs::{
            listing::{Filter, filter_parameters_without, list_records},
            redaction::{fields_in_own_activity, fields_of_others},
        },
    },
    domain::record::AuditRecord,
};

lambda::endpoint!(AUDIT_LOGS_USER_LIST, get(handle), Api);

/// Documented filter of this list.
struct UserFilter;

impl IntoParams for UserFilter {
    fn into_params(place: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        filter_parameters_without("user_id", place)
    }
}

/// Lists the audit records of a user's actions, newest first.
///
/// HR, administrators and auditors see the actions of all users, others their own. Values that the caller may not read
/// are replaced by `[redacted]`. The query parameter `user_id` is refused.
#[utoipa::path(get, path = "/api/v1/audit-logs/user/{user_id}", operation_id = "audit-logs-user-list", tag = "audit",
    params(("user_id" = String, Path, description = "Employee id, `system:` with the name of a function, or the id of an external user.",
        min_length = 1, max_length = 256), UserFilter, PageQuery),
    responses(
        (status = 200, description = "One page of audit records, newest first.", body = Page<AuditRecord>),
        (status = 404, description = "`not_found`: the user is outside the caller's scope."),
        (status = 422, description = "`invalid`: the range is empty or longer than 366 days.")))]
async fn handle(
    State(api): State<Api>,
    caller: Caller,
    InScope(ActingUser { user_id, is_caller }): InScope<ActingUser>,
    Paged { mut filter, page }: Paged<Filter>,
) -> Result<Json<Page<AuditRecord>>, Problem> {
    filter.refuse_parameter_of_path("user_id", filter.user_id.is_some())?;
    filter.user_id = Some(user_id);
    let fields = |record: &AuditRecord| {
        if is_caller { fields_in_own_activity(&caller, record) } else { fields_of_others(&caller) }
    };
    Ok(Json(list_records(&api.store, filter, &page, caller.origin().at, fields).await?))
}
