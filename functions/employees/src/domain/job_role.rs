//! Job roles: titles with a grade. They give no access rights.

use jiff::Timestamp;
use kernel::JobRoleId;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JobRole {
    pub id: JobRoleId,
    /// Title, unique among the job roles that are not deleted.
    pub title: String,
    /// Grade on the scale of the organisation.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub grade: Option<u8>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    /// Time of deletion; `None` if not deleted. The item stays, because the records of former holders refer to it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub deleted_at: Option<Timestamp>,
}

impl JobRole {
    /// New job role, not yet stored. White space around the title is removed.
    pub fn new(id: JobRoleId, title: &str, grade: Option<u8>, at: Timestamp) -> Self {
        Self { id, title: title.trim().to_owned(), grade, created_at: at, updated_at: at, deleted_at: None }
    }

    /// Job role with another title or grade, not yet stored; an equal value if nothing changes. The grade `Some(None)`
    /// removes it. The job titles in the records of employees do not change.
    #[must_use]
    pub fn with_changes(&self, title: Option<&str>, grade: Option<Option<u8>>, at: Timestamp) -> Self {
        let title = title.map_or_else(|| self.title.clone(), |title| title.trim().to_owned());
        let grade = grade.unwrap_or(self.grade);
        if title == self.title && grade == self.grade {
            return self.clone();
        }
        Self { title, grade, updated_at: at, ..self.clone() }
    }

    /// State of the job role once it is deleted at `at`, not yet stored.
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
    fn changes_without_effect_keep_the_job_role_equal() {
        let at = Timestamp::UNIX_EPOCH;
        let later: Timestamp = "2024-01-01T00:00:00Z".parse().unwrap();
        let role = JobRole::new(JobRoleId::new(Uuid::from_u128(1)), " Engineer ", Some(5), at);
        assert_eq!(role.with_changes(Some("Engineer"), Some(Some(5)), later), role);
        let plain = role.with_changes(None, Some(None), later);
        assert_eq!((plain.grade, plain.updated_at, plain.title.as_str()), (None, later, "Engineer"));
        assert_eq!(role.tombstone(later).deleted_at, Some(later));
    }
}
