//! What is shown of a department.

use jiff::Timestamp;
use kernel::DepartmentId;
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::department::Department;

/// A department.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct DepartmentView {
    /// Id.
    pub id: DepartmentId,
    /// Name.
    pub name: String,
    /// The department it is a part of; null at the top.
    pub parent_id: Option<DepartmentId>,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// When it last changed.
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Timestamp,
}

impl From<Department> for DepartmentView {
    fn from(department: Department) -> Self {
        let Department { id, name, parent_id, created_at, updated_at, deleted_at: _ } = department;
        Self { id, name, parent_id, created_at, updated_at }
    }
}
