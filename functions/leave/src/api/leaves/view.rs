//! What is shown of a request.

use jiff::{
    Timestamp,
    civil::{Date, Time},
};
use kernel::{DepartmentId, EmployeeId, LeaveId};
use policy::{
    Half, LeaveAmount, PolicyRef, Portion,
    leave::{Approval, DayCount, Violation, WaitsFor},
};
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::request::{Request, RequestStatus};

/// The way of a request through its approvers.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ApprovalView {
    /// Steps, the one that waits, its level and the decisions so far.
    #[serde(flatten)]
    pub approval: Approval,
    /// Who is asked now; nothing once it is decided, and in lists.
    pub waits_for: Option<WaitsFor>,
}

/// A request for leave.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct LeaveView {
    /// Id.
    #[schema(value_type = String)]
    pub id: LeaveId,
    /// Whose leave.
    pub employee_id: EmployeeId,
    /// The type's code.
    pub leave_type: String,
    /// The type's name when it was asked for.
    pub leave_type_name: String,
    /// First day.
    #[schema(value_type = String, format = Date)]
    pub start_date: Date,
    /// Last day.
    #[schema(value_type = String, format = Date)]
    pub end_date: Date,
    /// Which half of the day, for half days.
    pub half: Option<Half>,
    /// From when, for hours of a day.
    #[schema(value_type = Option<String>)]
    pub from: Option<Time>,
    /// Until when, for hours of a day.
    #[schema(value_type = Option<String>)]
    pub to: Option<Time>,
    /// What it counts, in the person's days.
    pub duration_days: f64,
    /// What it counts, exactly.
    pub duration: LeaveAmount,
    /// What each day counts, and why. Left out in lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub days: Option<Vec<DayCount>>,
    /// Why. Hidden from those who may see the request but not its reasons.
    pub reason: Option<String>,
    /// The attached file. Hidden as the reason is.
    pub attachment_id: Option<String>,
    /// Status.
    pub status: RequestStatus,
    /// The policy version that decided what it counts and who is asked.
    #[serde(flatten)]
    pub policy: PolicyRef,
    /// Breaches of a policy that did not stand in its way.
    pub violations: Vec<Violation>,
    /// The way through its approvers; none where the policy asks nobody.
    pub approval: Option<ApprovalView>,
    /// The person's department.
    pub department_id: DepartmentId,
    /// Who asked.
    pub created_by: EmployeeId,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// Who said the last yes; nobody where the policy asks nobody.
    pub approved_by: Option<EmployeeId>,
    /// When it was approved.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub approved_at: Option<Timestamp>,
    /// Who said no.
    pub rejected_by: Option<EmployeeId>,
    /// When.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub rejected_at: Option<Timestamp>,
    /// Why. Hidden as the reason is.
    pub rejected_reason: Option<String>,
    /// Who took it back.
    pub cancelled_by: Option<EmployeeId>,
    /// When.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub cancelled_at: Option<Timestamp>,
    /// From this day on its days came back.
    #[schema(value_type = Option<String>, format = Date)]
    pub cancelled_from: Option<Date>,
    /// When it last changed.
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Timestamp,
}

impl LeaveView {
    /// A request as those see it who may read its reasons.
    pub fn of(request: Request, waits_for: Option<WaitsFor>) -> Self {
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
            duration_days: request.duration.days,
            duration: request.duration,
            days: Some(request.count.days),
            reason: request.reason,
            attachment_id: request.attachment_id,
            status: request.status,
            policy: request.policy,
            violations: request.violations,
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
            updated_at: request.updated_at,
        }
    }

    /// The same in a list: without its days.
    #[must_use]
    pub fn in_list(self) -> Self {
        Self { days: None, ..self }
    }

    /// The same for those who may not read its reasons.
    #[must_use]
    pub fn without_reasons(mut self) -> Self {
        if let Some(ApprovalView { approval, .. }) = &mut self.approval {
            approval.decisions.iter_mut().for_each(|decision| decision.comments = None);
        }
        Self { reason: None, attachment_id: None, rejected_reason: None, ..self }
    }

    /// The one or the other.
    #[must_use]
    pub fn with_reasons_if(self, may_read: bool) -> Self {
        if may_read { self } else { self.without_reasons() }
    }
}
