//! API representation of a leave request.

use jiff::{
    Timestamp,
    civil::{Date, Time},
};
use kernel::{DepartmentId, EmployeeId, LeaveId};
use policy::{
    Half, LeaveAmount, PolicyRef, Portion,
    leave::{Approval, DayCount, ExplainedViolation, PendingApprovers},
};
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::{
    request::{Request, RequestStatus},
    returned_days::{ReturnReason, ReturnedDays},
};

/// Approval steps and decisions of a leave request.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ApprovalView {
    /// Steps, the current step and its level, and the decisions so far.
    #[serde(flatten)]
    pub approval: Approval,
    /// Approvers of the current step; null once the request is decided, and in lists.
    #[schema(required = true)]
    pub waits_for: Option<PendingApprovers>,
}

/// Leave request of an employee.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct LeaveView {
    /// Id of the leave request.
    pub id: LeaveId,
    /// Employee who takes the leave.
    pub employee_id: EmployeeId,
    /// Code of the leave type.
    pub leave_type: String,
    /// Name of the leave type when the request was made.
    pub leave_type_name: String,
    /// First day of the leave.
    #[schema(value_type = String, format = Date)]
    pub start_date: Date,
    /// Last day of the leave.
    #[schema(value_type = String, format = Date)]
    pub end_date: Date,
    /// Half of the day, for half-day leave; otherwise null.
    #[schema(required = true)]
    pub half: Option<Half>,
    /// Start time for leave of hours, local to the employee's site; otherwise null.
    #[schema(value_type = Option<String>, required = true, pattern = r"^([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d+)?$")]
    pub from: Option<Time>,
    /// End time for leave of hours, local to the employee's site; otherwise null.
    #[schema(value_type = Option<String>, required = true, pattern = r"^([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d+)?$")]
    pub to: Option<Time>,
    /// Whether a leave of several days starts in the middle of its first day.
    pub starts_at_midday: bool,
    /// Whether a leave of several days ends in the middle of its last day.
    pub ends_at_midday: bool,
    /// Duration in standard days of the employee, rounded to three decimals, for display; the same as `duration.days`.
    pub duration_days: f64,
    /// Duration of the leave.
    pub duration: LeaveAmount,
    /// Days of the request that were not returned, and days off between it and adjoining leave that it counts, each with its
    /// minutes; absent in lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub days: Option<Vec<DayCount>>,
    /// Reason of the leave; null without one, or if the caller may not read reasons.
    #[schema(required = true)]
    pub reason: Option<String>,
    /// Id of an attached file in another system; null without one, or if the caller may not read reasons.
    #[schema(required = true)]
    pub attachment_id: Option<String>,
    /// Status of the request.
    pub status: RequestStatus,
    /// Policy version by which the request was evaluated when it was made or moved.
    #[serde(flatten)]
    pub policy: PolicyRef,
    /// Violations that did not block the request when it was made or moved.
    pub violations: Vec<ExplainedViolation>,
    /// Approval steps and decisions; null if the policy has no approval step.
    #[schema(required = true)]
    pub approval: Option<ApprovalView>,
    /// Id of the employee's department; it follows a move until the leave has ended.
    pub department_id: DepartmentId,
    /// Employee who made the request.
    pub created_by: EmployeeId,
    /// Time at which the request was made.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// Employee who gave the last approval; null until approved, or if the policy has no approval step.
    #[schema(required = true)]
    pub approved_by: Option<EmployeeId>,
    /// Time of the approval; null until approved.
    #[schema(value_type = Option<String>, format = DateTime, required = true)]
    pub approved_at: Option<Timestamp>,
    /// Employee who rejected the request; null unless rejected.
    #[schema(required = true)]
    pub rejected_by: Option<EmployeeId>,
    /// Time of the rejection; null unless rejected.
    #[schema(value_type = Option<String>, format = DateTime, required = true)]
    pub rejected_at: Option<Timestamp>,
    /// Reason of the rejection; null unless rejected, or if the caller may not read reasons.
    #[schema(required = true)]
    pub rejected_reason: Option<String>,
    /// Employee who cancelled the request, or who made the other request that took its place; null unless it is cancelled, and
    /// if the system cancelled it.
    #[schema(required = true)]
    pub cancelled_by: Option<EmployeeId>,
    /// Time of the cancellation; null unless cancelled.
    #[schema(value_type = Option<String>, format = DateTime, required = true)]
    pub cancelled_at: Option<Timestamp>,
    /// First day that was returned at the end of the leave, all later ones included; null if none was.
    #[schema(value_type = Option<String>, format = Date, required = true)]
    pub cancelled_from: Option<Date>,
    /// Reason of the cancellation; null unless cancelled, and of requests that were cancelled before reasons were stored.
    #[schema(required = true)]
    pub cancelled_reason: Option<ReturnReason>,
    /// Days that were returned, in the order of the returns. `start_date`, `end_date`, `duration` and `days` are those of
    /// the days that remain, of a cancelled request those that it had last.
    pub returned: Vec<ReturnedDays>,
    /// Time of the last change.
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Timestamp,
}

impl LeaveView {
    /// Full view, with reasons and the count of each day.
    pub fn of(request: Request, waits_for: Option<PendingApprovers>) -> Self {
        let (several, portions) = (request.start_date != request.end_date, request.portions());
        let (half, from, to) = match request.portion {
            Portion::Full => (None, None, None),
            Portion::Half(half) => (Some(half), None, None),
            Portion::Hours(from, to) => (None, Some(from), Some(to)),
        };
        Self {
            id: request.id,
            employee_id: request.employee_id,
            leave_type: request.leave_type,
            leave_type_name: request.leave_type_name,
            start_date: request.start_date,
            end_date: request.end_date,
            half,
            from,
            to,
            starts_at_midday: several && portions.first != Portion::Full,
            ends_at_midday: several && portions.last != Portion::Full,
            duration_days: request.duration.days,
            duration: request.duration,
            days: Some(request.count.days),
            reason: request.reason,
            attachment_id: request.attachment_id,
            status: request.status,
            policy: request.policy,
            violations: request.violations.into_iter().map(ExplainedViolation::from).collect(),
            approval: request.approval.map(|approval| ApprovalView { approval, waits_for }),
            department_id: request.department_id,
            created_by: request.created_by,
            created_at: request.created_at,
            approved_by: request.approved_by,
            approved_at: request.approved_at,
            rejected_by: request.rejected_by,
            rejected_at: request.rejected_at,
            rejected_reason: request.rejected_reason,
            cancelled_by: request.cancelled_by,
            cancelled_at: request.cancelled_at,
            cancelled_from: request.cancelled_from,
            cancelled_reason: request.cancelled_reason,
            returned: request.returned,
            updated_at: request.updated_at,
        }
    }

    /// View without the count of each day, for lists.
    #[must_use]
    pub fn without_days(self) -> Self {
        Self { days: None, ..self }
    }

    /// View for callers who may not read reasons: without reasons, comments and the attachment.
    #[must_use]
    pub fn without_reasons(mut self) -> Self {
        if let Some(ApprovalView { approval, .. }) = &mut self.approval {
            approval.decisions.iter_mut().for_each(|decision| decision.comments = None);
        }
        Self { reason: None, attachment_id: None, rejected_reason: None, ..self }
    }

    /// View with reasons if the caller may read them, otherwise without.
    #[must_use]
    pub fn with_reasons_if(self, may_read: bool) -> Self {
        if may_read { self } else { self.without_reasons() }
    }
}
