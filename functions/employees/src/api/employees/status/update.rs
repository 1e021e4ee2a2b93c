//! `PUT /api/v1/employees/{employee_id}/status`: changes the employment status. Publishes `employee.status_changed`, or
//! `employee.updated` for a termination on a later day.

use axum::extract::State;
use directory::EmploymentStatus;
use events::EventType;
use garde::Validate;
use jiff::civil::Date;
use kernel::EmployeeId;
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
    app::status::{StatusEffect, resolve_status_effect},
};

lambda::endpoint!(EMPLOYEES_STATUS_UPDATE, put(handle), Api);

/// New employment status of an employee.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct StatusChange {
    /// New employment status; `terminated` ends the employment after the last day. The current status withdraws a
    /// planned termination.
    pub status: EmploymentStatus,
    /// Last day of the employment, from the hire date to 366 days after today, or after the hire date if later. Only
    /// with the status `terminated`. With a day in the future, the status stays until the end of that day. Default:
    /// today at the employee's site, or the hire date if later.
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
/// - `terminated` can change to `active` up to 30 days after the last day: the employment continues. A manager who is not
///   active any more is removed.
///
/// A termination with a later date is planned: the employee keeps the status, and the employment ends by itself after that
/// day. As long as employees report to this person, it does not end. The current status again withdraws the termination;
/// another status keeps it.
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
            `email_taken`: another employee has the e-mail address by now. \
            `too_deep`: a chain of managers has at most 20 levels. \
            `chain_moved`: a manager higher up changed at the same time. \
            `changed_meanwhile`: another request changed it. `busy`: other requests won every attempt."),
        (status = 412, description = "`stale`: `If-Match` names an older version."),
        (status = 422, description = "`invalid`: a field is invalid, the termination date is out of range, or the \
            department or job role of a former employee does not exist any more.")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    InScope(EmployeeForUpdate { stored: before, fields }): InScope<EmployeeForUpdate>,
    if_match: IfMatch,
    Valid(Json(body)): Valid<Json<StatusChange>>,
) -> Result<Versioned<EmployeeView>, Problem> {
    let origin = caller.origin();
    if_match.require(before.version)?;
    let person = &before.value.person;
    let (from, to) = (person.status, body.status);
    let effect = resolve_status_effect(&before.value, to, body.termination_date, person.today(origin.at))?;
    let data = json!({ "from": from, "to": to, "reason": body.reason });
    let planned = json!({ "reason": body.reason });
    let after = match effect {
        StatusEffect::Change => {
            let (event, last_day) = (EventType::EmployeeStatusChanged, body.termination_date);
            api.store.check_termination_and_update_status(origin, &before, to, last_day, event, data).await
        }
        StatusEffect::PlanTermination(last_day) => {
            api.store.set_planned_last_day(origin, &before, Some(last_day), planned).await
        }
        StatusEffect::WithdrawTermination => api.store.set_planned_last_day(origin, &before, None, planned).await,
        StatusEffect::Reinstate => api.store.reinstate(origin, &before, data).await,
    };
    let after = after.map_err(if_match.map_conflict())?;
    Ok(Versioned(after.version, EmployeeView::load(&api, after.value, fields, origin.at).await?))
}
