//! What is shown of a training.

use jiff::{Timestamp, civil::Date};
use kernel::{Actor, EmployeeId, PolicyId, TrainingId};
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::training::{TrainingAssignment, TrainingStatus};

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
    pub fn of(training: TrainingAssignment, today: Date) -> Self {
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
            announced_for: training.reminded_for,
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
