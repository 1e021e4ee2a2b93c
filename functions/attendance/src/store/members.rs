//! Copies of people, found by shard, manager and department.

use std::sync::Arc;

use directory::{
    EmploymentStatus, Person,
    members::{Identified, member_key, with_member_indexes},
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
    /// Member that is at most a few seconds old, so that the two ends of a break read the person once.
    pub async fn member_cached(&self, id: EmployeeId, now: Timestamp) -> Result<Option<Arc<Member>>> {
        if let Some(member) = self.member_cache.get(&id, now) {
            return Ok(Some(member));
        }
        let stored = self.members.get(id).await?;
        Ok(stored.map(|stored| self.member_cache.put(id, now, stored.value)))
    }

    /// Stores a person from an event, if it is newer than the copy; the schedule stays. Former employees have no
    /// manager or department index, and stay in a shard until their last day is settled.
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

    /// Removes a former employee from the nightly run, unless they were rehired.
    pub async fn delist_member(&self, origin: &Origin, member: &Member) -> Result<()> {
        let write = Write::update(member_key(member.person.id))
            .unindex("by_member")
            .set("retired_at", &origin.at)
            .condition("#person_version = :person_version")
            .value(":person_version", &member.person_version);
        self.members.commit_if_condition_holds(origin, write).await
    }
}
