//! What is shown of a job role.

use jiff::Timestamp;
use kernel::JobRoleId;
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::job_role::JobRole;

/// A job role.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct JobRoleView {
    /// Id.
    pub id: JobRoleId,
    /// Title.
    pub title: String,
    /// Grade, as the organisation counts.
    pub grade: Option<u8>,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// When it last changed.
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Timestamp,
}

impl From<JobRole> for JobRoleView {
    fn from(role: JobRole) -> Self {
        let JobRole { id, title, grade, created_at, updated_at, deleted_at: _ } = role;
        Self { id, title, grade, created_at, updated_at }
    }
}
