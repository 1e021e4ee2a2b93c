//! What is shown of policies, calendars, violations and trainings.

use jiff::{Timestamp, civil::Date};
use kernel::{Actor, EmployeeId, EventId, PolicyId, TrainingId, ViolationId};
use policy::Policy;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::domain::{
    training::{Assignment, TrainingStatus},
    violation::Breach,
};

/// One version of a policy.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PolicyView {
    /// The policy's id, as `policy_id`.
    pub id: PolicyId,
    /// What it says.
    #[serde(flatten)]
    pub policy: Policy,
}

impl From<Policy> for PolicyView {
    fn from(policy: Policy) -> Self {
        Self { id: policy.reference.policy_id, policy }
    }
}

/// A policy as its latest version says, and all its versions.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PolicyHistory {
    /// The latest version.
    #[serde(flatten)]
    pub latest: PolicyView,
    /// Every version, the newest first.
    pub versions: Vec<Policy>,
}

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

impl From<Breach> for ViolationView {
    fn from(breach: Breach) -> Self {
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

/// A training that somebody has to do, or has done.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct TrainingView {
    /// Id.
    pub id: TrainingId,
    /// Who has to do it.
    pub employee_id: EmployeeId,
    /// Their manager when it was assigned.
    pub manager_id: Option<EmployeeId>,
    /// What.
    pub course: String,
    /// Where it stands today.
    pub status: TrainingStatus,
    /// The policy that asks for it; null where it was assigned by hand.
    pub policy_id: Option<PolicyId>,
    /// Its version.
    pub policy_version: Option<u32>,
    /// Last day on which it is in time.
    #[schema(value_type = String, format = Date)]
    pub due_date: Date,
    /// From this day on it is announced.
    #[schema(value_type = String, format = Date)]
    pub remind_on: Date,
    /// The due date that was announced.
    #[schema(value_type = Option<String>, format = Date)]
    pub announced_for: Option<Date>,
    /// When it was assigned.
    #[schema(value_type = String, format = DateTime)]
    pub assigned_at: Timestamp,
    /// By whom.
    #[schema(value_type = String)]
    pub assigned_by: Actor,
    /// The training that this one repeats.
    pub repeats: Option<TrainingId>,
    /// The day on which it was done.
    #[schema(value_type = Option<String>, format = Date)]
    pub completed_on: Option<Date>,
    /// When that was said.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub completed_at: Option<Timestamp>,
    /// By whom.
    pub completed_by: Option<EmployeeId>,
    /// Where the certificate is.
    pub certificate: Option<String>,
}

impl TrainingView {
    /// A training as it stands on a day.
    pub fn of(training: Assignment, today: Date) -> Self {
        Self {
            id: training.id,
            employee_id: training.employee_id,
            manager_id: training.manager_id,
            status: training.status(today),
            course: training.course,
            policy_id: training.policy_id,
            policy_version: training.policy_version,
            due_date: training.due_date,
            remind_on: training.remind_on,
            announced_for: training.announced_for,
            assigned_at: training.assigned_at,
            assigned_by: training.assigned_by,
            repeats: training.repeats,
            completed_on: training.completed_on,
            completed_at: training.completed_at,
            completed_by: training.completed_by,
            certificate: training.certificate,
        }
    }
}
