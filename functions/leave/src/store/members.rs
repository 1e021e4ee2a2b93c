//! Members: this service's copies of employees, with indexes by shard, department and manager for jobs and calendars.

use directory::{
    EmploymentStatus, Person,
    members::{Identified, member_key, with_former_index, with_member_indexes},
};
use jiff::civil::Date;
use kernel::{DepartmentId, EmployeeId, Origin, Result};
use serde::{Deserialize, Serialize};
use store::Write;

use super::LeaveStore;

/// This service's copy of an employee.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    pub employee_id: EmployeeId,
    pub status: EmploymentStatus,
    pub department_id: DepartmentId,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub manager_id: Option<EmployeeId>,
    /// Last day at work, if known.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub termination_date: Option<Date>,
    /// Version of the employee record. Older events change nothing.
    pub person_version: u64,
}

impl Member {
    pub fn of(person: &Person, person_version: u64) -> Self {
        Self {
            employee_id: person.id,
            status: person.status,
            department_id: person.department_id,
            manager_id: person.manager_id,
            termination_date: person.termination_date,
            person_version,
        }
    }
}

impl Identified for Member {
    fn employee_id(&self) -> EmployeeId {
        self.employee_id
    }
}

impl From<Member> for EmployeeId {
    fn from(member: Member) -> Self {
        member.employee_id
    }
}

impl LeaveStore {
    /// Stores a member unless the same or a newer version is stored. A former employee keeps the department but has no
    /// manager.
    pub async fn upsert_member(&self, origin: &Origin, member: &Member) -> Result<()> {
        let id = member.employee_id;
        let write = Write::put(member_key(id), member)
            .condition("attribute_not_exists(pk) OR #person_version < :person_version")
            .value(":person_version", &member.person_version);
        let manager = member.manager_id.filter(|_| member.status != EmploymentStatus::Terminated);
        self.members
            .commit_if_condition_holds(origin, with_member_indexes(write, id, Some(member.department_id), manager))
            .await
    }

    /// Moves a former employee from the shards by which jobs find members to those of former ones. The accounts stay. Nothing
    /// happens for others, and for one who was moved before.
    pub async fn delist_member(&self, origin: &Origin, id: EmployeeId) -> Result<()> {
        let write = with_former_index(Write::update(member_key(id)), id)
            .set("retired_at", &origin.at)
            .condition("#status = :terminated AND attribute_not_exists(#retired_at)")
            .value(":terminated", &EmploymentStatus::Terminated);
        self.members.commit_if_condition_holds(origin, write).await
    }
}
