//! `POST /api/v1/leaves/preview`: what a request would count, cost and violate, and who would decide. Writes nothing.

use std::sync::Arc;

use axum::extract::State;
use directory::Person;
use jiff::civil::Date;
use kernel::{Error, LeaveId};
use lambda::http::{Caller, IdempotencyHeader, Json, Problem, Valid};
use policy::{
    LeaveAmount, PolicyRef,
    leave::{Approval, DayCount, Evaluation, Overlap, Step, Violation, WaitsFor},
};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    new_leave::{self, NewLeave},
    request_context,
};
use crate::api::Api;

lambda::endpoint!(LEAVES_PREVIEW, post(handle), Api);

/// A request that stands in the way.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct OverlappingRequest {
    /// The request.
    pub leave_id: LeaveId,
    /// The first day that both want.
    #[schema(value_type = String, format = Date)]
    pub date: Date,
}

/// Who would decide.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ApprovalPreview {
    /// The steps that its length calls for; none: it would be approved at once.
    pub steps: Vec<Step>,
    /// Who would be asked first.
    pub waits_for: Option<WaitsFor>,
}

/// What would become of a request.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct LeavePreview {
    /// Whose leave it would be.
    pub employee_id: kernel::EmployeeId,
    /// The type's code.
    pub leave_type: String,
    /// Whether it would go through.
    pub valid: bool,
    /// What it would count, in the person's days.
    pub duration_days: f64,
    /// What it would count, exactly.
    pub duration: LeaveAmount,
    /// What each day would count, and why.
    pub days: Vec<DayCount>,
    /// The lowest balance from its first day on without it; none where the balance does not limit.
    pub balance: Option<LeaveAmount>,
    /// What it takes of it.
    pub required: LeaveAmount,
    /// The lowest balance from its first day on with it; none where the balance does not limit.
    pub lowest: Option<LeaveAmount>,
    /// The day of the lowest balance.
    #[schema(value_type = Option<String>, format = Date)]
    pub lowest_on: Option<Date>,
    /// The policy version that would apply.
    #[serde(flatten)]
    pub policy: PolicyRef,
    /// What it would violate, that in the way first.
    pub violations: Vec<Violation>,
    /// A request that has taken some of its days.
    pub overlap: Option<OverlappingRequest>,
    /// Who would decide.
    pub approval: ApprovalPreview,
}

/// Tells what a request would count, cost and violate.
#[utoipa::path(post, path = "/api/v1/leaves/preview", operation_id = "leaves-preview", tag = "leaves",
    params(("Idempotency-Key" = Option<String>, Header, description = "Nothing is done, so nothing is kept: the answer is worked out anew")),
    request_body = NewLeave,
    responses(
        (status = 200, body = LeavePreview),
        (status = 404, description = "Somebody else's leave, out of the caller's reach"),
        (status = 422, description = "Impossible days, unknown type, no policy or calendar")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    _: IdempotencyHeader,
    Valid(Json(body)): Valid<Json<NewLeave>>,
) -> Result<axum::Json<LeavePreview>, Problem> {
    let when = body.when()?;
    let at = caller.origin().at;
    let person = whose(&caller, &body).await?;
    let (types, book) = tokio::try_join!(api.store.leave_types(at), api.store.rulebook.book(at))?;
    let leave_type = body.resolve_leave_type(&types)?;
    let standing = api.store.leave_position(person.id, &leave_type.code, when.first, when.last).await?;
    // An id that nobody has: what is in the way is always somebody's.
    let slot = new_leave::slot(LeaveId::new(api.shell.ids.uuid(at)), leave_type, when);
    let overlap = standing.months.occupying(&slot, when.first, when.last).err();
    let attachment = body.attachment_id.is_some();
    let today = person.today(at);
    let mut judged = new_leave::evaluate_request((&book, &person, &standing), leave_type, when, attachment, today)?;
    judged.violations = new_leave::apply_override(judged.violations, body.override_policy);
    let waits_for = match Approval::start(judged.steps.clone()) {
        Some(approval) => request_context::approvers_of_step(&api, &approval, (&person, caller.id()), at).await?,
        None => None,
    };
    Ok(axum::Json(preview(&person, &leave_type.code, judged, overlap, waits_for)))
}

async fn whose(caller: &Caller, body: &NewLeave) -> Result<Arc<Person>, Error> {
    let id = body.employee_id.unwrap_or(caller.id());
    let (person, _) = caller.reach(id).await?;
    new_leave::require_active(&person)?;
    Ok(person)
}

fn preview(
    person: &Person,
    code: &str,
    judged: Evaluation,
    overlap: Option<Overlap>,
    waits_for: Option<WaitsFor>,
) -> LeavePreview {
    let days = |minutes| LeaveAmount::from_minutes(minutes, person.contract.day_minutes);
    let duration = days(judged.required);
    LeavePreview {
        employee_id: person.id,
        leave_type: code.to_owned(),
        valid: judged.is_allowed() && overlap.is_none(),
        duration_days: duration.days,
        duration,
        days: judged.count.days,
        balance: judged.balance.map(days),
        required: duration,
        lowest: judged.lowest.map(|(_, minutes)| days(minutes)),
        lowest_on: judged.lowest.map(|(on, _)| on),
        policy: judged.policy,
        violations: judged.violations,
        overlap: overlap.map(|overlap| OverlappingRequest { leave_id: overlap.slot.leave_id, date: overlap.date }),
        approval: ApprovalPreview { steps: judged.steps, waits_for },
    }
}
