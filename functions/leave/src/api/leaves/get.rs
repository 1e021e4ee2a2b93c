//! `GET /api/v1/leaves/{id}`: returns a request, or with an employee's id the history of that employee.

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use kernel::{Code, EmployeeId, Error, Page};
use lambda::http::{Caller, InScope, LoadInScope, PageQuery, Paged, Problem, Versioned};
use serde::Serialize;
use utoipa::ToSchema;

use super::{leave_in_scope::Leave, list, view::LeaveView};
use crate::{api::Api, messages, store::RequestFilter};

lambda::endpoint!(LEAVES_GET, get(handle), Api);

/// Kind of the response for the id of a leave request.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SingleLeaveKind {
    /// The response is one leave request.
    Leave,
}

/// Kind of the response for the id of an employee.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum LeaveHistoryKind {
    /// The response is one page of an employee's leave requests.
    History,
}

/// One leave request, marked by `kind`.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SingleLeave {
    /// `leave`: the path named a leave request.
    pub kind: SingleLeaveKind,
    /// The leave request.
    #[serde(flatten)]
    pub leave: LeaveView,
}

/// One page of an employee's leave requests, ordered by first day, latest first.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct LeaveHistory {
    /// `history`: the path named an employee.
    pub kind: LeaveHistoryKind,
    /// Leave requests of this page.
    pub items: Vec<LeaveView>,
    /// Opaque cursor of the next page; absent on the last page. Send it as `cursor`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

/// One leave request, or one page of an employee's leave requests; `kind` distinguishes them.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(untagged)]
#[schema(discriminator(property_name = "kind", mapping(
    ("leave" = "#/components/schemas/SingleLeave"),
    ("history" = "#/components/schemas/LeaveHistory")
)))]
pub enum LeaveOrHistory {
    /// Answer for the id of a leave request.
    Leave(Box<SingleLeave>),
    /// Answer for the id of an employee.
    History(LeaveHistory),
}

/// Returns a leave request, or the history of an employee.
///
/// A request is visible to its employee, their managers, its approvers, HR and auditors. Auditors do not see reasons.
#[utoipa::path(get, path = "/api/v1/leaves/{id}", operation_id = "leaves-get", tag = "leaves",
    params(("id" = String, Path, pattern = "^(leave|emp)_[0-9a-f]{32}$", description = "Id of a leave request or of an employee."), PageQuery),
    responses(
        (status = 200, body = LeaveOrHistory, description = "The leave request, or one page of the history."),
        (status = 400, description = "`invalid_cursor`: the cursor is invalid for this request; one request has no pages."),
        (status = 404, description = "`not_found`: the request or employee does not exist, or the caller may not see it.")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    InScope(reached): InScope<LeaveOrPerson>,
    Paged { page, .. }: Paged,
) -> Result<Response, Problem> {
    match reached {
        LeaveOrPerson::Leave(leave) => {
            let Leave { stored, context } = *leave;
            page.position().map_err(|_| single_request_cursor_error())?;
            let (waits_for, reasons) =
                (context.pending_approvers(&stored.value), context.may_read_reasons(&stored.value));
            let leave = LeaveView::of(stored.value, waits_for).with_reasons_if(reasons);
            let answer = LeaveOrHistory::Leave(Box::new(SingleLeave { kind: SingleLeaveKind::Leave, leave }));
            Ok(Versioned(stored.version, answer).into_response())
        }
        LeaveOrPerson::Person(employee) => {
            let filter = RequestFilter { employee: Some(employee), ..RequestFilter::default() };
            let page = api.store.list_requests(&filter, &page).await?;
            let Page { items, next_cursor } = page.map(|request| list::listed_leave(&caller, request));
            let kind = LeaveHistoryKind::History;
            Ok(axum::Json(LeaveOrHistory::History(LeaveHistory { kind, items, next_cursor })).into_response())
        }
    }
}

/// 400 for a cursor that was sent with the id of a leave request.
fn single_request_cursor_error() -> Error {
    let detail = messages::request_without_pages();
    Error::new(Code::InvalidCursor, detail.clone()).with_field("query:cursor", "invalid_cursor", detail)
}

/// Leave request or employee of the path, visible to the caller.
pub enum LeaveOrPerson {
    Leave(Box<Leave>),
    Person(EmployeeId),
}

impl LoadInScope<Api> for LeaveOrPerson {
    type Id = String;

    async fn load_in_scope(api: &Api, caller: &Caller, id: String) -> kernel::Result<Self> {
        if let Ok(leave) = id.parse() {
            return Leave::load_in_scope(api, caller, leave).await.map(|leave| Self::Leave(Box::new(leave)));
        }
        let employee = id.parse().map_err(|_| Error::not_found(messages::leave_request()))?;
        caller.person_in_scope(employee).await?;
        Ok(Self::Person(employee))
    }
}
