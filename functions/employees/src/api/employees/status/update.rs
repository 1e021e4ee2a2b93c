//! `PUT /api/v1/employees/{employee_id}/status`: moves a person to another status. Publishes `employee.status_changed`.

use axum::extract::State;
use directory::Status;
use events::EventType;
use garde::Validate;
use jiff::civil::Date;
use kernel::{EmployeeId, Error};
use lambda::http::{Caller, IfMatch, Json, Path, Problem, Valid, Versioned};
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use crate::api::{Api, fields, view::EmployeeView};
use crate::{
    domain::{
        employee::Employee,
        status::{check_move, is_standing, last_day},
    },
    store::Stored,
};

lambda::endpoint!(EMPLOYEES_STATUS_UPDATE, put(handle), Api);

/// Where to.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct Move {
    /// `active`, `on_leave`, `suspended` or `terminated`, which is final.
    #[schema(value_type = String)]
    pub status: Status,
    /// Last day, for `terminated` only; today unless told.
    #[garde(inner(custom(fields::date)))]
    #[schema(value_type = Option<String>, format = Date)]
    pub termination_date: Option<Date>,
    /// Why; kept with the event.
    #[garde(inner(custom(fields::reason)))]
    pub reason: Option<String>,
}

/// Moves a person to another status; their tokens end.
#[utoipa::path(put, path = "/api/v1/employees/{employee_id}/status", operation_id = "employees-status-update", tag = "employees",
    params(("employee_id" = EmployeeId, Path), ("If-Match" = Option<String>, Header, description = "ETag of the last read")),
    request_body = Move,
    responses(
        (status = 200, body = EmployeeView),
        (status = 404, description = "Not there, or not visible"),
        (status = 409, description = "Not a legal move; `current` has the status that stands and the open moves"),
        (status = 412, description = "Changed since it was read"),
        (status = 422, description = "A field breaks a rule")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Path(id): Path<EmployeeId>,
    named: IfMatch,
    Valid(Json(body)): Valid<Json<Move>>,
) -> Result<Versioned<EmployeeView>, Problem> {
    let before = api.store.person_to_change(id).await?;
    let fields = caller.may_reach(&before.value.person).await?;
    named.check(before.version)?;
    let from = before.value.person.status;
    check_move(from, body.status)?;
    if body.termination_date.is_some() && is_standing(body.status) {
        let detail = "Only a termination has a last day.";
        return Err(Error::invalid("/termination_date", "not_terminated", detail).into());
    }
    let data = json!({ "from": from, "to": body.status, "reason": body.reason });
    let done =
        move_to(&api, &caller, &before, (body.status, body.termination_date), EventType::EmployeeStatusChanged, data);
    let Stored { value: after, version } = done.await.map_err(named.too_late())?;
    let department = after.person.department_id;
    let names = api.store.department_names(std::iter::once(department), caller.origin().at).await?;
    Ok(Versioned(version, EmployeeView::of(after, names.get(&department).cloned(), fields)))
}

/// Makes a legal move. Who leaves must have nobody reporting to them: reports need somebody who decides.
pub(crate) async fn move_to(
    api: &Api,
    caller: &Caller,
    before: &Stored<Employee>,
    (status, given): (Status, Option<Date>),
    event: EventType,
    data: Value,
) -> Result<Stored<Employee>, Error> {
    let (origin, employee) = (caller.origin(), &before.value);
    let mut last = None;
    if !is_standing(status) {
        last = Some(last_day(given, employee.person.hire_date, employee.person.today(origin.at))?);
        if api.store.has_reports(employee.person.id).await? {
            return Err(Error::conflict(
                "has_reports",
                "People report to this person; give them another manager first.",
            ));
        }
    }
    let after = employee.moved(status, last, origin.at);
    let version = api.store.move_to(origin, before, &after, event, data).await?;
    Ok(Stored { value: after, version })
}
