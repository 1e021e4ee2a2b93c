//! What this service knows of people: who they are grouped with, so that jobs and calendars find them.

use directory::{
    Person, Status,
    shards::{shard_name, shard_of},
};
use jiff::civil::Date;
use kernel::{DepartmentId, EmployeeId, Origin, Result};
use serde::{Deserialize, Serialize};
use store::{Key, Query, Refusal, Write, from_item};

use super::{Records, Stored, stored};

/// How many people are looked at when somebody asks who is below them.
const BELOW_MAX: usize = 500;
/// No chain of managers is longer.
const LEVELS_MAX: usize = 20;

/// A person as the leave service groups them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    /// Who.
    pub employee_id: EmployeeId,
    /// Status.
    pub status: Status,
    /// Department.
    pub department_id: DepartmentId,
    /// Whom the person reports to.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub manager_id: Option<EmployeeId>,
    /// Last day, once known.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub termination_date: Option<Date>,
    /// The version of the person that says so.
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

fn member_key(id: EmployeeId) -> Key {
    Key::new(format!("EMP#{id}"), "MEMBER")
}

/// Behind one id, up to the last that can be.
fn behind(after: Option<EmployeeId>) -> (String, String) {
    let low = after.map_or_else(|| EmployeeId::PREFIX.to_owned(), |id| format!("{id}!"));
    (low, format!("{}~", EmployeeId::PREFIX))
}

impl Records {
    /// What is known of somebody.
    ///
    /// # Errors
    /// 503.
    pub async fn member(&self, id: EmployeeId) -> Result<Option<Stored<Member>>> {
        self.table.get_fresh(&member_key(id)).await?.map(stored).transpose()
    }

    /// Keeps what is newer than what is known; anything else changes nothing.
    ///
    /// # Errors
    /// 503.
    pub async fn keep_member(&self, origin: &Origin, member: &Member) -> Result<()> {
        let id = member.employee_id;
        let mut write = Write::put(member_key(id), member)
            .when("attribute_not_exists(pk) OR #person_version < :person_version")
            .value(":person_version", &member.person_version)
            .index("by_member", shard_name(shard_of(id)), id)
            .index("by_department", format!("DEP#{}#MEMBERS", member.department_id), id);
        if let Some(manager) = member.manager_id.filter(|_| member.status != Status::Terminated) {
            write = write.index("by_manager", format!("EMP#{manager}#MEMBERS"), id);
        }
        match self.table.commit(origin, write).await {
            Ok(_) | Err(Refusal::Condition { .. }) => Ok(()),
            Err(Refusal::Failed(error)) => Err(error),
        }
    }

    /// Takes somebody who has left out of the jobs' lists; what was posted stays.
    ///
    /// # Errors
    /// 503.
    pub async fn retire_member(&self, origin: &Origin, id: EmployeeId) -> Result<()> {
        let write = Write::update(member_key(id))
            .unindex("by_member")
            .set("retired_at", &origin.at)
            .when("#status = :terminated AND attribute_not_exists(#retired_at)")
            .value(":terminated", &Status::Terminated);
        match self.table.commit(origin, write).await {
            Ok(_) | Err(Refusal::Condition { .. }) => Ok(()),
            Err(Refusal::Failed(error)) => Err(error),
        }
    }

    /// Some ids of a shard, in order, behind one of them; fewer than asked for only at the end.
    ///
    /// # Errors
    /// 503.
    pub async fn members_of_shard(
        &self,
        shard: u8,
        after: Option<EmployeeId>,
        people_max: usize,
    ) -> Result<Vec<EmployeeId>> {
        self.ids(Query::index("by_member", shard_name(shard)), after, people_max).await
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
    ) -> Result<Vec<EmployeeId>> {
        self.ids(Query::index("by_department", format!("DEP#{department}#MEMBERS")), after, people_max).await
    }

    async fn ids(&self, query: Query, after: Option<EmployeeId>, people_max: usize) -> Result<Vec<EmployeeId>> {
        let (low, high) = behind(after);
        let mut query = query.between(&low, &high).limit(people_max);
        let mut ids = Vec::new();
        loop {
            let (items, next) = self.table.query(&query).await?;
            for item in items {
                ids.push(from_item::<Member>(item)?.employee_id);
            }
            match next {
                Some(position) if ids.len() < people_max => query = query.after(position),
                _ => break,
            }
        }
        ids.truncate(people_max);
        Ok(ids)
    }

    /// Those who report to somebody, directly or through others, level by level.
    ///
    /// # Errors
    /// 503.
    pub async fn members_below(&self, manager: EmployeeId) -> Result<Vec<Member>> {
        let mut below: Vec<Member> = Vec::new();
        let mut level = vec![manager];
        for _ in 0..LEVELS_MAX {
            let asked = level.iter().map(|id| self.directly_below(*id));
            let found = futures::future::try_join_all(asked).await?;
            let found: Vec<Member> = found.into_iter().flatten().collect();
            level = found.iter().map(|member| member.employee_id).collect();
            below.extend(found);
            if level.is_empty() || below.len() >= BELOW_MAX {
                break;
            }
        }
        below.truncate(BELOW_MAX);
        Ok(below)
    }

    async fn directly_below(&self, manager: EmployeeId) -> Result<Vec<Member>> {
        let query = Query::index("by_manager", format!("EMP#{manager}#MEMBERS")).limit(BELOW_MAX);
        let (items, _) = self.table.query(&query).await?;
        items.into_iter().map(from_item).collect()
    }
}

#[cfg(test)]
mod tests {
    use directory::shards::SHARDS;
    use uuid::Uuid;

    use super::*;

    #[test]
    fn everybody_is_in_one_of_the_shards_and_a_page_begins_behind_the_last() {
        for bits in 0..64_u128 {
            assert!(shard_of(EmployeeId::new(Uuid::from_u128(bits))) < SHARDS);
        }
        let id = |bits| EmployeeId::new(Uuid::from_u128(bits));
        let (low, high) = behind(Some(id(7)));
        assert!(low > id(7).to_string() && low < id(8).to_string());
        assert!(high > id(u128::MAX).to_string());
    }
}
