//! API representation of a job role.

use jiff::Timestamp;
use kernel::JobRoleId;
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::job_role::JobRole;

/// Job role: a title with a grade. It gives no access rights.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct JobRoleView {
    /// Id of the job role.
    pub id: JobRoleId,
    /// Title, unique among the job roles in any case of letters.
    pub title: String,
    /// Grade on the scale of the organisation, 0 to 255; null without a grade.
    #[schema(required = true, minimum = 0, maximum = 255)]
    pub grade: Option<u8>,
    /// Time at which the job role was created.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// Time of the last change of the title or the grade, or of the creation.
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Timestamp,
}

impl From<JobRole> for JobRoleView {
    fn from(role: JobRole) -> Self {
        let JobRole { id, title, grade, created_at, updated_at, deleted_at: _ } = role;
        Self { id, title, grade, created_at, updated_at }
    }
}
