//! `GET /api/v1/leaves/{id}`: reads a request; with an employee's id, that person's history.

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use kernel::{EmployeeId, Error, Kind, LeaveId, Page};
use lambda::http::{Caller, Part, Path, Problem, Query, Valid, Versioned};
use serde::Serialize;
use utoipa::ToSchema;

use super::{list, request_context::Case, view::LeaveView};
use crate::api::Api;
use crate::store::Wanted;

lambda::endpoint!(LEAVES_GET, get(handle), Api);

/// A request, or a page of somebody's requests.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(untagged)]
pub enum LeaveOrHistory {
    /// For a leave's id.
    Leave(Box<LeaveView>),
    /// For an employee's id.
    History(Page<LeaveView>),
}

/// Reads a request, for those who may see the person's and for its approvers; or somebody's history, the latest first.
#[utoipa::path(get, path = "/api/v1/leaves/{id}", operation_id = "leaves-get", tag = "leaves",
    params(("id" = String, Path, description = "A leave's id, or an employee's"), Part),
    responses(
        (status = 200, body = LeaveOrHistory),
        (status = 400, description = "A cursor that does not open"),
        (status = 404, description = "Not there, or not for the caller to see")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Path(id): Path<String>,
    Valid(Query(filter)): Valid<Query<Part>>,
) -> Result<Response, Problem> {
    if let Ok(leave) = id.parse::<LeaveId>() {
        no_page(&filter)?;
        return Ok(one(&api, &caller, leave).await?.into_response());
    }
    let employee = id.parse::<EmployeeId>().map_err(|_| Error::not_found("leave"))?;
    Ok(axum::Json(history(&api, &caller, employee, filter).await?).into_response())
}

/// One request has no pages, so no cursor can be of it.
fn no_page(filter: &Part) -> Result<(), Error> {
    if filter.cursor.is_none() {
        return Ok(());
    }
    let detail = "One request has no pages; ask for a person's history.";
    Err(Error::new(Kind::Malformed, "invalid_cursor", detail).field("query:cursor", "invalid_cursor", detail))
}

async fn one(api: &Api, caller: &Caller, id: LeaveId) -> Result<Versioned<LeaveView>, Error> {
    let stored = api.store.request(id).await?;
    let case = Case::of(api, caller, &stored.value).await?;
    case.may_see(&stored.value)?;
    let (waits_for, reasons) = (case.waits_for(&stored.value), case.may_read_reasons(&stored.value));
    Ok(Versioned(stored.version, LeaveView::of(stored.value, waits_for).with_reasons_if(reasons)))
}

async fn history(api: &Api, caller: &Caller, employee: EmployeeId, filter: Part) -> Result<Page<LeaveView>, Error> {
    let at = caller.origin().at;
    let person = api.shell.directory.person(employee, at).await?;
    caller.may_reach(&*person.ok_or_else(|| Error::not_found("person"))?).await?;
    let wanted = Wanted { employee: Some(employee), ..Wanted::default() };
    let question = format!("{}?{employee}", access::LEAVES_GET.name);
    let sealer = api.sealer(at).await?;
    let cursor = filter.cursor.as_deref();
    let page = api.store.requests(&wanted, filter.limit, cursor, &sealer, &caller.view(question)).await?;
    Ok(page.map(|request| list::shown(caller, request)))
}
