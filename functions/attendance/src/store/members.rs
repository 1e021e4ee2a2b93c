//! Copies of people, found by shard, manager and department.

use std::sync::Arc;

use directory::{
    EmploymentStatus, Person,
    members::{Identified, member_key, with_former_index, with_member_indexes},
};
use jiff::Timestamp;
use kernel::{EmployeeId, Origin, Result};
use store::Write;

use super::AttendanceStore;
use crate::domain::member::Member;

impl Identified for Member {
    fn employee_id(&self) -> EmployeeId {
        self.person.id
    }
}

impl AttendanceStore {
    /// Member that is at most 5 seconds old; `None` if this service has no copy. The cache spares a second read of the
    /// person for quickly following punches.
    pub async fn find_member_cached(&self, id: EmployeeId, now: Timestamp) -> Result<Option<Arc<Member>>> {
        if let Some(member) = self.member_cache.get(&id, now) {
            return Ok(Some(member));
        }
        let stored = self.members.get(id).await?;
        Ok(stored.map(|stored| self.member_cache.put(id, now, stored.value)))
    }

    /// Stores a person from an event, if it is newer than the copy; otherwise does nothing. The schedule stays. Former
    /// employees have no manager or department index, and stay in a shard until their last day is settled.
    pub async fn upsert_member(&self, origin: &Origin, person: &Person, person_version: u64) -> Result<()> {
        let employed = person.status != EmploymentStatus::Terminated;
        let write = Write::update(member_key(person.id))
            .set("person", person)
            .set("person_version", &person_version)
            .remove("retired_at")
            .condition("attribute_not_exists(pk) OR #person_version < :set_person_version");
        let (department, manager) = (Some(person.department_id), person.manager_id);
        let write =
            with_member_indexes(write, person.id, department.filter(|_| employed), manager.filter(|_| employed));
        self.members.commit_if_condition_holds(origin, write).await
    }

    /// Moves a former employee to the shards of former ones, and so out of nightly runs. Does nothing if the person has changed
    /// since `member` was read, such as by a rehire.
    pub async fn delist_member(&self, origin: &Origin, member: &Member) -> Result<()> {
        let write = with_former_index(Write::update(member_key(member.person.id)), member.person.id)
            .set("retired_at", &origin.at)
            .condition("#person_version = :person_version")
            .value(":person_version", &member.person_version);
        self.members.commit_if_condition_holds(origin, write).await
    }
}
