//! API representation of a training.

use jiff::{Timestamp, civil::Date};
use kernel::{Actor, EmployeeId, PolicyId, TrainingId};
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::training::{TrainingAssignment, TrainingStatus};

/// Training of an employee: a course to complete by a due date, or completed.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct TrainingView {
    /// Id of the training assignment.
    pub id: TrainingId,
    /// Employee whose training it is.
    pub employee_id: EmployeeId,
    /// Manager of the employee at the time of the assignment; null if the employee had none.
    #[schema(required = true)]
    pub manager_id: Option<EmployeeId>,
    /// Name of the course.
    pub course: String,
    /// Status of the training today at the caller's site.
    pub status: TrainingStatus,
    /// Training policy that covered the course at the assignment; null without one.
    #[schema(required = true)]
    pub policy_id: Option<PolicyId>,
    /// Version of that policy, from 1; null without a policy.
    #[schema(required = true, minimum = 1)]
    pub policy_version: Option<u32>,
    /// Last day on which the training is in time.
    #[schema(value_type = String, format = Date)]
    pub due_date: Date,
    /// Date in UTC from which the reminder is sent, once.
    #[schema(value_type = String, format = Date)]
    pub remind_on: Date,
    /// Due date for which the reminder was sent; null if none was sent.
    #[schema(required = true, value_type = Option<String>, format = Date)]
    pub announced_for: Option<Date>,
    /// Time at which the training was assigned.
    #[schema(value_type = String, format = DateTime)]
    pub assigned_at: Timestamp,
    /// Actor who assigned the training; for a repetition, who completed the training before.
    pub assigned_by: Actor,
    /// Completed training that this one repeats; null for a first assignment.
    #[schema(required = true)]
    pub repeats: Option<TrainingId>,
    /// Completion date; null while the training is open.
    #[schema(required = true, value_type = Option<String>, format = Date)]
    pub completed_on: Option<Date>,
    /// Time at which the completion was recorded; null while the training is open.
    #[schema(required = true, value_type = Option<String>, format = DateTime)]
    pub completed_at: Option<Timestamp>,
    /// Employee who recorded the completion; null while the training is open.
    #[schema(required = true)]
    pub completed_by: Option<EmployeeId>,
    /// Reference to the certificate; null if none was given.
    #[schema(required = true)]
    pub certificate: Option<String>,
}

impl TrainingView {
    /// Training with its status on the day `today`.
    pub fn new(training: TrainingAssignment, today: Date) -> Self {
        Self {
            id: training.id,
            employee_id: training.employee_id,
            manager_id: training.manager_id,
            status: training.status_on(today),
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
