//! `POST /api/v1/leaves/preview`: duration, balance, violations and approvers of a request. Writes nothing.

use std::sync::Arc;

use axum::extract::State;
use directory::Person;
use futures::future::try_join_all;
use jiff::civil::Date;
use kernel::{Error, LeaveId, Message};
use lambda::http::{Caller, IdempotencyHeader, Json, Problem, Valid};
use policy::{
    LeaveAmount, PolicyRef,
    leave::{Approval, DayCount, DaysBetween, Evaluation, ExplainedViolation, Overlap, PendingApprovers, Step},
};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    interruption::{InterruptedLeave, place_request},
    new_leave::{self, NewLeave},
    request_context,
};
use crate::{api::Api, messages};

lambda::endpoint!(LEAVES_PREVIEW, post(handle), Api);

/// Existing request that covers one of the days.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct OverlappingRequest {
    /// Id of the existing request.
    pub leave_id: LeaveId,
    /// First day that both requests cover.
    #[schema(value_type = String, format = Date)]
    pub date: Date,
}

/// Days off between the request and adjoining leave, which count in full.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct DaysBetweenLeave {
    /// Id of the adjoining request.
    pub leave_id: LeaveId,
    /// Code of its leave type.
    pub leave_type: String,
    /// First day off between the two.
    #[schema(value_type = String, format = Date)]
    pub from: Date,
    /// Last day off between the two.
    #[schema(value_type = String, format = Date)]
    pub to: Date,
    /// Sentence with the dates of the adjoining leave.
    #[schema(value_type = String)]
    pub explanation: Message,
}

/// Approval steps and first approvers of a request.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ApprovalPreview {
    /// Approval steps for this duration; empty if the request would be approved at once.
    pub steps: Vec<Step>,
    /// Approvers of the first step; null without steps.
    #[schema(required = true)]
    pub waits_for: Option<PendingApprovers>,
}

/// Evaluation of a leave request that is not created.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct LeavePreview {
    /// Employee who would take the leave.
    pub employee_id: kernel::EmployeeId,
    /// Code of the leave type.
    pub leave_type: String,
    /// Whether the request would be accepted: it has no blocking violation and no overlap.
    pub valid: bool,
    /// Duration in standard days of the employee, rounded to three decimals, for display; the same as `duration.days`.
    pub duration_days: f64,
    /// Duration of the leave.
    pub duration: LeaveAmount,
    /// Days of the request, each with the minutes that it counts, and the days off in `between`.
    pub days: Vec<DayCount>,
    /// Most that can be taken on the first day without a later day falling below the floor, without the request; negative if
    /// the balance falls below it already. Null for leave without a limit.
    #[schema(required = true)]
    pub balance: Option<LeaveAmount>,
    /// Amount that the request takes; the same as `duration`.
    pub required: LeaveAmount,
    /// Lowest balance from the first day on, with the request; null for leave without a limit.
    #[schema(required = true)]
    pub lowest: Option<LeaveAmount>,
    /// Day of the balance `lowest`; null for leave without a limit.
    #[schema(value_type = Option<String>, format = Date, required = true)]
    pub lowest_on: Option<Date>,
    /// Policy version by which the request was evaluated.
    #[serde(flatten)]
    pub policy: PolicyRef,
    /// Violations, blocking ones first.
    pub violations: Vec<ExplainedViolation>,
    /// Existing request that covers one of the days; null if there is none.
    #[schema(required = true)]
    pub overlap: Option<OverlappingRequest>,
    /// Days off between the request and adjoining leave. They count with this request, which is made later.
    pub between: Vec<DaysBetweenLeave>,
    /// Approved leave that would give back days to this leave; nothing is given back by the preview.
    pub interrupts: Vec<InterruptedLeave>,
    /// Approval steps and first approvers.
    pub approval: ApprovalPreview,
}

/// Previews a leave request: duration, balance, policy violations and approvers.
///
/// It writes nothing. Managers preview requests of their reports, HR those of all employees, others their own.
#[utoipa::path(post, path = "/api/v1/leaves/preview", operation_id = "leaves-preview", tag = "leaves",
    params(lambda::http::UnusedIdempotencyHeader),
    request_body = NewLeave,
    responses(
        (status = 200, body = LeavePreview, description = "Evaluation of the request."),
        (status = 404, description = "`not_found`: the employee does not exist or is outside the caller's scope."),
        (status = 422, description = "`invalid`: the days, the leave type or the employee is not valid, or no policy or calendar applies.")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    _: IdempotencyHeader,
    Valid(Json(body)): Valid<Json<NewLeave>>,
) -> Result<axum::Json<LeavePreview>, Problem> {
    let dates = body.validated_dates()?;
    let at = caller.origin().at;
    let person = load_employee_in_scope(&caller, &body).await?;
    let (types, book, plans) = tokio::try_join!(
        api.store.load_leave_types(at),
        api.store.rulebook.load(at),
        api.store.plans.load(person.id, at)
    )?;
    let work = plans.expected_work(&book, &person);
    let leave_type = body.resolve_leave_type(&types)?;
    let state = api.store.load_account_and_months(person.id, &leave_type.code, dates.first, dates.last).await?;
    // A new id: an overlap always belongs to an existing request.
    let id = LeaveId::new(api.shell.ids.uuid(at));
    let placed = place_request(&api, caller.origin(), (&work, &state), ((id, &leave_type.code), dates)).await?;
    let (state, interrupted, overlap) = match placed {
        Ok(placement) => (placement.state, placement.interrupted, None),
        Err(overlap) => (state, Vec::new(), Some(overlap)),
    };
    let has_attachment = body.attachment_id.is_some();
    let today = person.today(at);
    let (account, slots) = (&state.account.value, state.months.slots_by_month());
    let of_type = (leave_type.code.as_str(), leave_type.name.as_str());
    let mut evaluation =
        new_leave::evaluate_request(&work, (account, &slots), of_type, (dates, &[]), has_attachment, today)?;
    let between = load_days_between(&api, &evaluation.between).await?;
    evaluation.violations = new_leave::unblock_by_override(evaluation.violations, body.override_policy);
    let waits_for = match Approval::start(evaluation.steps.clone()) {
        Some(approval) => request_context::load_approvers_of_step(&api, &approval, (&person, caller.id()), at).await?,
        None => None,
    };
    let preview = leave_preview(&person, &leave_type.code, evaluation, overlap, waits_for);
    let interrupts = interrupted.iter().map(InterruptedLeave::of).collect();
    Ok(axum::Json(LeavePreview { between, interrupts, ..preview }))
}

/// Days off between the request and adjoining leave, with the dates of that leave. Leave that expired after its archiving is
/// left out.
async fn load_days_between(api: &Api, between: &[DaysBetween]) -> Result<Vec<DaysBetweenLeave>, Error> {
    let lookups = between.iter().map(|between| async move {
        let DaysBetween { leave_id, from, to } = *between;
        let Some(adjoining) = api.store.find_request(leave_id).await? else { return Ok(None) };
        let adjoining = adjoining.value;
        let dates = (adjoining.start_date, adjoining.end_date);
        let explanation = messages::days_between(from, to, adjoining.leave_type.as_str(), dates.0, dates.1);
        Ok::<_, Error>(Some(DaysBetweenLeave { leave_id, leave_type: adjoining.leave_type, from, to, explanation }))
    });
    Ok(try_join_all(lookups).await?.into_iter().flatten().collect())
}

/// Employee of the request, the caller by default; 404 outside the caller's scope, 422 unless active or on leave.
async fn load_employee_in_scope(caller: &Caller, body: &NewLeave) -> Result<Arc<Person>, Error> {
    let id = body.employee_id.unwrap_or(caller.id());
    let (person, _) = caller.person_in_scope(id).await?;
    new_leave::require_active_or_on_leave(&person)?;
    Ok(person)
}

fn leave_preview(
    person: &Person,
    code: &str,
    evaluation: Evaluation,
    overlap: Option<Overlap>,
    waits_for: Option<PendingApprovers>,
) -> LeavePreview {
    let day_minutes = evaluation.count.day_minutes(person);
    let days = |minutes| LeaveAmount::from_minutes(minutes, day_minutes);
    let duration = days(evaluation.required);
    LeavePreview {
        employee_id: person.id,
        leave_type: code.to_owned(),
        valid: evaluation.is_allowed() && overlap.is_none(),
        duration_days: duration.days,
        duration,
        days: evaluation.count.days,
        balance: evaluation.available.map(days),
        required: duration,
        lowest: evaluation.lowest.map(|(_, minutes)| days(minutes)),
        lowest_on: evaluation.lowest.map(|(on, _)| on),
        policy: evaluation.policy,
        violations: evaluation.violations.into_iter().map(ExplainedViolation::from).collect(),
        overlap: overlap.map(|overlap| OverlappingRequest { leave_id: overlap.slot.leave_id, date: overlap.date }),
        between: Vec::new(),
        interrupts: Vec::new(),
        approval: ApprovalPreview { steps: evaluation.steps, waits_for },
    }
}
