//! What this service knows of people: found by shard, manager and department.

use std::collections::HashMap;

use directory::{
    Person, Status,
    shards::{shard_name, shard_of},
};
use kernel::{DepartmentId, EmployeeId, Origin, Result};
use store::{Key, Query, Refusal, Write, from_item};

use super::{Records, Stored, stored};
use crate::domain::member::Member;

pub(super) fn member_key(id: EmployeeId) -> Key {
    Key::new(format!("EMP#{id}"), "MEMBER")
}

impl Records {
    /// What is known of somebody, as of a moment ago.
    ///
    /// # Errors
    /// 503.
    pub async fn member(&self, id: EmployeeId) -> Result<Option<Stored<Member>>> {
        self.table.get(&member_key(id)).await?.map(stored).transpose()
    }

    /// What is known of somebody now: for those who are about to change it.
    ///
    /// # Errors
    /// 503.
    pub async fn member_fresh(&self, id: EmployeeId) -> Result<Option<Stored<Member>>> {
        self.table.get_fresh(&member_key(id)).await?.map(stored).transpose()
    }

    /// Many people at once, as they are now; unknown ones are not among them.
    ///
    /// # Errors
    /// 503.
    pub async fn members(&self, ids: &[EmployeeId]) -> Result<HashMap<EmployeeId, Member>> {
        let keys: Vec<Key> = ids.iter().copied().map(member_key).collect();
        let items = self.table.get_many_fresh(&keys).await?;
        let members = items.into_iter().map(from_item::<Member>);
        members.map(|member| member.map(|member| (member.person.id, member))).collect()
    }

    /// Some people of a shard, by id, behind one of them; fewer than asked for only at the end.
    ///
    /// # Errors
    /// 503.
    pub async fn members_of_shard(
        &self,
        shard: u8,
        after: Option<EmployeeId>,
        people_max: usize,
    ) -> Result<Vec<Member>> {
        self.found(Query::index("by_member", shard_name(shard)), after, people_max).await
    }

    /// The same of a department.
    ///
    /// # Errors
    /// 503.
    pub async fn members_of_department(
        &self,
        department: DepartmentId,
        after: Option<EmployeeId>,
        people_max: usize,
    ) -> Result<Vec<Member>> {
        self.found(Query::index("by_department", format!("DEP#{department}#MEMBERS")), after, people_max).await
    }

    /// The same of those who report to somebody directly.
    ///
    /// # Errors
    /// 503.
    pub async fn members_of_manager(
        &self,
        manager: EmployeeId,
        after: Option<EmployeeId>,
        people_max: usize,
    ) -> Result<Vec<Member>> {
        self.found(Query::index("by_manager", format!("EMP#{manager}#MEMBERS")), after, people_max).await
    }

    /// Keeps what an event says of somebody, where it is newer than what is known; anything else changes nothing. What they are
    /// assigned to stays as it is. Who has left is below nobody any more, and stays in a shard until the last day is settled.
    ///
    /// # Errors
    /// 503.
    pub async fn keep_member(&self, origin: &Origin, person: &Person, person_version: u64) -> Result<()> {
        let id = person.id;
        let write = Write::update(member_key(id))
            .set("person", person)
            .set("person_version", &person_version)
            .unset("retired_at")
            .index("by_member", shard_name(shard_of(id)), id)
            .when("attribute_not_exists(pk) OR #person_version < :set_person_version");
        let stays = person.status != Status::Terminated;
        let write = match person.manager_id.filter(|_| stays) {
            Some(manager) => write.index("by_manager", format!("EMP#{manager}#MEMBERS"), id),
            None => write.unindex("by_manager"),
        };
        let write = if stays {
            write.index("by_department", format!("DEP#{}#MEMBERS", person.department_id), id)
        } else {
            write.unindex("by_department")
        };
        self.kept(origin, write).await
    }

    /// Takes somebody who has left out of the nightly run, once their last day is settled; unless they are back.
    ///
    /// # Errors
    /// 503.
    pub async fn retire_member(&self, origin: &Origin, member: &Member) -> Result<()> {
        let write = Write::update(member_key(member.person.id))
            .unindex("by_member")
            .set("retired_at", &origin.at)
            .when("#person_version = :person_version")
            .value(":person_version", &member.person_version);
        self.kept(origin, write).await
    }

    /// A member of whom something else is known meanwhile is left as it is.
    async fn kept(&self, origin: &Origin, write: Write) -> Result<()> {
        match self.table.commit(origin, write).await {
            Ok(_) | Err(Refusal::Condition { .. }) => Ok(()),
            Err(Refusal::Failed(error)) => Err(error),
        }
    }

    async fn found(&self, query: Query, after: Option<EmployeeId>, people_max: usize) -> Result<Vec<Member>> {
        let low = after.map_or_else(|| EmployeeId::PREFIX.to_owned(), |id| format!("{id}!"));
        let mut query = query.between(&low, &format!("{}~", EmployeeId::PREFIX)).limit(people_max);
        let mut found = Vec::new();
        loop {
            let (items, next) = self.table.query(&query).await?;
            for item in items {
                found.push(from_item::<Member>(item)?);
            }
            match next {
                Some(position) if found.len() < people_max => query = query.after(position),
                _ => break,
            }
        }
        found.truncate(people_max);
        Ok(found)
    }
}
