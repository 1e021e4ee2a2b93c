//! `GET /api/v1/leaves/{id}`: reads a request; with an employee's id, that person's history.

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use kernel::{Code, EmployeeId, Error, Page};
use lambda::http::{Caller, PageQuery, Paged, Problem, Reach, Reached, Versioned};
use serde::Serialize;
use utoipa::ToSchema;

use super::{list, reached_leave::Leave, view::LeaveView};
use crate::{api::Api, store::RequestFilter};

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
    params(("id" = String, Path, description = "A leave's id, or an employee's"), PageQuery),
    responses(
        (status = 200, body = LeaveOrHistory),
        (status = 400, description = "A cursor that does not open"),
        (status = 404, description = "Not there, or not for the caller to see")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Reached(named): Reached<LeaveOrPerson>,
    Paged { page, .. }: Paged,
) -> Result<Response, Problem> {
    match named {
        LeaveOrPerson::Leave(leave) => {
            let Leave { stored, context } = *leave;
            page.position().map_err(|_| no_pages())?;
            let (waits_for, reasons) = (context.waits_for(&stored.value), context.may_read_reasons(&stored.value));
            let view = LeaveView::of(stored.value, waits_for).with_reasons_if(reasons);
            Ok(Versioned(stored.version, view).into_response())
        }
        LeaveOrPerson::Person(employee) => {
            let wanted = RequestFilter { employee: Some(employee), ..RequestFilter::default() };
            let history = api.store.requests(&wanted, &page).await?;
            Ok(axum::Json(history.map(|request| list::shown(&caller, request))).into_response())
        }
    }
}

/// One request has no pages, so no cursor can be of it.
fn no_pages() -> Error {
    let detail = "One request has no pages; ask for a person's history.";
    Error::new(Code::InvalidCursor, detail).with_field("query:cursor", "invalid_cursor", detail)
}

/// What the path names, within the caller's reach.
pub enum LeaveOrPerson {
    /// A request.
    Leave(Box<Leave>),
    /// A person, whose requests are asked for.
    Person(EmployeeId),
}

impl Reach<Api> for LeaveOrPerson {
    type Id = String;

    async fn reach(api: &Api, caller: &Caller, id: String) -> kernel::Result<Self> {
        if let Ok(leave) = id.parse() {
            return Leave::reach(api, caller, leave).await.map(|leave| Self::Leave(Box::new(leave)));
        }
        let employee = id.parse().map_err(|_| Error::not_found("leave"))?;
        caller.reach(employee).await?;
        Ok(Self::Person(employee))
    }
}
