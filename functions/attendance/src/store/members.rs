//! What this service knows of people: found by shard, manager and department.

use std::sync::Arc;

use directory::{
    EmploymentStatus, Person,
    members::{Identified, indexed, member_key},
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
    /// A member as of a few seconds ago at the latest: both ends of a break read the person once.
    pub async fn member_cached(&self, id: EmployeeId, now: Timestamp) -> Result<Option<Arc<Member>>> {
        if let Some(member) = self.recent.get(&id, now) {
            return Ok(Some(member));
        }
        let stored = self.members.get(id).await?;
        Ok(stored.map(|stored| self.recent.put(id, now, stored.value)))
    }

    /// Stores what an event says of a person, if it is newer than what is known; their assignments stay. Who has left is below
    /// no manager and in no department, and stays in a shard until the last day is settled.
    pub async fn upsert_member(&self, origin: &Origin, person: &Person, person_version: u64) -> Result<()> {
        let stays = person.status != EmploymentStatus::Terminated;
        let write = Write::update(member_key(person.id))
            .set("person", person)
            .set("person_version", &person_version)
            .remove("retired_at")
            .condition("attribute_not_exists(pk) OR #person_version < :set_person_version");
        let (department, manager) = (Some(person.department_id), person.manager_id);
        let write = indexed(write, person.id, department.filter(|_| stays), manager.filter(|_| stays));
        self.members.keep(origin, write).await
    }

    /// Takes somebody who has left out of the nightly run, once their last day is settled; unless they are back.
    pub async fn delist_member(&self, origin: &Origin, member: &Member) -> Result<()> {
        let write = Write::update(member_key(member.person.id))
            .unindex("by_member")
            .set("retired_at", &origin.at)
            .condition("#person_version = :person_version")
            .value(":person_version", &member.person_version);
        self.members.keep(origin, write).await
    }
}
