//! `GET /api/v1/shift-assignments`: lists who works which roster or shifts, the latest first.

use access::Scope;
use axum::extract::State;
use garde::Validate;
use jiff::civil::Date;
use kernel::{EmployeeId, Error, ErrorKind, Page, RosterId};
use lambda::http::{Caller, PageQuery, Paged, Problem};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::{
    api::{Api, fields},
    domain::assignment::ShiftAssignment,
    store::{AssignmentOwner, WantedAssignments},
};

lambda::endpoint!(SHIFT_ASSIGNMENTS_LIST, get(handle), Api);

/// Which assignments; everything that is given must hold.
#[derive(Debug, Clone, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
#[into_params(parameter_in = Query)]
pub struct Filter {
    /// Of this person; the caller's own when neither a person nor a roster is given.
    pub employee_id: Option<EmployeeId>,
    /// To this roster: of everybody whom the caller reaches. A page may then have fewer items than it could.
    pub roster_id: Option<RosterId>,
    /// That hold this day.
    #[garde(inner(custom(fields::date)))]
    #[param(value_type = Option<String>, format = Date)]
    pub date: Option<Date>,
}

/// Lists assignments: a person's by their first day, a roster's by their last.
#[utoipa::path(get, path = "/api/v1/shift-assignments", operation_id = "shift-assignments-list", tag = "rosters",
    params(Filter, PageQuery),
    responses((status = 200, body = Page<ShiftAssignment>), (status = 400, description = "A cursor that does not open"),
        (status = 404, description = "Somebody who is out of the caller's reach")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Paged { filter, page }: Paged<Filter>,
) -> Result<axum::Json<Page<ShiftAssignment>>, Problem> {
    let Filter { employee_id, roster_id, date } = filter;
    let leads = caller.grant().includes(Scope::All) || caller.grant().includes(Scope::Reports);
    let of = match (employee_id, roster_id) {
        (Some(id), roster) => AssignmentOwner::Employee(caller.reach(id).await?.0.id, roster),
        (None, Some(roster)) if leads => AssignmentOwner::Roster(roster),
        (None, roster) => AssignmentOwner::Employee(caller.id(), roster),
    };
    let mut page = api.store.assignments(&WantedAssignments { of, date }, &page).await?;
    if matches!(of, AssignmentOwner::Roster(_)) && !caller.grant().includes(Scope::All) {
        page.items = in_reach(&caller, page.items).await?;
    }
    Ok(axum::Json(page))
}

/// Those of people whom the caller reaches.
async fn in_reach(caller: &Caller, found: Vec<ShiftAssignment>) -> Result<Vec<ShiftAssignment>, Error> {
    let mut reached = Vec::with_capacity(found.len());
    for assignment in found {
        match caller.reach(assignment.employee_id).await {
            Ok(_) => reached.push(assignment),
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
    }
    Ok(reached)
}
