//! The people whom a service knows from events: items of its own table, found by shard, department and manager.

use std::{collections::HashMap, marker::PhantomData};

use futures::{StreamExt, TryStreamExt, stream};
use kernel::{DepartmentId, EmployeeId, Origin, Result};
use serde::de::DeserializeOwned;
use store::{CommitError, Key, Query, Stored, Table, Write, from_item, read_stored};

use crate::shards::{MemberPosition, SHARDS, shard_of, shard_partition};

/// Number of people below a manager that are read at most; above it the answer is partial.
pub const REPORTS_MAX: usize = 1_000;
/// Levels of managers; `employees` refuses a longer chain.
const LEVELS_MAX: usize = 20;
/// Queries that run at a time.
const QUERIES_AT_ONCE: usize = 16;

/// Something that stands for one person: their member item, or their id alone.
pub trait Identified {
    /// The person's id.
    fn employee_id(&self) -> EmployeeId;
}

impl Identified for EmployeeId {
    fn employee_id(&self) -> EmployeeId {
        *self
    }
}

/// A group of people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PeopleSelection<T> {
    /// These, sorted by id.
    Known(Vec<T>),
    /// Those of a department.
    Department(DepartmentId),
    /// Those who report to a manager directly.
    Manager(EmployeeId),
    /// All.
    Everybody,
}

/// People below a manager.
#[derive(Debug)]
pub struct Reports<M> {
    /// By id; at most [`REPORTS_MAX`].
    pub members: Vec<M>,
    /// Whether there are more: then these are nearest to the manager.
    pub partial: bool,
}

/// The member items `EMP#<id>`, `MEMBER` of a service's table, each an `M`.
#[derive(Debug)]
pub struct Members<M> {
    table: Table,
    item: PhantomData<fn() -> M>,
}

impl<M> Clone for Members<M> {
    fn clone(&self) -> Self {
        Self::new(self.table.clone())
    }
}

/// Where a person's member item is.
pub fn member_key(id: EmployeeId) -> Key {
    Key::new(format!("EMP#{id}"), "MEMBER")
}

fn of_department(department: DepartmentId) -> String {
    format!("DEP#{department}#MEMBERS")
}

fn of_manager(manager: EmployeeId) -> String {
    format!("EMP#{manager}#MEMBERS")
}

/// Puts a member into the index of shards, and into those of a department and of a manager if there is one to be found by.
pub fn with_indexes(
    write: Write,
    id: EmployeeId,
    department: Option<DepartmentId>,
    manager: Option<EmployeeId>,
) -> Write {
    let write = write.index("by_member", shard_partition(shard_of(id)), id);
    let write = match department {
        Some(department) => write.index("by_department", of_department(department), id),
        None => write.unindex("by_department"),
    };
    match manager {
        Some(manager) => write.index("by_manager", of_manager(manager), id),
        None => write.unindex("by_manager"),
    }
}

/// Sort keys of the ids after one of them.
fn range_after(after: Option<EmployeeId>) -> (String, String) {
    let low = after.map_or_else(|| EmployeeId::PREFIX.to_owned(), |id| format!("{id}!"));
    (low, format!("{}~", EmployeeId::PREFIX))
}

impl<M> Members<M> {
    /// The members in a service's table.
    pub const fn new(table: Table) -> Self {
        Self { table, item: PhantomData }
    }

    /// Stores a member under the write's condition; where that fails, something newer is known and stays.
    pub async fn upsert(&self, origin: &Origin, write: Write) -> Result<()> {
        match self.table.commit(origin, write).await {
            Ok(_) | Err(CommitError::ConditionFailed { .. }) => Ok(()),
            Err(CommitError::Other(error)) => Err(error),
        }
    }
}

impl<M: DeserializeOwned + Identified> Members<M> {
    /// A member, as of a moment ago.
    pub async fn get(&self, id: EmployeeId) -> Result<Option<Stored<M>>> {
        self.table.get(&member_key(id)).await?.map(read_stored).transpose()
    }

    /// A member as they are now, for who is about to change them.
    pub async fn get_consistent(&self, id: EmployeeId) -> Result<Option<Stored<M>>> {
        self.table.get_consistent(&member_key(id)).await?.map(read_stored).transpose()
    }

    /// Many members as they are now; unknown ones are left out.
    pub async fn get_many_consistent(&self, ids: &[EmployeeId]) -> Result<HashMap<EmployeeId, M>> {
        let keys: Vec<Key> = ids.iter().copied().map(member_key).collect();
        let members = self.table.get_many_consistent(&keys).await?.into_iter().map(from_item::<M>);
        members.map(|member| member.map(|member| (member.employee_id(), member))).collect()
    }

    /// The first members of a shard after one of them, by id; fewer than `people_max` only at the end.
    pub async fn list_shard(&self, shard: u8, after: Option<EmployeeId>, people_max: usize) -> Result<Vec<M>> {
        self.found(Query::index("by_member", shard_partition(shard)), after, people_max).await
    }

    /// The first members of a department, in the same way.
    pub async fn list_department(
        &self,
        department: DepartmentId,
        after: Option<EmployeeId>,
        people_max: usize,
    ) -> Result<Vec<M>> {
        self.found(Query::index("by_department", of_department(department)), after, people_max).await
    }

    /// The first members who report to a manager directly, in the same way.
    pub async fn list_direct_reports(
        &self,
        manager: EmployeeId,
        after: Option<EmployeeId>,
        people_max: usize,
    ) -> Result<Vec<M>> {
        self.found(Query::index("by_manager", of_manager(manager)), after, people_max).await
    }

    async fn found(&self, query: Query, after: Option<EmployeeId>, people_max: usize) -> Result<Vec<M>> {
        let (low, high) = range_after(after);
        let mut query = query.between(&low, &high).limit(people_max);
        let mut found = Vec::new();
        loop {
            let (items, next) = self.table.query(&query).await?;
            for item in items {
                found.push(from_item(item)?);
            }
            match next {
                Some(position) if found.len() < people_max => query = query.after(position),
                _ => break,
            }
        }
        found.truncate(people_max);
        Ok(found)
    }

    /// Those who report to a manager, directly or through others.
    pub async fn list_reports(&self, manager: EmployeeId) -> Result<Reports<M>> {
        let (mut below, mut level): (Vec<M>, _) = (Vec::new(), vec![manager]);
        for _ in 0..LEVELS_MAX {
            let asked = level.into_iter().map(|id| self.list_direct_reports(id, None, REPORTS_MAX + 1));
            let found: Vec<Vec<M>> = stream::iter(asked).buffered(QUERIES_AT_ONCE).try_collect().await?;
            level = found.iter().flatten().map(Identified::employee_id).collect();
            below.extend(found.into_iter().flatten());
            if level.is_empty() || below.len() > REPORTS_MAX {
                break;
            }
        }
        let partial = below.len() > REPORTS_MAX;
        below.truncate(REPORTS_MAX);
        below.sort_unstable_by_key(Identified::employee_id);
        Ok(Reports { members: below, partial })
    }

    /// The next people of a group, and where to go on if there are more.
    pub async fn page<T>(
        &self,
        group: &PeopleSelection<T>,
        from: MemberPosition,
        people_max: usize,
    ) -> Result<(Vec<T>, Option<MemberPosition>)>
    where
        T: Identified + Clone + From<M>,
    {
        let end = if matches!(group, PeopleSelection::Everybody) { SHARDS } else { from.shard + 1 };
        // One more than wanted tells whether anybody is left.
        let mut found =
            from.collect_from(end, people_max + 1, |at, after, wanted| self.some(group, at, after, wanted)).await?;
        let more = found.len() > people_max;
        found.truncate(people_max);
        let next = found.last().filter(|_| more);
        let next = next.map(|(shard, one)| MemberPosition { shard: *shard, after: Some(one.employee_id()) });
        Ok((found.into_iter().map(|(_, one)| one).collect(), next))
    }

    async fn some<T>(
        &self,
        group: &PeopleSelection<T>,
        shard: u8,
        after: Option<EmployeeId>,
        wanted: usize,
    ) -> Result<Vec<T>>
    where
        T: Identified + Clone + From<M>,
    {
        let members = match group {
            PeopleSelection::Known(known) => {
                let rest = known.iter().filter(|one| after.is_none_or(|after| one.employee_id() > after));
                return Ok(rest.take(wanted).cloned().collect());
            }
            PeopleSelection::Department(department) => self.list_department(*department, after, wanted).await?,
            PeopleSelection::Manager(manager) => self.list_direct_reports(*manager, after, wanted).await?,
            PeopleSelection::Everybody => self.list_shard(shard, after, wanted).await?,
        };
        Ok(members.into_iter().map(T::from).collect())
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_page_begins_after_the_last_id_and_misses_nobody() {
        let id = |bits| EmployeeId::new(Uuid::from_u128(bits));
        let (low, high) = range_after(Some(id(7)));
        assert!(low > id(7).to_string() && low < id(8).to_string());
        assert!(high > id(u128::MAX).to_string());
        assert!(range_after(None).0 < id(0).to_string());
    }
}
