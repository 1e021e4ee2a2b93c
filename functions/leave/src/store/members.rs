//! What this service knows of people: who they are grouped with, so that jobs and calendars find them.

use directory::{
    EmploymentStatus, Person,
    members::{Identified, indexed, member_key},
};
use jiff::civil::Date;
use kernel::{DepartmentId, EmployeeId, Origin, Result};
use serde::{Deserialize, Serialize};
use store::Write;

use super::LeaveStore;

/// A person as the leave service groups them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    pub employee_id: EmployeeId,
    pub status: EmploymentStatus,
    pub department_id: DepartmentId,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub manager_id: Option<EmployeeId>,
    /// Last day, once known.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub termination_date: Option<Date>,
    /// Version of the person; an older event changes nothing.
    pub person_version: u64,
}

impl Member {
    /// A person as of one version.
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
    /// Stores a member that is newer than the known one. Who has left stays in their department and is below no manager.
    pub async fn upsert_member(&self, origin: &Origin, member: &Member) -> Result<()> {
        let id = member.employee_id;
        let write = Write::put(member_key(id), member)
            .condition("attribute_not_exists(pk) OR #person_version < :person_version")
            .value(":person_version", &member.person_version);
        let manager = member.manager_id.filter(|_| member.status != EmploymentStatus::Terminated);
        self.members.keep(origin, indexed(write, id, Some(member.department_id), manager)).await
    }

    /// Takes somebody who has left out of the jobs' lists; what was posted stays.
    pub async fn delist_member(&self, origin: &Origin, id: EmployeeId) -> Result<()> {
        let write = Write::update(member_key(id))
            .unindex("by_member")
            .set("retired_at", &origin.at)
            .condition("#status = :terminated AND attribute_not_exists(#retired_at)")
            .value(":terminated", &EmploymentStatus::Terminated);
        self.members.keep(origin, write).await
    }
}
