//! `PUT /api/v1/employees/{employee_id}/status`: changes the employment status. Publishes `employee.status_changed`.

use axum::extract::State;
use directory::EmploymentStatus;
use events::EventType;
use garde::Validate;
use jiff::civil::Date;
use kernel::{EmployeeId, Error};
use lambda::http::{Caller, IfMatch, InScope, Json, Problem, Valid, Versioned};
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;

use crate::{
    api::{
        Api,
        employees::{record::EmployeeForUpdate, view::EmployeeView},
        fields,
    },
    app::status::check_status_transition,
    messages,
    store::is_current,
};

lambda::endpoint!(EMPLOYEES_STATUS_UPDATE, put(handle), Api);

/// New employment status of an employee.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct StatusChange {
    /// New employment status; `terminated` is final.
    pub status: EmploymentStatus,
    /// Last day of the employment, from the hire date to today. Only with the status `terminated`. Default: today at
    /// the employee's site, or the hire date if later.
    #[garde(inner(custom(fields::date)))]
    #[schema(value_type = Option<String>, format = Date)]
    pub termination_date: Option<Date>,
    /// Reason of the change, 1 to 500 characters, kept in the audit trail. Default: none.
    #[garde(inner(custom(fields::validate_reason)))]
    #[schema(
        min_length = 1,
        max_length = 500,
        pattern = r"^[^\x00-\x09\x0b-\x1f\x7f-\x9f]*[^\s\x00-\x1f\x7f-\x9f][^\x00-\x09\x0b-\x1f\x7f-\x9f]*$"
    )]
    pub reason: Option<String>,
}

/// Changes the employment status of an employee.
///
/// - `active` can change to `on_leave`, `suspended` and `terminated`
/// - `on_leave` can change to `active`, `suspended` and `terminated`
/// - `suspended` can change to `active` and `terminated`
///
/// Access tokens of before are refused. With `suspended` and `terminated`, all sessions end. The employee, the manager
/// and HR are notified. A repetition is refused with 409 `illegal_transition`.
#[utoipa::path(put, path = "/api/v1/employees/{employee_id}/status", operation_id = "employees-status-update", tag = "employees",
    params(("employee_id" = EmployeeId, Path, description = "Id of the employee."), IfMatch),
    request_body = StatusChange,
    responses(
        (status = 200, body = EmployeeView, description = "Employee with the new status."),
        (status = 404, description = "`not_found`: the employee does not exist, or the caller may not see them."),
        (status = 409, description = "`illegal_transition`: the current status does not allow this change; `current` \
            holds the status and the allowed ones. `has_reports`: employees still report to this person. \
            `changed_meanwhile`: another request changed it. `busy`: other requests won every attempt."),
        (status = 412, description = "`stale`: `If-Match` names an older version."),
        (status = 422, description = "`invalid`: a field is invalid, or the termination date is out of range.")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    InScope(EmployeeForUpdate { stored: before, fields }): InScope<EmployeeForUpdate>,
    if_match: IfMatch,
    Valid(Json(body)): Valid<Json<StatusChange>>,
) -> Result<Versioned<EmployeeView>, Problem> {
    let origin = caller.origin();
    if_match.require(before.version)?;
    let from = before.value.person.status;
    check_status_transition(from, body.status)?;
    if body.termination_date.is_some() && is_current(body.status) {
        return Err(
            Error::invalid("/termination_date", "not_terminated", messages::termination_date_not_allowed()).into()
        );
    }
    let data = json!({ "from": from, "to": body.status, "reason": body.reason });
    let event = EventType::EmployeeStatusChanged;
    let after = api
        .store
        .check_termination_and_update_status(origin, &before, body.status, body.termination_date, event, data)
        .await;
    let after = after.map_err(if_match.map_conflict())?;
    Ok(Versioned(after.version, EmployeeView::load(&api, after.value, fields, origin.at).await?))
}
