//! API representation of a violation.

use events::EventType;
use jiff::Timestamp;
use kernel::{EmployeeId, EventId, Message, PolicyId, ViolationId};
use policy::leave::ViolationFinding;
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::violation::ViolationRecord;

/// Registered violation of a policy.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ViolationView {
    /// Id of the registered violation.
    pub id: ViolationId,
    /// Employee whose leave or work violates the policy.
    pub employee_id: EmployeeId,
    /// Manager of the employee at the time of detection; null if the employee had none.
    #[schema(required = true)]
    pub manager_id: Option<EmployeeId>,
    /// Code of the violation and its figures.
    #[serde(flatten)]
    pub finding: ViolationFinding,
    /// Policy that contains the violated rule.
    pub policy_id: PolicyId,
    /// Version of the policy, from 1.
    #[schema(minimum = 1)]
    pub policy_version: u32,
    /// Whether the policy blocks on this violation; false if it only warns. A stored leave request has only violations that
    /// warn; work is recorded in both cases.
    pub blocking: bool,
    /// Sentence that explains the violation, with its figures, in the language of the request.
    #[schema(value_type = String)]
    pub explanation: Message,
    /// Event in which the violation was first detected.
    pub event_id: EventId,
    /// Type of the event in which the violation was first detected.
    #[schema(value_type = EventType)]
    pub event_type: String,
    /// Type of the object that violates the policy.
    #[schema(value_type = ViolatingEntity)]
    pub entity_type: String,
    /// Id of the leave request or of the attendance day.
    #[schema(pattern = "^(leave|att)_[0-9a-f]{32}$")]
    pub entity_id: String,
    /// Time of the event in which the violation was first detected.
    #[schema(value_type = String, format = DateTime)]
    pub detected_at: Timestamp,
    /// Time of the acknowledgement; null before that.
    #[schema(required = true, value_type = Option<String>, format = DateTime)]
    pub acknowledged_at: Option<Timestamp>,
    /// Employee who acknowledged the violation; null before that.
    #[schema(required = true)]
    pub acknowledged_by: Option<EmployeeId>,
    /// Comment on the resolution; null before the acknowledgement.
    #[schema(required = true)]
    pub comment: Option<String>,
}

/// Type of the object that violates a policy: a leave request, or an attendance day.
#[derive(Debug, Clone, Copy, ToSchema)]
pub enum ViolatingEntity {
    /// Leave request.
    LeaveRequest,
    /// Attendance day of an employee.
    Attendance,
}

impl From<ViolationRecord> for ViolationView {
    fn from(violation: ViolationRecord) -> Self {
        let finding = ViolationFinding { code: violation.code, figures: violation.figures };
        Self {
            id: violation.id,
            employee_id: violation.employee_id,
            manager_id: violation.manager_id,
            explanation: finding.message(&violation.explanation),
            finding,
            policy_id: violation.policy_id,
            policy_version: violation.policy_version,
            blocking: violation.blocking,
            event_id: violation.event_id,
            event_type: violation.event_type,
            entity_type: violation.entity_type,
            entity_id: violation.entity_id,
            detected_at: violation.detected_at,
            acknowledged_at: violation.acknowledged_at,
            acknowledged_by: violation.acknowledged_by,
            comment: violation.comment,
        }
    }
}
