//! API representation of a department.

use jiff::Timestamp;
use kernel::DepartmentId;
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::department::Department;

/// Department of the organisation.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct DepartmentView {
    /// Id of the department.
    pub id: DepartmentId,
    /// Name, unique among the departments in any case of letters.
    pub name: String,
    /// Id of the parent department; null at the top level.
    #[schema(required = true)]
    pub parent_id: Option<DepartmentId>,
    /// Time at which the department was created.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// Time of the last change of the name or the parent, or of the creation.
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Timestamp,
}

impl From<Department> for DepartmentView {
    fn from(department: Department) -> Self {
        let Department { id, name, parent_id, created_at, updated_at, deleted_at: _ } = department;
        Self { id, name, parent_id, created_at, updated_at }
    }
}
