//! `PUT /api/v1/employees/{employee_id}/status`: moves a person to another status. Publishes `employee.status_changed`.

use axum::extract::State;
use directory::EmploymentStatus;
use events::EventType;
use garde::Validate;
use jiff::civil::Date;
use kernel::{EmployeeId, Error};
use lambda::http::{Caller, IfMatch, Json, Problem, Reached, Valid, Versioned};
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;

use crate::{
    api::{
        Api,
        employees::{record::RecordToChange, view::EmployeeView},
        fields,
    },
    app::status::check_transition,
    store::is_current,
};

lambda::endpoint!(EMPLOYEES_STATUS_UPDATE, put(handle), Api);

/// Where to.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct StatusChange {
    /// `active`, `on_leave`, `suspended` or `terminated`, which is final.
    #[schema(value_type = String)]
    pub status: EmploymentStatus,
    /// Last day, for `terminated` only; today unless told.
    #[garde(inner(custom(fields::date)))]
    #[schema(value_type = Option<String>, format = Date)]
    pub termination_date: Option<Date>,
    /// Why; kept with the event.
    #[garde(inner(custom(fields::validate_reason)))]
    pub reason: Option<String>,
}

/// Moves a person to another status; their tokens end.
#[utoipa::path(put, path = "/api/v1/employees/{employee_id}/status", operation_id = "employees-status-update", tag = "employees",
    params(("employee_id" = EmployeeId, Path), ("If-Match" = Option<String>, Header, description = "ETag of the last read")),
    request_body = StatusChange,
    responses(
        (status = 200, body = EmployeeView),
        (status = 404, description = "Not there, or not visible"),
        (status = 409, description = "Not a legal move; `current` has the status that stands and the open moves"),
        (status = 412, description = "Changed since it was read"),
        (status = 422, description = "A field breaks a rule")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Reached(RecordToChange { stored: before, fields }): Reached<RecordToChange>,
    named: IfMatch,
    Valid(Json(body)): Valid<Json<StatusChange>>,
) -> Result<Versioned<EmployeeView>, Problem> {
    let origin = caller.origin();
    named.require(before.version)?;
    let from = before.value.person.status;
    check_transition(from, body.status)?;
    if body.termination_date.is_some() && is_current(body.status) {
        let detail = "Only a termination has a last day.";
        return Err(Error::invalid("/termination_date", "not_terminated", detail).into());
    }
    let data = json!({ "from": from, "to": body.status, "reason": body.reason });
    let end = (body.status, body.termination_date);
    let after = api.store.change_status(origin, &before, end, EventType::EmployeeStatusChanged, data).await;
    let after = after.map_err(named.map_conflict())?;
    Ok(Versioned(after.version, EmployeeView::read(&api, after.value, fields, origin.at).await?))
}
