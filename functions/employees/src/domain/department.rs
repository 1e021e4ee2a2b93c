//! Departments: a tree with unique names.

use jiff::Timestamp;
use kernel::DepartmentId;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Department {
    pub id: DepartmentId,
    /// Name, unique among the departments that are not deleted.
    pub name: String,
    /// Parent department; `None` at the top level.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub parent_id: Option<DepartmentId>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    /// Time of deletion; `None` if not deleted. The item stays, because the records of former members refer to it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub deleted_at: Option<Timestamp>,
}

impl Department {
    /// New department, not yet stored. White space around the name is removed.
    pub fn new(id: DepartmentId, name: &str, parent_id: Option<DepartmentId>, at: Timestamp) -> Self {
        Self { id, name: name.trim().to_owned(), parent_id, created_at: at, updated_at: at, deleted_at: None }
    }

    /// Department with another name or parent, not yet stored; an equal value if nothing changes. The parent
    /// `Some(None)` moves it to the top level.
    #[must_use]
    pub fn with_changes(&self, name: Option<&str>, parent_id: Option<Option<DepartmentId>>, at: Timestamp) -> Self {
        let name = name.map_or_else(|| self.name.clone(), |name| name.trim().to_owned());
        let parent_id = parent_id.unwrap_or(self.parent_id);
        if name == self.name && parent_id == self.parent_id {
            return self.clone();
        }
        Self { name, parent_id, updated_at: at, ..self.clone() }
    }

    /// State of the department once it is deleted at `at`, not yet stored.
    #[must_use]
    pub fn tombstone(&self, at: Timestamp) -> Self {
        Self { updated_at: at, deleted_at: Some(at), ..self.clone() }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn changes_without_effect_keep_the_department_equal() {
        let at = Timestamp::UNIX_EPOCH;
        let later: Timestamp = "2024-01-01T00:00:00Z".parse().unwrap();
        let parent = Some(DepartmentId::new(Uuid::from_u128(2)));
        let department = Department::new(DepartmentId::new(Uuid::from_u128(1)), " People ", parent, at);
        assert_eq!(department.with_changes(Some("People"), Some(parent), later), department);
        assert_eq!(department.with_changes(None, None, later), department);
        let top = department.with_changes(None, Some(None), later);
        assert_eq!((top.parent_id, top.updated_at, top.name.as_str()), (None, later, "People"));
        assert_eq!(department.tombstone(later).deleted_at, Some(later));
    }
}
