//! What is shown of a violation.

use jiff::Timestamp;
use kernel::{EmployeeId, EventId, PolicyId, ViolationId};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::domain::violation::ViolationRecord;

/// A violation.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ViolationView {
    /// Id.
    pub id: ViolationId,
    /// Whose.
    pub employee_id: EmployeeId,
    /// Their manager when it was detected.
    pub manager_id: Option<EmployeeId>,
    /// What is broken.
    pub code: String,
    /// The policy.
    pub policy_id: PolicyId,
    /// Its version.
    pub policy_version: u32,
    /// Whether it stood in the way of something.
    pub blocking: bool,
    /// A sentence with the figures.
    pub explanation: String,
    /// The figures.
    #[schema(value_type = Object)]
    pub figures: Value,
    /// The event in which it was detected.
    pub event_id: EventId,
    /// Its type.
    pub event_type: String,
    /// What the event is about.
    pub entity_type: String,
    /// Its id.
    pub entity_id: String,
    /// When it was detected.
    #[schema(value_type = String, format = DateTime)]
    pub detected_at: Timestamp,
    /// When somebody has acknowledged it.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub acknowledged_at: Option<Timestamp>,
    /// Who.
    pub acknowledged_by: Option<EmployeeId>,
    /// What came of it.
    pub comment: Option<String>,
}

impl From<ViolationRecord> for ViolationView {
    fn from(breach: ViolationRecord) -> Self {
        Self {
            id: breach.id,
            employee_id: breach.employee_id,
            manager_id: breach.manager_id,
            code: breach.code,
            policy_id: breach.policy_id,
            policy_version: breach.policy_version,
            blocking: breach.blocking,
            explanation: breach.explanation,
            figures: breach.figures,
            event_id: breach.event_id,
            event_type: breach.event_type,
            entity_type: breach.entity_type,
            entity_id: breach.entity_id,
            detected_at: breach.detected_at,
            acknowledged_at: breach.acknowledged_at,
            acknowledged_by: breach.acknowledged_by,
            comment: breach.comment,
        }
    }
}
